"""Parts of a batch of operators."""

from tapeflow.api.linalg.operators.operator import LinearOperator
from tapeflow.api.linalg.operators.parameters import joined_dims
from tapeflow.core import nest
from tapeflow.core.operands import as_tensor
from tapeflow.ops.broadcasting import broadcast_to
from tapeflow.ops.creation import full


def sliced(operator, slices):
    """The operator of the matrices that `slices`, of leading axes, leave: each parameter is stretched and sliced."""
    if not operator._batch_dims and not operator._experimental_parameter_ndims_to_matrix_ndims:
        raise ValueError(f"{operator.name} has no leading axes, so there are no parts of it.")
    slices = slices if isinstance(slices, tuple) else tuple(slices) if isinstance(slices, list) else (slices,)
    return _sliced(operator, slices, operator._batch_dims)


def _sliced(operator, slices, batch):
    changed = {}
    for name, num_axes in operator._experimental_parameter_ndims_to_matrix_ndims.items():
        if operator.parameters[name] is None:
            continue
        value = getattr(operator, name)
        parts = [
            _part(each, count, slices, batch)
            for each, count in zip(nest.flatten(value), nest.flatten(num_axes), strict=True)
        ]
        changed[name] = nest.pack_sequence_as(value, parts)
    if "batch_shape" in operator.parameters:
        changed["batch_shape"] = full(batch, 0, operator.dtype)[slices].dims
    return type(operator)(**{**operator.parameters, **changed})


def _part(value, num_axes, slices, batch):
    if isinstance(value, LinearOperator):
        return _sliced(value, slices, batch)
    value = as_tensor(value)
    rank = len(value.dims) - num_axes
    whole = broadcast_to(value, dims=(*joined_dims(value.dims[:rank], batch), *value.dims[rank:]))
    matrix = (slice(None),) * num_axes
    return whole[
        (*slices, *matrix) if any([each is Ellipsis for each in slices]) else (*slices, ..., *matrix)
    ]
