"""LLVM starts in another thread while the first program is traced; processes are not copied meanwhile."""

import subprocess
import sys

SCRIPT = """
import os, sys, threading
import tapeflow as tf
from tapeflow import compiler
{before}
function = tf.function(lambda x: tf.tanh(x @ x), jit_compile=True)
child = os.fork()
found = function(tf.ones([64, 64])).numpy()[0, 0]
if not child:
    os._exit(0 if found == 1.0 else 1)
assert os.waitpid(child, 0)[1] == 0
assert found == 1.0
assert threading.active_count() == 1, threading.enumerate()
"""


def test_a_copied_process_compiles():
    for before in ("", "compiler.begin()"):
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT.format(before=before)], capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
