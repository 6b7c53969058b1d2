import gc
import logging
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import pytest

from tapeflow.core import context, log
from tapeflow.function import program
from tapeflow.function.program import wait_for_compiler
from tests import tally

program.SECONDS_BEFORE_COMPILING = 0.0  # second calls compile, however little the first one took


@pytest.fixture(autouse=True)
def nothing_listens_afterwards():
    """Whatever a test switched on, it leaves switched off: nobody pays for tapes that are gone."""
    yield
    if context.listening:
        wait_for_compiler()  # another thread may be tracing what it is about to compile
    left = context.listening[:]
    context.listening.clear()
    context.state.tapes = ()
    assert not left


class _Failures(logging.Handler):
    """What the compiler could not compile: the numbers are right all the same, so that no other test would notice."""

    def __init__(self):
        super().__init__()
        self.messages = []

    def emit(self, record):
        if "could not be compiled" in record.getMessage():
            self.messages.append(record.getMessage())


_failures = _Failures()
logging.getLogger("tapeflow").addHandler(_failures)


@pytest.fixture(autouse=True)
def everything_can_be_compiled(request):
    """Fails a test beside which the compiler failed (on that test's program, or on one that waited from before)."""
    log._times_told.clear()  # what was told in other tests is told again
    yield
    messages, _failures.messages = _failures.messages, []
    if not request.node.get_closest_marker("compiler_fails"):
        assert not messages


def pytest_make_parametrize_id(val):
    """Short containers name themselves in the ids of tests, where pytest would number them."""
    if isinstance(val, list | tuple | dict | slice):
        text = repr(val)
        return text if len(text) <= 40 and " at 0x" not in text else None
    return None


def pytest_collection_finish():
    """The tests and what they import live until the end: the collector need not go through them again and again."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter):
    for line in tally.lines():
        terminalreporter.write_line(line)


def pytest_sessionfinish(session):
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["tally"] = tally.dump()


def pytest_configure(config):
    if config.pluginmanager.hasplugin("xdist"):
        config.pluginmanager.register(_Parallel())


class _Parallel:
    def pytest_testnodedown(self, node):
        if "tally" in getattr(node, "workeroutput", ()):
            tally.merge(node.workeroutput["tally"])
