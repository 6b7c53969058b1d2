"""Variables: their surface, and that what was read stays as it was."""

import copy
import pickle
import threading

import numpy as np
import pytest

import tapeflow as tf
from tapeflow.state import variable as module

OPERATORS = {
    "v + v": lambda v: v + v,
    "1 + v": lambda v: 1.0 + v,
    "v - 1": lambda v: v - 1.0,
    "2 / v": lambda v: 2.0 / v,
    "v // 2": lambda v: v // 2.0,
    "v % 2": lambda v: v % 2.0,
    "v ** 2": lambda v: v**2.0,
    "2 ** v": lambda v: 2.0**v,
    "v @ v": lambda v: v @ v,
    "-v": lambda v: -v,
    "abs": abs,
    "v < 2": lambda v: v < 2.0,
    "v == v": lambda v: v == v,
    "v != 1": lambda v: v != 1.0,
    "array + v": lambda v: np.ones((2, 2), np.float32) + v,
    "v[0]": lambda v: v[0],
    "v[..., None]": lambda v: v[..., None],
}


@pytest.mark.parametrize("name", OPERATORS)
def test_operators_are_those_of_tensors(name):
    array = np.array([[1.0, -2.0], [3.0, 4.0]], np.float32)
    found, expected = OPERATORS[name](tf.Variable(array)), OPERATORS[name](tf.constant(array))
    assert type(found) is type(expected)
    np.testing.assert_array_equal(found.numpy(), expected.numpy())


READERS = {
    "numpy": lambda v: v.numpy(),
    "value": lambda v: v.value(),
    "read_value": lambda v: v.read_value(),
    "convert_to_tensor": lambda v: tf.convert_to_tensor(v),
    "identity": lambda v: tf.identity(v),
    "np.asarray": lambda v: np.asarray(v),
    "slice": lambda v: v[:],
    "part": lambda v: v[1:],
    "reshape": lambda v: tf.reshape(v, [3, 1]),
    "transpose": lambda v: tf.transpose(v),
    "deepcopy": lambda v: copy.deepcopy(v),
    "variable": lambda v: tf.Variable(v),
    "item": lambda v: v[1],
    "rows": list,
}
CHANGES = {
    "assign": lambda v: v.assign([7.0, 8.0, 9.0]),
    "assign_add": lambda v: v.assign_add([1.0, 1.0, 1.0]),
    "assign_sub": lambda v: v.assign_sub([1.0, 1.0, 1.0]),
    "slice": lambda v: v[1:].assign([5.0, 5.0]),
    "scatter_add": lambda v: v.scatter_add(tf.IndexedSlices(tf.constant([1.0]), tf.constant([1]))),
    "scatter_update": lambda v: v.scatter_update(tf.IndexedSlices(tf.constant([9.0]), tf.constant([2]))),
    "scatter_nd_update": lambda v: v.scatter_nd_update([[1]], [6.0]),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("reader", READERS)
def test_assignment_leaves_what_was_read_alone(reader, change):
    v = tf.Variable([1.0, 2.0, 3.0])
    v.assign_add([0.0, 0.0, 0.0])  # its array is its own from now on
    read = READERS[reader](v)
    before = np.array(read)
    CHANGES[change](v)
    np.testing.assert_array_equal(np.array(read), before)
    assert not np.array_equal(v.numpy(), [1.0, 2.0, 3.0])


def test_assigned_value_is_left_alone_by_later_updates():
    given = tf.constant([1.0, 2.0])
    array = np.array([1.0, 2.0], np.float32)
    v, w = tf.Variable(given), tf.Variable(array)
    v.assign_add([1.0, 1.0])
    w.assign_add([1.0, 1.0])
    v.assign(given)
    v.assign_sub([5.0, 5.0])
    np.testing.assert_array_equal(given.numpy(), [1.0, 2.0])
    np.testing.assert_array_equal(array, [1.0, 2.0])


def test_update_works_in_place_when_nobody_else_sees_the_array():
    v = tf.Variable(np.zeros(8, np.float32))
    v.assign_add(np.ones(8, np.float32))
    before = v._tensor._array.ctypes.data
    v.assign_add(np.ones(8, np.float32))
    if not module.other_threads():
        assert v._tensor._array.ctypes.data == before
    np.testing.assert_array_equal(v.numpy(), np.full(8, 2.0))


@pytest.mark.parametrize("size", [(), (3000,)])
def test_updates_of_many_threads_all_count(size):
    v = tf.Variable(np.zeros(size, np.float32))
    one = tf.ones(size)

    def work():
        for _ in range(1000):
            v.assign_add(one)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (v.numpy() == 8000.0).all()


def test_snapshots_read_while_other_threads_update_are_consistent():
    v = tf.Variable(np.zeros(20000, np.float32))
    one = tf.ones([20000])
    stop = []

    def work():
        while not stop:
            v.assign_add(one)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        for _ in range(200):
            snapshot = v.value()
            first = snapshot.numpy()
            assert (first == first[0]).all()
            np.testing.assert_array_equal(snapshot.numpy(), first)
    finally:
        stop.append(True)
        thread.join()


def test_gradient_of_variable_assigned_between_reads():
    v = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        first = v * v
        v.assign(5.0)
        second = v * v
    assert float(tape.gradient([first, second], v)) == 12.0


def test_tape_does_not_see_through_an_assignment():
    v, x = tf.Variable(1.0), tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        v.assign(x * 2.0)
        y = v * v
    assert tape.gradient(y, x) is None


def test_what_assign_returns_is_the_variable_to_a_tape():
    v = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        y = v.assign(4.0) * 2.0
    assert float(tape.gradient(y, v)) == 2.0
    assert v.assign(1.0, read_value=False) is None


def test_handle_is_a_source():
    v = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = v * v
    np.testing.assert_array_equal(tape.gradient(y, [v.handle])[0].numpy(), [2.0, 4.0])


def test_slices_and_rows_are_differentiable():
    v = tf.Variable([[1.0, 2.0], [3.0, 4.0]])
    with tf.GradientTape(persistent=True) as tape:
        part = v[0] * 2.0
        rows = v.sparse_read([1, 1])
        places = v.gather_nd([[0, 1]])
    np.testing.assert_array_equal(tape.gradient(part, v).numpy(), [[2.0, 2.0], [0.0, 0.0]])
    assert isinstance(tape.gradient(rows, v), tf.IndexedSlices)
    np.testing.assert_array_equal(tf.convert_to_tensor(tape.gradient(rows, v)).numpy(), [[0, 0], [2, 2]])
    np.testing.assert_array_equal(tape.gradient(places, v).numpy(), [[0.0, 1.0], [0.0, 0.0]])


def test_trainable_follows_synchronization():
    on_read = tf.VariableSynchronization.ON_READ
    assert not tf.Variable(1.0, synchronization=on_read).trainable
    assert tf.Variable(1.0, synchronization=on_read, trainable=True).trainable
    for aggregation in tf.VariableAggregation:
        assert tf.Variable(1.0, aggregation=aggregation).trainable


def test_untrainable_variable_is_watched_only_on_request():
    v = tf.Variable(3.0, trainable=False)
    with tf.GradientTape() as tape:
        y = v * v
    assert tape.gradient(y, v) is None
    with tf.GradientTape() as tape:
        tape.watch(v)
        y = v * v
    assert float(tape.gradient(y, v)) == 6.0


def test_positional_arguments_are_in_tensorflows_order():
    v = tf.Variable([1.0], False, True, None, "name", None, tf.float64, None, abs)
    assert (v.name, v.dtype, v.trainable, v.constraint) == ("name:0", tf.float64, False, abs)


def test_initial_value_may_be_a_function():
    assert tf.Variable(lambda: [1, 2], dtype=tf.float64).dtype == tf.float64


def test_initial_value_is_not_recorded():
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        v = tf.Variable(x * x)
        y = v * 1.0
    assert tape.gradient(y, x) is None


def test_shape_may_be_partly_unknown():
    v = tf.Variable([1.0, 2.0], shape=[None])
    assert v.shape.as_list() == [None]
    v.assign([1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match="incompatible"):
        v.assign([[1.0]])
    v.set_shape([3])
    assert v.get_shape() == [3]


def test_names_follow_scopes():
    with tf.name_scope("outer"), tf.name_scope("inner"):
        v = tf.Variable(1.0, name="v")
    assert v.name == "outer/inner/v:0"
    assert tf.Variable(1.0).name == "Variable:0"
    assert v._unique_id != tf.Variable(1.0, name="outer/inner/v")._unique_id


def test_copies():
    v = tf.Variable([1.0, 2.0], name="v", trainable=False, constraint=abs)
    assert copy.copy(v) is v
    for other in (copy.deepcopy(v), pickle.loads(pickle.dumps(v))):
        assert (other.name, other.trainable, other.constraint) == ("v:0", False, abs)
        assert other._unique_id != v._unique_id
        other.assign_add([1.0, 1.0])
        np.testing.assert_array_equal(v.numpy(), [1.0, 2.0])


def test_reference_finds_the_variable():
    v = tf.Variable(1.0)
    assert v.ref() in {v.ref()}
    assert v.ref().deref() is v
    assert v.ref() != tf.Variable(1.0).ref()


def test_attributes_can_be_set_and_read_only_ones_cannot():
    v = tf.Variable(1.0)
    v.note = "kept"
    assert v.note == "kept"
    with pytest.raises(AttributeError):
        v.trainable = False


def test_string_variables_hold_bytes():
    v = tf.Variable(["a", "b"])
    v[0].assign("new")
    assert v.numpy().tolist() == [b"new", b"b"]
    assert tf.Variable("text").numpy() == b"text"


def test_count_up_to():
    v = tf.Variable(3)
    assert [int(v.count_up_to(5)), int(v.count_up_to(5))] == [3, 4]
    with pytest.raises(tf.errors.OutOfRangeError):
        v.count_up_to(5)


def test_scalar_variables_stay_scalars():
    v = tf.Variable(1.0)
    v[...].assign(2.0)
    v.assign_add(1.0)
    assert v.shape == [] and float(v) == 3.0
    assert isinstance(v.numpy(), np.float32)


def test_gradients_are_right_while_another_thread_assigns():
    v = tf.Variable(np.full(2000, 3.0, np.float32))
    stop = []

    def work():
        zero = tf.zeros([2000])
        while not stop:
            v.assign_add(zero)
            v.assign(v.value())

    thread = threading.Thread(target=work)
    thread.start()
    try:
        for _ in range(300):
            with tf.GradientTape() as tape:
                y = v * v
            gradient = tape.gradient(y, v)
            assert gradient is not None and (gradient.numpy() == 6.0).all()
    finally:
        stop.append(True)
        thread.join()
