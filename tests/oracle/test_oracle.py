"""Public functions give what TensorFlow gives: value, dtype, shape, first gradients; and raise what it
raises.
"""

import numpy as np
import pytest

import tapeflow
from tests import collect, tally
from tests.oracle import cases
from tests.oracle.comparison import assert_same, cotangents_of, run

tensorflow = pytest.importorskip("tensorflow")


def _parameters(name):
    return [
        pytest.param(call, id=f"{family}-{call.name}-{position}")
        for family, position, call in collect.tables(cases, name)
    ]


def resolve(library, name):
    """The attribute `name` ("math.tanh") of a library."""
    found = library
    for part in name.split("."):
        found = getattr(found, part)
    return found


def _both(call):
    """The function of each library, as `f(*args, **kwargs)`."""
    if callable(call.function):
        return [
            lambda *args, library=library, **kwargs: call.function(library, *args, **kwargs)
            for library in (tapeflow, tensorflow)
        ]
    return resolve(tapeflow, call.function), resolve(tensorflow, call.function)


@pytest.mark.parametrize("call", _parameters("CALLS"))
def test_call_agrees_with_tensorflow(call):
    mine, theirs = _both(call)
    expected, expected_gradients = run(tensorflow, theirs, call)
    found, found_gradients = run(tapeflow, mine, call)
    assert_same(found, expected, call, "result")
    tally.functions.add(call.name)
    if expected_gradients is None:
        return
    cotangents = cotangents_of(expected, call)
    if not cotangents:
        return
    try:
        expected = expected_gradients(cotangents)
    except LookupError:  # TensorFlow has no gradient here
        return
    assert_same(_dense(found_gradients(cotangents)), _dense(expected), call, "gradient")
    tally.gradients.add(call.name)


def _dense(gradients):
    """IndexedSlices as whole arrays: TensorFlow's order and repetition of rows is nobody's business."""
    dense = []
    for each in gradients:
        if type(each).__name__ == "IndexedSlices":
            rows = np.zeros(tuple(np.asarray(each.dense_shape.numpy())), each.dtype.as_numpy_dtype)
            np.add.at(rows, each.indices.numpy(), each.values.numpy())
            each = tensorflow.constant(rows)
        dense.append(each)
    return dense


@pytest.mark.parametrize("call", _parameters("BAD_CALLS"))
def test_bad_call_raises_what_tensorflow_raises(call):
    mine, theirs = _both(call)
    with pytest.raises(Exception) as expected:
        run(tensorflow, theirs, call)
    with pytest.raises(Exception) as found:
        run(tapeflow, mine, call)
    classes = [each.__name__ for each in type(found.value).__mro__]
    assert type(expected.value).__name__ in classes, (
        f"{found.value!r} is no {type(expected.value).__name__}, which TensorFlow raises: {expected.value}"
    )
    assert str(found.value), "an error without a word"
    tally.bad_calls.add(f"{call.name} {call.args!r} {call.kwargs!r}")
