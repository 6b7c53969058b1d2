"""The Philox-4x32-10 counter generator: (key, counter) in, 128 random bits out, nothing remembered.

Salmon, Moraes, Dror, Shaw: "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011. A key is one 64-bit
number, a counter one 128-bit number; both travel as Python integers. A *block* is the four 32-bit words
that one counter value gives; blocks are numbered by their distance from the stream's counter.
"""

import numpy as np

KEY_MASK = 2**64 - 1
COUNTER_MASK = 2**128 - 1

_MULTIPLIERS = (np.uint64(0xD2511F53), np.uint64(0xCD9E8D57))
_KEY_STEPS = (0x9E3779B9, 0xBB67AE85)
_ROUNDS = 10
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
# Philox is a chain of elementwise passes: a few thousand blocks at a time stay in the first caches.
_CHUNK = 4096

# The fixed key under which a two-number seed is mixed into a (key, counter) pair.
_SCRAMBLE_KEY = 0x02461E293EC8F720


def encrypt(key, low, high):
    """Four uint32 words for each counter `high * 2**64 + low`: uint64 arrays [n] in, uint32 [n, 4] out."""
    out = np.empty((low.size, 4), np.uint32)
    for start in range(0, low.size, _CHUNK):
        part = slice(start, start + _CHUNK)
        _encrypt_chunk(key, low[part], high[part], out[part])
    return out


def _encrypt_chunk(key, low, high, out):
    key_low, key_high = key & 0xFFFFFFFF, key >> 32
    first, second = low & _LOW, low >> _HALF
    third, fourth = high & _LOW, high >> _HALF
    for _ in range(_ROUNDS):
        product, other = first * _MULTIPLIERS[0], third * _MULTIPLIERS[1]
        first = (other >> _HALF) ^ second ^ np.uint64(key_low)
        third = (product >> _HALF) ^ fourth ^ np.uint64(key_high)
        second, fourth = other & _LOW, product & _LOW
        key_low = (key_low + _KEY_STEPS[0]) & 0xFFFFFFFF
        key_high = (key_high + _KEY_STEPS[1]) & 0xFFFFFFFF
    out[:, 0], out[:, 1], out[:, 2], out[:, 3] = first, second, third, fourth


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
    first, second = (int(value) & KEY_MASK for value in seed)
    words = stream(_SCRAMBLE_KEY, first | second << 64, 4).astype(object)
    return int(words[0] | words[1] << 32), int(words[2] | words[3] << 32) << 64


def skip(counter, num_blocks):
    """The counter `num_blocks` blocks further on, around the end of its 128 bits."""
    return (counter + num_blocks) & COUNTER_MASK
