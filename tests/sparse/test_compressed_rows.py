"""Products of sparse matrices under the names that TensorFlow has for compressed rows."""

import numpy
import pytest
import tensorflow
from tensorflow.python.ops.linalg.sparse import sparse_csr_matrix_ops

import tapeflow
from tapeflow.api.sparse import csr


def parts(tf, array):
    sparse = tf.sparse.from_dense(array)
    return sparse.indices, sparse.values, sparse.dense_shape


def random_sparse(*shape):
    generator = numpy.random.default_rng(len(shape))
    return (generator.normal(size=shape) * (generator.random(shape) < 0.5)).astype("float32")


@pytest.mark.parametrize(
    "shapes",
    [((3, 4), (4, 2)), ((2, 3, 4), (2, 4, 5)), ((1, 1), (1, 1))],
    ids=["matrices", "batches", "ones"],
)
@pytest.mark.parametrize("transposed", [False, True])
def test_a_product_of_sparse_matrices_is_that_of_tensorflow(shapes, transposed):
    first, second = [random_sparse(*shape) for shape in shapes]
    if transposed:
        first = first.swapaxes(-1, -2).copy()
    found = []
    for tf, ops in ((tapeflow, csr), (tensorflow, sparse_csr_matrix_ops)):
        a = ops.sparse_tensor_to_csr_sparse_matrix(*parts(tf, first))
        b = ops.sparse_tensor_to_csr_sparse_matrix(*parts(tf, second))
        product = ops.sparse_matrix_sparse_mat_mul(a, b, type=tf.float32, transpose_a=transposed)
        back = ops.csr_sparse_matrix_to_sparse_tensor(product, type=tf.float32)
        found.append([numpy.array(each) for each in (back.indices, back.values, back.dense_shape)])
    for mine, other in zip(*found, strict=True):
        assert mine.dtype == other.dtype
        numpy.testing.assert_allclose(mine, other, rtol=1e-6)


@pytest.mark.parametrize("tf, ops", [(tapeflow, csr), (tensorflow, sparse_csr_matrix_ops)])
def test_what_is_no_matrix_of_floats_is_refused(tf, ops):
    with pytest.raises(tf.errors.InvalidArgumentError, match="int32"):
        ops.sparse_tensor_to_csr_sparse_matrix(*parts(tf, numpy.eye(2, dtype="int32")))
    with pytest.raises(tf.errors.InvalidArgumentError, match="rank"):
        ops.sparse_tensor_to_csr_sparse_matrix(*parts(tf, numpy.ones(2, "float32")))
    matrix = ops.sparse_tensor_to_csr_sparse_matrix(*parts(tf, numpy.eye(2, dtype="float32")))
    with pytest.raises(tf.errors.InvalidArgumentError, match="Expected a CSRSparseMatrix"):
        ops.csr_sparse_matrix_to_sparse_tensor(matrix, type=tf.float64)
