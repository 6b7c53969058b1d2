"""What JAX's `jax2tf` learns of containers in attributes of modules, so that they are trees for JAX.

Lists, tuples and dicts in attributes stay what they are, except that those for which restored values wait are
`ListWrapper` and `_DictWrapper`. When `jax2tf` is imported it makes a module with one of each kind and registers the
types that it finds, which must be others than Python's own; so it is given a module that wraps them at once.
"""

import tapeflow
from tapeflow.state.waiting import DictWrapper, ListWrapper

__all__ = ["load_with_wrapping_modules"]


class _TupleWrapper(tuple):
    """A tuple in an attribute, of a type of its own."""


_WRAPPERS = {list: ListWrapper, tuple: _TupleWrapper, dict: DictWrapper}


class _WrappingModule(tapeflow.Module):
    def __setattr__(self, name, value):
        wrapper = _WRAPPERS.get(type(value))
        super().__setattr__(name, value if wrapper is None else wrapper(value))


def load_with_wrapping_modules(execute, module):
    """Executes `module`, an import of `jax2tf`; meanwhile its `tf.Module` wraps containers."""
    import tensorflow

    names = vars(tensorflow)
    names["Module"] = _WrappingModule
    try:
        execute(module)
    finally:
        names["Module"] = tapeflow.Module
