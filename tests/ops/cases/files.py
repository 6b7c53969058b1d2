import os
import tempfile

import numpy as np

from tapeflow.core.dtypes import float32, int64
from tapeflow.files.pictures import jpeg_bytes, png_bytes
from tapeflow.files.wave import wave_bytes
from tapeflow.ops import (
    example_parsing,
    file_calls,
    media,
    separated_values,
    sequence_parsing,
    serialization,
)
from tests.ops.case import Case

FOLDER = tempfile.mkdtemp()
PATH = np.array(os.path.join(FOLDER, "greeting").encode(), object)
with open(PATH.item(), "wb") as _file:
    _file.write(b"hello")


def scalar(data):
    return np.array(data, object)


TENSOR = scalar(b'\x08\x01\x12\x04\x12\x02\x08\x02"\x08\x00\x00\x80?\x00\x00\x00@')
PICTURE = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
PLACES = np.int64([[0, 1], [1, 2]])
ROWS = {"skip": ("spec_unknown", "dtypes"), "reason": "the elements know how many there are"}

CASES = [
    Case(file_calls.read_file, PATH, reference=lambda filename: scalar(b"hello")),
    Case(
        file_calls.matching_files,
        PATH,
        reference=lambda pattern: np.array([PATH.item()], object),
        skip="spec_unknown",
        reason="the folder knows how many there are",
    ),
    Case(
        serialization.decode_compressed,
        np.array([b"a", b"b"], object),
        compression_type="",
        reference=lambda x: x,
    ),
    Case(serialization.serialize_tensor, np.float32([1, 2]), reference=lambda x: TENSOR),
    Case(
        serialization.parse_tensor,
        TENSOR,
        dtype=float32,
        reference=lambda x: np.float32([1, 2]),
        skip="spec_unknown",
        reason="the shape is in the bytes",
    ),
    Case(
        media.decode_image,
        scalar(png_bytes(PICTURE, -1)),
        channels=0,
        expand=True,
        wide=False,
        only=None,
        rank=3,
        reference=lambda contents: PICTURE,
        skip="spec_unknown",
        reason="the shape is in the bytes",
    ),
    Case(
        media.encode_png,
        PICTURE[None],
        compression=-1,
        reference=lambda image: np.array([png_bytes(PICTURE, -1)], object),
    ),
    Case(media.encode_jpeg, PICTURE, quality=95, progressive=False, optimize=False, halved=True),
    Case(media.encode_jpeg_of_quality, PICTURE, np.int32(70)),
    Case(
        media.extract_jpeg_shape,
        scalar(jpeg_bytes(PICTURE, 90, False, False, True)),
        dtype=int64,
        reference=lambda contents: np.int64([2, 4, 3]),
    ),
    Case(serialization.serialize_sparse_rows, PLACES, np.float32([1, 2]), np.int64([2, 3]), **ROWS),
    Case(
        serialization.parse_sparse_rows,
        serialization.serialize_sparse_rows.kernel(np, PLACES, np.float32([1, 2]), np.int64([2, 3])),
        dtype=float32,
        rank=2,
        reference=lambda rows: (PLACES, np.float32([1, 2]), np.int64([2, 3])),
        **ROWS,
    ),
    Case(
        media.decode_wav,
        scalar(wave_bytes(np.float32([[0.5], [-1]]), 8000)),
        channels=1,
        samples=2,
        reference=lambda contents: (np.float32([[0.5], [-1]]), np.int32(8000)),
    ),
    Case(media.encode_wav, np.float32([[0.5], [-1]]), np.int32(8000)),
    Case(
        media.is_jpeg, np.array([b"\xff\xd8\xff", b"b"], object), reference=lambda x: np.array([True, False])
    ),
    Case(
        example_parsing.parse_examples,
        np.array([b"\n\x0b\n\t\n\x01a\x12\x04\x1a\x02\x08\x01"], object),
        plans=(("fixed", "a", int64, (1,), None),),
        reference=lambda serialized: (np.array([[1]]),),
    ),
    Case(
        example_parsing.decode_json_examples,
        np.array([b"{}", b'{"features": {"feature": {"a": {"int64List": {"value": [1]}}}}}'], object),
        reference=lambda texts: np.array([b"", b"\n\x0c\n\n\n\x01a\x12\x05\x1a\x03\n\x01\x01"], object),
    ),
    Case(
        sequence_parsing.parse_sequence_examples,
        np.array([b"\x12\x10\n\x0e\n\x01x\x12\t\n\x07\x1a\x05\n\x03\x01\x02\x03"], object),
        plans=(),
        list_plans=(("fixed", "x", int64, (3,), False),),
        reference=lambda serialized: (np.array([[[1, 2, 3]]]), np.array([1])),
        skip="spec_unknown",
        reason="the messages know how many steps there are",
    ),
    Case(
        separated_values.decode_csv,
        np.array([b"1", b"2"], object),
        np.int64([0]),
        kinds=(int64,),
        delimiter=b",",
        quotes=True,
        missing=b"",
        columns=None,
        reference=lambda records, default: (np.array([1, 2]),),
    ),
]
