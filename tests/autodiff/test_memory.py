"""A tape keeps what a gradient can need, and nothing longer than that."""

import gc
import tracemalloc
import weakref

import pytest

import tapeflow as tf


@pytest.fixture(autouse=True)
def no_cycle_collector():
    """What is freed must be freed at once: no cycles."""
    gc.collect()
    gc.freeze()
    gc.disable()
    yield
    gc.enable()


def test_dropped_result_is_freed_while_the_tape_records():
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape():
        y = x * 2.0
        died = weakref.ref(y)
        del y
        assert died() is None


def test_dropped_result_of_a_watched_tensor_is_freed_while_the_tape_records():
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.exp(x * 2.0)
        died = weakref.ref(y)
        record = weakref.ref(y._record)
        del y
        assert died() is None and record() is None


def test_inputs_live_as_long_as_something_that_needs_them():
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        middle = x * 3.0
        died = weakref.ref(middle)
        y = middle * middle
        del middle
        assert died() is not None
    tape.gradient(y, x)
    assert died() is not None
    del tape, y
    assert died() is None


def test_one_shot_tape_lets_go_after_its_gradient():
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        middle = x * 3.0
        died = weakref.ref(middle)
        y = middle * middle
        del middle
    tape.gradient(y, x)
    assert died() is None


def test_results_that_outlive_their_tape_keep_nothing():
    x = tf.constant([1.0, 2.0])
    losses = []
    for _ in range(3):
        with tf.GradientTape() as tape:
            tape.watch(x)
            middle = x * 3.0
            died = weakref.ref(middle)
            losses.append(middle * middle)
            del middle
        del tape
        assert died() is None


def test_tape_can_be_freed():
    with tf.GradientTape() as tape:
        pass
    died = weakref.ref(tape)
    del tape
    assert died() is None


def test_unused_tape_keeps_no_variable():
    v = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        v * v
    died = weakref.ref(v)
    del v
    assert died() is not None  # `watched_variables` would give it
    del tape
    assert died() is None


def test_recording_and_dropping_is_flat():
    x = tf.constant([1.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x
        for _ in range(2000):
            y = x * 2.0
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(20000):
            y = x * 2.0
        grown = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
    assert tape.gradient(y, x).numpy() == [2.0]
    assert grown < 200_000


def test_steps_are_flat():
    v = tf.Variable([[1.0, 2.0], [3.0, 4.0]])

    def step():
        with tf.GradientTape() as tape:
            loss = tf.matmul(tf.tanh(tf.matmul(v, v)), v)
        v.assign_sub(tape.gradient(loss, v) * 0.001)

    for _ in range(100):
        step()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(500):
        step()
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 20_000


def test_reused_identity_does_not_confuse():
    """A new tensor often gets the address of one that was just freed; it is not watched for that."""
    kept = tf.constant(1.0)
    with tf.GradientTape() as tape:
        tape.watch(kept)
        addresses = set()
        reused = 0
        for _ in range(200):
            watched = tf.constant(2.0)
            tape.watch(watched)
            addresses.add(id(watched))
            del watched
            fresh = tf.constant(3.0)
            reused += id(fresh) in addresses
            assert (fresh * kept)._record is not None
            assert (fresh * fresh)._record is None
    assert reused


def test_reused_identity_does_not_confuse_accumulators():
    x = tf.constant(1.0)
    with tf.autodiff.ForwardAccumulator(x, x) as accumulator:
        addresses = set()
        reused = 0
        for _ in range(200):
            y = x * 2.0
            addresses.add(id(y))
            del y
            fresh = tf.constant(3.0)
            reused += id(fresh) in addresses
            assert accumulator.jvp(fresh) is None
            assert accumulator.jvp(fresh * 2.0) is None
    assert reused


def test_accumulator_forgets_dropped_tensors():
    x = tf.constant(1.0)
    with tf.autodiff.ForwardAccumulator(x, x) as accumulator:
        for _ in range(100):
            x * 2.0
        assert len(accumulator._tangents._of_tensors) <= 2


def test_recompute_grad_keeps_no_intermediates():
    made = []

    def layer(x):
        middle = tf.tanh(x)
        made.append(weakref.ref(middle))
        return tf.exp(middle * middle)

    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.recompute_grad(layer)(tf.recompute_grad(layer)(x))
    assert [each() for each in made] == [None, None]
    tape.gradient(y, x)
    assert len(made) == 4
    assert [each() for each in made] == [None] * 4


def peak(function):
    tracemalloc.start()
    function()
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found


def test_recompute_grad_lowers_the_peak():
    size, depth, block = 256, 64, 8
    weights = [tf.Variable(tf.eye(size)) for _ in range(depth)]
    x = tf.ones([size, size])

    def run(wrap):
        def blocks(start):
            def layers(x):
                for k in range(start, start + block):
                    x = tf.tanh(tf.matmul(x, weights[k]))
                return x

            return wrap(layers)

        with tf.GradientTape() as tape:
            y = x
            for start in range(0, depth, block):
                y = blocks(start)(y)
        tape.gradient(y, weights[0])

    plain = peak(lambda: run(lambda f: f))
    assert peak(lambda: run(tf.recompute_grad)) < plain * 2 / 3
