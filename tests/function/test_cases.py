"""The table of programs around tf.function, run with TensorFlow and here: traces, results, errors."""

import importlib
import pkgutil

import pytest

import tapeflow
from tests import function
from tests.function.case import CASES, KNOWN_DIFFERENT, run

tensorflow = pytest.importorskip("tensorflow")

for each in pkgutil.iter_modules(function.__path__):
    if each.name.startswith("cases_"):
        importlib.import_module(f"{function.__name__}.{each.name}")


OPEN = {  # what is to be mended, and why it differs until then
}
TABLE = [
    pytest.param(
        each,
        id=each.__name__,
        marks=pytest.mark.xfail(strict=True, reason=OPEN[each.__name__]) if each.__name__ in OPEN else (),
    )
    for each in CASES
]


@pytest.mark.parametrize("program", TABLE)
def test_a_program_yields_what_it_does_with_tensorflow(program):
    assert run(program, tapeflow) == run(program, tensorflow)


@pytest.mark.parametrize("program", KNOWN_DIFFERENT, ids=lambda program: program.__name__)
def test_a_program_differs_on_purpose(program):
    assert program.__doc__
    try:
        ours = run(program, tapeflow)
    except NotImplementedError as error:
        ours = error
    assert ours != run(program, tensorflow)
