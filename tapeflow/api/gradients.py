"""Functions that change what gradients see: `tf.custom_gradient` and the like."""

import enum

from tapeflow.autodiff.custom import custom_gradient, grad_pass_through, recompute_grad

__all__ = [
    "UnconnectedGradients",
    "custom_gradient",
    "grad_pass_through",
    "gradients",
    "recompute_grad",
]


class UnconnectedGradients(enum.Enum):
    """What stands for the gradient of a source that the target does not depend on: None, or zeros.

    >>> tf.UnconnectedGradients.ZERO
    <UnconnectedGradients.ZERO: 'zero'>
    """

    NONE = "none"
    ZERO = "zero"


def gradients(
    ys,
    xs,
    grad_ys=None,
    name="gradients",
    gate_gradients=False,
    aggregation_method=None,
    stop_gradients=None,
    unconnected_gradients=UnconnectedGradients.NONE,
):
    """Symbolic gradients exist only in graphs: RuntimeError. `tf.GradientTape` gives gradients of eager
    calls.
    """
    raise RuntimeError(
        "tf.gradients is not supported when eager execution is enabled. Use tf.GradientTape instead."
    )
