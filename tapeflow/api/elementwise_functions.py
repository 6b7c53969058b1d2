"""Which public functions work element by element: those that ragged tensors and users' types extend all at once."""

from tapeflow.api import arrays, bitwise, casting, clipping, debugging, image, io, math, nn, strings
from tapeflow.api.math import complex_numbers, special

ONE = {
    math: """abs acos acosh angle asin asinh atan atanh bessel_i0 bessel_i0e bessel_i1 bessel_i1e ceil conj cos cosh
        digamma erf erfc erfcinv erfinv exp expm1 floor imag is_finite is_inf is_nan lgamma log log1p log_sigmoid
        logical_not ndtri negative real reciprocal reciprocal_no_nan rint round rsqrt sigmoid sign sin sinh softplus
        sqrt square tan tanh""",
    special: """bessel_j0 bessel_j1 bessel_k0 bessel_k0e bessel_k1 bessel_k1e bessel_y0 bessel_y1 dawsn expint
        fresnel_cos fresnel_sin spence""",
    nn: "elu gelu leaky_relu relu relu6 selu silu softsign",
    bitwise: "invert",
    casting: "cast saturate_cast",
    arrays: "ones_like zeros_like",
    debugging: "check_numerics",
    strings: """as_string length lower regex_full_match regex_replace strip substr to_hash_bucket to_hash_bucket_fast
        to_hash_bucket_strong to_number upper""",
    io: "decode_base64 encode_base64 decode_compressed",
}
"""Functions of one tensor, the first argument."""

PICTURES = {
    image: "adjust_brightness adjust_gamma convert_image_dtype random_brightness stateless_random_brightness",
    clipping: "clip_by_value",
    math: "nextafter",
}
"""Functions that TensorFlow counts among those of one tensor for users' types only."""

TWO = {
    math: """add atan2 divide divide_no_nan equal floordiv floormod greater greater_equal less less_equal logical_and
        logical_or logical_xor maximum minimum multiply multiply_no_nan not_equal pow realdiv squared_difference
        subtract truediv truncatediv truncatemod xdivy xlog1py xlogy zeta""",
    bitwise: "bitwise_and bitwise_or bitwise_xor left_shift right_shift",
    complex_numbers: "complex",
    nn: "sigmoid_cross_entropy_with_logits",
}
"""Functions of two tensors that broadcast, the first two arguments."""

ASSERTIONS = {
    debugging: """assert_equal assert_greater assert_greater_equal assert_less assert_less_equal assert_near
        assert_none_equal"""
}
"""Assertions about two tensors that broadcast."""


def functions(*tables):
    """The functions that such tables name."""
    found = []
    for table in tables:
        for module, names in table.items():
            found += [getattr(module, name) for name in names.split()]
    return found
