"""SequenceExamples, and Examples whose features make sparse and ragged tensors: the same as in TensorFlow."""

import numpy as np
import pytest

import tapeflow as tf

tensorflow = pytest.importorskip("tensorflow")
BOTH = {"tapeflow": tf, "tensorflow": tensorflow}


def feature(kind, values):
    train = tf.train
    return {
        "i": lambda: train.Feature(int64_list=train.Int64List(value=values)),
        "f": lambda: train.Feature(float_list=train.FloatList(value=values)),
        "b": lambda: train.Feature(bytes_list=train.BytesList(value=values)),
        "none": train.Feature,
    }[kind]()


def features(named):
    return tf.train.Features(feature={key: feature(*each) for key, each in named.items()})


def sequence(context, lists):
    found = {
        key: tf.train.FeatureList(feature=[feature(*step) for step in steps]) for key, steps in lists.items()
    }
    example = tf.train.SequenceExample(
        context=features(context), feature_lists=tf.train.FeatureLists(feature_list=found)
    )
    return example.SerializeToString()


def example(**named):
    return tf.train.Example(features=features(named)).SerializeToString()


LONG = sequence(
    {"c": ("i", [5]), "v": ("f", [1.0, 2.0]), "p": ("i", [0, 2]), "q": ("i", [1, 1])},
    {
        "x": [("i", [1]), ("i", [2]), ("i", [3])],
        "w": [("b", [b"a", b"b"]), ("b", [])],
        "m": [("f", [1, 2, 3, 4]), ("f", [5, 6, 7, 8])],
        "l": [("i", [1, 3]), ("i", [0, 4])],
    },
)
SHORT = sequence({"c": ("i", [6])}, {"x": [("i", [9])], "m": [("f", [9, 9, 9, 9])], "l": [("i", [4])]})
GAP = sequence({}, {"x": [("i", [1]), ("none", []), ("i", [3])]})

SEQUENCES = {
    "dense": lambda io, tf: (
        {"c": io.FixedLenFeature([], tf.int64)},
        {"x": io.FixedLenSequenceFeature([], tf.int64)},
    ),
    "matrices": lambda io, tf: (None, {"m": io.FixedLenSequenceFeature([2, 2], tf.float32)}),
    "sparse": lambda io, tf: (
        {"v": io.VarLenFeature(tf.float32)},
        {"w": io.VarLenFeature(tf.string), "x": io.VarLenFeature(tf.int64)},
    ),
    "ragged": lambda io, tf: (
        {"v": io.RaggedFeature(tf.float32)},
        {"w": io.RaggedFeature(tf.string), "x": io.RaggedFeature(tf.int64, row_splits_dtype=tf.int64)},
    ),
    "default": lambda io, tf: (
        {"v": io.FixedLenFeature([2], tf.float32, [7.0, 8.0])},
        {"z": io.FixedLenSequenceFeature([2], tf.float32, allow_missing=True)},
    ),
    "sparse feature": lambda io, tf: ({"s": io.SparseFeature("p", "v", tf.float32, 4)}, None),
    "cut": lambda io, tf: (
        {"v": io.RaggedFeature(tf.float32, partitions=[io.RaggedFeature.RowLengths("q")])},
        {"r": io.RaggedFeature(tf.float32, "m", [io.RaggedFeature.RowLengths("l")])},
    ),
    "cut evenly": lambda io, tf: (
        None,
        {"r": io.RaggedFeature(tf.float32, "m", [io.RaggedFeature.UniformRowLength(2)])},
    ),
    "a list that is missing": lambda io, tf: (None, {"z": io.FixedLenSequenceFeature([2], tf.float32)}),
    "a context that is missing": lambda io, tf: ({"z": io.FixedLenFeature([2], tf.float32)}, None),
    "another size": lambda io, tf: (None, {"x": io.FixedLenSequenceFeature([2], tf.int64)}),
    "another dtype": lambda io, tf: (None, {"x": io.FixedLenSequenceFeature([], tf.float32)}),
    "another dtype of the context": lambda io, tf: ({"c": io.VarLenFeature(tf.string)}, None),
    "nothing": lambda io, tf: (None, None),
    "a sequence in the context": lambda io, tf: (
        {"v": io.FixedLenSequenceFeature([], tf.float32, allow_missing=True)},
        None,
    ),
    "one element in lists": lambda io, tf: (None, {"x": io.FixedLenFeature([], tf.int64)}),
    "a default of steps": lambda io, tf: (
        None,
        {"x": io.FixedLenSequenceFeature([], tf.int64, default_value=3, allow_missing=True)},
    ),
}


def plain(value):
    if hasattr(value, "to_list"):
        return value.to_list(), value.ragged_rank, value.row_splits.dtype.name
    if hasattr(value, "indices"):
        return [
            np.asarray(each.numpy()).tolist() for each in (value.indices, value.values, value.dense_shape)
        ]
    return np.asarray(value.numpy()).dtype.kind, np.asarray(value.numpy()).tolist()


def outcome(call):
    try:
        found = call()
    except Exception as error:
        assert str(error)
        return type(error).__name__
    parts = found if isinstance(found, tuple) else (found,)
    return [{key: plain(value) for key, value in part.items()} for part in parts]


def read(tf, parse, data, described):
    """What comes of parsing `data` with features as `described` says."""

    def call():
        wanted = described(tf.io, tf)
        return getattr(tf.io, parse)(data, *(wanted if isinstance(wanted, tuple) else (wanted,)))

    return outcome(call)


@pytest.mark.parametrize("name", SEQUENCES)
def test_sequences_are_read_as_in_tensorflow(name):
    for parse, data in (
        ("parse_sequence_example", [LONG, SHORT]),
        ("parse_sequence_example", LONG),
        ("parse_single_sequence_example", LONG),
        ("parse_single_sequence_example", SHORT),
        ("parse_single_sequence_example", [LONG]),
        ("parse_sequence_example", [GAP]),
        ("parse_single_sequence_example", GAP),
    ):
        mine, other = [read(each, parse, data, SEQUENCES[name]) for each in BOTH.values()]
        assert mine == other, (parse, data)


COORDINATES = [
    example(i=("i", [3, 1]), j=("i", [0, 4]), v=("f", [0.5, 1.5])),
    example(i=("i", [2]), j=("i", [1]), v=("f", [9.0])),
]
SPARSE = {
    "an axis": lambda io, tf: {"s": io.SparseFeature("i", "v", tf.float32, 5)},
    "two axes": lambda io, tf: {"s": io.SparseFeature(["i", "j"], "v", tf.float32, [5, 6])},
    "beyond the size": lambda io, tf: {"s": io.SparseFeature("i", "v", tf.float32, 3)},
    "sorted": lambda io, tf: {"s": io.SparseFeature("i", "v", tf.float32, 5, already_sorted=True)},
    "no values": lambda io, tf: {"s": io.SparseFeature("i", "z", tf.float32, 5)},
    "no key": lambda io, tf: {"s": io.SparseFeature("i", None, tf.float32, 5)},
    "another dtype": lambda io, tf: {"s": io.SparseFeature("i", "v", tf.int32, 5)},
    "one size for two": lambda io, tf: {"s": io.SparseFeature(["i", "j"], "v", tf.float32, 5)},
    "beside": lambda io, tf: {
        "s": io.SparseFeature("i", "v", tf.float32, 5),
        "i": io.VarLenFeature(tf.int64),
    },
    "ragged beside": lambda io, tf: {
        "s": io.SparseFeature("i", "v", tf.float32, 5),
        "i": io.RaggedFeature(tf.int64),
    },
    "dense beside": lambda io, tf: {
        "s": io.SparseFeature("i", "v", tf.float32, 5),
        "i": io.FixedLenFeature([2], tf.int64),
    },
}
ROWS = [
    example(
        v=("i", [1, 2, 3, 4]),
        l=("i", [1, 3]),
        s=("i", [0, 1, 4]),
        b=("i", [0, 1]),
        e=("i", [1, 4]),
        r=("i", [0, 1, 1, 1]),
        m=("i", [2]),
    ),
    example(
        v=("i", [5]),
        l=("i", [0, 1]),
        s=("i", [0, 0, 1]),
        b=("i", [0, 0]),
        e=("i", [0, 1]),
        r=("i", [1]),
        m=("i", [2]),
    ),
]


def cut(*partitions, **kwargs):
    def made(io, tf):
        kinds = [getattr(io.RaggedFeature, kind)(value) for kind, value in partitions]
        return {"r": io.RaggedFeature(tf.int64, "v", partitions=kinds, **kwargs)}

    return made


RAGGED = {
    "lengths": cut(("RowLengths", "l")),
    "splits": cut(("RowSplits", "s")),
    "starts": cut(("RowStarts", "b")),
    "limits": cut(("RowLimits", "e")),
    "rows of values": cut(("ValueRowIds", "r")),
    "single values": cut(("UniformRowLength", 1)),
    "pairs": cut(("UniformRowLength", 2)),
    "lengths of lengths": cut(("RowLengths", "m"), ("RowLengths", "l")),
    "single rows": cut(("UniformRowLength", 1), ("RowLengths", "l")),
    "single values in rows": cut(("RowLengths", "l"), ("UniformRowLength", 1)),
    "a key that is missing": cut(("RowLengths", "z")),
    "without rows": cut(),
    "checked": cut(("RowLengths", "m"), validate=True),
}


@pytest.mark.parametrize("name", SPARSE)
def test_sparse_features_are_read_as_in_tensorflow(name):
    for parse, data in (("parse_example", COORDINATES), ("parse_single_example", COORDINATES[0])):
        mine, other = [read(each, parse, data, SPARSE[name]) for each in BOTH.values()]
        assert mine == other, parse


@pytest.mark.parametrize("name", RAGGED)
def test_rows_of_ragged_features_are_cut_as_in_tensorflow(name):
    for parse, data in (("parse_example", ROWS), ("parse_single_example", ROWS[0])):
        mine, other = [read(each, parse, data, RAGGED[name]) for each in BOTH.values()]
        assert mine == other, parse


def test_as_many_coordinates_as_values_are_needed():
    data = [example(i=("i", [3, 1]), v=("f", [0.5]))]
    for each in BOTH.values():
        with pytest.raises(ValueError, match="not compatible"):
            each.io.parse_example(data, {"s": each.io.SparseFeature("i", "v", each.float32, 5)})


def test_partitions_of_another_kind_are_refused():
    for each in BOTH.values():
        with pytest.raises(TypeError, match="partitions"):
            each.io.RaggedFeature(each.int64, "v", partitions=["x"])


def test_bytes_that_are_no_sequence_example_are_refused():
    with pytest.raises(tf.errors.InvalidArgumentError, match="Could not parse"):
        tf.io.parse_sequence_example([b"\xff\xff"], {"c": tf.io.VarLenFeature(tf.int64)})


def test_a_function_reads_sequences_when_it_runs():
    wanted = {"x": tf.io.FixedLenSequenceFeature([], tf.int64)}

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def read(data):
        _, lists, lengths = tf.io.parse_sequence_example(data, None, wanted)
        return lists["x"], lengths["x"]

    steps, lengths = read(tf.constant([LONG, SHORT]))
    assert steps.numpy().tolist() == [[1, 2, 3], [9, 0, 0]] and lengths.numpy().tolist() == [3, 1]


def test_data_sets_of_parsed_features():
    described = {
        **SPARSE["two axes"](tf.io, tf),
        "w": tf.io.RaggedFeature(tf.int64, "k", [tf.io.RaggedFeature.UniformRowLength(1)]),
    }
    other = {
        **SPARSE["two axes"](tensorflow.io, tensorflow),
        "w": tensorflow.io.RaggedFeature(
            tensorflow.int64, "k", [tensorflow.io.RaggedFeature.UniformRowLength(1)]
        ),
    }
    specs = []
    for each, wanted in ((tf, described), (tensorflow, other)):
        dataset = each.data.Dataset.from_tensor_slices(COORDINATES).batch(2)
        dataset = dataset.apply(each.data.experimental.parse_example_dataset(wanted))
        specs.append({key: str(spec) for key, spec in dataset.element_spec.items()})
        (found,) = dataset
        assert plain(found["s"])[1] == [1.5, 0.5, 9.0]
    assert specs[0] == specs[1]
