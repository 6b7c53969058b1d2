"""Functions get a door when the first value is made that needs one, and stay what they were for all others."""

import functools
import inspect
import subprocess
import sys

from tapeflow.core.overloads import overload, overloads_of


class Other:
    """A type of values."""


def make():
    def scaled(x, factor=2, *, offset=0):
        """x * factor + offset."""
        return x * factor + offset

    return scaled


def test_a_function_stays_the_same_object_with_its_signature():
    function = make()
    before = inspect.signature(function)
    overload(function, Other, lambda x, factor=2: ("other", factor))
    assert function(3) == 6 and function(3, 3, offset=1) == 10 and function(x=1, factor=5) == 5
    assert function(Other()) == ("other", 2) and function(x=Other(), factor=7) == ("other", 7)
    assert inspect.signature(function) == before and function.__doc__ == "x * factor + offset."


def test_a_function_that_wraps_another_keeps_the_signature_of_that():
    inner = make()

    @functools.wraps(inner)
    def function(*args, **kwargs):
        return inner(*args, **kwargs)

    overload(function, Other, lambda x, factor=2: ("other", factor))
    assert inspect.signature(function) == inspect.signature(inner) and function(3) == 6


def test_values_in_lists_count_where_that_is_said():
    function = make()
    overload(function, Other, lambda x, factor=2: "other", in_lists=True)
    assert function([Other(), 1]) == "other" and function((1, Other())) == "other"
    assert function(1) == 2


def test_wrong_calls_raise_what_they_raised():
    function = make()
    overload(function, Other, lambda x: None)
    try:
        function()
    except TypeError as error:
        assert "scaled() missing 1 required positional argument: 'x'" in str(error)
    else:
        raise AssertionError("a call without arguments must fail")


def test_functions_have_no_door_before_there_is_a_ragged_tensor():
    code = (
        "import tapeflow as tf; from tapeflow.core.overloads import overloads_of as of; "
        "tf.add(1, 2); assert of(tf.add) is None; "
        "tf.ragged.constant([[1]]); assert of(tf.add).by_type"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert overloads_of(make()) is None


def test_a_function_may_have_a_closure():
    def outer(by):
        def added(x):
            return x + by

        return added

    function, other = outer(2), outer(5)
    overload(function, Other, lambda x: "other")
    assert [function(1), function(Other()), other(1)] == [3, "other", 6]
