"""tf.config: the devices of this machine (there is one, the CPU), threads, and whether functions run eagerly."""
# ruff: noqa: F403 - what a module exports stands in its __all__

from tapeflow.api.config import devices, experimental, optimizer, threading
from tapeflow.api.config.devices import *
from tapeflow.function import function

__all__ = devices.__all__ + [
    "experimental",
    "experimental_functions_run_eagerly",
    "experimental_run_functions_eagerly",
    "functions_run_eagerly",
    "get_soft_device_placement",
    "optimizer",
    "run_functions_eagerly",
    "set_soft_device_placement",
    "threading",
]

_soft_device_placement = True


def run_functions_eagerly(run_eagerly):
    """Whether functions under `tf.function` run as plain Python from now on: for a debugger, or for print().

    >>> @tf.function
    ... def double(x):
    ...     return x * 2 if tf.executing_eagerly() else x * 3
    >>> tf.config.run_functions_eagerly(True)
    >>> eager = double(tf.constant(1))
    >>> tf.config.run_functions_eagerly(False)
    >>> int(eager), int(double(tf.constant(1)))
    (2, 3)
    """
    function.run_functions_eagerly(run_eagerly)


def functions_run_eagerly():
    """Whether functions under `tf.function` run as plain Python.

    >>> tf.config.functions_run_eagerly()
    False
    """
    return function.functions_run_eagerly()


experimental_run_functions_eagerly = run_functions_eagerly
experimental_functions_run_eagerly = functions_run_eagerly


def set_soft_device_placement(enabled):
    """Remembers whether calls for a device that is not there may run elsewhere. They always do here."""
    global _soft_device_placement
    _soft_device_placement = enabled


def get_soft_device_placement():
    """What `set_soft_device_placement` said last.

    >>> tf.config.get_soft_device_placement()
    True
    """
    return _soft_device_placement
