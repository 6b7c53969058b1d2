"""tf.image."""

import numpy as np

from tests.oracle.call import Call, integers, normal, uniform

METHODS = ("bilinear", "nearest", "bicubic", "lanczos3", "lanczos5", "gaussian", "mitchellcubic", "area")
PIXELS = integers(2, 6, 7, 3, high=256, dtype="uint8")
COLORS = uniform(2, 4, 5, 3)


def _turned_over(tf, x):
    return [tf.image.rot90(x, k) for k in range(5)]


CALLS = [
    *[
        Call("image.resize", normal(2, 6, 9, 3), size, method, antialias=antialias, atol=2e-5)
        for method in METHODS
        for antialias in (False, True)
        for size in ([4, 5], [11, 20], [3, 9])
    ],
    *[Call("image.resize", PIXELS, [3, 10], method, atol=1e-3) for method in METHODS],
    Call("image.resize", normal(5, 8, 1, dtype="float64"), [3, 3], rtol=1e-5),
    Call("image.resize", normal(5, 8, 1), [5, 8], "gaussian"),
    Call("image.resize", normal(5, 8, 1, dtype="float64"), [5, 8]),
    Call("image.resize", PIXELS, [6, 7]),
    Call("image.resize", normal(5, 8, 1), (10, 10), preserve_aspect_ratio=True),
    Call("image.resize", normal(5, 8, 1), np.array([4, 3], "int32"), "nearest", preserve_aspect_ratio=True),
    Call("image.resize_with_pad", normal(2, 5, 8, 3), 7, 7),
    Call("image.resize_with_pad", normal(5, 8, 3), 4, 9, "bicubic", antialias=True),
    Call("image.resize_with_crop_or_pad", normal(2, 5, 8, 3), 8, 3),
    Call("image.resize_with_crop_or_pad", normal(5, 8, 3), 2, 11),
    Call("image.central_crop", normal(5, 8, 3), 0.5),
    Call("image.central_crop", normal(2, 7, 9, 3), 0.35),
    Call("image.central_crop", normal(2, 7, 9, 3), 1.0),
    Call("image.crop_to_bounding_box", normal(2, 5, 8, 3), 1, 2, 3, 4),
    Call("image.pad_to_bounding_box", normal(5, 8, 3), 1, 2, 9, 10),
    *[
        Call(
            "image.crop_and_resize",
            normal(2, 5, 6, 2),
            np.array([[0.1, 0.2, 0.8, 0.93], [0.9, 0.8, 0.15, -0.3], [-0.1, 0.0, 1.3, 0.7]], "float32"),
            np.array([0, 1, 1], "int32"),
            size,
            method,
            extrapolation_value=0.5,
            atol=1e-4,
            grad=method == "bilinear",
            reason="gradients to boxes of the nearest pixel are those of bilinear sampling in TensorFlow",
        )
        for method in ("bilinear", "nearest")
        for size in ([3, 4], [1, 5])
    ],
    Call("image.rgb_to_hsv", COLORS, atol=1e-4),
    Call("image.rgb_to_hsv", np.array([[[0.5, 0.5, 0.5], [0, 0, 0], [1, 0.2, 1]]], "float32"), grad=False),
    Call("image.hsv_to_rgb", COLORS, grad=False, reason="TensorFlow has none"),
    Call("image.rgb_to_grayscale", COLORS),
    Call("image.rgb_to_grayscale", PIXELS),
    Call("image.grayscale_to_rgb", normal(2, 3, 1)),
    Call("image.rgb_to_yiq", COLORS, atol=1e-6),
    Call("image.yiq_to_rgb", COLORS, atol=1e-6),
    Call("image.rgb_to_yuv", COLORS, atol=1e-6),
    Call("image.yuv_to_rgb", COLORS, atol=1e-6),
    *[
        Call("image.convert_image_dtype", PIXELS, dtype)
        for dtype in ("float32", "float64", "uint16", "int8", "int32")
    ],
    Call("image.convert_image_dtype", COLORS, "uint8"),
    Call("image.convert_image_dtype", COLORS * 3 - 1, "uint8", saturate=True),
    Call("image.convert_image_dtype", COLORS, "float16"),
    Call("image.adjust_brightness", COLORS, 0.2),
    Call("image.adjust_brightness", PIXELS, 0.2),
    Call("image.adjust_contrast", COLORS, 1.7, atol=1e-6),
    Call("image.adjust_contrast", PIXELS, 0.5),
    Call("image.adjust_gamma", COLORS, 0.7, 1.2),
    Call("image.adjust_gamma", PIXELS, 2.0),
    Call("image.adjust_hue", COLORS, 0.3, atol=1e-5),
    Call("image.adjust_hue", COLORS, -0.8, atol=1e-5),
    Call("image.adjust_saturation", COLORS, 1.6, atol=1e-5),
    Call("image.per_image_standardization", normal(2, 4, 5, 3), atol=1e-5),
    Call("image.per_image_standardization", PIXELS),
    Call("image.flip_left_right", normal(2, 3, 4, 1)),
    Call("image.flip_up_down", normal(3, 4, 1)),
    Call("image.transpose", normal(2, 3, 4, 1)),
    Call(_turned_over, normal(3, 4, 1), name="image.rot90"),
    Call(_turned_over, normal(2, 3, 4, 1), name="image.rot90"),
    Call("image.sobel_edges", normal(2, 4, 5, 3), atol=1e-5),
    Call("image.image_gradients", normal(2, 4, 5, 3)),
    Call("image.total_variation", normal(2, 4, 5, 3), rtol=1e-5),
    Call("image.total_variation", normal(4, 5, 3), rtol=1e-5),
    Call("image.psnr", uniform(2, 4, 5, 3), uniform(2, 4, 5, 3), 1.0, rtol=1e-5),
    Call("image.psnr", PIXELS, PIXELS[::-1], 255, rtol=1e-5),
    Call("image.ssim", uniform(2, 13, 14, 3), uniform(2, 13, 14, 3), 1.0, rtol=1e-4, atol=1e-5),
    Call("image.ssim", uniform(9, 9, 1), uniform(9, 9, 1), 1.0, filter_size=5, k1=0.02, rtol=1e-4, atol=1e-5),
    Call(
        "image.ssim_multiscale",
        uniform(2, 25, 24, 3),
        uniform(2, 25, 24, 3) * 0.1 + 0.5,
        1.0,
        power_factors=(0.4, 0.6),
        filter_size=7,
        grad=False,
        reason="contrast of unrelated images is clipped at zero, where the power has no derivative",
        rtol=1e-4,
        atol=1e-5,
    ),
    Call("image.stateless_random_brightness", COLORS, 0.3, seed=[1, 2]),
    Call("image.stateless_random_contrast", COLORS, 0.3, 1.5, seed=[1, 2], atol=1e-6),
    Call("image.stateless_random_hue", COLORS, 0.3, seed=[1, 2], atol=1e-5),
    Call("image.stateless_random_saturation", COLORS, 0.3, 1.5, seed=[1, 2], atol=1e-5),
    *[Call("image.stateless_random_flip_left_right", COLORS, seed=[1, k]) for k in range(3)],
    *[Call("image.stateless_random_flip_up_down", COLORS[0], seed=[1, k]) for k in range(3)],
    Call("image.stateless_random_crop", COLORS, [2, 2, 3, 3], seed=[1, 2]),
]

BAD_CALLS = [
    Call("image.resize", normal(3, 4), [2, 2]),
    Call("image.resize", normal(3, 4, 1), [2, 2, 2]),
    Call("image.resize", normal(3, 4, 1), [2, 2], "cubic"),
    Call("image.resize", normal(3, 4, 1), 3),
    Call("image.resize_with_pad", normal(3, 4, 1), 0, 3),
    Call("image.resize_with_crop_or_pad", normal(3, 4, 1), 0, 3),
    Call("image.central_crop", normal(3, 4, 1), 0.0),
    Call("image.crop_to_bounding_box", normal(3, 4, 1), 1, 1, 3, 3),
    Call("image.pad_to_bounding_box", normal(3, 4, 1), 1, 1, 3, 3),
    Call("image.rgb_to_hsv", normal(3, 4, 1)),
    Call("image.flip_left_right", normal(3, 4)),
    Call("image.psnr", normal(3, 4, 1), normal(3, 5, 1), 1.0),
    Call("image.random_brightness", normal(3, 4, 1), -1.0),
    Call("image.random_contrast", normal(3, 4, 1), 2.0, 1.0),
    Call("image.random_hue", normal(3, 4, 3), 0.7),
]
