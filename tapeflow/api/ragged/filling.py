"""Rows of ragged tensors that hold nothing, filled."""

from collections import namedtuple

from tapeflow.api.arrays import concat, expand_dims, gather, reshape
from tapeflow.api.casting import cast
from tapeflow.core.dtypes import bool, int64
from tapeflow.core.operands import as_tensor
from tapeflow.ops.sparse_indices import sparse_indices

__all__ = ["ragged_fill_empty_rows"]

RaggedFillEmptyRows = namedtuple(
    "RaggedFillEmptyRows",
    "output_value_rowids output_values empty_row_indicator reverse_index_map",
)


def ragged_fill_empty_rows(value_rowids, values, nrows, default_value, name=None):
    """A ragged tensor, given by its values and the row of each, with `default_value` in each empty row.

    value_rowids: int64 [n]; values: [n]; nrows: the number of rows. Returns a named tuple: output_value_rowids and
    output_values of the filled one, empty_row_indicator, bool [nrows], and reverse_index_map, int64 [n]: where each
    value went. Raises InvalidArgumentError for rows that there are not.

    >>> tf.ragged_fill_empty_rows([0, 0, 2], [1, 2, 3], 3, -1).output_values.numpy()
    array([ 1,  2, -1,  3], dtype=int32)
    """
    values = as_tensor(values)
    places = expand_dims(as_tensor(value_rowids, int64), 1)
    shape = reshape(as_tensor(nrows, int64), [1])
    filled, chosen, empty, moved = sparse_indices(places, shape, step="with_rows_filled")
    default = reshape(as_tensor(default_value, values.dtype), [1])
    found = gather(concat([values, default], 0), chosen)
    return RaggedFillEmptyRows(filled[:, 0], found, cast(empty, bool), moved)
