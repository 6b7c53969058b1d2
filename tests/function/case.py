"""The table of programs around tf.function, and what they share.

A case is a generator function of the library `tf`: what it yields is brought into one form by `shown`, and must be the
same with both libraries. The functions lie in files as AutoGraph reads their source.
"""

import dataclasses
import enum

import numpy as np

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


def refused(call, *phrases):
    """How a call is refused: the class of what is raised, and which of the phrases its message has."""
    try:
        result = call()
    except Exception as error:
        return [type(error).__name__, *[(phrase, phrase in str(error)) for phrase in phrases]]
    return ["passes", shown(result)]


def shown(value):
    """A value in a form that both libraries share."""
    kind = type(value).__name__
    if kind in ("TensorSpec", "RaggedTensorSpec", "SparseTensorSpec", "TensorShape", "DType", "VariableSpec"):
        return repr(value)
    if kind == "RaggedTensor":
        return ["RaggedTensor", shown(value.flat_values), *[shown(each) for each in value.nested_row_splits]]
    if kind == "SparseTensor":
        return [kind, shown(value.indices), shown(value.values), shown(value.dense_shape)]
    if kind == "IndexedSlices":
        return [kind, shown(value.indices), shown(value.values)]
    if isinstance(value, dict):
        return kind, {key: shown(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return kind, [shown(each) for each in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return kind, [shown(getattr(value, each.name)) for each in dataclasses.fields(value)]
    if hasattr(value, "numpy") and hasattr(value, "dtype"):
        array = np.asarray(value.numpy())
        return value.dtype.name, array.shape, array.tolist()
    if isinstance(value, np.ndarray | np.generic):
        return value.dtype.name, value.shape, value.tolist()
    if isinstance(value, type | enum.Enum):
        return str(value)
    return value


def run(program, library):
    """All that the program yields."""
    return [shown(each) for each in program(library)]


class Traced:
    """A function under tf.function that counts how often it is traced, by TensorFlow's count and its own."""

    def __init__(self, tf, function, **options):
        self.seen = []

        def counted(*args, **kwargs):
            self.seen.append(1)
            return function(*args, **kwargs)

        self.function = tf.function(counted, autograph=False, **options)

    def __call__(self, *args, **kwargs):
        return self.function(*args, **kwargs)

    @property
    def counts(self):
        """How often the Python function ran, and what the library says about it."""
        return len(self.seen), self.function.experimental_get_tracing_count()


def traces(tf, function, *calls, **options):
    """After each call, a tuple of arguments, how often the function has been traced."""
    traced = Traced(tf, function, **options)
    found = []
    for arguments in calls:
        traced(*arguments)
        found.append(traced.counts)
    return found
