"""tf.io: strings of bytes as numbers and text, records, files."""

from tapeflow.api.io.numbers import decode_base64, decode_raw, encode_base64
from tapeflow.api.io.records import TFRecordOptions, TFRecordWriter

__all__ = ["TFRecordOptions", "TFRecordWriter", "decode_base64", "decode_raw", "encode_base64"]
