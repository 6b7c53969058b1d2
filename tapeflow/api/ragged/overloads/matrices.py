"""Products of matrices of several sizes, and pictures of several sizes brought to one."""

from tapeflow.api import arrays
from tapeflow.api.debugging import assert_equal
from tapeflow.api.functional import map_fn
from tapeflow.api.image import resize
from tapeflow.api.linalg import matmul
from tapeflow.api.ragged.ragged_spec import RaggedTensorSpec
from tapeflow.api.ragged.ragged_tensor import RaggedTensor
from tapeflow.core.arguments import int_tuple
from tapeflow.core.dtypes import as_dtype, float32
from tapeflow.core.operands import as_tensor
from tapeflow.core.spec import TensorSpec


def table():
    """Triples of a function, what it does with ragged tensors, and whether these may stand in lists."""
    yield matmul, _matmul, False
    yield resize, _resize, False


def _matmul(
    a,
    b,
    transpose_a=False,
    transpose_b=False,
    adjoint_a=False,
    adjoint_b=False,
    a_is_sparse=False,
    b_is_sparse=False,
    output_type=None,
    grad_a=False,
    grad_b=False,
    name=None,
):
    if transpose_a and adjoint_a:
        raise ValueError("Only one of transpose_a and adjoint_a can be True.")
    if transpose_b and adjoint_b:
        raise ValueError("Only one of transpose_b and adjoint_b can be True.")
    a, b = [each if isinstance(each, RaggedTensor) else as_tensor(each) for each in (a, b)]
    if a.dtype != b.dtype:
        raise ValueError(f"`a` and `b` must have the same dtype, not {a.dtype.name} and {b.dtype.name}.")
    if a.shape.rank != b.shape.rank:
        raise ValueError(f"`a` and `b` must have the same rank, not {a.shape.rank} and {b.shape.rank}.")
    turned = {
        "transpose_a": transpose_a,
        "transpose_b": transpose_b,
        "adjoint_a": adjoint_a,
        "adjoint_b": adjoint_b,
        "output_type": output_type,
    }
    return _products(a, b, turned)


def _products(a, b, turned):
    rank = a.shape.rank
    if rank > 3:
        a, b = [
            each if isinstance(each, RaggedTensor) else RaggedTensor.from_tensor(each, ragged_rank=1)
            for each in (a, b)
        ]
        assert_equal(a.row_splits, b.row_splits, "Batch dimensions of `a` and `b` do not have the same size.")
        return a.with_values(_products(a.values, b.values, turned))
    if rank == 2:
        return matmul(_even(a), _even(b), **turned)
    ragged_b = isinstance(b, RaggedTensor)
    if not (ragged_b or turned["transpose_a"] or turned["adjoint_a"]) and a.ragged_rank == 1:
        turned = {**turned, "transpose_a": False, "adjoint_a": False}
        rows = matmul(arrays.expand_dims(a.values, 1), arrays.gather(b, a.value_rowids()), **turned)
        return a.with_values(arrays.squeeze(rows, [1]))
    return _one_by_one(a, b, turned)


def _one_by_one(a, b, turned):
    """The product of each pair of matrices. It is ragged inside if the columns of b are."""
    transposed = turned["transpose_b"] or turned["adjoint_b"]
    inside = isinstance(b, RaggedTensor) and (b.ragged_rank == 2 or transposed)
    output_type = turned["output_type"]
    spec = RaggedTensorSpec(
        shape=[None, None if inside else b.shape[-2 if transposed else -1]],
        dtype=a.dtype if output_type is None else as_dtype(output_type),
        ragged_rank=1 if inside else 0,
        row_splits_dtype=(a if isinstance(a, RaggedTensor) else b).row_splits.dtype,
    )

    def product(pair):
        found = matmul(_even(pair[0]), _even(pair[1]), **turned)
        return RaggedTensor.from_tensor(found) if inside else found

    return map_fn(product, (a, b), fn_output_signature=spec)


def _even(matrix):
    """A ragged matrix as a tensor; InvalidArgumentError if its rows have several lengths."""
    if not isinstance(matrix, RaggedTensor):
        return matrix
    found = matrix.to_tensor()
    assert_equal(
        arrays.size(matrix.flat_values),
        arrays.size(found),
        "The matrices in `a` and `b` may not be ragged in their innermost dimension.",
    )
    return found


def _resize(images, size, method="bilinear", preserve_aspect_ratio=False, antialias=False, name=None):
    if images.shape.rank != 4:
        raise ValueError(
            f"tf.image.resize: images.shape.rank must be 4 if images is ragged, not {images.shape.rank}."
        )
    size = int_tuple(size)
    spec = TensorSpec([*size, images.shape[-1]], float32)
    if images.shape[0] == 0:
        return arrays.zeros([0, *size, images.flat_values.shape[-1]])

    def one(image):
        image = image.to_tensor() if isinstance(image, RaggedTensor) else image
        return resize(image, size, method, preserve_aspect_ratio, antialias)

    return map_fn(one, images, fn_output_signature=spec)
