"""One line of the tables of public calls: the same call in both libraries.

Call("math.tanh", normal(3, 4))
Call("reshape", normal(2, 3), [3, -1])
Call(lambda tf, x: tf.shape(x)[0], normal(2), name="shape")
"""

from tests.arrays import as_array, booleans, definite, stream

__all__ = ["Call", "booleans", "complex_normal", "integers", "normal", "spd", "uniform"]


class Call:
    """The public function `name` (below `tf.`) called with arguments.

    NumPy arrays, also inside lists, tuples and dicts, become tensors of the library at hand; Python values
    are passed as they are. Instead of a name, a function `f(tf, *tensors, **kwargs)` may come first; `name`
    then says which public function it tests. Options: grad=False leaves the gradients out (`reason` says
    why); rtol and atol instead of those that suit the dtype.
    """

    def __init__(self, function, *args, grad=True, rtol=None, atol=None, reason=None, name=None, **kwargs):
        # Functions take an argument called `name`, too, but nothing depends on it.
        self.function = function
        self.name = name or (function if isinstance(function, str) else function.__name__)
        self.args = args
        self.kwargs = kwargs
        self.grad = grad
        self.rtol = rtol
        self.atol = atol
        self.reason = reason

    def __repr__(self):
        return f"Call({self.name})"


# As in `tests/arrays.py`; the default dtypes are those that users have.


def normal(*dims, dtype="float32"):
    """Standard normal numbers."""
    return as_array(stream().standard_normal(dims), dtype)


def uniform(*dims, low=0, high=1, dtype="float32"):
    """Numbers spread evenly over [low, high)."""
    return as_array(stream().uniform(low, high, dims), dtype)


def integers(*dims, low=0, high=10, dtype="int32"):
    """Integers of [low, high)."""
    return as_array(stream().integers(low, high, dims), dtype)


def complex_normal(*dims, dtype="complex64"):
    """Complex numbers whose parts are standard normal."""
    draw = stream().standard_normal
    return as_array(draw(dims) + 1j * draw(dims), dtype)


def spd(n, *, batch=(), dtype="float32"):
    """A symmetric positive definite matrix."""
    return as_array(definite(stream().standard_normal((*batch, n, n))), dtype)
