"""The words of failed assertions are TensorFlow's."""

import pytest

import tapeflow

tensorflow = pytest.importorskip("tensorflow")

FAILING = {
    "equal": lambda tf: tf.debugging.assert_equal([1, 2], [1, 3]),
    "equal message": lambda tf: tf.debugging.assert_equal([1, 2], [1, 3], message="labels"),
    "equal matrix": lambda tf: tf.debugging.assert_equal([[1, 2], [3, 4]], [[1, 2], [3, 5]]),
    "equal scalars": lambda tf: tf.debugging.assert_equal(1.0, 2.0),
    "equal many": lambda tf: tf.debugging.assert_equal(list(range(20)), list(range(1, 21))),
    "equal all": lambda tf: tf.debugging.assert_equal(list(range(9)), list(range(1, 10)), summarize=-1),
    "equal two": lambda tf: tf.debugging.assert_equal(list(range(9)), list(range(1, 10)), summarize=2),
    "none equal": lambda tf: tf.debugging.assert_none_equal([1, 2], [1, 3]),
    "less": lambda tf: tf.debugging.assert_less([1, 2], [1, 3]),
    "greater equal": lambda tf: tf.debugging.assert_greater_equal([1, 2], [1, 3]),
    "positive": lambda tf: tf.debugging.assert_positive([1, 0]),
    "positive message": lambda tf: tf.debugging.assert_positive([1, 0], message="rates"),
    "near": lambda tf: tf.debugging.assert_near([1.0], [2.0], message="close"),
    "type": lambda tf: tf.debugging.assert_type(tf.constant([1]), tf.float32),
    "scalar": lambda tf: tf.debugging.assert_scalar([1], message="m"),
    "iterable": lambda tf: tf.debugging.assert_proper_iterable("abc"),
    "shapes": lambda tf: tf.debugging.assert_shapes([(tf.ones([3, 4]), ("N", "D")), (tf.ones([3, 2]), "ND")]),
    "shapes explicit": lambda tf: tf.debugging.assert_shapes([(tf.ones([3, 4]), (3, 5))], message="m"),
    "Assert": lambda tf: tf.Assert(False, ["a", tf.range(10)]),
    "Assert tensor": lambda tf: tf.Assert(tf.constant(False), [tf.range(10)], summarize=8),
    "check_numerics": lambda tf: tf.debugging.check_numerics([float("nan"), float("inf")], "x"),
}


@pytest.mark.parametrize("name", FAILING)
def test_message_agrees_with_tensorflow(name):
    found = []
    for library in (tapeflow, tensorflow):
        with pytest.raises(Exception) as caught:
            FAILING[name](library)
        # The runtime's own decoration and the printing of dtypes and empty data are left out.
        words = str(caught.value).split("}} ")[-1].split(" [Op:")[0]
        words = words.replace("b''\n", "").replace("tf.Tensor(False, shape=(), dtype=bool)", "False")
        found.append(words)
    assert found[0] == found[1]
