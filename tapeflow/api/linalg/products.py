"""Products that sum over shared axes, and transposition of matrices."""

from operator import index as as_int

from tapeflow.api.linalg.equations import binary_steps, contraction_path, labelled_terms
from tapeflow.core.dtypes import as_dtype
from tapeflow.core.operands import as_tensor, as_tensors, operands
from tapeflow.core.tensor import EagerTensor, Tensor
from tapeflow.ops import contraction, diagonal
from tapeflow.ops import einsum as einsum_ops
from tapeflow.ops.arithmetic import conjugate
from tapeflow.ops.casting import cast
from tapeflow.ops.layout import reshape

__all__ = ["adjoint", "cross", "einsum", "matmul", "matrix_transpose", "matvec", "tensordot"]

_product = Tensor.__matmul__
"""The operator as it is for tensors of one dtype, also when NumPy's behaviour has been switched on."""


def matmul(
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
    """The product of matrices `a` [..., m, k] and `b` [..., k, n]: [..., m, n]; leading axes broadcast.

    Both are of one dtype, floating, complex, int32 or int64; they are multiplied in `output_type` if that is
    given. `transpose_*` and `adjoint_*` transpose, or transpose and conjugate, an operand first.
    `*_is_sparse` and `grad_*` are hints on speed that change nothing here. Raises InvalidArgumentError if the
    shapes do not fit.

    >>> tf.linalg.matmul([[1.0, 2.0]], [[3.0, 4.0]], transpose_b=True)
    <tf.Tensor: shape=(1, 1), dtype=float32, numpy=array([[11.]], dtype=float32)>
    """
    plain = output_type is None and not (transpose_a or transpose_b or adjoint_a or adjoint_b)
    if plain:
        a = a if type(a) is EagerTensor else as_tensor(a)
        found = _product(a, b)
        return a @ b if found is NotImplemented else found  # a stranger that may know what to do
    if transpose_a and adjoint_a:
        raise ValueError(_both_flags("a"))
    if transpose_b and adjoint_b:
        raise ValueError(_both_flags("b"))
    a, b = operands(a, b)
    if output_type is not None:
        dtype = as_dtype(output_type)
        a, b = cast(a, dtype), cast(b, dtype)
    a = conjugate(a) if adjoint_a else a
    b = conjugate(b) if adjoint_b else b
    return contraction.matmul(
        a, b, transpose_a=bool(transpose_a or adjoint_a), transpose_b=bool(transpose_b or adjoint_b)
    )


def _both_flags(name):
    return (
        f"Only one of `transpose_{name}` and `adjoint_{name}` can be True. "
        f"Received `transpose_{name}`=True, `adjoint_{name}`=True."
    )


def matvec(a, b, transpose_a=False, adjoint_a=False, a_is_sparse=False, b_is_sparse=False, name=None):
    """The product of matrices `a` [..., m, n] and vectors `b` [..., n]: [..., m]. See `matmul`.

    >>> tf.linalg.matvec([[1.0, 2.0], [3.0, 4.0]], [1.0, 10.0])
    <tf.Tensor: shape=(2,), dtype=float32, numpy=array([21., 43.], dtype=float32)>
    """
    a, b = operands(a, b)
    result = matmul(a, reshape(b, dims=(*b.dims, 1)), transpose_a=transpose_a, adjoint_a=adjoint_a)
    return reshape(result, dims=result.dims[:-1])


def matrix_transpose(a, name="matrix_transpose", conjugate=False):
    """`a` with its last two axes exchanged, and conjugated if `conjugate`; ValueError below rank 2.

    >>> tf.linalg.matrix_transpose([[1, 2, 3]]).numpy().tolist()
    [[1], [2], [3]]
    """
    a = as_tensor(a)
    if len(a.dims) < 2:
        raise ValueError(
            "Argument `a` should be a (batch) matrix with rank >= 2.  "
            f"Received `a` = {a} with shape: {a.shape}"
        )
    return contraction.adjoint(a) if conjugate else contraction.matrix_transpose(a)


def adjoint(matrix, name=None):
    """The conjugate transpose of `matrix` [..., m, n]; ValueError below rank 2.

    >>> tf.linalg.adjoint([[1 + 2j, 3j]]).numpy().tolist()
    [[(1-2j)], [-3j]]
    """
    return matrix_transpose(matrix, conjugate=True)


def cross(a, b, name=None):
    """The cross products of the vectors of three real numbers on the last axes of `a` and `b`.

    >>> tf.linalg.cross([1, 0, 0], [0, 1, 0]).numpy()
    array([0, 0, 1], dtype=int32)
    """
    return diagonal.cross(*operands(a, b))


def einsum(equation, *inputs, **kwargs):
    """Sums of products, said by labels of axes: "ij,jk->ik" is the matrix product.

    Every label stands for one axis; labels that the output lacks are summed over, repeated ones in one input
    take a diagonal. `...` stands for the other axes, which broadcast. Without "->" the output has the labels
    that occur once, in alphabetical order, and no ellipsis. More than two inputs are multiplied pair by pair,
    in an order that `optimize` ("greedy", "optimal", "auto", ...) chooses.

    Raises ValueError for a faulty equation and InvalidArgumentError for shapes that do not fit it.

    >>> tf.einsum("ij,j->i", [[1.0, 2.0], [3.0, 4.0]], [1.0, 10.0])
    <tf.Tensor: shape=(2,), dtype=float32, numpy=array([21., 43.], dtype=float32)>
    """
    optimize = kwargs.pop("optimize", "greedy")
    kwargs.pop("name", None)
    if kwargs:
        raise TypeError(
            f"Invalid keyword arguments for einsum: {', '.join(kwargs)}. Valid arguments: name, optimize."
        )
    tensors = as_tensors(inputs)
    terms, result = labelled_terms(equation, [each.dims for each in tensors])
    for position, (labels, dims) in enumerate(terms):
        if dims is not None:  # without the axes that broadcast
            tensors[position] = reshape(tensors[position], dims=dims)
        terms[position] = labels
    if len(tensors) > 2:
        for pair in contraction_path(terms, result, [each.dims for each in tensors], optimize):
            (first, left), (second, right) = [
                (tensors.pop(position), terms.pop(position)) for position in sorted(pair, reverse=True)
            ]
            if terms:
                needed = set(result).union(*terms)
                labels = "".join([label for label in dict.fromkeys(left + right) if label in needed])
            else:
                labels = result
            tensors.append(_contracted(first, second, left, right, labels))
            terms.append(labels)
        return tensors[0]
    if len(tensors) == 2:
        return _contracted(*tensors, *terms, result)
    return (
        tensors[0]
        if terms[0] == result
        else einsum_ops.rearrange(tensors[0], equation=f"{terms[0]}->{result}")
    )


def _contracted(a, b, labels_a, labels_b, result):
    """einsum of two operands whose labels have one size each."""
    first, second, equation = binary_steps(labels_a, labels_b, result)
    a = einsum_ops.rearrange(a, equation=first) if first else a
    b = einsum_ops.rearrange(b, equation=second) if second else b
    return einsum_ops.contract(a, b, equation=equation)


def tensordot(a, b, axes, name=None):
    """The sum of products of `a` and `b` over the `axes` of both; the other axes of a precede those of b.

    `axes` is a number n, for the last n axes of a and the first n of b, or a pair of lists of axes of a and
    of b. Raises ValueError or IndexError for wrong axes and InvalidArgumentError if their sizes differ.

    >>> tf.tensordot([[1.0, 2.0], [3.0, 4.0]], [1.0, 10.0], axes=1)
    <tf.Tensor: shape=(2,), dtype=float32, numpy=array([21., 43.], dtype=float32)>
    """
    a, b = as_tensor(a), as_tensor(b)
    axes_a, axes_b = _paired_axes(a, b, axes)
    rank_a, rank_b = len(a.dims), len(b.dims)
    axes_a = [range(rank_a)[axis] for axis in axes_a]
    axes_b = [range(rank_b)[axis] for axis in axes_b]
    letters = einsum_ops.LETTERS
    labels_a = letters[:rank_a]
    labels_b = list(letters[rank_a : rank_a + rank_b])
    for axis_a, axis_b in zip(axes_a, axes_b, strict=True):
        labels_b[axis_b] = labels_a[axis_a]
    result = [label for axis, label in enumerate(labels_a) if axis not in axes_a]
    result += [label for axis, label in enumerate(labels_b) if axis not in axes_b]
    equation = f"{labels_a},{''.join(labels_b)}->{''.join(result)}"
    return einsum_ops.contract(a, b, equation=equation)


def _paired_axes(a, b, axes):
    """The lists of axes of a and of b that `axes` means."""
    if isinstance(axes, Tensor):
        axes = axes._array
    axes = axes.tolist() if hasattr(axes, "tolist") else axes
    if isinstance(axes, int):
        if axes < 0:
            raise ValueError(f"`axes` must be at least 0. Received: {axes}.")
        for tensor in (a, b):
            if axes > len(tensor.dims):
                raise ValueError(
                    f"`axes` must not be larger than the number of dimensions of tensor {tensor}.  "
                    f"Received {axes}, vs tensor dimensions {len(tensor.dims)}."
                )
        rank = len(a.dims)
        return range(rank - axes, rank), range(axes)
    if not isinstance(axes, list | tuple) or len(axes) != 2:
        raise ValueError(f"`axes` must be an integer or have length 2. Received {axes}.")
    pair = [[as_int(axis) for axis in (each if isinstance(each, list | tuple) else [each])] for each in axes]
    if len(pair[0]) != len(pair[1]):
        raise ValueError(
            f"Different number of contraction axes `a` and `b`, {len(pair[0])} != {len(pair[1])}."
        )
    return pair
