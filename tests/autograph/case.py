"""One case of the comparison with TensorFlow's AutoGraph: a function with control flow, and its arguments."""

import numpy as np


class Case:
    """`function(tf, *arguments)`: NumPy arguments become tensors, others stay Python values.

    makes: `function(tf)` makes the function to call instead. TensorFlow finds set_loop_options by its name among
    globals and in closures only, and ignores it elsewhere. raises: the function fails while it is traced or run; the
    class of the error is compared, and `message`, a regular expression, must be found in ours. differs: in what we
    are known not to agree; a case that says so must fail.
    """

    def __init__(self, function, *arguments, makes=False, raises=False, message="", differs=None):
        self.name = function.__name__
        self.function = function
        self.arguments = arguments
        self.makes = makes
        self.raises = raises
        self.message = message
        self.differs = differs

    def call(self, tf, wrap):
        """The result with one library, the function wrapped by `wrap`."""
        made = [
            tf.constant(each) if isinstance(each, np.generic | np.ndarray) else each
            for each in self.arguments
        ]
        if self.makes:
            return wrap(self.function(tf))(*made)
        return wrap(lambda *values: self.function(tf, *values))(*made)


def table():
    """A list of cases, and a decorator `@case(*arguments)` that adds to it; a function may have several."""
    cases = []

    def case(*arguments, **options):
        def add(function):
            cases.append(Case(function, *arguments, **options))
            return function

        return add

    return cases, case
