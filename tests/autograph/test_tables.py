"""Every function of the tables under tf.function, in TensorFlow and here: values, dtypes, classes of errors."""

import numpy as np
import pytest

import tapeflow
from tests.autograph import branch_cases, loop_cases, structure_cases  # noqa: F401 (they fill the tables)
from tests.autograph.cases import BEYOND, CASES, KNOWN_DIFFERENT

ALIASES = {"MultilineMessageKeyError": "KeyError", "StagingError": "Exception"}
"""What TensorFlow's AutoGraph calls exceptions that it raises again."""


def staged(library, case):
    """The function of a case under tf.function of a library."""
    function = case.function
    options = {"jit_compile": False} if library is tapeflow else {}

    @library.function(**options)
    def run(*arguments):
        return function(library, *arguments)

    return run


def given(value, library):
    """The value with tensors in place of the NumPy arrays in it."""
    if isinstance(value, np.ndarray):
        return library.constant(value)
    if isinstance(value, dict):
        return {key: given(each, library) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)([given(each, library) for each in value])
    return value


def shown(value):
    """A result in a form that both libraries share."""
    if isinstance(value, dict):
        return {key: shown(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)([shown(each) for each in value])
    if hasattr(value, "numpy") and hasattr(value, "dtype"):
        array = np.asarray(value.numpy())
        return value.dtype.name, array.shape, array.tolist()
    return value


def outcome(function, arguments, library):
    """What a call gives: its result as `shown`, or the exception that it raises."""
    try:
        return shown(function(*given(arguments, library)))
    except Exception as error:
        return error


def assert_same(theirs, ours):
    if isinstance(theirs, Exception):
        assert isinstance(ours, Exception), f"TensorFlow raises {theirs!r}; got {ours}"
        name = type(theirs).__name__
        names = [each.__name__ for each in type(ours).__mro__]
        assert ALIASES.get(name, name) in names, f"TensorFlow raises {theirs!r}; got {ours!r}"
    else:
        assert not isinstance(ours, Exception), f"TensorFlow gives {theirs}; got {ours!r}"
        assert ours == theirs or _close(ours, theirs), f"{ours} is not TensorFlow's {theirs}"


def _close(ours, theirs):
    if isinstance(theirs, tuple) and len(theirs) == 3 and isinstance(theirs[0], str):
        same_kind = isinstance(ours, tuple) and ours[:2] == theirs[:2] and theirs[0].startswith("float")
        return same_kind and np.allclose(ours[2], theirs[2], 1e-5, 1e-6, equal_nan=True)
    if isinstance(theirs, dict):
        return theirs.keys() == ours.keys() and all([_close(ours[key], theirs[key]) for key in theirs])
    if isinstance(theirs, list | tuple) and type(ours) is type(theirs) and len(ours) == len(theirs):
        return all([_close(a, b) for a, b in zip(ours, theirs, strict=True)])
    return ours == theirs


@pytest.mark.parametrize("case", CASES, ids=repr)
def test_staged_function_does_what_tensorflow_does(case):
    tensorflow = pytest.importorskip("tensorflow")
    theirs, ours = staged(tensorflow, case), staged(tapeflow, case)
    for arguments in case.calls:
        assert_same(outcome(theirs, arguments, tensorflow), outcome(ours, arguments, tapeflow))


@pytest.mark.parametrize("case", BEYOND, ids=repr)
def test_staged_function_works_where_tensorflow_raises(case):
    function = staged(tapeflow, case)
    for arguments, expected in case.calls:
        assert shown(function(*given(arguments, tapeflow))) == shown(given(expected, tapeflow))


@pytest.mark.parametrize("case", BEYOND, ids=repr)
def test_tensorflow_raises_beyond(case):
    tensorflow = pytest.importorskip("tensorflow")
    function = staged(tensorflow, case)
    assert all([isinstance(outcome(function, each, tensorflow), Exception) for each, _ in case.calls])


@pytest.mark.parametrize("case", KNOWN_DIFFERENT, ids=repr)
def test_staged_function_differs_on_purpose(case):
    tensorflow = pytest.importorskip("tensorflow")
    theirs, ours = staged(tensorflow, case), staged(tapeflow, case)
    for arguments in case.calls:
        with pytest.raises(AssertionError):
            assert_same(outcome(theirs, arguments, tensorflow), outcome(ours, arguments, tapeflow))
