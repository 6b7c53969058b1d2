"""The messages of graphs, as TensorBoard shows them: a node for each operation, with what it takes and gives."""

from tapeflow.files.saved_model_messages import messages


def graph_message(operations):
    """The GraphDef of operations: objects with `name`, `type`, `inputs` and `outputs`, the last two of tensors.

    Each node tells the dtype and the shapes of what it gives. The other parameters of operations are not in it: this
    is to be looked at.
    """
    graph = messages.GraphDef()
    places = {}  # a value -> what stands for it among the inputs of a node
    listed = {each.name for each in operations}
    for operation in operations:
        for number, output in enumerate(operation.outputs):
            places[output.value] = f"{operation.name}:{number}" if number else operation.name
    for operation in operations:
        node = graph.node.add(name=operation.name, op=operation.type)
        for tensor in operation.inputs:
            if tensor.value not in places:  # a constant, which no operation of a program gives
                places[tensor.value] = _constant(graph, tensor, operation.name, listed)
            node.input.append(places[tensor.value])
        _describe(node, operation.outputs)
    # What a node takes stands before it.
    graph.node.sort(key=lambda node: node.op != "Const")
    return graph


def _constant(graph, tensor, user, listed):
    name = f"{user}/Const"
    while name in listed:
        name += "_"
    listed.add(name)
    _describe(graph.node.add(name=name, op="Const"), [tensor])
    return name


def _describe(node, outputs):
    for place, tensor in enumerate(outputs):
        if place == 0:
            node.attr["dtype"].type = tensor.dtype.as_datatype_enum
        shape = node.attr["_output_shapes"].list.shape.add()
        if tensor.shape.rank is None:
            shape.unknown_rank = True
        for size in tensor.shape if tensor.shape.rank is not None else ():
            shape.dim.add(size=-1 if size is None else size)
