"""Candidate samplers: classes drawn to stand against the true ones, and how often each class is expected among them.

Bengio and Senécal, "Quick training of probabilistic neural nets by importance sampling", AISTATS 2003; Jean et al.,
"On using very large target vocabulary for neural machine translation", ACL 2015. The streams are TensorFlow's, the
distributions stand in `ops/class_distributions.py`.
"""

import numpy

from tapeflow.core.dtypes import float32, int32, int64
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.op import no_gradient, op
from tapeflow.core.spec import TensorSpec
from tapeflow.ops import class_distributions as distributions
from tapeflow.ops import philox, random_state

_CLASSES = frozenset((int64,))
# What TensorFlow sets aside of a stream for each candidate, however often it must draw.
_BLOCKS_PER_CANDIDATE = 512


def _invalid(message):
    return InvalidArgumentError(None, None, message)


def _words(key, counter, count):
    """The 32-bit words of a stream one after another, at first `count` blocks at a time, then ever more."""
    start = 0
    while True:
        indices = numpy.arange(start, start + count, dtype=numpy.uint64)
        yield from philox.blocks(key, counter, indices).reshape(-1).tolist()
        start += count
        count = min(2 * count, 4096)


def _check(true_classes, num_true, num_sampled, unique, num_classes):
    if true_classes.ndim != 2:
        raise _invalid(f"true_classes must be a matrix, got shape {list(true_classes.shape)}")
    if true_classes.shape[1] != num_true:
        raise _invalid(
            f"true_classes must have num_true columns, expected: {num_true} was: {true_classes.shape[1]}"
        )
    if unique and num_sampled > num_classes:
        raise _invalid(
            f"Sampler's range is too small: {num_sampled} unique candidates of {num_classes} classes."
        )
    wrong = true_classes[(true_classes < 0) | (true_classes >= num_classes)]
    if wrong.size:
        raise _invalid(f"`true_candidate` out of range [0, {num_classes}), received {wrong[0]}")


def _sampled(name, true_classes, distribution, num_true, num_sampled, unique, seeds, *rest):
    """The candidates, and the expected counts of the true classes and of the candidates."""
    _check(true_classes, num_true, num_sampled, unique, distribution.num_classes)
    identity = name, num_true, num_sampled, unique, *rest
    stream = random_state.reserve(identity, *seeds, num_sampled * _BLOCKS_PER_CANDIDATE)
    words = _words(*stream, -(-num_sampled // 2))
    draw = distribution.drawing()
    tries = num_sampled
    if unique:
        found = {}  # in the order in which they come
        tries = 0
        while len(found) < num_sampled:
            found[draw(words)] = None
            tries += 1
    else:
        found = [draw(words) for _ in range(num_sampled)]
    candidates = numpy.array(list(found), numpy.int64)
    counts = [
        _expected(distribution.probability(each), num_sampled, tries) for each in (true_classes, candidates)
    ]
    return candidates, *counts


def _expected(probability, num_sampled, tries):
    """How often a class of some probability is expected among the candidates; what it took stands for what it takes."""
    if tries == num_sampled:
        return probability * numpy.float32(num_sampled)
    return -numpy.expm1(numpy.float32(tries) * numpy.log1p(-probability))


@op("LogUniformCandidateSampler", accepts=_CLASSES, stateful=True)
def log_uniform_candidate_sampler(xp, true_classes, *, num_true, num_sampled, unique, range_max, seeds):
    """Classes by Zipf's law: the first ones are the frequent ones."""
    return _sampled(
        "LogUniform",
        true_classes,
        distributions.LogUniform(range_max),
        num_true,
        num_sampled,
        unique,
        seeds,
        range_max,
    )


@op("UniformCandidateSampler", accepts=_CLASSES, stateful=True)
def uniform_candidate_sampler(xp, true_classes, *, num_true, num_sampled, unique, range_max, seeds):
    """Classes that are all alike."""
    return _sampled(
        "Uniform",
        true_classes,
        distributions.Uniform(range_max),
        num_true,
        num_sampled,
        unique,
        seeds,
        range_max,
    )


@op("LearnedUnigramCandidateSampler", accepts=_CLASSES, stateful=True)
def learned_unigram_candidate_sampler(xp, true_classes, *, num_true, num_sampled, unique, range_max, seeds):
    """Classes by how often they have been among the true ones of the calls before."""
    identity = "LearnedUnigram", num_true, num_sampled, unique, range_max
    learned = random_state.remembered(identity, *seeds, lambda: distributions.LearnedUnigram(range_max))
    result = _sampled(
        "LearnedUnigram", true_classes, learned, num_true, num_sampled, unique, seeds, range_max
    )
    learned.learn(true_classes.reshape(-1))
    return result


@op("FixedUnigramCandidateSampler", accepts=_CLASSES, stateful=True)
def fixed_unigram_candidate_sampler(xp, true_classes, *, num_true, num_sampled, unique, weights, seeds):
    """Classes by given weights, of which there is one for each."""
    return _sampled(
        "FixedUnigram",
        true_classes,
        distributions.fixed_unigram(weights),
        num_true,
        num_sampled,
        unique,
        seeds,
        weights,
    )


@op("AllCandidateSampler", accepts=_CLASSES)
def all_candidate_sampler(xp, true_classes, *, num_true, num_sampled):
    """All classes, each of them once."""
    _check(true_classes, num_true, num_sampled, True, num_sampled)
    ones = numpy.ones(num_sampled, numpy.float32)
    return numpy.arange(num_sampled), numpy.ones(true_classes.shape, numpy.float32), ones


def _sampler_spec(true_classes, num_true, num_sampled, **params):
    dims = true_classes.dims
    if dims is not None and len(dims) != 2:
        raise _invalid(f"true_classes must be a matrix, got shape {true_classes.shape}")
    return (
        TensorSpec([num_sampled], int64),
        TensorSpec([None if dims is None else dims[0], num_true], float32),
        TensorSpec([num_sampled], float32),
    )


for _each in (
    log_uniform_candidate_sampler,
    uniform_candidate_sampler,
    learned_unigram_candidate_sampler,
    fixed_unigram_candidate_sampler,
    all_candidate_sampler,
):
    _each.spec(_sampler_spec)


# Candidates that happen to be true.


def _hits(true_classes, candidates, num_true):
    """(row of the true class, place of the candidate) of each hit; of equal candidates the last is hit."""
    if true_classes.ndim != 2 or true_classes.shape[1] != num_true:
        raise _invalid(
            f"true_candidates must be a batch_size * num_true matrix, got shape {list(true_classes.shape)} "
            f"for num_true={num_true}"
        )
    if candidates.ndim != 1:
        raise _invalid(
            "sampled_candidates must be a vector, which is typically an output from CandidateSampler, got "
            f"shape {list(candidates.shape)}"
        )
    if not candidates.size:
        return numpy.zeros(0, numpy.intp), numpy.zeros(0, numpy.intp)
    order = numpy.argsort(candidates, kind="stable")
    among = candidates[order]
    last = numpy.searchsorted(among, true_classes, "right") - 1
    rows, columns = numpy.nonzero((last >= 0) & (among[last] == true_classes))
    return rows, order[last[rows, columns]]


@op("ComputeAccidentalHits", accepts=_CLASSES, uniform=True)
def compute_accidental_hits(xp, true_classes, candidates, *, num_true):
    """Where candidates are true classes: rows of the batch, places among the candidates, and the least float32s."""
    rows, places = _hits(true_classes, candidates, num_true)
    weights = numpy.full(len(rows), -numpy.finfo(numpy.float32).max, numpy.float32)
    return rows.astype(numpy.int32), places.astype(numpy.int64), weights


@op("AccidentalHitPenalties", accepts=_CLASSES, uniform=True)
def accidental_hit_penalties(xp, true_classes, candidates, *, num_true):
    """[batch, candidates] float32 to be added to logits: the least number at the hits, else 0."""
    hits = _hits(true_classes, candidates, num_true)
    result = numpy.zeros((len(true_classes), len(candidates)), numpy.float32)
    result[hits] = -numpy.finfo(numpy.float32).max
    return result


def _check_ranks(true_classes, candidates):
    for name, spec, rank in (("true_classes", true_classes, 2), ("sampled_candidates", candidates, 1)):
        if spec.dims is not None and len(spec.dims) != rank:
            raise _invalid(f"{name} must have rank {rank}, got shape {spec.shape}")


@compute_accidental_hits.spec
def _(true_classes, candidates, num_true):
    _check_ranks(true_classes, candidates)
    return TensorSpec([None], int32), TensorSpec([None], int64), TensorSpec([None], float32)


@accidental_hit_penalties.spec
def _(true_classes, candidates, num_true):
    _check_ranks(true_classes, candidates)
    sizes = [None if each.dims is None else each.dims[0] for each in (true_classes, candidates)]
    return TensorSpec(sizes, float32)


no_gradient(
    log_uniform_candidate_sampler,
    uniform_candidate_sampler,
    learned_unigram_candidate_sampler,
    fixed_unigram_candidate_sampler,
    all_candidate_sampler,
    compute_accidental_hits,
    accidental_hit_penalties,
)
