"""`tensor[...]`: what users write between the brackets, made canonical; the short way for the common indices.

Ints, slices, Ellipsis and None on an EagerTensor go straight to NumPy while nothing but tapes listens. The
rest, and everything that fails, takes the long way.
"""

from operator import index as as_int

import numpy

from tapeflow.core import context
from tapeflow.core import dtypes as types
from tapeflow.core.arguments import traced_ints
from tapeflow.core.dtypes import as_dtype
from tapeflow.core.eager import wrap
from tapeflow.core.errors import invalid
from tapeflow.core.operands import as_tensor
from tapeflow.core.size import Size
from tapeflow.core.tensor import EagerTensor, Tensor
from tapeflow.ops.gathering import gather
from tapeflow.ops.indexing import ALL, strided_slice
from tapeflow.ops.masking import boolean_mask

_listening = context.listening
_state, _recorder = context.state, context.recorder
_SIMPLE = frozenset({int, slice, type(None), type(Ellipsis)})
_INDEX_DTYPES = frozenset({types.int16, types.int32, types.int64})


def getitem(self, key):
    """The part of the tensor that ints, slices, `...`, `tf.newaxis`, integer scalars or a bool mask name.

    Raises InvalidArgumentError for what is out of bounds and TypeError for what is no index.

    >>> x = tf.constant([[1, 2, 3], [4, 5, 6]])
    >>> x[1, ::-1].numpy(), x[x > 4].numpy()
    (array([6, 5, 4], dtype=int32), array([5, 6], dtype=int32))
    """
    if type(self) is EagerTensor and (not _listening or _state.only_tapes):
        kind = type(key)
        if kind in _SIMPLE or (kind is tuple and _is_simple(key)):
            try:
                array = self._array[key]
            except Exception:  # the long way finds the words
                return _long_way(self, key)
            if type(array) is bytes:
                array = numpy.array(array, object)
            result = wrap(array, self._dtype)
            if _listening and self._record is not None and (tapes := _state.tapes):
                _recorder.call(tapes, strided_slice, (self,), {"index": _canonical(key)}, result)
            return result
    return _long_way(self, key)


def _is_simple(key):
    for entry in key:
        if type(entry) not in _SIMPLE:
            return False
    return True


def _canonical(key):
    """The index parameter for a key of simple entries."""
    entries = key if type(key) is tuple else (key,)
    return tuple([_triple(entry) if type(entry) is slice else entry for entry in entries])


def _triple(entry):
    start, stop, step = entry.start, entry.stop, entry.step
    return (
        start if start is None else as_int(start),
        stop if stop is None else as_int(stop),
        step if step is None else as_int(step),
    )


def _long_way(tensor, key):
    mask = _as_mask(key)
    if mask is not None:
        if not mask.dims:
            raise ValueError("mask cannot be scalar.")
        return boolean_mask(tensor, mask, 0)
    index = basic_index(key)
    # Positions of entries whose number is not known before the program runs.
    looked_up = [position for position, entry in enumerate(index) if isinstance(entry, Tensor)]
    for position in reversed(looked_up):
        tensor = gather(tensor, index[position], axis=_axis_of(tensor, index, position), batch_dims=0)
        del index[position]
    if looked_up and all(entry == ALL or entry is Ellipsis for entry in index):
        return tensor
    return strided_slice(tensor, index=tuple(index))


def basic_index(key):
    """The canonical index, a list, of a key that is no mask; TypeError for what is no index."""
    return [_entry(entry) for entry in (key if isinstance(key, tuple | list) else [key])]


def _as_mask(key):
    """The mask that `key` is, as a tensor; None if it is none."""
    if isinstance(key, bool | numpy.bool_) or (isinstance(key, numpy.ndarray) and key.dtype == bool):
        return as_tensor(key)
    if getattr(key, "dtype", None) is types.bool:
        return as_tensor(key)
    return None


def _entry(entry):
    """One canonical entry of an index; a Tensor for an integer known only to the interpreter."""
    if entry is None or entry is Ellipsis:
        return entry
    if isinstance(entry, slice):
        return tuple(
            [None if bound is None else _bound(bound) for bound in (entry.start, entry.stop, entry.step)]
        )
    return _number(entry)


def _bound(entry):
    """An int, or the Size that a traced program computes."""
    number = _number(entry)
    if not isinstance(number, Tensor):
        return number
    traced = traced_ints(number)
    if traced is None:
        raise NotImplementedError(
            "The bounds of a slice must be known numbers here; use tf.gather for computed places."
        )
    return traced[0]


def _number(entry):
    if type(entry) is Size:
        return entry
    if isinstance(entry, int | numpy.integer) and not isinstance(entry, bool):
        return int(entry)
    if hasattr(entry, "dtype") and as_dtype(entry.dtype) in _INDEX_DTYPES and len(entry.shape) == 0:
        number = as_tensor(entry)
        return int(number) if type(number) is EagerTensor else number
    raise TypeError(
        "Only integers, slices (`:`), ellipsis (`...`), tf.newaxis (`None`) and scalar tf.int32/tf.int64 "
        f"tensors are valid indices, got {entry!r}"
    )


def _axis_of(tensor, index, position):
    """The axis of the tensor that the entry at `position` belongs to."""
    axes = [entry is not None and entry is not Ellipsis for entry in index]
    rank = len(tensor.dims)
    axis = sum(axes[:position])
    if any(entry is Ellipsis for entry in index[:position]):
        axis = rank - sum(axes[position:])
    if not 0 <= axis < rank:
        message = f"Index out of range using input dim {rank}; input has only {rank} dims"
        raise invalid(message)
    return axis
