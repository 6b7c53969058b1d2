"""`tensorflow.compiler.tf2xla.python.xla`: an operation of XLA that Keras uses, and what JAX's `jax2tf` does."""

import numpy

from tapeflow.api.arrays import tensor_scatter_nd_update
from tapeflow.api.clipping import clip_by_value
from tapeflow.core.dtypes import as_dtype, int32
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.core.shapes import TensorShape
from tapeflow.ops import xla_modules
from tapeflow.ops.casting import cast

__all__ = ["call_module", "call_module_maximum_supported_version", "dynamic_update_slice"]

_VERSIONS = range(9, 11)
"""Of the calling convention: those for which JAX exports programs now."""


def call_module_maximum_supported_version():
    """The latest version of the calling convention that `call_module` knows, an int."""
    return _VERSIONS[-1]


def call_module(
    args,
    *,
    version=_VERSIONS[0],
    module,
    Tout,
    Sout,
    platforms=(),
    function_list=(),
    has_token_input_output=False,
    disabled_checks=(),
    use_shardy_partitioner=False,
):
    """The list of results of a program for XLA that JAX has exported; JAX compiles and runs it.

    args: tensors, of the shapes and dtypes that the program takes; version: of the calling convention; module: bytes, a
    portable artifact of StableHLO; Tout, Sout: dtypes and shapes of the results, None for sizes that depend on those
    of `args`; platforms: names in capitals, such as "CPU", for which the program was made, or none for any;
    disabled_checks: names, of which "platform" counts: it is run elsewhere, too; use_shardy_partitioner: how
    shardings are written. Source: TensorFlow's op XlaCallModule. There is no gradient: `jax2tf` brings its own.
    NotImplementedError for programs that call functions of TensorFlow, for other versions, and without JAX;
    NotFoundError if this machine has none of the platforms; InvalidArgumentError for what does not fit together.
    """
    if version not in _VERSIONS:
        raise NotImplementedError(
            f"XlaCallModule knows the versions {_VERSIONS[0]} to {_VERSIONS[-1]} of the calling convention, not "
            f"{version}."
        )
    if function_list or has_token_input_output:
        raise NotImplementedError(
            "XlaCallModule runs no programs that call functions of TensorFlow or take tokens."
        )
    return list(
        xla_modules.call_module(
            *[as_tensor(each) for each in args],
            module=bytes(module),
            dtypes=tuple([as_dtype(each) for each in Tout]),
            shapes=tuple([tuple(TensorShape(each).as_list()) for each in Sout]),
            platforms=tuple(platforms),
            disabled_checks=tuple(disabled_checks),
            shardy=bool(use_shardy_partitioner),
        )
    )


def dynamic_update_slice(x, update, start_indices):
    """x with the block that begins at `start_indices` replaced by `update`.

    x: a tensor of any dtype; update: a tensor of its dtype, not larger along any axis; start_indices: integers, one
    for each axis. The block is moved so that it lies inside x. Returns a tensor of x's shape. Source: the operation
    DynamicUpdateSlice of XLA. InvalidArgumentError for ranks or sizes that do not fit.

    >>> from tapeflow.api.xla import dynamic_update_slice
    >>> dynamic_update_slice([1, 2, 3, 4], [8, 9], [3]).numpy()
    array([1, 2, 8, 9], dtype=int32)
    """
    x = as_tensor(x)
    update = as_tensor(update, x._dtype)
    start_indices = as_tensor(start_indices)
    if len(update.dims) != len(x.dims) or start_indices.dims != (len(x.dims),):
        raise InvalidArgumentError(
            None,
            None,
            f"x of shape {list(x.dims)} takes an update of {len(x.dims)} axes and as many start indices; got an update "
            f"of shape {list(update.dims)} and start indices of shape {list(start_indices.dims)}. "
            "[Op:XlaDynamicUpdateSlice]",
        )
    room = numpy.subtract(x.dims, update.dims).astype("int32")
    if (room < 0).any():
        raise InvalidArgumentError(
            None,
            None,
            f"An update of shape {list(update.dims)} has no room in x of shape {list(x.dims)}. "
            "[Op:XlaDynamicUpdateSlice]",
        )
    start = clip_by_value(cast(start_indices, dtype=int32), 0, room)
    if not x.dims:
        return update
    places = numpy.stack(numpy.indices(update.dims, dtype="int32"), axis=-1)
    return tensor_scatter_nd_update(x, as_tensor(places) + start, update)
