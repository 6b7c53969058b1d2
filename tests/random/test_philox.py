"""The Philox generator against the known answers that its authors publish (Random123, `kat_vectors`)."""

import numpy as np
import pytest

from tapeflow.ops import philox

KNOWN_ANSWERS = [
    ([0, 0, 0, 0], [0, 0], [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
    ([0xFFFFFFFF] * 4, [0xFFFFFFFF] * 2, [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
    (
        [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344],
        [0xA4093822, 0x299F31D0],
        [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1],
    ),
]


def integer(words):
    return sum(word << 32 * place for place, word in enumerate(words))


@pytest.mark.parametrize("counter, key, answer", KNOWN_ANSWERS)
def test_philox_gives_known_answers(counter, key, answer):
    assert philox.stream(integer(key), integer(counter), 4).tolist() == answer


def test_stream_carries_into_every_word_of_the_counter():
    before_the_end = 2**128 - 1
    assert philox.stream(0, before_the_end, 8)[4:].tolist() == KNOWN_ANSWERS[0][2]
    assert philox.skip(before_the_end, 1) == 0
    across_the_middle = philox.stream(7, 2**64 - 1, 8)[4:]
    assert across_the_middle.tolist() == philox.stream(7, 2**64, 4).tolist()


def test_long_streams_go_on_as_short_ones_do():
    long = philox.stream(9, 2**64 - 5, 64)
    short = [philox.stream(9, 2**64 - 5 + block, 4) for block in range(16)]
    np.testing.assert_array_equal(long, np.concatenate(short))


def test_stream_does_not_depend_on_its_chunks(monkeypatch):
    whole = philox.stream(3, 5, 1000)
    monkeypatch.setattr(philox, "_CHUNK", 7)
    np.testing.assert_array_equal(philox.stream(3, 5, 1000), whole)


def test_stream_of_no_words_is_empty():
    assert philox.stream(1, 2, 0).shape == (0,)
