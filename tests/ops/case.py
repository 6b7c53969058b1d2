"""One line of the table of ops: a call on which every law is checked.

Case(arithmetic.tanh, normal(3, 4), reference=np.tanh)
Case(broadcasting.reduce_sum, normal(2, 3), axes=(0,), keepdims=False)
"""

from tests.arrays import booleans, complex_normal, integers, normal, spd, uniform

__all__ = ["Case", "booleans", "complex_normal", "integers", "normal", "spd", "uniform"]


class Case:
    """A call of `op` on `inputs`, NumPy arrays (floating ones in float64), with canonical parameters by
    keyword.

    reference: the same on NumPy arrays, `reference(*inputs)` (it knows the parameters), where somebody else
    has it. grad: False leaves out the laws of derivatives. second: False leaves out those of second
    derivatives only. skip: names of other laws that cannot hold, such as "batch" for an op that draws random
    numbers. reason: why, whenever one of these three is given. rtol: relative tolerance of the laws in
    float64.
    """

    def __init__(
        self, op, *inputs, reference=None, grad=True, second=True, skip=(), reason=None, rtol=1e-6, **params
    ):
        if (not grad or not second or skip) and not reason:
            raise ValueError(f"The case of {op!r} leaves laws out and gives no reason.")
        self.op = op
        self.inputs = inputs
        self.params = params
        self.reference = reference
        self.grad = grad
        self.second = grad and second
        self.skip = (skip,) if isinstance(skip, str) else tuple(skip)
        self.reason = reason
        self.rtol = rtol

    def __repr__(self):
        shapes = ", ".join(f"{array.dtype}{list(array.shape)}" for array in self.inputs)
        return f"Case({self.op.name}: {shapes}, {self.params})"
