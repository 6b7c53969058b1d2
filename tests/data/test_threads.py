"""Threads of pipelines: they come where work is slow, and go when nobody takes elements any more."""

import gc
import subprocess
import sys
import threading
import time
import traceback

import numpy as np
import pytest

import tapeflow as tf
from tapeflow.data import threads as threading_of_pipelines
from tests.data.test_pipelines import PIPELINES

WAIT = 0.004


def threads():
    return [each for each in threading.enumerate() if each.name == "tapeflow-data"]


def assert_threads_end():
    deadline = time.monotonic() + 5
    while threads() and time.monotonic() < deadline:
        time.sleep(0.002)
    assert not threads()


@pytest.fixture(autouse=True)
def no_threads_stay():
    yield
    if threads():
        gc.collect()  # errors keep the frames that they came through
        assert_threads_end()


def waiting(x):
    time.sleep(WAIT)
    return x


def slow_numbers(count=10, wait=WAIT):
    def generator():
        for number in range(count):
            time.sleep(wait)
            yield number

    return tf.data.Dataset.from_generator(generator, output_signature=tf.TensorSpec([], tf.int64))


def slowly(x):
    return tf.ensure_shape(tf.py_function(waiting, [x], tf.int64), [])


def values(dataset):
    return [int(each) for each in dataset]


def test_quick_pipelines_have_no_threads():
    for each in tf.data.Dataset.range(200).map(lambda x: x + 1, num_parallel_calls=4).batch(2).prefetch(4):
        assert not threads(), each


@pytest.mark.parametrize("size", [1, 2, 5, -1, None])
def test_a_slow_pipeline_works_ahead_in_order(size):
    seen = []
    for each in slow_numbers(20).prefetch(size):
        seen.append(int(each))
        if len(seen) == 5:
            assert len(threads()) == 1
    assert seen == list(range(20))


def test_threads_go_when_elements_are_quick():
    def slow_then_quick(x):
        if int(x) < 8:
            time.sleep(WAIT)
        return x

    calls = tf.data.Dataset.range(400).map(
        lambda x: tf.py_function(slow_then_quick, [x], tf.int64), num_parallel_calls=2
    )
    for dataset in (calls, calls.prefetch(2)):
        seen, most = [], 0
        for each in dataset:
            seen.append(int(each))
            most = max(most, len(threads()))
        assert seen == list(range(400)) and most > 0
        assert_threads_end()

    def generator():
        for number in range(400):
            if number < 8:
                time.sleep(WAIT)
            yield number

    dataset = tf.data.Dataset.from_generator(generator, output_signature=tf.TensorSpec([], tf.int64))
    counts = [len(threads()) for _ in dataset.prefetch(4)]
    assert len(counts) == 400 and max(counts) == 1 and counts[-1] == 0


def test_threads_go_when_they_save_no_time(monkeypatch):
    """What holds the interpreter's lock all the time cannot overlap: a lock of its own stands for it here."""
    monkeypatch.setattr(threading_of_pipelines, "_NUM_SLOW", 12)  # on a busy machine some take longer
    lock = threading.Lock()

    def alone(x):
        with lock:
            time.sleep(WAIT)
        return x

    calls = tf.data.Dataset.range(150).map(
        lambda x: tf.py_function(alone, [x], tf.int64), num_parallel_calls=2
    )
    for dataset in (calls, slow_numbers(150).prefetch(2)):  # nothing is done with the elements meanwhile
        seen, counts = [], []
        for each in dataset:
            seen.append(int(each))
            counts.append(len(threads()))
        assert seen == list(range(150))
        assert max(counts) > 0 and min(counts[counts.index(max(counts)) :]) == 0


def test_elements_are_made_while_nobody_takes_one():
    made = []

    def generator():
        for number in range(40):
            time.sleep(WAIT)
            made.append(number)
            yield number

    dataset = tf.data.Dataset.from_generator(generator, output_signature=tf.TensorSpec([], tf.int64))
    for number, _ in enumerate(dataset.prefetch(4)):
        if number == 10:
            deadline = time.monotonic() + 20
            while len(made) < 15 and time.monotonic() < deadline:
                time.sleep(0.002)
            time.sleep(5 * WAIT)
            assert 15 <= len(made) <= 17  # one taken, four in store, one in the making


def test_parallel_calls_give_their_results_in_order():
    for count in (2, 8):
        assert values(tf.data.Dataset.range(40).map(slowly, num_parallel_calls=count)) == list(range(40))


def test_as_many_calls_at_once_as_asked_for():
    most, now, lock = [0], [0], threading.Lock()

    def counted(x):
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(WAIT)
        with lock:
            now[0] -= 1
        return x

    dataset = tf.data.Dataset.range(30).map(
        lambda x: tf.py_function(counted, [x], tf.int64), num_parallel_calls=3
    )
    assert values(dataset) == list(range(30))
    assert most[0] == 3


def test_results_out_of_order_are_all_there():
    def unevenly(x):
        time.sleep(0.02 if int(x) % 4 == 2 else 0.001)
        return x

    dataset = tf.data.Dataset.range(24).map(
        lambda x: tf.py_function(unevenly, [x], tf.int64), num_parallel_calls=4, deterministic=False
    )
    found = values(dataset)
    assert sorted(found) == list(range(24)) and found != list(range(24))


def test_automatic_numbers():
    dataset = tf.data.Dataset.range(20).map(slowly, num_parallel_calls=tf.data.AUTOTUNE)
    assert values(dataset.prefetch(tf.data.AUTOTUNE)) == list(range(20))


def failing(count):
    for number in range(count):
        time.sleep(WAIT)
        yield number
    raise ValueError("the user's own")


def test_an_error_arrives_after_the_elements_before_it_with_its_traceback():
    dataset = tf.data.Dataset.from_generator(lambda: failing(6), output_signature=tf.TensorSpec([], tf.int32))
    seen = []
    with pytest.raises(tf.errors.InvalidArgumentError, match="the user's own") as caught:
        for each in dataset.prefetch(3):
            seen.append(int(each))
    assert seen == list(range(6))
    assert "in failing" in "".join(traceback.format_exception(caught.value))


def test_an_error_of_a_parallel_call_arrives_in_its_turn():
    def picky(x):
        time.sleep(WAIT)
        if int(x) == 9:
            raise ValueError("not nine")
        return x

    dataset = tf.data.Dataset.range(20).map(
        lambda x: tf.py_function(picky, [x], tf.int64), num_parallel_calls=4
    )
    seen = []
    with pytest.raises(tf.errors.UnknownError, match="not nine") as caught:
        for each in dataset:
            seen.append(int(each))
    assert seen == list(range(9))
    assert "in picky" in str(caught.value)


@pytest.mark.parametrize("endless", [slow_numbers(10**9).prefetch(2), None])
def test_threads_end_after_a_break(endless):
    dataset = endless or tf.data.Dataset.range(10**9).map(slowly, num_parallel_calls=4).prefetch(2)
    for number, _ in enumerate(dataset):
        if number == 5:
            assert threads()
            break
    assert_threads_end()


def test_threads_end_with_their_iterator():
    iterator = iter(slow_numbers(10**9).prefetch(2))
    for _ in range(4):
        next(iterator)
    assert threads()
    del iterator
    assert_threads_end()


def test_threads_end_with_the_program():
    program = """
import time, tapeflow as tf
def endless():
    while True:
        time.sleep(0.002)
        yield 1
def slow(x):
    time.sleep(0.002)
    return x
dataset = tf.data.Dataset.from_generator(endless, output_signature=tf.TensorSpec([], tf.int64)).prefetch(4)
dataset = dataset.map(lambda x: tf.py_function(slow, [x], tf.int64), num_parallel_calls=4).prefetch(2)
iterator = iter(dataset)
for _ in range(8):
    next(iterator)
print("done")
"""
    start = time.monotonic()
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (found.returncode, found.stdout) == (0, "done\n")
    assert "Traceback" not in found.stderr and "Fatal" not in found.stderr
    assert time.monotonic() - start < 50


def test_tapes_and_traces_of_the_consumer_do_not_reach_the_threads():
    recorded = []

    def look(x):
        time.sleep(WAIT)
        from tapeflow.core.context import state

        recorded.append((state.tapes, state.interpreter))
        return x

    dataset = tf.data.Dataset.range(12).map(
        lambda x: tf.py_function(look, [x], tf.int64), num_parallel_calls=2
    )
    variable = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        total = tf.add_n([variable * float(each) for each in dataset.prefetch(2)])
    assert float(tape.gradient(total, variable)) == sum(range(12))
    assert set(recorded) == {((), None)}


def test_a_shuffle_behind_a_thread_gives_every_element():
    dataset = slow_numbers(12).shuffle(4).prefetch(2).repeat(2)
    assert sorted(values(dataset)) == sorted([*range(12)] * 2)


def test_training_with_a_thread_beside_it():
    data = np.arange(12.0, dtype=np.float32)

    def generator():
        for each in data:
            time.sleep(WAIT)
            yield each

    dataset = tf.data.Dataset.from_generator(generator, output_signature=tf.TensorSpec([], tf.float32))
    total = tf.Variable(0.0)

    @tf.function
    def step(x):
        total.assign_add(x)

    for _ in range(2):
        for each in dataset.prefetch(2):
            step(each)
    assert float(total) == 2 * data.sum()


def test_a_negative_size_is_refused():
    with pytest.raises(tf.errors.InvalidArgumentError, match="buffer_size must be >= 0"):
        tf.data.Dataset.range(3).prefetch(-2)
    with pytest.raises(tf.errors.InvalidArgumentError, match="num_parallel_calls must be greater"):
        tf.data.Dataset.range(3).map(lambda x: x, num_parallel_calls=0)


@pytest.fixture
def always(monkeypatch):
    """Threads from the first element on, however quick it is."""
    monkeypatch.setattr(threading_of_pipelines, "_WAITS", -1.0)
    monkeypatch.setattr(threading_of_pipelines, "_SLOW", -1.0)
    monkeypatch.setattr(threading_of_pipelines, "_NUM_SLOW", 1)
    monkeypatch.setattr(threading_of_pipelines, "_NUM_QUICK", 10**9)
    monkeypatch.setattr(threading_of_pipelines, "_LEAST_GAIN", -(10.0**9))


def plain(element):
    return [np.asarray(each).tolist() for each in tf.nest.flatten(element)]


@pytest.mark.parametrize("name", PIPELINES)
def test_pipelines_give_the_same_in_threads(name, always):
    wanted = [plain(each) for each in PIPELINES[name](tf)]
    dataset = PIPELINES[name](tf)
    assert [plain(each) for each in dataset.prefetch(2)] == wanted
    assert [plain(each) for each in dataset.prefetch(3).prefetch(1)] == wanted
    same = dataset.map(lambda *x: x if len(x) > 1 else x[0], num_parallel_calls=3)
    assert [plain(each) for each in same.prefetch(1)] == wanted


def test_interleaved_data_sets_are_slow_at_the_same_time():
    def generator(start):
        for number in range(20):
            time.sleep(WAIT)
            yield 100 * int(start) + number

    def numbers(start):
        return tf.data.Dataset.from_generator(
            generator, args=(start,), output_signature=tf.TensorSpec([], tf.int64)
        )

    found, most = {}, 0
    for calls in (None, 3):
        dataset = tf.data.Dataset.range(4).interleave(numbers, cycle_length=3, num_parallel_calls=calls)
        found[calls] = []
        for each in dataset:
            found[calls].append(int(each))
            most = max(most, len(threads()))
        if calls is None:
            assert not most
    assert found[None] == found[3] and most == 3


@pytest.mark.parametrize("size", [1, 2, 3, 50])
def test_a_shuffled_pipeline_in_threads_is_restored(size, always, tmp_path):
    def made():
        dataset = (
            tf.data.Dataset.range(30).shuffle(9).prefetch(size).map(lambda x: x * 2, num_parallel_calls=2)
        )
        return iter(dataset.shuffle(5).repeat(2).prefetch(size).batch(4))

    first, again = made(), made()
    for _ in range(5):
        next(first)
    prefix = tf.train.Checkpoint(iterator=first).write(str(tmp_path / "ckpt"))
    tf.train.Checkpoint(iterator=again).read(prefix)
    assert [plain(each) for each in again] == [plain(each) for each in first]


def test_many_threads_take_and_drop_iterators(always):
    dataset = tf.data.Dataset.range(100).map(lambda x: x + 1, num_parallel_calls=4).prefetch(3)
    found = []

    def work(number):
        for _ in range(10):
            iterator = iter(dataset)
            found.append([int(next(iterator)) for _ in range(number % 7 + 1)] == [*range(1, number % 7 + 2)])

    workers = [threading.Thread(target=work, args=(each,)) for each in range(8)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert found == [True] * 80
