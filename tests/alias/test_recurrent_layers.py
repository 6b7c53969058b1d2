"""Keras' recurrent layers are trained by `fit`, whichever masks their cells make while a step is traced."""

import os
import subprocess
import sys

import pytest

pytest.importorskip("keras")

PROGRAM = """
import tapeflow
tapeflow.install_as_tensorflow()
import keras, numpy as np

random = np.random.default_rng(0)
x = random.normal(size=(50, 7, 5)).astype("float32")
y = x[:, :, :1].sum(1)
for layer in (keras.layers.GRU, keras.layers.LSTM, keras.layers.SimpleRNN):
    for options in ({}, {"dropout": 0.1}, {"recurrent_dropout": 0.1}, {"dropout": 0.1, "return_sequences": True}):
        keras.utils.set_random_seed(0)
        model = keras.Sequential(
            [keras.layers.Input((7, 5)), layer(8, **options), keras.layers.Flatten(), keras.layers.Dense(1)]
        )
        model.compile(keras.optimizers.Adam(0.02), "mse")
        losses = model.fit(x, y, batch_size=16, epochs=12, verbose=0).history["loss"]
        assert losses[-1] < 0.6 * losses[0], (layer, options, losses)
        assert model.predict(x, verbose=0).shape == (50, 1)
print("trained")
"""


def test_recurrent_layers_with_dropout_are_trained():
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    run = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr[-2000:]
    assert run.stdout.split() == ["trained"]
