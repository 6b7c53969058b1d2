"""Candidate samplers: for losses over many classes, which look at some drawn classes beside the true ones.

Each returns the named tuple (sampled_candidates, true_expected_count, sampled_expected_count): int64 [num_sampled],
and float32 [batch, num_true] and [num_sampled], which say how often a class is expected among the candidates.
`true_classes` is int64 [batch, num_true]; `unique` has each candidate come once; `seed` is the op's own, see
`tf.random.set_seed`. All raise InvalidArgumentError for other shapes and dtypes, for classes that are not among the
`range_max`, and for more unique candidates than there are classes.
"""

import operator
from collections import namedtuple

import numpy as np

from tapeflow.core.dtypes import int64
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensors
from tapeflow.files.filesystem import path_text, system_errors
from tapeflow.ops import candidate_sampling, random_state

__all__ = [
    "all_candidate_sampler",
    "fixed_unigram_candidate_sampler",
    "learned_unigram_candidate_sampler",
    "log_uniform_candidate_sampler",
    "uniform_candidate_sampler",
]

_FIELDS = "sampled_candidates true_expected_count sampled_expected_count"
AllCandidateSampler = namedtuple("AllCandidateSampler", _FIELDS)
FixedUnigramCandidateSampler = namedtuple("FixedUnigramCandidateSampler", _FIELDS)
LearnedUnigramCandidateSampler = namedtuple("LearnedUnigramCandidateSampler", _FIELDS)
LogUniformCandidateSampler = namedtuple("LogUniformCandidateSampler", _FIELDS)
UniformCandidateSampler = namedtuple("UniformCandidateSampler", _FIELDS)


def _sampled(sampler, true_classes, num_true, num_sampled, unique, seed, **params):
    (true_classes,) = as_tensors([true_classes], int64)
    return sampler(
        true_classes,
        num_true=count(num_true, "num_true"),
        num_sampled=count(num_sampled, "num_sampled"),
        unique=bool(unique),
        seeds=random_state.operation_seeds(seed),
        **params,
    )


def count(number, name, least=1):
    """`number` as an int; TypeError if it is none, InvalidArgumentError below `least`."""
    try:
        number = operator.index(number)
    except TypeError:
        raise TypeError(f"Expected int for argument '{name}' not {number!r}.") from None
    if number < least:
        raise InvalidArgumentError(
            None, None, f"Value for attr '{name}' of {number} must be at least minimum {least}"
        )
    return number


def log_uniform_candidate_sampler(
    true_classes, num_true, num_sampled, unique, range_max, seed=None, name=None
):
    """Classes by Zipf's law: of `range_max` classes, class k comes with the probability
    log((k + 2) / (k + 1)) / log(range_max + 1). For words that are numbered by falling frequency.

    >>> tf.random.set_seed(1)
    >>> found = tf.random.log_uniform_candidate_sampler([[3]], 1, 4, unique=True, range_max=100, seed=5)
    >>> found.sampled_candidates.shape, found.true_expected_count.shape
    (TensorShape([4]), TensorShape([1, 1]))
    """
    return LogUniformCandidateSampler(
        *_sampled(
            candidate_sampling.log_uniform_candidate_sampler,
            true_classes,
            num_true,
            num_sampled,
            unique,
            seed,
            range_max=count(range_max, "range_max"),
        )
    )


def uniform_candidate_sampler(true_classes, num_true, num_sampled, unique, range_max, seed=None, name=None):
    """Classes of which all come alike.

    >>> found = tf.random.uniform_candidate_sampler([[3]], 1, num_sampled=5, unique=False, range_max=10)
    >>> found.true_expected_count.numpy()
    array([[0.5]], dtype=float32)
    """
    return UniformCandidateSampler(
        *_sampled(
            candidate_sampling.uniform_candidate_sampler,
            true_classes,
            num_true,
            num_sampled,
            unique,
            seed,
            range_max=count(range_max, "range_max"),
        )
    )


def learned_unigram_candidate_sampler(
    true_classes, num_true, num_sampled, unique, range_max, seed=None, name=None
):
    """Classes by how often they were true in the calls before with the same arguments and seeds; at first all alike.

    `set_seed` has the sampler forget what it has learned. InvalidArgumentError for 2**31 - 1 classes or more.

    >>> found = tf.random.learned_unigram_candidate_sampler([[3]], 1, num_sampled=5, unique=False, range_max=10)
    >>> found.true_expected_count.numpy()
    array([[0.5]], dtype=float32)
    """
    range_max = count(range_max, "range_max")
    if range_max >= 2**31 - 1:
        raise InvalidArgumentError(
            None, None, f"range_max must be less than {2**31 - 1} for unigram samplers, got {range_max}"
        )
    return LearnedUnigramCandidateSampler(
        *_sampled(
            candidate_sampling.learned_unigram_candidate_sampler,
            true_classes,
            num_true,
            num_sampled,
            unique,
            seed,
            range_max=range_max,
        )
    )


def fixed_unigram_candidate_sampler(
    true_classes,
    num_true,
    num_sampled,
    unique,
    range_max,
    vocab_file="",
    distortion=1.0,
    num_reserved_ids=0,
    num_shards=1,
    shard=0,
    unigrams=(),
    seed=None,
    name=None,
):
    """Classes by given weights: `unigrams`, or the last fields of the lines of `vocab_file`, comma-separated.

    The weights are raised to the power `distortion`. The first `num_reserved_ids` classes are never drawn and not in
    the list. Of several shards, `shard` draws from every `num_shards`-th class. Raises InvalidArgumentError unless one
    of the two is given, with a weight for each of the `range_max` classes; NotFoundError for a file that is not there.

    >>> found = tf.random.fixed_unigram_candidate_sampler(
    ...     [[2]], 1, num_sampled=4, unique=False, range_max=3, unigrams=[0.0, 3.0, 1.0]
    ... )
    >>> found.true_expected_count.numpy()
    array([[1.]], dtype=float32)
    """
    weights = _weights(
        path_text(vocab_file) if vocab_file else "",
        tuple(unigrams),
        float(distortion),
        num_reserved_ids,
        count(num_shards, "num_shards"),
        count(shard, "shard", 0),
    )
    range_max = count(range_max, "range_max")
    if len(weights) != range_max:
        raise InvalidArgumentError(
            None, None, f"range is {range_max} must be equal to weights size {len(weights)}"
        )
    return FixedUnigramCandidateSampler(
        *_sampled(
            candidate_sampling.fixed_unigram_candidate_sampler,
            true_classes,
            num_true,
            num_sampled,
            unique,
            seed,
            weights=weights,
        )
    )


def _weights(vocab_file, unigrams, distortion, num_reserved, num_shards, shard):
    """A tuple of the weights of the classes of one shard."""
    if not vocab_file and not unigrams:
        raise InvalidArgumentError(None, None, "Must provide either vocab_file or unigrams.")
    if vocab_file and unigrams:
        raise InvalidArgumentError(None, None, "Must only provide one of vocab_file and unigrams.")
    if vocab_file:
        unigrams = _last_fields(vocab_file)
    reserved = [0.0 for number in range(num_reserved) if number % num_shards == shard]
    # TensorFlow counts on from the reserved classes of its own shard.
    of_shard = [w for number, w in enumerate(unigrams, len(reserved)) if number % num_shards == shard]
    with np.errstate(all="ignore"):
        weights = np.power(np.array(of_shard, np.float32), np.float32(distortion))
    return (*reserved, *weights.tolist())


def _last_fields(path):
    with system_errors(path), open(path) as file:
        lines = file.read().splitlines()
    fields = []
    for line in lines:
        try:
            fields.append(float(line.rpartition(",")[2]))
        except ValueError:
            raise InvalidArgumentError(None, None, f"Wrong vocabulary format at line: {line}") from None
    return fields


def all_candidate_sampler(true_classes, num_true, num_sampled, unique, seed=None, name=None):
    """All of the `num_sampled` classes, each expected once: to compare the other samplers with.

    >>> tf.random.all_candidate_sampler([[2]], 1, num_sampled=3, unique=True).sampled_candidates.numpy()
    array([0, 1, 2])
    """
    random_state.operation_seeds(seed)  # which the ops that follow have theirs after
    (true_classes,) = as_tensors([true_classes], int64)
    return AllCandidateSampler(
        *candidate_sampling.all_candidate_sampler(
            true_classes,
            num_true=count(num_true, "num_true"),
            num_sampled=count(num_sampled, "num_sampled"),
        )
    )
