"""Values of several replicas put together into one structure, and taken apart again."""

from tapeflow.api.distribute.values import DistributedValues, PerReplica, ReduceOp
from tapeflow.core import nest
from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import Tensor
from tapeflow.ops.arithmetic import add
from tapeflow.ops.indexed_slices import IndexedSlices
from tapeflow.ops.layout import concat


def regrouped(structures):
    """One structure of those of all replicas: what is the same object in all stays, the rest is PerReplica.

    ValueError if the structures differ.
    """
    first = structures[0]
    for other in structures[1:]:
        nest.assert_same_structure(first, other)
    leaves = zip(*[nest.flatten(each) for each in structures], strict=True)
    return nest.pack_sequence_as(first, [_one(values) for values in leaves])


def _one(values):
    first = values[0]
    if all([each is first for each in values]):
        return first
    containers = [each._distributed_container() for each in values if hasattr(each, "_distributed_container")]
    if len(containers) == len(values) and all([each is containers[0] for each in containers]):
        return containers[0]
    return PerReplica(values)


def selected(replica, structure):
    """The structure with the values of one replica in place of those for each."""
    return nest.map_structure(
        lambda each: each.values[replica] if isinstance(each, DistributedValues) else each, structure
    )


def handed_out(replica, structure):
    """The same of a result for all replicas, of which each gets tensors of its own."""

    def own(each):
        if isinstance(each, DistributedValues):
            return each.values[replica]
        return each._alias() if isinstance(each, Tensor) else each

    return nest.map_structure(own, structure)


def reduced(reduce_op, value):
    """The sum or mean of the values of all replicas, as one. ValueError for a sum of what is no value for each."""
    if not isinstance(value, DistributedValues):
        if reduce_op is ReduceOp.MEAN or (isinstance(value, int | float) and value == 0):
            return value
        raise ValueError(
            f"A non-DistributedValues value {value} cannot be reduced with the given reduce op {reduce_op}."
        )
    values = value.values
    if isinstance(values[0], IndexedSlices):
        return _reduced_rows(reduce_op, values)
    total = as_tensor(values[0])
    for each in values[1:]:
        total = add(total, as_tensor(each))
    return total / len(values) if reduce_op is ReduceOp.MEAN else total


def _reduced_rows(reduce_op, values):
    rows = concat(*[as_tensor(each.values) for each in values], axis=0)
    if reduce_op is ReduceOp.MEAN:
        rows = rows / len(values)
    return IndexedSlices(
        rows, concat(*[as_tensor(each.indices) for each in values], axis=0), values[0].dense_shape
    )
