"""Tensors in PyTorch's layout: four digits, columns aligned, long tensors summarized.

The rules are those that torch.set_printoptions documents: precision 4, line width 80, summaries above 1000 elements
with three items at each edge, scientific notation where magnitudes span more than three decades.
"""

import math

import numpy

PRECISION = 4
LINE_WIDTH = 80
THRESHOLD = 1000
EDGE = 3


def tensor_repr(array, dtype_suffix, extra):
    """`tensor(...)` as PyTorch prints it.

    array: the elements; dtype_suffix: "dtype=..." or None where PyTorch leaves it out; extra: "grad_fn=<...>",
    "requires_grad=True" or None.
    """
    suffixes = []
    if array.size == 0:
        text = "[]"
        if array.ndim != 1:
            suffixes.append(f"size={tuple(array.shape)}")
    else:
        summarize = array.size > THRESHOLD
        shown = _edges(array) if summarize else array
        text = _nested(array, len("tensor("), summarize, _Format(shown.reshape(-1)))
    suffixes += [suffix for suffix in (dtype_suffix, extra) if suffix]
    return _with_suffixes("tensor(" + text, suffixes)


class _Format:
    """How every element of one tensor is written: chosen once, from all that are shown."""

    def __init__(self, values):
        self.floating = values.dtype.kind == "f"
        self.scientific = self.whole = False
        self.complex_parts = None
        if values.dtype.kind == "c":
            self.complex_parts = _Format(values.real), _Format(values.imag)
            self.width = self.complex_parts[0].width + self.complex_parts[1].width + 1
        elif not self.floating:
            self.width = max(len(str(value)) for value in values.tolist())
        else:
            self._choose(values.astype(numpy.float64))

    def _choose(self, values):
        finite = values[numpy.isfinite(values) & (values != 0)]
        self.whole = True
        self.width = 1
        if not finite.size:
            return
        magnitudes = numpy.abs(finite)
        largest, smallest = magnitudes.max(), magnitudes.min()
        self.whole = bool((finite == numpy.ceil(finite)).all())
        self.scientific = largest / smallest > 1000 or largest > 1e8 or (not self.whole and smallest < 1e-4)
        self.width = max(1, *(len(self._write(value)) for value in finite.tolist()))

    def _write(self, value):
        if self.scientific:
            return f"{value:.{PRECISION}e}"
        if self.whole:
            return f"{value:.0f}" + ("." if math.isfinite(value) else "")
        return f"{value:.{PRECISION}f}"

    def __call__(self, value):
        if self.complex_parts:
            form_real, form_imaginary = self.complex_parts
            real, imaginary = form_real(value.real), form_imaginary(value.imag).strip()
            imaginary = imaginary if imaginary.startswith("-") else "+" + imaginary
            return f"{real}{imaginary}j"
        return (self._write(value) if self.floating else str(value)).rjust(self.width)


def _edges(array):
    for axis in range(array.ndim):
        if array.shape[axis] > 2 * EDGE:
            chosen = [*range(EDGE), *range(array.shape[axis] - EDGE, array.shape[axis])]
            array = array.take(chosen, axis)
    return array


def _nested(array, indent, summarize, form):
    if array.ndim == 0:
        return form(array.item())
    cut = summarize and array.shape[0] > 2 * EDGE
    if array.ndim == 1:
        values = array.tolist()
        if cut:
            cells = [*map(form, values[:EDGE]), " ...", *map(form, values[-EDGE:])]
        else:
            cells = list(map(form, values))
        per_line = max(1, (LINE_WIDTH - indent) // (form.width + 2))
        lines = [", ".join(cells[start : start + per_line]) for start in range(0, len(cells), per_line)]
        return "[" + (",\n" + " " * (indent + 1)).join(lines) + "]"
    indices = range(array.shape[0])
    rows = [*indices[:EDGE], None, *indices[-EDGE:]] if cut else indices
    parts = ["..." if row is None else _nested(array[row], indent + 1, summarize, form) for row in rows]
    return "[" + ("," + "\n" * (array.ndim - 1) + " " * (indent + 1)).join(parts) + "]"


def _with_suffixes(text, suffixes):
    indent = len("tensor(")
    column = len(text) - text.rfind("\n") + 1
    for suffix in suffixes:
        if column + len(suffix) + 2 > LINE_WIDTH:
            text += ",\n" + " " * indent + suffix
            column = indent + len(suffix)
        else:
            text += ", " + suffix
            column += len(suffix) + 2
    return text + ")"
