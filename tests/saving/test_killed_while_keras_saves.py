"""Whoever is killed while Keras saves leaves the last good file under its name."""

import os
import subprocess
import sys

import pytest

from tests.kills import KILLS

pytest.importorskip("keras")

PROGRAM = """
import os, random, signal, sys, time
import tapeflow
tapeflow.install_as_tensorflow()
import numpy as np, keras

folder, kills = sys.argv[1], int(sys.argv[2])

def make_model():
    model = keras.Sequential([keras.layers.Input((50,))] + [keras.layers.Dense(50) for _ in range(3)])
    model.compile("adam", keras.losses.MeanSquaredError())
    model.optimizer.build(model.trainable_variables)
    return model

def variables(model):
    return [*model.weights, *model.optimizer.variables[2:]]  # without the step and the learning rate

def save(model, step, path):
    for each in variables(model):
        each.assign(np.full(each.shape, step, each.dtype))
    model.save_weights(path) if path.endswith("weights.h5") else model.save(path)

def saved_step(path):
    if path.endswith("weights.h5"):
        model = make_model()
        model.load_weights(path)
    else:
        model = keras.saving.load_model(path)
    (step,) = {float(value) for each in variables(model) for value in np.unique(np.asarray(each))}
    return step

for name in sys.argv[3:]:
    path, model, chance = os.path.join(folder, name), make_model(), random.Random(name)
    save(model, 0.0, path)
    start = time.perf_counter()
    save(model, 0.0, path)
    window = 3 * (time.perf_counter() - start)  # what a save takes differs from machine to machine
    last, interrupted = 0.0, 0
    for _ in range(kills):
        child = os.fork()
        if child == 0:
            step = last
            while True:
                step += 1
                save(model, step, path)
        time.sleep(chance.uniform(0.0, window))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), f"{name}: the child ended by itself"
        step = saved_step(path)
        assert step >= last, f"{name}: step {step} after step {last}"
        window, last = window * (1.5 if step < last + 2 else 0.8), step
        parts = [each for each in os.listdir(folder) if each.startswith(".part-")]
        interrupted += bool(parts)
        for each in parts:
            os.remove(os.path.join(folder, each))
    print(name, int(last), interrupted, flush=True)
"""


def test_files_of_keras_survive(tmp_path):
    names = ["model.keras", "model.weights.h5", "model.h5"]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path), str(KILLS), *names],
        capture_output=True,
        text=True,
        env={**os.environ, "KERAS_BACKEND": "tensorflow", "PYTHONPATH": os.getcwd()},
        timeout=1200,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    rows = [line.split() for line in done.stdout.splitlines()[-len(names) :]]
    assert [name for name, _, _ in rows] == names
    for name, steps, interrupted in rows:
        assert int(steps) > KILLS // 6, name  # files were written,
        assert int(interrupted) > KILLS // 10, name  # and kills came while one was
