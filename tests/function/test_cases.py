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
    "integers_floats_and_booleans_that_are_equal": "Python values are told apart by type, too",
    "zero_and_false": "Python values are told apart by type, too",
    "values_in_lists_are_part_of_the_key": "Python values are told apart by type, too",
    "capital_values_of_complex_and_ellipsis": "Python values are told apart by type, too",
    "objects_with_equality_are_traced_by_equality": "objects are told apart by identity",
    "frozen_sets_are_traced_by_value": "objects are told apart by identity",
    "an_ordered_dictionary_is_not_a_dictionary": "kinds of dictionaries are told apart",
    "variables_of_one_kind_are_traced_once": "variables are told apart by identity",
    "a_variable_and_a_tensor_differ": "variables are told apart by identity",
    "ragged_tensors_are_traced_by_their_spec": "ragged tensors cannot be traced",
    "sparse_tensors_are_traced_by_their_spec": "sparse tensors cannot be traced",
    "indexed_slices_as_arguments": "their dense shape is a number of the trace",
    "methods_of_subclasses": "super() of a method under tf.function in its subclass",
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
