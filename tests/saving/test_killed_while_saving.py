"""Whoever is killed while saving leaves the last good checkpoint."""

import itertools
import os
import random
import signal
import time

import numpy as np
import pytest

import tapeflow as tf
from tests.kills import KILLS


def killed(work, seconds):
    """Runs `work()` again and again in a child, which is killed after a while."""
    child = os.fork()
    if child == 0:
        try:
            while True:
                work()
        finally:
            os._exit(1)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def adapted(window, gained):
    """How long the next child lives at most, in seconds, after one that saved `gained` times: such that some saves
    succeed, however quick the machine is.
    """
    return window * (1.5 if gained < 2 else 0.8)


def variables():
    root = tf.Module()
    root.parts = [tf.Variable(tf.zeros([50, 100])) for _ in range(4)]
    root.words = tf.Variable(["0"] * 20)
    return root


def advance(root):
    step = root.parts[0].numpy()[0, 0] + 1.0
    for each in root.parts:
        each.assign(tf.fill([50, 100], step))
    root.words.assign([str(int(step))] * 20)


def step_of(root):
    """The step that all values are of."""
    steps = {int(each) for part in root.parts for each in np.unique(part.numpy())}
    steps |= {int(each) for each in root.words.numpy()}
    assert len(steps) == 1
    return steps.pop()


@pytest.mark.parametrize("manner", ["manager", "same prefix"])
def test_checkpoints_survive(tmp_path, manner):
    chance, last, window = random.Random(1), 0, 0.04
    for _ in range(KILLS):
        root = variables()
        checkpoint = tf.train.Checkpoint(root)
        manager = tf.train.CheckpointManager(checkpoint, tmp_path, max_to_keep=2)
        prefix = str(tmp_path / "ckpt")
        if manner == "manager":
            manager.restore_or_initialize()
        elif os.path.exists(prefix + ".index"):
            checkpoint.read(prefix).assert_consumed()
        step = step_of(root)
        assert step >= last
        window, last = adapted(window, step - last), step

        def work(root=root, manager=manager, checkpoint=checkpoint, prefix=prefix):
            advance(root)
            if manner == "manager":
                manager.save()
            else:
                checkpoint.write(prefix)

        killed(work, chance.uniform(0.0, window))
    assert last > KILLS // 6


def test_saved_models_survive(tmp_path):
    chance, last, window = random.Random(2), 0, 0.06
    folder = tmp_path / "model"
    root = variables()
    root.first = tf.function(
        lambda x: x + root.parts[0][0, 0], input_signature=[tf.TensorSpec([], tf.float32)]
    )
    tf.saved_model.save(root, folder)
    for _ in range(KILLS):
        loaded = tf.saved_model.load(folder)
        step = step_of(loaded)
        assert step >= last
        window, last = adapted(window, step - last), step
        assert loaded.first(0.0).numpy() == last
        for mine, saved in zip(root.parts, loaded.parts, strict=True):
            mine.assign(saved)

        def work():
            advance(root)
            tf.saved_model.save(root, folder)

        killed(work, chance.uniform(0.0, window))
    assert last > KILLS // 6


@pytest.mark.parametrize("manner", ["writer", "compressed", "data set"])
def test_records_survive(tmp_path, manner):
    chance, last, window = random.Random(3), 0, 0.04
    path = str(tmp_path / "records")
    options = "GZIP" if manner == "compressed" else ""

    def write(step):
        records = [str(step).encode() * 50] * 500
        if manner == "data set":
            tf.data.experimental.TFRecordWriter(path).write(tf.data.Dataset.from_tensor_slices(records))
            return
        with tf.io.TFRecordWriter(path, options) as writer:
            for each in records:
                writer.write(each)

    write(0)
    for _ in range(KILLS):
        found = list(tf.data.TFRecordDataset(path, options).as_numpy_iterator())
        assert len(found) == 500 and len(set(found)) == 1
        step = int(found[0][: len(found[0]) // 50])
        assert step >= last
        window, last, steps = adapted(window, step - last), step, itertools.count(step + 1)

        def work(steps=steps):
            write(next(steps))

        killed(work, chance.uniform(0.0, window))
    assert last > KILLS // 6
    assert any(name.startswith(".part-") for name in os.listdir(tmp_path))  # kills came while one was written


def test_records_have_their_name_when_they_are_flushed(tmp_path):
    path = tmp_path / "records"
    writer = tf.io.TFRecordWriter(path)
    writer.write(b"one")
    assert not path.exists()
    writer.flush()
    assert list(tf.data.TFRecordDataset(str(path)).as_numpy_iterator()) == [b"one"]
    writer.write(b"two")
    writer.close()
    assert list(tf.data.TFRecordDataset(str(path)).as_numpy_iterator()) == [b"one", b"two"]
    assert os.listdir(tmp_path) == ["records"]
