"""The examples in the docstrings run, and print what they say."""

import doctest
import importlib
import pkgutil

import numpy
import pytest

import tapeflow

MODULES = [module.name for module in pkgutil.walk_packages(tapeflow.__path__, "tapeflow.")]


@pytest.mark.parametrize("name", ["tapeflow", *MODULES])
def test_examples_of_module(name):
    module = importlib.import_module(name)
    finder = doctest.DocTestFinder(exclude_empty=True)
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    report = []
    for test in finder.find(module, extraglobs={"tf": tapeflow, "np": numpy}):
        runner.run(test, out=report.append)
    assert runner.failures == 0, "".join(report)
