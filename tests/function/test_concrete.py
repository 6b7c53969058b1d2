"""Concrete functions: what they can be called with."""

import numpy as np
import pytest

import tapeflow as tf

VECTOR = tf.TensorSpec([None], tf.float32)


@tf.function
def weighted(x, *rest, factor=3, **named):
    total = x
    for each in rest:
        total = total + each
    return total + factor * sum([named[key] for key in sorted(named)])


def test_concrete_function_takes_tensors_of_keyword_only_parameters():
    concrete = weighted.get_concrete_function(VECTOR, VECTOR, z=VECTOR, b=VECTOR)
    one = tf.ones([2])
    assert concrete(one, one, z=one, b=2.0 * one).numpy().tolist() == [11.0, 11.0]
    assert concrete(one, one, z=one, b=one, factor=3).numpy().tolist() == [8.0, 8.0]


@pytest.mark.parametrize(
    "named", [{"z": 1.0}, {"z": 1.0, "b": 1.0, "c": 1.0}, {"z": 1.0, "b": 1.0, "factor": 4}]
)
def test_concrete_function_refuses_other_keywords(named):
    concrete = weighted.get_concrete_function(VECTOR, VECTOR, z=VECTOR, b=VECTOR)
    one = tf.ones([2])
    with pytest.raises(TypeError):
        concrete(one, one, **{key: each if key == "factor" else one for key, each in named.items()})


def test_input_signature_must_cover_what_has_no_default():
    with pytest.raises(TypeError, match="input_signature missing type constraint for inputs"):
        tf.function(lambda inputs: inputs, input_signature=())
    with pytest.raises(TypeError, match="keyword-only parameter `k` must have a default value"):

        @tf.function(input_signature=[VECTOR])
        def scaled(x, *, k):
            return x * k

    covered = tf.function(lambda x, k=2.0: x * k, input_signature=[VECTOR])
    assert covered(tf.ones([1])).numpy().tolist() == [2.0]


def test_functions_of_unknown_rank_make_their_variables_once():
    made = []

    @tf.function
    def scaled(x):
        if not made:
            made.append(tf.Variable(2.0))
        return x * made[0]

    concrete = scaled.get_concrete_function(tf.TensorSpec(None, tf.float32))
    assert len(made) == 1
    assert concrete.structured_outputs.shape.rank is None
    assert concrete(tf.constant(1.0)).numpy() == 2.0
    assert concrete(tf.constant([1.0, 2.0])).numpy().tolist() == [2.0, 4.0]
    assert len(made) == 1


def test_functions_that_ask_for_ranks_are_traced_for_each_that_comes():
    concrete = tf.function(
        lambda x: tf.reduce_sum(x, axis=list(range(len(x.shape)))[1:]), autograph=False
    ).get_concrete_function(tf.TensorSpec(None, tf.float32))
    with pytest.raises(NotImplementedError, match="Cannot take the length of shape with unknown rank"):
        concrete.graph  # noqa: B018
    assert concrete(tf.constant([1.0, 2.0])).numpy().tolist() == [1.0, 2.0]
    assert concrete(tf.constant([[1.0], [2.0]])).numpy().tolist() == [1.0, 2.0]
    assert concrete(tf.constant([[1.0], [2.0], [3.0]])).numpy().tolist() == [1.0, 2.0, 3.0]
    assert len(concrete._concrete_functions) == 2
    x = tf.constant([3.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = concrete(x)
    assert tape.gradient(y, x).numpy().tolist() == [1.0]


def test_functions_of_unknown_rank_that_ask_for_sizes():
    concrete = tf.function(lambda x: x[: int(x.shape[0] / 2)]).get_concrete_function(
        tf.TensorSpec(None, tf.float32)
    )
    assert concrete(tf.constant([1.0, 2.0])).numpy().tolist() == [1.0]
    assert concrete(tf.constant([1.0, 2.0, 3.0, 4.0])).numpy().tolist() == [1.0, 2.0]
    with pytest.raises(IndexError):
        concrete(tf.constant(1.0))


def test_a_signature_without_ranks_serves_all():
    @tf.function(input_signature=[tf.TensorSpec(None, tf.float32)])
    def summed(x):
        return tf.reduce_sum(x, axis=list(range(len(x.shape))))

    for value in (1.0, [1.0, 2.0], [[1.0], [2.0]], [3.0]):
        assert summed(tf.constant(value)).numpy() == np.sum(value)


def test_functions_of_unknown_rank_are_listed_for_the_ranks_that_they_take():
    spec = tf.TensorSpec(None, tf.float32)
    rows = tf.function(lambda x: tf.matmul(x, x, transpose_a=len(x.shape) == 3)).get_concrete_function(spec)
    assert {len(each._specs[0].shape) for each in rows._concrete_functions} <= {2, 3, 4}
    halves = tf.function(lambda x: x[: int(x.shape[0] / 2)]).get_concrete_function(spec)
    with pytest.raises(NotImplementedError, match="cannot be saved before it was called"):
        halves._concrete_functions  # noqa: B018
