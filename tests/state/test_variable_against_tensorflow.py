"""Updates of parts of variables, compared with TensorFlow's."""

import numpy as np
import pytest

import tapeflow

tensorflow = pytest.importorskip("tensorflow")

MATRIX = np.arange(6, dtype=np.float32).reshape(3, 2)


def slices(tf, values, indices):
    return tf.IndexedSlices(tf.constant(values), tf.constant(indices))


ROWS = ([[10.0, 10.0], [20.0, 20.0]], [0, 0])
UPDATES = {
    **{
        name: lambda tf, v, name=name: getattr(v, name)(slices(tf, *ROWS))
        for name in (
            "scatter_add",
            "scatter_sub",
            "scatter_mul",
            "scatter_div",
            "scatter_max",
            "scatter_min",
            "scatter_update",
        )
    },
    **{
        f"{name} rows": lambda tf, v, name=name: getattr(v, name)([[0], [2]], [[1.0, 1.0], [2.0, 2.0]])
        for name in (
            "scatter_nd_add",
            "scatter_nd_sub",
            "scatter_nd_max",
            "scatter_nd_min",
            "scatter_nd_update",
        )
    },
    "scatter_nd_add elements": lambda tf, v: v.scatter_nd_add([[0, 1], [0, 1]], [1.0, 2.0]),
    "scatter of a scalar": lambda tf, v: v.scatter_add(slices(tf, 5.0, [0, 1])),
    "scatter at a scalar": lambda tf, v: v.scatter_add(slices(tf, [1.0, 2.0], 1)),
    "scatter at a matrix": lambda tf, v: v.scatter_update(slices(tf, [[[1.0, 1.0], [2.0, 2.0]]], [[1, 2]])),
    "batch_scatter_update": lambda tf, v: v.batch_scatter_update(
        slices(tf, [[5.0], [6.0], [7.0]], [[0], [1], [0]])
    ),
    "v[0]": lambda tf, v: v[0].assign([5.0, 6.0]),
    "v[1:, 0]": lambda tf, v: v[1:, 0].assign([7.0, 8.0]),
    "v[1:] of a scalar": lambda tf, v: v[1:].assign(0.0),
    "v[1:] of a row": lambda tf, v: v[1:].assign([5.0, 6.0]),
    "v[::-1]": lambda tf, v: v[::-1].assign([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]),
    "v[newaxis, 0]": lambda tf, v: v[tf.newaxis, 0].assign([[3.0, 3.0]]),
    "v[..., 1]": lambda tf, v: v[..., 1].assign([9.0, 8.0, 7.0]),
    "v[tensor]": lambda tf, v: v[tf.constant(1)].assign([9.0, 8.0]),
    "v[2, 1]": lambda tf, v: v[2, 1].assign(4.0),
}


@pytest.mark.parametrize("name", UPDATES)
def test_updates_agree_with_tensorflow(name):
    mine, theirs = tapeflow.Variable(MATRIX), tensorflow.Variable(MATRIX)
    returned = UPDATES[name](tapeflow, mine)
    UPDATES[name](tensorflow, theirs)
    np.testing.assert_array_equal(mine.numpy(), theirs.numpy())
    assert returned is mine


@pytest.mark.parametrize("dtype", ["int32", "int64", "float64"])
def test_scatter_div_of_other_dtypes(dtype):
    found = []
    for tf in (tapeflow, tensorflow):
        v = tf.Variable(np.array([7, -7, 9], dtype))
        v.scatter_div(slices(tf, np.array([2, 2, 2], dtype), [0, 1, 1]))
        found.append(v.numpy())
    np.testing.assert_array_equal(*found)


PRINTED = {
    "matrix": lambda tf: tf.Variable(MATRIX, name="kernel"),
    "scalar": lambda tf: tf.Variable(0.1),
    "string": lambda tf: tf.Variable("text"),
    "unknown": lambda tf: tf.Variable([1], shape=tf.TensorShape(None)),
}


@pytest.mark.parametrize("name", PRINTED)
def test_printing_agrees_with_tensorflow(name):
    mine, theirs = PRINTED[name](tapeflow), PRINTED[name](tensorflow)
    assert repr(mine) == repr(theirs)
    assert str(mine) == str(theirs)
    assert f"{mine}" == f"{theirs}"
