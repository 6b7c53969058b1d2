"""Keras on tapeflow and on TensorFlow: what one saves the other loads; variables in layers; TensorBoard reads what is
logged.

There are few processes, because each imports Keras: in the first tapeflow saves, in the second TensorFlow loads that
and saves, in the third tapeflow loads what both saved.
"""

import importlib.util
import json
import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest

pytest.importorskip("keras")

PROGRAM = pathlib.Path(__file__).parent / "keras_program.py"
SAVED = ("model", "vocabulary", "checkpoint")
CASES = [(kind, *pair) for kind in SAVED for pair in [("tapeflow", "tensorflow"), ("tensorflow", "tapeflow")]]
ALIKE = ["use_variables_of_tensorflow", "use_strings"]
CASES.append(("checkpoint", "tapeflow", "tapeflow"))


def _run(package, place, actions):
    """{(package, action): traceback or None}"""
    done = subprocess.run(
        [sys.executable, str(PROGRAM), package, str(place), *actions],
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "PYTHONPATH": os.getcwd(),
            "KERAS_BACKEND": "tensorflow",
            "CUDA_VISIBLE_DEVICES": "-1",
            "TF_CPP_MIN_LOG_LEVEL": "3",
        },
    )
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
    assert done.returncode == 0 and len(rows) == len(actions), f"{rows[-1:]}: {done.stderr[-3000:]}"
    return {(package, action): wrong for action, wrong in rows}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """The folder, and what came of each action of each library."""
    place = tmp_path_factory.mktemp("keras")
    for name in ("tapeflow", "tensorflow", "log"):
        (place / name).mkdir()
    saving = {package: [f"save_{name}:{package}" for name in SAVED] for package in ("tapeflow", "tensorflow")}
    loading = {package: [f"load_{name}:{package}" for name in SAVED] for package in saving}
    others = ["export:tapeflow", "log:log", "train_recurrent_layers", "show_namespaces_of_keras"]
    found = _run("tapeflow", place, [*saving["tapeflow"], *others, *ALIKE])
    read = ["load_checkpoint:tapeflow"]
    if importlib.util.find_spec("tensorflow") is not None:
        read += loading["tensorflow"]
        read.append("load_exported:tensorflow")
        actions = [*loading["tapeflow"], *saving["tensorflow"], "save_exported:tensorflow", *ALIKE]
        found.update(_run("tensorflow", place, actions))
    found.update(_run("tapeflow", place, read))
    return place, found


def _assert_well(outcomes, package, action):
    wrong = outcomes[1][package, action]
    assert wrong is None, wrong


@pytest.mark.parametrize(("kind", "writer", "reader"), CASES)
def test_what_one_saves_the_other_loads(outcomes, kind, writer, reader):
    if "tensorflow" in (writer, reader):
        pytest.importorskip("tensorflow")
    _assert_well(outcomes, writer, f"save_{kind}:{writer}")
    _assert_well(outcomes, reader, f"load_{kind}:{writer}")


def test_export(outcomes):
    _assert_well(outcomes, "tapeflow", "export:tapeflow")


def test_what_keras_exports_on_tensorflow_is_loaded(outcomes):
    pytest.importorskip("tensorflow")
    _assert_well(outcomes, "tensorflow", "save_exported:tensorflow")
    _assert_well(outcomes, "tapeflow", "load_exported:tensorflow")


@pytest.mark.parametrize("package", ["tapeflow", "tensorflow"])
@pytest.mark.parametrize("action", ALIKE)
def test_tensorflow_and_keras_mixed(outcomes, package, action):
    pytest.importorskip(package)
    _assert_well(outcomes, package, action)


def test_namespaces_of_keras_that_tensorflow_shows_beside_it(outcomes):
    _assert_well(outcomes, "tapeflow", "show_namespaces_of_keras")


def test_recurrent_layers_with_dropout_are_trained(outcomes):
    _assert_well(outcomes, "tapeflow", "train_recurrent_layers")


@pytest.mark.filterwarnings("ignore")
def test_tensorboard_reads_what_its_callback_logs(outcomes):
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    tensor_util = pytest.importorskip("tensorboard.util.tensor_util")
    _assert_well(outcomes, "tapeflow", "log:log")
    folder = outcomes[0] / "log"
    logs = {}
    for part in ("train", "validation"):
        logs[part] = accumulator.EventAccumulator(str(folder / part), size_guidance={"tensors": 0})
        logs[part].Reload()
    events = logs["train"].Tensors("epoch_loss")
    assert [each.step for each in events] == [0, 1, 2]
    values = [float(tensor_util.make_ndarray(each.tensor_proto)) for each in events]
    np.testing.assert_allclose(values, np.load(folder / "loss.npy"), 1e-6)
    assert [each.step for each in logs["validation"].Tensors("epoch_loss")] == [0, 1, 2]
    assert len(logs["train"].Tensors("batch_loss")) == 6
    histogram = tensor_util.make_ndarray(logs["train"].Tensors("logits/kernel/histogram")[-1].tensor_proto)
    kernel = np.load(folder / "kernel.npy")
    assert histogram[:, 2].sum() == kernel.size
    np.testing.assert_allclose([histogram[0, 0], histogram[-1, 1]], [kernel.min(), kernel.max()], 1e-6)
    assert any(name.endswith("/image") for name in logs["train"].Tags()["tensors"])
