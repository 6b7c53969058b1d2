"""Numbers from text and text from numbers, by the rules of TensorFlow's string ops."""

import re

import numpy as np

from tapeflow.core.errors import InvalidArgumentError

_SPACE = b" \t\n\v\f\r"
_INTEGER = re.compile(rb"[+-]?[0-9]+")
_FLOAT = re.compile(
    rb"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?|inf(?:inity)?|nan(?:\(\w*\))?)", re.IGNORECASE
)
_HEXADECIMAL = re.compile(rb"[+-]?0x(?:[0-9a-f]+\.?[0-9a-f]*|\.[0-9a-f]+)(?:p[+-]?[0-9]+)?", re.IGNORECASE)


def parser(dtype):
    """A function from bytes to the number of `dtype` that they write, around which white space may stand.

    It raises InvalidArgumentError for other bytes, and for integers out of range.
    """
    parse = _parse_float if dtype.is_floating else _integer_parser(dtype)

    def checked(data):
        number = parse(data.strip(_SPACE))
        if number is None:
            text = data.decode("utf-8", "replace")
            raise InvalidArgumentError(
                None, None, f"StringToNumberOp could not correctly convert string: {text} [Op:StringToNumber]"
            )
        return number

    return checked


def _parse_float(data):
    if _FLOAT.fullmatch(data):
        return float(data.partition(b"(")[0])
    if _HEXADECIMAL.fullmatch(data):
        return float.fromhex(data.decode())
    return None


def _integer_parser(dtype):
    low, high = int(dtype.min), int(dtype.max)

    def parse(data):
        if not _INTEGER.fullmatch(data) or (low == 0 and data.startswith(b"-")):
            return None
        number = int(data)
        return number if low <= number <= high else None

    return parse


def formatter(form, array_dtype):
    """A function from an element of an array of this dtype to its text by the C format `form`, as bytes."""
    if array_dtype == np.bool_:
        return lambda each: b"true" if each else b"false"
    if array_dtype.kind == "O":
        # "0" and "+" mean nothing to C's %s.
        plain = form.replace("0", "", 1) if form.startswith("%0") else form.replace("+", "").replace("#", "")
        plain = plain.encode()
        return lambda each: plain % each
    if array_dtype.kind == "u":
        plain = form.replace("+", "").replace("% ", "%")  # C's unsigned formats show no sign
        return lambda each: (plain % each).encode()
    if array_dtype.kind == "c":
        real = _float_formatter(form)
        return lambda each: b"(" + real(each.real) + b"," + real(each.imag) + b")"
    if array_dtype.kind == "i":
        return lambda each: (form % each).encode()
    return _float_formatter(form)


def _float_formatter(form):
    unfilled = form.replace("%0", "%", 1)  # C fills up what is no number with spaces

    def write(each):
        each = float(each)
        return ((form if np.isfinite(each) else unfilled) % each).encode()

    return write
