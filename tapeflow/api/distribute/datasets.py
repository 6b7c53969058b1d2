"""Data sets for several replicas: each element, a batch for all of them, is cut into a part for each."""

from tapeflow.api.distribute.values import PerReplica, PerReplicaSpec
from tapeflow.core import nest
from tapeflow.core.errors import OutOfRangeError
from tapeflow.core.spec import TensorSpec
from tapeflow.data.optional import Optional
from tapeflow.function.streams import Stream

__all__ = ["DistributedDataset", "DistributedIterator"]


class DistributedDataset(Stream):
    """A data set of batches, cut into parts for several replicas. Its elements have a PerReplica for each tensor.

    The parts are of ceil(n / replicas) examples, the last ones of fewer or none if the batch does not suffice.
    """

    def __init__(self, dataset, num_replicas):
        self._dataset, self._num_replicas = dataset, num_replicas

    @property
    def element_spec(self):
        """The nest of PerReplicaSpecs of the elements."""
        return nest.map_structure(self._spec, self._dataset.element_spec)

    def _spec(self, spec):
        shape = spec.shape
        if shape.rank:
            known = shape[0]
            even = known is not None and known % self._num_replicas == 0
            shape = [known // self._num_replicas if even else None, *shape[1:]]
        return PerReplicaSpec(*[TensorSpec(shape, spec.dtype)] * self._num_replicas)

    def cardinality(self):
        """The number of elements, as that of the data set."""
        return self._dataset.cardinality()

    def __iter__(self):
        return DistributedIterator(self)


class DistributedIterator(Stream):
    """An iterator over a DistributedDataset."""

    def __init__(self, dataset):
        self._iterator = iter(dataset._dataset)
        self._num_replicas = dataset._num_replicas
        self._element_spec = dataset.element_spec

    @property
    def element_spec(self):
        """The nest of PerReplicaSpecs of the elements."""
        return self._element_spec

    def __iter__(self):
        return self

    def __next__(self):
        return nest.map_structure(self._cut, next(self._iterator))

    def _cut(self, tensor):
        if not getattr(tensor, "dims", ()):
            return PerReplica([tensor] * self._num_replicas)
        size = -(-tensor.dims[0] // self._num_replicas)
        return PerReplica([tensor[k * size : (k + 1) * size] for k in range(self._num_replicas)])

    def get_next(self):
        """The next element; OutOfRangeError if there is none."""
        try:
            return self.__next__()
        except StopIteration:
            raise OutOfRangeError(None, None, "End of sequence [Op:IteratorGetNext]") from None

    def get_next_as_optional(self):
        """The next element as an Optional, empty if there is none."""
        try:
            value = self.__next__()
        except StopIteration:
            return Optional.empty(self._element_spec)
        return Optional(value, self._element_spec, True)
