"""A program of a process of its own: what Keras does on one library.

    python keras_program.py tapeflow PLACE ACTION [ACTION ...]

An action is one of the functions below, and a folder of the place if the function saves or loads something, as in
`save_model:tapeflow`. Prints a line for each, JSON of the action and the traceback of what went wrong, or None.
"""

import json
import os
import sys
import traceback

if sys.argv[1] == "tapeflow":
    import tapeflow

    tapeflow.install_as_tensorflow()
import keras
import numpy as np
import tensorflow as tf

assert ("tapeflow" in sys.modules) == (sys.argv[1] == "tapeflow")
chance = np.random.default_rng(0)
images = chance.normal(size=(16, 8, 8, 3)).astype("float32")
words = chance.integers(0, 20, size=(16, 5)).astype("int32")
labels = chance.integers(0, 4, size=(16,)).astype("int32")
texts = ["the cat sat", "the dog barked", "a cat"]


def _make_model():
    keras.utils.set_random_seed(1)
    image = keras.Input((8, 8, 3), name="image")
    x = keras.layers.Conv2D(4, 3, padding="same", activation="relu")(image)
    x = keras.layers.BatchNormalization()(x)
    x = keras.layers.MaxPooling2D()(x)
    x = keras.layers.SeparableConv2D(6, 3)(x)
    x = keras.layers.GlobalAveragePooling2D()(x)
    word = keras.Input((5,), dtype="int32", name="word")
    y = keras.layers.Embedding(20, 6)(word)
    y = keras.layers.Bidirectional(keras.layers.GRU(4))(y)
    z = keras.layers.Concatenate()([x, y])
    z = keras.layers.Dropout(0.0)(keras.layers.LayerNormalization()(z))
    z = keras.layers.Dense(4, kernel_regularizer="l2", name="logits")(z)
    model = keras.Model([image, word], z)
    model.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.ExponentialDecay(0.01, 10, 0.9)),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model


def _told(model):
    return {
        "predictions": np.asarray(model([images, words], training=False)),
        **{f"weight {place}": np.asarray(each) for place, each in enumerate(model.weights)},
        **{f"optimizer {place}": np.asarray(each) for place, each in enumerate(model.optimizer.variables)},
    }


def save_model(folder):
    """A model of many layers in each format, and what it says before and after one more step."""
    model = _make_model()
    for _ in range(3):
        model.train_on_batch([images, words], labels)
    for name in ("model.keras", "old.h5"):
        model.save(os.path.join(folder, name))
    model.save_weights(os.path.join(folder, "model.weights.h5"))
    before = _told(model)
    model.train_on_batch([images, words], labels)
    np.savez(os.path.join(folder, "before.npz"), **before)
    np.savez(os.path.join(folder, "after.npz"), **_told(model))


def load_model(folder):
    before, after = (np.load(os.path.join(folder, name)) for name in ("before.npz", "after.npz"))
    for name in ("model.keras", "old.h5", "model.weights.h5"):
        path = os.path.join(folder, name)
        if name == "model.weights.h5":
            model = _make_model()
            model.optimizer.build(model.trainable_variables)
            model.load_weights(path)
        else:
            model = keras.saving.load_model(path)
        for stage, exact in ((before, True), (after, False)):
            found, keys = _told(model), stage.files
            if name == "old.h5":  # of which Keras restores no state of optimizers, on TensorFlow neither
                keys = [key for key in keys if not key.startswith("optimizer")] if exact else []
            else:
                assert sorted(found) == sorted(keys), (name, sorted(found), keys)
            for key in keys:
                loose = 0.0 if exact and key != "predictions" else 2e-5
                np.testing.assert_allclose(found[key], stage[key], loose, loose, err_msg=f"{name}: {key}")
            if exact and name != "old.h5":
                model.train_on_batch([images, words], labels)


def save_vocabulary(folder):
    """A model with a vocabulary among its assets, and what it says."""
    lookup = keras.layers.TextVectorization(output_mode="int", output_sequence_length=4)
    lookup.adapt(tf.constant(texts))
    model = keras.Sequential([keras.Input((1,), dtype="string"), lookup, keras.layers.Embedding(12, 3)])
    model.save(os.path.join(folder, "words.keras"))
    said = np.asarray(model(tf.constant([[each] for each in texts])))
    np.save(os.path.join(folder, "words.npy"), said)


def load_vocabulary(folder):
    model = keras.saving.load_model(os.path.join(folder, "words.keras"))
    found = np.asarray(model(tf.constant([[each] for each in texts])))
    np.testing.assert_allclose(found, np.load(os.path.join(folder, "words.npy")))


def _small_model():
    inputs = keras.Input((6,))
    hidden = keras.layers.BatchNormalization()(keras.layers.Dense(8, activation="relu")(inputs))
    return keras.Model(inputs, keras.layers.Dense(3)(keras.layers.Dropout(0.1)(hidden)))


def _checkpoint():
    """A checkpoint of a model and its optimizer, and their variables."""
    model, optimizer = _small_model(), keras.optimizers.Adam(0.01)
    optimizer.build(model.trainable_variables)
    return tf.train.Checkpoint(model=model, optimizer=optimizer), [*model.weights, *optimizer.variables]


def save_checkpoint(folder):
    checkpoint, variables = _checkpoint()
    for number, each in enumerate(variables):
        each.assign(np.full(each.shape, number + 1, each.dtype))
    checkpoint.write(os.path.join(folder, "ckpt"))


def load_checkpoint(folder):
    checkpoint, variables = _checkpoint()
    checkpoint.read(os.path.join(folder, "ckpt")).assert_consumed()
    for number, each in enumerate(variables):
        assert (np.asarray(each) == number + 1).all(), each.path


def export(folder):
    """An exported model, loaded again as functions and as a layer."""
    model, path = _small_model(), os.path.join(folder, "exported")
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


def _exported_models():
    """{name: (model, input)}"""
    words = keras.layers.TextVectorization(output_mode="int", output_sequence_length=4)
    words.adapt(tf.constant(texts))
    chain = keras.Sequential([keras.Input((), dtype="string"), words, keras.layers.Embedding(12, 3)])
    steps = keras.Sequential([keras.Input((5, 3)), keras.layers.LSTM(4), keras.layers.Dense(2, "silu")])
    rows = np.random.default_rng(0).normal(size=(5, 5, 3)).astype("float32")
    return {
        "small": (_small_model(), rows[:, 0, :].repeat(2, 1)),
        "steps": (steps, rows),
        "words": (chain, texts),
    }


def save_exported(folder):
    folder = os.path.join(folder, "exported")
    for name, (model, x) in _exported_models().items():
        model.export(os.path.join(folder, name), verbose=False)
        np.save(os.path.join(folder, f"{name}.npy"), np.asarray(model(tf.constant(x))))


def load_exported(folder):
    """As functions and as layers: values, and gradients for all weights that are trained."""
    keras.config.enable_unsafe_deserialization()
    folder = os.path.join(folder, "exported")
    for name, (model, x) in _exported_models().items():
        path, x = os.path.join(folder, name), tf.constant(x)
        expected = np.load(f"{path}.npy")
        loaded, layer = tf.saved_model.load(path), keras.layers.TFSMLayer(path)
        np.testing.assert_allclose(loaded.serve(x), expected, 1e-5, 1e-6, err_msg=name)
        (found,) = loaded.signatures["serving_default"](x).values()
        np.testing.assert_allclose(found, expected, 1e-5, 1e-6, err_msg=name)
        np.testing.assert_allclose(np.asarray(layer(x)), expected, 1e-5, 1e-6, err_msg=name)
        assert len(layer.trainable_weights) == len(model.trainable_weights)
        with tf.GradientTape() as tape:
            y = tf.reduce_sum(loaded.serve(x))
        assert None not in tape.gradient(y, loaded.trainable_variables)


def log(folder):
    """What Keras' callback for TensorBoard writes while a model is trained."""
    model = _make_model()
    callback = keras.callbacks.TensorBoard(folder, histogram_freq=1, write_images=True, update_freq=1)
    history = model.fit(
        [images, words],
        labels,
        validation_data=([images, words], labels),
        batch_size=8,
        epochs=3,
        verbose=0,
        callbacks=[callback],
    )
    np.save(os.path.join(folder, "loss.npy"), history.history["loss"])
    np.save(os.path.join(folder, "kernel.npy"), np.asarray(model.get_layer("logits").kernel))


class _Product(keras.layers.Layer):
    """A layer that makes TensorFlow's own variables when it is built, as TensorFlow's guides teach it."""

    def __init__(self, units, **options):
        super().__init__(**options)
        self.units = units

    def build(self, shape):
        self.w = tf.Variable(tf.random.normal([shape[-1], self.units]), name="w")
        self.b = tf.Variable(tf.zeros([self.units]), name="b")

    def call(self, x):
        return tf.matmul(x, self.w) + self.b


class _Two(keras.Model):
    def __init__(self):
        super().__init__()
        self.first, self.second = _Product(3), _Product(2)

    def call(self, x):
        return self.second(self.first(x))


class _Lazy(tf.Module):
    w = None

    @tf.function
    def __call__(self, x):
        if self.w is None:
            self.w = tf.Variable(tf.random.normal([x.shape[-1], 2]))
        return tf.matmul(x, self.w)


def use_variables_of_tensorflow():
    x = tf.ones([4, 5])
    model = _Two()
    found = model(x)
    expected = ((x @ model.first.w) + model.first.b) @ model.second.w + model.second.b
    np.testing.assert_allclose(found, expected, 1e-5)
    assert found.shape == (4, 2) and np.abs(np.asarray(found)).max() > 0
    try:
        model(tf.ones([4, 6]))
    except tf.errors.InvalidArgumentError as error:
        assert "calling _Product.call" in str(error) and error.error_code == 3, str(error)
    else:
        raise AssertionError("products of other sizes go through")

    inputs = keras.Input((5,))
    functional = keras.Model(inputs, _Product(2)(_Product(3)(inputs)))
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(functional(x) ** 2)
    first = functional.layers[1]
    assert tape.gradient(loss, first.w).shape == (5, 3)

    lazy = _Lazy()
    np.testing.assert_allclose(lazy(x), x @ lazy.w, 1e-5)
    np.testing.assert_allclose(lazy(x), x @ lazy.w, 1e-5)


def use_strings():
    """Tensors of strings go to `predict`, `evaluate` and `fit` as they are, also beside numbers."""
    layer = keras.layers.TextVectorization(output_sequence_length=4)
    layer.adapt(texts)
    strings, number = keras.Input((), dtype="string", name="text"), keras.Input((1,), name="number")
    x = keras.layers.Embedding(layer.vocabulary_size(), 2)(layer(strings))
    x = keras.layers.Concatenate()([keras.layers.Flatten()(x), number])
    model = keras.Model({"text": strings, "number": number}, keras.layers.Dense(1)(x))
    model.compile(optimizer="sgd", loss="mse")
    tensors = {"text": tf.constant(texts), "number": tf.constant([[1.0], [2.0], [3.0]])}
    arrays = {"text": np.array(texts, object), "number": np.array([[1.0], [2.0], [3.0]])}
    for given in (tensors, arrays):
        np.testing.assert_allclose(model.predict(given, verbose=0), model(tensors), rtol=1e-5)
        assert model.evaluate(given, np.zeros(3), verbose=0) > 0
        model.fit(given, np.zeros(3), epochs=1, verbose=0)
    assert str(type(tensors["text"])) == "<class 'tensorflow.python.framework.ops.EagerTensor'>"
    assert str(tf.Tensor) == "<class 'tensorflow.python.framework.tensor.Tensor'>"


def show_namespaces_of_keras():
    """Those that TensorFlow shows beside `tf.keras`."""
    from tensorflow.optimizers import SGD

    assert SGD is keras.optimizers.SGD
    assert tf.losses.MeanSquaredError is keras.losses.MeanSquaredError
    assert tf.metrics.Mean is keras.metrics.Mean
    assert tf.initializers.GlorotUniform is keras.initializers.GlorotUniform


def train_recurrent_layers():
    """By `fit`, whichever masks the cells make while a step is traced."""
    layers = keras.layers
    random = np.random.default_rng(0)
    x = random.normal(size=(50, 7, 5)).astype("float32")
    y = x[:, :, :1].sum(1)
    for layer in (
        layers.GRU(8),
        layers.LSTM(8, dropout=0.1),
        layers.GRU(8, recurrent_dropout=0.1),
        layers.SimpleRNN(8, recurrent_dropout=0.1),
        layers.LSTM(8, dropout=0.1, return_sequences=True),
    ):
        keras.utils.set_random_seed(0)
        model = keras.Sequential([layers.Input((7, 5)), layer, layers.Flatten(), layers.Dense(1)])
        model.compile(keras.optimizers.Adam(0.02), "mse")
        losses = model.fit(x, y, batch_size=16, epochs=12, verbose=0).history["loss"]
        assert losses[-1] < 0.6 * losses[0], (layer, losses)
        assert model.predict(x, verbose=0).shape == (50, 1)


if __name__ == "__main__":
    for action in sys.argv[3:]:
        name, *folder = action.split(":")
        try:
            globals()[name](*[os.path.join(sys.argv[2], each) for each in folder])
            wrong = None
        except Exception:  # of whatever kind: the test that asked is told, and fails by it
            wrong = traceback.format_exc()
        print(json.dumps([action, wrong]), flush=True)
