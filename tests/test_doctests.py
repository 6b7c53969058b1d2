"""The examples in the docstrings run, and print what they say."""

import doctest
import importlib
import pathlib

import numpy
import pytest

import tapeflow

ROOT = pathlib.Path(tapeflow.__file__).parent.parent
MODULES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in sorted(ROOT.glob("tapeflow/**/*.py"))
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_module(name):
    module = importlib.import_module(name)
    finder = doctest.DocTestFinder(exclude_empty=True)
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    report = []
    for test in finder.find(module, extraglobs={"tf": tapeflow, "np": numpy}):
        runner.run(test, out=report.append)
    assert runner.failures == 0, "".join(report)
