"""Distributions drawn from Philox streams, as NumPy arrays: what each kernel of `ops/random.py` computes.

Every function takes the stream as (key, counter) and gives TensorFlow's own numbers on a CPU: the same
words of the stream, spent in the same order, by the same formulas.
"""

import math

import numpy as np

from tapeflow.ops import philox, single_precision

_TWO_PI = 2.0 * np.pi
# Zero cannot go through the logarithm of Box and Muller's method.
_SMALLEST_UNIFORM = 1.0e-7
# Words of the stream that belong to one output of the truncated normal distribution.
_RESERVED_WORDS = 256
_TRUNCATION = 2.0


def float_from_words(words):
    """float32 in [0, 1) from the low 23 bits of each uint32."""
    return ((words & np.uint32(0x7FFFFF)) | np.uint32(0x3F800000)).view(np.float32) - np.float32(1.0)


def double_from_words(words):
    """float64 in [0, 1) from each pair of uint32: 20 bits of the first word above 32 of the second."""
    pairs = words.reshape(words.shape[:-1] + (-1, 2)).astype(np.uint64)
    bits = (pairs[..., 0] & np.uint64(0xFFFFF)) << np.uint64(32) | pairs[..., 1] | np.uint64(1023 << 52)
    return bits.view(np.float64) - 1.0


def uniform(key, counter, size, dtype):
    """[size] numbers in [0, 1) of a float dtype."""
    if dtype == np.float64:
        return double_from_words(philox.stream(key, counter, 2 * size))
    words = philox.stream(key, counter, size)
    if dtype == np.float32:
        return float_from_words(words)
    # Short floats take their mantissa straight from the low bits: rounding could reach 1.0.
    mantissa_bits = 10 if dtype == np.float16 else 7
    scale = np.float32(2.0**-mantissa_bits)
    return ((words & np.uint32((1 << mantissa_bits) - 1)) * scale).astype(dtype)


def uniform_full_int(key, counter, size, dtype):
    """[size] integers over the whole range of a 32- or 64-bit dtype."""
    if dtype.itemsize == 4:
        return philox.stream(key, counter, size).view(dtype)
    pairs = philox.stream(key, counter, 2 * size).astype(np.uint64).reshape(-1, 2)
    return (pairs[:, 0] | pairs[:, 1] << np.uint64(32)).view(dtype)


def uniform_int(key, counter, size, low, high, dtype):
    """[size] integers in [low, high): the remainder of full-range ones, a little biased as in TensorFlow."""
    unsigned = np.dtype(f"uint{8 * dtype.itemsize}")
    span = unsigned.type(int(high) - int(low))
    draws = uniform_full_int(key, counter, size, unsigned) % span
    return (draws + unsigned.type(int(low) % 2 ** (8 * dtype.itemsize))).view(dtype)


def box_muller(words):
    """Pairs of normal numbers: uint32 [..., 4] gives float32 [..., 4]."""
    uniforms = float_from_words(words)
    radius_uniform = np.maximum(uniforms[..., 0::2], np.float32(_SMALLEST_UNIFORM))
    angle = (_TWO_PI * uniforms[..., 1::2].astype(np.float64)).astype(np.float32)
    radius = np.sqrt(np.float32(-2.0) * single_precision.log(radius_uniform))
    sine, cosine = single_precision.sin_cos(angle)
    out = np.empty(words.shape, np.float32)
    out[..., 0::2] = sine * radius
    out[..., 1::2] = cosine * radius
    return out


def box_muller_double(words):
    """Pairs of normal numbers: uint32 [..., 4] gives float64 [..., 2]."""
    uniforms = double_from_words(words)
    radius = np.sqrt(-2.0 * np.log(np.maximum(uniforms[..., 0::2], _SMALLEST_UNIFORM)))
    angle = _TWO_PI * uniforms[..., 1::2]
    return np.concatenate([np.sin(angle) * radius, np.cos(angle) * radius], axis=-1)


def _normals_of(words, dtype):
    return box_muller_double(words) if dtype == np.float64 else box_muller(words)


def normal(key, counter, size, dtype):
    """[size] standard normal numbers of a float dtype."""
    per_block = 2 if dtype == np.float64 else 4
    num_blocks = -(-size // per_block)
    words = philox.blocks(key, counter, np.arange(num_blocks, dtype=np.uint64))
    return _normals_of(words, dtype).reshape(-1)[:size].astype(dtype, copy=False)


def truncated_normal(key, counter, size, dtype):
    """[size] standard normal numbers, those beyond two standard deviations drawn again."""
    per_group = 2 if dtype == np.float64 else 4
    num_groups = -(-size // per_group)
    out = np.empty((num_groups, per_group), np.float64 if dtype == np.float64 else np.float32)
    filled = np.zeros(num_groups, np.intp)
    pending = np.arange(num_groups)
    starts = pending.astype(np.uint64) * np.uint64(per_group * _RESERVED_WORDS // 4)
    block = 0
    while pending.size:
        candidates = _normals_of(philox.blocks(key, counter, starts[pending] + np.uint64(block)), dtype)
        for column in candidates.T:
            accepted = (np.abs(column) < _TRUNCATION) & (filled[pending] < per_group)
            rows = pending[accepted]
            out[rows, filled[rows]] = column[accepted]
            filled[rows] += 1
        pending = pending[filled[pending] < per_group]
        block += 1
    return out.reshape(-1)[:size].astype(dtype, copy=False)


def categorical(key, counter, logits, num_samples, dtype):
    """[batch, num_samples] classes drawn by the weights exp(logits[b]); logits that are not finite weigh
    nothing.

    The rows take their numbers from the stream one after another, as TensorFlow does on one thread.
    """
    wide = logits.astype(np.float64)
    finite = np.isfinite(wide)
    highest = np.max(wide, axis=1, where=finite, initial=-np.inf, keepdims=True)
    weights = np.exp(np.where(finite, wide - highest, -np.inf))
    cumulative = np.cumsum(weights, axis=1)
    draws = double_from_words(philox.stream(key, counter, 2 * len(logits) * num_samples))
    out = np.empty((len(logits), num_samples), dtype)
    for row, (bounds, numbers) in enumerate(zip(cumulative, draws.reshape(-1, num_samples), strict=True)):
        out[row] = np.searchsorted(bounds, numbers * bounds[-1], side="right")
    return out


def permutation(key, counter, size):
    """A random order of `size` things, as an index array: Fisher and Yates' swaps from the front.

    Swap t exchanges what stands at t and at partners[t] >= t, so what comes to stand at a place before its turn was
    brought by the last earlier swap with that place as its partner. Those are found for all places at once.
    """
    places = np.arange(size)
    partners = places.copy()
    partners[:-1] += (philox.stream(key, counter, max(size - 1, 0)) % (size - places[:-1])).astype(np.intp)
    bits = size.bit_length()
    by_partner = np.sort(partners << bits | places) & (1 << bits) - 1  # far quicker than a stable argsort
    is_next = partners[by_partner[1:]] == partners[by_partner[:-1]]
    earlier = np.full(size, -1)  # the last swap before this one with the same partner
    earlier[by_partner[1:][is_next]] = by_partner[:-1][is_next]
    brought_by = (
        places.copy()
    )  # the last swap with this place as its partner, before its turn; itself if there is none
    brought_by[partners] = places
    own_turn = partners == places
    brought_by[own_turn] = np.where(earlier[own_turn] < 0, places[own_turn], earlier[own_turn])
    while (
        True
    ):  # what a swap brings was itself brought to where it stood, and so on: twice as far back each time
        further = brought_by[brought_by]
        if np.array_equal(further, brought_by):
            break
        brought_by = further
    return np.where(earlier < 0, partners, brought_by[earlier])


_FEISTEL_CONSTANT = 0xFFFFFFFC
_FEISTEL_SEQUENCE = 0x7369F885192C0EF5
_SMALLEST_BLOCK_BITS = 16


def shuffled_index(index, key, largest, rounds):
    """Where a permutation of 0..largest, chosen by the three words of `key`, sends each index.

    A Simon block cipher (Beaulieu et al., "The SIMON and SPECK families of lightweight block ciphers", 2013)
    with a block just wide enough for `largest`, applied again until the result is in range (Black and
    Rogaway's cycle walking, "Ciphers with arbitrary finite domains", 2002).
    """
    if largest == 0:
        return 0
    bits = math.ceil(math.log2(largest))
    width = max(bits + bits % 2, _SMALLEST_BLOCK_BITS) // 2
    mask = (1 << width) - 1

    def rotate_left(value, shift):
        return (value << shift | value >> (width - shift)) & mask

    def mix(value):
        return rotate_left(value, 1) & rotate_left(value, 8) ^ rotate_left(value, 2)

    round_keys = [int(word) & mask for word in key]
    for number in range(rounds - 3):
        last = round_keys[-1]
        word = _FEISTEL_CONSTANT & mask ^ (_FEISTEL_SEQUENCE & mask) >> number & 1 ^ round_keys[-3]
        round_keys.append(word ^ rotate_left(last, width - 3) ^ rotate_left(last, width - 4))
    while True:
        left, right = index >> width & mask, index & mask
        for even, odd in zip(round_keys[0:rounds:2], round_keys[1:rounds:2], strict=True):
            left ^= mix(right) ^ even
            right ^= mix(left) ^ odd
        index = left << width | right
        if index <= largest:
            return index
