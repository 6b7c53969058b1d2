"""Nodes that call functions, choose among them, or repeat them; and those that only give an order."""

import sys

import tapeflow as tf
from tapeflow.api.graph_def.table import node_op, of_tensors
from tapeflow.core.shapes import TensorShape

of_tensors({"NoOp": lambda: None, "GuaranteeConst": lambda x: x})


@node_op("PartitionedCall", "StatefulPartitionedCall", is_pure=False)
def _call(node, *inputs):
    return node.call(node.function("f"), inputs)


@node_op("If", "StatelessIf", is_pure=False)
def _if(node, condition, *inputs):
    if condition.dtype is not tf.bool:  # numbers and strings: whether they are not zero, not empty
        condition = condition != tf.zeros([], condition.dtype)
    then, otherwise = node.function("then_branch"), node.function("else_branch")
    return _chosen(
        node,
        [otherwise, then],
        inputs,
        lambda branches: tf.cond(condition, branches[1], branches[0]),
    )


@node_op("Case", "StatelessCase", is_pure=False)
def _case(node, index, *inputs):
    return _chosen(node, node.functions("branches"), inputs, lambda branches: tf.switch_case(index, branches))


def _chosen(node, names, inputs, choose):
    """What one of the functions gives. Results that are inputs which are no tensors are passed by, if all agree."""
    unchanged = [node.library.program(name).unchanged() for name in names]
    passed = {}
    for place, numbers in enumerate(zip(*unchanged, strict=True)):
        found = {id(inputs[number]) for number in numbers if number is not None}
        if None not in numbers and len(found) == 1 and not _is_carried(inputs[numbers[0]]):
            passed[place] = inputs[numbers[0]]

    def branch(name):
        def run():
            found = node.call(name, inputs)
            return [each for place, each in enumerate(found) if place not in passed]

        return run

    results = iter(choose([branch(name) for name in names]) if len(passed) < len(unchanged[0]) else [])
    return [passed[place] if place in passed else next(results) for place in range(len(unchanged[0]))]


def _is_carried(value):
    return isinstance(value, tf.Tensor | tf.TensorArray)


@node_op("While", "StatelessWhile", is_pure=False)
def _while(node, *inputs):
    """Results that are inputs of the body, unchanged, are no loop variables here: they may be of any kind."""
    condition, body = node.function("cond"), node.function("body")
    unchanged = node.library.program(body).unchanged()
    carried = [place for place, each in enumerate(unchanged) if each != place]
    dims = node.all_dims("output_shapes")
    values = list(inputs)

    def with_carried(tensors):
        found = list(values)
        for place, tensor in zip(carried, tensors, strict=True):
            found[place] = tensor
        return found

    def goes_on(*tensors):
        (holds,) = node.call(condition, with_carried(tensors))
        return holds

    def step(*tensors):
        found = node.call(body, with_carried(tensors))
        return [found[place] for place in carried]

    if not carried:
        return values
    found = _repeated(
        goes_on,
        step,
        [values[place] for place in carried],
        [dims[place] for place in carried] if dims else None,
    )
    return with_carried(found)


def _repeated(goes_on, step, loop_vars, dims):
    """The loop: with the shapes that the loop variables have at first or, if they change, with those of the node."""
    try:
        return tf.while_loop(goes_on, step, loop_vars)
    except ValueError:
        if dims is None:
            raise
        invariants = [
            TensorShape(known) if isinstance(each, tf.Tensor) else each._type_spec
            for each, known in zip(loop_vars, dims, strict=True)
        ]
        return tf.while_loop(goes_on, step, loop_vars, shape_invariants=invariants)


@node_op("Assert", is_pure=False)
def _assert(node, condition, *data):
    tf.debugging.Assert(condition, list(data), node.integer("summarize", 3))


@node_op("PrintV2", is_pure=False)
def _print(node, text):
    stream = sys.stdout if node.text("output_stream", "stderr") == "stdout" else sys.stderr
    tf.print(text, output_stream=stream, end=node.text("end", "\n"))
