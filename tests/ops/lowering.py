"""Runs `lower` rules one element at a time, with scalars: the plainest compiler there could be, and what the
rules say.

An elementwise rule is `rule(e, *scalars, **parameters)` and gives the element of the result. Every other is
`rule(e, index, *arrays, **parameters)`: the element of the result at `index`, a tuple of ints, reading
elements of its inputs, `x[index]`, whose shapes are `x.dims`. What scalars can do beyond Python's operators,
the emitter `e` does.
"""

import itertools
import math

import numpy as np

from tapeflow.core.dtypes import from_array_dtype


class Array:
    """An input of a rule: its elements by full index."""

    def __init__(self, array):
        self._array = array
        self.dims = array.shape
        self.dtype = from_array_dtype(array.dtype)

    def __getitem__(self, index):
        index = index if isinstance(index, tuple) else (index,)
        if len(index) != len(self.dims):
            raise IndexError(f"a rule read an element at {index} of an input of shape {self.dims}")
        return self._array[index]


class Emitter:
    """Scalar functions by NumPy's names, choices, and loops."""

    def __getattr__(self, name):
        function = getattr(np, name, None) or self._special(name)
        return lambda *scalars: function(*scalars)

    @staticmethod
    def _special(name):
        import scipy.special

        return getattr(scipy.special, {"sigmoid": "expit", "lgamma": "gammaln"}.get(name, name))

    def select(self, condition, yes, no):
        """`yes` where the condition holds, else `no`."""
        return yes if condition else no

    def cast(self, x, dtype):
        """The number in another dtype."""
        return getattr(dtype, "array_dtype", dtype).type(x)

    def constant(self, number, dtype):
        """A number that is known, as an element of that dtype."""
        return dtype.array_dtype.type(number)

    def exp_nonpositive(self, x):
        """The exponential function; machine code promises it for numbers that are not positive only."""
        return np.exp(x)

    def reinterpret(self, operand, index, dtype):
        """The bits of an element, read as another dtype of the same size."""
        if operand.dtype.size != dtype.size:
            raise NotImplementedError(f"bits of {operand.dtype.name} as {dtype.name}")
        return operand[index].view(dtype.array_dtype)

    def required(self, x, holds):
        """x, of which the rule says that this holds; an op whose requirements do not hold is called instead."""
        assert holds
        return x

    def fold(self, function, sizes, start):
        """Runs `value = function(value, *indices)` over every tuple of indices below `sizes`."""
        value = start
        for indices in itertools.product(*map(range, sizes)):
            value = function(value, *indices)
        return value

    def sum_over(self, size, term):
        """Sum of `term(k)` for k below `size`."""
        return self.fold(lambda value, k: value + term(k), (size,), 0)

    def sum(self, x, index, axes, keepdims):
        """Sum of the elements of `x` that the element at `index` of its reduction over `axes` covers."""
        return self._reduce(lambda value, element: value + element, 0, x, index, axes, keepdims)

    def prod(self, x, index, axes, keepdims):
        """Product, as `sum`."""
        return self._reduce(lambda value, element: value * element, 1, x, index, axes, keepdims)

    def max(self, x, index, axes, keepdims):
        """Greatest element, as `sum`."""
        return self._reduce(np.maximum, -math.inf, x, index, axes, keepdims)

    def greatest(self, x, index, axes, keepdims):
        """Greatest element besides NaN, as `sum`."""
        return self._reduce(np.fmax, -math.inf, x, index, axes, keepdims)

    def min(self, x, index, axes, keepdims):
        """Least element, as `sum`."""
        return self._reduce(np.minimum, math.inf, x, index, axes, keepdims)

    def _reduce(self, combine, start, x, index, axes, keepdims):
        kept = iter(index)
        fixed = []
        for axis in range(len(x.dims)):
            if axis not in axes:
                fixed.append(next(kept))
            else:
                fixed.append(None)
                if keepdims:
                    next(kept)

        def step(value, *indices):
            inner = iter(indices)
            return combine(value, x[tuple([next(inner) if each is None else each for each in fixed])])

        return self.fold(step, [x.dims[axis] for axis in axes], start)


def interpret(op, arrays, params, dims):
    """The result of the op's `lower` rule, of shape `dims`."""
    params = {**op.defaults, **params}
    emitter = Emitter()
    result = np.empty(dims, object)
    inputs = np.broadcast_arrays(*arrays) if op.family == "elementwise" else [Array(each) for each in arrays]
    for index in itertools.product(*map(range, dims)):
        if op.family == "elementwise":
            element = op.lower_rule(emitter, *[each[index] for each in inputs], **params)
        else:
            element = op.lower_rule(emitter, index, *inputs, **params)
        result[index] = element
    return result.astype(np.result_type(*result.ravel()) if result.size else np.float64)
