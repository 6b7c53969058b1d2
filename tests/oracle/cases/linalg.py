"""tf.linalg, tf.einsum, tf.tensordot and tf.norm."""

import numpy as np

from tests.oracle.call import Call, booleans, complex_normal, integers, normal, spd, uniform

DEGENERATE = "the sign of singular vectors and eigenvectors is not determined"


def near_identity(n, *batch, make=normal, dtype="float32"):
    """Well conditioned matrices with eigenvalues away from the negative half line."""
    return (np.eye(n) + 0.2 * make(*batch, n, n, dtype=dtype)).astype(dtype)


def hermitian(n, dtype="complex64"):
    """A Hermitian positive definite matrix."""
    factor = complex_normal(n, n, dtype="complex128")
    return (factor @ factor.conj().T / n + np.diag(np.arange(1.0, n + 1))).astype(dtype)


def rebuilt_qr(tf, x, **options):
    """What is unique of a QR decomposition."""
    q, r = tf.linalg.qr(x, **options)
    columns = min(q.shape[-1], r.shape[-1], x.shape[-2])
    return tf.matmul(q, r), tf.abs(tf.linalg.diag_part(r)), q[..., :columns] ** 2


def rebuilt_svd(tf, x, **options):
    """What is unique of a singular value decomposition."""
    s, u, v = tf.linalg.svd(x, **options)
    count = s.shape[-1]
    u, v = u[..., :count], v[..., :count]
    return s, tf.matmul(u * s[..., None, :], v, transpose_b=True), u * u, u * v[..., :1, :]


def svd_shapes(tf, x, **options):
    """The shapes of a full decomposition."""
    return [each.shape for each in tf.linalg.svd(x, **options)]


def complex_svd(tf, x):
    """What is unique of a complex singular value decomposition."""
    s, u, v = tf.linalg.svd(x)
    return s, tf.abs(u), tf.matmul(u, v, adjoint_b=True)


def rebuilt_eigh(tf, x):
    """What is unique of a symmetric eigendecomposition."""
    values, vectors = tf.linalg.eigh(x)
    return values, vectors * vectors


def complex_eigh(tf, x):
    """What is unique of a Hermitian eigendecomposition."""
    values, vectors = tf.linalg.eigh(x)
    return values, tf.abs(vectors)


def rebuilt_eig(tf, x):
    """What is unique of an eigendecomposition, whatever the order."""
    values, vectors = tf.linalg.eig(x)
    projections = tf.abs(vectors) * tf.abs(values)[..., None, :]
    return tf.reduce_sum(values), tf.reduce_sum(values * values), tf.reduce_sum(projections, axis=-1)


def sorted_eigvals(tf, x):
    """Symmetric functions of the eigenvalues."""
    values = tf.linalg.eigvals(x)
    return tf.reduce_sum(values), tf.reduce_sum(values * values), tf.reduce_sum(tf.abs(values))


def through_lu(tf, x, rhs):
    """Everything that starts with an LU decomposition."""
    lower_upper, perm = tf.linalg.lu(x)
    return (
        lower_upper,
        perm,
        tf.linalg.lu_solve(lower_upper, perm, rhs),
        tf.linalg.lu_matrix_inverse(lower_upper, perm),
        tf.linalg.lu_reconstruct(lower_upper, perm),
    )


EQUATIONS = [
    ("ij,jk->ik", (2, 3), (3, 4)),
    ("ij,jk", (2, 3), (3, 4)),
    ("ij , jk -> ki", (2, 3), (3, 4)),
    ("ba", (2, 3)),
    ("ii", (3, 3)),
    ("ii->i", (3, 3)),
    ("iij->j", (3, 3, 2)),
    ("ij->", (2, 3)),
    ("->", ()),
    ("i,->i", (3,), ()),
    ("i,j->ij", (2,), (3,)),
    ("ij,ij->ij", (2, 3), (2, 3)),
    ("ijj,jk->ik", (2, 3, 3), (3, 2)),
    ("ij,kl->i", (2, 3), (2, 4)),
    ("...i,...i->...", (2, 1, 3), (4, 3)),
    ("...ij,jk->...ik", (2, 2, 2, 3), (3, 4)),
    ("i...,j...->ij...", (2, 3, 2), (4, 2)),
    ("a...b,b...c->...ca", (2, 3, 4), (4, 3, 2)),
    ("...,...->...", (2, 3), (3,)),
    ("abc,cde->abde", (2, 3, 4), (4, 2, 3)),
    ("aecd,abcd->acbe", (2, 3, 2, 4), (2, 5, 2, 4)),
    ("bqhd,bkhd->bhqk", (2, 3, 2, 4), (2, 5, 2, 4)),
    ("ij,jk,kl->il", (2, 3), (3, 4), (4, 2)),
    ("ij,j,i->", (2, 3), (3,), (2,)),
    ("ij,ik,il->jkl", (2, 3), (2, 2), (2, 4)),
    ("...i,ij,...j->...", (4, 2), (2, 3), (1, 3)),
    ("ab,cd,ef,bdf->ace", (2, 3), (2, 2), (2, 4), (3, 2, 4)),
]

CALLS = [
    Call("matrix_square_root", spd(3)),
    *[
        Call(
            "linalg.eigh_tridiagonal",
            normal(6),
            normal(5),
            grad=False,
            reason="TensorFlow searches",
            **options,
        )
        for options in (
            {},
            {"select": "i", "select_range": (1, 3)},
            {"select": "v", "select_range": (-1.0, 2.0)},
        )
    ],
    Call("linalg.eigh_tridiagonal", normal(1), normal(0), grad=False, reason="TensorFlow searches"),
    Call(
        "linalg.eigh_tridiagonal",
        complex_normal(4).real + 0j,
        complex_normal(3),
        grad=False,
        reason="the same",
    ),
    Call(
        lambda tf, a, b: [abs(each) for each in tf.linalg.eigh_tridiagonal(a, b, eigvals_only=False)],
        normal(5, dtype="float64"),
        normal(4, dtype="float64"),
        name="linalg.eigh_tridiagonal",
        grad=False,
        reason="the signs of vectors are free",
    ),
    Call("linalg.matmul", normal(2, 3), normal(3, 4)),
    Call("linalg.matmul", normal(3, 2), normal(3, 4), transpose_a=True),
    Call("linalg.matmul", normal(2, 3), normal(4, 3), transpose_b=True),
    Call("linalg.matmul", complex_normal(3, 2), complex_normal(4, 3), adjoint_a=True, adjoint_b=True),
    Call("linalg.matmul", complex_normal(3, 2), complex_normal(4, 3), transpose_a=True, adjoint_b=True),
    Call("linalg.matmul", normal(5, 2, 3), normal(5, 3, 4)),
    Call("linalg.matmul", normal(5, 1, 2, 3), normal(2, 3, 4)),
    Call("linalg.matmul", normal(5, 2, 3), normal(3, 4)),
    Call("linalg.matmul", normal(2, 3), normal(5, 4, 3), transpose_b=True),
    Call("linalg.matmul", integers(2, 3), integers(3, 4)),
    Call("linalg.matmul", integers(2, 2, 3, dtype="int64"), integers(2, 3, 4, dtype="int64")),
    Call("linalg.matmul", normal(2, 3, dtype="float64"), normal(3, 4, dtype="float64")),
    Call("linalg.matmul", normal(6, 7, dtype="float16"), normal(7, 4, dtype="float16")),
    Call("linalg.matmul", normal(6, 7, dtype="bfloat16"), normal(7, 4, dtype="bfloat16")),
    Call("linalg.matmul", normal(2, 6, 7, dtype="bfloat16"), normal(2, 7, 4, dtype="bfloat16")),
    Call("linalg.matmul", normal(0, 3), normal(3, 4)),
    Call("linalg.matmul", normal(2, 0), normal(0, 4)),
    Call("linalg.matmul", normal(0, 2, 3), normal(3, 4)),
    Call("linalg.matmul", normal(1, 2), [[1], [2]]),
    Call("linalg.matmul", [[1.0, 2.0]], [[1], [2]]),
    Call("linalg.matmul", integers(2, 3, dtype="int8"), integers(3, 2, dtype="int8"), output_type="int32"),
    Call("linalg.matmul", normal(2, 3), normal(3, 2), a_is_sparse=True),
    Call("linalg.matvec", normal(2, 3), normal(3)),
    Call("linalg.matvec", normal(4, 3, 2), normal(3), transpose_a=True),
    Call("linalg.matvec", complex_normal(4, 3, 2), complex_normal(4, 3), adjoint_a=True),
    Call("linalg.matrix_transpose", normal(2, 3, 4)),
    Call("linalg.matrix_transpose", complex_normal(3, 4), conjugate=True),
    Call("linalg.adjoint", complex_normal(2, 3, 4)),
    Call("linalg.adjoint", integers(2, 3)),
    Call("linalg.cross", normal(2, 3), normal(2, 3)),
    Call("linalg.cross", integers(3), integers(3)),
    *[Call("einsum", equation, *[normal(*each) for each in dims]) for equation, *dims in EQUATIONS],
    Call("einsum", "ij,jk->ik", complex_normal(2, 3), complex_normal(3, 2)),
    Call("einsum", "...ij,...jk->...ik", complex_normal(2, 2, 3), complex_normal(1, 3, 2)),
    Call("einsum", "ij,jk->ik", integers(2, 3), integers(3, 2)),
    Call("einsum", "ij,jk->ik", normal(2, 3, dtype="float16"), normal(3, 2, dtype="float16")),
    Call("einsum", "ij,jk->ik", normal(0, 3), normal(3, 2)),
    Call("einsum", "ij,jk->ik", normal(2, 0), normal(0, 2)),
    Call("einsum", "ij,jk,kl->il", normal(2, 3), normal(3, 4), normal(4, 2), optimize="optimal"),
    Call("tensordot", normal(2, 3), normal(3, 4), 1),
    Call("tensordot", normal(2, 3), normal(3, 4), 0),
    Call("tensordot", normal(2, 3, 4), normal(3, 4, 5), 2),
    Call("tensordot", normal(2, 3), normal(2, 3), [[0, 1], [0, 1]]),
    Call("tensordot", normal(2, 3, 4), normal(5, 4, 2), [[2, 0], [1, 2]]),
    Call("tensordot", normal(2, 3), normal(3, 2), [1, 0]),
    Call("tensordot", normal(2, 3), normal(3, 2), [[-1], [0]]),
    Call("tensordot", complex_normal(2, 3), complex_normal(3, 2), np.int32([[1], [0]])),
    Call("linalg.diag_part", normal(2, 3, 4)),
    Call("linalg.diag_part", normal(3, 4), k=-1),
    *[
        Call("linalg.diag_part", integers(3, 4), k=(-1, 2), padding_value=9, align=align)
        for align in ("RIGHT_LEFT", "LEFT_RIGHT", "LEFT_LEFT", "RIGHT_RIGHT")
    ],
    Call("linalg.diag_part", normal(2, 4, 3), k=(-2, 1)),
    Call("linalg.diag_part", normal(3, 4), k=(1, 1)),
    Call("linalg.diag_part", normal(0, 4)),
    Call("linalg.diag_part", booleans(3, 3), padding_value=False),
    Call("linalg.diag", normal(2, 3)),
    Call("linalg.diag", normal(2, 3), k=(0, 1)),
    Call("linalg.diag", normal(2, 3), k=1),
    Call("linalg.diag", normal(3), k=-1, num_rows=4, num_cols=5, padding_value=7),
    Call("linalg.diag", normal(2, 3), k=1, num_rows=7),
    Call("linalg.diag", normal(3, 3), k=(-1, 1), align="LEFT_RIGHT"),
    Call("linalg.diag", normal(2, 3, 4), k=(-3, -1), num_rows=5, align="RIGHT_RIGHT"),
    Call("linalg.diag", booleans(3), padding_value=False),
    Call("linalg.diag", normal(0)),
    Call("linalg.set_diag", normal(2, 3, 3), normal(2, 3)),
    Call("linalg.set_diag", normal(3, 4), normal(2, 3), k=(-1, 0)),
    Call("linalg.set_diag", normal(3, 4), normal(3, 3), k=(0, 2), align="LEFT_RIGHT"),
    Call("linalg.band_part", normal(3, 4), -1, 0),
    Call("linalg.band_part", normal(2, 4, 3), 1, 2),
    Call("linalg.band_part", integers(3, 3), 0, -1),
    Call("linalg.band_part", booleans(3, 3), 1, -7),
    Call("linalg.tensor_diag", normal(2, 3)),
    Call("linalg.tensor_diag", integers(3)),
    Call("linalg.tensor_diag_part", normal(2, 3, 2, 3)),
    Call("linalg.tensor_diag_part", normal(), grad=False, reason="TensorFlow's gradient fails"),
    Call("linalg.trace", normal(2, 3, 4)),
    Call("linalg.trace", integers(3, 3)),
    Call("linalg.eye", 3),
    Call("linalg.cholesky", spd(3)),
    Call("linalg.cholesky", spd(3, batch=(2,), dtype="float64")),
    Call("linalg.cholesky", hermitian(3), rtol=1e-4),
    Call("linalg.cholesky", normal(0, 0)),
    Call("linalg.cholesky_solve", np.tril(near_identity(3)), normal(3, 2), rtol=1e-4),
    Call("linalg.cholesky_solve", np.tril(near_identity(3, 2)), normal(2, 3, 2), rtol=1e-4),
    Call(rebuilt_qr, near_identity(3, dtype="float64"), name="linalg.qr"),
    Call(rebuilt_qr, normal(2, 4, 3, dtype="float64"), name="linalg.qr"),
    Call(rebuilt_qr, normal(3, 5, dtype="float64"), name="linalg.qr"),
    Call(rebuilt_qr, normal(3, 5, dtype="float64"), full_matrices=True, name="linalg.qr"),
    Call(
        rebuilt_qr,
        normal(5, 3),
        full_matrices=True,
        grad=False,
        reason="TensorFlow has none",
        name="linalg.qr",
    ),
    Call("linalg.qr", normal(0, 3), grad=False, reason="TensorFlow has none of empty matrices"),
    Call("linalg.qr", np.eye(2).astype("float16"), grad=False, reason=DEGENERATE),
    Call(rebuilt_svd, normal(3, 3, dtype="float64"), name="linalg.svd"),
    Call(rebuilt_svd, normal(2, 4, 3, dtype="float64"), name="linalg.svd"),
    Call(rebuilt_svd, normal(2, 3, dtype="float64"), full_matrices=True, name="linalg.svd"),
    Call(svd_shapes, normal(2, 5), full_matrices=True, grad=False, reason="only shapes", name="linalg.svd"),
    Call(svd_shapes, normal(0, 5), full_matrices=True, grad=False, reason="only shapes", name="linalg.svd"),
    Call("linalg.svd", normal(2, 3, 4), compute_uv=False, rtol=1e-4),
    Call("linalg.svd", complex_normal(3, 4), compute_uv=False, rtol=1e-4),
    Call("linalg.svd", np.float32([[np.nan, 1.0]]), grad=False, reason="NaN"),
    Call(complex_svd, complex_normal(3, 2, dtype="complex128"), name="linalg.svd"),
    Call(complex_svd, complex_normal(3, 3, dtype="complex128"), name="linalg.svd"),
    Call(rebuilt_eigh, spd(3, dtype="float64"), name="linalg.eigh"),
    Call(rebuilt_eigh, normal(2, 3, 3, dtype="float64"), name="linalg.eigh"),
    Call(complex_eigh, hermitian(3, dtype="complex128"), name="linalg.eigh"),
    Call("linalg.eigvalsh", normal(2, 3, 3), rtol=1e-4),
    Call("linalg.eigvalsh", hermitian(3), rtol=1e-4),
    Call(rebuilt_eig, normal(3, 3, dtype="float64"), name="linalg.eig"),
    Call(rebuilt_eig, complex_normal(3, 3, dtype="complex128"), name="linalg.eig"),
    Call(sorted_eigvals, normal(3, 3, dtype="float64"), name="linalg.eigvals"),
    Call(sorted_eigvals, complex_normal(2, 3, 3, dtype="complex128"), name="linalg.eigvals"),
    Call(
        through_lu, near_identity(3), normal(3, 2), grad=False, reason="TensorFlow has none", name="linalg.lu"
    ),
    Call(
        through_lu,
        normal(2, 3, 3, dtype="float64"),
        normal(2, 3, 1, dtype="float64"),
        grad=False,
        reason="TensorFlow has none",
        name="linalg.lu",
    ),
    Call(
        "linalg.lu", complex_normal(3, 3), output_idx_type="int64", grad=False, reason="TensorFlow has none"
    ),
    Call("linalg.lu_solve", near_identity(3), np.int32([2, 0, 1]), normal(3, 2), rtol=1e-4),
    Call("linalg.lu_matrix_inverse", near_identity(3), np.int32([2, 0, 1]), rtol=1e-4),
    Call("linalg.lu_reconstruct", near_identity(3, 2), np.int32([[2, 0, 1], [1, 0, 2]])),
    Call("linalg.inv", near_identity(3), rtol=1e-4),
    Call("linalg.inv", near_identity(3, 2, dtype="float64"), adjoint=True),
    Call("linalg.inv", complex_normal(3, 3, dtype="complex128"), adjoint=True),
    Call("linalg.inv", np.diag([1.0, 2.0, 4.0]).astype("float16")),
    Call("linalg.inv", normal(0, 0)),
    Call("linalg.det", normal(2, 3, 3), rtol=1e-4),
    Call(
        "linalg.det",
        complex_normal(3, 3, dtype="complex128"),
        grad=False,
        reason="TensorFlow's gradient lacks a conjugate",
    ),
    Call("linalg.det", normal(0, 0)),
    Call("linalg.det", np.ones([2, 2], "float32"), grad=False, reason="singular"),
    Call("linalg.slogdet", normal(2, 3, 3), rtol=1e-4),
    Call("linalg.slogdet", complex_normal(3, 3), grad=False, reason="TensorFlow leaves the phase out"),
    Call("linalg.slogdet", np.ones([2, 2], "float32"), grad=False, reason="singular"),
    Call("linalg.logdet", spd(3, batch=(2,)), rtol=1e-4),
    Call("linalg.logdet", hermitian(3), rtol=1e-4),
    Call("linalg.logdet", -np.eye(2, dtype="float32"), grad=False, reason="not positive definite"),
    Call("linalg.pinv", normal(4, 3), rtol=1e-4),
    Call("linalg.pinv", normal(2, 3, 4, dtype="float64"), rtol=1e-7),
    Call("linalg.pinv", np.float32([[1, 2], [2, 4]]), grad=False, reason="the rank is not constant"),
    Call("linalg.pinv", normal(3, 3, dtype="float64"), 0.3, grad=False, reason="the rank is not constant"),
    Call("linalg.matrix_rank", np.float32([[1, 2], [2, 4]])),
    Call("linalg.matrix_rank", normal(2, 3, 4)),
    Call("linalg.matrix_rank", np.diag([1.0, 0.1]), 0.5),
    Call("linalg.solve", near_identity(3), normal(3, 2), rtol=1e-4),
    Call("linalg.solve", near_identity(3, 2), normal(2, 3, 2), adjoint=True, rtol=1e-4),
    Call(
        "linalg.solve",
        complex_normal(3, 3, dtype="complex128"),
        complex_normal(3, 2, dtype="complex128"),
        adjoint=True,
    ),
    Call("linalg.triangular_solve", near_identity(3), normal(3, 2), rtol=1e-4),
    Call("linalg.triangular_solve", near_identity(3), normal(3, 2), lower=False, rtol=1e-4),
    Call("linalg.triangular_solve", near_identity(3, 4), normal(3, 2), adjoint=True, rtol=1e-4),
    Call("linalg.triangular_solve", near_identity(2), normal(5, 2, 2), lower=False, adjoint=True, rtol=1e-4),
    Call(
        "linalg.triangular_solve",
        near_identity(3, make=complex_normal, dtype="complex64"),
        complex_normal(3, 2),
        adjoint=True,
        rtol=1e-4,
    ),
    Call(
        "linalg.triangular_solve",
        np.zeros([2, 2], "float32"),
        np.ones([2, 1], "float32"),
        grad=False,
        reason="NaN",
    ),
    Call("linalg.lstsq", normal(4, 2, dtype="float64"), normal(4, 3, dtype="float64"), rtol=1e-7),
    Call("linalg.lstsq", normal(2, 2, 4, dtype="float64"), normal(2, 2, 3, dtype="float64"), rtol=1e-7),
    Call("linalg.lstsq", normal(4, 2), normal(4, 3), l2_regularizer=0.5, rtol=1e-4),
    Call("linalg.lstsq", normal(2, 4), normal(2, 3), l2_regularizer=0.5, rtol=1e-4),
    Call(
        "linalg.lstsq",
        normal(4, 2),
        normal(4, 3),
        fast=False,
        rtol=1e-4,
        grad=False,
        reason="TensorFlow has none",
    ),
    Call(
        "linalg.lstsq",
        np.ones([3, 2], "float32"),
        normal(3, 1),
        fast=False,
        rtol=1e-4,
        grad=False,
        reason="TensorFlow has none",
    ),
    Call("linalg.tridiagonal_solve", uniform(3, 4, low=1, high=2), normal(4, 2), rtol=1e-4),
    Call("linalg.tridiagonal_solve", uniform(2, 3, 4, low=1, high=2), normal(2, 4), rtol=1e-4),
    Call(
        "linalg.tridiagonal_solve", uniform(3, 4, low=1, high=2), normal(2, 4), transpose_rhs=True, rtol=1e-4
    ),
    Call("linalg.tridiagonal_solve", near_identity(4), normal(4), diagonals_format="matrix", rtol=1e-4),
    Call(
        "linalg.tridiagonal_solve",
        (uniform(3, low=0, high=1), uniform(4, low=2, high=3), uniform(4, low=0, high=1)),
        normal(4, 1),
        diagonals_format="sequence",
        rtol=1e-4,
    ),
    Call("linalg.tridiagonal_solve", np.zeros([3, 3], "float32"), normal(3, 1), grad=False, reason="NaN"),
    Call("linalg.tridiagonal_matmul", normal(3, 4), normal(4, 2)),
    Call("linalg.tridiagonal_matmul", normal(2, 3, 4), normal(2, 4, 2)),
    Call("linalg.tridiagonal_matmul", normal(4, 4), normal(4, 2), diagonals_format="matrix"),
    Call("linalg.banded_triangular_solve", uniform(2, 4, low=1, high=2), normal(4, 2), rtol=1e-4),
    Call(
        "linalg.banded_triangular_solve", uniform(3, 4, low=1, high=2), normal(4, 2), lower=False, rtol=1e-4
    ),
    Call("linalg.expm", normal(2, 3, 3), rtol=1e-4),
    Call("linalg.expm", complex_normal(3, 3, dtype="complex128")),
    Call("linalg.expm", np.float32([[np.inf, 0], [0, 1]]), grad=False, reason="NaN"),
    Call("linalg.expm", normal(0, 0), grad=False, reason="empty"),
    Call("linalg.sqrtm", spd(3), rtol=1e-4),
    Call("linalg.sqrtm", near_identity(3, 2, dtype="float64")),
    Call(
        "linalg.sqrtm",
        near_identity(3, make=complex_normal, dtype="complex128"),
        grad=False,
        reason="TensorFlow's gradient lacks a conjugate",
    ),
    Call("linalg.sqrtm", np.float32([[1, 7], [3, 4]]), grad=False, reason="NaN"),
    Call("linalg.logm", complex_normal(3, 3, dtype="complex128"), grad=False, reason="TensorFlow has none"),
    Call(
        "linalg.logm",
        9 * near_identity(3, make=complex_normal, dtype="complex64"),
        rtol=1e-4,
        grad=False,
        reason="none",
    ),
    Call("linalg.norm", normal(3)),
    Call("linalg.norm", normal(2, 3)),
    Call("linalg.norm", normal(2, 3), axis=1),
    Call("linalg.norm", normal(2, 3), axis=-1, keepdims=True),
    Call("linalg.norm", normal(2, 3), ord=1),
    Call("linalg.norm", normal(2, 3), ord=2, axis=0),
    Call("linalg.norm", normal(2, 3), ord=np.inf, axis=0),
    Call("linalg.norm", normal(2, 3), ord=3, axis=1),
    Call("linalg.norm", normal(2, 3), ord=1.5),
    Call("linalg.norm", normal(2, 3, 4), ord="fro", axis=[0, 2]),
    Call("linalg.norm", normal(2, 3, 4), ord=1, axis=(1, 2)),
    Call("linalg.norm", normal(2, 3, 4), ord=1, axis=(2, 0), keepdims=True),
    Call("linalg.norm", normal(2, 3, 4), ord=np.inf, axis=(-2, -1)),
    Call("linalg.norm", normal(2, 3, 4, dtype="float64"), ord=2, axis=(1, 2)),
    Call("linalg.norm", normal(2, 3, 4, dtype="float64"), ord=2, axis=[0, 2], keepdims=True),
    Call("linalg.norm", complex_normal(3)),
    Call("linalg.norm", complex_normal(3), ord=1),
    Call("linalg.norm", integers(3), ord=1),
    Call("linalg.norm", np.zeros(3, "float32")),
    Call("linalg.normalize", normal(2, 3), axis=1),
    Call("linalg.normalize", normal(2, 3), ord=1),
    Call("linalg.normalize", normal(2, 3, 3), ord="fro", axis=[1, 2]),
]

BAD_CALLS = [
    Call("linalg.eigh_tridiagonal", normal(3), normal(2, dtype="float64")),
    Call("linalg.eigh_tridiagonal", normal(3), normal(2), select="x"),
    Call("linalg.eigh_tridiagonal", normal(3), normal(2), select="i", select_range=(2, 1)),
    Call("linalg.matmul", normal(3), normal(3, 2)),
    Call("linalg.matmul", normal(3), normal(3)),
    Call("linalg.matmul", normal(2, 3), normal(4, 5)),
    Call("linalg.matmul", normal(7, 2, 3), normal(7, 4, 5)),
    Call("linalg.matmul", normal(7, 2, 3), normal(6, 3, 5)),
    Call("linalg.matmul", normal(2, 3), normal(3, 5, dtype="float64")),
    Call("linalg.matmul", normal(2, 3), normal(3, 5), transpose_a=True, adjoint_a=True),
    Call("linalg.matmul", booleans(2, 2), booleans(2, 2)),
    Call("linalg.matmul", None, [[1]]),
    Call("linalg.matvec", normal(2, 3), normal(2)),
    Call("linalg.matvec", normal(3), normal(3)),
    Call("linalg.matrix_transpose", normal(3)),
    Call("linalg.cross", normal(2, 2), normal(2, 2)),
    Call("linalg.cross", normal(2, 3), normal(3)),
    Call("einsum", "i->ii", normal(2)),
    Call("einsum", "ij,jk", normal(2, 3), normal(4, 2)),
    Call("einsum", "ij,jk->ik", normal(2, 3)),
    Call("einsum", "ijk,jk->ik", normal(2, 3), normal(3, 4)),
    Call("einsum", "ij->ijk", normal(2, 3)),
    Call("einsum", "i1->i", normal(2, 3)),
    Call("einsum", "...i,...i->...", normal(2, 3), normal(4, 3)),
    Call("einsum", "ij,ij->i", normal(2, 1), normal(2, 3)),
    Call("einsum", "ij,ij->i", normal(2, 3), normal(2, 3, dtype="float64")),
    Call("einsum", "...ij->...", normal(2)),
    Call("einsum", "...a,...b", normal(2, 3), normal(2, 4)),
    Call("einsum", "...a,...b->ab", normal(2, 3), normal(2, 4)),
    Call("einsum", "ij..->i", normal(3, 3)),
    Call("einsum", "ij,j,i->i", normal(3, 3), normal(3), normal(3), optimize="bla"),
    Call("einsum", "ij,j->i", normal(3, 3), normal(3), colour=1),
    Call("tensordot", normal(2, 3), normal(4, 4), 1),
    Call("tensordot", normal(2, 3), normal(2, 3), [[0, 1], [0]]),
    Call("tensordot", normal(2, 3), normal(2, 3), 3),
    Call("tensordot", normal(2, 3), normal(2, 3), -1),
    Call("tensordot", normal(2, 3), normal(2, 3), [1]),
    Call("tensordot", normal(2, 3), normal(3, 2), [5, 0]),
    Call("linalg.diag_part", normal(3)),
    Call("linalg.diag_part", normal(3, 4), k=4),
    Call("linalg.diag_part", normal(3, 4), k=(1, 0)),
    Call("linalg.diag_part", normal(3, 4), k=(-1, 1), align="BAD"),
    Call("linalg.diag_part", normal(3, 4), k=(-1, 1, 2)),
    Call("linalg.diag_part", integers(3, 4), padding_value=9.5),
    Call("linalg.diag", normal()),
    Call("linalg.diag", normal(2, 3), k=1, num_rows=2),
    Call("linalg.diag", normal(2, 3), k=1, num_rows=7, num_cols=9),
    Call("linalg.diag", normal(2, 3), k=(-1, 1)),
    Call("linalg.set_diag", normal(3, 3), normal(2)),
    Call("linalg.set_diag", normal(3), normal(2)),
    Call("linalg.set_diag", normal(3, 3), integers(3)),
    Call("linalg.band_part", normal(3), 1, 1),
    Call("linalg.band_part", normal(3, 3), 5, 1),
    Call("linalg.band_part", normal(3, 3), 1.5, 1),
    Call("linalg.tensor_diag", normal()),
    Call("linalg.tensor_diag_part", normal(2, 3)),
    Call("linalg.tensor_diag_part", normal(2, 3, 3)),
    Call("linalg.cholesky", normal(2, 3)),
    Call("linalg.cholesky", normal(3)),
    Call("linalg.cholesky", integers(3, 3)),
    Call("linalg.qr", normal(3)),
    Call("linalg.svd", normal(3)),
    Call("linalg.eigh", normal(2, 3)),
    Call("linalg.eigh", np.float32([[np.nan, 1], [1, 1]])),
    Call("linalg.eig", normal(2, 3)),
    Call("linalg.lu", normal(2, 3)),
    Call("linalg.lu", np.ones([2, 2], "float32")),
    Call("linalg.lu", np.float32([[np.nan, 0], [0, 1]])),
    Call("linalg.diag_part", normal(3, 3), k=1.5),
    Call("linalg.inv", np.ones([2, 2], "float32")),
    Call("linalg.inv", normal(2, 3)),
    Call("linalg.inv", np.float32([[np.nan, 0], [0, 1]])),
    Call("linalg.det", normal(2, 3)),
    Call("linalg.slogdet", normal(2, 3)),
    Call("linalg.solve", np.ones([2, 2], "float32"), normal(2, 1)),
    Call("linalg.solve", normal(2, 3), normal(2, 1)),
    Call("linalg.solve", normal(2, 2), normal(3, 1)),
    Call("linalg.solve", normal(2, 2), normal(2)),
    Call("linalg.solve", normal(3, 2, 2), normal(1, 2, 1)),
    Call("linalg.triangular_solve", normal(2, 2), normal(2)),
    Call("linalg.triangular_solve", normal(2, 3), normal(2, 1)),
    Call("linalg.triangular_solve", normal(3, 2, 2), normal(4, 2, 1)),
    Call("linalg.cholesky_solve", normal(2, 2), normal(2)),
    Call("linalg.lstsq", normal(3, 2), normal(4, 1)),
    Call("linalg.lstsq", normal(3, 2), normal(4, 1), fast=False),
    Call("linalg.sqrtm", normal(2, 3)),
    Call("linalg.logm", normal(2, 2)),
    Call("linalg.expm", normal(2, 3)),
    Call("linalg.expm", integers(2, 2)),
    Call("linalg.norm", normal(3), ord="fro"),
    Call("linalg.norm", normal(3, 3), ord=3, axis=[0, 1]),
    Call("linalg.norm", normal(3, 3), ord=-1),
    Call("linalg.norm", normal(3, 3), axis=(0, 0)),
    Call("linalg.norm", normal(3, 3), axis=[0]),
    Call("linalg.norm", normal(3, 3), axis=5),
    Call("linalg.norm", integers(3)),
    Call("linalg.matrix_rank", integers(2, 2)),
    Call("linalg.matrix_rank", normal(2)),
    Call("linalg.pinv", normal(2)),
    Call("linalg.tridiagonal_solve", normal(2, 4), normal(4, 1)),
    Call("linalg.tridiagonal_solve", normal(3, 4), normal(5, 1)),
]
