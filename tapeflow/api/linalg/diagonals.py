"""Diagonals and bands of matrices.

Several functions take a band of diagonals as `k`: one offset, 0 for the main diagonal and positive above it,
or a pair of the lowest and the highest offset. The diagonals of a pair are the rows of a matrix, the highest
first, and `align`
says at which end of its row a shorter one stands: "RIGHT_LEFT" is right for those above the main diagonal and
left for those below.
"""

from tapeflow.api.arrays.arguments import ints
from tapeflow.api.arrays.creation import range
from tapeflow.api.debugging.comparisons import assert_less_equal
from tapeflow.core.dtypes import bool as boolean
from tapeflow.core.dtypes import int32, int64
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.graph.symbolic import SymbolicTensor
from tapeflow.ops import diagonal as ops
from tapeflow.ops.broadcasting import reduce_sum
from tapeflow.ops.casting import cast
from tapeflow.ops.comparison import less, less_equal, logical_and, logical_or
from tapeflow.ops.creation import zeros
from tapeflow.ops.layout import reshape
from tapeflow.ops.selection import select

__all__ = ["band_part", "diag", "diag_part", "set_diag", "tensor_diag", "tensor_diag_part", "trace"]


def _band(k, align, op_name):
    """The band as a pair of ints."""
    offsets = ints(k, op_name, dtype=int32)
    if len(offsets) not in (1, 2):
        raise InvalidArgumentError(
            None,
            None,
            f"diag_index must have only one or two elements, received {len(offsets)} elements. [Op:{op_name}]",
        )
    if align not in ops.ALIGNMENTS:
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr 'align' of {align!r} is not in the list of allowed values: "
            f"{', '.join(map(repr, ops.ALIGNMENTS))} [Op:{op_name}]",
        )
    return offsets[0], offsets[-1]


def _number(value, dtype):
    """A Python number of what a tensor of this dtype can hold."""
    if dtype is boolean and type(value) is int:
        return value != 0  # the default is a 0 for every dtype
    return as_tensor(value, dtype)._array.item()


def diag_part(input, name="diag_part", k=0, padding_value=0, align="RIGHT_LEFT"):
    """The diagonals `k` of matrices [..., m, n]: [..., length], or [..., number, longest] if k is a pair.

    Where a diagonal is shorter than the longest one, there is `padding_value`. Raises InvalidArgumentError
    for offsets beyond the matrix.

    >>> tf.linalg.diag_part([[1, 2], [3, 4]]).numpy()
    array([1, 4], dtype=int32)
    >>> tf.linalg.diag_part([[1, 2], [3, 4]], k=(0, 1)).numpy().tolist()
    [[0, 2], [1, 4]]
    """
    x = as_tensor(input)
    band = _band(k, align, "MatrixDiagPartV3")
    return ops.diag_part(x, k=band, padding=_number(padding_value, x._dtype), align=align)


def diag(diagonal, name="diag", k=0, num_rows=-1, num_cols=-1, padding_value=0, align="RIGHT_LEFT"):
    """Matrices of `padding_value` with `diagonal` [..., length], or [..., number, longest], as diagonals `k`.

    The matrices are the smallest that hold them, square if neither `num_rows` nor `num_cols` is given (-1).
    Raises InvalidArgumentError if the diagonals do not fit.

    >>> tf.linalg.diag([1, 2]).numpy().tolist()
    [[1, 0], [0, 2]]
    >>> tf.linalg.diag([1, 2], k=1).numpy().tolist()
    [[0, 1, 0], [0, 0, 2], [0, 0, 0]]
    """
    x = as_tensor(diagonal)
    low, high = band = _band(k, align, "MatrixDiagV3")
    if not x.dims:
        raise _misfit("diagonal must be at least 1-dim, received shape: []")
    if low > high:
        raise _misfit(f"lower_diag_index must not be larger than upper_diag_index: {low} > {high}")
    if low < high and (len(x.dims) < 2 or x.dims[-2] != high - low + 1):
        raise _misfit(
            "The number of diagonals provided in the input does not match the lower_diag_index and "
            "upper_diag_index range."
        )
    rows, columns = x.dims[-1] - min(high, 0), x.dims[-1] + max(low, 0)
    asked_rows, asked_columns = int(num_rows), int(num_cols)
    if asked_rows == asked_columns == -1:
        asked_rows = asked_columns = max(rows, columns)
    asked_rows = rows if asked_rows == -1 else asked_rows
    asked_columns = columns if asked_columns == -1 else asked_columns
    if asked_rows < rows:
        raise _misfit("The number of rows is too small.")
    if asked_columns < columns:
        raise _misfit("The number of columns is too small.")
    if asked_rows != rows and asked_columns != columns:
        raise _misfit(
            "The number of rows or columns is not consistent with the specified d_lower, d_upper, and diagonal."
        )
    padding = _number(padding_value, x._dtype)
    return ops.diag(x, k=band, rows=asked_rows, columns=asked_columns, padding=padding, align=align)


def _misfit(message):
    return InvalidArgumentError(None, None, f"{message} [Op:MatrixDiagV3]")


def set_diag(input, diagonal, name="set_diag", k=0, align="RIGHT_LEFT"):
    """Matrices [..., m, n] with their diagonals `k` replaced by `diagonal`, shaped as `diag_part` gives it.

    >>> tf.linalg.set_diag([[1, 2], [3, 4]], [0, 9]).numpy().tolist()
    [[0, 2], [3, 9]]
    """
    x = as_tensor(input)
    return ops.set_diag(x, as_tensor(diagonal), k=_band(k, align, "MatrixSetDiagV3"), align=align)


def band_part(input, num_lower, num_upper, name=None):
    """Matrices with zeros more than `num_lower` diagonals below, `num_upper` above the main one; -1: none.

    >>> tf.linalg.band_part([[1, 2], [3, 4]], -1, 0).numpy().tolist()
    [[1, 0], [3, 4]]
    """
    x = as_tensor(input)
    if any([isinstance(each, SymbolicTensor) for each in (num_lower, num_upper)]):
        return _traced_band(x, num_lower, num_upper)
    lower, upper = (max(_count(each), -1) for each in (num_lower, num_upper))
    ops.band_part.spec_rule(x._type_spec, lower, upper)
    return ops.band_part(x, lower=lower, upper=upper)


def _traced_band(x, num_lower, num_upper):
    """The same for numbers of diagonals that the program finds out."""
    lower, upper = (cast(as_tensor(each), int64) for each in (num_lower, num_upper))
    rows, columns = (range(size, dtype=int64) for size in x.dims[-2:])
    for count, size in ((lower, x.dims[-2]), (upper, x.dims[-1])):
        assert_less_equal(
            count, as_tensor(size, int64), "A number of diagonals must be at most that of the rows or columns"
        )
    zero = zeros((), int64)
    ahead = columns - reshape(rows, dims=(x.dims[-2], 1))
    below = logical_or(less(lower, zero), less_equal(-lower, ahead))
    above = logical_or(less(upper, zero), less_equal(ahead, upper))
    return select(logical_and(below, above), x, zeros((), x._dtype))


def _count(value):
    found = as_tensor(value)
    if not found._dtype.is_integer:
        raise TypeError(f"A number of diagonals must be an integer, not {value!r}.")
    return int(found)


def tensor_diag(diagonal, name=None):
    """A tensor [a, b, ..., a, b, ...] with `diagonal` [a, b, ...] where both halves of the index agree.

    >>> tf.linalg.tensor_diag([1, 2]).numpy().tolist()
    [[1, 0], [0, 2]]
    """
    return ops.tensor_diag(as_tensor(diagonal))


def tensor_diag_part(input, name=None):
    """The elements of `input` [a, b, ..., a, b, ...] where both halves of the index agree: [a, b, ...].

    >>> tf.linalg.tensor_diag_part([[1, 2], [3, 4]]).numpy()
    array([1, 4], dtype=int32)
    """
    return ops.tensor_diag_part(as_tensor(input))


def trace(x, name=None):
    """The sum of the main diagonal of matrices [..., m, n].

    >>> tf.linalg.trace([[1, 2], [3, 4]]).numpy().item()
    5
    """
    found = diag_part(x)
    return reduce_sum(found, axes=(len(found.dims) - 1,), keepdims=False)
