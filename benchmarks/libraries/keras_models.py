"""Keras' workloads, the same on every backend: epochs of `fit`, and training steps that a user writes.

Run in a process for one backend: "tapeflow" (Keras takes it for TensorFlow), "tensorflow", "torch" or "jax".
"""

import os
import sys

import numpy as np

BACKEND = sys.argv[1]
os.environ["KERAS_BACKEND"] = "tensorflow" if BACKEND == "tapeflow" else BACKEND
if BACKEND == "tapeflow":
    import tapeflow

    tapeflow.install_as_tensorflow()
import keras  # noqa: E402  the backend is chosen above
from keras import layers  # noqa: E402

BATCH = 32
NUM_IMAGES, NUM_PICTURES, NUM_SEQUENCES = 10_000, 640, 640
_random = np.random.default_rng(0)


def _uniform(*dims):
    return _random.uniform(size=dims).astype("float32")


def _labels(count):
    return _random.integers(0, 10, size=count).astype("int32")


IMAGES = _uniform(NUM_IMAGES, 28, 28), _labels(NUM_IMAGES)
PICTURES = _uniform(NUM_PICTURES, 28, 28, 1), _labels(NUM_PICTURES)
SEQUENCES = _uniform(NUM_SEQUENCES, 50, 32), _labels(NUM_SEQUENCES)


def perceptron():
    """Flatten, 128 units, 10 logits."""
    return keras.Sequential(
        [layers.Input((28, 28)), layers.Flatten(), layers.Dense(128, activation="relu"), layers.Dense(10)]
    )


def convolutional():
    """Two convolutions of 3x3 with pooling, 128 units, 10 logits."""
    return keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dense(10),
        ]
    )


def recurrent():
    """Two layers of 64 LSTM cells, 10 logits."""
    return keras.Sequential(
        [layers.Input((50, 32)), layers.LSTM(64, return_sequences=True), layers.LSTM(64), layers.Dense(10)]
    )


def fit(make_model, examples, steps_at_once=1):
    """An epoch of Keras' own loop."""
    model = make_model()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(), loss, metrics=["accuracy"], steps_per_execution=steps_at_once)
    return lambda: model.fit(*examples, batch_size=BATCH, epochs=1, verbose=0)


def _parts():
    return perceptron(), keras.losses.SparseCategoricalCrossentropy(from_logits=True), keras.optimizers.Adam()


def tape_step(compiled):
    """The step of the loop that TensorFlow's tutorials teach."""
    import tensorflow as tf

    model, loss_fn, optimizer = _parts()
    x, y = tf.constant(IMAGES[0][:BATCH]), tf.constant(IMAGES[1][:BATCH])

    def step(x, y):
        with tf.GradientTape() as tape:
            loss = loss_fn(y, model(x, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return loss

    if compiled:
        step = tf.function(step)
    return lambda: step(x, y).numpy()


def torch_step():
    """The step of Keras' guide to loops on PyTorch."""
    import torch

    model, loss_fn, optimizer = _parts()
    x, y = torch.tensor(IMAGES[0][:BATCH]), torch.tensor(IMAGES[1][:BATCH])

    def step():
        loss = loss_fn(y, model(x, training=True))
        model.zero_grad()
        loss.backward()
        variables = list(model.trainable_weights)
        with torch.no_grad():
            optimizer.apply([variable.value.grad for variable in variables], variables)
        return loss.item()

    return step


def jax_step():
    """The step of Keras' guide to loops on JAX: the state goes in and comes out, all under jit."""
    import jax

    model, loss_fn, optimizer = _parts()
    optimizer.build(model.trainable_variables)
    x, y = jax.numpy.asarray(IMAGES[0][:BATCH]), jax.numpy.asarray(IMAGES[1][:BATCH])

    def loss_of(trainable, fixed, x, y):
        logits, fixed = model.stateless_call(trainable, fixed, x, training=True)
        return loss_fn(y, logits), fixed

    gradient = jax.value_and_grad(loss_of, has_aux=True)

    @jax.jit
    def step(state, x, y):
        trainable, fixed, slots = state
        (loss, fixed), gradients = gradient(trainable, fixed, x, y)
        trainable, slots = optimizer.stateless_apply(slots, gradients, trainable)
        return loss, (trainable, fixed, slots)

    values = lambda variables: [variable.value for variable in variables]
    state = [
        (
            values(model.trainable_variables),
            values(model.non_trainable_variables),
            values(optimizer.variables),
        )
    ]

    def call():
        loss, state[0] = step(state[0], x, y)
        return float(loss)

    return call


def pipeline():
    """A round through 10,000 shuffled images in batches."""
    import tensorflow as tf

    dataset = tf.data.Dataset.from_tensor_slices(IMAGES).shuffle(NUM_IMAGES).batch(BATCH)

    def call():
        for _ in dataset:
            pass

    return call


WORKLOADS = {
    "fit MLP": fit(perceptron, IMAGES),
    "fit MLP by 8": fit(perceptron, IMAGES, 8),
    "fit CNN": fit(convolutional, PICTURES),
    "fit LSTM": fit(recurrent, SEQUENCES),
}
if BACKEND in ("tapeflow", "tensorflow"):
    WORKLOADS |= {
        "eager step": tape_step(False),
        "compiled step": tape_step(True),
        "slices, shuffle, batch": pipeline(),
    }
else:
    WORKLOADS["compiled step"] = jax_step() if BACKEND == "jax" else torch_step()
