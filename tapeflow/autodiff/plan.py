"""What to keep of a call and what to call for its gradient, worked out once for each op and set of watched inputs.

The needs of the rules are their argument names. They are resolved here, once, into two small generated functions: one
that selects what to keep when the call is recorded, and one for each input that calls its rule with just that.
"""

from tapeflow.autodiff.stretching import can_be_summed, summed
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.op import unchanged
from tapeflow.ops.broadcasting import sum_to

PROJECTION = object()
"""In place of a plan: this record is one result of a call that has several."""
RELEASED = object()
"""In place of a plan: a gradient has been taken, and what the record kept is gone."""
NOTHING = object()
"""In place of a plan: no input in question has a gradient, so nothing is recorded."""


class Plan:
    """How one op is differentiated with respect to one set of its inputs.

    select(inputs, params, output) -> what to keep; pulls: for each kept parent, pull(saved, g, record) -> cotangent;
    joint(saved, g, record) -> the cotangents of all kept parents at once, instead of pulls; kept: which of the watched
    inputs have a gradient (None: all).
    """

    __slots__ = ("joint", "kept", "op", "pulls", "select")


def plan_for(op, key, bits, count):
    """The Plan (or NOTHING) of `op` on `count` inputs, watched where `bits` has ones, kept under `key` from now on.

    A negative key says that broadcasting repeats an input.
    """
    plan = op.plans[key] = _make(op, bits, count, key == -bits)
    return plan


def _make(op, bits, count, stretches):
    watched = [position for position in range(count) if bits >> position & 1]
    kept = [position for position in watched if op.joint_grad_rule or _rule(op, position) is not None]
    if not kept:
        return NOTHING
    plan = Plan()
    plan.op = op
    plan.kept = None if kept == watched else tuple(position in kept for position in watched)
    needs = _Needs(op)
    if op.joint_grad_rule is not None:
        plan.pulls = None
        call = needs.call("joint", op.joint_grad_rule)
        plan.joint = needs.function(f"pick({call})", pick=_picker(op, kept))
    elif kept[-1] >= len(op.inputs):
        plan.pulls = None
        plan.joint = _with_variadic(op, needs, kept)
    else:
        plan.joint = None
        plan.pulls = tuple([_pull(op, needs, position, stretches) for position in kept])
    plan.select = needs.selector()
    return plan


def _rule(op, position):
    """The gradient rule of an input; None if there is no gradient; one that raises LookupError if nobody wrote one."""
    name = op.inputs[position] if position < len(op.inputs) else op.rest
    if name in op.grad_rules:
        return op.grad_rules[name]

    def missing(g):
        raise LookupError(
            f"No gradient defined for operation '{op.name}' (op type: {op.type_name}) "
            f"with respect to its input {name!r}."
        )

    return missing


def _pull(op, needs, position, stretches):
    rule = _rule(op, position)
    call = needs.call(f"rule{position}", rule)
    if stretches:
        shape = needs.slot(op.inputs[position] + "_shape")
        if can_be_summed(op, rule):
            name = f"rule{position}"
            return needs.function(
                f"{name}({shape}, {call.removeprefix(name + '(')}", **{name: summed(op, rule)}
            )
        return needs.function(f"fit({call}, {shape})", fit=sum_to)
    return needs.function(call)


def _with_variadic(op, needs, kept):
    """One function for an op with *inputs, whose rule gives the cotangents of all of them."""
    fixed = [position for position in kept if position < len(op.inputs)]
    calls = [needs.call(f"rule{position}", _rule(op, position)) for position in fixed]
    rest = needs.call("rest", _rule(op, kept[-1]))
    wanted = [position - len(op.inputs) for position in kept if position >= len(op.inputs)]
    return needs.function(
        f"[{', '.join([*calls, f'*pick({rest})'])}]", pick=lambda all: [all[k] for k in wanted]
    )


def _picker(op, kept):
    def pick(cotangents):
        if not isinstance(cotangents, tuple | list) or kept[-1] >= len(cotangents):
            found = len(cotangents) if isinstance(cotangents, tuple | list) else type(cotangents).__name__
            raise InvalidArgumentError(
                None,
                None,
                f"The gradient rule of {op.name} gave {found} cotangents; it needs one for each input.",
            )
        return [cotangents[position] for position in kept]

    return pick


class _Needs:
    """Collects what the rules of one plan need and writes the functions that keep it and hand it over."""

    def __init__(self, op):
        self._op = op
        self._slots = {}  # need -> expression that selects it from i (inputs), p (params), o (output)
        self._names = {}

    def slot(self, need):
        """Source text that reads the need from `s`, what was saved."""
        if need not in self._slots:
            self._slots[need] = self._expression(need)
        index = list(self._slots).index(need)
        return f"revive(s[{index}], r)" if need == "y" else f"s[{index}]"

    def call(self, name, rule):
        """Source text that calls the rule with `g` and its needs."""
        if rule is unchanged:
            return "g"
        self._names[name] = rule
        code = rule.__code__
        needs = code.co_varnames[: code.co_argcount]
        return f"{name}({', '.join('g' if need == 'g' else self.slot(need) for need in needs)})"

    def function(self, body, **names):
        return eval(f"lambda s, g, r: {body}", {**self._names, **names, "revive": revive})

    def selector(self):
        kept = "".join([f"{text}, " for text in self._slots.values()])
        return eval(f"lambda i, p, o: ({kept})", {"keep": _keep})

    def _expression(self, need):
        op = self._op
        name, _, aspect = need.rpartition("_")
        if need == "y":
            return "keep(o)"
        if need == "y_shape":
            return "o.dims"
        if need in op.inputs:
            return f"i[{op.inputs.index(need)}]"
        if need in op.parameters:
            return f"p[{need!r}]" if need not in op.defaults else f"p.get({need!r}, {op.defaults[need]!r})"
        if need == op.rest:
            return f"i[{len(op.inputs)}:]"
        attribute = {"shape": "dims", "dtype": "_dtype"}.get(aspect)
        if attribute and name in op.inputs:
            return f"i[{op.inputs.index(name)}].{attribute}"
        if attribute and name == op.rest:
            return f"[t.{attribute} for t in i[{len(op.inputs)}:]]"
        raise TypeError(
            f"A gradient rule of {op!r} asks for {need!r}, which is none of its inputs or parameters."
        )


def _keep(output):
    """The output without its record, which would make the record keep itself alive."""
    if type(output) is tuple:
        return tuple([tensor._alias() for tensor in output])
    return output._alias()


def revive(kept, record):
    """The output again, on its record, so that the gradient can be differentiated."""
    if type(kept) is tuple:
        from tapeflow.autodiff.record import projection_of

        outputs = tuple([tensor._alias() for tensor in kept])
        for index, tensor in enumerate(outputs):
            tensor._record = projection_of(record, index)
        return outputs
    output = kept._alias()
    output._record = record
    return output
