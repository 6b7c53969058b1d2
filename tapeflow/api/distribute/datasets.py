"""Data sets for several replicas: each element, a batch for all of them, is cut into a part for each."""

from tapeflow.api.distribute.values import PerReplica, PerReplicaSpec
from tapeflow.core import nest
from tapeflow.core.errors import OutOfRangeError
from tapeflow.core.spec import CompositeTensor, TensorSpec
from tapeflow.data import in_traces
from tapeflow.data.optional import Optional
from tapeflow.data.specs import ElementsSpec
from tapeflow.function.streams import Readable, Source

__all__ = ["DistributedDataset", "DistributedIterator"]


class DistributedDataset(Source):
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
        return DistributedIterator(iter(self._dataset), self.element_spec, self._num_replicas)

    def _begin_in_trace(self):
        return _Cutting(in_traces.begin(self._dataset), self._num_replicas)


class _IteratorSpec(ElementsSpec):
    """The description of a DistributedIterator. iterator_spec: that of the iterator over whole batches."""

    def __init__(self, element_spec, iterator_spec, num_replicas):
        super().__init__(element_spec)
        self._iterator_spec, self._num_replicas = iterator_spec, num_replicas

    def _serialize(self):
        return self._element_spec, self._iterator_spec, self._num_replicas

    @property
    def value_type(self):
        """The class of what this describes."""
        return DistributedIterator

    @property
    def _component_specs(self):
        return self._iterator_spec

    def _from_components(self, components):
        return DistributedIterator(components, self._element_spec, self._num_replicas)


class DistributedIterator(Readable, CompositeTensor):
    """An iterator over a DistributedDataset."""

    can_be_read = False  # but by a program

    def __init__(self, iterator, element_spec, num_replicas):
        self._iterator = iterator
        self._num_replicas = num_replicas
        self._element_spec = element_spec

    @property
    def element_spec(self):
        """The nest of PerReplicaSpecs of the elements."""
        return self._element_spec

    def __iter__(self):
        return self

    def __next__(self):
        return _cut(next(self._iterator), self._num_replicas)

    def get_next(self):
        """The next element; OutOfRangeError if there is none."""
        try:
            return self.__next__()
        except StopIteration:
            raise OutOfRangeError(None, None, "End of sequence [Op:IteratorGetNext]") from None

    def get_next_as_optional(self):
        """The next element as an Optional, empty if there is none."""
        found = self._iterator.get_next_as_optional()
        value = None if found._value is None else _cut(found._value, self._num_replicas)
        return Optional(value, self._element_spec, found._present)

    def _begin_in_trace(self):
        return _Cutting(self._iterator._begin_in_trace(), self._num_replicas)

    @property
    def _type_spec(self):
        return _IteratorSpec(self._element_spec, self._iterator._type_spec, self._num_replicas)

    def _to_components(self):
        return self._iterator


class _Cutting:
    """What a traced loop takes elements from, which are cut."""

    def __init__(self, source, num_replicas):
        self._source, self._num_replicas = source, num_replicas
        self.has_next = source.has_next

    def get_next(self):
        """The next element."""
        return _cut(self._source.get_next(), self._num_replicas)


def _cut(element, num_replicas):
    """The element with a PerReplica in the place of each tensor."""

    def cut(tensor):
        if not getattr(tensor, "dims", ()):
            return PerReplica([tensor] * num_replicas)
        size = -(-tensor.dims[0] // num_replicas)
        return PerReplica([tensor[k * size : (k + 1) * size] for k in range(num_replicas)])

    return nest.map_structure(cut, element)
