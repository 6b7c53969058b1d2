"""tf.experimental.numpy gives what TensorFlow's gives, in each mode of NumPy's behaviour: values, dtypes, errors."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

import tapeflow
from tests.numpy_behavior import cases

tensorflow = pytest.importorskip("tensorflow")
ROOT = pathlib.Path(__file__).parent.parent.parent


def test_no_list_is_made_of_a_tensor_inside_of_a_function():
    code = (
        "import tapeflow as tf; tf.experimental.numpy.experimental_enable_numpy_behavior(); "
        "tf.function(lambda x: x.tolist())(tf.ones(2))"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True).stderr
    assert "ValueError: Symbolic Tensors do not support the tolist API." in told


@pytest.mark.parametrize("mode", cases.FAMILIES)
def test_calls_agree_with_tensorflow(mode, tmp_path):
    report = tmp_path / "report.json"
    subprocess.run(
        [sys.executable, "-m", "tests.numpy_behavior.comparing", mode, str(report)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        env={**os.environ, "TAPEFLOW_COMPILE": "never"},
    )
    verdicts = json.loads(report.read_text())
    assert len(verdicts) >= len(list(cases.named(mode)))
    differing = {name: verdict for name, verdict in verdicts.items() if verdict}
    assert not differing, "\n".join(f"{name}: {verdict}" for name, verdict in differing.items())


def test_all_names_are_there_and_are_called():
    theirs = {name for name in dir(tensorflow.experimental.numpy) if not name.startswith("_")}
    ours = tapeflow.experimental.numpy
    assert theirs <= set(dir(ours))
    called = {call.name for calls in cases.CALLS.values() for call in calls}
    functions = {
        name for name in theirs if callable(getattr(ours, name)) and not isinstance(getattr(ours, name), type)
    }
    assert functions - called <= {"experimental_enable_numpy_behavior", "tensordot", "rot90"}
    assert {f"random.{name}" for name in ours.random.__all__} <= called


def test_nothing_is_imported_or_changed_before_it_is_asked_for():
    code = (
        "import sys, tapeflow as tf; assert 'tapeflow.api.experimental.numpy' not in sys.modules; "
        "import tapeflow.experimental.numpy as tnp; assert tnp.sum([1, 2]).dtype is tf.int64; "
        "assert not hasattr(tf.constant(1), 'astype')"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_the_alias_finds_it():
    code = (
        "import tapeflow; tapeflow.install_as_tensorflow(); import tensorflow.experimental.numpy as tnp; "
        "from tensorflow.experimental.numpy import random; tnp.experimental_enable_numpy_behavior(); "
        "assert tnp.ones([2, 3]).T.shape == (3, 2)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
