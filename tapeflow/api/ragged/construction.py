"""Functions that make ragged tensors of lists and of other ragged tensors."""

import numpy

from tapeflow.api.ragged.broadcasting import elementwise
from tapeflow.api.ragged.ragged_tensor import RaggedTensor
from tapeflow.api.ragged.row_partition import RowPartition
from tapeflow.core import nest
from tapeflow.core.dtypes import as_dtype, float32, int32, int64
from tapeflow.core.operands import as_tensor, as_tensors
from tapeflow.core.size import may_equal
from tapeflow.core.tensor import Tensor
from tapeflow.ops.layout import concat, reshape
from tapeflow.ops.layout import stack as pack
from tapeflow.ops.ragged_rows import ragged_rows

__all__ = ["constant", "map_flat_values", "stack"]


def constant(pylist, dtype=None, ragged_rank=None, inner_shape=None, name=None, row_splits_dtype=int64):
    """A RaggedTensor of the elements of nested lists; a Tensor if nothing is to be ragged.

    Args:
      pylist: nested lists, tuples or arrays, with all numbers at one depth.
      dtype: the dtype of the elements; by default what tf.constant would choose (float32 if there are none).
      ragged_rank: how many axes are ragged; by default all but the first, less those of `inner_shape`.
      inner_shape: the shape of the innermost values, a sequence of ints.

    Raises ValueError for numbers at different depths and for inner values of different shapes.

    >>> tf.ragged.constant([[1, 2], [], [3]])
    <tf.RaggedTensor [[1, 2], [], [3]]>
    """
    if not _is_list(pylist):
        return as_tensor(pylist, None if dtype is None else as_dtype(dtype))
    dtype = None if dtype is None else as_dtype(dtype)
    depth = _scalar_depth(pylist)
    least = _list_depth(pylist)
    if depth is None:
        depth = max(least, 0 if ragged_rank is None else ragged_rank + 1)
    elif least > depth:
        raise ValueError(f"Invalid pylist={pylist}: empty lists are nested deeper than scalars.")
    if inner_shape is None:
        inner_rank = 0 if ragged_rank is None else depth - 1 - ragged_rank
    else:
        inner_rank = len(inner_shape)
        if ragged_rank is not None and ragged_rank + 1 + inner_rank != depth:
            raise ValueError(
                f"Invalid pylist={pylist}: ragged_rank={ragged_rank} and inner_shape={inner_shape} need scalars at "
                f"depth {ragged_rank + 1 + inner_rank}, not {depth}."
            )
    ragged = depth - 1 - inner_rank
    if ragged < 0 or inner_rank < 0:
        raise ValueError(
            f"Invalid pylist={pylist}: pylist has scalar values depth {depth}, but "
            f"ragged_rank={ragged_rank} requires "
            f"scalar value depth greater than {ragged_rank}"
        )
    values = pylist
    lengths = []
    for _ in range(ragged):
        lengths.append([len(each) for each in values])
        values = [inner for each in values for inner in each]
    elements = _inner_values(values, inner_rank, inner_shape, dtype)
    for each in reversed(lengths):
        rows = RowPartition.from_row_lengths(numpy.array(each, as_dtype(row_splits_dtype).array_dtype))
        elements = RaggedTensor._of(elements, rows)
    return elements


def _is_list(value):
    return isinstance(value, list | tuple) or (isinstance(value, numpy.ndarray) and value.ndim > 0)


def _scalar_depth(value):
    """How many lists are around every scalar; None if there is no scalar."""
    if not _is_list(value):
        return 0
    depths = {depth for depth in map(_scalar_depth, value) if depth is not None}
    if len(depths) > 1:
        raise ValueError(f"Invalid pylist={value}: all scalar values must have the same nesting depth")
    return depths.pop() + 1 if depths else None


def _list_depth(value):
    return 1 + max(map(_list_depth, value), default=0) if _is_list(value) else 0


def _inner_values(values, inner_rank, inner_shape, dtype):
    if not len(values):
        dims = (0, *(inner_shape or (0,) * inner_rank))
        return as_tensor(numpy.zeros(dims), dtype or float32)
    try:
        elements = as_tensor(values if isinstance(values, list) else list(values), dtype)
    except ValueError as error:
        if inner_rank:
            raise ValueError(f"Invalid pylist: inner values have inconsistent shape: {values}") from error
        raise
    if inner_shape is not None:
        elements = reshape(elements, dims=(len(values), *inner_shape))
    return elements


def stack(values, axis=0, name=None):
    """Tensors and ragged tensors of one rank, stacked along a new axis of a ragged tensor.

    >>> tf.ragged.stack([tf.constant([1, 2]), tf.constant([3])])
    <tf.RaggedTensor [[1, 2], [3]]>
    """
    if axis != 0:
        from tapeflow.api.ragged.overloads import arrays  # which are written in public functions

        return arrays.stacked(values, axis, dense=True)
    ragged = [each for each in values if isinstance(each, RaggedTensor)]
    dtype = ragged[0].row_splits.dtype if ragged else int32
    if not ragged:
        values = as_tensors(list(values))
        if all(not each.dims for each in values):
            raise ValueError("tf.ragged.stack needs tensors of at least one axis; use tf.stack for scalars.")
        values = [RaggedTensor.from_tensor(each) if len(each.dims) > 1 else each for each in values]
    lengths = [
        as_tensor(each.dims[0], dtype) if isinstance(each, Tensor) else each.nrows(dtype) for each in values
    ]
    return RaggedTensor.from_row_lengths(joined_rows(values), pack(*lengths, axis=0))


def joined_rows(values):
    """The rows of all values, tensors or ragged tensors of one ragged rank, one after the other."""
    if isinstance(values[0], Tensor):
        return concat(*values, axis=0)
    splits, _ = ragged_rows(*[each.row_splits for each in values], step="appended_rows")
    return RaggedTensor._of(joined_rows([each.values for each in values]), RowPartition._of(splits))


def map_flat_values(op, *args, **kwargs):
    """`op` on the innermost values of the ragged tensors among the arguments (also in lists), in the same rows.

    Raises InvalidArgumentError if they have different rows, and ValueError if `op` changes the number of
    values.

    >>> tf.ragged.map_flat_values(tf.square, tf.ragged.constant([[1, 2], [3]]))
    <tf.RaggedTensor [[1, 4], [9]]>
    """
    found = [each for each in nest.flatten([args, kwargs]) if isinstance(each, RaggedTensor)]
    if not found:
        return op(*args, **kwargs)
    first = with_same_rows(found)
    result = op(*_flat(args), **_flat(kwargs))
    count = first.flat_values.dims[0]
    dims = as_tensor(result).dims
    if not dims or not may_equal(dims[0], count):
        raise ValueError(
            "tf.ragged.map_flat_values requires that the output of `op` have the same outer-dimension size as "
            f"flat_values of any ragged inputs. (output shape: {dims}; expected outer dimension size: {count})"
        )
    return first.with_flat_values(result)


def with_same_rows(ragged):
    """The first of these ragged tensors. InvalidArgumentError unless the others have the same rows."""
    first, *others = ragged
    for other in others:
        if first.ragged_rank != other.ragged_rank:
            raise ValueError(f"Ragged tensors have different ragged ranks: {first!r} and {other!r}.")
    for splits in zip(*[each.nested_row_splits for each in ragged], strict=True):
        if any([each is not splits[0] for each in splits]):
            ragged_rows(*splits, step="same_splits")
    return first


def _flat(arguments):
    return nest.map_structure(
        lambda each: each.flat_values if isinstance(each, RaggedTensor) else each, arguments
    )


def _install_operators():
    """Gives RaggedTensor the operators of Tensor, element by element."""
    names = ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor"]
    names = [f"__{side}{name}__" for name in names for side in ("", "r")]
    names += [f"__{name}__" for name in ("lt", "le", "gt", "ge", "eq", "ne", "neg", "abs", "invert")]
    for name in names:
        method = getattr(Tensor, name)

        def operate(self, *others, method=method):
            return elementwise(method, self, *others)

        operate.__name__ = name
        setattr(RaggedTensor, name, operate)


_install_operators()
