import gc
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import pytest

from tapeflow.core import context
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
