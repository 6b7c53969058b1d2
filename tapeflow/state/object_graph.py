"""The graph of a program's objects as a checkpoint keeps it: nodes with named children and named values.

Source: trackable_object_graph.proto of TensorFlow.
"""

from collections import deque

from tapeflow.core.errors import DataLossError
from tapeflow.files.wire import bytes_field, fields, number_field
from tapeflow.state.trackable import dependencies

GRAPH_KEY = "_CHECKPOINTABLE_OBJECT_GRAPH"
"""Under which name a checkpoint keeps its graph."""


class ObjectNode:
    """One object: `children` is {name: number of the node}, `values` {name: name in the checkpoint}."""

    __slots__ = ("children", "slots", "values")

    def __init__(self):
        self.children = {}
        self.values = {}
        self.slots = []  # numbers of the nodes that are slot variables of an optimizer of the old kind


def encode(nodes, full_names):
    """The message of the nodes. full_names: {name in the checkpoint: what the value is called for people}."""
    filled = {place for place, node in enumerate(nodes) if node.values}
    parents = {}
    for place, node in enumerate(nodes):
        for child in node.children.values():
            parents.setdefault(child, []).append(place)
    waiting = list(filled)
    while waiting:
        for parent in parents.get(waiting.pop(), ()):
            if parent not in filled:
                filled.add(parent)
                waiting.append(parent)
    found = []
    for place, node in enumerate(nodes):
        parts = [
            bytes_field(1, number_field(1, child) + bytes_field(2, name))
            for name, child in node.children.items()
        ]
        parts += [
            bytes_field(2, bytes_field(1, name) + bytes_field(2, full_names[key]) + bytes_field(3, key))
            for name, key in node.values.items()
        ]
        if place in filled:
            parts.append(bytes_field(5, number_field(1, 1)))
        found.append(bytes_field(1, b"".join(parts)))
    return b"".join(found)


def decode(message, path):
    """The list of ObjectNodes of a message. DataLossError, with `path`, if it is damaged."""
    try:
        nodes = [_node(value) for field, value in fields(message) if field == 1]
    except (DataLossError, UnicodeDecodeError, AttributeError, TypeError) as error:
        raise DataLossError(
            None, None, f"{path}: the object graph is damaged: {getattr(error, 'message', error)}"
        ) from None
    for node in nodes:
        for child in (*node.children.values(), *node.slots):
            if child >= len(nodes):
                raise DataLossError(
                    None, None, f"{path}: the object graph names node {child}, and has {len(nodes)}"
                )
    return nodes


def _node(message):
    node = ObjectNode()
    for field, value in fields(message):
        inner = dict(fields(value)) if field in (1, 2, 3) else {}
        if field == 1:
            node.children[_text(inner, 2)] = _number(inner, 1)
        elif field == 2:
            node.values[_text(inner, 1)] = _text(inner, 3)
        elif field == 3:
            node.slots.append(_number(inner, 3))
    return node


def _text(message, field):
    found = message.get(field, b"")
    if isinstance(found, int):  # bytes(n) would make n bytes
        raise TypeError(f"field {field} is a number")
    return bytes(found).decode()


def _number(message, field):
    found = message.get(field, 0)
    if not isinstance(found, int):
        raise TypeError(f"field {field} is no number")
    return found


class Found:
    """One object of a program: its name from the root, and its children as numbers."""

    __slots__ = ("children", "path", "value")

    def __init__(self, value, path):
        self.value = value
        self.path = path  # the names from the root
        self.children = {}


def walk(root, children=dependencies):
    """The list of Founds of all objects that can be reached from the root, nearest first."""
    found = [Found(root, ())]
    numbers = {id(root): 0}
    waiting = deque([0])
    while waiting:
        number = waiting.popleft()
        here = found[number]
        for name, child in children(here.value).items():
            place = numbers.get(id(child))
            if place is None:
                place = numbers[id(child)] = len(found)
                found.append(Found(child, (*here.path, name)))
                waiting.append(place)
            here.children[name] = place
    return found


def escaped(name):
    """A name as part of a path: dots and slashes mean something there."""
    return name.replace(".", "..").replace("/", ".S")


def value_key(path, name):
    """What the value `name` of the object at `path` is called in a checkpoint."""
    return "/".join([*map(escaped, path), ".ATTRIBUTES", escaped(name)])
