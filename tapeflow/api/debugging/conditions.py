"""tf.Assert: the plainest assertion."""

import numpy

from tapeflow.api.staging import staged
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor

__all__ = ["Assert"]

_SHOWN = 3


@staged
def Assert(condition, data, summarize=None, name=None):
    """Raises InvalidArgumentError with `data`, a list of tensors and values, unless `condition` is true.

    summarize: how many elements of each value the message shows, 3 by default; -1 shows all.

    >>> tf.Assert(False, ["sizes were", tf.constant([1, 2])])
    Traceback (most recent call last):
    ...
    tapeflow.core.errors.InvalidArgumentError: Expected 'False' to be true. Summarized data: b'sizes were'
    1, 2
    """
    if condition:
        return
    shown = shown_elements(summarize)
    lines = "\n".join([_summary(each, shown) for each in data])
    raise InvalidArgumentError(None, None, f"Expected '{condition!s}' to be true. Summarized data: {lines}")


def shown_elements(summarize):
    """How many elements a message shows; None for all."""
    if summarize is None:
        return _SHOWN
    return None if summarize < 0 else summarize


def first_elements(array, shown):
    """The first elements of an array in memory order; all if `shown` is None."""
    return numpy.asarray(array).reshape(-1)[:shown]


def _summary(value, shown):
    array = numpy.asarray(as_tensor(value)._array)
    parts = [str(each) for each in first_elements(array, shown).tolist()]
    if len(parts) < array.size:
        parts.append("...")
    return ", ".join(parts)
