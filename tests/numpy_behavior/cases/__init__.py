"""The calls that both libraries must answer alike: every public name, with many dtypes and arguments."""

from tests.numpy_behavior.cases import (
    creation,
    elements,
    expressions,
    layout,
    places,
    products,
    reductions,
    tensors,
)

MORE = {"nansum", "nanprod", "tril", "triu", "heaviside", "eq", "ne"}
"""What takes dtypes that TensorFlow refuses: complex numbers, bools, for `==` of variables those that differ."""

CALLS = {}
for module in (elements, reductions, layout, creation, products, places, tensors, expressions):
    CALLS.update(module.CALLS)

FAMILIES = {
    "off": ["creation", "layout", "products", "places", "expressions"],
    "legacy": list(CALLS),
    "prefer_float32": ["of_two", "creation", "operators", "expressions"],
    "safe": ["of_two", "operators", "expressions"],
    "all": list(CALLS),
}
"""Which families of calls are compared in each mode."""
IN_FULL = {"legacy", "all"}
"""The modes in which every call is compared; of the others, which share their code, each third one."""


def named(mode):
    """The calls for a mode, each with a name of its own."""
    for family in FAMILIES[mode]:
        for position, call in enumerate(CALLS[family]):
            if (call.modes is None or mode in call.modes) and (mode in IN_FULL or position % 3 == 0):
                yield f"{family}-{position}-{call!r}", call
