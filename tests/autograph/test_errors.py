"""Errors in converted functions show the user's own lines."""

import inspect
import traceback

import pytest

import tapeflow as tf


def _lines(function, *arguments):
    """The texts of the lines of this file that the traceback of a failing call shows."""
    with pytest.raises(Exception) as caught:
        tf.function(function)(*arguments)
    return [each.line for each in traceback.extract_tb(caught.tb) if each.filename == __file__]


def test_error_in_a_loop_within_a_branch_shows_its_line():
    def function(a):
        if a > 0:
            for i in tf.range(a):
                a = a + tf.constant([1, 2]) @ i
        return a

    assert _lines(function, tf.constant(1))[-1] == "a = a + tf.constant([1, 2]) @ i"


def test_error_of_branches_that_do_not_fit_shows_the_if():
    def function(a):
        if a > 0:
            b = a
        else:
            b = (a, a)
        return b

    assert _lines(function, tf.constant(1))[-1] == "if a > 0:"


def test_missing_return_shows_the_if():
    def function(a):
        a = a + 1
        if a > 0:
            return a

    assert _lines(function, tf.constant(1))[-1] == "if a > 0:"


def test_name_without_a_value_shows_where_it_is_read():
    def function(a):
        if a.shape.rank == 1:
            b = a
        return a + b

    assert _lines(function, tf.constant(1))[-1] == "return a + b"


def test_error_in_a_lambda_shows_its_line():
    function = lambda a: (lambda b: b + "text" if a > 0 else b)(a)

    assert _lines(function, tf.constant(1))[-1].startswith("function = lambda a:")


def test_error_of_a_loop_variable_shows_the_loop():
    def function(n):
        x = tf.constant(1)
        while x < n:
            x = tf.cast(x, tf.float32)
        return x

    assert _lines(function, tf.constant(3))[-1] == "while x < n:"


def test_lines_are_those_of_the_file():
    def function(a):
        if a > 0:
            raise KeyError("mine")
        return a

    with pytest.raises(KeyError) as caught:
        tf.function(function)(tf.constant(1))
    last = traceback.extract_tb(caught.tb)[-1]
    assert last.lineno == inspect.getsourcelines(function)[1] + 2
