"""Connectionist temporal classification: sequences of labels read from sequences of scores, without an alignment.

Graves et al., Connectionist Temporal Classification, 2006. A sequence of L labels is a row of 2 L + 1 states, blanks
between the labels. `alpha` is the logarithm of the probability of all ways to a state, `beta` that of all ways on from
it.
"""

import numpy

from tapeflow.core import dtypes as types
from tapeflow.core.op import no_gradient, op
from tapeflow.ops.layout import reshape

_FLOATS = frozenset([types.float32, types.float64])


def _log_softmax(x):
    x = x.astype(numpy.float64)
    x = x - x.max(axis=-1, keepdims=True)
    return x - numpy.log(numpy.exp(x).sum(axis=-1, keepdims=True))


def _later(row, steps):
    """A row of states, each of which has what stood `steps` before it."""
    moved = numpy.full_like(row, -numpy.inf)
    moved[:, steps:] = row[:, : row.shape[1] - steps]
    return moved


class _Lattice:
    """States of each sequence, what they emit, and the ways to them."""

    def __init__(self, scores, labels, label_lengths, lengths, blank):
        self.lengths = lengths
        self.log_probabilities = _log_softmax(scores)
        batch, time, _ = scores.shape
        self.time = time
        self.states = numpy.full((batch, 2 * labels.shape[1] + 1), blank, numpy.intp)
        used = numpy.arange(labels.shape[1]) < label_lengths[:, None]
        self.states[:, 1::2] = numpy.where(used, labels, blank)
        self.emitted = numpy.take_along_axis(self.log_probabilities, self.states[:, None, :], 2)
        self.skips = numpy.zeros(self.states.shape, bool)
        # From a label to the next, past the blank between them, even if one of them is of the blank's class.
        self.skips[:, 3::2] = labels[:, 1:] != labels[:, :-1]
        number = numpy.arange(self.states.shape[1])
        ends = 2 * label_lengths[:, None]
        self.is_end = (number == ends) | (number == ends - 1)

    def alpha(self):
        """[time, batch, states]; rows behind the end of a sequence repeat the last one."""
        row = numpy.full(self.states.shape, -numpy.inf)
        row[:, :2] = self.emitted[:, 0, :2]
        rows = [row]
        for t in range(1, self.time):
            ways = numpy.logaddexp(row, _later(row, 1))
            ways = numpy.logaddexp(ways, numpy.where(self.skips, _later(row, 2), -numpy.inf))
            row = numpy.where((t < self.lengths)[:, None], ways + self.emitted[:, t], row)
            rows.append(row)
        return numpy.stack(rows)

    def log_likelihood(self, alpha):
        return numpy.logaddexp.reduce(numpy.where(self.is_end, alpha[-1], -numpy.inf), axis=1)

    def beta(self):
        """[time, batch, states], without what the state itself emits."""
        ends = numpy.where(self.is_end, 0.0, -numpy.inf)
        row = ends
        rows = [row]
        for t in range(self.time - 1, 0, -1):
            onward = (row + self.emitted[:, t])[:, ::-1]
            ways = numpy.logaddexp(onward, _later(onward, 1))
            skipping = numpy.where(self.skips, row + self.emitted[:, t], -numpy.inf)[:, ::-1]
            ways = numpy.logaddexp(ways, _later(skipping, 2))[:, ::-1]
            row = numpy.where((t < self.lengths)[:, None], ways, ends)
            rows.append(row)
        return numpy.stack(rows[::-1])


@op("CTCLossV2", accepts=_FLOATS, result="same")
def ctc_loss(xp, scores, labels, label_lengths, lengths, *, blank):
    """-log probability of the labels [batch, length], of scores [batch, time, classes] before the softmax."""
    lattice = _Lattice(scores, labels, label_lengths, lengths, blank)
    return -lattice.log_likelihood(lattice.alpha()).astype(scores.dtype)


@op("CTCLossGrad", accepts=_FLOATS, result="same")
def ctc_loss_grad(xp, scores, labels, label_lengths, lengths, *, blank):
    """The derivative of each loss by its scores: their softmax less what the labels make of it; 0 behind the end."""
    lattice = _Lattice(scores, labels, label_lengths, lengths, blank)
    alpha = lattice.alpha()
    total = lattice.log_likelihood(alpha)
    possible = numpy.isfinite(total)
    posterior = numpy.exp(alpha + lattice.beta() - numpy.where(possible, total, 0.0)[:, None])
    batch, time, classes = scores.shape
    expected = numpy.zeros((batch, time, classes))
    rows = numpy.arange(batch)[:, None], numpy.arange(time)[:, None, None]
    numpy.add.at(expected, (rows[0], rows[1], lattice.states), posterior)
    inside = (numpy.arange(time) < lengths[:, None]) & possible[:, None]
    return numpy.where(inside[..., None], numpy.exp(lattice.log_probabilities) - expected, 0.0).astype(
        scores.dtype
    )


ctc_loss.spec(
    lambda scores, labels, label_lengths, lengths, blank: scores.with_dims(
        None if scores.dims is None else scores.dims[:1]
    )
)
ctc_loss_grad.spec(lambda scores, labels, label_lengths, lengths, blank: scores)
ctc_loss.grad(
    scores=lambda g, scores, labels, label_lengths, lengths, blank: (
        reshape(g, dims=(*g.dims, 1, 1)) * ctc_loss_grad(scores, labels, label_lengths, lengths, blank=blank)
    ),
    labels=None,
    label_lengths=None,
    lengths=None,
)


def _no_second(g):
    raise LookupError("The loss of connectionist temporal classification has no second derivative here.")


ctc_loss_grad.grad(scores=_no_second, labels=None, label_lengths=None, lengths=None)


def _merged(inputs):
    return [reshape(each, dims=(each.dims[0] * each.dims[1], *each.dims[2:])) for each in inputs]


@ctc_loss.batch
def _(*inputs, blank):
    return reshape(ctc_loss(*_merged(inputs), blank=blank), dims=inputs[0].dims[:2])


@ctc_loss_grad.batch
def _(*inputs, blank):
    return reshape(ctc_loss_grad(*_merged(inputs), blank=blank), dims=inputs[0].dims)


@op("CTCBeamSearchDecoder", accepts=_FLOATS)
def beam_search(xp, scores, lengths, *, width, count, merges):
    """The `count` likeliest sequences, int64 [count, batch, time], -1 behind their end, and log probabilities.

    scores: [batch, time, classes], the last class being the blank. The `width` likeliest beginnings are followed.
    """
    logarithms = _log_softmax(scores)
    batch, time, _ = scores.shape
    paths = numpy.full((count, batch, time), -1, numpy.int64)
    values = numpy.zeros((batch, count), scores.dtype)
    for example in range(batch):
        found = _beams(logarithms[example, : lengths[example]], width)[:count]
        for rank, (path, value) in enumerate(found):
            if merges:
                path = [each for at, each in enumerate(path) if not at or path[at - 1] != each]
            paths[rank, example, : len(path)] = path
            values[example, rank] = value
    return paths, values


def _beams(logarithms, width):
    """[(labels, log probability)], the likeliest first. A beam ends in a blank, or in its last label."""
    beams = {(): (0.0, -numpy.inf)}
    for row in logarithms.tolist():
        following = {}

        def add(path, place, value, following=following):
            pair = following.setdefault(path, [-numpy.inf, -numpy.inf])
            pair[place] = numpy.logaddexp(pair[place], value)

        blank = len(row) - 1
        for path, (in_blank, in_label) in beams.items():
            total = numpy.logaddexp(in_blank, in_label)
            add(path, 0, total + row[blank])
            for label in range(blank):
                if path and path[-1] == label:
                    add(path, 1, in_label + row[label])
                    add((*path, label), 1, in_blank + row[label])
                else:
                    add((*path, label), 1, total + row[label])
        best = sorted(following.items(), key=lambda item: -numpy.logaddexp(*item[1]))
        beams = dict(best[:width])
    return [(list(path), numpy.logaddexp(*pair)) for path, pair in beams.items()]


@beam_search.spec
def _(scores, lengths, width, count, merges):
    if scores.dims is None:
        return scores.with_dtype(types.int64), scores
    batch, time = scores.dims[:2]
    return scores.with_dims((count, batch, time)).with_dtype(types.int64), scores.with_dims((batch, count))


no_gradient(beam_search)
