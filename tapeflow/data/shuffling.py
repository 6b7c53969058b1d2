"""Shuffling: each element is drawn from a buffer of the next ones. For a seed, the order is TensorFlow's."""

import itertools

import numpy

from tapeflow.core.errors import InvalidArgumentError
from tapeflow.data.arguments import count_of
from tapeflow.data.cardinality import UNKNOWN_CARDINALITY
from tapeflow.data.seeds import Seeds, word_chunks
from tapeflow.data.transformations import OfPlaces


class ShuffleDataset(OfPlaces):
    """The elements in random order, each drawn from the next `buffer_size`."""

    def __init__(self, source, buffer_size, seed, reshuffle_each_iteration):
        super().__init__(source)
        self._buffer_size = count_of(buffer_size)
        if self._buffer_size < 1:
            if source._size < 0 or self._buffer_size != UNKNOWN_CARDINALITY:
                raise InvalidArgumentError(
                    None,
                    None,
                    f"buffer_size must be greater than zero, but got {buffer_size}. [Op:ShuffleDatasetV3]",
                )
            self._buffer_size = max(source._size, 1)
        self._seeds = Seeds(seed, reshuffle_each_iteration is None or bool(reshuffle_each_iteration))

    def _chosen(self, places):
        seeds = self._seeds.following()
        if 0 <= self._source._size <= self._buffer_size and not self._seeds.is_chosen:
            together = numpy.concatenate([*places, numpy.zeros(0, int)])
            yield numpy.random.default_rng(seeds).permutation(together)
            return
        drawn = self._drawn(itertools.chain.from_iterable(each.tolist() for each in places), seeds)
        while some := list(itertools.islice(drawn, 4096)):
            yield numpy.array(some, int)

    def _chosen_elements(self, elements):
        return self._drawn(elements, self._seeds.following())

    def _drawn(self, elements, seeds):
        """The elements in the order that Philox's words for the seeds say.

        The buffer is a ring. What is drawn leaves its place to the oldest element, and that one its to a new element.
        """
        size = self._buffer_size
        buffer = list(itertools.islice(elements, size))
        chunks = word_chunks(*seeds)
        words, first, position = next(chunks), 0, 0
        if len(buffer) == size:
            offsets = (words % size).tolist()
            for element in elements:
                if position == len(offsets):
                    words, position = next(chunks), 0
                    offsets = (words % size).tolist()
                place = (first + offsets[position]) % size
                chosen, buffer[place], buffer[first] = buffer[place], buffer[first], element
                yield chosen
                position += 1
                first = first + 1 if first + 1 < size else 0
        yield from _emptied(buffer[first:] + buffer[:first], itertools.chain([words[position:]], chunks))


def _emptied(buffer, chunks):
    """The elements of a buffer that nothing more comes into."""
    begun = 0
    while begun < len(buffer):
        words = next(chunks)[: len(buffer) - begun]
        left = numpy.arange(len(buffer) - begun, len(buffer) - begun - len(words), -1, dtype=numpy.int64)
        for offset in (words % left).tolist():
            place = begun + offset
            chosen, buffer[place] = buffer[place], buffer[begun]
            yield chosen
            begun += 1
