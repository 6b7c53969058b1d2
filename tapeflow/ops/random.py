"""Random ops. The stateless ones are functions of a stream, given as key and counter; the others read on in a
stream that their seeds name (`ops/random_state.py`), and so must run in order.
"""

import math

import numpy

from tapeflow.core.dtypes import (
    FLOATS,
    INTEGERS,
    float16,
    float32,
    float64,
    int32,
    int64,
    uint64,
)
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.op import elementwise, no_gradient, op
from tapeflow.core.spec import TensorSpec, spec_of
from tapeflow.ops import distributions, philox, random_state, rejection
from tapeflow.ops.broadcasting import sum_to

# TensorFlow sets this much of a stream aside for each output, whatever the distribution needs.
_BLOCKS_PER_OUTPUT = 256
_SAMPLED_FLOATS = frozenset((float16, float32, float64))


def _invalid(message):
    return InvalidArgumentError(None, None, message)


def _stream(key, counter):
    """The stream that a uint64 key [1] and counter [2] name, as Python integers."""
    return int(key[0]), int(counter[0]) | int(counter[1]) << 64


@op("StatelessRandomGetKeyCounter", accepts=frozenset((int32, int64)))
def stateless_random_get_key_counter(xp, seed):
    """The key (uint64 [1]) and counter (uint64 [2]) of the stream that a seed of two integers names."""
    if seed.shape != (2,):
        raise _invalid(f"seed must have shape [2], not {list(seed.shape)}")
    key, counter = philox.scramble(seed)
    return numpy.array([key], numpy.uint64), numpy.array(
        [counter & philox.KEY_MASK, counter >> 64], numpy.uint64
    )


stateless_random_get_key_counter.spec(lambda seed: (TensorSpec([1], uint64), TensorSpec([2], uint64)))


@op("RngReadAndSkip", accepts=frozenset((int64,)), carries=2)
def rng_read_and_skip(xp, state, *, num_outputs):
    """The key and counter of a generator's state (int64 [3]: counter, key), and its state `num_outputs`
    outputs on.
    """
    counter = int(state[0]) & philox.KEY_MASK | (int(state[1]) & philox.KEY_MASK) << 64
    # TensorFlow multiplies in 64 bits, also negative numbers of outputs.
    moved = philox.skip(counter, num_outputs * _BLOCKS_PER_OUTPUT & philox.KEY_MASK)
    words = numpy.array([moved & philox.KEY_MASK, moved >> 64], numpy.uint64).view(numpy.int64)
    return state[2:].view(numpy.uint64), state[:2].view(numpy.uint64), numpy.append(words, state[2:])


rng_read_and_skip.spec(
    lambda state, num_outputs: (TensorSpec([1], uint64), TensorSpec([2], uint64), TensorSpec([3], int64))
)


def _sampled_spec(*specs, dims, dtype, **params):
    return spec_of(dims, dtype)


def _fill(sample, key, counter, dims, dtype, *arguments):
    """An array of `dims` filled by one of the functions of `ops/distributions.py`."""
    return sample(key, counter, math.prod(dims), *arguments, dtype.array_dtype).reshape(dims)[()]


def _checked_bounds(minval, maxval):
    for name, bound in (("minval", minval), ("maxval", maxval)):
        if numpy.ndim(bound):
            raise _invalid(f"{name} must be 0-D, got shape {list(bound.shape)}")
    if minval >= maxval:
        raise _invalid(f"Need minval < maxval, got {minval} >= {maxval}")
    return minval, maxval


@op("StatelessRandomUniformV2")
def stateless_random_uniform(xp, key, counter, *, dims, dtype):
    """Floating-point numbers in [0, 1)."""
    return _fill(distributions.uniform, *_stream(key, counter), dims, dtype)


@op("StatelessRandomUniformFullIntV2")
def stateless_random_uniform_full_int(xp, key, counter, *, dims, dtype):
    """Integers over the whole range of a 32- or 64-bit dtype."""
    return _fill(distributions.uniform_full_int, *_stream(key, counter), dims, dtype)


@op("StatelessRandomUniformIntV2")
def stateless_random_uniform_int(xp, key, counter, minval, maxval, *, dims, dtype):
    """Integers in [minval, maxval)."""
    if not math.prod(dims):
        return numpy.empty(dims, dtype.array_dtype)
    bounds = _checked_bounds(minval, maxval)
    return _fill(distributions.uniform_int, *_stream(key, counter), dims, dtype, *bounds)


@op("StatelessRandomNormalV2")
def stateless_random_normal(xp, key, counter, *, dims, dtype):
    """Standard normal numbers."""
    return _fill(distributions.normal, *_stream(key, counter), dims, dtype)


@op("StatelessTruncatedNormalV2")
def stateless_truncated_normal(xp, key, counter, *, dims, dtype):
    """Standard normal numbers within two standard deviations."""
    return _fill(distributions.truncated_normal, *_stream(key, counter), dims, dtype)


def _samples_of(dims, inner):
    """How many samples each parameter gets when an output of `dims` ends with the parameters' shape."""
    if len(inner) > len(dims) or tuple(dims[len(dims) - len(inner) :]) != tuple(inner):
        raise _invalid(
            f"Shape passed in must end with broadcasted shape. Got shape {list(dims)} for parameters of "
            f"shape {list(inner)}."
        )
    return math.prod(dims[: len(dims) - len(inner)])


@op("StatelessRandomGammaV3", accepts=_SAMPLED_FLOATS, result="same")
def stateless_random_gamma(xp, alpha, key, counter, *, dims):
    """Numbers of Gamma(alpha, 1); `dims` ends with the shape of alpha."""
    num_samples = _samples_of(dims, alpha.shape)
    return rejection.gamma(*_stream(key, counter), num_samples, alpha, alpha.dtype).reshape(dims)[()]


@op("StatelessRandomPoisson", accepts=frozenset((float16, float32, float64, int32, int64)))
def stateless_random_poisson(xp, rate, key, counter, *, dims, dtype):
    """Numbers of Poisson(rate); `dims` ends with the shape of rate."""
    num_samples = _samples_of(dims, rate.shape)
    return rejection.poisson(*_stream(key, counter), num_samples, rate, dtype.array_dtype).reshape(dims)[()]


@op("StatelessRandomBinomial", accepts=_SAMPLED_FLOATS)
def stateless_random_binomial(xp, counts, probs, key, counter, *, dims, dtype):
    """Numbers of Binomial(counts, probs); `dims` ends with the shape that the two broadcast to."""
    try:
        counts, probs = numpy.broadcast_arrays(counts, probs)
    except ValueError:
        raise _invalid(
            "counts and probs must have compatible batch dimensions: "
            f"{list(counts.shape)} vs. {list(probs.shape)}"
        ) from None
    num_samples = _samples_of(dims, counts.shape)
    sample = rejection.binomial(*_stream(key, counter), num_samples, counts, probs, dtype.array_dtype)
    return sample.reshape(dims)[()]


def _checked_logits(logits, num_samples):
    if logits.ndim != 2:
        raise _invalid(f"logits should be a matrix, got shape {list(logits.shape)}")
    if not logits.shape[1]:
        raise _invalid("num_classes should be positive, got 0")
    if num_samples < 0:
        raise _invalid(f"num_samples should be non-negative, got {num_samples}")
    return logits


def _categorical_spec(logits, *streams, num_samples, dtype, **params):
    return TensorSpec([None if logits.dims is None else logits.dims[0], num_samples], dtype)


@op("StatelessMultinomial", accepts=FLOATS)
def stateless_multinomial(xp, logits, key, counter, *, num_samples, dtype):
    """[batch, num_samples] classes drawn with the unnormalized log-probabilities logits [batch, classes]."""
    logits = _checked_logits(logits, num_samples)
    return distributions.categorical(*_stream(key, counter), logits, num_samples, dtype.array_dtype)


@op("StatelessShuffle", result="same")
def stateless_shuffle(xp, value, key, counter):
    """value in a random order of its first axis."""
    return _shuffled(xp, value, *_stream(key, counter))


def _shuffled(xp, value, key, counter):
    if not value.ndim or value.shape[0] <= 1:
        return value
    return xp.take(value, distributions.permutation(key, counter, value.shape[0]), axis=0)


@op("RandomIndexShuffle", accepts=INTEGERS, result="same")
def random_index_shuffle(xp, index, seed, max_index, *, rounds):
    """Where a permutation of 0..max_index, chosen by the seed ([3] or [n, 3]), sends each index."""
    if index.ndim > 1 or max_index.ndim > 1:
        raise _invalid(
            f"Index must be a scalar or vector, got shapes {list(index.shape)} and {list(max_index.shape)}."
        )
    batch = numpy.broadcast_shapes(index.shape, max_index.shape, seed.shape[:-1])
    if numpy.any(index < 0):
        raise _invalid(f"index must be >= 0 but was {numpy.min(index)}")
    if numpy.any(index > max_index):
        raise _invalid(f"max_index must be >= index, but {numpy.min(max_index)} < {numpy.max(index)}")
    indices, largest = (numpy.broadcast_to(each, batch).reshape(-1).tolist() for each in (index, max_index))
    seeds = numpy.broadcast_to(seed, (*batch, 3)).reshape(-1, 3).tolist()
    moved = [
        distributions.shuffled_index(one, key, bound, rounds)
        for one, key, bound in zip(indices, seeds, largest, strict=True)
    ]
    return numpy.array(moved, index.dtype).reshape(batch)[()]


random_index_shuffle.spec(lambda index, seed, max_index, rounds: index)

for _each in (
    stateless_random_uniform,
    stateless_random_uniform_full_int,
    stateless_random_uniform_int,
    stateless_random_normal,
    stateless_truncated_normal,
    stateless_random_poisson,
    stateless_random_binomial,
):
    _each.spec(_sampled_spec)
stateless_random_gamma.spec(lambda alpha, key, counter, dims: spec_of(dims, alpha.dtype))
stateless_multinomial.spec(_categorical_spec)
stateless_shuffle.spec(lambda value, key, counter: value)


# The ops with seeds.


def _reserve(name, seeds, num_outputs, *dtypes):
    return random_state.reserve((name, *dtypes), *seeds, num_outputs * _BLOCKS_PER_OUTPUT)


@op("RandomUniform", stateful=True)
def random_uniform(xp, *, dims, dtype, seeds):
    """Floating-point numbers in [0, 1). `seeds` is the pair that `random_state.operation_seeds` gives."""
    return _fill(
        distributions.uniform, *_reserve("RandomUniform", seeds, math.prod(dims), dtype), dims, dtype
    )


@op("RandomUniformInt", stateful=True)
def random_uniform_int(xp, minval, maxval, *, dims, dtype, seeds):
    """Integers in [minval, maxval)."""
    bounds = _checked_bounds(minval, maxval)
    stream = _reserve("RandomUniformInt", seeds, math.prod(dims), dtype)
    return _fill(distributions.uniform_int, *stream, dims, dtype, *bounds)


@op("RandomStandardNormal", stateful=True)
def random_standard_normal(xp, *, dims, dtype, seeds):
    """Standard normal numbers."""
    stream = _reserve("RandomStandardNormal", seeds, math.prod(dims), dtype)
    return _fill(distributions.normal, *stream, dims, dtype)


@op("TruncatedNormal", stateful=True)
def truncated_normal(xp, *, dims, dtype, seeds):
    """Standard normal numbers within two standard deviations."""
    stream = _reserve("TruncatedNormal", seeds, math.prod(dims), dtype)
    return _fill(distributions.truncated_normal, *stream, dims, dtype)


@op("RandomGamma", accepts=_SAMPLED_FLOATS, result="same", stateful=True)
def random_gamma(xp, alpha, *, dims, seeds):
    """Numbers of Gamma(alpha, 1): `dims` samples for each element of alpha, whose shape follows `dims`."""
    num_samples = math.prod(dims)
    stream = _reserve("RandomGamma", seeds, num_samples * alpha.size, alpha.dtype)
    return rejection.gamma(*stream, num_samples, alpha, alpha.dtype).reshape(*dims, *alpha.shape)[()]


random_gamma.spec(lambda alpha, dims, seeds: spec_of((*dims, *alpha.dims), alpha.dtype))


@op("RandomPoissonV2", accepts=frozenset((float16, float32, float64, int32, int64)), stateful=True)
def random_poisson(xp, rate, *, dims, dtype, seeds):
    """Numbers of Poisson(rate): `dims` samples for each element of rate, whose shape follows `dims`."""
    num_samples = math.prod(dims)
    stream = _reserve("RandomPoissonV2", seeds, num_samples * rate.size, rate.dtype, dtype)
    return rejection.poisson(*stream, num_samples, rate, dtype.array_dtype).reshape(*dims, *rate.shape)[()]


random_poisson.spec(lambda rate, dims, dtype, seeds: spec_of((*dims, *rate.dims), dtype))


@op("Multinomial", accepts=FLOATS, stateful=True)
def multinomial(xp, logits, *, num_samples, dtype, seeds):
    """[batch, num_samples] classes drawn with the unnormalized log-probabilities logits [batch, classes]."""
    logits = _checked_logits(logits, num_samples)
    reserved = 2 * (-(-num_samples // 4) * 4) * len(logits)
    stream = _reserve("Multinomial", seeds, reserved, logits.dtype, dtype)
    return distributions.categorical(*stream, logits, num_samples, dtype.array_dtype)


@op("RandomShuffle", result="same", stateful=True)
def random_shuffle(xp, value, *, seeds):
    """value in a random order of its first axis."""
    num_swaps = value.shape[0] - 1 if value.ndim else 0
    if num_swaps <= 0:
        return value
    stream = random_state.reserve(("RandomShuffle", value.dtype), *seeds, -(-num_swaps // 4))
    return _shuffled(xp, value, *stream)


for _each in (random_uniform, random_uniform_int, random_standard_normal, truncated_normal):
    _each.spec(_sampled_spec)
multinomial.spec(_categorical_spec)
random_shuffle.spec(lambda value, seeds: value)

no_gradient(
    rng_read_and_skip,
    stateless_random_get_key_counter,
    stateless_random_uniform,
    stateless_random_uniform_full_int,
    stateless_random_uniform_int,
    stateless_random_normal,
    stateless_truncated_normal,
    stateless_random_poisson,
    stateless_random_binomial,
    stateless_multinomial,
    stateless_shuffle,
    random_index_shuffle,
    random_uniform,
    random_uniform_int,
    random_standard_normal,
    truncated_normal,
    random_poisson,
    multinomial,
    random_shuffle,
)


@elementwise("RandomGammaGrad", accepts=frozenset((float32, float64)))
def random_gamma_grad(xp, alpha, sample):
    """Derivative of a gamma-distributed sample by alpha, at a fixed value of its distribution function."""
    from tapeflow.ops.gamma_derivative import sample_derivative

    return sample_derivative(alpha, sample)


random_gamma.grad(alpha=lambda g, y, alpha: _gamma_cotangent(g, y, alpha))
stateless_random_gamma.grad(alpha=lambda g, y, alpha: _gamma_cotangent(g, y, alpha), key=None, counter=None)


def _gamma_cotangent(g, sample, alpha):
    return sum_to(g * random_gamma_grad(alpha, sample), alpha.dims)
