"""One line of the tables: the same call of tf.experimental.numpy in both libraries."""

import numpy as np


class T:
    """An array that becomes a tensor of the library at hand; a float32 one unless the array says otherwise."""

    def __init__(self, values, dtype=None):
        self.values = np.asarray(
            values, dtype or (np.float32 if np.asarray(values).dtype == np.float64 else None)
        )

    def __repr__(self):
        return f"T({self.values.dtype}{list(self.values.shape)})"


class V(T):
    """The same as a variable."""


class Call:
    """`name`, a function of tnp, or a function f(tf, tnp, *args), with arguments in which T and V stand for tensors.

    Options: modes: those in which it is compared (None: all); eager: only outside of tf.function (`reason` says why);
    rtol: instead of the tolerance of the dtype.
    """

    def __init__(self, function, *args, modes=None, eager=None, rtol=None, label=None, **kwargs):
        self.function = function
        self.args = args
        self.kwargs = kwargs
        self.modes = modes
        self.eager = eager
        self.rtol = rtol
        self.name = label or (function if isinstance(function, str) else "expression")

    def __repr__(self):
        words = [_short(each) for each in self.args] + [
            f"{key}={_short(value)}" for key, value in self.kwargs.items()
        ]
        return f"{self.name}({', '.join(words)})"


def _short(value):
    if isinstance(value, np.ndarray):
        return f"np.{value.dtype}{list(value.shape)}"
    text = repr(value)
    return text if len(text) < 40 else f"{text[:37]}..."
