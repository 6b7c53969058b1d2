"""TensorFlow 1's names for functions of sparse tensors."""

import pytest

import tapeflow

tensorflow = pytest.importorskip("tensorflow")


def matrix(tf):
    return tf.SparseTensor([[0, 1], [2, 0], [2, 2]], [1.0, 2.0, -3.0], [4, 3])


CALLS = {
    "sparse_add": lambda tf, v1: v1.sparse_add(matrix(tf), matrix(tf), thresh=0.5),
    "sparse_concat": lambda tf, v1: v1.sparse_concat(0, [matrix(tf), matrix(tf)]),
    "sparse_concat by its older name": lambda tf, v1: v1.sparse_concat(None, [matrix(tf)] * 2, concat_dim=1),
    "sparse_reduce_sum": lambda tf, v1: v1.sparse_reduce_sum(matrix(tf), reduction_axes=1, keep_dims=True),
    "sparse_reduce_max": lambda tf, v1: v1.sparse_reduce_max(matrix(tf), axis=0),
    "sparse_reduce_sum_sparse": lambda tf, v1: v1.sparse_reduce_sum_sparse(matrix(tf), 1),
    "sparse_segment_sum": lambda tf, v1: v1.sparse_segment_sum(
        tf.constant([[1.0], [2.0]]), [0, 1, 1], [0, 0, 2]
    ),
    "sparse_split": lambda tf, v1: v1.sparse_split(sp_input=matrix(tf), num_split=2, axis=0),
    "sparse_tensor_to_dense": lambda tf, v1: v1.sparse_tensor_to_dense(matrix(tf), -1.0),
    "sparse_to_dense": lambda tf, v1: v1.sparse_to_dense([1, 3], [5], 7, -1),
    "sparse_to_dense of places": lambda tf, v1: v1.sparse_to_dense([[0, 1], [1, 0]], [2, 2], [3, 4]),
    "sparse_tensor_dense_matmul": lambda tf, v1: v1.sparse_tensor_dense_matmul(matrix(tf), tf.ones([3, 2])),
    "sparse_retain": lambda tf, v1: v1.sparse_retain(matrix(tf), [True, False, True]),
    "sparse_transpose": lambda tf, v1: v1.sparse_transpose(matrix(tf)),
}


def value_of(result):
    if isinstance(result, list | tuple):
        return [value_of(each) for each in result]
    if type(result).__name__ == "SparseTensor":
        return [each.numpy().tolist() for each in (result.indices, result.values, result.dense_shape)]
    return result.numpy().tolist()


@pytest.mark.parametrize("name", CALLS)
def test_older_names_give_what_they_give_in_tensorflow(name):
    mine, theirs = [value_of(CALLS[name](tf, tf.compat.v1)) for tf in (tapeflow, tensorflow)]
    assert mine == theirs


@pytest.mark.parametrize("tf", [tapeflow, tensorflow])
def test_one_argument_under_two_names_is_refused(tf):
    with pytest.raises(ValueError):
        tf.compat.v1.sparse_reduce_sum(matrix(tf), axis=1, reduction_axes=1)
