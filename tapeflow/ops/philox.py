"""The Philox-4x32-10 counter generator: (key, counter) in, 128 random bits out, nothing remembered.

Salmon, Moraes, Dror, Shaw: "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011. A key is one 64-bit
number, a counter one 128-bit number; both travel as Python integers. A *block* is the four 32-bit words
that one counter value gives; blocks are numbered by their distance from the stream's counter.
"""

import numpy as np

KEY_MASK = 2**64 - 1
COUNTER_MASK = 2**128 - 1

_FIRST_MULTIPLIER, _SECOND_MULTIPLIER = 0xD2511F53, 0xCD9E8D57
_KEY_STEPS = (0x9E3779B9, 0xBB67AE85)
_ROUNDS = 10
_WORD = 0xFFFFFFFF
_LOW, _HALF = np.uint64(_WORD), np.uint64(32)
_MULTIPLIERS = np.array([[_FIRST_MULTIPLIER], [_SECOND_MULTIPLIER]], np.uint64)
_KEY_SCHEDULE = np.outer(np.arange(_ROUNDS, dtype=np.uint64), np.array(_KEY_STEPS, np.uint64))
# Philox is a chain of elementwise passes: a few thousand blocks at a time stay in the first caches. No power of
# two, or the rows of the work arrays would fight for the same cache lines (three times slower).
_CHUNK = 8000
# Up to this many blocks, Python's integers are faster than NumPy's arrays.
_FEW = 3

# The fixed key under which a two-number seed is mixed into a (key, counter) pair.
_SCRAMBLE_KEY = 0x02461E293EC8F720


def encrypt(key, low, high):
    """Four uint32 words for each counter `high * 2**64 + low`: uint64 arrays [n] in, uint32 [n, 4] out."""
    if low.size <= _FEW:
        counters = zip(low.tolist(), high.tolist(), strict=True)
        return np.array([_encrypt_one(key, *counter) for counter in counters], np.uint32).reshape(-1, 4)
    out = np.empty((low.size, 4), np.uint32)
    round_keys = _KEY_SCHEDULE + np.array([key & _WORD, key >> 32], np.uint64) & _LOW
    for start in range(0, low.size, _CHUNK):
        part = slice(start, start + _CHUNK)
        _encrypt_chunk(round_keys[:, :, None], low[part], high[part], out[part])
    return out


def _encrypt_chunk(round_keys, low, high, out):
    counter = np.stack([low, high])
    # The words that a round multiplies, and those that it only mixes in.
    multiplied, mixed = counter & _LOW, counter >> _HALF
    product = np.empty_like(counter)
    for round_key in round_keys:
        np.multiply(multiplied, _MULTIPLIERS, out=product)
        swapped = product[::-1]
        np.right_shift(swapped, _HALF, out=multiplied)
        np.bitwise_xor(multiplied, mixed, out=multiplied)
        np.bitwise_xor(multiplied, round_key, out=multiplied)
        np.bitwise_and(swapped, _LOW, out=mixed)
    out[:, 0::2], out[:, 1::2] = multiplied.T, mixed.T


def _encrypt_one(key, low, high):
    key_low, key_high = key & _WORD, key >> 32
    first, second, third, fourth = low & _WORD, low >> 32, high & _WORD, high >> 32
    for _ in range(_ROUNDS):
        product, other = first * _FIRST_MULTIPLIER, third * _SECOND_MULTIPLIER
        first, second = other >> 32 ^ second ^ key_low, other & _WORD
        third, fourth = product >> 32 ^ fourth ^ key_high, product & _WORD
        key_low = key_low + _KEY_STEPS[0] & _WORD
        key_high = key_high + _KEY_STEPS[1] & _WORD
    return first, second, third, fourth


def blocks(key, counter, indices):
    """The blocks with the given distances from `counter`: uint64 array [n] in, uint32 [n, 4] out."""
    low = indices + np.uint64(counter & KEY_MASK)
    carry = low < indices
    high = carry + np.uint64(counter >> 64 & KEY_MASK)
    return encrypt(key, low, high)


def stream(key, counter, num_words):
    """The first `num_words` uint32 words from `counter` on."""
    num_blocks = -(-num_words // 4)
    return blocks(key, counter, np.arange(num_blocks, dtype=np.uint64)).reshape(-1)[:num_words]


def scramble(seed):
    """(key, counter) for a seed of two integers, mixed so that neither half needs to be strong."""
    low, high = (int(value) & KEY_MASK for value in seed)
    first, second, third, fourth = _encrypt_one(_SCRAMBLE_KEY, low, high)
    return first | second << 32, (third | fourth << 32) << 64


def skip(counter, num_blocks):
    """The counter `num_blocks` blocks further on, around the end of its 128 bits."""
    return (counter + num_blocks) & COUNTER_MASK
