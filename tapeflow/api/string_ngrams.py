"""tf.strings.ngrams: every few neighbouring strings of a row joined."""

import numpy

from tapeflow.api.ragged import RaggedTensor
from tapeflow.core.dtypes import string
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import Tensor

__all__ = ["ngrams"]


def ngrams(
    data,
    ngram_width,
    separator=" ",
    pad_values=None,
    padding_width=None,
    preserve_short_sequences=False,
    name=None,
):
    """Each `ngram_width` neighbours along the last axis, joined by `separator`.

    Args:
      data: strings, a tensor of at least one axis or a RaggedTensor.
      ngram_width: how many, or a list of such numbers: first all of the first width, and so on.
      pad_values: what stands before and after each row: a string, or a pair of them.
      padding_width: how often at most; by default, and at most, one less than the width.
      preserve_short_sequences: whether a row that is too short for any is joined as a whole.

    Returns a RaggedTensor, or a Tensor for a Tensor. Raises ValueError for widths below 1.

    >>> tf.strings.ngrams(["a", "b", "c"], 2).numpy()
    array([b'a b', b'b c'], dtype=object)
    """
    widths = [ngram_width] if isinstance(ngram_width, int) else list(ngram_width)
    if any(width < 1 for width in widths):
        raise ValueError(f"All ngram_widths must be greater than 0. Got {ngram_width}")
    if pad_values is None:
        if padding_width is not None:
            raise ValueError("pad_values must be provided if padding_width is set.")
        pads = None
    else:
        pads = (pad_values, pad_values) if isinstance(pad_values, str | bytes) else tuple(pad_values)
        pads = [each.encode() if isinstance(each, str) else each for each in pads]
    separator = separator.encode() if isinstance(separator, str) else separator
    ragged = data if isinstance(data, RaggedTensor) else as_tensor(data, string)
    if isinstance(ragged, Tensor):
        if not ragged.dims:
            raise InvalidArgumentError(None, None, "data must have at least one axis.")
        if len(ragged.dims) == 1:
            splits = numpy.array([0, ragged.dims[0]])
            values, _ = _of_rows(
                ragged, splits, widths, separator, pads, padding_width, preserve_short_sequences
            )
            return values
        ragged = RaggedTensor.from_tensor(ragged, ragged_rank=len(ragged.dims) - 1)
        options = widths, separator, pads, padding_width, preserve_short_sequences
        return ngrams(ragged, *options).to_tensor()
    if isinstance(ragged.values, RaggedTensor):
        inner = ngrams(ragged.values, widths, separator, pads, padding_width, preserve_short_sequences)
        return ragged.with_values(inner)
    splits = numpy.asarray(ragged.row_splits._array)
    values, lengths = _of_rows(
        ragged.values, splits, widths, separator, pads, padding_width, preserve_short_sequences
    )
    return RaggedTensor.from_row_lengths(values, numpy.array(lengths, splits.dtype))


def _of_rows(values, splits, widths, separator, pads, padding_width, keeps_short):
    """The joined strings of all rows, one after the other, and how many each row gives."""
    items = numpy.asarray(values._array).tolist()
    found, lengths = [], []
    for start, end in zip(splits[:-1].tolist(), splits[1:].tolist(), strict=True):
        before = len(found)
        row = items[start:end]
        for width in widths:
            count = (
                0 if pads is None else min(width - 1, width - 1 if padding_width is None else padding_width)
            )
            padded = [pads[0]] * count + row + [pads[1]] * count if count else row
            found += [
                separator.join(padded[first : first + width]) for first in range(len(padded) - width + 1)
            ]
        if keeps_short and len(found) == before and row:
            found.append(separator.join(row))
        lengths.append(len(found) - before)
    array = numpy.empty(len(found), object)
    array[:] = found
    return as_tensor(array, string), lengths
