import importlib
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

from tapeflow.core import dtypes
from tests import tally

if dtypes._load_extension_types is None:  # tests of inner layers import no more than those
    dtypes.provide_extension_types(lambda: importlib.import_module("ml_dtypes"))


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
