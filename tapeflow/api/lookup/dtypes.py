"""What tables and the sources of tables have in common."""

from tapeflow.core.dtypes import as_dtype
from tapeflow.state.trackable import Trackable


class FromKeysToValues(Trackable):
    """Leads from keys of one dtype to values of another."""

    def __init__(self, key_dtype, value_dtype):
        self._key_dtype = as_dtype(key_dtype)
        self._value_dtype = as_dtype(value_dtype)

    @property
    def key_dtype(self):
        """The dtype of keys."""
        return self._key_dtype

    @property
    def value_dtype(self):
        """The dtype of values."""
        return self._value_dtype
