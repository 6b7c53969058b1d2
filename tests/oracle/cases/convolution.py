"""tf.nn: convolutions, poolings, patches."""

from tests.oracle.call import Call, integers, normal

ONES = [1, 1, 1, 1]
MARGINS = [[0, 0], [1, 2], [0, 1], [0, 0]]
NO_GRADIENT = {"grad": False, "reason": "TensorFlow has no gradient for this on the CPU"}
NARROW = {"atol": 0.1, "reason": "sums of 16-bit floats"}


def images(*dims, dtype="float32"):
    return normal(*dims, dtype=dtype)


CONVOLUTIONS = [
    *[
        Call("nn.conv2d", images(2, 7, 6, 3), normal(3, 2, 3, 4), strides, padding, dilations=dilations)
        for strides, padding, dilations in (
            (1, "VALID", None),
            (1, "SAME", 1),
            (2, "SAME", None),
            ([2, 1], "VALID", None),
            ([1, 1, 2, 1], "SAME", None),
            (1, MARGINS, None),
            (2, MARGINS, None),
        )
    ],
    *[
        Call(
            "nn.conv2d",
            *(images(2, 7, 6, 3), normal(3, 2, 3, 4), 1, padding),
            dilations=dilations,
            **NO_GRADIENT,
        )
        for padding, dilations in (("SAME", 2), ("VALID", [2, 1]), ("VALID", [1, 1, 2, 1]))
    ],
    Call("nn.conv2d", images(2, 3, 5, 5, 2), normal(3, 3, 2, 4), 1, "SAME"),
    Call("nn.conv2d", images(2, 5, 5, 4), normal(3, 3, 2, 6), 1, "SAME", **NO_GRADIENT),
    Call("nn.conv2d", images(2, 5, 5, 4), normal(1, 1, 4, 6), 2, "VALID"),
    Call("nn.conv2d", images(2, 2, 2, 3), normal(3, 3, 3, 4), 1, "VALID", **NO_GRADIENT),
    Call("nn.conv2d", images(0, 5, 5, 3), normal(3, 3, 3, 4), 1, "SAME", grad=False, reason="crashes"),
    Call("nn.conv2d", images(2, 5, 5, 3, dtype="float64"), normal(3, 3, 3, 4, dtype="float64"), 1, "SAME"),
    Call(
        "nn.conv2d",
        images(2, 5, 5, 3, dtype="float16"),
        normal(3, 3, 3, 4, dtype="float16"),
        1,
        "SAME",
        **NARROW,
    ),
    Call(
        "nn.conv2d",
        images(2, 5, 5, 3, dtype="bfloat16"),
        normal(3, 3, 3, 4, dtype="bfloat16"),
        1,
        "SAME",
        atol=0.3,
        reason="sums of 16-bit floats",
    ),
    Call("nn.conv2d", integers(2, 5, 5, 3), integers(3, 3, 3, 4), 1, "SAME"),
    Call("nn.conv1d", images(2, 7, 3), normal(3, 3, 4), 1, "SAME"),
    Call("nn.conv1d", images(2, 7, 3), normal(3, 3, 4), [2], "VALID"),
    Call("nn.conv1d", images(2, 7, 3), normal(3, 3, 4), [1, 2, 1], "SAME"),
    Call("nn.conv1d", images(2, 7, 3), normal(3, 3, 4), 1, "VALID", "NWC", 2, **NO_GRADIENT),
    Call("nn.conv1d", images(2, 2, 7, 3), normal(3, 3, 4), 1, "SAME"),
    Call("nn.conv3d", images(2, 4, 5, 3, 2), normal(2, 3, 2, 2, 4), [1] * 5, "SAME"),
    Call("nn.conv3d", images(2, 4, 5, 3, 2), normal(2, 3, 2, 2, 4), [1, 2, 1, 2, 1], "VALID"),
    Call("nn.conv3d", images(2, 2, 3, 3, 3, 2), normal(2, 2, 2, 2, 3), [1] * 5, "SAME"),
    Call("nn.convolution", images(2, 7, 6, 3), normal(3, 2, 3, 4)),
    Call("nn.convolution", images(2, 7, 6, 3), normal(3, 2, 3, 4), strides=2, padding="SAME"),
    Call("nn.convolution", images(2, 7, 6, 3), normal(3, 2, 3, 4), padding="SAME", dilations=[2, 1]),
    Call("nn.convolution", images(2, 7, 3), normal(3, 3, 4), strides=[2]),
    Call("nn.convolution", images(1, 4, 5, 4, 2), normal(2, 2, 2, 2, 3), None, "SAME", "NDHWC"),
    Call("nn.convolution", images(1, 5, 5, 5, 2), normal(2, 2, 2, 2, 3), dilations=2),
    Call("nn.atrous_conv2d", images(2, 9, 9, 3), normal(3, 3, 3, 2), 2, "SAME"),
    Call("nn.atrous_conv2d", images(2, 9, 8, 3), normal(3, 2, 3, 2), 3, "VALID"),
]

SUMS = {"rtol": 1e-4, "atol": 1e-3, "reason": "gradients are long sums of float32"}

# Large enough to be computed in several blocks, of whole images or of rows.
LARGE = [
    Call("nn.conv2d", images(9, 40, 40, 8), normal(3, 3, 8, 8), 1, "SAME", **SUMS),
    Call("nn.conv2d", images(2, 130, 100, 8), normal(3, 3, 8, 4), 1, "SAME", **SUMS),
    Call("nn.conv2d", images(2, 261, 200, 4), normal(3, 5, 4, 3), 2, MARGINS, **SUMS),
    Call("nn.depthwise_conv2d", images(3, 50, 50, 9), normal(3, 3, 9, 2), ONES, "SAME", **SUMS),
    Call("nn.depthwise_conv2d", images(2, 130, 100, 8), normal(3, 3, 8, 1), [1, 2, 2, 1], "SAME", **SUMS),
    Call("nn.conv1d", images(1, 60000, 4), normal(5, 4, 4), 1, "VALID", **SUMS),
]

TRANSPOSES = [
    Call("nn.conv2d_transpose", images(2, 5, 4, 4), normal(3, 3, 2, 4), [2, 10, 8, 2], 2),
    Call("nn.conv2d_transpose", images(2, 5, 4, 4), normal(3, 2, 2, 4), [2, 9, 7, 2], 2),
    Call("nn.conv2d_transpose", images(2, 5, 4, 4), normal(3, 2, 2, 4), [11, 8], [2, 2], "VALID"),
    Call("nn.conv2d_transpose", images(2, 5, 4, 4), normal(3, 2, 2, 4), [2, 7, 5, 2], 1, "VALID"),
    Call(
        "nn.conv2d_transpose",
        *(images(2, 5, 5, 4), normal(3, 3, 2, 4), [2, 9, 9, 2], 2, [[0, 0], [1, 1], [1, 1], [0, 0]]),
    ),
    Call("nn.conv1d_transpose", images(2, 5, 4), normal(3, 2, 4), [2, 10, 2], 2),
    Call("nn.conv1d_transpose", images(2, 5, 4), normal(3, 2, 4), [2, 11, 2], 2, "VALID"),
    Call("nn.conv3d_transpose", images(1, 2, 3, 2, 3), normal(3, 2, 2, 2, 3), [1, 4, 6, 4, 2], 2),
    Call("nn.conv_transpose", images(2, 5, 5, 4), normal(3, 3, 2, 4), [2, 10, 10, 2], 2),
    Call("nn.conv_transpose", images(2, 5, 4), normal(3, 2, 4), [2, 10, 2], 2),
    Call("nn.atrous_conv2d_transpose", images(2, 9, 9, 2), normal(3, 3, 3, 2), [2, 9, 9, 3], 2, "SAME"),
    Call("nn.atrous_conv2d_transpose", images(2, 5, 5, 2), normal(3, 3, 3, 2), [2, 9, 9, 3], 2, "VALID"),
]

DEPTHWISE = [
    Call("nn.depthwise_conv2d", images(2, 6, 5, 3), normal(3, 2, 3, 2), ONES, "SAME"),
    Call("nn.depthwise_conv2d", images(2, 6, 5, 3), normal(3, 2, 3, 1), [1, 2, 2, 1], "VALID"),
    Call("nn.depthwise_conv2d", images(2, 6, 5, 1), normal(3, 2, 1, 4), [1, 2, 2, 1], "SAME"),
    Call("nn.depthwise_conv2d", images(2, 8, 8, 3), normal(3, 3, 3, 2), ONES, "SAME", dilations=[2, 2]),
    Call("nn.depthwise_conv2d", images(2, 8, 8, 3), normal(3, 3, 3, 2), ONES, "VALID", None, [1, 2]),
    Call("nn.depthwise_conv2d", images(2, 6, 6, 3), normal(3, 3, 3, 2), ONES, MARGINS),
    Call(
        "nn.depthwise_conv2d_backprop_input",
        *([2, 6, 5, 3], normal(3, 2, 3, 2), normal(2, 6, 5, 6), ONES, "SAME"),
    ),
    Call(
        "nn.depthwise_conv2d_backprop_filter",
        *(images(2, 6, 5, 3), [3, 2, 3, 2], normal(2, 6, 5, 6), ONES, "SAME"),
    ),
    Call("nn.separable_conv2d", images(2, 6, 6, 3), normal(3, 3, 3, 2), normal(1, 1, 6, 5), ONES, "SAME"),
    Call(
        "nn.separable_conv2d",
        *(images(2, 6, 6, 3), normal(3, 3, 3, 2), normal(1, 1, 6, 5), [1, 2, 2, 1], "VALID"),
    ),
]

POOLINGS = [
    *[
        Call(f"nn.{name}", images(2, 5, 6, 2), size, strides, padding)
        for name in ("max_pool", "avg_pool", "max_pool2d", "avg_pool2d")
        for size, strides, padding in (
            (2, 2, "VALID"),
            (3, 2, "SAME"),
            ([2, 3], [2, 1], "SAME"),
            ([1, 3, 2, 1], ONES, "VALID"),
        )
    ],
    Call("nn.max_pool", integers(2, 4, 4, 2, high=3).astype("float32"), 3, 2, "SAME"),  # ties
    Call("nn.max_pool2d", images(2, 5, 5, 3), 3, 2, [[0, 0], [1, 0], [1, 2], [0, 0]]),
    Call("nn.max_pool2d", images(2, 4, 4, 4), [1, 1, 1, 2], [1, 1, 1, 2], "VALID", grad=False, reason="none"),
    Call("nn.max_pool2d", images(2, 2, 2, 3), 3, 2, "VALID", grad=False, reason="TensorFlow has none"),
    *[
        Call("nn.max_pool", integers(2, 5, 5, 2, dtype=dtype), 2, 2, "SAME")
        for dtype in ("int32", "int64", "uint8", "int8", "int16")
    ],
    *[
        Call(f"nn.{name}", images(2, 5, 5, 2, dtype=dtype), 2, 2, "SAME")
        for name in ("max_pool", "avg_pool")
        for dtype in ("float64", "float16", "bfloat16")
    ],
    *[
        call
        for name in ("max", "avg")
        for call in (
            Call(f"nn.{name}_pool1d", images(2, 7, 3), 3, 2, "SAME"),
            Call(f"nn.{name}_pool1d", images(2, 7, 3), [2], [1], "VALID"),
            Call(f"nn.{name}_pool", images(2, 7, 3), 3, 2, "VALID"),
            Call(f"nn.{name}_pool3d", images(2, 4, 5, 4, 2), 2, 2, "SAME"),
            Call(f"nn.{name}_pool3d", images(2, 4, 5, 4, 2), [2, 3, 1], [1, 2, 1], "VALID"),
            Call(f"nn.{name}_pool", images(2, 4, 5, 4, 2), 2, 1, "VALID", "NDHWC"),
            Call("nn.pool", images(2, 7, 3), [3], name.upper()),
            Call("nn.pool", images(2, 7, 6, 3), [3, 2], name.upper(), strides=[2, 1], padding="SAME"),
            Call("nn.pool", images(2, 7, 8, 3), [2, 2], name.upper(), dilations=[2, 3]),
        )
    ],
    Call("nn.max_pool1d", images(2, 5, 3), 2, 2, [[0, 0], [1, 1], [0, 0]]),
    Call("nn.max_pool_with_argmax", images(2, 5, 5, 3), 2, 2, "SAME"),
    Call("nn.max_pool_with_argmax", images(2, 5, 5, 3), 3, 1, "VALID", include_batch_in_index=True),
    Call("nn.dilation2d", images(2, 5, 5, 3), normal(2, 3, 3), ONES, "SAME", "NHWC", ONES),
    Call("nn.dilation2d", images(2, 7, 7, 3), normal(2, 3, 3), [1, 2, 1, 1], "VALID", "NHWC", [1, 1, 2, 1]),
    Call("nn.dilation2d", integers(2, 5, 5, 3), integers(2, 3, 3), ONES, "SAME", "NHWC", ONES),
    Call("nn.erosion2d", images(2, 5, 5, 3), normal(2, 3, 3), ONES, "SAME", "NHWC", ONES),
    Call("image.extract_patches", images(2, 6, 6, 3), [1, 3, 2, 1], [1, 2, 1, 1], ONES, "VALID"),
    Call("image.extract_patches", images(2, 6, 6, 3), [1, 3, 2, 1], ONES, [1, 2, 2, 1], "SAME"),
    Call("image.extract_patches", integers(2, 5, 5, 1), [1, 2, 2, 1], ONES, ONES, "SAME"),
]


def fractional(name, *args, global_seed=3, times=1, **kwargs):
    """Fractional pooling after `set_seed`."""

    def call(tf, x):
        tf.random.set_seed(global_seed)
        return [getattr(tf.nn, name)(x, *args, **kwargs) for _ in range(times)]

    return call


def dilated(tf, x, rates, padding, filter_shape=None, pooling="MAX", **kwargs):
    def pool(x, rank, padding):
        layout = {"data_format": kwargs.get("data_format")}
        return tf.nn.pool(x, [2] * rank, pooling, padding=padding, **layout)

    return tf.nn.with_space_to_batch(x, rates, padding, pool, filter_shape, **kwargs)


OTHERS = [
    *[
        Call(fractional(f"fractional_{name}_pool", *args, **kwargs), x, name=f"nn.fractional_{name}_pool")
        for name in ("max", "avg")
        for x, *args, kwargs in (
            (images(2, 9, 7, 3), [1.0, 1.44, 1.44, 1.0], {"seed": 5, "times": 2}),
            (images(2, 9, 7, 3), [1.0, 1.7, 1.3, 1.0], True, True, {"seed": 9}),
            (images(1, 20, 31, 2, dtype="float64"), [1.0, 2.6, 1.3, 1.0], {"seed": 1, "overlapping": True}),
            (images(1, 20, 31, 2), [1.0, 2.6, 2.6, 1.0], True, {"seed": 2, "global_seed": 11}),
            (images(1, 8, 6, 2), [1.0, 2.0, 2.0, 1.0], {"seed": 2}),
            (images(1, 8, 6, 2), [1.0, 2.0, 2.0, 1.0], True, {"seed": 2}),
            (integers(1, 9, 9, 2, low=-9, dtype="int64"), [1.0, 1.5, 1.5, 1.0], True, {"seed": 2}),
        )
    ],
    Call(fractional("fractional_max_pool", 1.3, seed=4), images(2, 9, 7, 3), name="nn.fractional_max_pool"),
    Call("extract_volume_patches", images(1, 4, 5, 6, 2), [1, 2, 2, 3, 1], [1, 1, 2, 1, 1], "VALID"),
    Call("extract_volume_patches", images(2, 3, 3, 3, 1), [1, 2, 2, 2, 1], [1, 2, 1, 1, 1], "SAME"),
    Call("extract_volume_patches", integers(1, 2, 2, 2, 1), [1, 2, 1, 1, 1], [1, 1, 1, 1, 1], "SAME"),
    *[
        Call(dilated, images(2, 9, 8, 3), *args, name="nn.with_space_to_batch")
        for args in (([2, 3], "VALID"), ([2, 2], "SAME", [2, 2]), ([1, 1], "SAME"))
    ],
    Call(dilated, images(2, 9, 3), [2], "SAME", [2], name="nn.with_space_to_batch"),
    Call(dilated, images(2, 9, 3), [3], "VALID", spatial_dims=[1], name="nn.with_space_to_batch"),
]
CALLS = [*CONVOLUTIONS, *LARGE, *TRANSPOSES, *DEPTHWISE, *POOLINGS, *OTHERS]

_IMAGES, _FILTERS = images(2, 5, 5, 3), normal(3, 3, 3, 4)


def bad_conv2d(x=_IMAGES, w=_FILTERS, strides=1, padding="SAME", **options):
    return Call("nn.conv2d", x, w, strides, padding, **options)


BAD_CALLS = [
    *[
        Call(f"nn.fractional_{name}_pool", images(*dims), ratio, seed=1)
        for name in ("max", "avg")
        for dims, ratio in (
            ((2, 9, 9), 1.5),
            ((2, 9, 9, 1), 0.5),
            ((2, 9, 9, 1), [2.0, 1.5, 1.5, 1.0]),
            ((2, 9, 9, 1), [1.0, 0.5, 1.5, 1.0]),
            ((2, 9, 9, 1), "1.5"),
            ((2, 9, 9, 1), [1.0, 1.5, 1.0]),
        )
    ],
    Call("extract_volume_patches", images(2, 3, 3, 3), [1, 2, 2, 2, 1], [1, 1, 1, 1, 1], "VALID"),
    Call("extract_volume_patches", images(2, 3, 3, 3, 1), [1, 2, 2, 1], [1, 1, 1, 1, 1], "VALID"),
    Call("extract_volume_patches", images(2, 3, 3, 3, 1), [1, 2, 2, 2, 1], [1, 1, 1, 1, 1], "FULL"),
    *[
        Call(dilated, images(2, 9, 8, 3), *args, name="nn.with_space_to_batch", **options)
        for args, options in (
            (([2, 2], "SAME"), {}),
            (([2, 2], "FULL"), {}),
            (([0, 2], "VALID"), {}),
            (([2, 2], "VALID"), {"spatial_dims": [2, 1]}),
            (([2, 2], "VALID"), {"spatial_dims": [0, 1]}),
            (([2, 2], "VALID"), {"spatial_dims": [3, 4]}),
        )
    ],
    bad_conv2d(images(5, 5, 3)),
    bad_conv2d(w=normal(3, 3, 3)),
    bad_conv2d(w=normal(3, 3, 2, 4)),
    bad_conv2d(images(2, 5, 5, 4), normal(3, 3, 2, 3)),
    bad_conv2d(images(2, 5, 5, 0), normal(3, 3, 0, 2)),
    bad_conv2d(padding="FOO"),
    bad_conv2d(padding="same"),
    bad_conv2d(data_format="FOO"),
    bad_conv2d(strides=0),
    bad_conv2d(strides=[1, 1, 1]),
    bad_conv2d(strides=[2, 1, 1, 1]),
    bad_conv2d(dilations=0),
    bad_conv2d(padding=[[1, 0], [1, 2], [0, 1], [0, 0]]),
    bad_conv2d(padding=[[0, 0], [-1, 2], [0, 1], [0, 0]]),
    bad_conv2d(padding=[[1, 0], [1, 2]]),
    bad_conv2d(integers(2, 5, 5, 3, dtype="int64"), integers(3, 3, 3, 4, dtype="int64")),
    bad_conv2d(w=normal(3, 3, 3, 4, dtype="float64")),
    Call("nn.conv1d", images(5, 3), normal(3, 3, 4), 1, "SAME"),
    Call("nn.conv3d", images(5, 5, 5, 3), normal(3, 3, 3, 3, 4), [1] * 5, "SAME"),
    Call("nn.conv3d", images(2, 5, 5, 5, 3), normal(3, 3, 3, 2, 4), [1] * 5, "SAME"),
    Call("nn.convolution", _IMAGES, _FILTERS, strides=2, dilations=2),
    Call("nn.convolution", images(2, 9, 3), _FILTERS),
    Call("nn.convolution", images(2, 3), normal(3, 4)),
    Call("nn.convolution", images(2, 3, 3, 3, 3, 3), normal(3, 3, 3, 3, 3, 4)),
    Call("nn.convolution", _IMAGES, _FILTERS, data_format="NCX"),
    Call("nn.conv2d_transpose", images(2, 5, 5, 4), normal(3, 3, 2, 4), [2, 12, 10, 2], 2),
    Call("nn.conv2d_transpose", images(2, 5, 5, 4), normal(3, 3, 2, 3), [2, 10, 10, 2], 2),
    Call("nn.conv2d_transpose", images(2, 5, 5, 4), normal(3, 3, 2, 4), [2, 10, 10, 3], 2),
    Call("nn.conv2d_transpose", images(2, 5, 5, 4), normal(3, 3, 2, 4), [3, 10, 10, 2], 2),
    Call("nn.conv1d_transpose", images(2, 5, 4), normal(3, 2, 4), None, 2),
    Call("nn.depthwise_conv2d", _IMAGES, normal(3, 3, 3, 2), 1, "SAME"),
    Call("nn.depthwise_conv2d", _IMAGES, normal(3, 3, 2, 2), ONES, "SAME"),
    Call("nn.depthwise_conv2d", _IMAGES, normal(3, 3, 2), ONES, "SAME"),
    Call("nn.depthwise_conv2d", images(5, 5, 3), normal(3, 3, 3, 2), ONES, "SAME"),
    Call("nn.separable_conv2d", _IMAGES, normal(3, 3, 3, 2), normal(1, 1, 5, 5), ONES, "SAME"),
    Call("nn.separable_conv2d", _IMAGES, normal(3, 3, 3, 2), normal(2, 1, 6, 5), ONES, "SAME"),
    Call("nn.max_pool2d", images(5, 5, 3), 2, 2, "SAME"),
    Call("nn.max_pool", images(5, 3), 2, 2, "SAME"),
    Call("nn.max_pool2d", _IMAGES, 3, 2, "FOO"),
    Call("nn.max_pool2d", _IMAGES, 2, 2, [[0, 0], [2, 2], [1, 1], [0, 0]]),
    Call("nn.max_pool2d", _IMAGES, 0, 2, "SAME"),
    Call("nn.max_pool2d", _IMAGES, 2, 0, "SAME"),
    Call("nn.max_pool1d", images(5, 3), 2, 2, "SAME"),
    Call("nn.avg_pool2d", integers(2, 5, 5, 3), 2, 2, "SAME"),
    Call("nn.avg_pool2d", _IMAGES, 2, 2, [[0, 0], [2, 2], [1, 1], [0, 0]]),
    Call("nn.avg_pool3d", images(5, 5, 5, 3), 2, 2, "SAME"),
    Call("nn.pool", _IMAGES, [2, 2], "SUM"),
    Call("nn.pool", _IMAGES, 2, "AVG"),
    Call("nn.pool", images(2, 9, 3), [2, 2], "AVG"),
    Call("nn.pool", _IMAGES, [2, 2], "AVG", dilations=[2, 2], padding="SAME"),
    Call("nn.pool", _IMAGES, [2, 2], "AVG", dilations=[2, 2], strides=[2, 2]),
    Call("nn.pool", images(2, 3, 3, 3, 3, 3), [2, 2, 2, 2], "AVG"),
    Call("nn.dilation2d", _IMAGES, normal(2, 2, 3), ONES, "SAME", "NCHW", ONES),
    Call("nn.dilation2d", _IMAGES, normal(2, 2, 2), ONES, "SAME", "NHWC", ONES),
    Call("nn.dilation2d", _IMAGES, normal(2, 2, 3), 1, "SAME", "NHWC", 1),
    Call("nn.dilation2d", images(5, 5, 3), normal(2, 2, 3), ONES, "SAME", "NHWC", ONES),
    Call("image.extract_patches", images(9, 9, 3), [1, 3, 3, 1], ONES, ONES, "VALID"),
    Call("image.extract_patches", _IMAGES, [1, 3, 3, 2], ONES, ONES, "VALID"),
    Call("image.extract_patches", _IMAGES, [1, 3, 3, 1], ONES, ONES, "FOO"),
    Call("image.extract_patches", _IMAGES, [3, 3], ONES, ONES, "VALID"),
]
