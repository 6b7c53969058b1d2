"""Tables that are filled when they are made."""

import numpy

from tapeflow.api.lookup.table import LookupInterface
from tapeflow.api.ragged.ragged_tensor import RaggedTensor
from tapeflow.api.sparse.sparse_tensor import SparseTensor
from tapeflow.api.strings import as_string, to_hash_bucket_fast
from tapeflow.core.dtypes import int64, string
from tapeflow.core.errors import FailedPreconditionError
from tapeflow.core.operands import as_tensor
from tapeflow.ops.arithmetic import add
from tapeflow.ops.comparison import equal
from tapeflow.ops.python_calls import call_python
from tapeflow.ops.selection import select


class StaticHashTable(LookupInterface):
    """A table that does not change: what an initializer says, and a default value for other keys.

    Raises FailedPreconditionError for two values under one key, TypeError when keys of another dtype are looked up.

    >>> source = tf.lookup.KeyValueTensorInitializer(["a", "b"], [1, 2])
    >>> table = tf.lookup.StaticHashTable(source, default_value=-1)
    >>> table.lookup(tf.constant(["b", "c"])).numpy(), int(table.size())
    (array([ 2, -1], dtype=int32), 2)
    """

    def __init__(self, initializer, default_value, name=None, experimental_is_anonymous=False):
        super().__init__(initializer.key_dtype, initializer.value_dtype, name=name)
        self._initializer = initializer
        self._default_value = as_tensor(default_value, self._value_dtype)
        initializer.initialize(self)
        self._track_trackable(initializer, "_initializer")

    @property
    def default_value(self):
        """The value of keys that are not there, a Tensor."""
        return self._default_value

    def _put(self, key, value):
        old = self._entries.setdefault(key, value)
        if old != value:
            raise FailedPreconditionError(
                None,
                None,
                f"HashTable has different value for same key. Key {_shown(key)} has {_shown(old)} and trying to add "
                f"value {_shown(value)}",
            )

    def lookup(self, keys, name=None):
        """The values of keys, which may be sparse or ragged."""
        return self._looked_up(keys, self._default_value)


def _shown(value):
    return value.decode(errors="replace") if isinstance(value, bytes) else value


class StaticVocabularyTable(LookupInterface):
    """Numbers of words: those that an initializer says, and for other words one of `num_oov_buckets` after them.

    >>> words = tf.lookup.KeyValueTensorInitializer(["a", "b"], tf.constant([0, 1], tf.int64))
    >>> tf.lookup.StaticVocabularyTable(words, num_oov_buckets=1).lookup(tf.constant(["b", "z"])).numpy()
    array([1, 2])
    """

    def __init__(
        self, initializer, num_oov_buckets, lookup_key_dtype=None, name=None, experimental_is_anonymous=False
    ):
        if num_oov_buckets <= 0:
            raise ValueError(
                f"`num_oov_buckets` must be > 0; use StaticHashTable. Received: {num_oov_buckets}"
            )
        key_dtype = lookup_key_dtype or (string if initializer is None else initializer.key_dtype)
        super().__init__(key_dtype, int64, name=name)
        if initializer is not None and initializer.value_dtype is not int64:
            raise TypeError(
                f"Invalid `value_dtype`, expected tf.int64, received: {initializer.value_dtype!r}"
            )
        if not (self._key_dtype.is_integer or self._key_dtype is string):
            raise TypeError(
                f"Invalid `key_dtype`, expected one of int64, string, received: {self._key_dtype!r}"
            )
        self._num_oov_buckets = int(num_oov_buckets)
        self._table = None if initializer is None else StaticHashTable(initializer, -1)

    def size(self, name=None):
        """How many numbers there are, with those for other words; an int64 scalar."""
        known = 0 if self._table is None else len(self._table._entries)
        (count,) = call_python(
            function=lambda: [as_tensor(known + self._num_oov_buckets, int64)],
            dtypes=(int64,),
            differentiable=False,
        )
        return count

    def lookup(self, keys, name=None):
        """The numbers of keys, which may be sparse or ragged."""
        if isinstance(keys, RaggedTensor):
            return keys.with_flat_values(self.lookup(keys.flat_values))
        if isinstance(keys, SparseTensor):
            return keys.with_values(self.lookup(keys.values))
        keys = self._keys(keys)
        known = 0 if self._table is None else len(self._table._entries)
        texts = keys if keys.dtype is string else as_string(keys)
        other = add(to_hash_bucket_fast(texts, self._num_oov_buckets), as_tensor(known, int64))
        if self._table is None:
            return other
        found = self._table.lookup(keys if keys.dtype is self._table.key_dtype else _cast(keys, self._table))
        return select(equal(found, as_tensor(numpy.int64(-1))), other, found)


def _cast(keys, table):
    from tapeflow.api.casting import cast

    return cast(keys, table.key_dtype)
