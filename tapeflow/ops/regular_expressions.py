"""RE2's regular expressions, as TensorFlow has them, on top of Python's `re`.

The two agree on most syntax and on which match they find. This module rewrites what differs and refuses what
RE2
refuses: look-around and back-references, for which it has no linear-time algorithm. Text is UTF-8; bytes that
are not travel through `surrogateescape`.
"""

import functools
import re
import sys

_POSIX_CLASSES = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "ascii": r"\x00-\x7f",
    "blank": r"\t ",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\t\n\v\f\r ",
    "upper": "A-Z",
    "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
}
# RE2's \s has no vertical tab; \d and \w are ASCII ones, as with re.ASCII.
_SPACE = r"\t\n\f\r "


class PatternError(ValueError):
    """The pattern is none of RE2's."""


def decode(data):
    """The text of UTF-8 bytes; bytes that are not UTF-8 survive the way there and back."""
    return data.decode("utf-8", "surrogateescape")


def encode(text):
    """The bytes of a text from `decode`."""
    return text.encode("utf-8", "surrogateescape")


@functools.lru_cache(maxsize=256)
def compile(pattern):
    """Python's compiled form of an RE2 pattern (bytes). PatternError if RE2 has no such pattern."""
    source = decode(pattern)
    try:
        return re.compile(_Translator(source).translate(), re.ASCII)
    except re.error as error:
        raise PatternError(f"{error.msg}: {source}") from error


def replace(pattern, rewrite, text, everywhere):
    """text with the first or all matches of a compiled pattern replaced. `\\0` to `\\9` in `rewrite` name
    groups.
    """
    if any(int(digit) > pattern.groups for digit in re.findall(r"\\(?:\\|(\d))", rewrite) if digit):
        return text  # a group that the pattern lacks: RE2 changes nothing
    pieces = []
    done = 0
    last_end = -1
    for match in pattern.finditer(text):
        if match.end() == match.start() == last_end:
            continue  # RE2 finds no empty match right after a match
        pieces.append(text[done : match.start()])
        pieces.append(_rewritten(rewrite, match))
        done = last_end = match.end()
        if not everywhere:
            break
    pieces.append(text[done:])
    return "".join(pieces)


def _rewritten(rewrite, match):
    pieces = re.split(r"(\\.|\\$)", rewrite, flags=re.DOTALL)
    out = []
    for piece in pieces:
        if not piece.startswith("\\"):
            out.append(piece)
        elif piece[1:].isdigit():
            out.append(match.group(int(piece[1:])) or "")
        elif piece == "\\\\":
            out.append("\\")
        else:
            break  # an escape that RE2 does not know ends the replacement
    return "".join(out)


class _Translator:
    """Reads a pattern from left to right and writes Python's."""

    def __init__(self, source):
        self.source = source
        self.place = 0

    def translate(self):
        out = []
        while self.place < len(self.source):
            character = self.source[self.place]
            if character == "\\":
                out.append(self._escape(inside_class=False))
            elif character == "[":
                out.append(self._class())
            elif character == "(":
                out.append(self._group())
            else:
                self.place += 1
                out.append(r"(?![\s\S])" if character == "$" else character)
                if character in "*+?}" and self.source[self.place : self.place + 1] == "+":
                    self._refuse("bad repetition operator", character + "+")
        return "".join(out)

    def _refuse(self, reason, text):
        raise PatternError(f"{reason}: {text}")

    def _group(self):
        rest = self.source[self.place :]
        if not rest.startswith("(?"):
            self.place += 1
            return "("
        named = re.match(r"\(\?P<([A-Za-z_]\w*)>", rest)
        if named:
            self.place += named.end()
            return f"(?P<{named[1]}>"
        flags = re.match(r"\(\?([imsU]*)(?:-([imsU]+))?([:)])", rest)
        if not flags:
            self._refuse("invalid perl operator", rest[:3])
        on, off, end = flags[1], flags[2] or "", flags[3]
        if "U" in on + off or "m" in on + off:
            raise NotImplementedError(
                f"The flags U and m are not supported in regular expressions: {self.source!r}."
            )
        self.place += flags.end()
        switch = on + ("-" + off if off else "")
        if end == ":":
            return f"(?{switch}:"
        # A flag for the rest of the enclosing group: Python has it only for groups of its own.
        return f"(?{switch}:" + self._until_group_end() + ")" if switch else ""

    def _until_group_end(self):
        depth = 0
        start = self.place
        scan = start
        while scan < len(self.source):
            character = self.source[scan]
            if character == "\\":
                scan += 1
            elif character == "(":
                depth += 1
            elif character == ")":
                if not depth:
                    break
                depth -= 1
            scan += 1
        self.place = scan
        return _Translator(self.source[start:scan]).translate()

    def _escape(self, inside_class):
        following = self.source[self.place + 1 : self.place + 2]
        self.place += 2
        if following == "":
            self._refuse("trailing \\", self.source)
        if following in "pP":
            return self._unicode_class(following == "P", inside_class)
        if following in "sS":
            if inside_class:
                return _SPACE if following == "s" else self._complement_inside_class()
            return f"[{'^' if following == 'S' else ''}{_SPACE}]"
        if inside_class and following in "aftnrvdDwW":
            return "\\" + following
        if following == "x":
            return self._hexadecimal()
        if following == "Q" and not inside_class:
            end = self.source.find("\\E", self.place)
            end = len(self.source) if end < 0 else end
            literal = self.source[self.place : end]
            self.place = min(end + 2, len(self.source))
            return re.escape(literal)
        if following == "z" and not inside_class:
            return r"(?![\s\S])"
        if following in "AbBdDwWaftnrv" and not inside_class:
            return "\\" + following
        if following == "0":
            digits = re.match(r"[0-7]{0,2}", self.source[self.place :])[0]
            self.place += len(digits)
            return f"\\x{int('0' + digits, 8):02x}"
        if following.isalnum():
            self._refuse("invalid escape sequence", "\\" + following)
        return "\\" + following

    def _complement_inside_class(self):
        return r"\x00-\x08\x0b\x0e-\x1f!-" + chr(sys.maxunicode)

    def _hexadecimal(self):
        found = re.match(r"\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2})", self.source[self.place :])
        if not found:
            self._refuse("invalid escape sequence", "\\x")
        self.place += found.end()
        return f"\\U{int(found[1] or found[2], 16):08x}"

    def _unicode_class(self, negated, inside_class):
        found = re.match(r"\{(\^?)(\w+)\}|(\w)", self.source[self.place :])
        if not found:
            self._refuse("invalid character class range", "\\p")
        self.place += found.end()
        ranges = _category(found[2] or found[3], negated != bool(found[1]))
        return ranges if inside_class else f"[{ranges}]"

    def _class(self):
        start = self.place
        out = ["["]
        self.place += 1
        if self.source[self.place : self.place + 1] == "^":
            out.append("^")
            self.place += 1
        first = True
        while True:
            if self.place >= len(self.source):
                self._refuse("missing ]", self.source[start:])
            character = self.source[self.place]
            if character == "]" and not first:
                self.place += 1
                out.append("]")
                return "".join(out)
            posix = re.match(r"\[:(\^?)(\w+):\]", self.source[self.place :])
            if posix:
                if posix[2] not in _POSIX_CLASSES:
                    self._refuse("invalid character class range", posix[0])
                self.place += posix.end()
                members = _POSIX_CLASSES[posix[2]]
                out.append(_complement(members) if posix[1] else members)
            elif character == "\\":
                out.append(self._escape(inside_class=True))
            else:
                self.place += 1
                out.append("\\" + character if character in "[]&~|" else character)
            first = False


def _complement(members):
    """The ranges that the members of a class leave out."""
    inside = re.compile(f"[{members}]")
    return (
        _as_ranges(code for code in range(128) if not inside.match(chr(code)))
        + "\\x80-"
        + chr(sys.maxunicode)
    )


@functools.cache
def _category(name, negated):
    """The code points of a Unicode general category such as L or Lu, as ranges of a character class."""
    import unicodedata

    if len(name) > 2:
        raise NotImplementedError(
            f"Unicode scripts such as \\p{{{name}}} are not supported in regular expressions."
        )
    codes = [
        code
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)).startswith(name) != negated and not 0xD800 <= code < 0xE000
    ]
    if not codes:
        raise PatternError(f"invalid character class range: \\p{{{name}}}")
    return _as_ranges(codes)


def _as_ranges(codes):
    ranges = []
    for code in codes:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)
