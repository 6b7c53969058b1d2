"""tf.graph_util: graphs that TensorFlow wrote, as a part of ours."""

import functools

from tapeflow.api.arrays import constant
from tapeflow.api.graph_def.program import GraphProgram, Library
from tapeflow.compat.graphs.calls import called
from tapeflow.compat.graphs.graph import Graph
from tapeflow.compat.v1.graphs import placeholder
from tapeflow.core.context import state
from tapeflow.core.operands import as_tensor
from tapeflow.files.saved_model_messages import graph_of

__all__ = ["import_graph_def"]


def import_graph_def(graph_def, input_map=None, return_elements=None, name=None, producer_op_list=None):
    """Calls what the nodes of a GraphDef say: adds them to the current graph of `tf.Graph`, or runs them.

    Args:
      graph_def: a `tf.compat.v1.GraphDef`, of TensorFlow's own class or ours.
      input_map: {name of a tensor of the GraphDef: tensor to use instead}.
      return_elements: names of tensors ("add:0") or operations ("add").
      name: what names begin with in the graph; "import" unless given.
      producer_op_list: not used.

    Returns the list of the elements, or None. Outside of a `tf.Graph`, in a tf.function or eagerly, only what they need
    is run, and `input_map` must say what placeholders are. Raises ValueError for names that are not there and
    NotImplementedError for operations that are not read, all of which it names.

    >>> node = tf.compat.v1.NodeDef(name="y", op="Neg", input=["x"])
    >>> graph_def = tf.compat.v1.GraphDef(node=[tf.compat.v1.NodeDef(name="x", op="Placeholder"), node])
    >>> y, = tf.graph_util.import_graph_def(graph_def, {"x:0": tf.constant([1, 2])}, ["y:0"])
    >>> y.numpy()
    array([-1, -2], dtype=int32)
    """
    message = graph_of(graph_def)
    given = {key if ":" in key else f"{key}:0": as_tensor(each) for key, each in (input_map or {}).items()}
    there = {node.name for node in message.node}
    _check_names(given, return_elements, there)
    elements = list(return_elements or ())
    needed = [each for each in elements if ":" in each]
    operations = [each for each in elements if ":" not in each]
    graph = state.interpreter if isinstance(state.interpreter, Graph) else None
    library = Library(message.library.function)
    tensors = [f"{each}:0" for each in operations]
    wanted = [*needed, *tensors]
    if graph is None:
        found = GraphProgram(message, library, list(given), wanted).run(list(given.values()))
    else:
        program = GraphProgram(message, library, list(given), wanted, [each.name for each in message.node])
        prefix = "import" if name is None else name
        with graph.name_scope(prefix) as scope:
            found = program.run(list(given.values()), functools.partial(_add, graph, scope))
    results = dict(zip([*needed, *operations], found, strict=True))
    if return_elements is None:
        return None
    return [results[each] if ":" in each else results[each].op for each in elements]


def _check_names(given, return_elements, there):
    unknown = [each for each in given if each.partition(":")[0] not in there]
    if unknown:
        raise ValueError(f"Attempted to map inputs that were not found in graph_def: [{', '.join(unknown)}]")
    for each in return_elements or ():
        if not isinstance(each, str):
            raise TypeError(
                f"Argument `return_elements` must be a list of strings. Obtained return_elements={return_elements}"
            )
        if each.partition(":")[0] not in there:
            raise ValueError(f"Requested return_element {each!r} not found in graph_def.")


def _add(graph, scope, entry, node, inputs):
    """Adds what a node does to the graph, under its name."""
    name = f"{scope}{node.name}/"
    if node.op == "Placeholder":
        return placeholder(node.dtype("dtype"), node.dims("shape") if "shape" in node else None, name)
    if node.op == "Const":
        array, dtype = node.tensor("value")
        return called(graph, constant, (array, dtype), {}, name)
    return called(graph, entry.call, (node, *inputs), {}, name)
