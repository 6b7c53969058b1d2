"""Whoever is killed while writing a data set leaves what was there, or nothing: never a part of it."""

import os
import random

import pytest

import tapeflow as tf
from tests.kills import KILLS
from tests.saving.test_killed_while_saving import adapted, killed

fcntl = pytest.importorskip("fcntl")
SIZE = 30


def numbers(step):
    return tf.data.Dataset.from_tensors(step).repeat(SIZE)


def saved_step(path):
    """The step that all elements are of, 0 if nothing is saved."""
    if not os.path.exists(path):
        return 0
    try:
        found = [int(each) for each in tf.data.Dataset.load(path)]
    except tf.errors.NotFoundError:
        return 0
    assert len(found) == SIZE and len(set(found)) == 1
    return found[0]


@pytest.mark.parametrize("compression", [None, "GZIP"])
def test_saved_data_sets_survive(compression, tmp_path):
    chance, last, path = random.Random(3), 0, str(tmp_path / "saved")
    window = 0.05
    for _ in range(KILLS):
        step = [saved_step(path)]
        assert step[0] >= last
        window, last = adapted(window, step[0] - last), step[0]

        def work(step=step):
            step[0] += 1
            numbers(step[0]).save(path, compression=compression)

        killed(work, chance.uniform(0.0, window))
    assert last > KILLS // 6
    numbers(1).save(path)
    assert (
        len([name for name in os.listdir(path) if name.startswith("run-")]) <= 2
    )  # what was left is removed


def test_what_nobody_writes_any_more_is_removed(tmp_path):
    writes, marked, begun = [tmp_path / f"run-{name}" for name in ("writes", "marked", "begun")]
    for each in (writes, marked, begun):
        each.mkdir()
    (marked / "writing").touch()
    with open(writes / "writing", "wb") as mark:
        fcntl.flock(mark, fcntl.LOCK_EX)
        numbers(1).save(str(tmp_path))
        assert writes.exists() and not marked.exists() and not begun.exists()
    numbers(2).save(str(tmp_path))
    assert not writes.exists()
    assert saved_step(str(tmp_path)) == 2


@pytest.mark.parametrize("manner", ["cache", "snapshot"])
def test_half_a_cache_is_never_read(manner, tmp_path):
    chance, complete = random.Random(4), 0
    window = 0.05
    for number in range(KILLS):
        path = str(tmp_path / str(number))

        def work(path=path):
            for _ in getattr(numbers(7), manner)(path):
                pass

        killed(work, chance.uniform(0.0, window))
        again = getattr(numbers(8), manner)(path)
        for _ in range(2):
            found = [int(each) for each in again]
            assert len(found) == SIZE and set(found) in ({7}, {8})
        complete += found[0] == 7
        window *= 0.8 if found[0] == 7 else 1.3
    assert 0 < complete < KILLS
