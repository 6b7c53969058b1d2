"""tf.print writes what TensorFlow's runtime writes."""

import sys

import numpy as np
import pytest

import tapeflow as ours

PRINTED = {
    "floats": lambda tf: (
        [tf.constant([1.0, 2.5, 1 / 3, 0.1, 1e-7, 1e10, 123456.789, 1.1e6])],
        {"summarize": -1},
    ),
    "special": lambda tf: ([tf.constant([np.nan, np.inf, -np.inf])], {}),
    "doubles": lambda tf: ([tf.constant([1e-7, 1 / 3, 0.1, 1e300], tf.float64)], {"summarize": -1}),
    "halves": lambda tf: ([tf.constant(0.1, tf.bfloat16), tf.constant(0.1, tf.float16)], {}),
    "long": lambda tf: (["a", tf.range(20)], {}),
    "just short": lambda tf: ([tf.range(6), tf.range(7)], {}),
    "two": lambda tf: ([tf.range(20)], {"summarize": 2}),
    "matrix": lambda tf: ([tf.reshape(tf.range(12), [3, 4]), "after"], {}),
    "large matrix": lambda tf: ([tf.reshape(tf.range(100), [10, 10])], {}),
    "cube": lambda tf: ([tf.reshape(tf.range(7 * 8 * 9), [7, 8, 9])], {}),
    "empty": lambda tf: ([tf.zeros([0]), tf.zeros([0, 3])], {}),
    "one string": lambda tf: ([tf.constant("plain")], {}),
    "string in a nest": lambda tf: ([[tf.constant("plain")]], {}),
    "strings": lambda tf: ([tf.constant("plain"), tf.constant(["a b", 'c"d'])], {}),
    "bools": lambda tf: ([tf.constant(True), tf.constant([True, False])], {}),
    "python": lambda tf: ([1, 2.5, "s", None, True, b"bytes", float("nan")], {}),
    "nest": lambda tf: ([{"b": tf.constant(1), "a": ["x", (tf.constant([1, 2]),)]}, []], {}),
    "array": lambda tf: ([np.array([1.0, 2.0])], {}),
    "variable": lambda tf: ([tf.Variable([1, 2])], {}),
    "ragged": lambda tf: ([tf.ragged.constant([[1, 2], [3]])], {}),
    "dtype and shape": lambda tf: ([tf.float32, tf.TensorShape([1, None])], {}),
    "nothing": lambda tf: ([], {}),
    "separator": lambda tf: (["a", "b"], {"sep": ", ", "end": "!"}),
}


@pytest.mark.parametrize("name", PRINTED)
def test_text_agrees_with_tensorflow(name, tmp_path):
    tensorflow = pytest.importorskip("tensorflow")
    texts = []
    for tf in (ours, tensorflow):
        path = tmp_path / tf.__name__
        values, options = PRINTED[name](tf)
        tf.print(*values, output_stream=f"file://{path}", **options)
        texts.append(path.read_text())
    assert texts[0] == texts[1]


def test_streams(capsys):
    ours.print("to stderr")
    ours.print("to stdout", output_stream=sys.stdout)
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("to stdout\n", "to stderr\n")
