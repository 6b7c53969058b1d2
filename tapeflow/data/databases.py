"""Data sets of what queries of databases give."""

import contextlib

from tapeflow.core import dtypes, nest
from tapeflow.core.dtypes import as_dtype
from tapeflow.core.eager import wrap
from tapeflow.core.errors import InvalidArgumentError, UnknownError
from tapeflow.core.operands import as_tensor
from tapeflow.core.spec import TensorSpec
from tapeflow.data.cardinality import UNKNOWN_CARDINALITY
from tapeflow.data.dataset import DatasetV2
from tapeflow.data.structure import boxed

_ALLOWED = ("string", "int8", "int16", "int32", "int64", "uint8", "uint16", "bool", "float64")


class SqlDataset(DatasetV2):
    """The rows that a query of an SQLite database gives: tuples of scalars.

    driver_name: "sqlite"; data_source_name: the path of the database; query: the text of the query; output_types: the
    dtypes of the columns, float64, bool, string or integers. What is missing is zero or empty. InvalidArgumentError for
    other drivers and dtypes and, while the elements are taken, for a file that cannot be opened or another number of
    columns; UnknownError for queries that SQLite refuses. The database is only read.

    >>> import os, sqlite3, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "words.db")
    >>> with sqlite3.connect(path) as database:
    ...     _ = database.execute("create table words (number integer, word text)")
    ...     _ = database.execute("insert into words values (1, 'one')")
    >>> rows = tf.data.experimental.SqlDataset("sqlite", path, "select * from words", (tf.int32, tf.string))
    >>> [(int(number), word.numpy()) for number, word in rows]
    [(1, b'one')]
    """

    def __init__(self, driver_name, data_source_name, query, output_types):
        driver, self._path, self._query = [
            as_tensor(each, dtypes.string).numpy().decode() for each in (driver_name, data_source_name, query)
        ]
        if driver != "sqlite":
            raise InvalidArgumentError(
                None,
                None,
                f"The database type, {driver}, is not supported by SqlDataset. The set of supported databases is: "
                "{'sqlite'}. [Op:SqlDataset]",
            )
        self._dtypes = [as_dtype(each) for each in nest.flatten(output_types)]
        for each in self._dtypes:
            if each.name not in _ALLOWED:
                raise InvalidArgumentError(
                    None,
                    None,
                    f"Each element of `output_types_` must be one of: {', '.join(_ALLOWED)}; got {each.name}. "
                    "[Op:SqlDataset]",
                )
        spec = nest.map_structure(lambda each: TensorSpec([], as_dtype(each)), output_types)
        super().__init__(spec, UNKNOWN_CARDINALITY)

    def _elements(self):
        import sqlite3
        from urllib.parse import quote

        try:
            # Rows may be taken by another thread than the one that asked for the first.
            database = sqlite3.connect(f"file:{quote(self._path)}?mode=ro", uri=True, check_same_thread=False)
        except sqlite3.Error as error:
            raise InvalidArgumentError(None, None, f"Sqlite::Open({self._path}) failed: {error}") from None
        database.text_factory = bytes
        with contextlib.closing(database):
            try:
                cursor = database.execute(self._query)
                columns = len(cursor.description or ())
                if columns != len(self._dtypes):
                    raise InvalidArgumentError(
                        None,
                        None,
                        f"The number of columns in query ({columns}) must match the number of elements in output_types "
                        f"({len(self._dtypes)}).",
                    )
                for row in cursor:
                    leaves = [_scalar(value, dtype) for value, dtype in zip(row, self._dtypes, strict=True)]
                    yield nest.pack_sequence_as(self._element_spec, leaves)
            except sqlite3.Error as error:
                raise UnknownError(None, None, f"SQLite refused the query: {error}: {self._query}") from error


def _scalar(value, dtype):
    """A value of SQLite (None, a number or bytes) as a scalar, by the conversions of SQLite's column functions."""
    if dtype is dtypes.string:
        text = b"" if value is None else value if isinstance(value, bytes) else str(value).encode()
        return wrap(boxed(text), dtype)
    if isinstance(value, bytes):
        value = _leading_number(value)
    value = value or 0
    if dtype is dtypes.float64:
        return wrap(dtype.array_dtype.type(value), dtype)
    value = int(value)
    if dtype is dtypes.bool:
        return wrap(dtype.array_dtype.type(value != 0), dtype)
    bits = 8 * dtype.array_dtype.itemsize
    value &= (1 << bits) - 1
    if dtype.min < 0 and value >> (bits - 1):
        value -= 1 << bits
    return wrap(dtype.array_dtype.type(value), dtype)


def _leading_number(text):
    """The number that a text begins with, 0 if there is none."""
    import re

    found = re.match(rb"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", text)
    return float(found[0]) if found else 0
