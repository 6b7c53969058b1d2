"""Brackets, views, lists of tensors, IndexedSlices."""

import numpy as np
import pytest

import tapeflow as tf
from tapeflow.core import nest
from tapeflow.ops.indexed_slices import accumulate

MATRIX = np.arange(12.0).reshape(3, 4)


@pytest.mark.parametrize(
    "key",
    [
        1,
        -1,
        slice(None, None, -1),
        (slice(1, None), slice(None, 3, 2)),
        (..., 0),
        (None, 2, ..., None),
        (slice(-100, 100), slice(3, 0, -2)),
        (0, 1),
        (),
    ],
    ids=str,
)
def test_basic_index_is_numpys_and_has_a_gradient(key):
    x = tf.constant(MATRIX)
    with tf.GradientTape() as tape:
        tape.watch(x)
        part = x[key]
        loss = tf.reduce_sum(part * part)
    np.testing.assert_array_equal(part, MATRIX[key])
    expected = np.zeros_like(MATRIX)
    expected[key] = 2 * MATRIX[key]
    np.testing.assert_array_equal(tape.gradient(loss, x), expected)


def test_gradient_of_brackets_can_be_differentiated_again():
    x = tf.constant([1.0, 2.0, 3.0])
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = x[1] ** 3 + x[::2][1] ** 2
        slope = inner.gradient(y, x)
    np.testing.assert_allclose(outer.gradient(slope, x), [0.0, 12.0, 2.0])


@pytest.mark.parametrize(
    ("make", "shared"),
    [
        (lambda x: x[1:, ::2], True),
        (lambda x: tf.reshape(x, [-1]), True),
        (lambda x: tf.transpose(x), True),
        (lambda x: tf.expand_dims(x, 0), True),
        (lambda x: tf.reverse(x, [0]), True),
        (lambda x: tf.broadcast_to(x, [1000, 3, 4]), True),
        (lambda x: tf.split(x, 3)[1], True),
        (lambda x: tf.unstack(x)[1], True),
        (lambda x: tf.gather(x, [0]), False),
    ],
)
def test_views_copy_nothing(make, shared):
    x = tf.constant(MATRIX)
    assert np.shares_memory(make(x)._array, x._array) is shared


def test_tensors_and_numpy_scalars_are_indices():
    x = tf.constant(MATRIX)
    for one in (tf.constant(1), tf.constant(1, tf.int64), np.int8(1), np.array(1), tf.Variable(1)):
        assert float(x[one, 0]) == 4.0
        assert x[one:].shape == (2, 4)


def test_an_index_may_differ_between_examples():
    rows = tf.constant(MATRIX)
    places = tf.constant([2, 0, 3])
    found = tf.vectorized_map(lambda pair: pair[0][pair[1]], (rows, places))
    np.testing.assert_array_equal(found, [2.0, 4.0, 11.0])


def test_mask_chooses_and_has_a_gradient():
    x = tf.constant(MATRIX)
    with tf.GradientTape() as tape:
        tape.watch(x)
        chosen = x[x > 8]
    np.testing.assert_array_equal(chosen, [9.0, 10.0, 11.0])
    np.testing.assert_array_equal(tf.convert_to_tensor(tape.gradient(chosen, x)), MATRIX > 8)


def test_strings_stay_tensors():
    words = tf.constant(["a", "b"])
    assert words[0].numpy() == b"a"
    assert words[0].shape == ()
    assert [word.numpy() for word in words] == [b"a", b"b"]
    assert tf.gather(words, 1).numpy() == b"b"


@pytest.mark.parametrize(
    ("key", "error", "words"),
    [
        (5, tf.errors.InvalidArgumentError, "slice index 5 of dimension 0 out of bounds"),
        ((0, -5), tf.errors.InvalidArgumentError, "slice index -1 of dimension 1 out of bounds"),
        ((0, 0, 0), tf.errors.InvalidArgumentError, "input has only 2 dims"),
        ((..., ...), tf.errors.InvalidArgumentError, "Multiple ellipses"),
        (slice(0, 2, 0), tf.errors.InvalidArgumentError, r"strides\[0\] must be non-zero"),
        (1.0, TypeError, "Only integers, slices .* are valid indices, got 1.0"),
        (slice(None, 1.5), TypeError, "valid indices, got 1.5"),
        ("a", TypeError, "valid indices, got 'a'"),
        (True, ValueError, "mask cannot be scalar"),
    ],
)
def test_wrong_index_is_refused_in_tensorflows_words(key, error, words):
    with pytest.raises(error, match=words):
        tf.constant(MATRIX)[key]


def test_lists_of_tensors_convert_and_have_gradients():
    x, y = tf.constant(2.0), tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch([x, y])
        table = tf.convert_to_tensor([[x, 1], [y, x]])
        loss = tf.reduce_sum(table * [[1.0, 10.0], [100.0, 1000.0]])
    assert table.dtype is tf.float32
    assert [float(g) for g in tape.gradient(loss, [x, y])] == [1001.0, 100.0]


# IndexedSlices.


def lookup_gradient(times=1):
    table = tf.constant(MATRIX)
    with tf.GradientTape() as tape:
        tape.watch(table)
        loss = sum(tf.reduce_sum(tf.gather(table, [0, 2, 2])) for _ in range(times))
    return tape.gradient(loss, table)


def test_lookup_has_slices_as_gradient():
    slices = lookup_gradient()
    assert isinstance(slices, tf.IndexedSlices)
    assert slices.indices.numpy().tolist() == [0, 2, 2]
    assert slices.values.shape == (3, 4)
    assert slices.dense_shape.numpy().tolist() == [3, 4]
    np.testing.assert_array_equal(tf.convert_to_tensor(slices), np.repeat([[1.0], [0.0], [2.0]], 4, axis=1))
    np.testing.assert_array_equal(np.asarray(-slices)[2], [-2.0] * 4)


def test_slices_add_up_by_joining_their_rows():
    assert lookup_gradient(times=2).indices.shape == (6,)
    slices = lookup_gradient()
    np.testing.assert_array_equal(accumulate(slices, tf.ones([3, 4], tf.float64))[1:, 0], [1.0, 3.0])
    np.testing.assert_array_equal(
        slices + tf.ones([3, 4], tf.float64), accumulate(slices, tf.ones([3, 4], tf.float64))
    )


def test_slices_with_indices_of_different_dtypes_add_up():
    short, long = [
        tf.IndexedSlices(tf.constant([1.0]), tf.constant([place], dtype), [3])
        for place, dtype in ((0, tf.int32), (2, tf.int64))
    ]
    for total in (accumulate(short, long), accumulate(long, short)):
        np.testing.assert_array_equal(tf.convert_to_tensor(total), [1.0, 0.0, 1.0])


def test_gradient_of_slices_can_be_differentiated_again():
    table = tf.constant(MATRIX)
    with tf.GradientTape() as outer:
        outer.watch(table)
        with tf.GradientTape() as inner:
            inner.watch(table)
            loss = tf.reduce_sum(tf.gather(table, [1, 1]) ** 3)
        slope = tf.convert_to_tensor(inner.gradient(loss, table))
    np.testing.assert_allclose(
        tf.convert_to_tensor(outer.gradient(slope, table)), 12 * MATRIX * [[0], [1], [0]]
    )


def test_slices_are_a_composite_tensor():
    slices = lookup_gradient()
    leaves = nest.flatten(slices, expand_composites=True)
    assert [leaf.shape.as_list() for leaf in leaves] == [[3, 4], [3], [2]]
    again = nest.pack_sequence_as(slices, leaves, expand_composites=True)
    assert again._type_spec == slices._type_spec
    assert slices._type_spec == tf.IndexedSlicesSpec([3, 4], tf.float64, tf.int32, tf.int32, [3])


def test_slices_of_unknown_shape_do_not_convert():
    slices = tf.IndexedSlices(tf.constant([1.0]), tf.constant([0]))
    assert slices.shape.rank is None
    with pytest.raises(ValueError, match="without dense_shape"):
        tf.convert_to_tensor(slices)
    with pytest.raises(ValueError, match="Incompatible tensor conversion"):
        tf.convert_to_tensor(lookup_gradient(), tf.int32)


def test_many_rows_add_up_as_few_do():
    generator = np.random.default_rng(0)
    rows, places = generator.standard_normal((5000, 16)).astype("float32"), generator.integers(0, 70, 5000)
    expected = np.zeros((70, 16))
    np.add.at(expected, places, rows.astype("float64"))
    found = tf.convert_to_tensor(tf.IndexedSlices(tf.constant(rows), tf.constant(places), (70, 16)))
    assert found.dtype is tf.float32
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("dtype", ["bfloat16", "float16", "complex64", "int8"])
def test_rows_add_up_in_every_dtype(dtype):
    updates = tf.cast(tf.constant([[1, 2], [3, 4]]), dtype)
    found = tf.scatter_nd([[1], [1]], updates, [3, 2])
    assert found.dtype.name == dtype
    np.testing.assert_array_equal(tf.cast(found, tf.int32), [[0, 0], [4, 6], [0, 0]])
