"""The table of programs in TensorFlow 1's manner, and what they share.

A case is a generator function of the library `tf`, TensorFlow's `compat.v1` or ours. It runs with a graph of its own as
the default one. What it yields is brought into one form by `shown`, and must be the same with both libraries.
"""

import numpy as np

from tests.function.case import refused, shown

__all__ = ["CASES", "KNOWN_DIFFERENT", "case", "known_different", "ran", "refused", "run", "started"]

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


def _rounded(value):
    """Floating numbers to 5 digits: their last ones depend on the order of additions."""
    if isinstance(value, float):
        return (
            float(f"{value:.5g}") + 0.0 if np.isfinite(value) and abs(value) > 1e-6 else round(value, 6) + 0.0
        )
    if isinstance(value, list | tuple):
        return type(value)([_rounded(each) for each in value])
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    return value


def run(program, library):
    """All that the program yields, with a default graph of its own."""
    with library.Graph().as_default():
        return [_rounded(shown(each)) for each in program(library)]
