"""Changing the dtype: of the values (cast) or of the bytes (bitcast)."""

from tapeflow.core import dtypes as types
from tapeflow.core.errors import InvalidArgumentError, UnimplementedError
from tapeflow.core.op import elementwise, op
from tapeflow.core.spec import TensorSpec
from tapeflow.ops.arithmetic import divide

_SHORT_INTEGERS = frozenset([types.int8, types.uint8, types.int16, types.uint16])


@elementwise("Cast", result=None)
def cast_to(xp, x, *, dtype):
    """The values in another dtype: fractions and imaginary parts are cut off, integers wrap around."""
    if x.dtype.char == "O" or dtype is types.string:
        raise UnimplementedError(
            None,
            None,
            f"Cast {types.from_array_dtype(x.dtype).name} to {dtype.name} is not supported [Op:Cast]",
        )
    if x.dtype.kind == "c" and not dtype.is_complex:
        x = x.real
    return x.astype(dtype.array_dtype)


cast_to.spec(lambda x, dtype: x.with_dtype(dtype))
cast_to.grad(x=lambda g, x_dtype: cast_to(g, dtype=x_dtype))
cast_to.lower(lambda e, x, dtype: e.cast(x, dtype))


def cast(x, dtype):
    """`x` in `dtype`; the same object if that is its dtype."""
    return x if x._dtype is dtype else cast_to(x, dtype=dtype)


@op("Bitcast", accepts=types.NUMBERS | types.QUANTIZED_DTYPES, result=None)
def bitcast(xp, x, *, dtype):
    """The same bytes, read as another dtype; a last axis comes or goes where the sizes differ."""
    if dtype not in types.NUMBERS | types.QUANTIZED_DTYPES:
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr 'type' of {dtype.name} is not in the list of allowed values: numbers only",
        )
    target = dtype.array_dtype
    source_size, target_size = x.dtype.itemsize, target.itemsize
    if source_size == target_size:
        return x.view(target)
    x = xp.asarray(x, order="C")
    if source_size > target_size:
        return x[..., None].view(target)
    if not x.ndim or x.shape[-1] * source_size != target_size:
        raise ValueError("The last axis does not make up one element.")  # the spec rule says it better
    return x.view(target)[..., 0]


def _bitcast_dims(x, dtype):
    source, target = x.dtype.size, dtype.size
    if source == target or x.dims is None:
        return x.dims
    if source > target:
        return (*x.dims, source // target)
    if not x.dims or x.dims[-1] not in (None, target // source):
        raise InvalidArgumentError(
            None,
            None,
            f"Cannot bitcast from {x.dtype.name} to {dtype.name}: the last axis must have size "
            f"{target // source}, and the shape is {list(x.dims)}.",
        )
    return x.dims[:-1]


bitcast.spec(lambda x, dtype: TensorSpec(_bitcast_dims(x, dtype), dtype))
bitcast.batch(bitcast)
bitcast.lower(lambda e, index, x, dtype: e.reinterpret(x, index, dtype))


def true_divide(x, y):
    """The quotient that `/` means: integers are divided as floating numbers; TypeError for unlike dtypes.

    Integers of up to 16 bits become float32, longer ones float64.
    """
    dtype = x._dtype
    if dtype is not y._dtype:
        raise TypeError(f"`x` and `y` must have the same dtype, got {dtype!r} != {y._dtype!r}.")
    return divide(*[cast(each, quotient_dtype(dtype)) for each in (x, y)])


def quotient_dtype(dtype):
    """The dtype of quotients of numbers of this one. TypeError for what is no number."""
    if dtype not in types.INTEGERS:
        if dtype not in types.NUMBERS:
            raise TypeError(f"Invalid dtype {dtype!r} in __truediv__: only numbers are divided.")
        return dtype
    return types.float32 if dtype in _SHORT_INTEGERS else types.float64
