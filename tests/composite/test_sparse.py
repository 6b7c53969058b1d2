"""Sparse tensors as values: printing, protocols, specs, gradients."""

import copy
import pickle

import numpy as np
import pytest

import tapeflow as tf


def some(library=tf):
    return library.SparseTensor([[0, 1], [2, 0]], [1.0, 2.0], [3, 2])


def test_printing_agrees_with_tensorflow():
    tensorflow = pytest.importorskip("tensorflow")
    mine, theirs = some(), some(tensorflow)
    assert repr(mine) == repr(theirs)
    assert str(mine) == str(theirs)
    assert repr(mine._type_spec) == repr(theirs._type_spec)


def test_gradient_flows_to_its_values():
    x = some()
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x.values)
        y = tf.sparse.to_dense(x) ** 2.0
    np.testing.assert_array_equal(tape.gradient(y, x.values).numpy(), [2.0, 4.0])
    with pytest.raises(ValueError, match="not supported as a gradient source"):
        tape.gradient(y, x)


def test_watching_watches_its_values():
    x = some()
    with tf.GradientTape() as tape:
        tape.watch(x.values)
        y = (x * 3.0).values
    np.testing.assert_array_equal(tape.gradient(y, x.values).numpy(), [3.0, 3.0])


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_copies(duplicate):
    np.testing.assert_array_equal(tf.sparse.to_dense(duplicate(some())).numpy(), [[0, 1], [0, 0], [2, 0]])


def test_nests_take_it_apart_on_request():
    assert len(tf.nest.flatten(some())) == 1
    assert len(tf.nest.flatten(some(), expand_composites=True)) == 3
    doubled = tf.nest.pack_sequence_as(
        some(), [each * 1 for each in tf.nest.flatten(some(), expand_composites=True)], expand_composites=True
    )
    assert doubled.shape == [3, 2]


def test_spec():
    spec = tf.SparseTensorSpec([None, 2], tf.float32)
    assert spec.is_compatible_with(some())
    assert not tf.SparseTensorSpec([None, 3], tf.float32).is_compatible_with(some())
    assert some()._type_spec == tf.SparseTensorSpec([3, 2], tf.float32)
    assert spec.value_type is tf.SparseTensor


def test_attributes_can_be_set():
    x = some()
    x._keras_mask = "mask"
    assert x._keras_mask == "mask"
    x.set_shape([3, 2])
    with pytest.raises(ValueError):
        x.set_shape([3, 3])
