"""Whoever is killed while Keras saves leaves the last good file under its name: 200 kills at random moments."""

import os
import subprocess
import sys

import pytest

pytest.importorskip("keras")

PROGRAM = """
import os, random, signal, sys, time
import tapeflow
tapeflow.install_as_tensorflow()
import numpy as np, keras

path, kills = sys.argv[1], int(sys.argv[2])

def make_model():
    model = keras.Sequential([keras.layers.Input((50,))] + [keras.layers.Dense(50) for _ in range(3)])
    model.compile("adam", keras.losses.MeanSquaredError())
    model.optimizer.build(model.trainable_variables)
    return model

def variables(model):
    return [*model.weights, *model.optimizer.variables[2:]]  # without the step and the learning rate

def save(model, step):
    for each in variables(model):
        each.assign(np.full(each.shape, step, each.dtype))
    model.save_weights(path) if path.endswith("weights.h5") else model.save(path)

def saved_step():
    if path.endswith("weights.h5"):
        model = make_model()
        model.load_weights(path)
    else:
        model = keras.saving.load_model(path)
    (step,) = {float(value) for each in variables(model) for value in np.unique(np.asarray(each))}
    return step

model, chance = make_model(), random.Random(path)
save(model, 0.0)
start = time.perf_counter()
save(model, 0.0)
longest = 3 * (time.perf_counter() - start)  # what a save takes differs from machine to machine
last, interrupted = 0.0, 0
for _ in range(kills):
    child = os.fork()
    if child == 0:
        step = last
        while True:
            step += 1
            save(model, step)
    time.sleep(chance.uniform(0.0, longest))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the child ended by itself"
    step = saved_step()
    assert step >= last, f"step {step} after step {last}"
    last = step
    parts = [name for name in os.listdir(os.path.dirname(path)) if name.startswith(".part-")]
    interrupted += bool(parts)
    for name in parts:
        os.remove(os.path.join(os.path.dirname(path), name))
print(int(last), interrupted)
"""


@pytest.mark.parametrize(
    ("name", "kills"), [("model.keras", 100), ("model.weights.h5", 50), ("model.h5", 50)]
)
def test_files_of_keras_survive(tmp_path, name, kills):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / name), str(kills)],
        capture_output=True,
        text=True,
        env={**os.environ, "KERAS_BACKEND": "tensorflow", "PYTHONPATH": os.getcwd()},
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    steps, interrupted = map(int, done.stdout.split()[-2:])
    assert steps > 10  # files were written,
    assert interrupted > kills // 10  # and kills came while one was
