"""Layers of Keras that make TensorFlow's own variables when they are built, as TensorFlow's guides teach them."""

import os
import subprocess
import sys

import pytest

pytest.importorskip("keras")

PROGRAM = """
import sys
if sys.argv[1] == "tapeflow":
    import tapeflow
    tapeflow.install_as_tensorflow()
import numpy as np, tensorflow as tf, keras

class Product(keras.layers.Layer):
    def __init__(self, units, **options):
        super().__init__(**options)
        self.units = units

    def build(self, shape):
        self.w = tf.Variable(tf.random.normal([shape[-1], self.units]), name="w")
        self.b = tf.Variable(tf.zeros([self.units]), name="b")

    def call(self, x):
        return tf.matmul(x, self.w) + self.b

class Two(keras.Model):
    def __init__(self):
        super().__init__()
        self.first, self.second = Product(3), Product(2)

    def call(self, x):
        return self.second(self.first(x))

x = tf.ones([4, 5])
model = Two()
found = model(x)
np.testing.assert_allclose(found, ((x @ model.first.w) + model.first.b) @ model.second.w + model.second.b, 1e-5)
assert found.shape == (4, 2) and np.abs(np.asarray(found)).max() > 0
try:
    model(tf.ones([4, 6]))
except tf.errors.InvalidArgumentError as error:
    assert "calling Product.call" in str(error) and error.error_code == 3
else:
    raise AssertionError("products of other sizes go through")

inputs = keras.Input((5,))
functional = keras.Model(inputs, Product(2)(Product(3)(inputs)))
with tf.GradientTape() as tape:
    loss = tf.reduce_sum(functional(x) ** 2)
first = functional.layers[1]
assert tape.gradient(loss, first.w).shape == (5, 3)

class Lazy(tf.Module):
    w = None

    @tf.function
    def __call__(self, x):
        if self.w is None:
            self.w = tf.Variable(tf.random.normal([x.shape[-1], 2]))
        return tf.matmul(x, self.w)

lazy = Lazy()
np.testing.assert_allclose(lazy(x), x @ lazy.w, 1e-5)
np.testing.assert_allclose(lazy(x), x @ lazy.w, 1e-5)
print("done")
"""


@pytest.mark.parametrize("package", ["tapeflow", "tensorflow"])
def test_layers_with_variables_of_tensorflow(package):
    pytest.importorskip(package)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, package],
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "KERAS_BACKEND": "tensorflow",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "CUDA_VISIBLE_DEVICES": "-1",
        },
    )
    assert done.stdout.endswith("done\n"), done.stderr[-3000:]
