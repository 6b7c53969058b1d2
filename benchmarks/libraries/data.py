"""The inputs that all libraries share."""

import numpy as np

_random = np.random.default_rng(0)
square = _random.normal(size=(2, 10, 10)).astype("float32")
million = _random.normal(size=(1000, 1000)).astype("float32")
images = _random.uniform(size=(32, 784)).astype("float32")
labels = _random.integers(0, 10, size=32).astype("int32")
weights = [
    (0.05 * _random.normal(size=(784, 128))).astype("float32"),
    np.zeros(128, "float32"),
    (0.05 * _random.normal(size=(128, 10))).astype("float32"),
    np.zeros(10, "float32"),
]
RATE = 0.01
