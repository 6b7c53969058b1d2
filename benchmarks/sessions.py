"""A training step of a small network: by `session.run`, as a `tf.function`, and by TensorFlow's session.

    .venv/bin/python -m benchmarks.sessions

Each runs in a process of its own; the times are the best of several rounds, in microseconds.
"""

import subprocess
import sys
import time

import numpy as np

SIZES = ((32, 32), (128, 64), (512, 256))  # units, rows of a batch
RUNNERS = ("session", "function", "tensorflow")


def data(units, rows):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((rows, 64)).astype(np.float32)
    labels = rng.integers(0, 10, rows).astype(np.int32)
    shapes = (64, units), (units,), (units, 10), (10,)
    return x, labels, [(rng.standard_normal(shape) * 0.1).astype(np.float32) for shape in shapes]


def by_session(tf, units, rows):
    x, labels, weights = data(units, rows)
    tf.disable_v2_behavior()
    images, classes = tf.placeholder(tf.float32, [None, 64]), tf.placeholder(tf.int32, [None])
    w1, b1, w2, b2 = [tf.Variable(each) for each in weights]
    logits = tf.matmul(tf.nn.relu(tf.matmul(images, w1) + b1), w2) + b2
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=classes, logits=logits)
    loss = tf.reduce_mean(losses)
    step = tf.train.GradientDescentOptimizer(0.01).minimize(loss)
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    return lambda: session.run([step, loss], {images: x, classes: labels})


def by_function(tf, units, rows):
    x, labels, weights = data(units, rows)
    variables = [tf.Variable(each) for each in weights]
    w1, b1, w2, b2 = variables

    @tf.function
    def step(images, classes):
        with tf.GradientTape() as tape:
            logits = tf.nn.relu(images @ w1 + b1) @ w2 + b2
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=classes, logits=logits)
            loss = tf.reduce_mean(losses)
        for variable, g in zip(variables, tape.gradient(loss, variables), strict=True):
            variable.assign_sub(0.01 * g)
        return loss

    return lambda: step(tf.constant(x), tf.constant(labels)).numpy()


def prepared(runner, units, rows):
    """The step, and what waits until it is compiled."""
    if runner == "tensorflow":
        import tensorflow.compat.v1 as tf

        return by_session(tf, units, rows), lambda: None
    import tapeflow
    from tapeflow.function.program import wait_for_compiler

    if runner == "session":
        return by_session(tapeflow.compat.v1, units, rows), wait_for_compiler
    return by_function(tapeflow, units, rows), wait_for_compiler


def best(call, num_rounds=15, seconds=0.1):
    times = []
    for _ in range(num_rounds):
        count, start = 0, time.perf_counter()
        while time.perf_counter() - start < seconds:
            call()
            count += 1
        times.append((time.perf_counter() - start) / count)
    return min(times)


def main(arguments):
    if arguments:
        runner, units, rows = arguments[0], int(arguments[1]), int(arguments[2])
        step, wait = prepared(runner, units, rows)
        for _ in range(5):
            step()
        wait()
        print(f"{best(step) * 1e6:.1f}")
        return
    print(f"{'units':>6} {'rows':>6}" + "".join([f"{runner:>12}" for runner in RUNNERS]))
    for units, rows in SIZES:
        times = []
        for runner in RUNNERS:
            command = [sys.executable, "-m", "benchmarks.sessions", runner, str(units), str(rows)]
            found = subprocess.run(command, capture_output=True, text=True, check=True)
            times.append(found.stdout.split()[-1])
        print(f"{units:>6} {rows:>6}" + "".join([f"{each:>12}" for each in times]), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
