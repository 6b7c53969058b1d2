"""Concrete functions: what they can be called with."""

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
