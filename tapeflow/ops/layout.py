"""Ops that move elements and change none: reshape, transpose, broadcast, concat, ..."""

from tapeflow.core.op import op


@op("Reshape", result="same", linear=True)
def reshape(xp, x, *, dims):
    """The same elements, in order, in another shape. `dims` has no -1."""
    return xp.reshape(x, dims)


reshape.spec(lambda x, dims: x.with_dims(dims))
reshape.grad(x=lambda g, x_shape: reshape(g, dims=x_shape))
reshape.batch(lambda x, dims: reshape(x, dims=(x.dims[0], *dims)))


@op("Transpose", result="same", linear=True)
def transpose(xp, x, *, perm):
    """Axis i of the result is axis perm[i] of x."""
    return xp.transpose(x, perm)


transpose.spec(lambda x, perm: x.with_dims(tuple([x.dims[axis] for axis in perm])))
transpose.grad(x=lambda g, perm: transpose(g, perm=inverse(perm)))
transpose.batch(lambda x, perm: transpose(x, perm=(0, *[axis + 1 for axis in perm])))
transpose.lower(lambda e, index, x, perm: x[tuple([index[axis] for axis in inverse(perm)])])


def inverse(perm):
    """The permutation that undoes `perm`."""
    return tuple(sorted(range(len(perm)), key=perm.__getitem__))
