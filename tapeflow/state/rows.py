"""Updates of parts of a variable: `scatter_add` and the like of rows, `scatter_nd_*` by coordinates."""

import functools

import numpy

from tapeflow.core.dtypes import NUMBERS, int32, int64
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.ops.gathering import check_positions
from tapeflow.ops.indexed_slices import IndexedSlices
from tapeflow.ops.scattering import check_coordinates


def _set_at(array, place, updates):
    array[place] = updates  # of several values for one place the last stays


def _divide_at(array, place, updates):
    if array.dtype.kind not in "iu":
        numpy.divide.at(array, place, updates)
        return
    rows = array[place]
    for position in numpy.ndindex(rows.shape[:1]):  # one after the other: rows may repeat
        where = tuple([each[position] for each in place])
        quotient = numpy.abs(array[where]) // numpy.abs(updates[position])
        array[where] = quotient * numpy.sign(array[where]) * numpy.sign(updates[position])


_CHANGES = {
    "update": _set_at,
    "add": numpy.add.at,
    "sub": numpy.subtract.at,
    "mul": numpy.multiply.at,
    "div": _divide_at,
    "max": numpy.maximum.at,
    "min": numpy.minimum.at,
}


class RowUpdates:
    """What Variable does to some of its rows. Every method returns the variable."""

    def scatter_add(self, sparse_delta, use_locking=False, name=None):
        """Adds the rows of the IndexedSlices; rows that come twice are added twice.

        Raises TypeError for anything but IndexedSlices and InvalidArgumentError for an index out of range.

        >>> v = tf.Variable([1.0, 2.0, 3.0])
        >>> v.scatter_add(tf.IndexedSlices([10.0, 100.0], [0, 0])).numpy()
        array([111.,   2.,   3.], dtype=float32)
        """
        return self._scatter("add", "ResourceScatterAdd", sparse_delta)

    def scatter_sub(self, sparse_delta, use_locking=False, name=None):
        """Subtracts the rows of the IndexedSlices, as `scatter_add` adds them."""
        return self._scatter("sub", "ResourceScatterSub", sparse_delta)

    def scatter_mul(self, sparse_delta, use_locking=False, name=None):
        """Multiplies rows by those of the IndexedSlices."""
        return self._scatter("mul", "ResourceScatterMul", sparse_delta)

    def scatter_div(self, sparse_delta, use_locking=False, name=None):
        """Divides rows by those of the IndexedSlices; integers toward zero."""
        return self._scatter("div", "ResourceScatterDiv", sparse_delta)

    def scatter_max(self, sparse_delta, use_locking=False, name=None):
        """Sets rows to the maximum of themselves and those of the IndexedSlices."""
        return self._scatter("max", "ResourceScatterMax", sparse_delta)

    def scatter_min(self, sparse_delta, use_locking=False, name=None):
        """Sets rows to the minimum of themselves and those of the IndexedSlices."""
        return self._scatter("min", "ResourceScatterMin", sparse_delta)

    def scatter_update(self, sparse_delta, use_locking=False, name=None):
        """Sets rows to those of the IndexedSlices; of a row that comes twice the last stays.

        >>> v = tf.Variable([[1, 2], [3, 4]])
        >>> v.scatter_update(tf.IndexedSlices([[30, 40]], [1])).numpy().tolist()
        [[1, 2], [30, 40]]
        """
        return self._scatter("update", "ResourceScatterUpdate", sparse_delta)

    def batch_scatter_update(self, sparse_delta, use_locking=False, name=None):
        """Sets slices along the last axis of the indices, whose other axes are batch axes that both share.

        >>> v = tf.Variable([[1, 2, 3], [4, 5, 6]])
        >>> v.batch_scatter_update(tf.IndexedSlices([[10, 20], [60, 50]], [[0, 1], [2, 1]])).numpy().tolist()
        [[10, 20, 3], [4, 50, 60]]
        """
        updates, indices = self._rows(sparse_delta)
        return self._change(_update_batches, indices, updates)

    def scatter_nd_add(self, indices, updates, name=None):
        """Adds updates to the elements or slices at the coordinates in the last axis of `indices`.

        >>> tf.Variable([1.0, 2.0, 3.0]).scatter_nd_add([[0], [2]], [10.0, 30.0]).numpy()
        array([11.,  2., 33.], dtype=float32)
        """
        return self._scatter_nd("add", "ResourceScatterNdAdd", indices, updates)

    def scatter_nd_sub(self, indices, updates, name=None):
        """Subtracts updates, as `scatter_nd_add` adds them."""
        return self._scatter_nd("sub", "ResourceScatterNdSub", indices, updates)

    def scatter_nd_max(self, indices, updates, name=None):
        """Takes the maximum with updates, at places as in `scatter_nd_add`."""
        return self._scatter_nd("max", "ResourceScatterNdMax", indices, updates)

    def scatter_nd_min(self, indices, updates, name=None):
        """Takes the minimum with updates, at places as in `scatter_nd_add`."""
        return self._scatter_nd("min", "ResourceScatterNdMin", indices, updates)

    def scatter_nd_update(self, indices, updates, name=None):
        """Sets places, named as in `scatter_nd_add`, to updates."""
        return self._scatter_nd("update", "ResourceScatterNdUpdate", indices, updates)

    def _rows(self, sparse_delta):
        """The tensors of values and indices of IndexedSlices that suit this variable."""
        if not isinstance(sparse_delta, IndexedSlices):
            raise TypeError(
                f"Argument `sparse_delta` must be a `tf.IndexedSlices`. Received arg: {sparse_delta}"
            )
        return as_tensor(sparse_delta.values, self.dtype), _integers(sparse_delta.indices)

    def _scatter(self, change, type_name, sparse_delta):
        updates, indices = self._rows(sparse_delta)
        self._check_numbers(change)
        return self._change(functools.partial(_update_rows, change, type_name), indices, updates)

    def _scatter_nd(self, change, type_name, indices, updates):
        self._check_numbers(change)
        update = functools.partial(_update_places, change, type_name)
        return self._change(update, _integers(indices), as_tensor(updates, self.dtype))

    def _check_numbers(self, change):
        dtype = self.dtype
        if change != "update" and (dtype not in NUMBERS or (dtype.is_complex and change in ("max", "min"))):
            raise InvalidArgumentError(
                None, None, f"Rows of dtype {dtype.name} cannot be combined by {change!r}; use an update."
            )


def _integers(indices):
    indices = as_tensor(indices)
    if indices._dtype not in (int32, int64):
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr 'Tindices' of {indices._dtype.name} is not in the list of allowed values: "
            "int32, int64",
        )
    return indices


# What happens to the array of a variable, or to a copy of it. The last argument is the index of a slice.


def _update_rows(change, type_name, array, indices, updates, index):
    if not array.ndim:
        raise InvalidArgumentError(
            None, None, f"A variable without axes has no rows; use assign. [Op:{type_name}]"
        )
    indices = numpy.asarray(indices)
    check_positions(indices, array.shape[0], type_name)
    if numpy.ndim(updates):  # a scalar goes to every row
        _check_updates(indices.shape, numpy.shape(updates), array.shape, 1)
    _CHANGES[change](array, (indices,), updates)


def _update_places(change, type_name, array, indices, updates, index):
    dims, indices = array.shape, numpy.asarray(indices)
    depth = indices.shape[-1] if indices.ndim else 0
    if not 0 < depth <= len(dims):
        raise InvalidArgumentError(
            None,
            None,
            f"The last axis of indices, of shape {list(indices.shape)}, must hold between 1 and {len(dims)} "
            f"coordinates for a variable of shape {list(dims)}. [Op:{type_name}]",
        )
    check_coordinates(indices, dims, "shape", type_name)
    _check_updates(indices.shape[:-1], numpy.shape(updates), dims, depth)
    _CHANGES[change](array, tuple(numpy.moveaxis(indices, -1, 0)), updates)


def _update_batches(array, indices, updates, index):
    dims, batch = array.shape, indices.ndim - 1
    if indices.shape[:batch] != dims[:batch]:
        raise InvalidArgumentError(
            None,
            None,
            f"The indices' batch shape {list(indices.shape[:batch])} is not the variable's, {list(dims[:batch])}.",
        )
    check_positions(indices, dims[batch], "ResourceScatterNdUpdate")
    grid = [each[..., None] for each in numpy.ogrid[tuple([slice(size) for size in dims[:batch]])]]
    _check_updates(indices.shape, updates.shape, dims, batch + 1)
    _set_at(array, (*grid, indices), updates)


def _check_updates(places, updates, dims, depth):
    """The updates' shape must be that of the places and of what each of them holds."""
    if updates != (*places, *dims[depth:]):
        raise InvalidArgumentError(
            None,
            None,
            f"Updates of shape {list(updates)} do not fit: expected {[*places, *dims[depth:]]}, which is "
            f"the shape of the indices ({list(places)}) and of what each of them names in a variable of shape "
            f"{list(dims)}.",
        )
