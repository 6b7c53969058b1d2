"""What AutoGraph makes of Python's control flow is what TensorFlow's makes of it: values, dtypes, shapes, errors."""

import re

import numpy as np
import pytest

import tapeflow
from tests.autograph.table import load

tensorflow = pytest.importorskip("tensorflow")
ALIASES = {"MultilineMessageKeyError": "KeyError", "StagingError": "Exception"}
"""What TensorFlow's AutoGraph calls exceptions that it raises again."""

CASES = load(tapeflow)


def _named(kind):
    return [name for name, each in CASES.items() if each.kind == kind]


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
    return "a function" if callable(value) else value


def outcome(function, arguments, library):
    """What a call gives: its result as `shown`, or the exception that it raises."""
    try:
        return shown(function(*given(arguments, library)))
    except Exception as error:
        return error


def staged(name, library):
    """The function of a case under tf.function of a library."""
    return library.function(load(library)[name].function)


def assert_same(theirs, ours):
    if isinstance(theirs, Exception):
        assert isinstance(ours, Exception), f"TensorFlow raises {theirs!r}; got {ours}"
        name = type(theirs).__name__
        names = [each.__name__ for each in type(ours).__mro__]
        assert ALIASES.get(name, name) in names, f"TensorFlow raises {theirs!r}; got {ours!r}"
    else:
        assert not isinstance(ours, Exception), f"TensorFlow gives {theirs}; got {ours!r}"
        assert _is_close(ours, theirs), f"{ours} is not TensorFlow's {theirs}"


def _is_shown_tensor(value):
    return isinstance(value, tuple) and len(value) == 3 and isinstance(value[0], str)


def _is_close(ours, theirs):
    if _is_shown_tensor(theirs) and theirs[0].startswith("float"):
        same_kind = _is_shown_tensor(ours) and ours[:2] == theirs[:2]
        return same_kind and np.allclose(ours[2], theirs[2], 1e-5, 1e-6, equal_nan=True)
    if isinstance(theirs, dict):
        same_keys = isinstance(ours, dict) and list(theirs) == list(ours)
        return same_keys and all([_is_close(ours[key], theirs[key]) for key in theirs])
    if isinstance(theirs, list | tuple):
        same_kind = type(ours) is type(theirs) and len(ours) == len(theirs)
        return same_kind and all([_is_close(a, b) for a, b in zip(ours, theirs, strict=True)])
    return type(ours) is type(theirs) and ours == theirs


_DTYPES = {bool: "bool", int: "int32", float: "float32", str: "string"}


def as_tensors(value):
    """A shown result with tensors in place of Python's numbers and texts: a program gives tensors."""
    if isinstance(value, dict):
        return {key: as_tensors(each) for key, each in value.items()}
    if isinstance(value, list | tuple) and not _is_shown_tensor(value):
        return type(value)([as_tensors(each) for each in value])
    if type(value) in _DTYPES:
        return _DTYPES[type(value)], (), value.encode() if isinstance(value, str) else value
    return value


@pytest.mark.parametrize("name", _named("case"))
def test_outcome_is_that_of_tensorflow(name):
    theirs, ours = staged(name, tensorflow), staged(name, tapeflow)
    for arguments in CASES[name].calls:
        found = outcome(ours, arguments, tapeflow)
        assert_same(outcome(theirs, arguments, tensorflow), found)
        assert not CASES[name].message or re.search(CASES[name].message, str(found)), str(found)


@pytest.mark.parametrize("name", _named("beyond"))
def test_result_beyond_tensorflow_is_that_of_python(name):
    theirs, ours = staged(name, tensorflow), staged(name, tapeflow)
    for position, arguments in enumerate(CASES[name].calls):
        refused = outcome(theirs, arguments, tensorflow)
        assert isinstance(refused, Exception), f"TensorFlow gives {refused}"
        if CASES[name].results is None:
            expected = outcome(CASES[name].function, arguments, tapeflow)
            assert not isinstance(expected, Exception), f"{expected!r} without tf.function"
        else:
            expected = shown(given(CASES[name].results[position], tapeflow))
        assert_same(as_tensors(expected), as_tensors(outcome(ours, arguments, tapeflow)))


@pytest.mark.parametrize("name", _named("differs"))
def test_outcome_differs_on_purpose(name):
    case = CASES[name]
    theirs, ours = staged(name, tensorflow), staged(name, tapeflow)
    for arguments in case.calls:
        found = outcome(ours, arguments, tapeflow)
        if case.ours is None:
            expected = outcome(case.function, arguments, tapeflow)
            assert not isinstance(expected, Exception), f"{expected!r} without tf.function"
            assert_same(as_tensors(expected), as_tensors(found))
        else:
            assert case.ours in [each.__name__ for each in type(found).__mro__], repr(found)
            assert re.search(case.message, str(found)), str(found)
        with pytest.raises(AssertionError):
            assert_same(outcome(theirs, arguments, tensorflow), found)


def test_there_are_many_cases():
    assert len(CASES) >= 300
