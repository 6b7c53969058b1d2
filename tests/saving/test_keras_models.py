"""Models of an unmodified Keras: their checkpoints, also TensorFlow's, and their export."""

import os
import subprocess
import sys

import pytest

pytest.importorskip("keras")
pytest.importorskip("tapeflow.data")

MODEL = """
import os, sys
os.environ.update(KERAS_BACKEND="tensorflow", TF_CPP_MIN_LOG_LEVEL="3")
if sys.argv[1] == "tapeflow":
    from tapeflow.alias import install_as_tensorflow
    install_as_tensorflow()
import numpy as np, tensorflow as tf, keras

inputs = keras.Input((6,))
hidden = keras.layers.BatchNormalization()(keras.layers.Dense(8, activation="relu")(inputs))
model = keras.Model(inputs, keras.layers.Dense(3)(keras.layers.Dropout(0.1)(hidden)))
optimizer = keras.optimizers.Adam(0.01)
optimizer.build(model.trainable_variables)
checkpoint = tf.train.Checkpoint(model=model, optimizer=optimizer)
variables = [*model.weights, *optimizer.variables]
path = sys.argv[2]
"""
SAVE = """
for number, each in enumerate(variables):
    each.assign(np.full(each.shape, number + 1, each.dtype))
checkpoint.write(path)
"""
RESTORE = """
checkpoint.read(path).assert_consumed()
for number, each in enumerate(variables):
    assert (np.asarray(each) == number + 1).all(), each.path
"""
EXPORT = """
model.export(path, verbose=False)
x = np.random.default_rng(0).normal(size=(5, 6)).astype("float32")
expected = np.asarray(model(x))
loaded = tf.saved_model.load(path)
np.testing.assert_allclose(loaded.serve(x), expected, rtol=1e-6)
(found,) = loaded.signatures["serving_default"](tf.constant(x)).values()
np.testing.assert_allclose(found, expected, rtol=1e-6)
assert len(loaded.variables) == len(model.variables)
keras.config.enable_unsafe_deserialization()
layer = keras.layers.TFSMLayer(path)
np.testing.assert_allclose(np.asarray(layer(x)), expected, rtol=1e-6)
assert len(layer.trainable_weights) == len(model.trainable_weights)
"""


def run(code, package, path):
    found = subprocess.run(
        [sys.executable, "-c", MODEL + code, package, str(path)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
    )
    assert found.returncode == 0, found.stderr[-3000:]


@pytest.mark.parametrize(
    ("writer", "reader"), [("tapeflow", "tapeflow"), ("tapeflow", "tensorflow"), ("tensorflow", "tapeflow")]
)
def test_checkpoints(tmp_path, writer, reader):
    if "tensorflow" in (writer, reader):
        pytest.importorskip("tensorflow")
    run(SAVE, writer, tmp_path / "ckpt")
    run(RESTORE, reader, tmp_path / "ckpt")


def test_export(tmp_path):
    run(EXPORT, "tapeflow", tmp_path / "model")
