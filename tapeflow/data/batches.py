"""Data sets whose elements are batches of another one's, and the way back."""

import itertools

import numpy

from tapeflow.batching.encoders import encoded
from tapeflow.core import nest
from tapeflow.core.dtypes import as_dtype, string
from tapeflow.core.eager import wrap
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.core.shapes import as_shape
from tapeflow.core.spec import TensorSpec
from tapeflow.data import cardinality, structure
from tapeflow.data.arguments import count_of
from tapeflow.data.cardinality import INFINITE_CARDINALITY, UNKNOWN_CARDINALITY
from tapeflow.data.transformations import FromOne


class BatchDataset(FromOne):
    """Consecutive elements, stacked. Where elements are rows, a batch is one gather."""

    def __init__(self, source, batch_size, drop_remainder):
        self._batch_size, self._drop_remainder = count_of(batch_size), bool(drop_remainder)
        if self._batch_size < 1:
            raise InvalidArgumentError(
                None, None, f"Batch size must be greater than zero, but got {batch_size}."
            )
        infinite = source._size == INFINITE_CARDINALITY
        size = self._batch_size if self._drop_remainder or infinite else None
        rows = self._row_specs(source)
        self._flat_row_specs = nest.flatten(rows)
        self._flat, self._packed = structure.flattening(rows), structure.packing(rows)
        spec = nest.map_structure(lambda each: structure.leading(each, size), rows)
        super().__init__(
            source, spec, cardinality.batched(source._size, self._batch_size, self._drop_remainder)
        )

    def _row_specs(self, source):
        """The specs that the elements are stacked by."""
        return source.element_spec

    def _elements(self):
        return self._elements_after(0)

    def _elements_after(self, count):
        places = self._source._places()
        if places is None:
            return self._stacked(self._source._elements_after(count * self._batch_size))
        return self._gathered(places, count * self._batch_size)

    def _gathered(self, places, skipped):
        left = numpy.zeros(0, int)
        for each in places:
            if skipped:
                each, skipped = each[skipped:], max(skipped - len(each), 0)
            each = numpy.concatenate([left, each]) if len(left) else each
            whole = len(each) - len(each) % self._batch_size
            for first in range(0, whole, self._batch_size):
                yield self._source._rows(each[first : first + self._batch_size])
            left = each[whole:]
        if len(left) and not self._drop_remainder:
            yield self._source._rows(left)

    def _stacked(self, elements):
        while batch := list(itertools.islice(elements, self._batch_size)):
            if len(batch) < self._batch_size and self._drop_remainder:
                return
            yield self._batch(batch)

    def _batch(self, elements):
        columns = zip(*map(self._flat, elements), strict=True)
        leaves = []
        for place, (column, spec) in enumerate(zip(columns, self._flat_row_specs, strict=True)):
            try:
                leaves.append(structure.stacked(column, spec))
            except ValueError as error:
                shapes = _shapes_that_differ(column, spec)
                other = next(each for each in shapes if each != shapes[0])
                raise InvalidArgumentError(
                    None,
                    None,
                    "Cannot batch tensors with different shapes in component "
                    f"{place}. First element had shape {shapes[0]} and element {shapes.index(other)} had shape "
                    f"{other}. "
                    "[Op:IteratorGetNext]",
                ) from error
        return self._packed(tuple(leaves))

    def _places(self):
        return None


def _shapes_that_differ(column, spec):
    """The shapes of the first parts of these values that do not have one shape."""
    for parts in zip(*[encoded(spec, each) for each in column], strict=True):
        shapes = [each.shape for each in parts]
        if len(set(map(str, shapes))) > 1:
            break
    return shapes


class PaddedBatchDataset(BatchDataset):
    """Consecutive elements, padded to one shape and stacked."""

    def __init__(self, source, batch_size, padded_shapes, padding_values, drop_remainder):
        super().__init__(source, batch_size, drop_remainder)
        specs = source.element_spec
        flat = nest.flatten(specs)
        for each in flat:
            if not isinstance(each, TensorSpec):
                raise TypeError(
                    "`padded_batch` is only supported for datasets that produce tensor elements but type spec of "
                    f"elements in the input dataset is not a subclass of TensorSpec: `{each}`."
                )
        if padded_shapes is None:
            shapes = [each.shape for each in flat]
            if any([each.rank is None for each in shapes]):
                raise ValueError(
                    "You must provide `padded_shapes` argument because component shapes are unknown."
                )
        else:
            shapes = [as_shape(each) for each in _flat_up_to(specs, padded_shapes)]
            for shape, spec in zip(shapes, flat, strict=True):
                _check_room(shape, spec.shape)
        if padding_values is None:
            values = [_zero(each.dtype) for each in flat]
        elif not nest.is_nested(padding_values) and len(flat) > 1:
            values = [padding_values] * len(flat)
        else:
            values = _flat_up_to(specs, padding_values)
        self._shapes = shapes
        self._values = [_filler(value, spec) for value, spec in zip(values, flat, strict=True)]
        size = self._batch_size if self._drop_remainder else None
        self._element_spec = nest.pack_sequence_as(
            specs, [TensorSpec([size, *shape], spec.dtype) for shape, spec in zip(shapes, flat, strict=True)]
        )

    def _elements_after(self, count):
        return self._stacked(self._source._elements_after(count * self._batch_size))

    def _batch(self, elements):
        columns = zip(*[nest.flatten(each) for each in elements], strict=True)
        leaves = [
            _padded(column, shape, value)
            for column, shape, value in zip(columns, self._shapes, self._values, strict=True)
        ]
        return nest.pack_sequence_as(elements[0], leaves)


def _check_room(padded, shape):
    """ValueError if elements of a known shape do not fit into the padded one."""
    if shape.rank is None:
        return
    sizes = zip(padded.as_list(), shape.as_list(), strict=False)
    if padded.rank != shape.rank or any([a is not None and b is not None and a < b for a, b in sizes]):
        raise ValueError(
            f"The padded shape {padded} is not compatible with the shape {shape} of the corresponding input component."
        )


def _flat_up_to(specs, nested):
    """The parts of `nested` at the leaves of `specs`: a shape may be a list or tuple itself."""
    if isinstance(specs, dict):
        return [each for key in sorted(specs) for each in _flat_up_to(specs[key], nested[key])]
    if isinstance(specs, tuple):
        return [each for spec, part in zip(specs, nested, strict=True) for each in _flat_up_to(spec, part)]
    return [nested]


def _filler(value, spec):
    """The array of a padding value; TypeError if it is of another dtype."""
    if value is None:
        return _zero(spec.dtype)
    tensor = as_tensor(value)
    if tensor._dtype is not spec.dtype:
        raise TypeError(
            f"Invalid `padding_values`. `padding_values` values type {tensor.dtype} does not match type {spec.dtype} "
            "of the corresponding input component."
        )
    return numpy.asarray(tensor._array)


def _zero(dtype):
    return numpy.array(b"", object) if dtype is string else numpy.zeros((), dtype.array_dtype)


def _padded(tensors, shape, value):
    dtype = tensors[0]._dtype
    sizes = []
    for axis, size in enumerate(shape.as_list()):
        longest = max([each.dims[axis] for each in tensors])
        if size is not None and longest > size:
            raise InvalidArgumentError(
                None,
                None,
                f"Attempted to pad to a smaller size than the input element: axis {axis} is padded to {size}, but an "
                f"element has {longest} there. [Op:IteratorGetNext]",
            )
        sizes.append(longest if size is None else size)
    result = numpy.full((len(tensors), *sizes), value[()], as_dtype(dtype).array_dtype)
    for place, each in enumerate(tensors):
        result[(place, *[slice(0, size) for size in each.dims])] = each._array
    return wrap(result, dtype)


class UnbatchDataset(FromOne):
    """The rows of each element."""

    def __init__(self, source):
        for each in nest.flatten(source.element_spec):
            if isinstance(each, TensorSpec) and each.shape.rank == 0:
                raise ValueError("Cannot unbatch an input with scalar components.")
        spec = nest.map_structure(structure.without_leading, source.element_spec)
        sizes = {each.shape[0] for each in nest.flatten(source.element_spec) if isinstance(each, TensorSpec)}
        known = source._size >= 0 and len(sizes) == 1 and None not in sizes
        size = source._size if source._size == INFINITE_CARDINALITY else UNKNOWN_CARDINALITY
        super().__init__(source, spec, source._size * sizes.pop() if known else size)

    def _elements(self):
        specs = nest.flatten(self._source.element_spec)
        flat, packed = structure.flattening(self._source.element_spec), structure.packing(self._element_spec)
        for element in self._source._elements():
            columns = [structure.rows_of(leaf, spec) for leaf, spec in zip(flat(element), specs, strict=True)]
            yield from map(packed, zip(*columns, strict=True))

    def _places(self):
        return None
