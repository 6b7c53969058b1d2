"""Functions that TensorFlow 1 also has at the top, under their own or older names."""

from tapeflow.api import arrays, debugging, linalg, math, nn, signal, strings
from tapeflow.compat.v1.exports import renamed
from tapeflow.compat.v1.math import (
    arg_max,
    arg_min,
    argmax,
    argmin,
    count_nonzero,
    div,
    floor_div,
    reduce_all,
    reduce_any,
    reduce_logsumexp,
    reduce_max,
    reduce_mean,
    reduce_min,
    reduce_prod,
    reduce_sum,
    to_bfloat16,
    to_complex64,
    to_complex128,
    to_double,
    to_float,
    to_int32,
    to_int64,
)

_FROM_MATH = [
    "angle",
    "betainc",
    "bincount",
    "ceil",
    "confusion_matrix",
    "conj",
    "cumprod",
    "digamma",
    "erf",
    "erfc",
    "expm1",
    "floordiv",
    "floormod",
    "igamma",
    "igammac",
    "imag",
    "invert_permutation",
    "is_finite",
    "is_inf",
    "is_nan",
    "lbeta",
    "lgamma",
    "log",
    "log1p",
    "log_sigmoid",
    "logical_xor",
    "mod",
    "polygamma",
    "real",
    "reciprocal",
    "rint",
    "rsqrt",
    "segment_max",
    "segment_mean",
    "segment_min",
    "segment_prod",
    "segment_sum",
    "squared_difference",
    "unsorted_segment_max",
    "unsorted_segment_mean",
    "unsorted_segment_min",
    "unsorted_segment_prod",
    "unsorted_segment_sqrt_n",
    "unsorted_segment_sum",
    "zeta",
]
_FROM_LINALG = {
    "cholesky": "cholesky",
    "cholesky_solve": "cholesky_solve",
    "cross": "cross",
    "diag": "tensor_diag",
    "diag_part": "tensor_diag_part",
    "global_norm": "global_norm",
    "matrix_band_part": "band_part",
    "matrix_determinant": "det",
    "matrix_diag": "diag",
    "matrix_diag_part": "diag_part",
    "matrix_inverse": "inv",
    "matrix_set_diag": "set_diag",
    "matrix_solve": "solve",
    "matrix_solve_ls": "lstsq",
    "matrix_square_root": "sqrtm",
    "matrix_transpose": "matrix_transpose",
    "matrix_triangular_solve": "triangular_solve",
    "qr": "qr",
    "self_adjoint_eig": "eigh",
    "self_adjoint_eigvals": "eigvalsh",
    "svd": "svd",
    "tensor_diag": "tensor_diag",
    "tensor_diag_part": "tensor_diag_part",
    "trace": "trace",
}
_FROM_STRINGS = {
    "decode_base64": None,
    "encode_base64": None,
    "reduce_join": "reduce_join",
    "regex_replace": "regex_replace",
    "string_join": "join",
    "string_strip": "strip",
    "string_to_hash_bucket_fast": "to_hash_bucket_fast",
    "string_to_hash_bucket_strong": "to_hash_bucket_strong",
    "string_to_number": "to_number",
}
_FROM_DEBUGGING = [
    "assert_greater_equal",
    "assert_integer",
    "assert_less_equal",
    "assert_near",
    "assert_negative",
    "assert_non_negative",
    "assert_non_positive",
    "assert_none_equal",
    "assert_positive",
    "assert_proper_iterable",
    "assert_rank_at_least",
    "assert_rank_in",
    "assert_same_float_dtype",
    "assert_scalar",
    "assert_type",
    "check_numerics",
    "is_numeric_tensor",
]
_FROM_SIGNAL = ["fft", "fft2d", "fft3d", "ifft", "ifft2d", "ifft3d"]
_FROM_ARRAYS = {
    "lin_space": "linspace",
    "reverse_v2": "reverse",
    "tensor_scatter_add": "tensor_scatter_nd_add",
    "tensor_scatter_sub": "tensor_scatter_nd_sub",
    "tensor_scatter_update": "tensor_scatter_nd_update",
}
_FROM_NN = ["depth_to_space", "space_to_depth"]


def _under_older_names(module, names):
    for name, now in names.items():
        function = getattr(module, now or name, None)
        if function is not None:
            globals()[name] = renamed(function)
            __all__.append(name)


__all__ = [
    "arg_max",
    "arg_min",
    "argmax",
    "argmin",
    "count_nonzero",
    "div",
    "floor_div",
    "reduce_all",
    "reduce_any",
    "reduce_logsumexp",
    "reduce_max",
    "reduce_mean",
    "reduce_min",
    "reduce_prod",
    "reduce_sum",
    "to_bfloat16",
    "to_complex64",
    "to_complex128",
    "to_double",
    "to_float",
    "to_int32",
    "to_int64",
]
_under_older_names(math, {**dict.fromkeys(_FROM_MATH), "div_no_nan": "divide_no_nan"})
_under_older_names(linalg, _FROM_LINALG)
_under_older_names(strings, _FROM_STRINGS)
_under_older_names(nn, dict.fromkeys(_FROM_NN))
_under_older_names(debugging, dict.fromkeys(_FROM_DEBUGGING))
_under_older_names(signal, dict.fromkeys(_FROM_SIGNAL))
_under_older_names(arrays, _FROM_ARRAYS)
_under_older_names(math, {"accumulate_n": "add_n", "is_non_decreasing": None, "is_strictly_increasing": None})
