"""Distributions over classes, drawn from the words of a Philox stream, as TensorFlow's samplers draw from them.

Each has `num_classes`, `probability(classes)` in float32, and `drawing()`: a function that takes an iterator of 32-bit
words and gives a class.
"""

import functools
import math
import threading

import numpy as np

_MOST_WEIGHT = 2**31 - 1


def _double(words):
    """A float64 in [0, 1): 20 bits of the first word above 32 of the second."""
    high = next(words) & 0xFFFFF
    return (high << 32 | next(words)) * 2.0**-52


def _single(words):
    """A float in [0, 1) of 23 bits."""
    return (next(words) & 0x7FFFFF) * 2.0**-23


class LogUniform:
    """Class k has the probability log((k + 2) / (k + 1)) / log(classes + 1), which is Zipf's law, nearly."""

    def __init__(self, num_classes):
        self.num_classes = num_classes
        self._log_range = math.log1p(num_classes)

    def drawing(self):
        log_range, num_classes, exp = self._log_range, self.num_classes, math.exp
        return lambda words: (int(exp(_double(words) * log_range)) - 1) % num_classes

    def probability(self, classes):
        flat = [math.log((k + 2.0) / (k + 1.0)) / self._log_range for k in classes.reshape(-1).tolist()]
        return np.array(flat, np.float32).reshape(classes.shape)


class Uniform:
    """All classes have the same probability."""

    def __init__(self, num_classes):
        self.num_classes = num_classes

    def drawing(self):
        num_classes = self.num_classes
        return lambda words: (next(words) | next(words) << 32) % num_classes

    def probability(self, classes):
        return np.full(classes.shape, 1.0 / self.num_classes, np.float32)


class LearnedUnigram:
    """A class weighs one, and one more for each time that it has been learned."""

    def __init__(self, num_classes):
        self.num_classes = num_classes
        self._weights = np.ones(num_classes, np.int64)
        self._total = num_classes
        self._lock = threading.Lock()

    def drawing(self):
        bounds = np.cumsum(self._weights)
        total = int(bounds[-1])
        power_of_two = not total & (total - 1)
        rejected = (2**32 - 1) % total + 1  # what is left of 2**32 when it is shared out

        def draw(words):
            word = next(words)
            if power_of_two:
                return int(np.searchsorted(bounds, word & (total - 1), "right"))
            while word < rejected:
                word = next(words)
            return int(np.searchsorted(bounds, word % total, "right"))

        return draw

    def probability(self, classes):
        return self._weights[classes].astype(np.float32) / np.float32(self._total)

    def learn(self, classes):
        """Counts the classes, as long as their weights are within 32 bits."""
        with self._lock:
            classes = classes[: _MOST_WEIGHT - self._total]
            weights = self._weights.copy()  # whoever draws now goes on with what was known before
            np.add.at(weights, classes, 1)
            self._weights, self._total = weights, self._total + len(classes)


class FixedUnigram:
    """Classes by given float32 weights, drawn with a table of aliases.

    Vose, "A linear algorithm for generating random numbers with a given distribution", IEEE Transactions on Software
    Engineering 17 (1991).
    """

    def __init__(self, weights):
        self.num_classes = len(weights)
        self._weights = np.array(weights, np.float32)
        self._total = np.add.accumulate(self._weights)[-1]  # one after another, as TensorFlow rounds
        self._kept, self._alias = _alias_table(self._weights)

    def drawing(self):
        kept, alias, num_classes = self._kept, self._alias, self.num_classes

        def draw(words):
            height, column = _single(words), next(words) % num_classes
            return column if height < kept[column] else alias[column]

        return draw

    def probability(self, classes):
        return self._weights[classes] / self._total


def _alias_table(weights):
    """For each column the share that is its own, and the class that has the rest of it."""
    count = len(weights)
    # TensorFlow multiplies in float32, and adds and goes on in float64.
    total = np.add.accumulate(weights.astype(np.float64))[-1]
    shares = ((weights * np.float32(count)).astype(np.float64) / total).tolist()
    alias = list(range(count))
    low = [each for each in range(count) if shares[each] < 1.0]
    high = [each for each in range(count) if not shares[each] < 1.0]
    while high and low:
        poor, rich = low.pop(), high.pop()
        alias[poor] = rich
        shares[rich] -= 1.0 - shares[poor]
        (low if shares[rich] < 1.0 else high).append(rich)
    for each in (*high, *low):  # full, but for rounding
        shares[each] = 1.0
        alias[each] = each
    return np.array(shares, np.float32).tolist(), alias


@functools.lru_cache(maxsize=16)
def fixed_unigram(weights):
    """The distribution of a tuple of weights; its table is kept."""
    return FixedUnigram(weights)
