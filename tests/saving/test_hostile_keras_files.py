"""Damaged and hostile files of Keras: each gives a sensible error, soon, in little memory, and runs no code."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

from tests.saving.hostile_keras_files import CASES, SECONDS

pytest.importorskip("keras")

HARMLESS = {  # archives that Python's zipfile reads in spite of it: nothing that matters is damaged
    ".keras whose beginning is lost",
    ".keras with a changed first byte",
    ".keras with a member that climbs out",
    ".keras with a member of an absolute path",
}
CLASSES = {
    "BadZipFile",
    "EOFError",  # a member says that it is longer than the file; Python gives no words with it
    "JSONDecodeError",
    "KeyError",
    "ModuleNotFoundError",  # PyTorch, for a layer of its own
    "NotImplementedError",
    "OSError",
    "RecursionError",
    "ResourceExhaustedError",
    "RuntimeError",
    "TypeError",
    "UnicodeDecodeError",
    "ValueError",
}
MOST_MEMORY = 256 << 20


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """{name of the case: what came of it}, from a process of its own."""
    folder = tmp_path_factory.mktemp("hostile") / "one" / "two" / "three" / "four"
    folder.mkdir(parents=True)
    done = subprocess.run(
        [sys.executable, str(pathlib.Path(__file__).parent / "hostile_keras_files.py"), str(folder)],
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "PYTHONPATH": os.getcwd(),
            "KERAS_BACKEND": "tensorflow",
            "TF_CPP_MIN_LOG_LEVEL": "3",
        },
        timeout=900,
    )
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
    assert done.returncode == 0, f"ended after {rows[-1:]}: {done.stderr[-2000:]}"
    root = folder.parents[3]
    outside = [path for path in root.rglob("*") if path.is_file() and path.parent != folder]
    assert not outside and not pathlib.Path("/tmp/RAN-absolute").exists()
    return {name: rest for name, *rest in rows}


def test_there_are_more_than_a_hundred():
    assert len(CASES) - len(HARMLESS) > 100


@pytest.mark.parametrize("name", CASES)
def test_bad_files_give_errors(outcomes, name):
    kind, message, seconds, taken, has_run = outcomes[name]
    assert not has_run
    assert seconds < SECONDS / 2
    assert taken < MOST_MEMORY
    if name in HARMLESS:
        assert kind in (None, "BadZipFile")
    else:
        assert kind in CLASSES, message
        assert message or kind == "EOFError"
