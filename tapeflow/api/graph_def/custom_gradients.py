"""Custom gradients: an IdentityN whose gradient TensorFlow has traced to a function and saved beside the others.

It takes the results of the user's function, then its arguments, and hands all of them on. The gradient function takes
the cotangents of all, then what it captures, and gives cotangents for those inputs that have any.
"""

from tapeflow.api.gradients import custom_gradient
from tapeflow.core.errors import DataLossError
from tapeflow.core.tensor import Tensor
from tapeflow.ops.effects import prevent_gradient

KIND = "_gradient_op_type"
"""The attribute that names the gradient."""
_CALLS = ("PartitionedCall", "StatefulPartitionedCall")


def gradient_functions(node):
    """The names of the functions that compute the gradient of a node: one, or none."""
    if KIND not in node or node.op != "IdentityN":
        return []
    found = node.library.gradients.get(node.text(KIND))
    return [] if found is None else [found]


def read_by_gradient(node):
    """The tensors of the function around, as inputs are written, that the gradient of a node reads."""
    return [
        each
        for name in gradient_functions(node)
        for each in node.library.captures_of(name)[0]
        if isinstance(each, str)
    ]


def with_gradient(node, inputs, values):
    """The inputs of a node that has a gradient of its own, so that this one is used; calls have the ordinary one.

    A gradient that was not saved raises LookupError, as in TensorFlow, when it is asked for: that of the operations
    would be another one.
    """
    if node.op in _CALLS:
        return inputs
    names = gradient_functions(node)
    tensors = [each for each in inputs if isinstance(each, Tensor)]
    if not names:
        message = f"No gradient defined for operation {node.name!r} (op type: {node.text(KIND)})"
        return [
            prevent_gradient(each, message=message) if isinstance(each, Tensor) else each for each in inputs
        ]
    (name,) = names
    captured, has_cotangent = node.library.captures_of(name)
    captured = [_value(values, each) if isinstance(each, str) else each for each in captured]
    if len(has_cotangent) != len(inputs):
        raise DataLossError(None, None, f"{node} has a gradient for {len(has_cotangent)} inputs")
    if len(tensors) != len(inputs):
        raise NotImplementedError(f"{node} has a custom gradient of variables, which is not read.")

    @custom_gradient
    def handed_on(*tensors):
        def gradient(*cotangents):
            found = iter(node.call(name, [*cotangents, *captured]))
            return [next(found) if there else None for there in has_cotangent]

        return list(tensors), gradient

    return handed_on(*tensors)


def _value(values, text):
    name, _, number = text.partition(":")
    outputs = values[name]
    return [each for output in outputs for each in output][int(number or 0)]
