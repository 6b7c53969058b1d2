"""tf.data beside TensorFlow's: pipelines over 10,000 pictures, the two in turns. Prints milliseconds and their ratio.

python -m benchmarks.data
"""

import os
import statistics
import time

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

NUM_ROUNDS = 7
PICTURES = np.random.default_rng(0).random((10_000, 28, 28), dtype=np.float32)
LABELS = np.arange(10_000)


def pipelines(tf):
    """Name -> data set."""
    slices = tf.data.Dataset.from_tensor_slices((PICTURES, LABELS))
    whole = tf.constant(PICTURES)

    def waiting(x):
        return tf.py_function(_wait, [x], tf.int64)

    return {
        "slices, shuffle all, batch 32": slices.shuffle(10_000).batch(32),
        "slices, shuffle 1000, batch 32": slices.shuffle(1000).batch(32),
        "slices, batch 32": slices.batch(32),
        "range, batch 32, map gather": (
            tf.data.Dataset.range(10_000).batch(32).map(lambda places: tf.gather(whole, places))
        ),
        "range, map": tf.data.Dataset.range(10_000).map(lambda x: x * 2),
        "range, map, 4 calls": tf.data.Dataset.range(10_000).map(lambda x: x * 2, num_parallel_calls=4),
        "slices, shuffle, batch, prefetch": slices.shuffle(1000).batch(32).prefetch(2),
        "slices, batch 512": slices.shuffle(1000).batch(512),
        "slices, batch 512, prefetch": slices.shuffle(1000).batch(512).prefetch(2),
        "waiting, map": tf.data.Dataset.range(200).map(waiting),
        "waiting, map, 8 calls": tf.data.Dataset.range(200).map(waiting, num_parallel_calls=8),
    }


def _wait(x):
    time.sleep(0.002)
    return x


def seconds(dataset):
    """The time of one round through a data set."""
    start = time.perf_counter()
    for _ in dataset:
        pass
    return time.perf_counter() - start


def main():
    """Prints one line for each pipeline."""
    import tensorflow

    import tapeflow

    ours, theirs = pipelines(tapeflow), pipelines(tensorflow)
    for name in ours:
        times = [(seconds(ours[name]), seconds(theirs[name])) for _ in range(NUM_ROUNDS)]
        mine, other = (1000 * statistics.median(column) for column in zip(*times, strict=True))
        print(
            f"{name:32} ours {mine:8.1f} ms   TensorFlow {other:8.1f} ms   ratio {mine / other:.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
