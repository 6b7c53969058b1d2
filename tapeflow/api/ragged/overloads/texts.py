"""Functions of strings, applied to the values of ragged tensors in their rows."""

import functools

from tapeflow.api import io, strings
from tapeflow.api.ragged.broadcasting import elementwise
from tapeflow.api.ragged.overloads.elements import of_values

ONE = """as_string length lower regex_full_match regex_replace strip substr to_hash_bucket to_hash_bucket_fast
    to_hash_bucket_strong to_number upper"""
"""Functions of each string of the first argument."""


def table():
    """Triples of a function, what it does with ragged tensors, and whether these may stand in lists."""
    for name in ONE.split():
        function = getattr(strings, name)
        yield function, functools.partial(of_values, function), False
    for function in (io.decode_base64, io.encode_base64, io.decode_compressed):
        yield function, functools.partial(of_values, function), False
    yield strings.join, _join, True


def _join(inputs, separator="", name=None):
    return elementwise(lambda *values: strings.join(list(values), separator), *inputs)
