"""tf.image: images are tensors [batch, height, width, channels], or one of them."""

import importlib

from tapeflow.api.image.adjustment import *  # noqa: F403
from tapeflow.api.image.boxes import *  # noqa: F403
from tapeflow.api.image.colors import *  # noqa: F403
from tapeflow.api.image.compression import *  # noqa: F403
from tapeflow.api.image.cropping import *  # noqa: F403
from tapeflow.api.image.orientation import *  # noqa: F403
from tapeflow.api.image.patches import extract_patches  # noqa: F401
from tapeflow.api.image.quality import *  # noqa: F403
from tapeflow.api.image.resizing import *  # noqa: F403
from tapeflow.api.image.suppression import *  # noqa: F403

_FILES = frozenset(
    {
        "decode_and_crop_jpeg",
        "decode_bmp",
        "decode_gif",
        "decode_image",
        "decode_jpeg",
        "decode_jxl",
        "decode_png",
        "decode_webp",
        "encode_jpeg",
        "encode_png",
        "extract_jpeg_shape",
        "is_jpeg",
    }
)
"""What `tf.io` has under the same names; imported when it is first asked for."""


def __getattr__(name):
    if name in _FILES:
        return getattr(importlib.import_module("tapeflow.api.io"), name)
    raise AttributeError(f"tapeflow.image has no {name!r}. If TensorFlow has it, it is not here yet.")
