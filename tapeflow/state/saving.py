"""Writing the values of all objects that can be reached from one into a checkpoint."""

import numpy

from tapeflow.core.dtypes import string
from tapeflow.core.operands import as_tensor
from tapeflow.files.bundle import write_bundle
from tapeflow.state.object_graph import GRAPH_KEY, ObjectNode, encode, value_key, walk
from tapeflow.state.trackable import Trackable, dependencies


def save_objects(root, prefix, children=dependencies):
    """Writes a checkpoint at `prefix`; returns the list of Founds that are in it, in the order of their nodes."""
    found = walk(root, children)
    nodes, tensors, names = [], {}, {}
    for each in found:
        node = ObjectNode()
        node.children = each.children
        for name, value in own_values(each.value).items():
            key = node.values[name] = value_key(each.path, name)
            tensor = as_tensor(value)
            tensors[key] = tensor._dtype, numpy.asarray(tensor._array)
            names[key] = getattr(each.value, "_shared_name", key)
        nodes.append(node)
    message = numpy.empty((), object)
    message[()] = encode(nodes, names)
    tensors[GRAPH_KEY] = string, message
    write_bundle(prefix, tensors)
    return found


def own_values(trackable):
    """{name: tensor} of the values of the object itself."""
    if not isinstance(trackable, Trackable):
        return {}
    try:
        return trackable._serialize_to_tensors()
    except NotImplementedError:
        return {}
