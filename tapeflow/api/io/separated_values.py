"""Records of values with separators between them."""

from itertools import pairwise

from tapeflow.api.strings import as_strings
from tapeflow.core import dtypes
from tapeflow.core.errors import invalid
from tapeflow.core.operands import as_tensor
from tapeflow.ops import separated_values

__all__ = ["decode_csv"]

_ALLOWED = (dtypes.float32, dtypes.float64, dtypes.int32, dtypes.int64, dtypes.string)


def decode_csv(
    records, record_defaults, field_delim=",", use_quote_delim=True, na_value="", select_cols=None, name=None
):
    """The columns of records, a list of tensors of the shape of `records`.

    record_defaults: for each column what a missing value is; its dtype is that of the column (float32, float64, int32,
    int64 or string), and one without elements says that values must be there. select_cols: the columns to read,
    ascending. Raises InvalidArgumentError for records of other lengths and values of another kind.

    >>> a, b = tf.io.decode_csv(["1,x", "2,"], [[0], ["none"]])
    >>> a.numpy(), b.numpy()
    (array([1, 2], dtype=int32), array([b'x', b'none'], dtype=object))
    """
    x = as_strings(records, "DecodeCSV")
    defaults = [as_tensor(each) for each in record_defaults]
    for each in defaults:
        if each.dtype not in _ALLOWED:
            raise invalid(
                f"Value for attr 'OUT_TYPE' of {each.dtype.name} is not in the list of allowed values: float, double, "
                "int32, int64, string",
                "DecodeCSV",
            )
    columns = None if select_cols is None else tuple([int(each) for each in select_cols])
    if columns is not None:
        if any([left >= right for left, right in pairwise(columns)]):
            raise ValueError("select_cols is not strictly increasing.")
        if columns and columns[0] < 0:
            raise ValueError("select_cols contains negative values.")
        if len(columns) != len(defaults):
            raise ValueError("Length of select_cols and record_defaults do not match.")
    delimiter = field_delim.encode() if isinstance(field_delim, str) else field_delim
    if len(delimiter) != 1:
        raise invalid("field_delim should be only 1 char", "DecodeCSV")
    found = separated_values.decode_csv(
        x,
        *defaults,
        kinds=tuple([each.dtype for each in defaults]),
        delimiter=delimiter,
        quotes=bool(use_quote_delim),
        missing=na_value.encode() if isinstance(na_value, str) else na_value,
        columns=columns,
    )
    return list(found)
