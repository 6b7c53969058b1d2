"""The inputs that all libraries share, and the constants of the training steps."""

import numpy as np

_random = np.random.default_rng(0)


def _normal(*dims, scale=1.0):
    return (scale * _random.normal(size=dims)).astype("float32")


square = _normal(2, 10, 10)
million = _normal(1000, 1000)
images = _random.uniform(size=(32, 784)).astype("float32")
labels = _random.integers(0, 10, size=32).astype("int32")
weights = [_normal(784, 128, scale=0.05), np.zeros(128, "float32"), _normal(128, 10, scale=0.05)]
weights.append(np.zeros(10, "float32"))
RATE = 0.01
FIRST_DECAY, SECOND_DECAY, TINY = 0.9, 0.999, 1e-7
ADAM_RATE = 0.001

rows = _normal(1024, 1024)
scale, offset = _normal(1024), _normal(1024)
large = _normal(2, 1024, 1024)

pictures = _random.uniform(size=(32, 28, 28, 1)).astype("float32")
convolutions = [_normal(3, 3, 1, 32, scale=0.3), np.zeros(32, "float32"), _normal(3, 3, 32, 64, scale=0.06)]
convolutions += [np.zeros(64, "float32"), _normal(7 * 7 * 64, 128, scale=0.02), np.zeros(128, "float32")]
convolutions += [_normal(128, 10, scale=0.09), np.zeros(10, "float32")]

BATCH, SEQUENCE, WIDTH, HEADS, EPSILON = 8, 128, 256, 4, 1e-5
sentences, targets = _normal(BATCH, SEQUENCE, WIDTH), _normal(BATCH, SEQUENCE, WIDTH)
hidden_part = np.triu(
    np.full((SEQUENCE, SEQUENCE), -1e9, "float32"), 1
)  # added to the scores: the future is not seen
block = [
    np.ones(WIDTH, "float32"),
    np.zeros(WIDTH, "float32"),
    _normal(WIDTH, 3 * WIDTH, scale=0.02),
    np.zeros(3 * WIDTH, "float32"),
    _normal(WIDTH, WIDTH, scale=0.02),
    np.zeros(WIDTH, "float32"),
    np.ones(WIDTH, "float32"),
    np.zeros(WIDTH, "float32"),
    _normal(WIDTH, 4 * WIDTH, scale=0.02),
    np.zeros(4 * WIDTH, "float32"),
    _normal(4 * WIDTH, WIDTH, scale=0.02),
    np.zeros(WIDTH, "float32"),
]

STEPS = 50
sequence = _normal(STEPS, 32, 64)
recurrent = [_normal(64, 64, scale=0.125), _normal(64, 64, scale=0.125), np.zeros(64, "float32")]
ITERATIONS = 10_000
