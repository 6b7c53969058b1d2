"""The op that reads SequenceExample messages into tensors."""

import math

import numpy

from tapeflow.core import dtypes
from tapeflow.core.errors import DataLossError, InvalidArgumentError
from tapeflow.core.op import no_gradient, op
from tapeflow.core.spec import TensorSpec
from tapeflow.files.example_messages import messages
from tapeflow.files.messages import read_message
from tapeflow.ops.example_parsing import LISTS, results_for, spec_of_features, values_of

_NAMES = {"float32": "float", "int64": "int64", "string": "string"}


@op("ParseSequenceExampleV2", accepts=frozenset((dtypes.string,)), any_rank=True)
def parse_sequence_examples(xp, serialized, *defaults, plans, list_plans):
    """Arrays of context features and of lists of features, from a string of one SequenceExample or a vector of them.

    plans: those of the context, as of `parse_examples`. list_plans: tuples (kind, key, dtype, dims, may be missing).
    "fixed" gives an array with an axis of steps, filled up with zeros, and the numbers of steps; "sparse" indices,
    values and the shape; "ragged" values, the splits of steps and those of examples.
    """
    single = not numpy.shape(serialized)
    if numpy.ndim(serialized) > 1:
        raise _invalid(f"Expected serialized to be a scalar or a vector, got shape: {list(serialized.shape)}")
    examples = []
    for place, data in enumerate(numpy.asarray(serialized, object).reshape(-1).tolist()):
        try:
            examples.append(read_message(messages.SequenceExample, data, "SequenceExample"))
        except DataLossError:
            raise _invalid(f"Could not parse example input, value: {data[:100]!r} (number {place})") from None
    contexts = [each.context.feature for each in examples]
    found = results_for(contexts, plans, defaults, single)
    for kind, key, dtype, dims, may_be_missing in list_plans:
        rows = [_steps(each.feature_lists.feature_list, key, dtype) for each in examples]
        if kind == "fixed":
            arrays = _fixed(rows, key, dtype, dims, may_be_missing)
        else:
            rows = [[] if row is None else row for row in rows]
            arrays = _LIST_KINDS[kind](rows, dtype)
        found += [_without_batch(kind, part, each) for part, each in enumerate(arrays)] if single else arrays
    return tuple(found)


def _steps(lists, key, dtype):
    """The arrays of the elements of each step; None if the example does not have the list."""
    if key not in lists:
        return None
    found = []
    for place, feature in enumerate(lists[key].feature):
        kind = feature.WhichOneof("kind")
        if kind is not None and kind != LISTS[dtype.name]:
            raise _invalid(
                f"Name: <unknown>, Feature list: {key}, Index: {place}.  Data types don't match. Expected type: "
                f"{_NAMES[dtype.name]}"
            )
        found.append(values_of(list(getattr(feature, kind).value) if kind else [], dtype))
    return found


def _fixed(rows, key, dtype, dims, may_be_missing):
    count = math.prod(dims)
    for row in rows:
        if row is None and not may_be_missing:
            raise _invalid(
                f"Name: <unknown>, Feature list '{key}' is required but could not be found.  Did you mean to set "
                "allow_missing?"
            )
        for place, step in enumerate(row or ()):
            if step.size != count:
                raise _invalid(
                    f"Name: <unknown>, Key: {key}, Index: {place}.  Number of values != expected.  values size: "
                    f"{step.size} but output shape: {list(dims)}"
                )
    lengths = numpy.array([len(row or ()) for row in rows], numpy.int64)
    found = numpy.empty((len(rows), int(lengths.max(initial=0)), *dims), dtype.array_dtype)
    found[...] = numpy.asarray(b"" if dtype is dtypes.string else 0, dtype.array_dtype)
    for place, row in enumerate(rows):
        for step, each in enumerate(row or ()):
            found[place, step] = each.reshape(dims)
    return [found, lengths]


def _sparse(rows, dtype):
    places = [
        (example, step, number)
        for example, row in enumerate(rows)
        for step, each in enumerate(row)
        for number in range(each.size)
    ]
    sizes = [each.size for row in rows for each in row]
    shape = [len(rows), max([len(row) for row in rows], default=0), max(sizes, default=0)]
    indices = numpy.array(places, numpy.int64).reshape(-1, 3)
    return [indices, _joined(rows, dtype), numpy.array(shape, numpy.int64)]


def _ragged(rows, dtype):
    sizes = [each.size for row in rows for each in row]
    return [
        _joined(rows, dtype),
        numpy.cumsum([0, *sizes], dtype=numpy.int64),
        numpy.cumsum([0, *[len(row) for row in rows]], dtype=numpy.int64),
    ]


def _joined(rows, dtype):
    return numpy.concatenate([values_of([], dtype), *[each for row in rows for each in row]])


_LIST_KINDS = {"sparse": _sparse, "ragged": _ragged}


def _without_batch(kind, part, array):
    """A result for one example: the axis of examples is left out."""
    if kind == "fixed":
        return array[0]
    if kind == "sparse" and part != 1:
        return array[:, 1:] if part == 0 else array[1:]
    return array


@parse_sequence_examples.spec
def _(serialized, *defaults, plans, list_plans):
    batch = serialized.dims
    axes = 3 - (batch == ())
    found = [*spec_of_features(batch, plans)]
    for kind, _, dtype, dims, _ in list_plans:
        if kind == "fixed":
            found.append(TensorSpec(None if batch is None else (*batch, None, *dims), dtype))
            found.append(TensorSpec(batch, dtypes.int64))
        elif kind == "sparse":
            found.append(TensorSpec((None, axes), dtypes.int64))
            found.append(TensorSpec((None,), dtype))
            found.append(TensorSpec((axes,), dtypes.int64))
        else:
            found.append(TensorSpec((None,), dtype))
            found.append(TensorSpec((None,), dtypes.int64))
            found.append(TensorSpec((None,), dtypes.int64))
    return tuple(found)


no_gradient(parse_sequence_examples)


def _invalid(message):
    return InvalidArgumentError(None, None, f"{message} [Op:ParseSequenceExampleV2]")
