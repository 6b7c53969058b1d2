"""The op that reads Example messages into tensors."""

import math
from collections.abc import Callable

import numpy

from tapeflow.core import dtypes
from tapeflow.core.errors import DataLossError, InvalidArgumentError
from tapeflow.core.op import no_gradient, op
from tapeflow.core.spec import TensorSpec
from tapeflow.files.example_messages import messages
from tapeflow.files.messages import read_message

LISTS = {"float32": "float_list", "int64": "int64_list", "string": "bytes_list"}
_NAMES = {"float_list": "float", "int64_list": "int64", "bytes_list": "string"}


@op("ParseExampleV2", accepts=frozenset((dtypes.string,)), any_rank=True)
def parse_examples(xp, serialized, *defaults, plans):
    """Arrays of features, one after the other, from a string of one Example or a vector of them.

    plans: tuples (kind, key, dtype, dims, place of the default or None). "fixed" gives one array; "sequence" one with a
    further axis, filled up; "sparse" indices, values and the shape; "ragged" values and row splits.
    """
    single = not numpy.shape(serialized)
    if numpy.ndim(serialized) > 1:
        raise _invalid(f"Expected serialized to be a scalar or a vector, got shape: {list(serialized.shape)}")
    examples = []
    for place, data in enumerate(numpy.asarray(serialized, object).reshape(-1).tolist()):
        try:
            examples.append(read_message(messages.Example, data, "Example").features.feature)
        except DataLossError:
            raise _invalid(f"Could not parse example input, value: {data[:100]!r} (number {place})") from None
    return tuple(results_for(examples, plans, defaults, single))


def results_for(examples, plans, defaults, single):
    """The list of arrays for the features of Examples, mappings from keys to Feature messages."""
    found = []
    for kind, key, dtype, dims, default in plans:
        rows = [_values(each, key, dtype, place) for place, each in enumerate(examples)]
        default = None if default is None else defaults[default]
        arrays = _KINDS[kind](rows, key, dtype, dims, default)
        found += [_without_batch(kind, part, each) for part, each in enumerate(arrays)] if single else arrays
    return found


def _values(features, key, dtype, place):
    """The elements of a feature as an array; None if the example does not have it."""
    if key not in features:
        return None
    feature = features[key]
    kind = feature.WhichOneof("kind")
    if kind is None:
        return None
    if kind != LISTS[dtype.name]:
        raise _invalid(
            f"Name: <unknown>, Key: {key}, Index: {place}.  Data types don't match. Data type: {_NAMES[kind]} "
            f"but expected type: {_NAMES[LISTS[dtype.name]]}"
        )
    return values_of(list(getattr(feature, kind).value), dtype)


def values_of(values, dtype):
    """The elements of a feature as an array."""
    if dtype is not dtypes.string:
        return numpy.array(values, dtype.array_dtype)
    found = numpy.empty(len(values), object)
    found[:] = values
    return found


def _fixed(rows, key, dtype, dims, default):
    count = math.prod(dims)
    found = numpy.empty((len(rows), *dims), dtype.array_dtype)
    for place, row in enumerate(rows):
        if row is None:
            if default is None:
                raise _invalid(
                    f"Name: <unknown>, Feature: {key} (data type: {_NAMES[LISTS[dtype.name]]}) is required but "
                    "could not be found."
                )
            row = numpy.broadcast_to(default, dims)
        elif row.size != count:
            raise _invalid(
                f"Name: <unknown>, Key: {key}, Index: {place}.  Number of {_NAMES[LISTS[dtype.name]]} values != "
                f"expected.  Values size: {row.size} but output shape: {list(dims)}"
            )
        found[place] = row.reshape(dims)
    return [found]


def _sequence(rows, key, dtype, dims, default):
    stride = math.prod(dims)
    rows = [values_of([], dtype) if row is None else row for row in rows]
    for place, row in enumerate(rows):
        if row.size % max(stride, 1):
            raise _invalid(
                f"Name: <unknown>, Key: {key}, Index: {place}.  Number of {_NAMES[LISTS[dtype.name]]} values is not a "
                f"multiple of stride length. Saw {row.size} values but output shape is: {[-1, *dims]}"
            )
    longest = max([row.size for row in rows], default=0) // max(stride, 1)
    fill = default if default is not None else (b"" if dtype is dtypes.string else 0)
    found = numpy.empty((len(rows), longest, *dims), dtype.array_dtype)
    found[...] = numpy.asarray(fill, dtype.array_dtype)
    for place, row in enumerate(rows):
        found[place, : row.size // max(stride, 1)] = row.reshape(-1, *dims)
    return [found]


def _sparse(rows, key, dtype, dims, default):
    rows = [values_of([], dtype) if row is None else row for row in rows]
    sizes = [row.size for row in rows]
    indices = numpy.empty((sum(sizes), 2), numpy.int64)
    indices[:, 0] = numpy.repeat(numpy.arange(len(rows)), sizes)
    indices[:, 1] = numpy.concatenate([numpy.arange(size) for size in sizes]) if sizes else 0
    values = numpy.concatenate(rows) if rows else values_of([], dtype)
    return [indices, values, numpy.array([len(rows), max(sizes, default=0)], numpy.int64)]


def _ragged(rows, key, dtype, dims, default):
    rows = [values_of([], dtype) if row is None else row for row in rows]
    splits = numpy.cumsum([0] + [row.size for row in rows])
    return [numpy.concatenate(rows) if rows else values_of([], dtype), splits.astype(numpy.int64)]


_KINDS = {"fixed": _fixed, "sequence": _sequence, "sparse": _sparse, "ragged": _ragged}


def _without_batch(kind, part, array):
    """A result for one example: the axis of examples is left out."""
    if kind in ("fixed", "sequence"):
        return array[0]
    if kind == "sparse" and part != 1:
        return array[:, 1:] if part == 0 else array[1:]
    return array


@parse_examples.spec
def _(serialized, *defaults, plans):
    return spec_of_features(serialized.dims, plans)


def spec_of_features(batch, plans):
    """The specs of what `results_for` gives for a batch of these dims: one axis, none, or None if that is not known."""
    axes = 2 - (batch == ())
    found = []
    for kind, _, dtype, dims, _ in plans:
        if kind == "fixed":
            found.append(TensorSpec(None if batch is None else (*batch, *dims), dtype))
        elif kind == "sequence":
            found.append(TensorSpec(None if batch is None else (*batch, None, *dims), dtype))
        elif kind == "sparse":
            found.append(TensorSpec((None, axes), dtypes.int64))
            found.append(TensorSpec((None,), dtype))
            found.append(TensorSpec((axes,), dtypes.int64))
        else:
            found.append(TensorSpec((None,), dtype))
            found.append(TensorSpec((None,), dtypes.int64))
    return tuple(found)


no_gradient(parse_examples)


def _invalid(message):
    return InvalidArgumentError(None, None, f"{message} [Op:ParseExampleV2]")


@op("DecodeJSONExample", accepts=frozenset((dtypes.string,)), any_rank=True)
def decode_json_examples(xp, texts):
    """Serialized Examples of their JSON texts, by the rules of protocol buffers."""
    from google.protobuf import json_format

    found = numpy.empty(numpy.shape(texts), object)
    flat = found.reshape(-1)
    for place, text in enumerate(numpy.asarray(texts, object).reshape(-1).tolist()):
        try:
            if not text.lstrip().startswith(b"{"):  # the parser takes empty lists, too
                raise json_format.ParseError(f"an object was expected, not {text[:40]!r}")
            message = json_format.Parse(text, messages.Example())
        except (json_format.ParseError, UnicodeDecodeError, RecursionError) as error:
            raise InvalidArgumentError(
                None, None, f"Error while parsing JSON: {error} [Op:DecodeJSONExample]"
            ) from None
        flat[place] = message.SerializeToString(deterministic=True)
    return found


decode_json_examples.spec(lambda texts: texts)
no_gradient(decode_json_examples)


class _FeaturesParser:
    """What reads Examples by descriptions of their features; `api`, a layer above, provides it.

    parse(serialized, features) gives the dict of a vector of Examples, specs(features, size) that of its TypeSpecs.
    """

    __slots__ = ("parse", "specs")
    parse: Callable
    specs: Callable


features_parser = _FeaturesParser()
