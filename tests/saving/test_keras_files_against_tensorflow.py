"""What Keras saves on tapeflow, Keras on TensorFlow loads, and the reverse; TensorBoard reads what is logged."""

import os
import subprocess
import sys

import numpy as np
import pytest

pytest.importorskip("keras")
pytest.importorskip("tensorflow")

START = """
import os, sys
package, folder = sys.argv[1:3]
if package == "tapeflow":
    import tapeflow
    tapeflow.install_as_tensorflow()
import numpy as np, tensorflow as tf, keras
assert ("tapeflow" in sys.modules) == (package == "tapeflow")
chance = np.random.default_rng(0)
images = chance.normal(size=(16, 8, 8, 3)).astype("float32")
words = chance.integers(0, 20, size=(16, 5)).astype("int32")
labels = chance.integers(0, 4, size=(16,)).astype("int32")

def make_model():
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

def told(model):
    return {
        "predictions": np.asarray(model([images, words], training=False)),
        **{f"weight {place}": np.asarray(each) for place, each in enumerate(model.weights)},
        **{f"optimizer {place}": np.asarray(each) for place, each in enumerate(model.optimizer.variables)},
    }
"""
SAVE = """
model = make_model()
for _ in range(3):
    model.train_on_batch([images, words], labels)
for name in ("model.keras", "old.h5"):
    model.save(os.path.join(folder, name))
model.save_weights(os.path.join(folder, "model.weights.h5"))
before = told(model)
model.train_on_batch([images, words], labels)
np.savez(os.path.join(folder, "before.npz"), **before)
np.savez(os.path.join(folder, "after.npz"), **told(model))
"""
LOAD = """
before, after = (np.load(os.path.join(folder, name)) for name in ("before.npz", "after.npz"))
for name in ("model.keras", "old.h5", "model.weights.h5"):
    path = os.path.join(folder, name)
    if name == "model.weights.h5":
        model = make_model()
        model.optimizer.build(model.trainable_variables)
        model.load_weights(path)
    else:
        model = keras.saving.load_model(path)
    for stage, exact in ((before, True), (after, False)):
        found, keys = told(model), stage.files
        if name == "old.h5":  # of which Keras restores no state of optimizers, on TensorFlow neither
            keys = [key for key in keys if not key.startswith("optimizer")] if exact else []
        else:
            assert sorted(found) == sorted(keys), (name, sorted(found), keys)
        for key in keys:
            loose = 0.0 if exact and key != "predictions" else 2e-5
            np.testing.assert_allclose(found[key], stage[key], loose, loose, err_msg=f"{name}: {key}")
        if exact and name != "old.h5":
            model.train_on_batch([images, words], labels)
"""
ASSETS = """
path = os.path.join(folder, "words.keras")
lookup = keras.layers.TextVectorization(output_mode="int", output_sequence_length=4)
texts = ["the cat sat", "the dog barked", "a cat"]
if sys.argv[3] == "save":
    lookup.adapt(tf.constant(texts))
    model = keras.Sequential([keras.Input((1,), dtype="string"), lookup, keras.layers.Embedding(12, 3)])
    model.save(path)
    np.save(os.path.join(folder, "words.npy"), np.asarray(model(tf.constant([[each] for each in texts]))))
else:
    model = keras.saving.load_model(path)
    found = np.asarray(model(tf.constant([[each] for each in texts])))
    np.testing.assert_allclose(found, np.load(os.path.join(folder, "words.npy")))
"""
LOG = """
model = make_model()
callback = keras.callbacks.TensorBoard(folder, histogram_freq=1, write_images=True, update_freq=1)
history = model.fit([images, words], labels, validation_data=([images, words], labels), batch_size=8, epochs=3,
                    verbose=0, callbacks=[callback])
np.save(os.path.join(folder, "loss.npy"), history.history["loss"])
np.save(os.path.join(folder, "kernel.npy"), np.asarray(model.get_layer("logits").kernel))
"""


def run(code, package, folder, *arguments):
    done = subprocess.run(
        [sys.executable, "-c", START + code, package, str(folder), *arguments],
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
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.parametrize(("writer", "reader"), [("tapeflow", "tensorflow"), ("tensorflow", "tapeflow")])
def test_models_weights_and_optimizers(tmp_path, writer, reader):
    run(SAVE, writer, tmp_path)
    run(LOAD, reader, tmp_path)


@pytest.mark.parametrize(("writer", "reader"), [("tapeflow", "tensorflow"), ("tensorflow", "tapeflow")])
def test_vocabularies(tmp_path, writer, reader):
    run(ASSETS, writer, tmp_path, "save")
    run(ASSETS, reader, tmp_path, "load")


@pytest.mark.filterwarnings("ignore")
def test_tensorboard_reads_what_its_callback_logs(tmp_path):
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    tensor_util = pytest.importorskip("tensorboard.util.tensor_util")
    run(LOG, "tapeflow", tmp_path)
    logs = {}
    for part in ("train", "validation"):
        logs[part] = accumulator.EventAccumulator(str(tmp_path / part), size_guidance={"tensors": 0})
        logs[part].Reload()
    events = logs["train"].Tensors("epoch_loss")
    assert [each.step for each in events] == [0, 1, 2]
    values = [float(tensor_util.make_ndarray(each.tensor_proto)) for each in events]
    np.testing.assert_allclose(values, np.load(tmp_path / "loss.npy"), 1e-6)
    assert [each.step for each in logs["validation"].Tensors("epoch_loss")] == [0, 1, 2]
    assert len(logs["train"].Tensors("batch_loss")) == 6
    histogram = tensor_util.make_ndarray(logs["train"].Tensors("logits/kernel/histogram")[-1].tensor_proto)
    kernel = np.load(tmp_path / "kernel.npy")
    assert histogram[:, 2].sum() == kernel.size
    np.testing.assert_allclose([histogram[0, 0], histogram[-1, 1]], [kernel.min(), kernel.max()], 1e-6)
    assert any(name.endswith("/image") for name in logs["train"].Tags()["tensors"])
