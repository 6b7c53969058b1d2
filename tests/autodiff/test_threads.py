"""Each thread has its own tapes over the same constants and variables; a forked child goes on."""

import os
import subprocess
import sys
import threading

import numpy as np
import pytest

import tapeflow as tf

NUM_THREADS = 8


def in_threads(function):
    """The results of function(k) run in several threads at once; raises the first error."""
    results, errors = [None] * NUM_THREADS, []
    barrier = threading.Barrier(NUM_THREADS)

    def run(k):
        try:
            barrier.wait()
            results[k] = function(k)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(k,)) for k in range(NUM_THREADS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    if errors:
        raise errors[0]
    return results


@pytest.fixture(autouse=True)
def switch_often():
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(interval)


def test_threads_share_constants_and_variables():
    x = tf.constant([1.0, 2.0, 3.0])
    v = tf.Variable([2.0, 3.0, 4.0])

    def work(k):
        for _ in range(100):
            with tf.GradientTape(persistent=True) as tape:
                tape.watch(x)
                y = x * x * v * float(k + 1)
                with tf.GradientTape() as inner:
                    inner.watch(x)
                    z = x * v * x * x
                dz = inner.gradient(z, x)
            np.testing.assert_allclose(tape.gradient(y, x), 2 * x.numpy() * v.numpy() * (k + 1), rtol=1e-6)
            np.testing.assert_allclose(tape.gradient(y, v), x.numpy() ** 2 * (k + 1), rtol=1e-6)
            np.testing.assert_allclose(tape.gradient(dz, x), 6 * x.numpy() * v.numpy(), rtol=1e-6)
        return True

    assert in_threads(work) == [True] * NUM_THREADS


def test_tape_of_one_thread_does_not_record_another():
    x = tf.constant(3.0)
    found = []
    with tf.GradientTape() as tape:
        tape.watch(x)
        thread = threading.Thread(target=lambda: found.append(x * x))
        thread.start()
        thread.join()
        y = x * x
    assert found[0]._record is None
    assert tape.gradient(y, x).numpy() == 6.0


def test_vectorized_maps_and_accumulators_in_threads():
    x = tf.constant([[1.0, 2.0], [3.0, 4.0]])

    def work(k):
        scale = float(k + 1)
        for _ in range(20):
            mapped = tf.vectorized_map(lambda row: row * row * scale, x)
            np.testing.assert_allclose(mapped, x.numpy() ** 2 * scale)
            with tf.autodiff.ForwardAccumulator(x, x) as accumulator:
                y = x * x * scale
            np.testing.assert_allclose(accumulator.jvp(y), 2 * x.numpy() ** 2 * scale)
        return True

    assert in_threads(work) == [True] * NUM_THREADS


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_forked_child_computes_gradients():
    program = """
import os
import tapeflow as tf
x = tf.constant(3.0)
v = tf.Variable(2.0)
with tf.GradientTape() as tape:
    tape.watch(x)
    y = x * x * v
    child = os.fork()
    if not child:
        z = y * x
with tf.GradientTape() as other:
    w = v * v
name, target = ("parent", y) if child else ("child", z)
line = f"{name} {float(other.gradient(w, v))} {float(tape.gradient(target, x))}"
os.write(1, line.encode() + b"\\n")
if child:
    assert os.waitpid(child, 0)[1] == 0
"""
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert not found.stderr
    assert sorted(found.stdout.splitlines()) == ["child 4.0 54.0", "parent 4.0 12.0"]
