"""tf.autograph: conversion of Python's control flow, without the rest of tf.function."""

from tapeflow.api.autograph import experimental
from tapeflow.graph.autograph.conversion import convert, convert_source

__all__ = ["experimental", "set_verbosity", "to_code", "to_graph", "trace"]


def to_graph(entity, recursive=True, experimental_optional_features=None):
    """The function with Python's control flow on tensors converted; what tf.function traces.

    >>> def f(x):
    ...     return x if x > 0 else -x
    >>> tf.function(tf.autograph.to_graph(f), autograph=False)(tf.constant(-2)).numpy()
    np.int32(2)
    """
    return convert(entity)


def to_code(entity, recursive=True, experimental_optional_features=None):
    """The source text of the converted function.

    Raises ValueError if the function's own source cannot be found.
    """
    import inspect

    return convert_source(inspect.unwrap(entity))


def set_verbosity(level, alsologtostdout=False):
    """How much AutoGraph tells: there is nothing to tell here but warnings, which go to the logger "tapeflow"."""


def trace(*args):
    """Prints the arguments while a function is traced, and only then.

    >>> tf.function(lambda x: (tf.autograph.trace("tracing"), x)[1])(tf.constant(1)).numpy()
    tracing
    np.int32(1)
    """
    print(*args)
