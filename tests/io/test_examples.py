"""Examples written by either library and parsed by both: the same tensors, the same errors."""

import numpy as np
import pytest

import tapeflow as tf

tensorflow = pytest.importorskip("tensorflow")


def example(library, **features):
    train = library.train
    kinds = {
        "float": lambda values: train.Feature(float_list=train.FloatList(value=values)),
        "int": lambda values: train.Feature(int64_list=train.Int64List(value=values)),
        "bytes": lambda values: train.Feature(bytes_list=train.BytesList(value=values)),
    }
    features = {key: kinds[kind](values) for key, (kind, values) in features.items()}
    return train.Example(features=train.Features(feature=features)).SerializeToString()


FULL = {"a": ("int", [1, 2]), "b": ("bytes", [b"x"]), "f": ("float", [1.5, 2, 3])}
FEATURES = {
    "fixed": lambda io, lib: {"a": io.FixedLenFeature([2], lib.int64)},
    "default": lambda io, lib: {"a": io.FixedLenFeature([2], lib.int64, default_value=[7, 8])},
    "scalar": lambda io, lib: {"z": io.FixedLenFeature([], lib.string, default_value=b"no")},
    "other_size": lambda io, lib: {"a": io.FixedLenFeature([3], lib.int64, default_value=[7, 8, 9])},
    "other_dtype": lambda io, lib: {"a": io.FixedLenFeature([2], lib.float32, default_value=[7, 8])},
    "sequence": lambda io, lib: {"f": io.FixedLenSequenceFeature([], lib.float32, allow_missing=True)},
    "sequence_size": lambda io, lib: {"f": io.FixedLenSequenceFeature([2], lib.float32, allow_missing=True)},
    "sequence_missing": lambda io, lib: {"f": io.FixedLenSequenceFeature([], lib.float32)},
    "sparse": lambda io, lib: {"a": io.VarLenFeature(lib.int64), "b": io.VarLenFeature(lib.string)},
    "sparse_dtype": lambda io, lib: {"a": io.VarLenFeature(lib.float32)},
    "ragged": lambda io, lib: {
        "f": io.RaggedFeature(lib.float32),
        "g": io.RaggedFeature(lib.int64, value_key="a"),
    },
    "int32": lambda io, lib: {"a": io.FixedLenFeature([], lib.int32)},
    "none": lambda io, lib: {},
    "number": lambda io, lib: {"a": 3},
}


def plain(value):
    if hasattr(value, "to_list"):
        return value.to_list()
    if hasattr(value, "indices"):
        return [each.numpy().tolist() for each in (value.indices, value.values, value.dense_shape)]
    return np.asarray(value.numpy()).tolist()


def outcome(library, parse, data, features):
    try:
        found = getattr(library.io, parse)(data, features(library.io, library))
    except Exception as error:
        return type(error).__name__
    return {key: plain(value) for key, value in found.items()}


@pytest.mark.parametrize("name", FEATURES)
def test_features_are_tensorflows(name):
    data = example(tf, **FULL)
    assert data == example(tensorflow, **FULL) or len(data) == len(example(tensorflow, **FULL))
    for parse, given in (
        ("parse_example", [data, example(tf)]),
        ("parse_example", [data]),
        ("parse_single_example", data),
        ("parse_single_example", example(tf)),
    ):
        assert outcome(tf, parse, given, FEATURES[name]) == outcome(tensorflow, parse, given, FEATURES[name])


JSON = (
    '{"features": {"feature": {"a": {"int64List": {"value": [1, "2"]}}, "b": {"bytes_list": {"value": ["aGk="]}}, '
    '"f": {"floatList": {"value": [1.5, -2]}}}}}'
)


@pytest.mark.parametrize("text", [JSON, [[JSON]], "{}", "", "{", '{"x": 1}', "[]", '{"features": 3}', 3])
def test_json_is_read_as_in_tensorflow(text):
    found = []
    for library in (tf, tensorflow):
        try:
            data = library.io.decode_json_example(text)
        except Exception as error:
            found.append(type(error).__name__)
            continue
        example = library.train.Example.FromString(np.asarray(data.numpy(), object).reshape(-1)[0])
        found.append((data.shape.as_list(), str(example)))
    assert found[0] == found[1]


def test_bytes_that_are_no_example_are_refused():
    for data in (b"\xff\xff", example(tf, **FULL)[:-3], b"\x0a\xff\xff\xff\xff\x0f"):
        with pytest.raises(tf.errors.InvalidArgumentError, match="Could not parse example"):
            tf.io.parse_example([data], {"a": tf.io.VarLenFeature(tf.int64)})


def test_functions_parse_when_they_run():
    @tf.function
    def parse(data):
        found = tf.io.parse_single_example(data, {"a": tf.io.FixedLenFeature([2], tf.int64)})
        assert found["a"].shape == [2]
        return found["a"] + 1

    np.testing.assert_array_equal(parse(tf.constant(example(tf, **FULL))), [2, 3])
