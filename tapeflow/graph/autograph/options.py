"""set_loop_options: what is said of a loop at the beginning of its body."""

from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import Tensor
from tapeflow.ops.arithmetic import subtract


class LoopOptions:
    """What is said of a loop: pairs (value of a variable before the loop, shape), and how often it may run.

    relaxes: whether shapes that nothing is said of may change, as they may in TensorFlow's loops over data sets.
    """

    relaxes = False

    def __init__(
        self, parallel_iterations=None, swap_memory=None, maximum_iterations=None, shape_invariants=None
    ):
        self.maximum_iterations = maximum_iterations
        self.shape_invariants = list(shape_invariants or ())

    def after_first(self):
        """The options for the iterations after the first."""
        limit = self.maximum_iterations
        if isinstance(limit, Tensor):
            limit = subtract(limit, as_tensor(1, limit._dtype))
        elif limit is not None:
            limit -= 1
        found = LoopOptions(maximum_iterations=limit, shape_invariants=self.shape_invariants)
        found.relaxes = self.relaxes
        return found


def set_loop_options(
    parallel_iterations=None, swap_memory=None, maximum_iterations=None, shape_invariants=None
):
    """Says of the loop around it, as the first statement of its body, how often it runs and how shapes may change.

    maximum_iterations: an int or an integer scalar, after how many iterations a loop over tensors ends at the latest.
    shape_invariants: pairs of a loop variable and the TensorShape that it keeps, None where it may change.
    `parallel_iterations` and `swap_memory` only advise and change nothing here. Python's own loops take no notice.

    >>> @tf.function
    ... def doubled(x):
    ...     for _ in tf.range(3):
    ...         tf.autograph.experimental.set_loop_options(shape_invariants=[(x, tf.TensorShape([None]))])
    ...         x = tf.concat([x, x], 0)
    ...     return x
    >>> doubled(tf.constant([1])).shape
    TensorShape([8])
    """


def loop_options(function, arguments):
    """The options of a loop whose body begins with a call of the function; None if it is another one of that name.

    arguments(make) calls `make` with the arguments of the call.
    """
    return arguments(LoopOptions) if function is set_loop_options else None
