"""Where and how calls run: devices, scopes, order. Eagerly most of it is already settled."""

import contextlib

from tapeflow.core import nest
from tapeflow.core.context import interpreting, recording_suspended, state
from tapeflow.core.tensor import Tensor
from tapeflow.state.name_scope import current_prefix, name_scope

__all__ = [
    "control_dependencies",
    "device",
    "executing_eagerly",
    "get_current_name_scope",
    "group",
    "init_scope",
    "inside_function",
    "name_scope",
    "no_op",
]

_DEVICE_FIELDS = {"job", "replica", "task", "device"}


def executing_eagerly():
    """Whether calls give their results now, instead of becoming part of a traced or vectorized program.

    >>> tf.executing_eagerly()
    True
    """
    return state.interpreter is None


def inside_function():
    """Whether a function is being traced.

    >>> tf.inside_function()
    False
    """
    return not executing_eagerly()


def get_current_name_scope():
    """The name scopes that this thread is in, as "outer/inner"; "" outside of all.

    >>> with tf.name_scope("outer"):
    ...     tf.get_current_name_scope()
    'outer'
    """
    if _is_building_a_graph():
        return state.interpreter.get_name_scope()
    return current_prefix().removesuffix("/")


@contextlib.contextmanager
def init_scope():
    """Context manager: calls inside run eagerly and no tape records them, as befits initial values.

    >>> x = tf.constant(2.0)
    >>> with tf.GradientTape() as tape:
    ...     tape.watch(x)
    ...     with tf.init_scope():
    ...         y = x * x
    >>> tape.gradient(y, x) is None
    True
    """
    with interpreting(None), recording_suspended():
        yield


def device(device_name):
    """Context manager: calls inside run on this device if it is there. The CPU is the only one that is.

    device_name: a string such as "/CPU:0" or "/job:localhost/task:0/device:GPU:1", or None.
    Raises ValueError for a string that names no device and RuntimeError for a function.

    >>> with tf.device("/GPU:0"):
    ...     x = tf.constant(1.0)
    >>> x.device
    '/job:localhost/replica:0/task:0/device:CPU:0'
    """
    if callable(device_name):
        raise RuntimeError("tf.device does not support functions; give the name of a device.")
    if device_name is not None:
        _check_device(device_name)
    return contextlib.nullcontext()


def _check_device(name):
    if not isinstance(name, str):
        name = name.to_string() if hasattr(name, "to_string") else name  # a DeviceSpec
        name = getattr(name, "name", name)  # a PhysicalDevice or LogicalDevice
        if not isinstance(name, str):
            raise ValueError(f"A device is named by a string such as '/CPU:0', not {name!r}.")
    for part in name.split("/"):
        if not part:
            continue
        key, *values = part.split(":")
        number = values[-1] if values else ""
        known = (key in _DEVICE_FIELDS and values) or key.upper() in ("CPU", "GPU", "TPU")
        if not known or len(values) > (2 if key == "device" else 1):
            raise ValueError(
                f"Unknown attribute {key!r} is encountered while parsing the device spec: {name!r}. "
                "A device is named like '/CPU:0' or '/job:localhost/replica:0/task:0/device:CPU:0'."
            )
        if (
            values
            and key != "job"
            and not (number.isdigit() or number == "*" or (key == "device" and len(values) == 1))
        ):
            raise ValueError(f"{part!r} has no number in the device spec {name!r}; write it like 'CPU:0'.")


def control_dependencies(control_inputs):
    """Context manager: calls inside run after `control_inputs`, as they do anyway; functions are called.

    >>> with tf.control_dependencies([tf.constant(1.0)]):
    ...     y = tf.constant(2.0)
    """
    if _is_building_a_graph():
        return state.interpreter.control_dependencies(control_inputs)
    for each in control_inputs or ():
        if callable(each) and not isinstance(each, Tensor):
            each()
    return contextlib.nullcontext()


def group(*inputs, **kwargs):
    """An operation that stands for all `inputs`; eagerly they have run already and there is none: None.

    Takes `name`, and raises ValueError for other keywords.

    >>> tf.group(tf.constant(1.0)) is None
    True
    """
    name = kwargs.pop("name", None)
    if kwargs:
        raise ValueError(f"Unknown keyword arguments: {', '.join(kwargs)}.")
    if _is_building_a_graph():
        found = [each for each in nest.flatten(inputs, expand_composites=True) if each is not None]
        return state.interpreter.group(found, name)
    return None


def no_op(name=None):
    """An operation that does nothing; eagerly there is none: None.

    >>> tf.no_op() is None
    True
    """
    return state.interpreter.no_op(name) if _is_building_a_graph() else None


def _is_building_a_graph():
    """Whether calls become operations of a graph that sessions run."""
    return getattr(state.interpreter, "is_open", False)
