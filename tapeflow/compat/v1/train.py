"""tf.compat.v1.train: optimizers, the global step, learning rates that decay."""

from tapeflow.api.initializers import zeros_initializer
from tapeflow.compat.graphs.graph import get_default_graph
from tapeflow.compat.v1.collections import GraphKeys
from tapeflow.compat.v1.learning_rates import (
    cosine_decay,
    exponential_decay,
    inverse_time_decay,
    natural_exp_decay,
    piecewise_constant,
    piecewise_constant_decay,
    polynomial_decay,
)
from tapeflow.compat.v1.moving_averages import ExponentialMovingAverage
from tapeflow.compat.v1.optimizers import (
    AdadeltaOptimizer,
    AdagradOptimizer,
    AdamOptimizer,
    GradientDescentOptimizer,
    MomentumOptimizer,
    Optimizer,
    RMSPropOptimizer,
)
from tapeflow.compat.v1.variable_scope import get_variable
from tapeflow.core.dtypes import int64

__all__ = [
    "AdadeltaOptimizer",
    "AdagradOptimizer",
    "AdamOptimizer",
    "ExponentialMovingAverage",
    "GradientDescentOptimizer",
    "MomentumOptimizer",
    "Optimizer",
    "RMSPropOptimizer",
    "Saver",
    "assert_global_step",
    "cosine_decay",
    "create_global_step",
    "exponential_decay",
    "get_global_step",
    "get_or_create_global_step",
    "global_step",
    "inverse_time_decay",
    "natural_exp_decay",
    "piecewise_constant",
    "piecewise_constant_decay",
    "polynomial_decay",
]


def get_global_step(graph=None):
    """The variable in which the graph counts steps, or None."""
    found = (graph or get_default_graph()).get_collection(GraphKeys.GLOBAL_STEP)
    if len(found) > 1:
        raise RuntimeError("Multiple items found in collection GLOBAL_STEP.")
    return found[0] if found else None


def create_global_step(graph=None):
    """Makes the variable in which the graph counts steps; ValueError if there is one."""
    graph = graph or get_default_graph()
    if get_global_step(graph) is not None:
        raise ValueError('"global_step" already exists.')
    with graph.as_default():
        return get_variable(
            "global_step",
            shape=[],
            dtype=int64,
            initializer=zeros_initializer(),
            trainable=False,
            collections=[GraphKeys.GLOBAL_VARIABLES, GraphKeys.GLOBAL_STEP],
        )


def get_or_create_global_step(graph=None):
    """The variable in which the graph counts steps; made if there is none."""
    found = get_global_step(graph)
    return create_global_step(graph) if found is None else found


def assert_global_step(global_step_tensor):
    """Raises TypeError unless this is an integer scalar, as a global step must be."""
    if not global_step_tensor.dtype.is_integer:
        raise TypeError(f"Existing 'global_step' does not have integer type: {global_step_tensor.dtype}")
    if global_step_tensor.shape.rank != 0:
        raise TypeError(f"Existing 'global_step' is not scalar: {global_step_tensor.shape}")


def global_step(sess, global_step_tensor):
    """The number of steps that a session has counted, an int."""
    return int(sess.run(global_step_tensor))


class Saver:
    """Not there: NotImplementedError. Saving and restoring variables comes with checkpoints."""

    def __init__(self, *args, **kwargs):
        raise NotImplementedError(
            "tf.train.Saver comes with checkpoints, which are not there yet (docs/roadmap.md). Until then fetch the "
            "variables with session.run, save the arrays with NumPy, and load them with variable.load(array, session)."
        )
