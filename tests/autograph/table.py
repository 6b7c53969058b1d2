"""The table of AutoGraph's cases: functions with control flow, and calls of them, in TensorFlow and here.

A module in `cases` decorates functions with `case`, `beyond` or `differs`. NumPy arrays among the arguments become
tensors of the library, everything else is passed as it is.
"""

import importlib.util
import sys

import numpy as np

from tests.autograph import library

FAMILIES = (
    "builtins",
    "carried",
    "choices",
    "containers",
    "exits",
    "expressions",
    "faults",
    "functions",
    "loops",
    "returns",
    "statements",
)
_found = []  # the cases of the module that is being loaded
_loaded = {}


class Case:
    """A function, the tuples of arguments to call it with, and what is expected of it.

    kind: "case", "beyond" or "differs", see there. message: a regular expression to be found in our error.
    ours: for "differs", the name of the class of our error, or None if the result is that of Python. results: for each
    call what Python without tf.function would not give.
    """

    def __init__(self, function, calls, kind, message="", ours=None, results=None):
        self.function = function
        self.calls = calls
        self.kind = kind
        self.message = message
        self.ours = ours
        self.results = results
        self.name = f"{function.__module__.split('.')[-2]}-{function.__name__}"

    def __repr__(self):
        return self.name


def _adds(kind, calls, options):
    def add(function):
        _found.append(Case(function, calls, kind, **options))
        return function

    return add


def case(*calls, message=""):
    """Under tf.function the function gives in both libraries the same results, or errors of the same class."""
    return _adds("case", calls, {"message": message})


def beyond(*calls, results=None):
    """TensorFlow refuses the function; here it gives what it gives without tf.function, or the given results."""
    return _adds("beyond", calls, {"results": results})


def differs(*calls, ours=None, message=""):
    """Both do something, but not the same, on purpose: the docstring of the function says why."""
    return _adds("differs", calls, {"ours": ours, "message": message})


def t(value, dtype=None):
    """A value that becomes a tensor of the library at hand: int32 or float32 if nothing else is said."""
    array = np.asarray(value, dtype)
    if dtype is None and array.dtype.kind in "if":
        array = array.astype(array.dtype.kind + "4")
    return array


one, minus, zero, three, ten, half = t(1), t(-1), t(0), t(3), t(10), t(-2.5)
vector = t([1.0, -2.0, 3.0])
floats = t([1.0, -2.0, 3.0, 5.0])
matrix = t(np.arange(6).reshape(3, 2), "float32")
bools = t([True, False, True])


def load(tf):
    """The cases of all families, made for a library: by name."""
    if tf.__name__ not in _loaded:
        library.tf = tf
        _loaded[tf.__name__] = {each.name: each for family in FAMILIES for each in _cases(family, tf)}
    return _loaded[tf.__name__]


def _cases(family, tf):
    found = importlib.util.find_spec(f"tests.autograph.cases.{family}")
    spec = importlib.util.spec_from_file_location(f"{found.name}.{tf.__name__}", found.origin)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    _found.clear()
    spec.loader.exec_module(module)
    return list(_found)
