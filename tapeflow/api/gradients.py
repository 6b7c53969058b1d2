"""Functions that change what gradients see: `tf.custom_gradient` and the like."""

import enum

from tapeflow.autodiff.custom import custom_gradient, grad_pass_through, recompute_grad
from tapeflow.core.context import state
from tapeflow.core.operands import as_tensor
from tapeflow.graph import gradients as in_trace
from tapeflow.graph.tracing import current
from tapeflow.ops.creation import zeros
from tapeflow.state.variable import Variable

__all__ = [
    "AggregationMethod",
    "UnconnectedGradients",
    "custom_gradient",
    "grad_pass_through",
    "gradients",
    "hessians",
    "recompute_grad",
]


class AggregationMethod:
    """Ways of adding up gradients, for the argument `aggregation_method`, which changes nothing here.

    >>> tf.AggregationMethod.DEFAULT == tf.AggregationMethod.ADD_N
    True
    """

    ADD_N = DEFAULT = 0
    EXPERIMENTAL_TREE = 1
    EXPERIMENTAL_ACCUMULATE_N = 2


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
    """Inside a `tf.function`: the sum of the gradients of `ys` with respect to each of `xs`, a list.

    Args:
      ys, xs: a tensor or a list of them; xs may be variables.
      grad_ys: the cotangent of each of ys, None for ones.
      stop_gradients: tensors that are taken as constants.
      unconnected_gradients: what stands for the gradient of a source on which nothing depends.

    The other arguments change nothing. Raises RuntimeError outside of a function, where `tf.GradientTape` gives
    gradients, and NotImplementedError while a tape records inside.

    >>> @tf.function
    ... def slope(x):
    ...     return tf.gradients(x**3, x)[0]
    >>> float(slope(tf.constant(2.0)))
    12.0
    """
    tracer = _tracer("tf.gradients")
    if tracer.is_open:  # a graph that sessions run
        zero = UnconnectedGradients(unconnected_gradients) is UnconnectedGradients.ZERO
        return tracer.gradients(
            _listed(ys),
            _listed(xs),
            grad_ys=None if grad_ys is None else _listed(grad_ys),
            name=name,
            stop_gradients=[] if stop_gradients is None else _listed(stop_gradients),
            zeros_for_unconnected=(lambda x: zeros(x.shape._dims, x.dtype)) if zero else None,
        )
    targets, sources = [_tensors(each) for each in (ys, xs)]
    cotangents = [None] * len(targets) if grad_ys is None else _listed(grad_ys)
    if len(cotangents) != len(targets):
        raise ValueError(f"Passed {len(cotangents)} grad_ys for {len(targets)} ys")
    cotangents = [
        None if g is None else as_tensor(g, y._dtype) for g, y in zip(cotangents, targets, strict=True)
    ]
    stopped = [] if stop_gradients is None else _tensors(stop_gradients)
    found = in_trace.gradients(tracer, targets, sources, cotangents, stopped)
    if UnconnectedGradients(unconnected_gradients) is UnconnectedGradients.NONE:
        return found
    return [zeros(x.dims, x._dtype) if g is None else g for g, x in zip(found, sources, strict=True)]


def hessians(ys, xs, gate_gradients=False, aggregation_method=None, name="hessians"):
    """Inside a `tf.function`: the second derivatives of the sum of `ys` with respect to each of `xs`, a list.

    Each has the shape of its source twice. Raises RuntimeError outside of a function.

    >>> @tf.function
    ... def curvature(x):
    ...     return tf.hessians(tf.reduce_sum(x**3), x)[0]
    >>> curvature(tf.constant([1.0, 2.0])).numpy()
    array([[ 6.,  0.],
           [ 0., 12.]], dtype=float32)
    """
    tracer = _tracer("tf.hessians")
    if tracer.is_open:
        raise NotImplementedError(
            "tf.hessians is not there in graphs that sessions run: call tf.gradients twice."
        )
    targets, sources = [_tensors(each) for each in (ys, xs)]
    found = [in_trace.hessian(tracer, targets, each) for each in sources]
    return [
        zeros((*x.dims, *x.dims), x._dtype) if each is None else each
        for each, x in zip(found, sources, strict=True)
    ]


def _tracer(name):
    tracer = current()
    if tracer is None:
        raise RuntimeError(
            f"{name} is not supported when eager execution is enabled. Use tf.GradientTape instead."
        )
    if state.tapes:
        raise NotImplementedError(
            f"A tf.GradientTape does not see into {name}: use a tape for both derivatives."
        )
    return tracer


def _tensors(values):
    """What is differentiated: a variable is what it holds at this point of the program."""
    return [each._now() if isinstance(each, Variable) else as_tensor(each) for each in _listed(values)]


def _listed(value):
    return list(value) if isinstance(value, list | tuple) else [value]
