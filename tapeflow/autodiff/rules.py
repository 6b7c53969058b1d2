"""Calls gradient rules directly, on the tensors of a call, without a record: what forward mode needs."""

from tapeflow.ops.broadcasting import sum_to


def cotangents(op, positions, g, inputs, params, output):
    """Cotangents of the inputs at `positions` for the cotangent `g` of the output, by the op's gradient
    rules.

    `g` is a tuple for an op with several results. An input without a gradient gets None.
    """
    if op.joint_grad_rule is not None:
        found = call(op.joint_grad_rule, op, g, inputs, params, output)
        return [found[position] for position in positions]
    fixed = len(op.inputs)
    rest = None
    found = []
    for position in positions:
        rule = rule_for(op, position)
        if rule is None:
            found.append(None)
        elif position >= fixed:
            rest = call(rule, op, g, inputs, params, output) if rest is None else rest
            found.append(rest[position - fixed])
        else:
            cotangent = call(rule, op, g, inputs, params, output)
            if op.broadcasts and cotangent is not None:
                cotangent = sum_to(cotangent, inputs[position].dims)
            found.append(cotangent)
    return found


def rule_for(op, position):
    """The gradient rule of an input; None if there is no gradient. LookupError if nobody wrote one."""
    if op.joint_grad_rule is not None:
        return op.joint_grad_rule
    name = op.inputs[position] if position < len(op.inputs) else op.rest
    if name not in op.grad_rules:
        raise LookupError(
            f"No gradient defined for operation '{op.name}' (op type: {op.type_name}) with respect to its "
            f"input {name!r}."
        )
    return op.grad_rules[name]


def call(rule, op, g, inputs, params, output):
    """The rule's result, with what its argument names ask for."""
    code = rule.__code__
    needs = [_need(name, op, g, inputs, params, output) for name in code.co_varnames[: code.co_argcount]]
    return rule(*needs)


def _need(name, op, g, inputs, params, output):
    if name == "g":
        return g
    if name == "y":
        return output
    if name in op.inputs:
        return inputs[op.inputs.index(name)]
    if name in op.parameters:
        return params[name] if name in params else op.defaults[name]
    if name == op.rest:
        return inputs[len(op.inputs) :]
    if name == "y_shape":
        return output.dims
    base, _, aspect = name.rpartition("_")
    attribute = {"shape": "dims", "dtype": "_dtype"}[aspect]
    if base == op.rest:
        return [getattr(each, attribute) for each in inputs[len(op.inputs) :]]
    return getattr(inputs[op.inputs.index(base)], attribute)
