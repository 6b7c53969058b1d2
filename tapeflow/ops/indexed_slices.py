"""IndexedSlices: a tensor given by some rows of it; what the gradient of a lookup is."""

from tapeflow.core.spec import CompositeTensor


class IndexedSlices(CompositeTensor):
    pass


def densify(slices):
    raise NotImplementedError


def accumulate(a, b):
    """Sum of two cotangents, either of which may be IndexedSlices."""
    if type(a) is IndexedSlices or type(b) is IndexedSlices:
        raise NotImplementedError
    return a + b
