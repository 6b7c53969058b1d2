"""tf.autograph.experimental: what is left unconverted, and what is said of loops."""

import enum

from tapeflow.core.shapes import as_shape
from tapeflow.core.size import axis_of
from tapeflow.graph.autograph.conversion import do_not_convert

__all__ = ["Feature", "do_not_convert", "set_loop_options"]


class Feature(enum.Enum):
    """What AutoGraph converts; everything is always on here."""

    ALL = "ALL"
    AUTO_CONTROL_DEPS = "AUTO_CONTROL_DEPS"
    ASSERT_STATEMENTS = "ASSERT_STATEMENTS"
    BUILTIN_FUNCTIONS = "BUILTIN_FUNCTIONS"
    EQUALITY_OPERATORS = "EQUALITY_OPERATORS"
    LISTS = "LISTS"
    NAME_SCOPES = "NAME_SCOPES"


def set_loop_options(
    parallel_iterations=None, swap_memory=None, maximum_iterations=None, shape_invariants=None
):
    """Says of the loop around it, as the first statement of its body, how shapes of its variables may change.

    shape_invariants: pairs of a loop variable and the TensorShape that it keeps, None where it may change.
    `parallel_iterations` and `swap_memory` only advise and change nothing here.

    >>> @tf.function
    ... def doubled(x):
    ...     for _ in tf.range(3):
    ...         tf.autograph.experimental.set_loop_options(shape_invariants=[(x, tf.TensorShape([None]))])
    ...         x = tf.concat([x, x], 0)
    ...     return x
    >>> doubled(tf.constant([1])).shape
    TensorShape([8])
    """
    if maximum_iterations is not None:
        raise NotImplementedError("maximum_iterations is not available: count in the loop and break.")
    for tensor, shape in shape_invariants or ():
        if not hasattr(tensor, "tracer"):
            continue
        dims = as_shape(shape)._dims
        dims = (None,) * len(tensor.dims) if dims is None else dims
        value = tensor.value
        value.dims = tuple(
            [
                axis_of(value, axis) if wanted is None else known
                for axis, (known, wanted) in enumerate(zip(value.dims, dims, strict=True))
            ]
        )
