"""64-bit fingerprints of byte strings: FarmHash's Fingerprint64, SipHash-2-4 and MurmurHash64A, in plain
integers.

Farm: the published algorithm of github.com/google/farmhash (`farmhashna::Hash64`). Sip: Aumasson and
Bernstein, "SipHash: a fast short-input PRF" (2012). Murmur: Appleby's 64-bit variant A.
"""

_MASK = 2**64 - 1
_K0 = 0xC3A5C85C97CB3127
_K1 = 0xB492B66FBE98F273
_K2 = 0x9AE16A3B2F90404F


def _word(data, start):
    return int.from_bytes(data[start : start + 8], "little")


def _half_word(data, start):
    return int.from_bytes(data[start : start + 4], "little")


def _rotate_right(value, shift):
    return (value >> shift | value << (64 - shift)) & _MASK


def _rotate_left(value, shift):
    return (value << shift | value >> (64 - shift)) & _MASK


def _shift_mix(value):
    return value ^ value >> 47


def _hash_pair(first, second, multiplier):
    a = (first ^ second) * multiplier & _MASK
    b = (second ^ _shift_mix(a)) * multiplier & _MASK
    return _shift_mix(b) * multiplier & _MASK


def _farm_up_to_16(data):
    length = len(data)
    if length >= 8:
        multiplier = (_K2 + length * 2) & _MASK
        a = (_word(data, 0) + _K2) & _MASK
        b = _word(data, length - 8)
        c = (_rotate_right(b, 37) * multiplier + a) & _MASK
        d = (_rotate_right(a, 25) + b) * multiplier & _MASK
        return _hash_pair(c, d, multiplier)
    if length >= 4:
        multiplier = (_K2 + length * 2) & _MASK
        first = (length + (_half_word(data, 0) << 3)) & _MASK
        return _hash_pair(first, _half_word(data, length - 4), multiplier)
    if length > 0:
        y = data[0] + (data[length >> 1] << 8)
        z = length + (data[length - 1] << 2)
        return _shift_mix((y * _K2 & _MASK) ^ (z * _K0 & _MASK)) * _K2 & _MASK
    return _K2


def _farm_up_to_32(data):
    length = len(data)
    multiplier = (_K2 + length * 2) & _MASK
    a = _word(data, 0) * _K1 & _MASK
    b = _word(data, 8)
    c = _word(data, length - 8) * multiplier & _MASK
    d = _word(data, length - 16) * _K2 & _MASK
    first = (_rotate_right((a + b) & _MASK, 43) + _rotate_right(c, 30) + d) & _MASK
    return _hash_pair(first, (a + _rotate_right((b + _K2) & _MASK, 18) + c) & _MASK, multiplier)


def _farm_up_to_64(data):
    length = len(data)
    multiplier = (_K2 + length * 2) & _MASK
    a = _word(data, 0) * _K2 & _MASK
    b = _word(data, 8)
    c = _word(data, length - 8) * multiplier & _MASK
    d = _word(data, length - 16) * _K2 & _MASK
    y = (_rotate_right((a + b) & _MASK, 43) + _rotate_right(c, 30) + d) & _MASK
    z = _hash_pair(y, (a + _rotate_right((b + _K2) & _MASK, 18) + c) & _MASK, multiplier)
    e = _word(data, 16) * multiplier & _MASK
    f = _word(data, 24)
    g = (y + _word(data, length - 32)) * multiplier & _MASK
    h = (z + _word(data, length - 24)) * multiplier & _MASK
    first = (_rotate_right((e + f) & _MASK, 43) + _rotate_right(g, 30) + h) & _MASK
    return _hash_pair(first, (e + _rotate_right((f + a) & _MASK, 18) + g) & _MASK, multiplier)


def _farm_weak_pair(data, start, a, b):
    """Two hashes of the 32 bytes from `start`, seeded with a and b."""
    w, x, y, z = (_word(data, start + offset) for offset in (0, 8, 16, 24))
    a = (a + w) & _MASK
    b = _rotate_right((b + a + z) & _MASK, 21)
    c = a
    a = (a + x + y) & _MASK
    b = (b + _rotate_right(a, 44)) & _MASK
    return (a + z) & _MASK, (b + c) & _MASK


def farm_fingerprint(data):
    """FarmHash's Fingerprint64 of a bytes object, as an integer below 2**64."""
    length = len(data)
    if length <= 16:
        return _farm_up_to_16(data)
    if length <= 32:
        return _farm_up_to_32(data)
    if length <= 64:
        return _farm_up_to_64(data)
    return _farm_long(data)


def _farm_long(data):
    length = len(data)
    seed = 81
    x = seed
    y = (seed * _K1 + 113) & _MASK
    z = _shift_mix((y * _K2 + 113) & _MASK) * _K2 & _MASK
    v, w = (0, 0), (0, 0)
    x = (x * _K2 + _word(data, 0)) & _MASK
    end = (length - 1) // 64 * 64
    last = end + ((length - 1) & 63) - 63
    for start in range(0, end, 64):
        x = _rotate_right((x + y + v[0] + _word(data, start + 8)) & _MASK, 37) * _K1 & _MASK
        y = _rotate_right((y + v[1] + _word(data, start + 48)) & _MASK, 42) * _K1 & _MASK
        x ^= w[1]
        y = (y + v[0] + _word(data, start + 40)) & _MASK
        z = _rotate_right((z + w[0]) & _MASK, 33) * _K1 & _MASK
        v = _farm_weak_pair(data, start, v[1] * _K1 & _MASK, (x + w[0]) & _MASK)
        w = _farm_weak_pair(data, start + 32, (z + w[1]) & _MASK, (y + _word(data, start + 16)) & _MASK)
        z, x = x, z
    # The last 64 bytes, which overlap what was read already.
    multiplier = (_K1 + ((z & 0xFF) << 1)) & _MASK
    w = ((w[0] + ((length - 1) & 63)) & _MASK, w[1])
    v = ((v[0] + w[0]) & _MASK, v[1])
    w = ((w[0] + v[0]) & _MASK, w[1])
    x = _rotate_right((x + y + v[0] + _word(data, last + 8)) & _MASK, 37) * multiplier & _MASK
    y = _rotate_right((y + v[1] + _word(data, last + 48)) & _MASK, 42) * multiplier & _MASK
    x ^= w[1] * 9 & _MASK
    y = (y + v[0] * 9 + _word(data, last + 40)) & _MASK
    z = _rotate_right((z + w[0]) & _MASK, 33) * multiplier & _MASK
    v = _farm_weak_pair(data, last, v[1] * multiplier & _MASK, (x + w[0]) & _MASK)
    w = _farm_weak_pair(data, last + 32, (z + w[1]) & _MASK, (y + _word(data, last + 16)) & _MASK)
    z, x = x, z
    first = (_hash_pair(v[0], w[0], multiplier) + _shift_mix(y) * _K0 + z) & _MASK
    return _hash_pair(first, (_hash_pair(v[1], w[1], multiplier) + x) & _MASK, multiplier)


def sip_hash(data, key):
    """SipHash-2-4 of a bytes object under a key of two integers below 2**64."""
    state = [
        key[0] ^ 0x736F6D6570736575,
        key[1] ^ 0x646F72616E646F6D,
        key[0] ^ 0x6C7967656E657261,
        key[1] ^ 0x7465646279746573,
    ]
    padding = bytes(7 - len(data) % 8) + bytes([len(data) & 0xFF])
    padded = data + padding
    for start in range(0, len(padded), 8):
        word = _word(padded, start)
        state[3] ^= word
        _sip_round(state)
        _sip_round(state)
        state[0] ^= word
    state[2] ^= 0xFF
    for _ in range(4):
        _sip_round(state)
    return state[0] ^ state[1] ^ state[2] ^ state[3]


def _sip_round(state):
    a, b, c, d = state
    a = (a + b) & _MASK
    b = _rotate_left(b, 13) ^ a
    a = _rotate_left(a, 32)
    c = (c + d) & _MASK
    d = _rotate_left(d, 16) ^ c
    a = (a + d) & _MASK
    d = _rotate_left(d, 21) ^ a
    c = (c + b) & _MASK
    b = _rotate_left(b, 17) ^ c
    c = _rotate_left(c, 32)
    state[:] = a, b, c, d


_MURMUR = 0xC6A4A7935BD1E995
_MURMUR_SEED = 0xDECAFCAFFE


def murmur_hash(data):
    """MurmurHash64A of a bytes object with the seed that TensorFlow fixes."""
    value = _MURMUR_SEED ^ (len(data) * _MURMUR & _MASK)
    whole = len(data) // 8 * 8
    for start in range(0, whole, 8):
        word = _word(data, start) * _MURMUR & _MASK
        word = (word ^ word >> 47) * _MURMUR & _MASK
        value = (value ^ word) * _MURMUR & _MASK
    if len(data) > whole:
        value = (value ^ int.from_bytes(data[whole:], "little")) * _MURMUR & _MASK
    value = _shift_mix(value) * _MURMUR & _MASK
    return _shift_mix(value)
