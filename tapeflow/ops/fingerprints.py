"""Fingerprints of rows."""

import numpy

from tapeflow.core.dtypes import uint8
from tapeflow.core.errors import invalid
from tapeflow.core.op import no_gradient, op
from tapeflow.core.spec import TensorSpec
from tapeflow.ops.string_hash import farm_fingerprint


@op("Fingerprint", result=uint8)
def fingerprint(xp, data):
    """FarmHash's fingerprint of each row, its bytes along a new axis."""
    count, array = data.shape[0], numpy.ascontiguousarray(data)
    if array.dtype == object:
        rows = array.reshape(-1).tolist()
        if array.size != count:
            hashes = numpy.array([farm_fingerprint(each) for each in rows], numpy.uint64)
            rows = _rows(hashes, count)
    else:
        rows = _rows(array, count)
    found = numpy.array([farm_fingerprint(each) for each in rows], "<u8")
    return found.view(numpy.uint8).reshape(count, 8)


def _rows(array, count):
    return [each.tobytes() for each in array.reshape(count, -1)] if array.size else [b""] * count


@fingerprint.spec
def _(data):
    if data.dims == ():
        raise invalid("`data` must have at least one dimension: []", "Fingerprint")
    return TensorSpec([None if data.dims is None else data.dims[0], 8], uint8)


no_gradient(fingerprint)
