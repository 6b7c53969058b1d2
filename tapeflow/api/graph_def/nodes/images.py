"""Nodes of images."""

import tapeflow as tf
from tapeflow.api.graph_def.table import node_op, of_tensors

of_tensors(
    {
        "AdjustHue": tf.image.adjust_hue,
        "AdjustSaturation": tf.image.adjust_saturation,
        "HSVToRGB": tf.image.hsv_to_rgb,
        "RGBToHSV": tf.image.rgb_to_hsv,
        "EncodePng": tf.io.encode_png,
    }
)


@node_op("AdjustContrastv2")
def _adjust_contrast(node, images, factor):
    mean = tf.reduce_mean(images, [-3, -2], keepdims=True)
    return (images - mean) * factor + mean


@node_op("ResizeBilinear", "ResizeNearestNeighbor", "ResizeBicubic", "ResizeArea")
def _resize(node, images, size):
    """Pixels are taken as squares with their middles at halves, as TensorFlow 2 does, or as points, as 1 did."""
    method = {
        "ResizeArea": "area",
        "ResizeBicubic": "bicubic",
        "ResizeBilinear": "bilinear",
        "ResizeNearestNeighbor": "nearest",
    }[node.op]
    if method == "area" and not node.flag("align_corners"):
        return tf.image.resize(images, size, method)
    if node.flag("half_pixel_centers"):
        return tf.image.resize(images, size, method)
    if method not in ("bilinear", "nearest"):
        raise NotImplementedError(
            f"{node} takes pixels as points, which is read for bilinear and nearest only."
        )
    return _resized_points(images, size, method, node.flag("align_corners"))


def _resized_points(images, size, method, aligned):
    """Pixels as points: new ones lie at equal distances from the first old one on, or from the first to the last."""
    dtype = images.dtype
    for axis, new in ((1, size[0]), (2, size[1])):
        old = tf.shape(images)[axis]
        places = tf.cast(tf.range(new), tf.float32) * _scale(old, new, aligned)
        last = old - 1
        if method == "nearest":
            near = tf.floor(places + 0.5) if aligned else tf.floor(places)
            images = tf.gather(images, tf.minimum(tf.cast(near, tf.int32), last), axis=axis)
            continue
        images = tf.cast(images, tf.float32)
        before = tf.cast(tf.floor(places), tf.int32)
        part = tf.reshape(places - tf.floor(places), [-1, 1, 1] if axis == 1 else [-1, 1])
        first = tf.gather(images, tf.minimum(before, last), axis=axis)
        second = tf.gather(images, tf.minimum(before + 1, last), axis=axis)
        images = first + (second - first) * part
    return tf.cast(images, dtype) if method == "nearest" else images


def _scale(old, new, aligned):
    if not aligned:
        return tf.cast(old, tf.float32) / tf.cast(new, tf.float32)
    scale = tf.cast(old - 1, tf.float32) / tf.cast(tf.maximum(new - 1, 1), tf.float32)
    return tf.where(new > 1, scale, tf.cast(old, tf.float32) / tf.cast(new, tf.float32))


@node_op("ScaleAndTranslate")
def _scale_and_translate(node, images, size, scale, translation):
    """What `tf.image.resize` calls with antialiasing: no other scales are read."""
    old = tf.cast(tf.shape(images)[1:3], tf.float32)
    fits = tf.get_static_value(tf.reduce_all(tf.abs(scale * old - tf.cast(size, tf.float32)) < 0.5))
    still = tf.get_static_value(tf.reduce_all(translation == 0.0))
    if fits is None or still is None or not (fits and still):
        raise NotImplementedError(f"{node} scales images otherwise than to the new size, which is not read.")
    method = {"triangle": "bilinear", "keyscubic": "bicubic"}.get(
        node.text("kernel_type", "lanczos3"), node.text("kernel_type", "lanczos3")
    )
    return tf.image.resize(images, size, method, antialias=node.flag("antialias", True))


@node_op("CropAndResize")
def _crop_and_resize(node, images, boxes, indices, size):
    method, outside = node.text("method", "bilinear"), node.real("extrapolation_value")
    return tf.image.crop_and_resize(images, boxes, indices, size, method, outside)


@node_op("NonMaxSuppressionV3")
def _suppression(node, boxes, scores, most, overlap, least):
    return tf.image.non_max_suppression(boxes, scores, most, overlap, least)


@node_op("ImageProjectiveTransformV3")
def _projective(node, images, transforms, shape, fill_value):
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=transforms,
        output_shape=shape,
        fill_value=fill_value,
        interpolation=node.text("interpolation"),
        fill_mode=node.text("fill_mode", "CONSTANT"),
    )


@node_op("DecodeJpeg", "DecodePng", "DecodeBmp", "DecodeGif")
def _decode(node, contents):
    channels = node.integer("channels")
    if node.op == "DecodeGif":
        return tf.io.decode_gif(contents)
    if node.op == "DecodePng":
        return tf.io.decode_png(contents, channels, node.dtype("dtype", tf.uint8.as_datatype_enum))
    if node.op == "DecodeJpeg":
        return tf.io.decode_jpeg(contents, channels, node.integer("ratio", 1))
    return tf.io.decode_bmp(contents, channels)


@node_op("DecodeImage")
def _decode_image(node, contents):
    dtype = node.dtype("dtype", tf.uint8.as_datatype_enum)
    return tf.io.decode_image(
        contents, node.integer("channels"), dtype, expand_animations=node.flag("expand_animations", True)
    )
