"""Ops that move elements and change none: reshape, transpose, concat, stack, split, reverse, ..."""

from itertools import accumulate
from math import prod

from tapeflow.core.errors import invalid
from tapeflow.core.op import no_gradient, op
from tapeflow.core.shapes import bracketed
from tapeflow.core.size import may_equal
from tapeflow.ops.indexing import ALL, strided_slice

_MOST_SLICES = 64


@op("Reshape", result="same", linear=True, same_elements=True)
def reshape(xp, x, *, dims):
    """The same elements, in order, in another shape. `dims` has no -1."""
    return x.reshape(dims)


@reshape.spec
def _(x, dims):
    if x.dims is not None and None not in x.dims and not may_equal(prod(x.dims), prod(dims)):
        raise invalid(
            f"Input to reshape is a tensor with {prod(x.dims)} values, "
            f"but the requested shape has {prod(dims)}",
        )
    return x.with_dims(dims)


reshape.grad(x=lambda g, x_shape: reshape(g, dims=x_shape))
reshape.batch(lambda x, dims: reshape(x, dims=(x.dims[0], *dims)))


@op("Transpose", result="same", linear=True)
def transpose(xp, x, *, perm):
    """Axis i of the result is axis perm[i] of x."""
    return x.transpose(perm)


transpose.spec(lambda x, perm: x.with_dims(tuple([x.dims[axis] for axis in perm])))
transpose.grad(x=lambda g, perm: transpose(g, perm=inverse(perm)))
transpose.batch(lambda x, perm: transpose(x, perm=(0, *[axis + 1 for axis in perm])))
transpose.lower(lambda e, index, x, perm: x[tuple([index[axis] for axis in inverse(perm)])])


def inverse(perm):
    """The permutation that undoes `perm`."""
    return tuple(sorted(range(len(perm)), key=perm.__getitem__))


def move_axis(x, source, target):
    """x with axis `source` moved to position `target`; the others keep their order."""
    if source == target:
        return x
    perm = [axis for axis in range(len(x.dims)) if axis != source]
    perm.insert(target, source)
    return transpose(x, perm=tuple(perm))


# Joining and separating.


@op("ConcatV2", result="same", uniform=True, linear=True)
def concat(xp, *values, axis):
    """The values one after the other along `axis`."""
    return xp.concatenate(values, axis=axis)


@concat.spec
def _(*values, axis):
    first = values[0]
    if any(each.dims is None for each in values):
        return first.with_dims(None)
    for position, each in enumerate(values):
        _check_joint(first.dims, each.dims, position, axis)
    sizes = [each.dims[axis] for each in values]
    dims = [
        next((size for size in column if size is not None), None)
        for column in zip(*[v.dims for v in values], strict=True)
    ]
    dims[axis] = None if None in sizes else sum(sizes)
    return first.with_dims(tuple(dims))


def _check_joint(first, dims, position, axis):
    """Raises TensorFlow's error if a value of shape `dims` cannot be joined to one of shape `first`."""
    rank = len(first)
    shapes = f"shape[0] = {bracketed(first)} vs. shape[{position}] = {bracketed(dims)}"
    if axis >= rank:
        what = f"ConcatOp : Expected concatenating dimensions in the range [{-rank}, {rank}), but got {axis}"
        if rank == 0:
            what = "ConcatOp : Can't concatenate scalars (use tf.stack instead)"
        raise invalid(what)
    if len(dims) != rank:
        raise invalid(f"ConcatOp : Ranks of all input tensors should match: {shapes}")
    for other, (a, b) in enumerate(zip(first, dims, strict=True)):
        if other != axis and a != b and a is not None and b is not None:
            what = f"ConcatOp : Dimension {other} in both shapes must be equal: {shapes}"
            raise invalid(what)


concat.grad(
    values=lambda g, values_shape, axis: split(g, sizes=tuple([d[axis] for d in values_shape]), axis=axis)
)


@concat.lower
def _(e, index, *values, axis):
    """Of the values before which the place lies behind, the last one."""
    place = index[axis]
    found = None
    start = 0
    for value in values:
        size = value.dims[axis]
        if size:
            within = place - start
            if found is not None or start + size < sum([each.dims[axis] for each in values]):
                within = e.minimum(e.maximum(within, 0), size - 1)  # what is not chosen must be readable, too
            element = value[(*index[:axis], within, *index[axis + 1 :])]
            found = element if found is None else e.select(place >= start, element, found)
        start += size
    return found


concat.batch(lambda *values, axis: concat(*values, axis=axis + 1))


@op("SplitV", result="same", linear=True)
def split(xp, x, *, sizes, axis):
    """Pieces of these sizes along `axis`, as views."""
    if sum(sizes) != x.shape[axis] or min(sizes, default=0) < 0:  # they may have been computed
        raise invalid(
            f"The sizes {list(sizes)} do not make up axis {axis} of the shape {bracketed(x.shape)}."
        )
    lead = (slice(None),) * axis
    pieces = []
    start = 0
    for size in sizes:
        pieces.append(x[(*lead, slice(start, start + size))])
        start += size
    return tuple(pieces)


@split.spec
def _(x, sizes, axis):
    dims = x.dims
    return tuple([x.with_dims((*dims[:axis], size, *dims[axis + 1 :])) for size in sizes])


@split.expand
def _(x, sizes, axis):
    ends = list(accumulate(sizes))
    if ends[-1:] != [x.dims[axis]] or min(sizes) < 0:
        return None  # the kernel says what is wrong
    lead = (ALL,) * axis
    return tuple(
        [strided_slice(x, index=(*lead, (end - size, end, 1))) for size, end in zip(sizes, ends, strict=True)]
    )


split.grad(lambda g, axis: (concat(*g, axis=axis),))
split.batch(lambda x, sizes, axis: split(x, sizes=sizes, axis=axis + 1))


@op("Pack", result="same", uniform=True, linear=True)
def stack(xp, *values, axis):
    """The values, all of one shape, side by side along a new axis."""
    if axis == 0 and not values[0].dtype.hasobject:
        return xp.array(values)  # several times faster than xp.stack
    return xp.stack(values, axis=axis)


@stack.spec
def _(*values, axis):
    dims = values[0].dims
    for position, each in enumerate(values):
        if each.dims is None or dims is None:
            return values[0].with_dims(None)
        if len(each.dims) != len(dims) or any(
            a != b and None not in (a, b) for a, b in zip(dims, each.dims, strict=True)
        ):
            raise invalid(
                "Shapes of all inputs must match: "
                f"values[0].shape = {bracketed(dims)} != values[{position}].shape = {bracketed(each.dims)}",
            )
    return values[0].with_dims((*dims[:axis], len(values), *dims[axis:]))


stack.grad(values=lambda g, axis: unstack(g, axis=axis))


@stack.lower
def _(e, index, *values, axis):
    rest = (*index[:axis], *index[axis + 1 :])
    found = values[0][rest]
    for position, value in enumerate(values[1:], 1):
        found = e.select(index[axis] >= position, value[rest], found)
    return found


stack.batch(lambda *values, axis: stack(*values, axis=axis + 1))


@op("Unpack", linear=True)
def unstack(xp, x, *, axis, num=None):
    """The slices of x along `axis`, as views without that axis. `num` says how many, for traces."""
    if axis:
        lead = (slice(None),) * axis
        return tuple([x[(*lead, position)] for position in range(x.shape[axis])])
    if x.dtype.hasobject:  # the elements of a vector of strings are no arrays
        return tuple([x[position, ...] for position in range(len(x))])
    return tuple(x)


@unstack.spec
def _(x, axis, num=None):
    count = x.dims[axis] if num is None else num
    if count is None:
        raise ValueError(f"Cannot infer argument `num` from shape {x.shape}")
    return (x.with_dims((*x.dims[:axis], *x.dims[axis + 1 :])),) * count


@unstack.expand
def _(x, axis, num=None):
    if x.dims[axis] > _MOST_SLICES:
        return None
    return tuple([strided_slice(x, index=(*[ALL] * axis, place)) for place in range(x.dims[axis])])


unstack.grad(lambda g, axis: (stack(*g, axis=axis),))
unstack.batch(lambda x, axis, num=None: unstack(x, axis=axis + 1, num=num))


# Turning round.


@op("ReverseV2", result="same", linear=True)
def reverse(xp, x, *, axes):
    """x with the order of its elements along `axes` turned round, as a view."""
    return xp.flip(x, axes)


reverse.spec(lambda x, axes: x)
reverse.grad(x=lambda g, axes: reverse(g, axes=axes))
reverse.batch(lambda x, axes: reverse(x, axes=tuple([axis + 1 for axis in axes])))
reverse.lower(
    lambda e, index, x, axes: x[
        tuple([x.dims[axis] - 1 - i if axis in axes else i for axis, i in enumerate(index)])
    ]
)


@op("Roll", result="same", linear=True)
def roll(xp, x, *, shifts, axes):
    """x with its elements shifted along `axes`; what leaves at one end enters at the other."""
    return xp.roll(x, shifts, axes)


roll.spec(lambda x, shifts, axes: x)
roll.grad(x=lambda g, shifts, axes: roll(g, shifts=tuple([-shift for shift in shifts]), axes=axes))
roll.batch(lambda x, shifts, axes: roll(x, shifts=shifts, axes=tuple([axis + 1 for axis in axes])))


@op("ReverseSequence", result="same", linear=True)
def reverse_sequence(xp, x, lengths, *, sequence_axis, batch_axis):
    """x with its first lengths[i] elements along one axis turned round, for each i along `batch_axis`."""
    size = x.shape[sequence_axis]
    for wrong, relation in ((lengths > size, f"> input.dims({sequence_axis})"), (lengths < 0, "< 0")):
        if xp.any(wrong):
            raise invalid(f"seq_lens({int(xp.argmax(wrong))}) {relation}", "ReverseSequence")
    lengths = xp.expand_dims(lengths, 1)
    steps = xp.arange(size)
    positions = xp.where(steps < lengths, lengths - 1 - steps, steps)
    if sequence_axis < batch_axis:
        positions = positions.T
    shape = [1] * x.ndim
    shape[batch_axis], shape[sequence_axis] = x.shape[batch_axis], size
    return xp.take_along_axis(x, positions.reshape(shape), sequence_axis)


@reverse_sequence.spec
def _(x, lengths, sequence_axis, batch_axis):
    count, size = lengths.dims, x.dims[batch_axis]
    if len(count) != 1:
        raise invalid(f"seq_lens input must be 1-dim, not {len(count)}")
    if None not in (count[0], size) and count[0] != size:
        message = f"Length of seq_lengths != input.dims({batch_axis}), ({count[0]} vs. {size})"
        raise invalid(message)
    return x


reverse_sequence.grad(
    x=lambda g, lengths, sequence_axis, batch_axis: reverse_sequence(
        g, lengths, sequence_axis=sequence_axis, batch_axis=batch_axis
    ),
    lengths=None,
)


@reverse_sequence.batch
def _(x, lengths, sequence_axis, batch_axis):
    # The new axis and the batch axis become one, as the first.
    moved = move_axis(x, batch_axis + 1, 1)
    dims = moved.dims
    axis = sequence_axis + 1 if sequence_axis > batch_axis else sequence_axis + 2
    flat = reverse_sequence(
        reshape(moved, dims=(dims[0] * dims[1], *dims[2:])),
        reshape(lengths, dims=(dims[0] * dims[1],)),
        sequence_axis=axis - 1,
        batch_axis=0,
    )
    return move_axis(reshape(flat, dims=dims), 1, batch_axis + 1)


# What the shape is, as a tensor: for traces, where sizes may be unknown.


@op("Shape", asks_shape=True)
def shape_of(xp, x, *, dtype):
    """The shape of x as a vector."""
    return xp.array(x.shape, dtype.array_dtype)


shape_of.spec(lambda x, dtype: x.with_dims(None if x.dims is None else (len(x.dims),)).with_dtype(dtype))
no_gradient(shape_of)


@op("EnsureShape", result="same", linear=True, any_rank=True, same_elements=True)
def ensure_shape(xp, x, *, dims):
    """x, whose shape must fit `dims`, where None stands for any size."""
    if x.ndim != len(dims) or any(
        size not in (None, found) for size, found in zip(dims, x.shape, strict=True)
    ):
        raise ValueError("shapes differ")  # the spec rule says it better
    return x


@ensure_shape.spec
def _(x, dims):
    if x.dims is None:
        return x.with_dims(dims)
    if not x.shape.is_compatible_with(dims):
        found, expected = bracketed(x.dims), bracketed(dims)
        message = f"Shape of tensor input {found} is not compatible with expected shape {expected}."
        raise invalid(message)
    return x.with_dims(tuple(x.shape.merge_with(dims)))


ensure_shape.grad(x=lambda g: g)
ensure_shape.batch(lambda x, dims: ensure_shape(x, dims=(x.dims[0], *dims)))
