"""Whether calls are recorded: PyTorch's grad mode, one for each thread."""

import functools
import threading


class _Mode(threading.local):
    enabled = True


mode = _Mode()


class _Switch:
    """A context manager and decorator: `wanted` is the mode between its beginning and its end."""

    wanted = True

    def __new__(cls, function=None):
        switch = super().__new__(cls)
        return switch if function is None else switch(function)  # @no_grad, without brackets

    def __enter__(self):
        self._outer = mode.enabled
        mode.enabled = self.wanted

    def __exit__(self, *exception):
        mode.enabled = self._outer

    def __call__(self, function):
        wanted = self.wanted

        @functools.wraps(function)
        def switched(*args, **kwargs):
            outer = mode.enabled
            mode.enabled = wanted
            try:
                return function(*args, **kwargs)
            finally:
                mode.enabled = outer

        return switched


class no_grad(_Switch):
    """Context manager and decorator: nothing is recorded.

    >>> from tapeflow import torch
    >>> x = torch.tensor(2.0, requires_grad=True)
    >>> with torch.no_grad():
    ...     y = x * x
    >>> y.requires_grad
    False
    """

    wanted = False


class enable_grad(_Switch):
    """Context manager and decorator: calls are recorded again, inside `no_grad`.

    >>> from tapeflow import torch
    >>> x = torch.tensor(2.0, requires_grad=True)
    >>> with torch.no_grad(), torch.enable_grad():
    ...     y = x * x
    >>> y.requires_grad
    True
    """


class set_grad_enabled(_Switch):
    """Enables or disables recording at once; as a context manager or decorator, until its end.

    >>> from tapeflow import torch
    >>> with torch.set_grad_enabled(False):
    ...     print(torch.is_grad_enabled())
    False
    """

    def __new__(cls, mode):
        return object.__new__(cls)

    def __init__(self, mode):
        self.wanted = bool(mode)
        self._before = _set(self.wanted)

    def __enter__(self):
        self._outer = self._before
        mode.enabled = self.wanted

    def __call__(self, function):
        mode.enabled = self._before
        return super().__call__(function)


def _set(enabled):
    before = mode.enabled
    mode.enabled = enabled
    return before


def is_grad_enabled():
    """Whether this thread records calls on tensors that require gradients.

    >>> from tapeflow import torch
    >>> torch.is_grad_enabled()
    True
    """
    return mode.enabled
