"""What `uniform` and `normal` share, wherever their numbers come from: checks of ranges, and shifting and
scaling.
"""

from tapeflow.core import dtypes
from tapeflow.core.operands import as_tensor

FLOATS = (dtypes.float16, dtypes.bfloat16, dtypes.float32, dtypes.float64)
INTS = (dtypes.int32, dtypes.int64)
UNSIGNED = (dtypes.uint32, dtypes.uint64)


def check_dtype(dtype, accepted):
    """ValueError unless `dtype` is one of the accepted."""
    if dtype not in accepted:
        raise ValueError(f"Argument `dtype` got invalid value {dtype}. Accepted dtypes are {accepted}.")


def stretched(numbers, minval, maxval):
    """Numbers in [0, 1) moved to [minval, maxval), both converted to their dtype and broadcast."""
    if type(minval) is int and minval == 0 and type(maxval) is int and maxval == 1:
        return numbers
    dtype = numbers._dtype
    minval, maxval = as_tensor(minval, dtype), as_tensor(maxval, dtype)
    return numbers * (maxval - minval) + minval


def shifted(numbers, mean, stddev):
    """Standard normal numbers with another mean and deviation, converted to their dtype and broadcast."""
    if type(mean) is float and mean == 0.0 and type(stddev) is float and stddev == 1.0:
        return numbers
    dtype = numbers._dtype
    return numbers * as_tensor(stddev, dtype) + as_tensor(mean, dtype)


def checked_parameters(mean, stddev, dtype):
    """The DType meant by `dtype`; TypeError if it cannot hold a mean and a deviation."""
    dtype = dtypes.as_dtype(dtype)
    if dtype not in FLOATS:
        for value in (mean, stddev):
            as_tensor(value, dtype)
        raise ValueError(f"Normal numbers are floating-point numbers; dtype {dtype} is not one of {FLOATS}.")
    return dtype
