"""What a program leaves to a worker when its results are there: nobody can see that it is not done yet."""

import copy
import importlib
import os
import pickle
import subprocess
import sys
import threading

import numpy as np
import pytest

import tapeflow as tf
from tapeflow.compiler import threads
from tapeflow.core import rest as rests

call = importlib.import_module("tapeflow.function.call")
ROWS, COLUMNS = 400, 300


@pytest.fixture(autouse=True)
def _alone(monkeypatch):
    """The runner of the tests may have threads of its own; and two threads, whatever the machine has."""
    monkeypatch.setattr(call, "other_threads", lambda: 0)
    chosen = threads.chosen_number()
    threads.set_num_threads(2)
    yield
    rests.settle()
    threads.set_num_threads(chosen)


@pytest.fixture
def begun(monkeypatch):
    """How often something was left to a worker."""
    found = []
    begin = rests.Rest.begin

    def noted(self, values, finish):
        begin(self, values, finish)
        found.append(self)

    monkeypatch.setattr(rests.Rest, "begin", noted)
    return found


class Training:
    """A step of gradient descent with momentum whose gradient takes its time; `expected` says what comes of it."""

    def __init__(self, seed=0):
        random = np.random.default_rng(seed)
        self.x = random.normal(size=(ROWS, ROWS)).astype(np.float32) / ROWS
        self.weights = tf.Variable(random.normal(size=(ROWS, COLUMNS)).astype(np.float32))
        self.momentum = tf.Variable(tf.zeros([ROWS, COLUMNS]))
        self.count = tf.Variable(0)
        self._known = self.weights.numpy().astype(np.float64), np.zeros((ROWS, COLUMNS))
        self.step = tf.function(self._step, jit_compile=True)
        self.data = tf.constant(self.x)

    def _step(self, x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.square(x @ self.weights))
        gradient = tape.gradient(loss, self.weights)
        self.momentum.assign(0.5 * self.momentum + gradient)
        self.weights.assign_sub(0.1 * self.momentum)
        self.count.assign_add(1)
        return loss

    def expected(self, steps):
        """(loss of the last step, weights, momentum) after so many steps from the beginning, in double precision."""
        weights, momentum = self._known
        loss = None
        for _ in range(steps):
            product = self.x.astype(np.float64) @ weights
            loss = np.sum(product**2)
            momentum = 0.5 * momentum + 2.0 * self.x.T.astype(np.float64) @ product
            weights = weights - 0.1 * momentum
        return loss, weights, momentum

    def check(self, steps, loss=None):
        known, weights, momentum = self.expected(steps)
        if loss is not None:
            np.testing.assert_allclose(loss, known, rtol=1e-4)
        np.testing.assert_allclose(self.weights, weights, rtol=1e-3, atol=1e-4)
        np.testing.assert_allclose(self.momentum, momentum, rtol=1e-3, atol=1e-4)
        assert int(self.count) == steps


def test_a_step_leaves_its_rest_to_a_worker(begun):
    training = Training()
    losses = [float(training.step(training.data)) for _ in range(20)]
    assert len(begun) > 10
    assert losses == sorted(losses, reverse=True)
    training.check(20, losses[-1])


def test_what_is_read_is_what_the_step_has_made(begun):
    training = Training()
    for steps in range(1, 6):
        loss = training.step(training.data)
        training.check(steps, loss)
    assert begun


@pytest.mark.parametrize(
    "read",
    [
        lambda v: v.numpy(),
        lambda v: v.read_value(),
        lambda v: v + 0.0,
        lambda v: copy.deepcopy(v),
        lambda v: pickle.loads(pickle.dumps(v)),
        lambda v: tf.function(lambda: v * 1.0)(),
        lambda v: np.asarray(v),
        lambda v: v[:],
        lambda v: tf.vectorized_map(lambda row: row, v),
    ],
)
def test_every_way_to_read_waits(begun, read):
    training = Training()
    for _ in range(3):
        training.step(training.data)
    found = read(training.weights)
    assert begun
    np.testing.assert_allclose(found, training.expected(3)[1], rtol=1e-3, atol=1e-4)


def test_every_way_to_write_waits(begun):
    zeros = tf.zeros([ROWS, COLUMNS])
    for write in (
        lambda v: v.assign(zeros),
        lambda v: v.assign_sub(v),
        lambda v: v.scatter_update(tf.IndexedSlices(zeros, tf.range(ROWS))),
        lambda v: tf.function(lambda: v.assign(zeros))(),
    ):
        training = Training()
        for _ in range(3):
            training.step(training.data)
        write(training.weights)
        assert not training.weights.numpy().any()
        rests.settle()
        assert not training.weights.numpy().any()
    assert begun


def test_what_was_read_before_stays(begun):
    training = Training()
    training.step(training.data)
    tensor, array = training.weights.read_value(), training.weights.numpy()
    known = array.copy()
    for _ in range(3):
        training.step(training.data)
    np.testing.assert_array_equal(tensor, known)
    np.testing.assert_array_equal(array, known)
    training.check(4)


def test_a_gradient_of_variables_that_are_written():
    training = Training()
    training.step(training.data)
    training.step(training.data)
    with tf.GradientTape() as tape:
        value = tf.reduce_sum(training.weights * 3.0)
    np.testing.assert_array_equal(tape.gradient(value, training.weights), np.full((ROWS, COLUMNS), 3.0))


def test_two_trainings_in_turns_share_a_program(begun):
    first, second = Training(1), Training(2)
    for _ in range(5):
        first.step(first.data)
        second.step(second.data)
    first.check(5)
    second.check(5)
    assert begun


def test_other_work_meanwhile(begun):
    training = Training()
    large = tf.constant(np.ones((700, 700), np.float32))
    for _ in range(5):
        loss = training.step(training.data)
        np.testing.assert_array_equal(large @ large, np.full((700, 700), 700.0))
        np.testing.assert_allclose(tf.reduce_sum(tf.tanh(large)), 490000 * np.tanh(1.0), rtol=1e-5)
    training.check(5, loss)
    assert begun


def test_a_step_without_results(begun):
    training = Training()

    @tf.function(jit_compile=True)
    def step(x):
        training._step(x)

    for _ in range(4):
        step(training.data)
    training.check(4)
    assert begun


def test_what_is_passed_may_go_meanwhile(begun):
    training = Training()
    for _ in range(10):
        x = tf.constant(training.x)
        training.step(x)
        del x
        np.zeros((ROWS, ROWS), np.float32).fill(np.nan)  # may get the memory
    training.check(10)
    assert begun


def test_threads_that_come_later(begun):
    training = Training()
    for _ in range(3):
        training.step(training.data)
    found = []
    readers = [threading.Thread(target=lambda: found.append(training.weights.numpy())) for _ in range(4)]
    for each in readers:
        each.start()
    for each in readers:
        each.join()
    for each in found:
        np.testing.assert_array_equal(each, training.weights)
    training.check(3)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not copied here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_copy_of_the_process_has_the_values(begun):
    training = Training()
    for _ in range(3):
        training.step(training.data)
    child = os.fork()
    if not child:
        try:
            training.check(3)
            training.step(training.data)
            training.check(4)
            os._exit(0)
        except BaseException:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == 0
    training.check(3)


def test_the_end_of_the_process():
    program = """
import numpy as np, tapeflow as tf
tf.config.threading.set_intra_op_parallelism_threads(2)
v = tf.Variable(np.ones((800, 800), np.float32))
@tf.function(jit_compile=True)
def step():
    v.assign(v @ v / 800.0)
for _ in range(20):
    step()
"""
    assert subprocess.run([sys.executable, "-c", program], timeout=120, check=False).returncode == 0


def test_one_thread_does_all_by_itself(begun):
    threads.set_num_threads(1)
    training = Training()
    for _ in range(3):
        loss = training.step(training.data)
    training.check(3, loss)


def test_an_interrupted_beginning_loses_nothing(monkeypatch):
    training = Training()
    for _ in range(2):
        training.step(training.data)
    rests.settle()
    take = type(training.momentum)._take
    taken = []

    def interrupted(variable):
        if taken:
            raise KeyboardInterrupt
        taken.append(variable)
        take(variable)

    monkeypatch.setattr(type(training.momentum), "_take", interrupted)
    with pytest.raises(KeyboardInterrupt):
        training.step(training.data)
    monkeypatch.undo()
    np.testing.assert_allclose(training.weights, training.expected(2)[1], rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(training.momentum, training.expected(2)[2], rtol=1e-3, atol=1e-4)
