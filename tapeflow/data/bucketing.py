"""Batches of elements of like length."""

import bisect

from tapeflow.core import nest
from tapeflow.core.dtypes import int64
from tapeflow.core.errors import InternalError
from tapeflow.core.operands import as_tensor
from tapeflow.core.shapes import as_shape
from tapeflow.core.tensor import EagerTensor
from tapeflow.data.arguments import count_of
from tapeflow.data.batches import _flat_up_to
from tapeflow.data.grouping import GroupByWindowDataset
from tapeflow.ops.casting import cast


class BucketDataset(GroupByWindowDataset):
    """Batches of elements of one bucket, padded."""

    _is_traced = False  # it asks which bucket it is

    def __init__(self, source, length_function, boundaries, batch_sizes, batched):
        self._boundaries, self._batch_sizes = boundaries, batch_sizes
        super().__init__(source, _as_int64(length_function), batched, lambda key: key)

    def _size_of(self, key):
        return count_of(self._batch_sizes[key])

    def _key_of(self, element):
        return bisect.bisect_right(self._boundaries, int(self._key(element)))


def bucketed(source, length_function, boundaries, batch_sizes, padding, to_boundary, no_padding):
    """See `tf.data.Dataset.bucket_by_sequence_length`. padding: (padded_shapes, padding_values, drop_remainder)."""
    padded_shapes, padding_values, drop_remainder = padding

    def batched(key, dataset):
        is_described = not isinstance(key, EagerTensor)  # for the spec only
        place = 0 if is_described else int(key)
        drops = drop_remainder and not is_described
        if no_padding:
            return dataset.batch(batch_sizes[place], drops)
        filler = None
        if to_boundary and not is_described:
            if place == len(boundaries):
                raise InternalError(
                    None,
                    None,
                    "When pad_to_bucket_boundary=True, elements must have length < max(bucket_boundaries). "
                    "[Op:IteratorGetNext]",
                )
            filler = boundaries[place] - 1
        shapes = _padded_shapes(dataset.element_spec, padded_shapes, filler)
        return dataset.padded_batch(batch_sizes[place], shapes, padding_values, drops)

    return BucketDataset(source, length_function, boundaries, batch_sizes, batched)


def _as_int64(length_function):
    return lambda *arguments: cast(as_tensor(length_function(*arguments)), int64)


def _padded_shapes(spec, padded_shapes, filler):
    leaves = nest.flatten(spec)
    shapes = _flat_up_to(spec, padded_shapes) if padded_shapes else [each.shape for each in leaves]
    filled = [[filler if size is None else size for size in as_shape(each).as_list()] for each in shapes]
    return nest.pack_sequence_as(spec, [as_shape(each) for each in filled])
