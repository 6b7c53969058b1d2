"""Where the contents of static tables come from."""

import numpy

from tapeflow.api.lookup.dtypes import FromKeysToValues
from tapeflow.core.convert import array_from_value
from tapeflow.core.dtypes import as_dtype, string
from tapeflow.core.errors import InvalidArgumentError, NotFoundError
from tapeflow.core.operands import as_tensor


class TextFileIndex:
    """What of a text file is a key or a value: the whole line, its number from 0 on, or else a column."""

    WHOLE_LINE = -2
    LINE_NUMBER = -1


class TableInitializer(FromKeysToValues):
    """Says the dtypes of a static table and fills it in `initialize(table)`."""


class KeyValueTensorInitializer(TableInitializer):
    """Keys and values from two tensors of one shape.

    >>> source = tf.lookup.KeyValueTensorInitializer(["a", "b"], [1, 2])
    >>> tf.lookup.StaticHashTable(source, default_value=-1).lookup(tf.constant(["b", "c"])).numpy()
    array([ 2, -1], dtype=int32)
    """

    def __init__(self, keys, values, key_dtype=None, value_dtype=None, name=None):
        self._keys = as_tensor(keys, None if key_dtype is None else as_dtype(key_dtype))
        self._values = as_tensor(values, None if value_dtype is None else as_dtype(value_dtype))
        super().__init__(self._keys.dtype, self._values.dtype)

    def initialize(self, table):
        """Fills the table. FailedPreconditionError for two values under one key."""
        table.enter(numpy.asarray(self._keys._array), numpy.asarray(self._values._array))


class TextFileInitializer(TableInitializer):
    """Keys and values from the lines of a text file.

    Args:
      filename: its path, a string or a string tensor.
      key_dtype, value_dtype: int64 for line numbers, string for whole lines, either or a number for columns.
      key_index, value_index: a `TextFileIndex`, or the number of a column.
      vocab_size: how many lines there must be, if that is to be checked.
      delimiter: what stands between columns.
      value_index_offset: what is added to line numbers that are values.

    Raises ValueError for dtypes that do not go with the indices and, when a table is made, NotFoundError for a
    file that is not there, InvalidArgumentError for a line with too few columns.
    """

    def __init__(
        self,
        filename,
        key_dtype,
        key_index,
        value_dtype,
        value_index,
        vocab_size=None,
        delimiter="\t",
        name=None,
        value_index_offset=0,
    ):
        super().__init__(key_dtype, value_dtype)
        name = filename.numpy().decode() if hasattr(filename, "numpy") else filename
        if not name:
            raise ValueError("`filename` argument required for tf.lookup.TextFileInitializer")
        for what, index, dtype in (
            ("key", key_index, self._key_dtype),
            ("value", value_index, self._value_dtype),
        ):
            if index < -2:
                raise ValueError(f"`{what}_index` should be >= -2, received: {index}.")
            if index == TextFileIndex.LINE_NUMBER and not dtype.is_integer:
                raise ValueError(
                    f"`{what}_dtype` must be int64 if `{what}_index` is LINE_NUMBER, received: {dtype!r}"
                )
            if index == TextFileIndex.WHOLE_LINE and not (dtype.is_integer or dtype is string):
                raise ValueError(
                    f"`{what}_dtype` should be either integer or string for `{what}_index` WHOLE_LINE, "
                    f"received: {dtype!r}"
                )
        self._filename = name
        self._indices = key_index, value_index
        self._vocab_size = None if vocab_size is None else int(vocab_size)
        self._delimiter = delimiter.encode()
        self._offset = value_index_offset

    def initialize(self, table):
        """Reads the file into the table."""
        try:
            with open(self._filename, "rb") as file:
                lines = file.read().split(b"\n")
        except FileNotFoundError:
            raise NotFoundError(None, None, f"{self._filename}; No such file or directory") from None
        if lines and not lines[-1]:
            lines.pop()
        lines = [line.removesuffix(b"\r") for line in lines]
        if self._vocab_size is not None:
            if len(lines) < self._vocab_size:
                raise InvalidArgumentError(
                    None,
                    None,
                    f"Invalid vocab_size in {self._filename}: expected {self._vocab_size} but got {len(lines)}",
                )
            lines = lines[: self._vocab_size]
        key_index, value_index = self._indices
        keys = self._column(lines, key_index, self._key_dtype, 0)
        values = self._column(lines, value_index, self._value_dtype, self._offset)
        table.enter(keys, values)

    def _column(self, lines, index, dtype, offset):
        if index == TextFileIndex.LINE_NUMBER:
            return numpy.arange(offset, len(lines) + offset).astype(dtype.array_dtype)
        texts = lines if index == TextFileIndex.WHOLE_LINE else [self._part(line, index) for line in lines]
        if dtype is string:
            return array_from_value(texts, string) if texts else numpy.zeros(0, object)
        try:
            return numpy.array(
                [(int if dtype.is_integer else float)(each) for each in texts], dtype.array_dtype
            )
        except ValueError as error:
            raise InvalidArgumentError(
                None, None, f"A field in {self._filename} is not a valid {dtype.name}: {error}"
            ) from None

    def _part(self, line, index):
        parts = line.split(self._delimiter)
        if index >= len(parts):
            raise InvalidArgumentError(
                None,
                None,
                f"Invalid number of columns in {self._filename} line: expected {index + 1}, got {len(parts)}: {line!r}",
            )
        return parts[index]
