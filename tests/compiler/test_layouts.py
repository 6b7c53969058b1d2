"""Variables whose arrays do not lie in C order: programs that write in place find them, and their values are right."""

import pickle

import numpy
import pytest

import tapeflow as tf
from tapeflow.compiler import compile_graph
from tapeflow.core.dtypes import float32, string
from tapeflow.graph.tracing import trace


@pytest.mark.parametrize(
    "view", [lambda x: tf.transpose(x), lambda x: x[:, ::2], lambda x: tf.reverse(x, [0])]
)
def test_a_variable_that_holds_a_view_is_updated_in_place(view):
    start = numpy.arange(48, dtype="float32").reshape(6, 8)
    variable = tf.Variable(tf.zeros(view(tf.constant(start)).shape))
    variable.assign(view(tf.constant(start)))

    @tf.function(jit_compile=True)
    def step(x):
        variable.assign_sub(0.5 * variable + x)
        return tf.reduce_sum(variable)

    expected = view(tf.constant(start)).numpy()
    for _ in range(3):
        total = step(tf.constant(1.0))
        expected = expected - (0.5 * expected + 1.0)
        numpy.testing.assert_allclose(variable.numpy(), expected, rtol=1e-6)
        numpy.testing.assert_allclose(total.numpy(), expected.sum(), rtol=1e-5)


def test_arrays_whose_dtype_is_equal_but_another_object():
    dtype = pickle.loads(pickle.dumps(numpy.dtype("<f4").newbyteorder("=")))
    other = numpy.dtype("float32", metadata={"from": "elsewhere"})
    variable = tf.Variable(tf.zeros([4]))
    variable.assign(numpy.ones(4, other))
    step = tf.function(lambda x: variable.assign_add(x) + 0.0, jit_compile=True)
    assert step(tf.constant(numpy.ones(4, dtype))).numpy().tolist() == [2.0] * 4
    assert step(tf.constant(numpy.ones(4, other))).numpy().tolist() == [3.0] * 4


def test_a_variable_is_written_in_place_though_a_call_that_may_fail_comes_last():
    graph = trace(
        lambda v, x, text: (v + x, tf.strings.length(text)), [(float32, (8, 8))] * 2 + [(string, ())]
    )
    compiled = compile_graph(graph, aliases={0: 0})
    variable, x = numpy.ones((8, 8), "float32"), numpy.ones((8, 8), "float32")
    result, length = compiled(variable, x, tf.constant("five!")._array)
    assert result is variable and length == 5
    numpy.testing.assert_array_equal(variable, numpy.full((8, 8), 2.0))
