"""`tensorflow` can mean tapeflow. Each program has a process of its own: the real one is in that of the tests."""

import os
import subprocess
import sys

import pytest

import tapeflow


def run(*command, **environment):
    environment = {
        **{name: value for name, value in os.environ.items() if name != "KERAS_BACKEND"},
        "TF_CPP_MIN_LOG_LEVEL": "3",
        **environment,
    }
    return subprocess.run(
        [sys.executable, "-W", "error", *command],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )


def output(code, **environment):
    done = run("-c", code, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    "statement",
    [
        "import tensorflow as tf; from tensorflow import math; assert math is tf.math",
        "import tensorflow.nn as nn; assert nn.relu",
        "from tensorflow.compat.v1 import placeholder",
        "import tensorflow.compat.v1 as v1; assert v1.Session",
        "from tensorflow.python.eager import context; context.async_wait(); context.context().clear_kernel_cache()",
        "from tensorflow.python.ops.math_ops import is_nan; assert bool(is_nan(float('nan')))",
        "from tensorflow.__internal__.types import Tensor; import tensorflow as tf; assert tf.is_tensor(Tensor())",
        "from tensorflow.experimental import dtensor; assert dtensor.Layout",
        "from tensorflow.python.trackable.data_structures import ListWrapper, _DictWrapper",
        "import tensorflow as tf; tf.train, tf.data; assert tf.compat.v1.train.AdamOptimizer",
        "import tensorflow as tf; tf.data; assert tf.compat.v1.data is not tf.data",
        "import tensorflow as tf; assert vars(tf).get('cast', tf.cast) is vars(tf)['cast'] is tapeflow.cast",
    ],
)
def test_imports_of_tensorflow_find_tapeflow(statement):
    output(f"import tapeflow; tapeflow.install_as_tensorflow(); {statement}")


def test_nothing_happens_without_the_call():
    code = "import sys, tapeflow; print('tensorflow' in sys.modules, any('keras' in name for name in sys.modules))"
    assert output(code) == "False False"


def test_the_version_is_that_of_the_model():
    code = "import tapeflow; tapeflow.install_as_tensorflow(); import tensorflow as tf; print(tf.__version__)"
    assert output(code) == "2.21.0"


def test_a_module_that_is_not_there_is_not_found():
    code = "import tapeflow; tapeflow.install_as_tensorflow(); import tensorflow.no_such_module"
    assert "ModuleNotFoundError: No module named 'tensorflow.no_such_module'" in run("-c", code).stderr


def test_the_real_tensorflow_is_not_replaced():
    pytest.importorskip("tensorflow")
    with pytest.raises(RuntimeError, match="The real TensorFlow is imported in this process already"):
        tapeflow.install_as_tensorflow()


def test_namespaces_are_modules():
    code = "from tapeflow.math import exp; import tapeflow.nn; from tapeflow.linalg import inv; print(exp(0.0).numpy())"
    assert output(code) == "1.0"


def test_a_script_runs_unchanged(tmp_path):
    script = tmp_path / "script.py"
    (tmp_path / "beside.py").write_text("value = 3.0\n")
    script.write_text(
        "import sys\nimport tensorflow as tf\nimport beside\n"
        "if __name__ == '__main__':\n    print(float(tf.square(beside.value)), sys.argv[1:])\n"
    )
    done = run("-m", "tapeflow", str(script), "--flag", "1")
    assert done.stdout.strip() == "9.0 ['--flag', '1']", done.stderr


def test_a_script_that_is_not_there_is_told_of(tmp_path):
    done = run("-m", "tapeflow", str(tmp_path / "none.py"))
    assert done.returncode == 2
    assert "there is no file" in done.stderr


def test_a_trial_graph_reads_variables_and_leaves_them_as_they_are():
    code = """
import tapeflow as tf
v = tf.Variable([1.0, 2.0])
with tf.__internal__.FuncGraph("trial").as_default():
    x = tf.compat.v1.placeholder(tf.float32, [None, 2])
    y = x * v
    v.assign(v * 3.0)
print(y.shape, v.numpy())
"""
    assert output(code) == "(None, 2) [1. 2.]"


def test_keras_trains(tmp_path):
    pytest.importorskip("keras")
    code = """
import tapeflow
from tapeflow.keras import Sequential, layers
import numpy
x = numpy.random.default_rng(0).normal(size=(200, 8)).astype("float32")
y = (x.sum(axis=1) > 0).astype("int64")
model = Sequential([layers.Input((8,)), layers.Dense(16, activation="relu"), layers.Dense(2)])
loss = tapeflow.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile(tapeflow.keras.optimizers.Adam(0.02), loss, metrics=["accuracy"])
before = model.evaluate(x, y, verbose=0)
model.fit(x, y, epochs=20, batch_size=32, verbose=0)
after = model.evaluate(x, y, verbose=0)
print(before, after); print(after[0] < 0.5 * before[0], after[1] > 0.9, model.predict(x, verbose=0).shape)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)
    assert done.stdout.strip().splitlines()[-1] == "True True (200, 2)", done.stderr
