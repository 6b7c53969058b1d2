"""Dtypes and shapes of results, from those of the inputs: what a tracer asks when a call becomes a node.

The rules of the ops say it for shapes of which sizes are unknown. Few rules can do with a tensor of which not even
the number of axes is known; then trials on tensors of some ranks tell the dtype, and what of the shape is the same
for all of them.
"""

from tapeflow.core import size as sizes
from tapeflow.core.eager import spec_rule
from tapeflow.core.errors import InvalidArgumentError, OpError
from tapeflow.core.size import axis_of, has_sizes, visible
from tapeflow.core.spec import spec_of
from tapeflow.graph.graph import Value

RANKS = (2, 1, 0, 3, 4, 5)
"""Those that are tried, the likeliest first."""
REFUSALS = (TypeError, ValueError, IndexError, NotImplementedError, OpError, sizes.UnknownSizeError)
"""What is raised for a tensor of a rank, or with sizes, that a call does not take."""


def infer(op, values, params):
    """(dtype, dims) of the result of a call, or a list of them; None where a size is unknown.

    Raises what TensorFlow raises when it builds such a node: TypeError for dtypes, ValueError for shapes.
    """
    if values:
        dtype = values[0].dtype
        if op.accepts is not None and dtype not in op.accepts:
            allowed = ", ".join(sorted(each.name for each in op.accepts))
            raise TypeError(
                f"Value passed to parameter '{(*op.inputs, 'x')[0]}' has DataType {dtype.name} not in list of "
                f"allowed values: {allowed}"
            )
        if op.uniform:
            for position, value in enumerate(values):
                if value.dtype is not dtype:
                    names = ["x", "y"] if op.inputs == ("a", "b") else [*op.inputs, *["values"] * len(values)]
                    raise TypeError(
                        f"Input '{names[position]}' of '{op.type_name}' Op has type {value.dtype.name} that "
                        f"does not match type {dtype.name} of argument '{names[0]}'."
                    )
    infers = op.facts.get("infers")
    if infers is not None:  # control flow knows from its graphs
        return infers(*values, **params)
    if not op.facts.get("any_rank") and any([value.dims is None for value in values]):
        return _whatever_the_rank(op, values, params)
    unknown = any([has_sizes(value.dims) for value in values])
    rule = spec_rule(op)
    try:
        result = rule(*[_spec(value, hide=True) for value in values], **params)
        if unknown:
            result = _with_known_sizes(rule, values, params, result)
    except InvalidArgumentError as error:
        shapes = ", ".join([str(list(sizes.visible(value.dims))).replace("None", "?") for value in values])
        raise ValueError(
            f"{error.message} for '{{{{node {op.type_name}}}}}' with input shapes: {shapes}."
        ) from error
    if type(result) is tuple:
        return [_dtype_and_dims(each) for each in result]
    return _dtype_and_dims(result)


def _dtype_and_dims(spec):
    return spec.dtype, spec.dims


def _spec(value, hide):
    return spec_of(sizes.visible(value.dims) if hide else value.dims, value.dtype)


def _with_known_sizes(rule, values, params, result):
    """The result of the rule with those sizes that it can express in terms of the inputs' sizes."""
    try:
        better = rule(*[_spec(value, hide=False) for value in values], **params)
    except (OpError, sizes.UnknownSizeError, ValueError, TypeError):  # it asks for numbers
        return result
    if type(result) is tuple:
        return tuple([_merged(a, b) for a, b in zip(result, better, strict=True)])
    return _merged(result, better)


def _merged(spec, better):
    if spec.dims is None or better.dims is None or len(spec.dims) != len(better.dims):
        return spec
    dims = [b if a is None else a for a, b in zip(spec.dims, better.dims, strict=True)]
    return spec_of(tuple(dims), spec.dtype)


def _whatever_the_rank(op, values, params):
    """As `infer`, where the rank of an input is not known."""
    found = []
    error = None
    for rank in (0,) if op.family == "elementwise" else RANKS:
        try:
            specs = infer(op, [_of_rank(each, rank) for each in values], params)
        except REFUSALS as refusal:
            error = error or refusal
            continue
        several = type(specs) is list
        found.append(specs if several else [specs])
    if not found:
        raise error
    if op.family == "elementwise":
        merged = [(dtype, None) for dtype, _ in found[0]]
    else:
        merged = [
            (kinds[0][0], common_dims([dims for _, dims in kinds])) for kinds in zip(*found, strict=True)
        ]
    return merged if several else merged[0]


def _of_rank(value, rank):
    if value.dims is not None:
        return value
    made = Value(value.dtype, ())
    made.dims = tuple([axis_of(made, axis) for axis in range(rank)])
    return made


def common_dims(shapes):
    """The dims that hold for all of some shapes: None if their ranks differ, None for a size that does."""
    first = visible(shapes[0])
    for each in shapes[1:]:
        each = visible(each)
        if each is None or first is None or len(each) != len(first):
            return None
        first = tuple([a if a == b else None for a, b in zip(first, each, strict=True)])
    return first
