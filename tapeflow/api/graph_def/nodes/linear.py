"""Nodes of linear algebra and of Fourier transforms."""

import tapeflow as tf
from tapeflow.api.graph_def.table import node_op, of_tensors

of_tensors(
    {
        "BatchMatrixBandPart": tf.linalg.band_part,
        "Cholesky": tf.linalg.cholesky,
        "Cross": tf.linalg.cross,
        "Diag": tf.linalg.tensor_diag,
        "DiagPart": tf.linalg.tensor_diag_part,
        "FFT": tf.signal.fft,
        "FFT2D": tf.signal.fft2d,
        "FFT3D": tf.signal.fft3d,
        "IFFT": tf.signal.ifft,
        "IFFT2D": tf.signal.ifft2d,
        "IFFT3D": tf.signal.ifft3d,
        "IRFFT": tf.signal.irfft,
        "IRFFT2D": tf.signal.irfft2d,
        "MatrixDeterminant": tf.linalg.det,
        "MatrixDiag": tf.linalg.diag,
        "MatrixDiagPart": tf.linalg.diag_part,
        "MatrixSetDiag": tf.linalg.set_diag,
        "RFFT": tf.signal.rfft,
        "RFFT2D": tf.signal.rfft2d,
    }
)


@node_op("MatMul")
def _matmul(node, a, b):
    return tf.matmul(a, b, node.flag("transpose_a"), node.flag("transpose_b"))


@node_op("BatchMatMul", "BatchMatMulV2", "BatchMatMulV3")
def _batch_matmul(node, a, b):
    return tf.matmul(a, b, adjoint_a=node.flag("adj_x"), adjoint_b=node.flag("adj_y"))


@node_op("Einsum")
def _einsum(node, *inputs):
    return tf.einsum(node.text("equation"), *inputs)


@node_op("MatrixInverse")
def _inverse(node, x):
    return tf.linalg.inv(x, node.flag("adjoint"))


@node_op("MatrixSolve")
def _solve(node, a, b):
    return tf.linalg.solve(a, b, node.flag("adjoint"))


@node_op("MatrixTriangularSolve")
def _triangular_solve(node, a, b):
    return tf.linalg.triangular_solve(a, b, node.flag("lower", True), node.flag("adjoint"))


@node_op("MatrixDiagV2", "MatrixDiagV3")
def _diag(node, diagonal, k, rows, columns, padding):
    return tf.linalg.diag(
        diagonal, k=k, num_rows=rows, num_cols=columns, padding_value=padding, align=_align(node)
    )


@node_op("MatrixDiagPartV2", "MatrixDiagPartV3")
def _diag_part(node, x, k, padding):
    return tf.linalg.diag_part(x, k=k, padding_value=padding, align=_align(node))


@node_op("MatrixSetDiagV2", "MatrixSetDiagV3")
def _set_diag(node, x, diagonal, k):
    return tf.linalg.set_diag(x, diagonal, k=k, align=_align(node))


def _align(node):
    return node.text("align", "RIGHT_LEFT") if node.op.endswith("V3") else "LEFT_LEFT"


@node_op("SelfAdjointEigV2", outputs=("e", "v"))
def _eigh(node, x):
    return tuple(tf.linalg.eigh(x))


@node_op("Svd", outputs=("s", "u", "v"))
def _svd(node, x):
    if not node.flag("compute_uv", True):
        return tf.linalg.svd(x, compute_uv=False), [], []
    return tuple(tf.linalg.svd(x, node.flag("full_matrices")))


@node_op("Qr", outputs=("q", "r"))
def _qr(node, x):
    return tuple(tf.linalg.qr(x, node.flag("full_matrices")))


@node_op("LogMatrixDeterminant", outputs=("sign", "log_abs_determinant"))
def _slogdet(node, x):
    return tuple(tf.linalg.slogdet(x))
