"""Embeddings: rows of a table, looked up by number."""

from tapeflow.api.clipping import clip_by_norm
from tapeflow.core.dtypes import int16, int32, int64
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor, as_tensors
from tapeflow.ops.gathering import gather
from tapeflow.ops.layout import concat

__all__ = ["embedding_lookup"]

_INDICES = frozenset((int16, int32, int64))


def embedding_lookup(params, ids, max_norm=None, name=None):
    """The rows of params [rows, ...] with the numbers ids [...], as [..., ...]; their gradient is an IndexedSlices.

    params may be a list of tables, which are taken as one below the other. With `max_norm` each row is scaled down to
    that norm if its own is greater. Raises ValueError without params, InvalidArgumentError for numbers out of range.

    >>> tf.nn.embedding_lookup(tf.constant([[1.0, 2.0], [3.0, 4.0]]), [1, 1, 0]).numpy()
    array([[3., 4.],
           [3., 4.],
           [1., 2.]], dtype=float32)
    """
    if params is None or (isinstance(params, list | tuple) and not params):
        raise ValueError("params must be specified")
    if isinstance(params, list | tuple):
        tables = as_tensors(params)
        table = tables[0] if len(tables) == 1 else concat(*tables, axis=0)
    else:
        table = as_tensor(params)
    ids = as_tensor(ids)
    if ids._dtype not in _INDICES:
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr 'Tindices' of {ids._dtype.name} is not in the list of allowed values: int16, int32, int64",
        )
    rows = gather(table, ids, axis=0, batch_dims=0)
    if max_norm is None:
        return rows
    return clip_by_norm(rows, max_norm, axes=list(range(len(ids.dims), len(rows.dims))))
