"""Cotangents of inputs that broadcasting repeats: a gradient rule and the sum over the repetitions in one."""

from tapeflow.core.context import listening, state
from tapeflow.core.eager import large_calls
from tapeflow.core.op import LARGE, VARIADIC, unchanged
from tapeflow.core.tensor import EagerTensor
from tapeflow.ops.broadcasting import reduce_sum, repeated_axes, sum_to


def can_be_summed(op, rule):
    """Whether a gradient rule of an op computes each element from those at its place, g first."""
    code = getattr(rule, "__code__", None)
    if op.family != "elementwise" or rule is unchanged or code is None or code.co_flags & VARIADIC:
        return False
    names = code.co_varnames[: code.co_argcount]
    return names[:1] == ("g",) and set(names) <= {"g", "y", *op.inputs, *op.parameters}


def summed(op, rule):
    """found(shape, g, ...): what the rule gives for an input of that shape, summed over its repetitions.

    For a large cotangent g, while nobody listens, rule and sum are left to one compiled kernel, if there is one: then
    what the rule gives is never stored.
    """
    composite = _RuleAndSum(rule, f"{op.type_name} gradient")

    def found(shape, g, *rest):
        if (
            type(g) is EagerTensor
            and g._array.size >= LARGE
            and (not listening or (state.only_tapes and not state.tapes))
        ):
            sum = composite.by_kernel(shape, g, rest)
            if sum is not None:
                return sum_to(sum, shape)
        return sum_to(rule(g, *rest), shape)

    return found


class _RuleAndSum:
    """The composite of a rule and a sum over `axes`, as compiled kernels know it."""

    family = "composite"

    def __init__(self, rule, type_name):
        self.type_name = type_name
        self.facts = {"rows": "axes", "broadcasts": True}
        code = rule.__code__
        self.inputs = code.co_varnames[: code.co_argcount]
        self._function = getattr(rule, "function", rule)

    def by_kernel(self, shape, g, rest):
        """The sum with axes of length 1, if a kernel gives it."""
        axes = repeated_axes(g.dims, shape)
        if not axes:
            return None
        tensors, params = [g], {"axes": axes}
        for name, each in zip(self.inputs[1:], rest, strict=True):
            if type(each) is EagerTensor:
                tensors.append(each)
            else:
                params[name] = each
        return large_calls.evaluate(self, tensors, params)

    def __call__(self, *tensors, axes, **params):
        rest = iter(tensors)
        arguments = [params[name] if name in params else next(rest) for name in self.inputs]
        return reduce_sum(self._function(*arguments), axes=axes, keepdims=True)
