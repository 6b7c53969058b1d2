"""Programs as TensorFlow's guides teach them: they print, return, warn and fail alike with both libraries."""

import contextlib
import importlib
import io
import logging
import pkgutil
import re
import warnings

import numpy as np
import pytest

import tapeflow
from tapeflow.core import log
from tests import guides
from tests.oracle.call import Call
from tests.oracle.comparison import assert_same

tensorflow = pytest.importorskip("tensorflow")
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
LIKE_ALL = Call("guide", rtol=1e-4)


def _programs():
    for module in pkgutil.iter_modules(guides.__path__):
        if module.name in ("program", "test_guides"):
            continue
        loaded = importlib.import_module(f"{guides.__name__}.{module.name}")
        for name, program in list(vars(loaded).items()):
            if getattr(program, "__module__", None) == loaded.__name__ and not name.startswith("_"):
                yield pytest.param(program, id=f"{module.name}-{name}")


class _Told(logging.Handler):
    def __init__(self):
        super().__init__()
        self.messages = []

    def emit(self, record):
        if "retracing" not in record.getMessage():  # of functions that TensorFlow makes for jacobians
            self.messages.append(record.getMessage())


class _Run:
    """What comes out of a program: text, warnings, result or error."""

    def __init__(self, program, library, logger):
        told, written = _Told(), io.StringIO()
        logging.getLogger(logger).addHandler(told)
        self.result = self.error = None
        try:
            with contextlib.redirect_stdout(written), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self.result = program(library)
        except Exception as error:
            self.error = error
        finally:
            logging.getLogger(logger).removeHandler(told)
        self.text = written.getvalue()
        self.warnings = told.messages


def _forget_what_was_told():
    from tensorflow.python.platform import tf_logging

    # Each is told a few times in a process only.
    tf_logging._log_counter_per_token.clear()
    log._times_told.clear()


def _words(text):
    """The text without the digits of its numbers and without spaces, whose number depends on the digits."""
    return "".join(NUMBER.sub("#", text).split())


@pytest.mark.parametrize("program", list(_programs()))
def test_program_does_what_it_does_with_tensorflow(program):
    _forget_what_was_told()
    theirs = _Run(program, tensorflow, "tensorflow")
    ours = _Run(program, tapeflow, "tapeflow")
    for each in (theirs.error, ours.error):
        if each is not None:  # what is meant to fail goes through `attempt`
            raise each
    if getattr(program, "computed", False):
        assert _words(ours.text) == _words(theirs.text)
        np.testing.assert_allclose(
            [float(each) for each in NUMBER.findall(ours.text)],
            [float(each) for each in NUMBER.findall(theirs.text)],
            rtol=2e-3,
            atol=1e-5,
        )
    else:
        assert ours.text == theirs.text
    assert "does not say" not in theirs.text, f"TensorFlow has no such words:\n{theirs.text}"
    # We also warn where TensorFlow has only a line for its debugging log.
    assert [each for each in ours.warnings if "when calling GradientTape" not in each] == theirs.warnings
    assert_same(ours.result, theirs.result, LIKE_ALL, "result")
