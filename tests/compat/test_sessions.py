"""Sessions beyond the table: switching eager execution off, sharing between threads, compiled steps, a whole script."""

import pathlib
import subprocess
import sys
import threading

import numpy as np
import pytest

import tapeflow
from tapeflow.function.program import wait_for_compiler

tf = tapeflow.compat.v1
ROOT = pathlib.Path(tapeflow.__file__).parent.parent


def script(text, *arguments):
    """What a script prints."""
    found = subprocess.run(
        [sys.executable, *(["-c", text] if text else []), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return found.stdout


def test_a_script_of_the_time_trains():
    lines = script(None, "examples/digits_in_a_session.py").splitlines()
    assert lines[-1].startswith("after 300 steps")
    assert float(lines[-2].rpartition(" ")[2]) > 0.88
    assert float(lines[-1].split()[3]) > 0.97


def test_eager_execution_is_switched_off_and_on():
    text = """
import threading
import tapeflow.compat.v1 as tf
print(tf.executing_eagerly())
tf.disable_v2_behavior()
print(tf.executing_eagerly(), tf.get_default_graph() is tf.constant(1.0).graph)
seen = []
thread = threading.Thread(target=lambda: seen.append(tf.executing_eagerly()))
thread.start()
thread.join()
print(seen)
a = tf.constant(1.0, name="a")
with tf.Session() as session:
    print(session.run(a + 1.0))
tf.reset_default_graph()
print(tf.constant(1.0, name="a").name, tf.executing_eagerly())
with tf.Graph().as_default():
    try:
        tf.reset_default_graph()
    except AssertionError:
        print("refused")
tf.enable_eager_execution()
print(tf.executing_eagerly(), tf.constant(2.0) * 3.0)
"""
    assert script(text).splitlines() == [
        "True",
        "False True",
        "[False]",
        "2.0",
        "a:0 False",
        "refused",
        "True tf.Tensor(6.0, shape=(), dtype=float32)",
    ]


def test_importing_the_package_imports_no_sessions():
    text = "import sys, tapeflow; print([each for each in sys.modules if 'compat' in each and 'tapeflow' in each])"
    assert script(text).strip() == "[]"


def test_placeholders_are_refused_under_eager_execution():
    with pytest.raises(RuntimeError, match="not compatible with eager execution"):
        tf.placeholder(tf.float32)


def test_a_step_gives_the_same_when_it_is_compiled():
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None, 3])
        w = tf.get_variable("w", [3, 2], initializer=tf.ones_initializer())
        loss = tf.reduce_mean(tf.square(tf.tanh(tf.matmul(x, w)) - 0.5))
        step = tf.train.AdamOptimizer(0.01).minimize(loss)
        init = tf.global_variables_initializer()
        data = np.linspace(-1.0, 1.0, 12, dtype=np.float32).reshape(4, 3)
        results = []
        for compiles in (False, True):
            with tf.Session() as session:
                session.run(init)
                for _ in range(10):
                    session.run(step, {x: data})
                    if compiles:
                        wait_for_compiler()
                results.append(session.run([w, loss], {x: data}))
        np.testing.assert_allclose(results[0][0], results[1][0], rtol=1e-4)
        np.testing.assert_allclose(results[0][1], results[1][1], rtol=1e-4)


def test_fetched_values_stay_when_the_variable_changes():
    with tf.Graph().as_default(), tf.Session() as session:
        v = tf.Variable(np.zeros(5, np.float32))
        add = v.assign_add(np.ones(5, np.float32))
        session.run(v.initializer)
        seen = []
        for _ in range(6):
            seen.append(session.run(add))
            wait_for_compiler()
        assert [each[0] for each in seen] == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
        seen[-1][:] = 100.0
        assert session.run(v)[0] == 6.0


def test_threads_share_a_session():
    with tf.Graph().as_default() as graph:
        v = tf.Variable(0.0)
        add = v.assign_add(1.0)
        session = tf.Session(graph=graph)
        session.run(v.initializer)

        def work():
            for _ in range(50):
                session.run(add)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert session.run(v) == 200.0


def test_a_refused_run_leaves_nothing_behind():
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [2], name="x")
        (g,) = tf.gradients(tf.reduce_sum(x * x), [x])
        for _ in range(2):
            with pytest.raises(tf.errors.InvalidArgumentError):
                session.run(g)
        assert session.run(g, {x: [1.0, 2.0]}).tolist() == [2.0, 4.0]
    assert tapeflow.executing_eagerly()
    assert float(tapeflow.constant(2.0) + 1.0) == 3.0


def test_optimizers_work_eagerly():
    v = tf.Variable([1.0, 2.0])
    optimizer = tf.train.AdamOptimizer(0.1)
    for _ in range(3):
        optimizer.minimize(lambda: tf.reduce_sum(v * v), var_list=[v])
    assert v.numpy()[0] == pytest.approx(0.7, abs=1e-2)


def test_names_that_are_not_there_say_so():
    with pytest.raises(AttributeError, match="not here yet"):
        tf.estimator  # noqa: B018
    with pytest.raises(NotImplementedError, match="checkpoints"):
        tf.train.Saver()


def test_the_package_itself_builds_graphs():
    graph = tapeflow.Graph()
    with graph.as_default():
        v = tapeflow.Variable(2.0, name="v")
        with tapeflow.name_scope("scope"), tapeflow.control_dependencies([v.assign_add(1.0)]):
            y = tapeflow.identity(v)
        both = tapeflow.group(y, v.assign_add(1.0))
    with tf.Session(graph=graph) as session:
        session.run(v.initializer)
        assert session.run(y) == 3.0
        assert y.name.startswith("scope/")
        assert session.run(both) is None
        assert v.name == "v:0"
    assert tapeflow.compat.v2.constant is tapeflow.constant


def test_flags_come_from_the_command_line():
    text = """
import tapeflow.compat.v1 as tf
tf.flags.DEFINE_integer("steps", 10, "How many.")
tf.flags.DEFINE_string("name", "x", "A name.")
tf.app.flags.DEFINE_boolean("fast", True, "Whether.")
tf.flags.DEFINE_float("rate", 0.5, "A rate.")
def main(argv):
    FLAGS = tf.flags.FLAGS
    print(FLAGS.steps, FLAGS.name, FLAGS.fast, FLAGS.rate, argv[1:])
tf.app.run()
"""
    assert script(text, "--steps=3", "--nofast", "rest", "--rate", "0.1").strip() == "3 x False 0.1 ['rest']"
