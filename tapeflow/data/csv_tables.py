"""Batches of named columns of files of separated values (CSV)."""

import collections
import csv
import io

import numpy

from tapeflow.core import dtypes
from tapeflow.core.operands import as_tensor
from tapeflow.data.cardinality import UNKNOWN_CARDINALITY
from tapeflow.data.dataset import DatasetV2
from tapeflow.data.listing import found_paths
from tapeflow.data.readers import compression_name, each_path, in_turns, path_names
from tapeflow.data.rearranged import RearrangedDataset
from tapeflow.data.separated_values import CsvDataset
from tapeflow.files.records import opened


def make_csv_dataset(
    file_pattern,
    batch_size,
    column_names=None,
    column_defaults=None,
    label_name=None,
    select_columns=None,
    field_delim=",",
    use_quote_delim=True,
    na_value="",
    header=True,
    num_epochs=None,
    shuffle=True,
    shuffle_buffer_size=10000,
    shuffle_seed=None,
    prefetch_buffer_size=None,
    num_parallel_reads=None,
    sloppy=False,
    num_rows_for_inference=100,
    compression_type=None,
    ignore_errors=False,
    encoding="utf-8",
):
    """Batches of the records of files of separated values: dicts from names of columns to vectors.

    file_pattern: a pattern of paths or a list of them. column_names: taken from the header if left out.
    column_defaults: as `record_defaults` of `CsvDataset`; if left out, dtypes are found in the first
    `num_rows_for_inference` records (None: all), and missing values are zeros or empty. label_name: the column that
    is given apart, as the second part of a pair. num_epochs: how often the records are given, None for ever; then, all
    batches are full. ignore_errors: records that do not fit are left out. ValueError for files that are not there or
    have other headers, and for names that are not among the columns.

    >>> import os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "table.csv")
    >>> with open(path, "w") as file:
    ...     _ = file.write("x,y\\n1,2.5\\n3,\\n")
    >>> dataset = tf.data.experimental.make_csv_dataset(path, 2, label_name="y", num_epochs=1, shuffle=False)
    >>> for columns, label in dataset:
    ...     print(columns["x"].numpy(), label.numpy())
    [1 3] [2.5 0. ]
    """
    paths = found_paths(file_pattern)
    form = dict(delimiter=field_delim, quoting=csv.QUOTE_MINIMAL if use_quote_delim else csv.QUOTE_NONE)
    compression = compression_name(compression_type)

    def rows(path):
        raw = opened(path, compression)
        text = io.TextIOWrapper(raw, encoding=encoding, newline="")
        with text:
            yield from csv.reader(text, **form)

    if column_names is None:
        if not header:
            raise ValueError("Expected `column_names` or `header` arguments. Neither is provided.")
        column_names = _header_of(paths, rows)
    twice = {name for name in column_names if column_names.count(name) > 1}
    if twice:
        raise ValueError(
            f"Either `column_names` argument or CSV header row contains duplicate column names: {twice}."
        )
    if select_columns is not None:
        select_columns = _selected_columns(select_columns, column_names)
    if column_defaults is None:
        column_defaults = _inferred_defaults(
            paths, rows, len(column_names), na_value, header, num_rows_for_inference, select_columns
        )
    elif select_columns is not None and len(column_defaults) != len(select_columns):
        raise ValueError(
            "If specified, `column_defaults` and `select_columns` must have the same length: `column_defaults` has "
            f"length {len(column_defaults)}, `select_columns` has length {len(select_columns)}."
        )
    elif select_columns is None and len(column_defaults) < len(column_names):
        column_names = column_names[: len(column_defaults)]
    if select_columns is not None:
        column_names = [column_names[each] for each in select_columns]
    if label_name is not None and label_name not in column_names:
        raise ValueError(
            f"`label_name` provided must be one of the columns: {column_names}. Received: {label_name}."
        )
    records = CsvDataset(
        paths,
        column_defaults,
        compression,
        header=header,
        field_delim=field_delim,
        use_quote_delim=use_quote_delim,
        na_value=na_value,
        select_cols=select_columns,
    )
    dataset = _FilesInTurns(paths, records, num_parallel_reads, bool(ignore_errors), shuffle, shuffle_seed)
    if shuffle:
        dataset = dataset.shuffle(shuffle_buffer_size, shuffle_seed)
    if num_epochs != 1:
        dataset = dataset.repeat(num_epochs)
    dataset = dataset.batch(batch_size, drop_remainder=num_epochs is None)

    def named(columns):
        found = collections.OrderedDict(zip(column_names, columns, strict=True))
        return found if label_name is None else (found, found.pop(label_name))

    dataset = RearrangedDataset(dataset, named)
    return dataset.prefetch(-1 if prefetch_buffer_size is None else prefetch_buffer_size)


class _FilesInTurns(DatasetV2):
    """The records of several files side by side, in another order of the files each time if they are shuffled."""

    def __init__(self, paths, records, num_parallel_reads, skips_errors, shuffle, seed):
        self._paths = path_names(paths)
        if shuffle:
            self._paths = self._paths.shuffle(len(paths), seed)
        self._records, self._skips_errors = records, skips_errors
        self._side_by_side = max(int(num_parallel_reads or 1), 1)
        super().__init__(records.element_spec, UNKNOWN_CARDINALITY)

    def _elements(self):
        parts = (self._records.elements_of(each, self._skips_errors) for each in each_path(self._paths))
        return in_turns(parts, self._side_by_side)


def _header_of(paths, rows):
    names = None
    for path in paths:
        found = next(rows(path), None)
        if found is None:
            raise ValueError(f"Failed when reading the header line of {path}. Is it an empty file?")
        if names is not None and found != names:
            raise ValueError(
                "All input CSV files should have the same column names in the header row. "
                f"File {path} has different column names."
            )
        names = found
    return names


def _selected_columns(selected, names):
    found = []
    for each in selected:
        if isinstance(each, int):
            if not 0 <= each < len(names):
                raise ValueError(
                    f"Column index {each} specified in `select_columns` should be > 0  and <= {len(names)}, which is "
                    "the number of columns."
                )
            found.append(each)
        elif each not in names:
            raise ValueError(
                f"Column {each} specified in `select_columns` must be of one of the columns: {list(names)}."
            )
        else:
            found.append(names.index(each))
    if len(set(found)) < len(found):
        twice = {each for each in found if found.count(each) > 1}
        raise ValueError(f"The `select_columns` argument contains duplicate columns: {twice}.")
    return sorted(found)


def _inferred_defaults(paths, rows, num_columns, missing, header, num_rows, selected):
    selected = range(num_columns) if selected is None else selected
    ranks = [-1] * len(selected)
    left = num_rows
    for path in paths:
        for number, row in enumerate(rows(path), 1):
            if header and number == 1:
                continue
            if left is not None and left <= 0:
                break
            if len(row) != num_columns:
                raise ValueError(
                    f"Problem inferring types: CSV row {number} has {len(row)} number of fields. Expected: "
                    f"{num_columns}."
                )
            left = None if left is None else left - 1
            for place, column in enumerate(selected):
                if row[column] not in ("", missing):
                    ranks[place] = max(ranks[place], _rank(row[column]))
    return [as_tensor([0] if rank >= 0 and rank < 4 else [""], _BY_RANK[rank]) for rank in ranks]


_BY_RANK = (dtypes.int32, dtypes.int64, dtypes.float32, dtypes.float64, dtypes.string)
"""From the narrowest kind of column to the widest, which is also that of an empty one."""


def _rank(text):
    """The place in `_BY_RANK` of the narrowest dtype that has the value that a text says."""
    try:
        number = int(text)
        if -(2**63) <= number < 2**63:
            return 0 if -(2**31) <= number < 2**31 else 1
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        return 4
    limit = float(numpy.finfo(numpy.float32).max)
    return 2 if number <= limit else 3 if number < float("inf") else 4
