"""What Keras takes from TensorFlow's inside: FuncGraph, a function tried on placeholders; sizes as objects."""

import tapeflow as tf


def test_tensors_of_a_trace_around_it_come_in_as_placeholders():
    seen = []

    @tf.function
    def around(x):
        with tf.__internal__.FuncGraph("scratch").as_default() as graph:
            tried = tf.reshape(x * 2.0 + x, [-1, 2])
            seen.append((tuple(tried.shape), len(graph.inputs)))
        return x + 1.0

    assert around(tf.ones([4, 3])).numpy().sum() == 24.0
    around.get_concrete_function(tf.TensorSpec([None, 3], tf.float32))
    assert seen == [((6, 2), 1), ((None, 2), 1)]


def test_tensors_of_a_graph_around_it_come_in_as_placeholders():
    with tf.Graph().as_default():
        outside = tf.compat.v1.placeholder(tf.float32, [None, 4])
        with tf.__internal__.FuncGraph("scratch").as_default():
            assert (outside * outside).shape.as_list() == [None, 4]


def test_sizes_of_shapes_are_dimensions():
    dimension = tf.compat.v1.Dimension(3)
    assert (dimension.value, dimension == 3, isinstance(tf.TensorShape([3]).dims[0], type(dimension))) == (
        3,
        True,
        True,
    )
