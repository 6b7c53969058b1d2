"""Ragged tensors as values: printing, protocols, specs, gradients. Conversions are compared in the oracle's tables."""

import copy
import pickle

import numpy as np
import pytest

import tapeflow as tf
from tapeflow.api.ragged import RowPartition

LISTS = [
    [[1, 2], [], [3]],
    [[1, 2], [3, 4]],
    [[], []],
    [[[1], [2, 3]], []],
    [[[1], [3]], [[4]]],
    [["a", "bc"], ["d"]],
    [[1.5], [2.0]],
    [list(range(40)), [1]],
]


@pytest.mark.parametrize("values", LISTS, ids=str)
def test_printing_agrees_with_tensorflow(values):
    tensorflow = pytest.importorskip("tensorflow")
    mine, theirs = tf.ragged.constant(values), tensorflow.ragged.constant(values)
    assert repr(mine) == repr(theirs)
    assert str(mine) == str(theirs)
    assert repr(mine._type_spec) == repr(theirs._type_spec)
    assert mine.to_list() == theirs.to_list()


def test_numpy_has_rows_as_objects_where_they_differ():
    assert tf.ragged.constant([[1, 2], [3]]).numpy().dtype == object
    np.testing.assert_array_equal(tf.ragged.constant([[1, 2], [3, 4]]).numpy(), [[1, 2], [3, 4]])


def test_gradient_of_a_ragged_source_is_ragged():
    x = tf.ragged.constant([[1.0, 2.0], [3.0]])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = tf.ragged.map_flat_values(tf.square, x)
        padded = x.to_tensor()
        total = tf.reduce_sum(x.flat_values**2)
    assert tape.gradient(y, x).to_list() == [[2.0, 4.0], [6.0]]
    assert tape.gradient(padded, [x])[0].to_list() == [[1.0, 1.0], [1.0]]
    assert tape.gradient(total, {"x": x})["x"].to_list() == [[2.0, 4.0], [6.0]]
    weights = tf.ragged.constant([[1.0, 2.0], [3.0]])
    assert tape.gradient(y, x, output_gradients=weights).to_list() == [[2.0, 8.0], [18.0]]
    assert tape.gradient(tf.constant(1.0), x) is None
    zeros = tape.gradient(tf.constant(1.0), x, unconnected_gradients="zero")
    assert zeros.to_list() == [[0.0, 0.0], [0.0]]


def test_nests_take_it_apart_on_request():
    x = tf.ragged.constant([[[1], [2, 3]], []])
    assert tf.nest.flatten(x) == [x] or tf.nest.flatten(x)[0] is x
    flat, outer, inner = tf.nest.flatten(x, expand_composites=True)
    assert (flat.numpy().tolist(), outer.numpy().tolist(), inner.numpy().tolist()) == (
        [1, 2, 3],
        [0, 2, 2],
        [0, 1, 3],
    )
    more = tf.nest.map_structure(lambda each: each, x, expand_composites=True)
    assert more.to_list() == x.to_list()


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_copies(duplicate):
    x = tf.ragged.constant([[[1], [2, 3]], []])
    assert duplicate(x).to_list() == x.to_list()


def test_operators_work_element_by_element():
    x = tf.ragged.constant([[1, 2], [3]])
    assert (x + 1).to_list() == [[2, 3], [4]]
    assert (10 - x).to_list() == [[9, 8], [7]]
    assert (x == x).to_list() == [[True, True], [True]]
    assert (-x).to_list() == [[-1, -2], [-3]]
    with pytest.raises(tf.errors.InvalidArgumentError, match="row_splits"):
        x + tf.ragged.constant([[1], [2, 3]])


def test_iteration_and_attributes():
    x = tf.ragged.constant([[1, 2], [3]])
    assert [row.numpy().tolist() for row in x] == [[1, 2], [3]]
    x._keras_mask = "mask"
    assert x._keras_mask == "mask"
    with pytest.raises(TypeError, match="unhashable"):
        hash(x)


def test_spec_describes_and_rebuilds():
    x = tf.RaggedTensor.from_uniform_row_length([1, 2, 3, 4], 2)
    spec = x._type_spec
    assert spec == tf.RaggedTensorSpec([2, 2], tf.int32, 1)
    again = spec._from_components(spec._to_components(x))
    assert again.shape == [2, 2] and again.to_list() == x.to_list()
    assert tf.RaggedTensorSpec([None, None], tf.int32).is_compatible_with(x)
    assert not tf.RaggedTensorSpec([None, None], tf.float32).is_compatible_with(x)
    common = spec.most_specific_common_supertype([tf.RaggedTensorSpec([3, 2], tf.int32, 1)])
    assert common == tf.RaggedTensorSpec([None, 2], tf.int32, 1)
    assert pickle.loads(pickle.dumps(spec)) == spec


def test_row_partition_speaks_every_encoding():
    rows = RowPartition.from_row_lengths([2, 0, 1])
    assert rows.row_splits().numpy().tolist() == [0, 2, 2, 3]
    assert rows.row_starts().numpy().tolist() == [0, 2, 2]
    assert rows.row_limits().numpy().tolist() == [2, 2, 3]
    assert rows.value_rowids().numpy().tolist() == [0, 0, 2]
    assert rows.offsets_in_rows().numpy().tolist() == [0, 1, 0]
    assert (int(rows.nrows()), int(rows.nvals()), rows.is_uniform()) == (3, 3, False)
    assert rows.with_dtype(tf.int32).row_splits().dtype == tf.int32
    assert repr(RowPartition.from_uniform_row_length(2, nvals=6)) == (
        "tf.RowPartition(nrows=3, uniform_row_length=2)"
    )
    assert RowPartition.from_value_rowids(tf.constant([0, 0, 2]), nrows=4).row_splits().numpy().tolist() == [
        0,
        2,
        2,
        3,
        3,
    ]
