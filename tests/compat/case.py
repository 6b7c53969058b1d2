"""The table of programs in TensorFlow 1's manner, and what they share.

A case is a generator function of the library `tf`, TensorFlow's `compat.v1` or ours. It runs with a graph of its own as
the default one. What it yields is brought into one form by `shown`, and must be the same with both libraries.
"""

import numpy as np

from tests.function.case import refused, shown

__all__ = [
    "CASES",
    "KNOWN_DIFFERENT",
    "assert_alike",
    "case",
    "known_different",
    "ran",
    "refused",
    "run",
    "started",
]

CASES = []
KNOWN_DIFFERENT = []


def case(program):
    """Decorator: the program yields the same with both libraries."""
    CASES.append(program)
    return program


def known_different(program):
    """Decorator: what it yields differs; the docstring of the program says how and why."""
    KNOWN_DIFFERENT.append(program)
    return program


def started(tf):
    """A session of the default graph whose variables have their initial values."""
    session = tf.Session()
    session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
    return session


def ran(tf, fetches, feed_dict=None):
    """What a new session gives for the fetches, the variables having their initial values."""
    with started(tf) as session:
        return session.run(fetches, feed_dict)


def assert_alike(ours, theirs):
    """The same, but for the last digits of floating numbers, which depend on the order of additions."""
    if isinstance(ours, float) and isinstance(theirs, float):
        np.testing.assert_allclose(ours, theirs, rtol=2e-5, atol=2e-6)
    elif isinstance(ours, list | tuple) and type(ours) is type(theirs) and len(ours) == len(theirs):
        for mine, other in zip(ours, theirs, strict=True):
            assert_alike(mine, other)
    elif isinstance(ours, dict) and isinstance(theirs, dict) and list(ours) == list(theirs):
        assert_alike(list(ours.values()), list(theirs.values()))
    else:
        assert ours == theirs


def run(program, library):
    """All that the program yields, with a default graph of its own."""
    with library.Graph().as_default():
        return [shown(each) for each in program(library)]
