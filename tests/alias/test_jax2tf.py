"""JAX's `jax2tf` on tapeflow, in a process of its own: JAX on NumPy arrays is the reference."""

import os
import pathlib
import subprocess
import sys

import pytest

PROGRAM = pathlib.Path(__file__).parent / "jax2tf_program.py"


def test_functions_of_jax_run_have_gradients_and_are_saved(tmp_path):
    pytest.importorskip("jax")
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(tmp_path / "saved")],
        env={**os.environ, "PYTHONPATH": os.getcwd(), "JAX_PLATFORMS": "cpu", "CUDA_VISIBLE_DEVICES": "-1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0 and done.stdout.strip() == "done", done.stderr[-3000:]
