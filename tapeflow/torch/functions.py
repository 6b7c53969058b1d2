"""PyTorch's common functions. Each works on the engine's tensors here; `_public` makes it one on ours and a method.

Names, argument names and defaults are PyTorch's (`dim`, `keepdim`), as the rest of the package has TensorFlow's.
"""

import builtins
import functools

import numpy

from tapeflow.api import arrays, linalg, math
from tapeflow.api import nn as engine_nn
from tapeflow.core.eager import wrap
from tapeflow.core.tensor import Tensor as EngineTensor
from tapeflow.ops.casting import cast
from tapeflow.torch import autograd, dtypes
from tapeflow.torch.tensor import Tensor

FUNCTIONS = {}


def _public(function=None, *, promotes=False, method=True, node=None, aliases=()):
    """Makes a function on the engine's tensors one on ours, recorded if an argument requires a gradient.

    promotes: tensors and numbers among the leading arguments are converted to their common dtype first; node: the name
    of the step in `grad_fn`.
    """
    if function is None:
        return lambda function: _public(function, promotes=promotes, method=method, node=node, aliases=aliases)
    name = function.__name__.rstrip("_")
    node = node or "".join(word.capitalize() for word in name.split("_"))

    @functools.wraps(function)
    def call(*args, **kwargs):
        wanted = autograd.is_grad_enabled() and _requires(args, kwargs)
        with autograd.recording(wanted):
            if promotes:
                args = _promoted(args)
            result = function(*[_value(each) for each in args], **{key: _value(each) for key, each in kwargs.items()})
        return _wrapped(result, node)

    for each in (name, *aliases):
        FUNCTIONS[each] = call
        if method:
            setattr(Tensor, each, call)
    return call


def _requires(args, kwargs):
    for each in (*args, *kwargs.values()):
        if isinstance(each, Tensor):
            if each.requires_grad:
                return True
        elif isinstance(each, tuple | list) and _requires(each, {}):
            return True
    return False


def _value(argument):
    if isinstance(argument, Tensor):
        return argument._value
    if isinstance(argument, tuple | list) and builtins.any(isinstance(each, Tensor) for each in argument):
        return type(argument)([_value(each) for each in argument])
    return argument


def _wrapped(result, node):
    if isinstance(result, EngineTensor):
        return Tensor._wrap(result, node)
    if isinstance(result, tuple | list):
        return tuple([_wrapped(each, node) for each in result])
    return result


def _promoted(args):
    operands = [each for each in args if isinstance(each, Tensor) or type(each) in dtypes._SCALARS]
    engine = dtypes.result_type(*operands)._engine
    return [
        cast(each._value, engine) if isinstance(each, Tensor)
        else wrap(engine.array_dtype.type(each), engine) if type(each) in dtypes._SCALARS
        else each
        for each in args
    ]


def _float(x):
    """Integers as float32, for functions that have no integer results."""
    floating = x._dtype.is_floating or x._dtype.is_complex
    return x if floating else cast(x, dtypes.DTYPES["float32"]._engine)


# Creation


def tensor(data, *, dtype=None, requires_grad=False):
    """A tensor of numbers, nested lists of them or a NumPy array, which is copied.

    Python floats become float32 and ints int64, unless `dtype` says otherwise.

    >>> from tapeflow import torch
    >>> torch.tensor([1.0, 2.0], requires_grad=True)
    tensor([1., 2.], requires_grad=True)
    """
    if isinstance(data, Tensor):
        data = data.detach().numpy()
    elif isinstance(data, list | tuple):
        data = _numbers(data)
    chosen = dtype or dtypes.of_value(data)
    array = numpy.array(data, chosen._engine.array_dtype)
    result = Tensor._wrap(wrap(array[()] if array.ndim == 0 else array, chosen._engine))
    return result.requires_grad_() if requires_grad else result


def _numbers(data):
    return [_numbers(each) if isinstance(each, list | tuple) else each.item() if isinstance(each, Tensor) else each
            for each in data]


def _filled(size, value, dtype, requires_grad):
    if len(size) == 1 and isinstance(size[0], tuple | list):
        size = size[0]
    return tensor(numpy.full(size, value), dtype=dtype or dtypes.DTYPES["float32"], requires_grad=requires_grad)


def zeros(*size, dtype=None, requires_grad=False):
    """Zeros in the shape `size`, ints or one tuple."""
    return _filled(size, 0, dtype, requires_grad)


def ones(*size, dtype=None, requires_grad=False):
    """Ones in the shape `size`, ints or one tuple."""
    return _filled(size, 1, dtype, requires_grad)


def full(size, fill_value, *, dtype=None, requires_grad=False):
    """`fill_value` in the shape `size`."""
    return tensor(numpy.full(size, fill_value), dtype=dtype or dtypes.of_value(fill_value), requires_grad=requires_grad)


def zeros_like(input, *, dtype=None, requires_grad=False):
    """Zeros in the shape and dtype of `input`."""
    return zeros(*input.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)


def ones_like(input, *, dtype=None, requires_grad=False):
    """Ones in the shape and dtype of `input`."""
    return ones(*input.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)


def arange(start, end=None, step=1, *, dtype=None, requires_grad=False):
    """Numbers from `start` (0 if only one is given) to before `end` in steps."""
    start, end = (0, start) if end is None else (start, end)
    numbers = numpy.arange(start, end, step)
    return tensor(numbers, dtype=dtype or dtypes.of_value(numbers.tolist() or [0]), requires_grad=requires_grad)


def linspace(start, end, steps, *, dtype=None, requires_grad=False):
    """`steps` numbers at equal distances from `start` to `end`, both included."""
    dtype = dtype or dtypes.DTYPES["float32"]
    return tensor(numpy.linspace(start, end, steps), dtype=dtype, requires_grad=requires_grad)


def eye(n, m=None, *, dtype=None, requires_grad=False):
    """The identity matrix of n rows and m columns."""
    return tensor(numpy.eye(n, m), dtype=dtype or dtypes.DTYPES["float32"], requires_grad=requires_grad)


_generator = numpy.random.default_rng()


def manual_seed(seed):
    """Restarts the random numbers of `rand`, `randn` and `randint`. They are NumPy's, not PyTorch's own."""
    global _generator
    _generator = numpy.random.default_rng(seed)


def rand(*size, dtype=None, requires_grad=False):
    """Uniform random numbers in [0, 1)."""
    return tensor(_generator.random(size), dtype=dtype or dtypes.DTYPES["float32"], requires_grad=requires_grad)


def randn(*size, dtype=None, requires_grad=False):
    """Standard normal random numbers."""
    numbers = _generator.standard_normal(size)
    return tensor(numbers, dtype=dtype or dtypes.DTYPES["float32"], requires_grad=requires_grad)


def randint(low, high=None, size=(), *, dtype=None):
    """Random integers in [low, high), or [0, low) if only one bound is given."""
    low, high = (0, low) if high is None else (low, high)
    return tensor(_generator.integers(low, high, size), dtype=dtype)


# Arithmetic


@_public(promotes=True)
def add(input, other):
    """Sum, broadcasting."""
    return input + other


@_public(promotes=True)
def sub(input, other):
    """Difference, broadcasting."""
    return input - other


@_public(promotes=True)
def mul(input, other):
    """Product, broadcasting."""
    return input * other


@_public(promotes=True)
def div(input, other):
    """Quotient, broadcasting; of integers as float32."""
    return _float(input) / _float(other)


@_public(promotes=True)
def floor_divide(input, other):
    """Quotient rounded down."""
    return input // other


@_public(promotes=True)
def remainder(input, other):
    """What floor division leaves; it has the sign of `other`."""
    return input % other


@_public(promotes=True)
def pow(input, exponent):
    """Power."""
    return input**exponent


@_public(promotes=True)
def maximum(input, other):
    """The greater of each pair."""
    return math.maximum(input, other)


@_public(promotes=True)
def minimum(input, other):
    """The smaller of each pair."""
    return math.minimum(input, other)


def _elementwise(name, function, node=None):
    def apply(input):
        return function(_float(input))

    apply.__name__ = name
    apply.__doc__ = f"{name}, elementwise; of integers as float32."
    _public(apply, node=node)


for _name in "exp log log1p expm1 sqrt rsqrt sin cos tan asin acos atan sinh cosh tanh sigmoid erf erfc lgamma digamma".split():
    _elementwise(_name, getattr(math, _name))
_elementwise("relu", engine_nn.relu)


@_public
def neg(input):
    """The opposite."""
    return -input


@_public
def abs(input):
    """The absolute value."""
    return math.abs(input)


@_public
def square(input):
    """The square."""
    return math.square(input)


@_public
def reciprocal(input):
    """One over it."""
    return math.reciprocal(_float(input))


@_public
def sign(input):
    """-1, 0 or 1."""
    return math.sign(input)


@_public
def floor(input):
    """Rounded down."""
    return math.floor(input)


@_public
def ceil(input):
    """Rounded up."""
    return math.ceil(input)


@_public
def round(input):
    """To the nearest whole number; halves to the even one."""
    return math.round(input)


@_public(aliases=("clip",))
def clamp(input, min=None, max=None):
    """Elements below `min` or above `max` replaced by it."""
    if min is not None:
        input = math.maximum(input, min)
    return input if max is None else math.minimum(input, max)


@_public(method=False)
def where(condition, input, other):
    """Elements of `input` where the condition holds, of `other` elsewhere."""
    return arrays.where(condition, input, other)


for _name, _symbol in {"eq": "__eq__", "ne": "__ne__", "lt": "__lt__", "le": "__le__", "gt": "__gt__", "ge": "__ge__"}.items():

    def _compare(input, other, symbol=_symbol):
        return getattr(input, symbol)(other)

    _compare.__name__ = _name
    _compare.__doc__ = f"The comparison {_name}, elementwise."
    _public(_compare, promotes=True)


@_public
def logical_not(input):
    """True where the element is false or zero."""
    return math.logical_not(cast(input, dtypes.DTYPES["bool"]._engine))


@_public
def isnan(input):
    """True where the element is not a number."""
    return math.is_nan(input)


@_public
def isfinite(input):
    """True where the element is neither infinite nor NaN."""
    return math.is_finite(input)


# Reductions


def _reduction(name, function, node):
    def reduce(input, dim=None, keepdim=False):
        return function(input, axis=dim, keepdims=keepdim)

    reduce.__name__ = name
    reduce.__doc__ = f"{name} over the dimensions `dim`, or all of them."
    _public(reduce, node=node)


_reduction("sum", lambda x, **axes: math.reduce_sum(_counted(x), **axes), "Sum")
_reduction("mean", math.reduce_mean, "Mean")
_reduction("prod", lambda x, **axes: math.reduce_prod(_counted(x), **axes), "Prod")
_reduction("logsumexp", math.reduce_logsumexp, "Logsumexp")
_reduction("all", lambda x, **axes: math.reduce_all(cast(x, dtypes.DTYPES["bool"]._engine), **axes), "All")
_reduction("any", lambda x, **axes: math.reduce_any(cast(x, dtypes.DTYPES["bool"]._engine), **axes), "Any")
_reduction("amax", math.reduce_max, "Amax")
_reduction("amin", math.reduce_min, "Amin")


def _counted(x):
    """Bools and small integers as int64, in which PyTorch sums them."""
    return x if x._dtype.is_floating or x._dtype.is_complex else cast(x, dtypes.DTYPES["int64"]._engine)


def _extreme(name, reduce, locate):
    def extreme(input, dim=None, keepdim=False):
        if dim is None:
            return reduce(input)
        indices = locate(input, axis=dim, output_type=dtypes.DTYPES["int64"]._engine)
        return reduce(input, axis=dim, keepdims=keepdim), arrays.expand_dims(indices, dim) if keepdim else indices

    extreme.__name__ = name
    extreme.__doc__ = f"The {name} of all elements; with `dim`, the values along it and their indices."
    _public(extreme)


_extreme("max", math.reduce_max, math.argmax)
_extreme("min", math.reduce_min, math.argmin)


@_public
def argmax(input, dim=None, keepdim=False):
    """The index of the greatest element along `dim`, or in the flattened tensor."""
    return _located(math.argmax, input, dim, keepdim)


@_public
def argmin(input, dim=None, keepdim=False):
    """The index of the smallest element along `dim`, or in the flattened tensor."""
    return _located(math.argmin, input, dim, keepdim)


def _located(function, input, dim, keepdim):
    found = function(arrays.reshape(input, [-1]) if dim is None else input, axis=0 if dim is None else dim)
    return arrays.expand_dims(found, dim) if keepdim and dim is not None else found


@_public
def var(input, dim=None, correction=1, keepdim=False):
    """The variance; `correction` is taken off the number of elements."""
    mean = math.reduce_mean(input, axis=dim, keepdims=True)
    count = numpy.prod(input.dims, dtype=int) // builtins.max(numpy.prod(mean.dims, dtype=int), 1)
    return math.reduce_sum(math.square(input - mean), axis=dim, keepdims=keepdim) / float(count - correction)


@_public
def std(input, dim=None, correction=1, keepdim=False):
    """The standard deviation; `correction` is taken off the number of elements."""
    return math.sqrt(var.__wrapped__(input, dim, correction, keepdim))


@_public
def norm(input, p=2, dim=None, keepdim=False):
    """The p-norm over `dim`, or of all elements."""
    return linalg.norm(input, ord=p, axis=dim, keepdims=keepdim)


@_public
def cumsum(input, dim):
    """Running sums along `dim`."""
    return math.cumsum(input, axis=dim)


# Products


@_public(node="Mm", aliases=("mm",))
def matmul(input, other):
    """The matrix product; of vectors the inner product; leading dimensions broadcast."""
    a = arrays.expand_dims(input, 0) if len(input.dims) == 1 else input
    b = arrays.expand_dims(other, 1) if len(other.dims) == 1 else other
    product = linalg.matmul(a, b)
    if len(other.dims) == 1:
        product = arrays.squeeze(product, [-1])
    return arrays.squeeze(product, [-1 if len(other.dims) == 1 else -2]) if len(input.dims) == 1 else product


@_public
def dot(input, tensor):
    """The inner product of two vectors."""
    return math.reduce_sum(input * tensor)


@_public
def outer(input, vec2):
    """The outer product of two vectors."""
    return arrays.expand_dims(input, 1) * arrays.expand_dims(vec2, 0)


@_public(method=False)
def einsum(equation, *operands):
    """The sum of products that the equation names, in Einstein's convention."""
    return linalg.einsum(equation, *operands)


# Layout


@_public(node="View", aliases=("view",))
def reshape(input, *shape):
    """The same elements in another shape; one size may be -1."""
    return arrays.reshape(input, shape[0] if len(shape) == 1 and isinstance(shape[0], tuple | list) else shape)


@_public
def flatten(input, start_dim=0, end_dim=-1):
    """Dimensions `start_dim` to `end_dim` as one."""
    rank = len(input.dims)
    if not rank:
        return arrays.reshape(input, [1])
    start, end = start_dim % rank, end_dim % rank
    return arrays.reshape(input, [*input.dims[:start], -1, *input.dims[end + 1 :]])


@_public
def transpose(input, dim0, dim1):
    """Two dimensions exchanged."""
    order = list(range(len(input.dims)))
    order[dim0], order[dim1] = order[dim1], order[dim0]
    return arrays.transpose(input, order)


@_public
def permute(input, *dims):
    """Dimensions in another order."""
    return arrays.transpose(input, dims[0] if isinstance(dims[0], tuple | list) else dims)


@_public
def squeeze(input, dim=None):
    """Without dimensions of size 1: all of them, or `dim` if it is one."""
    if dim is not None and input.dims[dim] != 1:
        return arrays.identity(input)
    return arrays.squeeze(input, dim)


@_public
def unsqueeze(input, dim):
    """With a new dimension of size 1 at `dim`."""
    return arrays.expand_dims(input, dim)


@_public
def expand(input, *sizes):
    """Repeated along dimensions of size 1; -1 leaves a size as it is."""
    extra = len(sizes) - len(input.dims)
    dims = [input.dims[axis - extra] if size == -1 else size for axis, size in enumerate(sizes)]
    return arrays.broadcast_to(input, dims)


@_public(method=False, aliases=("concat",))
def cat(tensors, dim=0):
    """Tensors joined along an existing dimension."""
    return arrays.concat(tensors, dim)


@_public(method=False)
def stack(tensors, dim=0):
    """Tensors joined along a new dimension."""
    return arrays.stack(tensors, dim)


@_public
def split(tensor, split_size, dim=0):
    """Pieces of `split_size`, the last maybe smaller; or of the sizes in a list."""
    size = tensor.dims[dim]
    if isinstance(split_size, int):
        split_size = [builtins.min(split_size, size - start) for start in range(0, size, split_size)]
    return arrays.split(tensor, split_size, dim)


@_public(method=False, node="Slice")
def _index(input, index):
    return input[index]


def _get_item(self, index):
    parts = index if isinstance(index, tuple) else (index,)
    unwrapped = tuple([part._value if isinstance(part, Tensor) else part for part in parts])
    if len(unwrapped) == 1 and isinstance(unwrapped[0], EngineTensor) and unwrapped[0].dims:
        chosen = unwrapped[0]
        return _select(self, chosen) if chosen._dtype.is_integer else _mask(self, chosen)
    return _index(self, unwrapped if isinstance(index, tuple) else unwrapped[0])


@_public(method=False, node="Index")
def _select(input, rows):
    return arrays.gather(input, math.floormod(rows, input.dims[0]))


@_public(method=False, node="Index")
def _mask(input, mask):
    return arrays.boolean_mask(input, mask)


Tensor.__getitem__ = _get_item


# Conversion


@_public(node="ToCopy")
def to(input, dtype):
    """The elements converted to `dtype`."""
    return cast(input, dtype._engine)


for _name, _dtype in {"float": "float32", "double": "float64", "half": "float16", "int": "int32", "long": "int64", "bool": "bool"}.items():
    setattr(Tensor, _name, functools.partialmethod(to, dtypes.DTYPES[_dtype]))


@_public
def clone(input):
    """A copy that the gradient passes."""
    return arrays.identity(input)


def allclose(input, other, rtol=1e-05, atol=1e-08, equal_nan=False):
    """Whether all elements agree: |input - other| <= atol + rtol * |other|."""
    return bool(numpy.allclose(input.detach().numpy(), other.detach().numpy(), rtol, atol, equal_nan))


def equal(input, other):
    """Whether two tensors have the same shape and elements."""
    return bool(numpy.array_equal(input.detach().numpy(), other.detach().numpy()))


# Activations and losses, also in torch.nn.functional


@_public
def softmax(input, dim):
    """The softmax along `dim`."""
    return engine_nn.softmax(input, axis=dim)


@_public
def log_softmax(input, dim):
    """The logarithm of the softmax along `dim`."""
    return engine_nn.log_softmax(input, axis=dim)


@_public(method=False)
def cross_entropy(input, target):
    """The mean cross-entropy of logits (examples, classes) against class indices or probabilities."""
    if target._dtype.is_integer:
        losses = engine_nn.sparse_softmax_cross_entropy_with_logits(labels=target, logits=input)
    else:
        losses = engine_nn.softmax_cross_entropy_with_logits(labels=target, logits=input)
    return math.reduce_mean(losses)


@_public(method=False)
def mse_loss(input, target):
    """The mean squared error."""
    return math.reduce_mean(math.square(input - target))


@_public(method=False)
def linear(input, weight, bias=None):
    """input @ weight.T + bias."""
    product = linalg.matmul(input, weight, transpose_b=True)
    return product if bias is None else product + bias


# Operators


def _operator(name, function):
    setattr(Tensor, f"__{name}__", lambda self, other: function(self, _operand(other)))
    setattr(Tensor, f"__r{name}__", lambda self, other: function(_operand(other), self))


def _operand(value):
    return tensor(value) if isinstance(value, numpy.ndarray | numpy.generic | list) else value


def _in_place(name, function):
    def update(self, other):
        return self._assign(_same_dtype(function(self, _operand(other)), self.dtype))

    setattr(Tensor, f"__i{name}__", update)
    return update


def _same_dtype(result, dtype):
    if result.dtype is not dtype:
        raise RuntimeError(f"result type {result.dtype!r} can't be cast to the desired output type {dtype!r}")
    return result


for _name, _symbol in {"add": "add", "sub": "sub", "mul": "mul", "div": "truediv", "floor_divide": "floordiv", "remainder": "mod", "pow": "pow", "matmul": "matmul"}.items():
    _operator(_symbol, FUNCTIONS[_name])
    if _name in ("add", "sub", "mul", "div"):
        setattr(Tensor, f"{_name}_", _in_place(_symbol, FUNCTIONS[_name]))
for _name in ("eq", "ne", "lt", "le", "gt", "ge"):
    setattr(Tensor, f"__{_name}__", FUNCTIONS[_name])
Tensor.__neg__ = FUNCTIONS["neg"]
Tensor.__abs__ = FUNCTIONS["abs"]
Tensor.T = property(lambda self: FUNCTIONS["permute"](self, *reversed(range(self.ndim))), doc="All dimensions reversed.")
Tensor.mT = property(lambda self: FUNCTIONS["transpose"](self, -2, -1), doc="The last two dimensions exchanged.")
