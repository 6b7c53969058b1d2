"""What AutoGraph makes of Python's control flow is what TensorFlow's makes of it: values, dtypes, errors."""

import re

import numpy as np
import pytest

import tapeflow
from tests.autograph import beyond, branches, builtins, faults, functions, loops

tensorflow = pytest.importorskip("tensorflow")
FAMILIES = (branches, loops, functions, builtins, faults)


def _parameters(families, raises):
    return [
        pytest.param(
            each,
            id=f"{family.__name__.rpartition('.')[2]}-{each.name}-{position}",
            marks=[pytest.mark.xfail(strict=True, reason=each.differs)] if each.differs else [],
        )
        for family in families
        for position, each in enumerate(family.CASES)
        if each.raises is raises
    ]


def assert_same(found, expected):
    """Equal structure, dtypes, shapes; floating elements within rounding."""
    if isinstance(expected, dict):
        assert isinstance(found, dict) and list(found) == list(expected)
        for key in expected:
            assert_same(found[key], expected[key])
    elif isinstance(expected, list | tuple):
        assert isinstance(found, type(expected)) and len(found) == len(expected)
        for mine, theirs in zip(found, expected, strict=True):
            assert_same(mine, theirs)
    elif hasattr(expected, "numpy"):
        assert hasattr(found, "numpy"), f"{found!r} is no tensor"
        assert found.dtype.name == expected.dtype.name
        assert tuple(found.shape) == tuple(expected.shape)
        if found.dtype.is_floating:
            np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=1e-5)
        else:
            np.testing.assert_array_equal(found.numpy(), expected.numpy())
    else:
        assert type(found) is type(expected) and found == expected


@pytest.mark.parametrize("case", _parameters(FAMILIES, False))
def test_result_is_that_of_tensorflow(case):
    expected = case.call(tensorflow, tensorflow.function)
    assert_same(case.call(tapeflow, tapeflow.function), expected)


@pytest.mark.parametrize("case", _parameters(FAMILIES, True))
def test_error_is_that_of_tensorflow(case):
    with pytest.raises(Exception) as expected:
        case.call(tensorflow, tensorflow.function)
    with pytest.raises(Exception) as found:
        case.call(tapeflow, tapeflow.function)
    classes = [each.__name__ for each in type(found.value).__mro__]
    name = type(expected.value).__name__
    assert name in classes, f"{found.value!r}, TensorFlow raises {name}: {expected.value}"
    assert re.search(case.message, str(found.value)), str(found.value)


@pytest.mark.parametrize("case", _parameters([beyond], False))
def test_beyond_tensorflow_the_result_is_that_of_python(case):
    expected = case.call(tensorflow, lambda function: function)
    found = case.call(tapeflow, tapeflow.function)
    tensors = tensorflow.nest.map_structure(
        tensorflow.convert_to_tensor, expected
    )  # numbers come out as tensors
    assert_same(found, tensors)


@pytest.mark.parametrize(
    "case", beyond.CASES, ids=[f"{each.name}-{k}" for k, each in enumerate(beyond.CASES)]
)
def test_tensorflow_refuses_what_is_beyond_it(case):
    with pytest.raises((ValueError, NotImplementedError, TypeError)):
        case.call(tensorflow, tensorflow.function)


def test_there_are_many_cases():
    assert len({each.function for family in FAMILIES for each in family.CASES if not each.differs}) >= 80
