"""tf.print: tensors written as TensorFlow's runtime writes them."""

import functools
import sys

import numpy

from tapeflow.api.staging import staged
from tapeflow.core import nest
from tapeflow.core.dtypes import bool as boolean
from tapeflow.core.dtypes import float64, string
from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import Tensor
from tapeflow.state.variable import Variable

__all__ = ["print"]

_EDGE = 3
_OPTIONS = ("output_stream", "summarize", "sep", "end", "name")


@functools.partial(staged, always=True)
def print(*inputs, **kwargs):
    """Writes tensors, nests of them and Python values, separated by `sep` and followed by `end`.

    Args:
      *inputs: what is written; strings as they are.
      output_stream: `sys.stderr` (the default), `sys.stdout` or "file://PATH", to which is appended.
      summarize: how many elements at either end of each axis are shown, 3 by default; -1 shows all.
      sep, end: strings, " " and a newline by default.

    Raises ValueError for another stream or keyword.

    >>> import sys
    >>> tf.print("numbers", tf.range(10), {"half": tf.constant(0.5)}, output_stream=sys.stdout)
    numbers [0 1 2 ... 7 8 9] {'half': 0.5}
    """
    unknown = {key: value for key, value in kwargs.items() if key not in _OPTIONS}
    if unknown:
        raise ValueError(
            f"Unrecognized keyword arguments for tf.print: {unknown}. It takes {', '.join(_OPTIONS)}."
        )
    stream = kwargs.get("output_stream", sys.stderr)
    summarize = kwargs.get("summarize", _EDGE)
    if summarize is None:
        summarize = _EDGE
    if not isinstance(summarize, int):
        raise TypeError(f"Expected int for argument 'summarize' not {summarize!r}.")
    quote = len(inputs) != 1  # a string tensor without axes, alone, is written as it is
    texts = [
        tensor_text(as_tensor(each), summarize, quote) if _is_tensor(each) else _text(each, summarize)
        for each in inputs
    ]
    text = kwargs.get("sep", " ").join(texts) + kwargs.get("end", "\n")
    text = text.encode(errors="surrogateescape").decode(errors="backslashreplace")
    if isinstance(stream, str) and stream.startswith("file://"):
        with open(stream[len("file://") :], "a", encoding="utf-8") as file:
            file.write(text)
    elif stream in (sys.stderr, sys.stdout, sys.__stderr__, sys.__stdout__):
        stream.write(text)
        stream.flush()
    else:
        raise ValueError(
            f"Unsupported output stream, logging level, or file: {stream!r}. Supported streams are "
            "sys.stdout, sys.stderr, and files in the form of 'file://<filepath>'."
        )


def _text(value, summarize):
    if nest.is_nested(value):
        from pprint import pformat

        return pformat(nest.map_structure(lambda leaf: _Written(leaf, summarize), value))
    return value if isinstance(value, str) else _composite_text(value, summarize) or repr(value)


def _is_tensor(value):
    return isinstance(value, Tensor | Variable)


class _Written:
    """Stands for a leaf of a nest in its printed form."""

    def __init__(self, value, summarize):
        self._value = value
        self._summarize = summarize

    def __repr__(self):
        value = self._value
        return tensor_text(as_tensor(value), self._summarize, True) if _is_tensor(value) else repr(value)


def _composite_text(value, summarize):
    """The text of a sparse or ragged tensor; None for other values."""
    kind = type(value).__name__
    if kind == "SparseTensor":
        parts = [tensor_text(each, summarize) for each in (value.indices, value.values, value.dense_shape)]
        return "SparseTensor(indices={}, values={}, shape={})".format(*parts)
    if kind == "RaggedTensor":
        return str(value.to_list())
    return None


def tensor_text(tensor, summarize, quote=False):
    """The elements of an eager tensor, with spaces between; `summarize` of them at the ends of each axis.

    Strings in a tensor with axes are quoted, a single one only with `quote`.
    """
    array = numpy.asarray(tensor._array)
    if tensor._dtype is string and not array.ndim and not quote:
        return array.item().decode(errors="backslashreplace")
    return _rows(array, _element_text(tensor._dtype), summarize, array.ndim)


def _rows(array, write, summarize, rank):
    if not isinstance(array, numpy.ndarray):
        return write(array)  # an element: strings have no axes to ask for
    if not array.ndim:
        return write(array[()])
    size = len(array)
    if summarize < 0 or size <= 2 * summarize:
        parts = [_rows(each, write, summarize, rank) for each in array]
    else:
        ends = [*array[:summarize], *(array[size - summarize :] if summarize else [])]
        parts = [_rows(each, write, summarize, rank) for each in ends]
        parts.insert(summarize, "...")
    between = " " if array.ndim == 1 else "\n" * (array.ndim - 1) + " " * (rank - array.ndim + 1)
    return f"[{between.join(parts)}]"


def _element_text(dtype):
    if dtype is boolean:
        return lambda element: "1" if element else "0"
    if dtype is string:
        return _quoted
    if dtype.is_floating:
        return _double_text if dtype is float64 else _float_text
    return str


def _float_text(element):
    """The shortest of 6 or 9 digits that means the same float32."""
    short = f"{float(element):.6g}"
    return short if numpy.float32(short) == numpy.float32(element) or element != element else f"{element:.9g}"


def _double_text(element):
    short = f"{element:.15g}"
    return short if float(short) == element or element != element else f"{element:.17g}"


_ESCAPES = {ord(character): f"\\{character}" for character in "\\\"'"}
_ESCAPES |= {code: f"\\{code:03o}" for code in (*range(32), 127)}
_ESCAPES |= {10: "\\n", 13: "\\r", 9: "\\t"}


def _quoted(element):
    """A string in quotation marks, with C's escapes for what cannot be seen."""
    return f'"{element.decode(errors="surrogateescape").translate(_ESCAPES)}"'
