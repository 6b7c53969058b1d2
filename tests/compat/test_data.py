"""Data sets and iterators of TensorFlow 1, in sessions and without them, beside TensorFlow's."""

import numpy as np
import pytest
import tensorflow

import tapeflow

LIBRARIES = (tapeflow, tensorflow)


def _until_the_end(tf, session, fetches):
    found = []
    while True:
        try:
            found.append(session.run(fetches))
        except tf.errors.OutOfRangeError:
            return found


def _one_shot(tf):
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        dataset = v1.data.Dataset.range(3).map(lambda x: x * 2)
        element = dataset.make_one_shot_iterator().get_next()
        return _until_the_end(tf, session, [element, element + 1])


def _initializable(tf):
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        rows = v1.data.Dataset.from_tensor_slices((np.float32([1, 2, 3]), tf.constant([4, 5, 6])))
        iterator = v1.data.make_initializable_iterator(rows.batch(2))
        x, y = iterator.get_next()
        with pytest.raises(tf.errors.FailedPreconditionError, match="not been initialized"):
            session.run(x)
        found = []
        for _ in range(2):
            session.run(iterator.initializer)
            found += _until_the_end(tf, session, (x, y))
        return found, iterator.output_types[0].name, iterator.output_shapes[1].as_list()


def _for_several_data_sets(tf):
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        first, second = v1.data.Dataset.range(2), v1.data.Dataset.range(10, 13)
        iterator = v1.data.Iterator.from_structure(
            v1.data.get_output_types(first), v1.data.get_output_shapes(first)
        )
        element = iterator.get_next()
        found = []
        for dataset in (first, second):
            session.run(iterator.make_initializer(dataset))
            found += _until_the_end(tf, session, element)
        return found


def _training(tf):
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        x, y = v1.data.make_one_shot_iterator(
            tf.data.Dataset.from_tensor_slices((np.float32([1, 2, 3]), np.float32([2, 4, 6]))).repeat(3)
        ).get_next()
        weight = v1.get_variable("weight", initializer=0.0)
        step = v1.train.GradientDescentOptimizer(0.05).minimize((weight * x - y) ** 2)
        session.run(v1.global_variables_initializer())
        _until_the_end(tf, session, step)
        return [round(float(session.run(weight)), 4)]


def _eager(tf):
    iterator = tf.compat.v1.data.Dataset.range(2).repeat(2).make_one_shot_iterator()
    return [int(iterator.get_next()) for _ in range(4)]


@pytest.mark.parametrize("case", [_one_shot, _initializable, _for_several_data_sets, _training, _eager])
def test_iterators_give_what_tensorflow_gives(case):
    ours, theirs = (
        tf.nest.map_structure(lambda x: x.tolist() if hasattr(x, "tolist") else x, case(tf))
        for tf in LIBRARIES
    )
    assert ours == theirs


def test_what_is_refused():
    for tf in LIBRARIES:
        with pytest.raises(RuntimeError, match="not supported in eager mode"):
            tf.compat.v1.data.make_initializable_iterator(tf.data.Dataset.range(2))
        with tf.Graph().as_default():
            iterator = tf.compat.v1.data.make_one_shot_iterator(tf.data.Dataset.range(2))
            with pytest.raises(ValueError, match="does not have an initializer"):
                _ = iterator.initializer
            with pytest.raises(RuntimeError, match="only supports Python-style iteration"):
                iter(tf.data.Dataset.range(2))
