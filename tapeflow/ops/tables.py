"""Looking keys up in a table, as ops: it happens when the program runs, in the table as it is then."""

import numpy

from tapeflow.core.op import no_gradient, op
from tapeflow.core.spec import spec_of


class Table:
    """What keys are looked up in: entries, and the shape and dtype of a value."""

    def __init__(self, key_dtype, value_dtype, value_dims=()):
        self._key_dtype, self._value_dtype = key_dtype, value_dtype
        self._entries = {}
        self.value_dims = tuple(value_dims)

    def contents(self):
        """Arrays of all keys and all values, in the order in which keys came in."""
        keys = numpy.empty(len(self._entries), self._key_dtype.array_dtype)
        keys[:] = list(self._entries)
        values = numpy.empty((len(keys), *self.value_dims), self._value_dtype.array_dtype)
        if len(keys):
            values[...] = numpy.array(list(self._entries.values()), values.dtype).reshape(values.shape)
        return keys, values

    def find(self, keys, default):
        """Arrays: the value of each key, `default` (one, or one for each key) where there is none."""
        found = numpy.empty((*keys.shape, *self.value_dims), self._value_dtype.array_dtype)
        found[...] = default
        flat = found.reshape(-1, *self.value_dims)
        entries = self._entries
        for place, key in enumerate(keys.reshape(-1).tolist()):
            if key in entries:
                flat[place] = entries[key]
        return flat.reshape(found.shape)

    def described(self):
        """(dtype, array) of the keys and of the values: what `restored_table` makes an equal table of."""
        keys, values = self.contents()
        return (self._key_dtype, keys), (self._value_dtype, values)


def restored_table(keys, values):
    """The Table that was `described()` so. ValueError for arrays that are no keys and values."""
    (key_dtype, keys), (value_dtype, values) = keys, values
    if keys.ndim != 1 or values.ndim < 1 or len(keys) != len(values):
        raise ValueError(f"a table of keys of shape {keys.shape} and values of shape {values.shape}")
    found = Table(key_dtype, value_dtype, values.shape[1:])
    rows = list(values) if found.value_dims else values.tolist()
    found._entries.update(zip(keys.tolist(), rows, strict=True))
    return found


@op("LookupTableFind", effect=True, any_rank=True)
def find(xp, keys, default, *, table):
    """The value of each key: of the shape of `keys` and that of a value; `default` where there is none."""
    return numpy.asarray(table.find(numpy.asarray(keys), numpy.asarray(default)))[()]


@find.spec
def _(keys, default, table):
    dims = None if keys.dims is None else (*keys.dims, *table.value_dims)
    return spec_of(dims, default.dtype)


no_gradient(find)
