"""The table of node ops: for the name of each, the function that is called for such a node.

The modules in `nodes` fill it, a family each. `of_tensors` takes functions whose parameters are the inputs of the node;
`node_op` decorates those that ask the node for attributes, too.
"""

import importlib
from collections import namedtuple

Entry = namedtuple("Entry", "call outputs is_pure")
Entry.__doc__ = """What to do for a node: call(node, *inputs) gives what it gives, a value, a list, or None for nothing.

outputs: the names of its outputs, if there are several of different names: then a tuple with a value or list for each.
is_pure: whether it gives the same for the same inputs, whenever it is called.
"""

_FAMILIES = (
    "arrays",
    "control",
    "elementwise",
    "images",
    "linear",
    "lists",
    "neural",
    "places",
    "pooling",
    "randomness",
    "reductions",
    "tables",
    "texts",
    "variables",
)
_entries: dict[str, Entry] = {}


def node_op(*names, outputs=None, is_pure=True):
    """Decorates a function (node, *inputs): what nodes of these ops do."""

    def register(function):
        for name in names:
            _entries[name] = Entry(function, outputs, is_pure)
        return function

    return register


def of_tensors(functions, outputs=None):
    """Enters {name: function of the inputs}."""
    for name, function in functions.items():
        _entries[name] = Entry(_without_node(function), outputs, True)


def _without_node(function):
    return lambda node, *inputs: function(*inputs)


def entry_of(name):
    """The Entry of an op; None if nodes of it are not read."""
    if not _entries:
        for each in _FAMILIES:
            importlib.import_module(f"tapeflow.api.graph_def.nodes.{each}")
    return _entries.get(name)
