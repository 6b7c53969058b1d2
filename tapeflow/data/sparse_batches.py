"""Consecutive tensors of several shapes as one sparse tensor."""

import itertools

import numpy

from tapeflow.core import spec_registry
from tapeflow.core.dtypes import int64
from tapeflow.core.eager import wrap
from tapeflow.core.errors import DataLossError, InvalidArgumentError
from tapeflow.core.shapes import as_shape
from tapeflow.core.spec import TensorSpec
from tapeflow.data import cardinality
from tapeflow.data.arguments import count_of
from tapeflow.data.transformations import FromOne


class SparseBatchDataset(FromOne):
    """Batches whose elements lie at the places that they have in their tensor, zeros among them."""

    _kind = "_DenseToSparseBatchDataset"

    def __init__(self, source, batch_size, row_shape):
        spec = source.element_spec
        if not isinstance(spec, TensorSpec):
            raise TypeError(
                "`dense_to_sparse_batch` requires an input dataset whose elements have a single component, but they "
                f"are {spec}."
            )
        self._batch_size = count_of(batch_size)
        if self._batch_size < 1:
            raise InvalidArgumentError(
                None, None, f"Batch size must be greater than zero, but got {batch_size}."
            )
        self._row_shape = as_shape(row_shape).as_list()
        self._spec = spec_registry.lookup("tf.SparseTensorSpec")([None, *self._row_shape], spec.dtype)
        super().__init__(
            source, self._spec, cardinality.batched(source._size, self._batch_size, drop_remainder=False)
        )

    def _elements(self):
        elements = self._source._elements()
        while batch := list(itertools.islice(elements, self._batch_size)):
            yield self._batch(batch)

    def _batch(self, tensors):
        for each in tensors:
            self._check(each.dims)
        places = [
            numpy.insert(numpy.indices(each.dims, numpy.int64).reshape(len(each.dims), -1).T, 0, row, axis=1)
            for row, each in enumerate(tensors)
        ]
        values = numpy.concatenate([numpy.asarray(each._array).reshape(-1) for each in tensors])
        sizes = [
            max([each.dims[axis] for each in tensors]) if size is None else size
            for axis, size in enumerate(self._row_shape)
        ]
        parts = [
            wrap(numpy.concatenate(places), int64),
            wrap(values, tensors[0]._dtype),
            wrap(numpy.array([len(tensors), *sizes], numpy.int64), int64),
        ]
        return self._spec._from_components(parts)

    def _check(self, dims):
        if len(dims) != len(self._row_shape):
            raise InvalidArgumentError(
                None,
                None,
                f"Input element had shape {list(dims)}, which is incompatible with the row_shape {self._row_shape}: "
                "the number of axes differs. [Op:IteratorGetNext]",
            )
        for size, most in zip(dims, self._row_shape, strict=True):
            if most is not None and size > most:
                raise DataLossError(
                    None,
                    None,
                    f"Input element had shape {list(dims)}, which is larger than the row_shape {self._row_shape}. "
                    "[Op:IteratorGetNext]",
                )

    def _places(self):
        return None
