"""Iterators that are saved go on where they were, in this process and in another."""

import subprocess
import sys
import time

import numpy as np
import pytest

import tapeflow as tf


def generator():
    yield from range(100, 140)


def waiting():
    for number in range(40):
        time.sleep(0.002)
        yield number


def numbers(size=40):
    return tf.data.Dataset.range(size)


def from_generator(function):
    return tf.data.Dataset.from_generator(function, output_signature=tf.TensorSpec([], tf.int64))


PIPELINES = {
    "range": lambda: numbers(),
    "map": lambda: numbers().map(lambda x: x * x, num_parallel_calls=2).prefetch(2),
    "batch": lambda: numbers().batch(3),
    "batch of generated": lambda: from_generator(generator).batch(3),
    "batch of mapped": lambda: numbers(50).map(lambda x: x + 1).batch(3, drop_remainder=True),
    "padded batch": lambda: numbers().map(lambda n: tf.fill([n], n)).padded_batch(2),
    "shuffle": lambda: numbers().shuffle(10).map(lambda x: x + 1).batch(2),
    "shuffle of generated": lambda: from_generator(generator).shuffle(7),
    "shuffle and repeat": lambda: numbers(6).shuffle(6).repeat(5),
    "shuffle and repeat, seeded": lambda: numbers(6).shuffle(3, seed=4).repeat(5).batch(2),
    "one order": lambda: numbers(6).shuffle(6, reshuffle_each_iteration=False).repeat(5),
    "shuffle, cache, repeat": lambda: numbers(6).shuffle(6).cache().repeat(5),
    "cache of generated": lambda: from_generator(generator).shuffle(9).cache().repeat(2),
    "threads": lambda: from_generator(waiting).shuffle(4).prefetch(3).shuffle(5).prefetch(2),
    "zip": lambda: tf.data.Dataset.zip((numbers().shuffle(9), numbers().shuffle(40).prefetch(2))),
    "flat_map": lambda: numbers(8).flat_map(lambda n: numbers(8).shuffle(8, seed=3)),
    "random": lambda: tf.data.Dataset.random().take(40),
    "random, repeated": lambda: tf.data.Dataset.random(rerandomize_each_iteration=True).take(5).repeat(8),
    "sampled": lambda: tf.data.Dataset.sample_from_datasets([numbers(), numbers().shuffle(9)], [0.5, 0.5]),
    "interleave": lambda: numbers(8).interleave(lambda n: numbers(8).shuffle(8, seed=3), cycle_length=3),
    "window": lambda: numbers().shuffle(9).window(3).flat_map(lambda x: x.batch(3)),
    "take and filter": lambda: numbers().shuffle(40).filter(lambda x: x % 3 > 0).take(20),
}


def taken(iterator, count=10**6):
    found = []
    for _ in range(count):
        element = next(iterator, None)
        if element is None:
            break
        found.append(str([np.asarray(each).tolist() for each in tf.nest.flatten(element)]))
    return found


@pytest.mark.parametrize("count", [0, 7, 13])
@pytest.mark.parametrize("name", PIPELINES)
def test_a_restored_iterator_goes_on_as_the_saved_one(name, count, tmp_path):
    first = iter(PIPELINES[name]())
    taken(first, count)
    prefix = tf.train.Checkpoint(iterator=first).write(str(tmp_path / "ckpt"))
    rest = taken(first)
    assert rest
    again = iter(PIPELINES[name]())  # another data set: as a new process would make it
    taken(again, 3)
    tf.train.Checkpoint(iterator=again).read(prefix).assert_consumed()
    assert taken(again) == rest
    tf.train.Checkpoint(iterator=first).read(prefix)
    assert taken(first) == rest


def test_two_iterators_over_one_shuffle_are_told_apart(tmp_path):
    dataset = tf.data.Dataset.range(5).shuffle(5).repeat(6)
    first, second = iter(dataset), iter(dataset)
    for _ in range(7):
        taken(first, 1), taken(second, 2)
    prefix = tf.train.Checkpoint(iterator=first).write(str(tmp_path / "ckpt"))
    rest = taken(first)
    again = iter(tf.data.Dataset.range(5).shuffle(5).repeat(6))
    tf.train.Checkpoint(iterator=again).read(prefix)
    assert taken(again)[:3] == rest[:3]  # the rounds that had begun


def test_a_manager_saves_an_iterator_beside_a_model(tmp_path):
    def training():
        root = tf.train.Checkpoint(
            step=tf.Variable(0, dtype=tf.int64), iterator=iter(tf.data.Dataset.range(9).shuffle(9, seed=1))
        )
        return root, tf.train.CheckpointManager(root, tmp_path, max_to_keep=1)

    root, manager = training()
    taken(root.iterator, 4)
    manager.save()
    rest = taken(root.iterator)
    other, manager = training()
    assert manager.restore_or_initialize()
    assert taken(other.iterator) == rest


def test_another_process_goes_on(tmp_path):
    program = """
import sys, tapeflow as tf
iterator = iter(tf.data.Dataset.range(100).shuffle(100).batch(7).prefetch(2))
checkpoint = tf.train.Checkpoint(iterator=iterator)
if sys.argv[1] == "save":
    next(iterator), next(iterator)
    checkpoint.write(sys.argv[2])
else:
    checkpoint.read(sys.argv[2])
print([each.numpy().tolist() for each in iterator])
"""
    shown = [
        subprocess.run(
            [sys.executable, "-c", program, what, str(tmp_path / "ckpt")],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for what in ("save", "restore")
    ]
    assert shown[0] == shown[1] and len(shown[0]) > 300


def test_later_rounds_of_random_data_sets_are_those_of_the_saved_one(tmp_path):
    for dataset in PIPELINES["random, repeated"], PIPELINES["shuffle and repeat"]:
        first, again = iter(dataset()), iter(dataset())
        taken(first, 7)
        prefix = tf.train.Checkpoint(iterator=first).write(str(tmp_path / "ckpt"))
        tf.train.Checkpoint(iterator=again).read(prefix)
        assert taken(first) == taken(again)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\x80\x04.",
        b"[]",
        b"{}",
        b'{"position": -1, "draws": [[], []]}',
        b'{"position": "__import__", "draws": [[], []]}',
        b'{"position": 1}',
        b'{"position": 1, "draws": [[["x"]], []]}',
        b'{"position": 1, "draws": [[[-1]], []]}',
        b'{"position": 1, "draws": ' + b"[[], [" * 5000 + b"]]" * 5000 + b"}",
    ],
)
def test_what_is_no_state_is_refused(text):
    iterator = iter(tf.data.Dataset.range(3))
    (name,) = iterator._serialize_to_tensors()
    with pytest.raises(tf.errors.InvalidArgumentError, match="no state of an iterator"):
        iterator._restore_from_tensors({name: tf.constant(text)})
    assert taken(iterator) == ["[0]", "[1]", "[2]"]


def test_next_is_a_method_too():
    assert int(iter(tf.data.Dataset.range(3)).next()) == 0


def test_iterators_of_numpy_are_saved_too(tmp_path):
    def made():
        return tf.data.Dataset.range(20).shuffle(20).batch(2).as_numpy_iterator()

    first, again, third = made(), made(), made()
    next(first), next(first)
    state = first.save()
    assert (state.dtype, state.shape) == (tf.string, [])
    prefix = tf.train.Checkpoint(it=first).write(str(tmp_path / "ckpt"))
    rest = [each.tolist() for each in first]
    again.restore(state)
    tf.train.Checkpoint(it=third).read(prefix).assert_consumed()
    assert [each.tolist() for each in again] == [each.tolist() for each in third] == rest
    for state, kind in ((b"x", tf.errors.InvalidArgumentError), (3, TypeError), (None, ValueError)):
        with pytest.raises(kind):
            again.restore(state)
