"""Functions of sparse tensors that TensorFlow 1 has at the top, under older names and with older arguments."""

from tapeflow.api import sparse
from tapeflow.compat.v1.exports import renamed

_SAME = {
    "sparse_fill_empty_rows": "fill_empty_rows",
    "sparse_mask": "mask",
    "sparse_maximum": "maximum",
    "sparse_minimum": "minimum",
    "sparse_reorder": "reorder",
    "sparse_reset_shape": "reset_shape",
    "sparse_reshape": "reshape",
    "sparse_retain": "retain",
    "sparse_slice": "slice",
    "sparse_softmax": "softmax",
    "sparse_tensor_dense_matmul": "sparse_dense_matmul",
    "sparse_tensor_to_dense": "to_dense",
    "sparse_to_indicator": "to_indicator",
    "sparse_transpose": "transpose",
}
"""Older names of what tf.sparse has."""

for _name, _member in _SAME.items():
    globals()[_name] = renamed(getattr(sparse, _member))

__all__ = list(_SAME)
__all__ += [
    "sparse_add",
    "sparse_concat",
    "sparse_reduce_max",
    "sparse_reduce_max_sparse",
    "sparse_reduce_sum",
    "sparse_reduce_sum_sparse",
    "sparse_segment_mean",
    "sparse_segment_sqrt_n",
    "sparse_segment_sum",
    "sparse_split",
    "sparse_to_dense",
]


def _one_of(name, value, older, given, default=None):
    """An argument that may come under its older name; ValueError if it comes under both."""
    if given is None:
        return default if value is None else value
    if value is not None:
        raise ValueError(f"Cannot specify both '{older}' and '{name}'.")
    return given


def sparse_add(a, b, threshold=None, thresh=None):
    """tf.sparse.add, with `thresh` as another name of `threshold`."""
    return sparse.add(a, b, _one_of("threshold", threshold, "thresh", thresh, 0))


def sparse_concat(
    axis, sp_inputs, name=None, expand_nonconcat_dim=False, concat_dim=None, expand_nonconcat_dims=None
):
    """tf.sparse.concat, with `concat_dim` and `expand_nonconcat_dim` as older names of arguments.

    >>> row = tf.SparseTensor([[0, 1]], [5], [1, 3])
    >>> tf.compat.v1.sparse_concat(0, [row, row]).indices.numpy().tolist()
    [[0, 1], [1, 1]]
    """
    expand = expand_nonconcat_dim if expand_nonconcat_dims is None else expand_nonconcat_dims
    return sparse.concat(_one_of("axis", axis, "concat_dim", concat_dim), sp_inputs, expand)


def _reduced(function, sp_input, axis, keepdims, reduction_axes, keep_dims, is_sparse=False):
    axis = _one_of("axis", axis, "reduction_axes", reduction_axes)
    keepdims = _one_of("keepdims", keepdims, "keep_dims", keep_dims)
    return function(sp_input, axis, keepdims, is_sparse)


def sparse_reduce_sum(sp_input, axis=None, keepdims=None, reduction_axes=None, keep_dims=None):
    """The sum along axes, dense; `reduction_axes` and `keep_dims` are older names."""
    return _reduced(sparse.reduce_sum, sp_input, axis, keepdims, reduction_axes, keep_dims)


def sparse_reduce_max(sp_input, axis=None, keepdims=None, reduction_axes=None, keep_dims=None):
    """The greatest element along axes, dense; `reduction_axes` and `keep_dims` are older names."""
    return _reduced(sparse.reduce_max, sp_input, axis, keepdims, reduction_axes, keep_dims)


def sparse_reduce_sum_sparse(sp_input, axis=None, keepdims=None, reduction_axes=None, keep_dims=None):
    """The sum along axes, sparse; `reduction_axes` and `keep_dims` are older names."""
    return _reduced(sparse.reduce_sum, sp_input, axis, keepdims, reduction_axes, keep_dims, True)


def sparse_reduce_max_sparse(sp_input, axis=None, keepdims=None, reduction_axes=None, keep_dims=None):
    """The greatest element along axes, sparse; `reduction_axes` and `keep_dims` are older names."""
    return _reduced(sparse.reduce_max, sp_input, axis, keepdims, reduction_axes, keep_dims, True)


def sparse_segment_sum(data, indices, segment_ids, name=None, num_segments=None, sparse_gradient=False):
    """tf.sparse.segment_sum with its arguments in another order."""
    return sparse.segment_sum(data, indices, segment_ids, num_segments)


def sparse_segment_mean(data, indices, segment_ids, name=None, num_segments=None, sparse_gradient=False):
    """tf.sparse.segment_mean with its arguments in another order."""
    return sparse.segment_mean(data, indices, segment_ids, num_segments)


def sparse_segment_sqrt_n(data, indices, segment_ids, name=None, num_segments=None, sparse_gradient=False):
    """tf.sparse.segment_sqrt_n with its arguments in another order."""
    return sparse.segment_sqrt_n(data, indices, segment_ids, num_segments)


def sparse_split(sp_input=None, num_split=None, axis=None, name=None, split_dim=None):
    """tf.sparse.split, with `split_dim` as an older name of `axis`."""
    return sparse.split(sp_input, num_split, _one_of("axis", axis, "split_dim", split_dim))


def sparse_to_dense(
    sparse_indices, output_shape, sparse_values, default_value=0, validate_indices=True, name=None
):
    """The dense tensor of a shape with values at these places: a number, vector or matrix of indices.

    >>> tf.compat.v1.sparse_to_dense([1, 3], [5], 7).numpy()
    array([0, 7, 0, 7, 0], dtype=int32)
    """
    from tapeflow.api import arrays, casting
    from tapeflow.core.dtypes import int64

    indices = casting.cast(sparse_indices, int64)
    if len(indices.dims) < 2:
        indices = arrays.reshape(indices, [-1, 1])
    values = arrays.broadcast_to(sparse_values, [indices.dims[0]])
    whole = sparse.SparseTensor(indices, values, casting.cast(output_shape, int64))
    return sparse.to_dense(whole, default_value, validate_indices)
