"""tf.raw_ops."""

import numpy as np

from tests.oracle.call import Call, integers, normal

TRANSFORMS = np.array(
    [[0.9, 0.3, -1.2, -0.2, 1.1, 0.7, 0.02, -0.01], [1, 0, 2.3, 0, 1, -1.6, 0, 0]], "float32"
)


def _raw(type_name, **kwargs):
    names = [each for each, value in kwargs.items() if isinstance(value, np.ndarray)]
    given = {each: value for each, value in kwargs.items() if each not in names}

    def call(tf, *tensors):
        result = getattr(tf.raw_ops, type_name)(**dict(zip(names, tensors, strict=True)), **given)
        return list(result) if isinstance(result, tuple) else result

    return Call(call, *[kwargs[each] for each in names], name=f"raw_ops.{type_name}", atol=1e-4)


def _transform(images, transforms, dims, interpolation, fill_mode, fill_value=0.5):
    return _raw(
        "ImageProjectiveTransformV3",
        images=images,
        transforms=transforms,
        output_shape=dims,
        fill_value=fill_value,
        interpolation=interpolation,
        fill_mode=fill_mode,
    )


CALLS = [
    *[
        _transform(normal(2, 5, 6, 2), transforms, dims, interpolation, mode)
        for interpolation in ("NEAREST", "BILINEAR")
        for mode in ("CONSTANT", "REFLECT", "WRAP", "NEAREST")
        for transforms, dims in ((TRANSFORMS, [5, 6]), (TRANSFORMS[1:], [7, 4]))
    ],
    _transform(integers(2, 5, 6, 1, high=200, dtype="uint8"), TRANSFORMS, [5, 6], "NEAREST", "REFLECT", 3.0),
    _raw("Bucketize", input=normal(3, 4), boundaries=[-0.5, 0.0, 0.7]),
    _raw("UniqueV2", x=integers(9, high=4), axis=np.array([0], "int32")),
    _raw("UniqueV2", x=integers(9, high=4), axis=np.array([], "int32"), out_idx="int64"),
    _raw("UniqueWithCountsV2", x=integers(5, 2, high=2), axis=np.array([0], "int64")),
    _raw("Tanh", x=normal(3)),
    _raw("AddV2", x=normal(3), y=normal(3)),
]

BAD_CALLS = [
    _transform(normal(5, 6, 2), TRANSFORMS, [5, 6], "NEAREST", "CONSTANT"),
    _raw("UniqueV2", x=integers(3, 3), axis=np.array([], "int32")),
]
