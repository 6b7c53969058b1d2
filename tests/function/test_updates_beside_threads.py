"""Functions that update variables while other Python threads run: in place, unless somebody can see the value."""

import threading
import time

import numpy as np
import pytest

import tapeflow as tf
from tapeflow.core.threads import other_threads


@pytest.fixture
def another_thread():
    """A thread that does nothing but be there."""
    end = threading.Event()
    thread = threading.Thread(target=end.wait)
    thread.start()
    assert other_threads()
    yield
    end.set()
    thread.join()


def _compiled(function):
    def without_result():
        function()

    return tf.function(without_result, jit_compile=True)


def _address(variable):
    return variable._tensor._array.ctypes.data


def test_values_that_nobody_sees_are_overwritten(another_thread):
    v = tf.Variable(np.zeros(1000, np.float32))
    step = _compiled(lambda: v.assign_add(tf.ones(1000)))
    step()
    before = _address(v)
    for _ in range(3):
        step()
    assert _address(v) == before
    np.testing.assert_array_equal(v.numpy(), np.full(1000, 4.0))


def test_values_that_were_read_stay_as_they_were(another_thread):
    v = tf.Variable(np.zeros(1000, np.float32))
    step = _compiled(lambda: v.assign_add(tf.ones(1000)))
    step()
    value, array = v.value(), np.asarray(v)
    step()
    assert value.numpy().tolist() == array.tolist() == [1.0] * 1000
    assert v.numpy().tolist() == [2.0] * 1000


def test_a_failed_update_leaves_the_variable_readable(another_thread):
    v = tf.Variable(np.zeros(4, np.float32))

    @tf.function
    def step(index):
        v.assign(tf.gather(v, index))

    step(tf.constant([0, 1, 2, 3]))
    with pytest.raises(tf.errors.InvalidArgumentError):
        step(tf.constant([0, 1, 2, 9]))
    v.assign_add(tf.ones(4))
    assert v.numpy().tolist() == [1.0] * 4


def test_other_threads_see_whole_values():
    v, end, wrong = tf.Variable(np.zeros(50_000, np.float32)), [], []
    step = _compiled(lambda: v.assign_add(tf.ones(50_000)))

    def look():
        while not end:
            array = v.value().numpy()
            if (array != array[0]).any():
                wrong.append(array)

    threads = [threading.Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(300):
        step()
    end.append(True)
    for thread in threads:
        thread.join()
    assert not wrong
    np.testing.assert_array_equal(v.numpy(), np.full(50_000, 300.0))


def test_two_functions_that_update_what_the_other_reads_both_go_on():
    a, b = tf.Variable(np.zeros(100, np.float32)), tf.Variable(np.zeros(100, np.float32))
    one, other = _compiled(lambda: a.assign(b + 1.0)), _compiled(lambda: b.assign(a * 0.0 + 1.0))
    both = _compiled(lambda: (a.assign(b * 0.5), b.assign(a * 0.5)))
    for function in (one, other, both):
        function()
    deadline = time.monotonic() + 60.0

    def work(function):
        for _ in range(300):
            function()

    threads = [threading.Thread(target=work, args=[each], daemon=True) for each in (one, other, both) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(deadline - time.monotonic(), 0.0))
    assert not any([thread.is_alive() for thread in threads])
    assert np.isfinite(a.numpy()).all()


def test_all_updates_of_many_threads_count():
    v = tf.Variable(np.zeros(3000, np.float32))
    step = _compiled(lambda: v.assign_add(tf.ones(3000)))
    step()

    def work():
        for _ in range(200):
            step()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    np.testing.assert_array_equal(v.numpy(), np.full(3000, 801.0))
