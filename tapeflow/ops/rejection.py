"""Samplers that try until they accept: gamma, Poisson and binomial numbers from Philox streams.

Each output owns a reserved stretch of the stream, so that none depends on how long another one took. Here
every output is a *lane*; each round tries once in all lanes that are still pending.
"""

import math

import numpy as np

from tapeflow.ops import philox
from tapeflow.ops.distributions import box_muller_double, double_from_words

# Blocks of the stream that belong to one output.
RESERVED_BLOCKS = 256
# A binomial number by inversion needs at most about ten draws, and 42 in ten standard deviations.
_RESERVED_BLOCKS_OF_INVERSION = 42


class Draws:
    """Uniform and normal float64 numbers for many lanes at once, each lane with its own place in the stream.

    A block gives two numbers, the later one first; each kind has its own buffer, both fed by one counter.
    """

    def __init__(self, key, counter, starts):
        self._key, self._counter = key, counter
        self._next_block = starts.astype(np.uint64)
        self._buffers = {}

    def _draw(self, kind, from_words, lanes):
        if kind not in self._buffers:
            lane_count = self._next_block.size
            self._buffers[kind] = (np.empty((lane_count, 2)), np.zeros(lane_count, np.intp))
        values, remaining = self._buffers[kind]
        empty = lanes[remaining[lanes] == 0]
        if empty.size:
            values[empty] = from_words(philox.blocks(self._key, self._counter, self._next_block[empty]))
            self._next_block[empty] += np.uint64(1)
            remaining[empty] = 2
        remaining[lanes] -= 1
        return values[lanes, remaining[lanes]]

    def uniform(self, lanes):
        """One number in [0, 1) for each of the lanes (an index array)."""
        return self._draw("uniform", double_from_words, lanes)

    def normal(self, lanes):
        """One standard normal number for each of the lanes (an index array)."""
        return self._draw("normal", box_muller_double, lanes)


def _lanes_of(parameters, num_samples):
    """Parameters of each lane: all samples of the first parameter, then all of the second one."""
    return [
        np.repeat(np.asarray(values).reshape(-1).astype(np.float64), num_samples) for values in parameters
    ]


def _samples_first(out, num_samples, dtype):
    """[lanes] to [num_samples, num_parameters]."""
    if dtype == np.float16:
        out = out.astype(np.float32)  # TensorFlow rounds twice here
    return out.reshape(-1, num_samples).T.astype(dtype)


def gamma(key, counter, num_samples, alpha, dtype):
    """[num_samples, alpha.size] numbers of Gamma(alpha, 1).

    Marsaglia and Tsang, "A simple method for generating gamma variables", TOMS 26 (2000).
    """
    (alpha,) = _lanes_of([alpha], num_samples)
    starts = np.arange(alpha.size) * RESERVED_BLOCKS
    draws = Draws(key, counter, starts)
    out = np.empty(alpha.size)
    exponential = np.flatnonzero(alpha == 1.0)
    out[exponential] = -np.log1p(-draws.uniform(exponential))
    below_one = alpha < 1.0
    shifted = alpha + np.where(below_one, 2.0 / 3.0, -1.0 / 3.0)
    with np.errstate(invalid="ignore"):
        scale = 1.0 / 3.0 / np.sqrt(shifted)
    pending = np.flatnonzero((alpha != 1.0) & (shifted > 0))
    out[~(shifted > 0)] = np.nan
    while pending.size:
        x = draws.normal(pending)
        root = 1.0 + scale[pending] * x
        positive = root > 0.0
        lanes, x = pending[positive], x[positive]
        root = root[positive]
        cube = root * root * root
        u = draws.uniform(lanes)
        d = shifted[lanes]
        accepted = u < 1.0 - 0.0331 * (x * x) * (x * x)
        with np.errstate(divide="ignore"):
            accepted |= np.log(u) < 0.5 * x * x + d * (1.0 - cube + np.log(cube))
        done = lanes[accepted]
        out[done] = d[accepted] * cube[accepted]
        small = done[below_one[done]]
        out[small] *= np.power(draws.uniform(small), 1.0 / alpha[small])
        pending = np.setdiff1d(pending, done, assume_unique=True)
    return _samples_first(out, num_samples, dtype)


def poisson(key, counter, num_samples, rate, dtype):
    """[num_samples, rate.size] numbers of Poisson(rate): Knuth's product of uniforms below a rate of 10, else
    Hoermann's transformed rejection (PTRS; Insurance: Mathematics and Economics 12, 1993)."""
    (rate,) = _lanes_of([rate], num_samples)
    draws = Draws(key, counter, np.arange(rate.size) * RESERVED_BLOCKS)
    out = np.empty(rate.size)
    invalid = ~(np.isfinite(rate) & (rate >= 0))
    out[invalid] = np.nan
    _poisson_by_product(draws, rate, np.flatnonzero(~invalid & (rate < 10.0)), out)
    _poisson_by_rejection(draws, rate, np.flatnonzero(~invalid & (rate >= 10.0)), out)
    return _samples_first(out, num_samples, dtype)


def _poisson_by_product(draws, rate, pending, out):
    bound = np.exp(-rate)
    product = np.ones(rate.size)
    count = 0
    while pending.size:
        product[pending] *= draws.uniform(pending)
        finished = product[pending] <= bound[pending]
        out[pending[finished]] = count
        pending = pending[~finished]
        count += 1


_log_gamma = np.vectorize(math.lgamma, otypes=[np.float64])


def _poisson_by_rejection(draws, rate, pending, out):
    while pending.size:
        mean = rate[pending]
        b = 0.931 + 2.53 * np.sqrt(mean)
        a = -0.059 + 0.02483 * b
        u = draws.uniform(pending) - 0.5
        v = draws.uniform(pending)
        margin = 0.5 - np.abs(u)
        with np.errstate(divide="ignore", invalid="ignore"):
            k = np.floor((2.0 * a / margin + b) * u + mean + 0.43)
            accepted = (margin >= 0.07) & (v <= 0.9277 - 3.6224 / (b - 2.0))
            undecided = np.flatnonzero(~accepted & ~((k < 0) | ((margin < 0.013) & (v > margin))))
            inverse_alpha = 1.1239 + 1.1328 / (b - 3.4)
            left = np.log(v * inverse_alpha / (a / (margin * margin) + b))[undecided]
        number = k[undecided]
        if number.size:
            right = -mean[undecided] + number * np.log(mean[undecided]) - _log_gamma(number + 1.0)
            accepted[undecided] = left <= right
        out[pending[accepted]] = k[accepted]
        pending = pending[~accepted]


def binomial(key, counter, num_samples, counts, probabilities, dtype):
    """[num_samples, counts.size] numbers of Binomial(counts, probabilities); both parameters have one shape.

    Sums of geometric numbers where the mean is below 10, else Hoermann's BTRS ("The generation of binomial
    random variates", Journal of Statistical Computation and Simulation 46, 1993).
    """
    # Which half and which method is decided in the parameters' own dtype, as TensorFlow does.
    flipped = probabilities > probabilities.dtype.type(0.5)
    success = np.where(flipped, probabilities.dtype.type(1) - probabilities, probabilities)
    with np.errstate(invalid="ignore"):
        by_rejection = counts * success >= counts.dtype.type(10)
    count, prob, small = _lanes_of([counts, probabilities, success], num_samples)
    flipped = np.repeat(flipped.reshape(-1), num_samples)
    by_rejection = np.repeat(by_rejection.reshape(-1), num_samples)
    nothing = (count <= 0.0) | (prob <= 0.0)
    everything = ~nothing & (prob >= 1.0)
    # TensorFlow never comes back from counts that are not finite.
    undefined = ~nothing & (np.isnan(prob) | ~np.isfinite(count))
    everything &= ~undefined
    ordinary = ~(nothing | everything | undefined)
    out = np.zeros(count.size)
    out[everything] = count[everything]
    out[undefined] = np.nan
    stride = np.where(by_rejection, RESERVED_BLOCKS, _RESERVED_BLOCKS_OF_INVERSION)
    draws = Draws(key, counter, np.arange(count.size) * stride)
    _binomial_by_inversion(draws, count, small, np.flatnonzero(ordinary & ~by_rejection), out)
    _binomial_by_rejection(draws, count, small, np.flatnonzero(ordinary & by_rejection), out)
    mirrored = ordinary & flipped
    out[mirrored] = count[mirrored] - out[mirrored]
    with np.errstate(invalid="ignore"):
        return _samples_first(out, num_samples, dtype)


def _binomial_by_inversion(draws, count, prob, pending, out):
    total = np.zeros(count.size)
    successes = 0
    while pending.size:
        with np.errstate(divide="ignore"):
            total[pending] += np.ceil(np.log(draws.uniform(pending)) / np.log1p(-prob[pending]))
        finished = total[pending] > count[pending]
        out[pending[finished]] = successes
        pending = pending[~finished]
        successes += 1


def _stirling_tail(k):
    """log(k!) minus Stirling's approximation of it."""
    square = (k + 1.0) ** 2
    series = (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / square) / square) / (k + 1.0)
    return np.where(k <= 9, _STIRLING_TAILS[np.clip(k, 0, 9).astype(np.intp)], series)


_STIRLING_TAILS = np.array(
    [
        0.0810614667953272,
        0.0413406959554092,
        0.0276779256849983,
        0.02079067210376509,
        0.0166446911898211,
        0.0138761288230707,
        0.0118967099458917,
        0.0104112652619720,
        0.00925546218271273,
        0.00833056343336287,
    ]
)


def _binomial_by_rejection(draws, count, prob, pending, out):
    while pending.size:
        n, p = count[pending], prob[pending]
        spread = np.sqrt(n * p * (1 - p))
        b = 1.15 + 2.53 * spread
        a = -0.0873 + 0.0248 * b + 0.01 * p
        odds = p / (1 - p)
        mode = np.floor((n + 1) * p)
        u = draws.uniform(pending)
        v = draws.uniform(pending)
        u = u - 0.5
        margin = 0.5 - np.abs(u)
        with np.errstate(divide="ignore", invalid="ignore"):
            k = np.floor((2 * a / margin + b) * u + (n * p + 0.5))
            accepted = (margin >= 0.07) & (v <= 0.92 - 4.2 / b)
            possible = (k >= 0) & (k <= n)
            left = np.log(v * (2.83 + 5.1 / b) * spread / (a / (margin * margin) + b))
            k = np.where(possible, k, 0.0)
            right = (
                (mode + 0.5) * np.log((mode + 1) / (odds * (n - mode + 1)))
                + (n + 1) * np.log((n - mode + 1) / (n - k + 1))
                + (k + 0.5) * np.log(odds * (n - k + 1) / (k + 1))
                + _stirling_tail(mode)
                + _stirling_tail(n - mode)
                - _stirling_tail(k)
                - _stirling_tail(n - k)
            )
        accepted |= possible & (left <= right)
        out[pending[accepted]] = k[accepted]
        pending = pending[~accepted]
