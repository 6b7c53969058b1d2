"""Crossed features. Fingerprints are put together as FarmHash's are in TensorFlow, bit by bit."""

import itertools

import numpy

from tapeflow.core.dtypes import int64, string
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.op import no_gradient, op
from tapeflow.core.spec import spec_of
from tapeflow.ops.string_hash import farm_fingerprint

DEFAULT_KEY = 0xDECAFCAFFE
_MASK = (1 << 64) - 1
_MULTIPLIER = 0xC6A4A7935BD1E995


def joined_fingerprints(first, second):
    """The fingerprint of two things of which these are the fingerprints."""
    found = first ^ _MULTIPLIER
    found ^= _mix(second * _MULTIPLIER & _MASK) * _MULTIPLIER & _MASK
    found = found * _MULTIPLIER & _MASK
    return _mix(_mix(found) * _MULTIPLIER & _MASK)


def _mix(value):
    return value ^ (value >> 47)


@op("SparseCross", any_rank=True)
def cross_rows(xp, *values, kinds, hashed, num_buckets, key, separator):
    """Places, values and shape of every combination of one element of each input, row by row.

    `kinds` says of how many arrays each input is made: 3 of a sparse one, 1 of a dense one.
    """
    arrays = iter(values)
    inputs = [_rows(*itertools.islice(arrays, count)) for count in kinds]
    counts = {len(each) for each in inputs}
    if len(counts) != 1:
        raise InvalidArgumentError(
            None, None, f"Inputs to cross have different numbers of rows: {sorted(counts)}"
        )
    if hashed:
        inputs = [[[_fingerprint(each) for each in row] for row in rows] for rows in inputs]
    else:
        inputs = [
            [[each if isinstance(each, bytes) else b"%d" % each for each in row] for row in rows]
            for rows in inputs
        ]
    places, found, widest = [], [], 0
    for number, parts in enumerate(zip(*inputs, strict=True)):
        column = -1
        for column, combination in enumerate(itertools.product(*parts)):
            places.append((number, column))
            found.append(_hashed(combination, num_buckets, key) if hashed else separator.join(combination))
        widest = max(widest, column + 1)
    array = numpy.empty(len(found), numpy.int64 if hashed else object)
    array[:] = found
    shape = numpy.array([len(inputs[0]), widest], numpy.int64)
    return numpy.array(places, numpy.int64).reshape(-1, 2), array, shape


def _rows(*parts):
    if len(parts) == 1:
        return numpy.reshape(parts[0], (len(parts[0]), -1)).tolist()
    indices, values, shape = parts
    rows = [[] for _ in range(int(shape[0]))]
    for row, value in zip(indices[:, 0].tolist(), values.tolist(), strict=True):
        rows[row].append(value)
    return rows


def _fingerprint(value):
    return farm_fingerprint(value) if isinstance(value, bytes) else value & _MASK


def _hashed(fingerprints, num_buckets, key):
    found = key
    for each in fingerprints:
        found = joined_fingerprints(found, each)
    return found % (num_buckets or (1 << 63) - 1)


@cross_rows.spec
def _(*values, kinds, hashed, num_buckets, key, separator):
    return spec_of((None, 2), int64), spec_of((None,), int64 if hashed else string), spec_of((2,), int64)


no_gradient(cross_rows)
