"""Where the rows of ragged tensors begin and end: every computation on rows alone, which no gradient flows through.

A step takes row splits and other vectors of integers and says which values to gather, or other splits; the values
themselves move by ordinary ops, so that their gradients need no rule here. Results have the dtype of the first input.
"""

from itertools import pairwise

import numpy

from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.op import no_gradient, op
from tapeflow.core.spec import spec_of

STEPS = {}
"""The steps by their names: (kernel, shapes of the results)."""


@op("RaggedRows", any_rank=True)
def ragged_rows(xp, *numbers, step, settings=(), dims=()):
    """The results of the step of this name. `dims` are sizes of its results that are known."""
    kernel, _ = STEPS[step]
    found = kernel(*numbers, *settings)
    dtype = numbers[0].dtype
    if type(found) is not tuple:
        return numpy.asarray(found, dtype)
    return tuple([numpy.asarray(each, dtype) for each in found])


@ragged_rows.spec
def _(*numbers, step, settings=(), dims=()):
    _, shapes = STEPS[step]
    dtype = numbers[0].dtype
    found = shapes(dims, *[each.dims for each in numbers])
    if type(found) is list:
        return tuple([spec_of(each, dtype) for each in found])
    return spec_of(found, dtype)


no_gradient(ragged_rows)


def _beside(size, difference):
    return None if size is None else size + difference


def _step(shapes):
    """Decorator: enters a step; `shapes(dims, *input_dims)` gives the dims of its result, or a list of dims."""

    def enter(kernel):
        STEPS[kernel.__name__.strip("_")] = kernel, shapes
        return kernel

    return enter


def _require(holds, function, condition, explanation):
    if not holds:
        raise InvalidArgumentError(
            None,
            None,
            f"Arguments to {function} do not form a valid RaggedTensor:{condition}: {explanation}",
        )


def _cumulated(lengths):
    splits = numpy.zeros(len(lengths) + 1, lengths.dtype if lengths.dtype.kind == "i" else numpy.int64)
    numpy.cumsum(lengths, out=splits[1:])
    return splits


def _require_growth(numbers, function):
    _require((numpy.diff(numbers) >= 0).all(), function, "monotonic", f"{numbers} must not decrease")


# From encodings of rows to row splits and back.


@_step(lambda dims, splits: splits)
def _checked_splits(splits):
    """The splits; InvalidArgumentError if they do not begin with 0 or decrease."""
    _require(splits[:1] == 0, "from_row_splits", "zero", f"the first row split must be 0, not {splits[:1]}")
    _require_growth(splits, "from_row_splits")
    return splits


@_step(lambda dims, splits, count: splits)
def _splits_of_values(splits, count):
    """The splits; InvalidArgumentError if they do not end with the number of values."""
    _require(
        splits[-1] == count,
        "_from_row_partition",
        "sizes",
        f"the rows hold {splits[-1]} values, but there are {count}.",
    )
    return splits


@_step(lambda dims, lengths: (_beside(lengths[0], 1),))
def _from_lengths(lengths, validate):
    """Splits of rows of these lengths."""
    if validate:
        _require(
            (lengths >= 0).all(), "from_row_lengths", "non-negative", f"lengths must be >= 0, not {lengths}"
        )
    return _cumulated(lengths)


@_step(lambda dims, starts, count: (_beside(starts[0], 1),))
def _from_starts(starts, count, validate):
    """Splits of rows that begin at these places."""
    splits = numpy.append(starts, count).astype(starts.dtype)
    if validate:
        _require(splits[0] == 0, "from_row_starts", "zero", f"the first row must start at 0, not {splits[0]}")
        _require_growth(splits, "from_row_starts")
    return splits


@_step(lambda dims, limits: (_beside(limits[0], 1),))
def _from_limits(limits, validate):
    """Splits of rows that end at these places."""
    splits = numpy.concatenate([numpy.zeros(1, limits.dtype), limits])
    if validate:
        _require_growth(splits, "from_row_limits")
    return splits


@_step(lambda dims, rowids, *nrows: dims)
def _from_rowids(rowids, *rest):
    """Splits of rows by the row of each value; the number of rows, if it is given, and whether to validate follow."""
    *given, validate = rest
    least = int(rowids[-1]) + 1 if len(rowids) else 0
    nrows = int(given[0]) if given else least
    if nrows < 0:
        raise ValueError(f"Expected nrows >= 0; got {nrows}")
    if nrows < least:
        raise ValueError(
            f"Expected nrows >= value_rowids[-1] + 1; got nrows={nrows}, value_rowids[-1]={rowids[-1]}"
        )
    if validate:
        _require_growth(rowids, "from_value_rowids")
        _require((rowids >= 0).all(), "from_value_rowids", "negative", f"ids must be >= 0, not {rowids}")
    return _cumulated(numpy.bincount(rowids, minlength=nrows).astype(rowids.dtype))


@_step(lambda dims, length, nrows: (dims[0],))
def _from_uniform(length, nrows):
    """Splits of rows of one length."""
    return numpy.arange(int(nrows) + 1) * int(length)


@_step(lambda dims, splits: (_beside(splits[0], -1),))
def _lengths(splits):
    """How many values each row has."""
    return numpy.diff(splits)


@_step(lambda dims, splits: (dims[0],))
def _rowids(splits):
    """The row of each value."""
    return numpy.repeat(numpy.arange(len(splits) - 1), numpy.diff(splits))


@_step(lambda dims, splits: (dims[0],))
def _offsets(splits):
    """The place of each value in its row."""
    return numpy.arange(splits[-1]) - numpy.repeat(splits[:-1], numpy.diff(splits))


@_step(lambda dims, splits: ())
def _longest(splits):
    """The length of the longest row."""
    return numpy.diff(splits).max(initial=0)


# Rows and parts of rows.


@_step(lambda dims, splits, rows: [(_beside(rows[0], 1),), (None,)])
def _rows(splits, rows):
    """The splits of these rows, and which values are in them."""
    starts, lengths = splits[:-1][rows], numpy.diff(splits)[rows]
    kept = _cumulated(lengths)
    return kept, numpy.repeat(starts, lengths) + numpy.arange(kept[-1]) - numpy.repeat(kept[:-1], lengths)


@_step(lambda dims, splits, row: (None,))
def _row(splits, row):
    """Which values are in one row, counted from the end if negative. InvalidArgumentError if it is not there."""
    count = len(splits) - 1
    if not -count <= row < count:
        raise InvalidArgumentError(
            None, None, f"slice index {row} of dimension 0 out of bounds: there are {count} rows."
        )
    start, end = splits[int(row) % count :][:2]
    return numpy.arange(start, end)


@_step(lambda dims, splits, *bounds: (None,))
def _sliced(splits, *rest):
    """Which rows a slice chooses. Its bounds come as numbers in the settings, or as inputs where these say "input"."""
    return numpy.arange(len(splits) - 1)[_slice(rest)]


@_step(lambda dims, splits, *bounds: [splits, (None,)])
def _sliced_each(splits, *rest):
    """The splits of rows of which a slice was taken, and which values these are."""
    chosen = _slice(rest)
    rows = [range(*chosen.indices(length)) for length in numpy.diff(splits).tolist()]
    starts = splits[:-1].tolist()
    places = [start + place for start, each in zip(starts, rows, strict=True) for place in each]
    return _cumulated(numpy.array([len(each) for each in rows], splits.dtype)), places


def _slice(rest):
    *inputs, start, stop, step = rest
    values = iter(inputs)
    return slice(*[int(next(values)) if bound == "input" else bound for bound in (start, stop, step)])


@_step(lambda dims, splits, lengths: [splits, (None,)])
def _first_of_each(splits, lengths):
    """The splits of rows that are cut to these lengths, and which values are left."""
    kept = _cumulated(numpy.minimum(numpy.maximum(lengths, 0), numpy.diff(splits)).astype(splits.dtype))
    return kept, numpy.arange(kept[-1]) + numpy.repeat(splits[:-1] - kept[:-1], numpy.diff(kept))


@_step(lambda dims, splits: dims)
def _grid(splits, height, width):
    """For a table of rows which value is in each cell; the number of values where there is none."""
    starts, lengths = splits[:-1], numpy.diff(splits)
    height = len(starts) if height is None else height
    width = int(lengths.max(initial=0)) if width is None else width
    missing = numpy.zeros(max(height - len(starts), 0), splits.dtype)
    starts, lengths = [numpy.append(each[:height], missing)[:, None] for each in (starts, lengths)]
    column = numpy.arange(width)
    return numpy.where(column < lengths, starts + column, splits[-1])


@_step(lambda dims, splits, inner: splits)
def _joined(splits, inner):
    """The splits of rows whose rows have become one."""
    return inner[splits]


@_step(lambda dims, splits, count: splits)
def _scaled(splits, count):
    """The splits of rows of which each value has become `count` values."""
    return splits * count


@_step(lambda dims, *splits: dims)
def _coordinates(*splits):
    """The places of all elements, a matrix; the sizes of the even axes inside come last."""
    *splits, inner = splits
    grid = numpy.indices((int(splits[-1][-1]), *inner)).reshape(len(inner) + 1, -1)
    columns = list(grid[1:])
    place = grid[0]  # counts the values of the axis at hand
    for each in reversed(splits):
        columns.insert(0, _offsets(each)[place])
        place = _rowids(each)[place]
    return numpy.stack([place, *columns], axis=1)


@_step(lambda dims, marks, different: (marks[0],))
def _lengths_before_padding(marks, different):
    """How long rows are up to the last element that differs from the padding."""
    return numpy.where(different, numpy.arange(1, different.shape[1] + 1), 0).max(axis=1, initial=0)


@_step(lambda dims, indices: dims)
def _rows_of_places(indices):
    """The row of each place of a sparse matrix. InvalidArgumentError unless rows are filled from the left."""
    rows, columns = indices[:, 0], indices[:, 1]
    splits = _cumulated(numpy.bincount(rows, minlength=1)) if len(rows) else numpy.zeros(1, numpy.int64)
    if (numpy.diff(rows) < 0).any() or not numpy.array_equal(_offsets(splits), columns):
        raise InvalidArgumentError(None, None, f"SparseTensor is not right-ragged: its places are {indices}")
    return rows


# Several ragged tensors.


@_step(lambda dims, *splits: [(None,), (None,)])
def _appended_rows(*splits):
    """The splits of the rows of several tensors one after the other; nothing else."""
    lengths = numpy.concatenate([numpy.diff(each) for each in splits])
    return _cumulated(lengths), lengths


@_step(lambda dims, *splits: [splits[0], (None,)])
def _appended_to_rows(*splits):
    """Rows of several tensors side by side: their splits, and where each value is in all values one after the other."""
    lengths = numpy.stack([numpy.diff(each) for each in splits], axis=1)
    offsets = _cumulated(numpy.array([each[-1] for each in splits]))[:-1]
    starts = numpy.stack([each[:-1] for each in splits], axis=1) + offsets
    flat = lengths.reshape(-1)
    kept = _cumulated(flat)
    places = numpy.repeat(starts.reshape(-1), flat) + numpy.arange(kept[-1]) - numpy.repeat(kept[:-1], flat)
    return _cumulated(lengths.sum(axis=1)), places


@_step(lambda dims, first, *others: first)
def _same_splits(first, *others):
    """The splits. InvalidArgumentError unless the others are equal."""
    for other in others:
        if not numpy.array_equal(first, other):
            raise InvalidArgumentError(
                None,
                None,
                f"Inputs must have identical ragged splits: incompatible row_splits {first} and {other}.",
            )
    return first


@_step(lambda dims, a, b: [dims, dims])
def _broadcast_counts(a, b):
    """Which rows of two values meet, where a single row is repeated. InvalidArgumentError for other numbers of rows."""
    if a != b and a != 1 and b != 1:
        raise InvalidArgumentError(
            None, None, f"Unable to broadcast: there are {a} rows and {b} (row_splits)."
        )
    count = int(b if a == 1 else a)
    every, zeros = numpy.arange(count), numpy.zeros(count, numpy.int64)
    return zeros if a == 1 else every, zeros if b == 1 else every


@_step(lambda dims, a, b: [dims, (None,), (None,)])
def _broadcast_rows(a, b, a_even, b_even):
    """The splits of rows that meet, and which value of each tensor comes where.

    a_even, b_even: whether the rows of a tensor may have one value each, which is repeated. InvalidArgumentError for
    rows of other lengths.
    """
    first, second = numpy.diff(a), numpy.diff(b)
    a_single = a_even and bool((first == 1).all())
    b_single = b_even and not a_single and bool((second == 1).all())
    if not (a_single or b_single or numpy.array_equal(first, second)):
        raise InvalidArgumentError(
            None,
            None,
            f"Unable to broadcast: rows have different lengths, {first} and {second} (row_splits {a}, {b}).",
        )
    lengths = second if a_single else first
    every = numpy.arange(int(lengths.sum()))
    rows = numpy.repeat(numpy.arange(len(lengths)), lengths)
    return _cumulated(lengths), a[:-1][rows] if a_single else every, b[:-1][rows] if b_single else every


@_step(lambda dims, splits, ids, count: [dims[:1], dims[1:]])
def _segment_rows(splits, ids, count):
    """Rows laid on each other by the number of their segment: the splits of the segments, and where each value goes."""
    lengths = numpy.diff(splits)
    kept = numpy.zeros(int(count), splits.dtype)
    inside = (ids >= 0) & (ids < count)
    numpy.maximum.at(kept, ids[inside], lengths[inside])
    found = _cumulated(kept)
    starts = numpy.where(inside, found[:-1][numpy.where(inside, ids, 0)] if count else -1, -1)
    every = numpy.repeat(starts, lengths)
    return found, numpy.where(every >= 0, every + _offsets(splits), -1)


@_step(lambda dims, splits, one: splits)
def _checked_single(splits, one, rows):
    """The splits. InvalidArgumentError unless there is one row (`rows`), or one value in each row."""
    found = numpy.array([len(splits) - 1]) if rows else numpy.diff(splits)
    if (found != 1).any():
        raise InvalidArgumentError(None, None, f"An axis that is left out must have size 1, not {found}.")
    return splits


@_step(lambda dims, splits, count: [splits, (None,)])
def _repeated_rows(splits, count):
    """Each row repeated in itself: the splits, and which values these are."""
    rows = [numpy.tile(numpy.arange(start, end), int(count)) for start, end in pairwise(splits)]
    return splits * count, numpy.concatenate([numpy.zeros(0, splits.dtype), *rows])


@_step(lambda dims, splits, positions: (None, positions[0]))
def _chosen_of_each(splits, positions):
    """Which values stand at these positions of every row. InvalidArgumentError for a row that is shorter."""
    lengths = numpy.diff(splits)
    if len(positions) and ((positions < 0).any() or (lengths <= positions.max()).any()):
        raise InvalidArgumentError(
            None, None, f"indices {positions} are not in [0, {lengths.min(initial=0)})"
        )
    return splits[:-1][:, None] + positions


@_step(lambda dims, splits, indices: (None,))
def _starts_for_rows(splits, indices):
    """For each value in the rows of `indices` where the same row begins."""
    return numpy.repeat(splits[:-1], numpy.diff(indices))


@_step(lambda dims, splits, places: places[:1])
def _places_in_rows(splits, places):
    """Which value stands in row places[i, 0] at position places[i, 1]. InvalidArgumentError if there is none."""
    rows, positions = places[:, 0], places[:, 1]
    outside = (rows < 0) | (rows >= len(splits) - 1) | (positions < 0)
    outside |= positions >= numpy.diff(splits)[numpy.where(outside, 0, rows)]
    if outside.any():
        first = int(outside.argmax())
        raise InvalidArgumentError(
            None, None, f"indices[{first}] = {places[first]} does not index into the rows"
        )
    return splits[rows] + positions


@_step(lambda dims, zero, starts, limits, deltas: [dims])
def _range_splits(zero, starts, limits, deltas):
    """The splits of rows that count from each start to each limit."""
    if (deltas == 0).any():
        raise InvalidArgumentError(None, None, "Requires delta != 0 [Op:RaggedRange]")
    lengths = (
        numpy.ceil((limits - starts) / deltas) if starts.dtype.kind == "f" else -((starts - limits) // deltas)
    )
    return (_cumulated(numpy.maximum(lengths, 0).astype(zero.dtype)),)


@_step(lambda dims, splits, mask: splits)
def _masked(splits, mask):
    """The splits of what is left of rows."""
    return _cumulated(mask)[splits]


@_step(lambda dims, partitions, count: [partitions, dims])
def _sorted_into_rows(partitions, count):
    """In which order to take values so that those of one partition stand together, and the splits of the partitions."""
    if ((partitions < 0) | (partitions >= count)).any():
        raise InvalidArgumentError(None, None, f"partitions {partitions} are not in [0, {count})")
    order = numpy.argsort(partitions, kind="stable")
    return order, _cumulated(numpy.bincount(partitions, minlength=int(count)))
