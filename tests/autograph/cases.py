"""The table of AutoGraph's cases: functions of the library `tf` and further arguments, with calls to make.

Every module here that ends in `_cases` adds to the table with the decorators below. The functions lie in
files as AutoGraph reads their source.
"""

import numpy as np

CASES = []
BEYOND = []
KNOWN_DIFFERENT = []


class Case:
    """A function f(tf, *arguments) and the arguments to call it with, one tuple for each call."""

    def __init__(self, function, calls):
        self.function = function
        self.calls = calls
        self.name = function.__name__

    def __repr__(self):
        return self.name


def t(value, dtype=None):
    """A value that becomes a tensor of the library at hand: int32 or float32 if nothing else is said."""
    array = np.asarray(value, dtype)
    if dtype is None and array.dtype.kind in "if":
        array = array.astype(array.dtype.kind + "4")
    return array


def case(*calls):
    """Decorator: the function does in both libraries the same when called with each tuple of arguments."""
    return lambda function: CASES.append(Case(function, calls)) or function


def beyond(*calls_and_results):
    """Decorator: TensorFlow raises; here the function gives these results: ((arguments), result), ..."""
    return lambda function: BEYOND.append(Case(function, calls_and_results)) or function


def known_different(*calls):
    """Decorator: the outcome differs on purpose; the docstring of the function says how and why."""
    return lambda function: KNOWN_DIFFERENT.append(Case(function, calls)) or function
