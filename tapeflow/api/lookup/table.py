"""What tables have in common: keys and values, and how sparse and ragged keys are looked up."""

from tapeflow.api.lookup.dtypes import FromKeysToValues
from tapeflow.api.ragged.ragged_tensor import RaggedTensor
from tapeflow.api.sparse.sparse_tensor import SparseTensor
from tapeflow.core.dtypes import int64
from tapeflow.core.eager import wrap
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import Tensor
from tapeflow.ops.python_calls import call_python
from tapeflow.ops.tables import Table, find


class LookupInterface(FromKeysToValues, Table):
    """A table from keys of one dtype to values of another, all of one shape."""

    def __init__(self, key_dtype, value_dtype, value_dims=(), name=None):
        FromKeysToValues.__init__(self, key_dtype, value_dtype)
        Table.__init__(self, self._key_dtype, self._value_dtype, value_dims)
        self._name = name

    @property
    def name(self):
        """The name that the table was given, or None."""
        return self._name

    @property
    def resource_handle(self):
        """What stands for the table; here it is the table itself."""
        return self

    def size(self, name=None):
        """How many keys there are, an int64 scalar."""
        (count,) = call_python(
            function=lambda: [as_tensor(len(self._entries), int64)], dtypes=(int64,), differentiable=False
        )
        return count

    def export(self, name=None):
        """All keys and all values: two tensors, in the order in which keys came in."""
        return tuple(
            call_python(function=self._all, dtypes=(self._key_dtype, self._value_dtype), differentiable=False)
        )

    def _all(self):
        keys, values = self.contents()
        return [wrap(keys, self._key_dtype), wrap(values, self._value_dtype)]

    def enter(self, keys, values):
        """Arrays: puts values under keys. InvalidArgumentError if there are not as many."""
        wanted = (*keys.shape, *self.value_dims)
        if values.shape != wanted:
            raise InvalidArgumentError(
                None, None, f"Expected shape {list(wanted)} for value, got {list(values.shape)}"
            )
        rows = values.reshape(-1, *self.value_dims)
        rows = rows.tolist() if not self.value_dims else [row.copy() for row in rows]
        for key, value in zip(keys.reshape(-1).tolist(), rows, strict=True):
            self._put(key, value)

    def _put(self, key, value):
        self._entries[key] = value

    def __getitem__(self, keys):
        """The values of keys, as by `lookup`."""
        return self.lookup(keys)

    def _looked_up(self, keys, default):
        if isinstance(keys, SparseTensor | RaggedTensor):
            flat = keys.flat_values if isinstance(keys, RaggedTensor) else keys.values
            found = self._looked_up(flat, default)
            return keys.with_flat_values(found) if isinstance(keys, RaggedTensor) else keys.with_values(found)
        return find(self._keys(keys), default, table=self)

    def _keys(self, keys):
        given = getattr(keys, "dtype", None)
        if isinstance(keys, Tensor | SparseTensor | RaggedTensor) and given is not self._key_dtype:
            raise TypeError(f"Dtype of argument `keys` must be {self._key_dtype!r}, received: {given!r}")
        return as_tensor(keys, self._key_dtype)
