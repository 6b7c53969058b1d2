"""Resampling by rejection: elements are dropped at random until their classes are distributed as wanted.

With r[c] = target[c] / initial[c], an element of class c is accepted with probability (r[c] - m) / (max(r) - m), where
m = min(r) is the share of elements that are taken as they come: as few as possible are dropped that way.
"""

import itertools

import numpy

from tapeflow.core.dtypes import float32
from tapeflow.core.eager import wrap
from tapeflow.core.operands import as_tensor
from tapeflow.core.spec import TensorSpec
from tapeflow.data.cardinality import INFINITE_CARDINALITY, UNKNOWN_CARDINALITY
from tapeflow.data.dataset import DatasetV2
from tapeflow.data.mapping import ElementFunction
from tapeflow.data.mixing import sampled
from tapeflow.data.transformations import FromOne
from tapeflow.ops.casting import cast
from tapeflow.ops.random import random_uniform
from tapeflow.ops.random_state import operation_seeds

_BATCH = 32  # elements between two estimates of the distribution
_SMOOTHING = 10  # elements of each class that are taken for seen at the beginning


def resampled(source, class_function, target, initial, seed):
    """See `tf.data.Dataset.rejection_resample`."""
    target = cast(as_tensor(target), float32)._array
    classified = ClassifiedDataset(source, class_function)
    if initial is None:
        shares = EstimatedShares(classified, target)
    else:
        initial = cast(as_tensor(initial), float32)._array
        with numpy.errstate(divide="ignore", invalid="ignore"):
            kept = numpy.min(target / initial)
        if kept == 1:
            return classified
        shares = FixedShares(_shares(initial, target))
    accepted = AcceptedDataset(classified, shares, seed)
    if initial is not None and kept == 0:
        return accepted
    return sampled([classified, accepted], OriginalShare(shares), seed, True, None)


def _shares(initial, target):
    """(the probability of each class to be accepted, the share that is taken as it comes)."""
    ratio = target / (initial + numpy.finfo(numpy.float32).tiny)
    least = numpy.min(ratio)
    with numpy.errstate(invalid="ignore", divide="ignore"):
        return (ratio - least) / (numpy.max(ratio) - least), least


class ClassifiedDataset(FromOne):
    """Pairs of the class of an element and the element."""

    def __init__(self, source, class_function):
        self._class = ElementFunction(class_function, source.element_spec)
        spec = self._class.output_spec
        super().__init__(source, (TensorSpec([], "int32") if spec is None else spec, source.element_spec))

    def _elements(self):
        for element in self._source._elements():
            yield self._class(element), element

    def _places(self):
        return None


class FixedShares(DatasetV2):
    """The same shares again and again."""

    def __init__(self, shares):
        self._shares = shares
        super().__init__(None, INFINITE_CARDINALITY)

    def _elements(self):
        return itertools.repeat(self._shares)


class EstimatedShares(DatasetV2):
    """For each element the shares by the classes seen up to its batch."""

    def __init__(self, classified, target):
        self._classified, self._target = classified, target
        super().__init__(None, UNKNOWN_CARDINALITY)

    def _elements(self):
        elements = self._classified._elements()
        seen = numpy.full(len(self._target), _SMOOTHING, numpy.int64)
        while batch := list(itertools.islice(elements, _BATCH)):
            classes = [int(each) for each, _ in batch]
            seen += numpy.bincount(classes, minlength=len(seen))[: len(seen)]
            initial = (seen / seen.sum()).astype(numpy.float32)
            yield from itertools.repeat(_shares(initial, self._target), _BATCH)


class OriginalShare(DatasetV2):
    """The two shares, of elements as they come and of accepted ones, as weights."""

    def __init__(self, shares):
        self._shares = shares
        super().__init__(TensorSpec([1, 2], float32), shares._size)

    def _elements(self):
        for _, share in self._shares._elements():
            yield wrap(numpy.array([[share, numpy.float32(1) - share]], numpy.float32), float32)


class AcceptedDataset(FromOne):
    """Pairs of a class and an element, of each class as many as its share says."""

    def __init__(self, classified, shares, seed):
        self._shares, self._random = shares, operation_seeds(seed)
        super().__init__(classified, size=UNKNOWN_CARDINALITY)

    def _elements(self):
        pairs = zip(self._shares._elements(), self._source._elements(), strict=False)
        for (accepted, _), (kind, element) in pairs:
            draw = random_uniform(dims=(), dtype=float32, seeds=self._random)
            if draw._array < accepted[int(kind)]:
                yield kind, element

    def _places(self):
        return None
