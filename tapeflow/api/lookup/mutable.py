"""Tables that change: by insert and remove, also when a traced program runs."""

import numpy

from tapeflow.api.lookup.table import LookupInterface
from tapeflow.core.dtypes import as_dtype
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.ops.python_calls import perform


class MutableHashTable(LookupInterface):
    """A table to which keys are added while it is used; all values have the shape of the default value.

    >>> table = tf.lookup.experimental.MutableHashTable(tf.string, tf.int64, default_value=-1)
    >>> table.insert(["a", "b"], [1, 2])
    >>> table.remove(["a"])
    >>> table.lookup(tf.constant(["a", "b"])).numpy()
    array([-1,  2])
    """

    def __init__(
        self,
        key_dtype,
        value_dtype,
        default_value,
        name="MutableHashTable",
        checkpoint=True,
        experimental_is_anonymous=False,
    ):
        self._default_value = as_tensor(default_value, as_dtype(value_dtype))
        super().__init__(key_dtype, value_dtype, self._default_value.dims, name)

    def lookup(self, keys, dynamic_default_values=None, name=None):
        """The values of keys, which may be sparse or ragged.

        dynamic_default_values: what keys that are not there have instead of the table's default: one value, or
        one for each key.
        """
        default = dynamic_default_values
        default = self._default_value if default is None else as_tensor(default, self._value_dtype)
        return self._looked_up(keys, default)

    def insert(self, keys, values, name=None):
        """Puts values under keys, in place of those that are there. InvalidArgumentError if there are not as many."""
        keys, values = self._converted("keys", keys), self._converted("values", values)
        perform(
            keys, values, function=lambda *parts: self.enter(*[numpy.asarray(each._array) for each in parts])
        )

    def remove(self, keys, name=None):
        """Takes keys out; those that are not there do not matter. TypeError for another dtype."""
        perform(self._keys(keys), function=self._drop)

    def _drop(self, keys):
        for key in numpy.asarray(keys._array).reshape(-1).tolist():
            self._entries.pop(key, None)

    def _converted(self, name, value):
        try:
            return as_tensor(value, self._key_dtype if name == "keys" else self._value_dtype)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None

    def _serialize_to_tensors(self):
        keys, values = self._all()
        return {"table-keys": keys, "table-values": values}

    def _restore_from_tensors(self, restored_tensors):
        self._entries.clear()
        parts = restored_tensors["table-keys"], restored_tensors["table-values"]
        self.enter(*[numpy.asarray(each._array) for each in parts])


class DenseHashTable(MutableHashTable):
    """A MutableHashTable with two keys that are never inserted: `empty_key` and `deleted_key`.

    Raises InvalidArgumentError when one of them is used.

    >>> table = tf.lookup.experimental.DenseHashTable(tf.int64, tf.int64, -1, empty_key=0, deleted_key=-2)
    >>> table.insert([5], [6])
    >>> table.lookup(tf.constant([5, 7], tf.int64)).numpy()
    array([ 6, -1])
    """

    def __init__(
        self,
        key_dtype,
        value_dtype,
        default_value,
        empty_key,
        deleted_key,
        initial_num_buckets=None,
        name="MutableDenseHashTable",
        checkpoint=True,
        experimental_is_anonymous=False,
    ):
        super().__init__(key_dtype, value_dtype, default_value, name)
        self._reserved = {
            as_tensor(key, self._key_dtype).numpy(): what
            for key, what in ((empty_key, "empty_key"), (deleted_key, "deleted_key"))
        }
        if len(self._reserved) < 2:
            raise InvalidArgumentError(None, None, "Empty and deleted keys cannot be equal")

    def insert_or_assign(self, keys, values, name=None):
        """The same as insert."""
        self.insert(keys, values)

    def erase(self, keys, name=None):
        """The same as remove."""
        self.remove(keys)

    def find(self, keys, default):
        """As of every table; the reserved keys are refused."""
        self._check(keys.reshape(-1).tolist())
        return super().find(keys, default)

    def _put(self, key, value):
        self._check([key])
        super()._put(key, value)

    def _drop(self, keys):
        self._check(numpy.asarray(keys._array).reshape(-1).tolist())
        super()._drop(keys)

    def _check(self, keys):
        for key in keys:
            if key in self._reserved:
                raise InvalidArgumentError(
                    None, None, f"Using the {self._reserved[key]} as a table key is not allowed"
                )
