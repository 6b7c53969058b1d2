"""The first program of many: handwritten digits with Keras, by a loop of one's own or by `fit`.

    python -m tapeflow examples/mnist.py                     the loop, eagerly
    python -m tapeflow examples/mnist.py --form function     the loop, its step under @tf.function
    python -m tapeflow examples/mnist.py --form fit          Keras' own loop
    python examples/mnist.py --form fit                      the same on TensorFlow, where it is installed

MNIST (Y. LeCun, C. Cortes, C. Burges) is taken from `--data FILE` (mnist.npz, or a folder with the four IDX files),
else from where Keras keeps it. Where it is not there and cannot be fetched, scikit-learn's 1,797 scans of 8x8 pixels
are enlarged to 28x28 instead (E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits, UCI Machine Learning
Repository, 1998), and the program says so.
"""

import argparse
import gzip
import pathlib
import struct
import time

import numpy as np
import tensorflow as tf
from tensorflow import keras

IDX_FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)


def read_idx(path):
    """The array of unsigned bytes in a file of the IDX format, compressed by gzip or not."""
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    zeros, kind, num_axes = struct.unpack_from(">HBB", content)
    if zeros != 0 or kind != 8:
        raise ValueError(f"{path} is no IDX file of unsigned bytes.")
    shape = struct.unpack_from(f">{num_axes}I", content, 4)
    elements = np.frombuffer(content, np.uint8, offset=4 + 4 * num_axes)
    if elements.size != np.prod(shape):
        raise ValueError(f"{path} should hold {shape} bytes, but has {elements.size}.")
    return elements.reshape(shape)


def read_folder(folder):
    """The four arrays of MNIST from a folder of IDX files."""
    found = []
    for name in IDX_FILES:
        paths = [folder / name, folder / f"{name}.gz"]
        present = [path for path in paths if path.exists()]
        if not present:
            raise FileNotFoundError(f"{folder} has no file {name} or {name}.gz")
        found.append(read_idx(present[0]))
    return (found[0], found[1]), (found[2], found[3])


def enlarged_digits():
    """Scikit-learn's digits as 28x28 images of bytes: each pixel three by three, with a border of two."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    digits = load_digits()
    images = np.kron(digits.images * (255 / 16), np.ones((1, 3, 3))).round().astype(np.uint8)
    images = np.pad(images, ((0, 0), (2, 2), (2, 2)))
    x_train, x_test, y_train, y_test = train_test_split(
        images, digits.target.astype(np.uint8), test_size=0.25, random_state=0, stratify=digits.target
    )
    return (x_train, y_train), (x_test, y_test)


def load_data(path=None):
    """((images, labels) to train on, (images, labels) to test with): bytes, and digits from 0 to 9."""
    if path is not None:
        path = pathlib.Path(path)
        if path.is_dir():
            return read_folder(path)
        with np.load(path, allow_pickle=False) as arrays:
            return (arrays["x_train"], arrays["y_train"]), (arrays["x_test"], arrays["y_test"])
    try:
        return keras.datasets.mnist.load_data()
    except Exception as error:
        reason = str(error).splitlines()[0]
        print(f"MNIST is not here ({reason}): taking scikit-learn's digits, enlarged to 28x28.", flush=True)
        return enlarged_digits()


def make_model():
    """Flatten, 128 units, 10 logits."""
    return keras.Sequential(
        [
            keras.layers.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dense(10),
        ]
    )


def train_by_loop(model, x_train, y_train, options, compiled):
    """The loop that tutorials teach: batches, a tape, gradients, a step of the optimizer."""
    loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer = keras.optimizers.Adam()
    dataset = tf.data.Dataset.from_tensor_slices((x_train, y_train))
    dataset = dataset.shuffle(len(x_train), seed=options.seed).batch(options.batch_size)

    def step(x, y):
        with tf.GradientTape() as tape:
            loss = loss_fn(y, model(x, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return loss

    if compiled:
        step = tf.function(step)
    for epoch in range(options.epochs):
        start = time.perf_counter()
        losses = [step(x, y) for x, y in dataset]
        seconds = time.perf_counter() - start
        mean = float(np.mean([float(loss) for loss in losses]))
        print(f"epoch {epoch + 1}: loss {mean:.4f}, {len(x_train) / seconds:,.0f} images/s", flush=True)


def train_by_fit(model, x_train, y_train, options):
    """Keras' loop, with its progress bar."""
    model.compile(
        optimizer=keras.optimizers.Adam(),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    model.fit(x_train, y_train, batch_size=options.batch_size, epochs=options.epochs, verbose=options.verbose)


def test(model, x_test, y_test, batch_size):
    """Mean loss and accuracy on images that the model has never seen."""
    loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    mean_loss, accuracy = keras.metrics.Mean(), keras.metrics.SparseCategoricalAccuracy()
    for x, y in tf.data.Dataset.from_tensor_slices((x_test, y_test)).batch(batch_size):
        logits = model(x, training=False)
        mean_loss.update_state(loss_fn(y, logits), sample_weight=len(y))
        accuracy.update_state(y, logits)
    return float(mean_loss.result()), float(accuracy.result())


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--form", choices=["loop", "function", "fit"], default="loop", help="who writes the loop"
    )
    parser.add_argument("--data", help="mnist.npz, or a folder with the four IDX files")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--verbose", type=int, default=1, help="how much fit tells")
    options = parser.parse_args(arguments)

    keras.utils.set_random_seed(options.seed)
    (x_train, y_train), (x_test, y_test) = load_data(options.data)
    x_train, x_test = (x_train / 255.0).astype("float32"), (x_test / 255.0).astype("float32")
    y_train, y_test = y_train.astype("int64"), y_test.astype("int64")
    model = make_model()
    if options.form == "fit":
        train_by_fit(model, x_train, y_train, options)
    else:
        train_by_loop(model, x_train, y_train, options, compiled=options.form == "function")
    loss, accuracy = test(model, x_test, y_test, options.batch_size)
    print(f"test: loss {loss:.4f}, accuracy {accuracy:.2%}")
    return accuracy


if __name__ == "__main__":
    main()
