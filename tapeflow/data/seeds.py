"""Random numbers of pipelines: Philox streams, read word by word, as TensorFlow's data sets read them."""

import os

import numpy

from tapeflow.data import draws
from tapeflow.ops import philox, random_state

_CHUNK = 1024


def random_words(seed, seed2):
    """A generator of the 32-bit words, as ints, of the stream with these seeds."""
    for words in word_chunks(seed, seed2):
        yield from words.tolist()


def word_chunks(seed, seed2, size=_CHUNK):
    """A generator of uint32 arrays of `size` words each (a multiple of 4), one part of the stream after the other."""
    key, counter = _beginning(seed, seed2)
    while True:
        yield philox.stream(key, counter, size)
        counter = philox.skip(counter, size // 4)


def _beginning(seed, seed2):
    """(key, counter) where the stream with these seeds begins."""
    return seed & philox.KEY_MASK, (seed2 & philox.KEY_MASK) << 64


class Seeds:
    """The two seeds of each round through a data set that draws random numbers.

    seed: the user's, or None for seeds that nobody can foresee. changes: whether each round gets others.
    """

    def __init__(self, seed, changes):
        seeds = random_state.operation_seeds(None if seed is None else int(seed))
        self.is_chosen = seeds != (None, None)
        if not self.is_chosen:
            seeds = numpy.frombuffer(os.urandom(16), numpy.uint64)
        self._first, self._changes, self._round = [int(each) for each in seeds], bool(changes), 0

    def following(self):
        """(seed, seed2) of the next round."""
        # Whoever follows another iterator's draws goes on from there.
        *self._first, self._round = draws.drawn(lambda: [*self._first, self._round + self._changes])
        if not self._round:
            return tuple(self._first)
        key, counter = _beginning(*self._first)
        block, place = divmod(2 * (self._round - 1), 4)
        words = philox.stream(key, philox.skip(counter, block), 4)[place : place + 2]
        return tuple(words.tolist())
