"""Updates of rows and slices of variables inside functions, beside eager ones and TensorFlow's."""

import numpy as np
import pytest

import tapeflow
from tests.plans import planned

tensorflow = pytest.importorskip("tensorflow")


def _rows(tf, rows, places):
    return tf.IndexedSlices(tf.constant(rows), tf.constant(places))


UPDATES = {
    "scatter_add": lambda tf, v: v.scatter_add(_rows(tf, [[1.0, 2.0], [3.0, 4.0]], [1, 1])),
    "scatter_sub": lambda tf, v: v.scatter_sub(_rows(tf, [[1.0, 2.0]], [2])),
    "scatter_mul": lambda tf, v: v.scatter_mul(_rows(tf, [[2.0, 3.0]], [0])),
    "scatter_div": lambda tf, v: v.scatter_div(_rows(tf, [[2.0, 3.0]], [0])),
    "scatter_max": lambda tf, v: v.scatter_max(_rows(tf, [[2.0, 3.0]], [0])),
    "scatter_min": lambda tf, v: v.scatter_min(_rows(tf, [[2.0, 3.0]], [1])),
    "scatter_update": lambda tf, v: v.scatter_update(_rows(tf, [[9.0, 8.0]], [1])),
    "batch_scatter_update": lambda tf, v: v.batch_scatter_update(
        _rows(tf, [[7.0], [8.0], [9.0]], [[0], [1], [0]])
    ),
    "scatter_nd_add": lambda tf, v: v.scatter_nd_add([[0, 1], [2, 0]], [10.0, 20.0]),
    "scatter_nd_sub": lambda tf, v: v.scatter_nd_sub([[0]], [[1.0, 1.0]]),
    "scatter_nd_update": lambda tf, v: v.scatter_nd_update([[1, 0]], [5.0]),
    "row": lambda tf, v: v[0].assign([9.0, 9.0]),
    "column": lambda tf, v: v[1:, 0].assign([7.0, 6.0]),
    "computed row": lambda tf, v: v[tf.cast(v[0, 0], tf.int32)].assign([9.0, 9.0]),
    "twice": lambda tf, v: (v[0].assign([9.0, 9.0]), v.scatter_nd_add([[0, 1]], [v[0, 0]])),
}


def _after(tf, update, wrap):
    v = tf.Variable([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    wrap(lambda: (update(tf, v), v + 0.0)[1])()
    wrapped = wrap(lambda: (update(tf, v), v * 1.0)[1])
    return wrapped().numpy(), v.numpy()


@pytest.mark.parametrize("name", UPDATES)
def test_an_update_inside_a_function(name):
    update = UPDATES[name]
    expected, held = _after(tensorflow, update, tensorflow.function)
    for wrap in (
        lambda f: f,
        planned,
        lambda f: tapeflow.function(f, jit_compile=True),
    ):
        found, mine = _after(tapeflow, update, wrap)
        np.testing.assert_array_equal(found, expected)
        np.testing.assert_array_equal(mine, held)


def test_an_update_in_a_loop():
    v = tapeflow.Variable(np.zeros(5, np.float32))

    @tapeflow.function
    def fill(n):
        for i in tapeflow.range(n):
            v[i].assign(tapeflow.cast(i, tapeflow.float32) ** 2)

    fill(4)
    assert v.numpy().tolist() == [0.0, 1.0, 4.0, 9.0, 0.0]


def test_a_refused_update_changes_nothing():
    v = tapeflow.Variable([1.0, 2.0])
    with pytest.raises(tapeflow.errors.InvalidArgumentError):
        tapeflow.function(lambda: v.scatter_nd_add([[5]], [1.0]))()
    assert v.numpy().tolist() == [1.0, 2.0]
