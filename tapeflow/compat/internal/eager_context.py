"""The context of eager execution, as private code of TensorFlow asks for it: there is nothing to wait for or clear."""

import contextlib

from tapeflow.api.config import list_physical_devices, set_logical_device_configuration
from tapeflow.api.context import executing_eagerly
from tapeflow.core.context import interpreting

__all__ = ["async_wait", "context", "eager_mode"]


class Context:
    """What `context()` returns."""

    def clear_kernel_cache(self):
        """Kernels are functions of the package: none is kept for a session that could be forgotten."""

    def executing_eagerly(self):
        """Whether calls give their results at once."""
        return executing_eagerly()


_CONTEXT = Context()


def context():
    """The one context."""
    return _CONTEXT


def async_wait():
    """Returns at once: every call has been carried out by the time it returns."""


@contextlib.contextmanager
def eager_mode():
    """Context manager: calls inside are carried out at once, even in a graph."""
    with interpreting(None):
        yield


def _reset_context():
    """TensorFlow's tests begin anew with it: the CPU counts as one device again."""
    set_logical_device_configuration(list_physical_devices()[0], [])
