"""Data sets of what files of separated values (CSV) hold. Source: RFC 4180."""

import itertools

import numpy

from tapeflow.core import dtypes
from tapeflow.core.eager import wrap
from tapeflow.core.errors import InvalidArgumentError, OpError
from tapeflow.core.operands import as_tensor
from tapeflow.core.spec import TensorSpec
from tapeflow.data.cardinality import UNKNOWN_CARDINALITY
from tapeflow.data.dataset import DatasetV2
from tapeflow.data.readers import compression_name, each_path, path_names
from tapeflow.data.structure import boxed
from tapeflow.files.filesystem import system_errors
from tapeflow.files.records import opened
from tapeflow.ops.number_text import parser
from tapeflow.ops.separated_values import fields

_ALLOWED = (dtypes.float32, dtypes.float64, dtypes.int32, dtypes.int64, dtypes.string)


class CsvDataset(DatasetV2):
    """The records of files of separated values: tuples of scalars.

    record_defaults: for each column that is read its dtype, where a value must be there, or a value that stands for
    missing ones and says the dtype: float32, float64, int32, int64 or string. header: whether the first record of each
    file is left out. select_cols or exclude_cols: numbers of the columns that are read, ascending, or of those that are
    not. Other arguments as of `tf.data.TextLineDataset`. InvalidArgumentError, while the elements are taken, for a
    record that does not fit.

    >>> import os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "table.csv")
    >>> with open(path, "w") as file:
    ...     _ = file.write('1,"a,b"\\n2,\\n')
    >>> for number, word in tf.data.experimental.CsvDataset(path, [tf.int32, "none"]):
    ...     print(int(number), word.numpy())
    1 b'a,b'
    2 b'none'
    """

    _kind = "CsvDatasetV2"

    def __init__(
        self,
        filenames,
        record_defaults,
        compression_type=None,
        buffer_size=None,
        header=False,
        field_delim=",",
        use_quote_delim=True,
        na_value="",
        select_cols=None,
        exclude_cols=None,
    ):
        self._names = path_names(filenames)
        self._compression = compression_name(compression_type)
        self._buffer_size = None if buffer_size is None else int(buffer_size)
        self._header, self._quotes = bool(header), bool(use_quote_delim)
        self._delimiter = field_delim.encode() if isinstance(field_delim, str) else bytes(field_delim)
        self._missing = na_value.encode() if isinstance(na_value, str) else bytes(na_value)
        if len(self._delimiter) != 1:
            raise _wrong("field_delim should be only 1 char [Op:CSVDatasetV2]")
        self._columns = [_Column(place, each) for place, each in enumerate(record_defaults)]
        self._runs = [
            _Run(list(columns), self._missing)
            for _, columns in itertools.groupby(self._columns, key=lambda each: each.dtype)
        ]
        if not self._columns:
            raise _wrong("`record_defaults` must name at least one column. [Op:CSVDatasetV2]")
        self._selected = _column_numbers(select_cols)
        self._excluded = set(_column_numbers(exclude_cols) or ())
        if self._selected is not None:
            if self._excluded:
                raise _wrong("Either select_cols or exclude_cols should be empty [Op:CSVDatasetV2]")
            if len(self._selected) != len(self._columns):
                raise _wrong("select_cols should match output size [Op:CSVDatasetV2]")
        super().__init__(tuple([TensorSpec([], each.dtype) for each in self._columns]), UNKNOWN_CARDINALITY)

    def _elements(self):
        for path in each_path(self._names):
            yield from self.elements_of(path)

    def elements_of(self, path, skips_errors=False):
        """The elements of one file, without those that do not fit if `skips_errors`."""
        with opened(path, self._compression, self._buffer_size) as file, system_errors(path):
            records = _records(file, self._quotes)
            if self._header and next(records, None) is None:
                raise _wrong("Can't read header of file")
            for record in records:
                try:
                    element = self._element(record)
                except InvalidArgumentError:
                    if skips_errors:
                        continue
                    raise
                yield element

    def _element(self, record):
        if b'"' in record and self._quotes:
            row = fields(record, self._delimiter, True)
        else:
            row = record.split(self._delimiter)
        if self._selected is not None:
            row = [row[each] for each in self._selected if each < len(row)]
        elif self._excluded:
            row = [each for number, each in enumerate(row) if number not in self._excluded]
        columns = self._columns
        if len(row) != len(columns):
            for column, text in zip(columns, row, strict=False):
                column.value(text, self._missing)  # what is wrong in an earlier field is told first
            found = "more" if len(row) > len(columns) else len(row)
            raise _wrong(f"Expect {len(columns)} fields but have {found} in record")
        with numpy.errstate(over="ignore"):  # what is too large is infinite
            return tuple([value for run in self._runs for value in run.values(row)])


_SHORTEST_RUN = 6
"""Fewer numbers than these are read one by one more quickly."""


def _python_parser(dtype):
    """Python's function from text to a number of this dtype, or None. It takes underscores, which are not allowed."""
    return float if dtype.is_floating else int if dtype.is_integer else None


class _Run:
    """Neighbouring columns of one dtype: their numbers are read together, several times as quickly as one by one."""

    def __init__(self, columns, missing):
        self._columns, self._missing, self._dtype = columns, missing, columns[0].dtype
        self._range = slice(columns[0].number, columns[-1].number + 1)
        self._parse = _python_parser(self._dtype) if len(columns) >= _SHORTEST_RUN else None
        if self._parse is not None and self._together([missing]) is not None:
            self._parse = None  # a number that means "missing"

    def values(self, row):
        """The scalars of the fields `row`, bytes, as a list. InvalidArgumentError for what is no value of a column."""
        texts, dtype = row[self._range], self._dtype
        numbers = self._together(texts)
        if numbers is None:
            return [each.value(text, self._missing) for each, text in zip(self._columns, texts, strict=True)]
        return [wrap(each, dtype) for each in numbers]

    def _together(self, texts):
        """The numbers as an array; None where one of the texts is none, or is one only by Python's rules."""
        if self._parse is None:
            return None
        try:
            numbers = numpy.array(list(map(self._parse, texts)), self._dtype.array_dtype)
        except (ValueError, OverflowError):
            return None
        return None if b"_" in b"".join(texts) else numbers


class _Column:
    """How the texts of a column become scalars."""

    def __init__(self, number, default):
        self.number, self.default = number, None
        if isinstance(default, dtypes.DType) and default in _ALLOWED:
            self.dtype = default
        else:
            default = as_tensor(default)
            self.dtype = default._dtype
            if self.dtype not in _ALLOWED:
                raise _wrong(
                    f"Value for attr 'output_types' of {self.dtype.name} is not in the list of allowed values: float, "
                    "double, int32, int64, string [Op:CSVDatasetV2]"
                )
            size = default._array.size if hasattr(default._array, "size") else 1
            if size > 1:
                raise _wrong(
                    f"There should only be 1 default per field but field {number} has {size} [Op:CSVDatasetV2]"
                )
            if size:
                self.default = _only_element(default)
        self._parse = None if self.dtype is dtypes.string else parser(self.dtype)
        self._kind = None if self.dtype is dtypes.string else self.dtype.array_dtype.type
        self._quick_parse = _python_parser(self.dtype)

    def value(self, text, missing):
        """The scalar of a text, bytes. InvalidArgumentError for what is no value of the column."""
        if not text or text == missing:
            if self.default is None:
                raise _wrong(f"Field {self.number} is required but missing in record!")
            return self.default
        if self._parse is None:
            return wrap(boxed(text), dtypes.string)
        try:
            if b"_" not in text:
                return wrap(self._kind(self._quick_parse(text)), self.dtype)
        except (ValueError, OverflowError):
            pass  # what only TensorFlow takes for a number, or nobody
        try:
            return wrap(self._kind(self._parse(text)), self.dtype)
        except (OpError, ValueError, OverflowError):
            shown = text.decode("utf-8", "replace")
            raise _wrong(f"Field {self.number} in record is not a valid {self.dtype.name}: {shown}") from None


def _only_element(tensor):
    """The only element of a tensor."""
    return wrap(boxed(numpy.asarray(tensor._array).reshape(-1)[0]), tensor._dtype)


def _column_numbers(numbers):
    """The numbers as a list, None if there are none; InvalidArgumentError unless they ascend from 0."""
    if numbers is None:
        return None
    numbers = [int(each) for each in numbers]
    if any([each < 0 for each in numbers]):
        raise _wrong("select_cols should be non-negative indices [Op:CSVDatasetV2]")
    if any([left >= right for left, right in itertools.pairwise(numbers)]):
        raise _wrong("select_cols should be strictly increasing indices [Op:CSVDatasetV2]")
    return numbers or None


def _records(file, quotes):
    """The records of an open file, bytes without their ends; an end between quotation marks is part of a value."""
    parts, is_open = [], False
    for line in file:
        if quotes and line.count(b'"') % 2:
            is_open = not is_open
        if is_open:
            parts.append(line)
            continue
        if parts:
            line = b"".join([*parts, line])
            parts = []
        line = line.removesuffix(b"\n")
        if b"\r" not in line:
            yield line
        elif quotes and b'"' in line:
            yield from _cut(line.removesuffix(b"\r"))
        else:
            yield from line.removesuffix(b"\r").split(b"\r")
    if parts:
        raise _wrong("Reached end of file without closing quoted field in record")


def _cut(line):
    """The parts of a line between carriage returns that are not in quotes."""
    start, between = 0, line.split(b'"')
    place = 0
    for number, part in enumerate(between):
        if number % 2 == 0:
            for offset in [each for each, character in enumerate(part) if character == 13]:
                yield line[start : place + offset]
                start = place + offset + 1
        place += len(part) + 1
    yield line[start:]


def _wrong(message):
    return InvalidArgumentError(None, None, message)
