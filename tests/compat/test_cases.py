"""The table of programs in TensorFlow 1's manner, run with both: values, dtypes, shapes, names, errors."""

import importlib
import pkgutil

import pytest

import tapeflow
from tests import compat
from tests.compat.case import CASES, KNOWN_DIFFERENT, assert_alike, run

tensorflow = pytest.importorskip("tensorflow")

for each in pkgutil.iter_modules(compat.__path__):
    if each.name.startswith("cases_"):
        importlib.import_module(f"{compat.__name__}.{each.name}")


@pytest.mark.parametrize("program", CASES, ids=lambda program: program.__name__)
def test_a_program_yields_what_it_does_with_tensorflow(program):
    assert_alike(run(program, tapeflow.compat.v1), run(program, tensorflow.compat.v1))


@pytest.mark.parametrize("program", KNOWN_DIFFERENT, ids=lambda program: program.__name__)
def test_a_program_differs_on_purpose(program):
    assert program.__doc__
    try:
        ours = run(program, tapeflow.compat.v1)
    except NotImplementedError as error:
        ours = error
    assert ours != run(program, tensorflow.compat.v1)
