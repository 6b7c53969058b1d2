"""A module's text cut into modules with some of its functions each, which several threads can compile at once.

The functions of one part call those of another by name, so what was the module's own is known outside: the parts must
be loaded together. Constants, and functions that are put in the place of their calls, are in every part. Machine code
of a function does not depend on the part that it is in.
"""

import re

SMALLEST = 20_000
"""How many characters are worth a part of their own: whatever is in it, a part costs some milliseconds."""

_FUNCTION = re.compile(
    r"^define (?:internal |private )?([^\n]*?)\s*(\{\n.*?^\}\n?)", re.MULTILINE | re.DOTALL
)
_VARIABLE = re.compile(r"^@.*\bglobal\b", re.MULTILINE)


def split(text, most):
    """The text as at most that many. A small module stays whole, and one with variables: there is one of each."""
    count = min(most, len(text) // SMALLEST)
    if count < 2 or _VARIABLE.search(text):
        return [text]
    found = list(_FUNCTION.finditer(text))
    everywhere = [each[0] for each in found if "alwaysinline" in each[1]]
    rest = [each for each in found if "alwaysinline" not in each[1]]
    part_of, sizes = {}, [0] * min(count, len(rest))
    for number in sorted(
        range(len(rest)), key=lambda number: -len(rest[number][0])
    ):  # to where there is least yet
        part_of[number] = part = sizes.index(min(sizes))
        sizes[part] += len(rest[number][0])
    head = [_FUNCTION.sub("", text), *everywhere]
    return [
        "\n".join([*head, *[_in_part(each, part_of[number] == part) for number, each in enumerate(rest)]])
        for part in range(len(sizes))
    ]


def _in_part(function, is_in):
    header, body = function.groups()
    return f"define {header}\n{body}" if is_in else f"declare {header}\n"
