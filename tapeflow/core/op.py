"""An op is data: a kernel and the rules that stand beside it. The engine reads ops and knows none by name.

    @elementwise(accepts=FLOATS_AND_COMPLEX)
    def tanh(xp, x):
        return xp.tanh(x)

    tanh.grad(x=lambda g, y: g * (1.0 - y * y))
    tanh.lower(lambda e, x: e.tanh(x))

A kernel takes the array namespace `xp`, then the input arrays by position, then its parameters by keyword. Every rule
is a function whose *argument names are its needs*; see `Op.grad`.
"""

from tapeflow.core.apply import apply

LARGE, VERY_LARGE = 1 << 12, 1 << 16
"""From how many elements on compiled kernels win, for ops that compute functions and for ops that mostly move data."""
_CHEAP = frozenset(
    {
        "abs",
        "cast",
        "ceil",
        "conj",
        "constant",
        "dtype",
        "equal",
        "floor",
        "isfinite",
        "isnan",
        "logical_and",
        "logical_not",
        "logical_or",
        "logical_xor",
        "maximum",
        "minimum",
        "not_equal",
        "required",
        "rint",
        "select",
        "sign",
        "sqrt",
    }
)
"""What an element's rule may ask for without being costly."""
VARIADIC = 0x04  # code flag of a function with *inputs
REGISTRY: dict[str, "Op"] = {}
"""Every op by its type name, in order of definition."""


class Op:
    """One primitive: `op(*tensors, **parameters)` goes through the door, `apply`."""

    def __init__(self, kernel, type_name, accepts=None, result=None, family="", uniform=None, **facts):
        code = kernel.__code__
        count = code.co_argcount
        self.kernel = kernel
        self.name = kernel.__name__
        self.type_name = type_name or "".join(word.capitalize() for word in self.name.strip("_").split("_"))
        self.__doc__ = kernel.__doc__
        self.accepts = accepts  # frozenset of DTypes that the first input may have; None: any
        self.keeps_dtype = isinstance(result, str)
        self.result = result  # "same": the dtype of the first input; a DType; None: whatever the kernel gives
        self.family = family
        self.broadcasts = family == "elementwise" and count > 2
        self.uniform = self.broadcasts if uniform is None else uniform
        # uniform: the inputs must share one dtype
        self.facts = facts  # algebraic facts that a pass may use: commutes=True, identity=0, linear=True, ...
        by_family = VERY_LARGE if family in ("elementwise", "reduction") else None
        default = LARGE if "rows" in facts or "step" in facts else by_family
        self.large = facts.get("large", default)
        # large: from how many elements on calls are left to compiled kernels, if there are any; None: never
        self.inputs = code.co_varnames[1:count]
        self.parameters = code.co_varnames[count : count + code.co_kwonlyargcount]
        self.defaults = kernel.__kwdefaults__ or {}
        self.rest = code.co_varnames[count + code.co_kwonlyargcount] if code.co_flags & VARIADIC else None
        self.grad_rules = {}
        self.joint_grad_rule = None
        self.spec_rule = self.jvp_rule = self.batch_rule = self.lower_rule = self.expand_rule = None
        self.batch_broadcasts = False
        self.plans = {}  # filled by autodiff: what to keep and call, for each set of watched inputs
        if self.type_name in REGISTRY:
            raise ValueError(f"Two ops have the type name {self.type_name!r}; rename one of them.")
        REGISTRY[self.type_name] = self

    __call__ = apply

    def __repr__(self):
        return f"<op {self.name} ({self.type_name})>"

    def __reduce__(self):
        return find, (self.type_name,)

    def spec(self, rule):
        """Shape and dtype of the result from those of the inputs: `rule(*input_specs, **parameters)`.

        Specs are `TensorSpec`s whose shapes may be partly unknown; the rule returns one, or a tuple of them, and raises
        TensorFlow's error for inputs that do not fit together.
        """
        self.spec_rule = rule
        return rule

    def grad(self, joint=None, **rules):
        """Cotangent of each input, in public ops. `x=None` says that the result does not depend on x differentiably.

        A rule takes what it needs by name: `g` the incoming cotangent; `y` the output (a tuple if there are several);
        an input or a parameter by its name; `x_shape`, `x_dtype` (`y_shape`) for these alone, which keeps no array
        alive. The rule of `*values` returns one cotangent for each of them. A `joint` rule returns the cotangents of
        all inputs at once, for ops whose inputs share the work.
        """
        known = {*self.inputs, self.rest}
        for name in rules:
            if name not in known:
                raise TypeError(
                    f"{self!r} has no input {name!r} to give a gradient rule; it has {self.inputs}."
                )
        self.grad_rules.update(rules)
        self.joint_grad_rule = joint or self.joint_grad_rule
        self.plans.clear()
        return joint

    def jvp(self, rule):
        """Forward mode where the reverse rule's transpose would be slow: `rule(tangents, inputs, output, params)`."""
        self.jvp_rule = rule
        return rule

    def batch(self, rule, broadcasts=False):
        """The call when every input has one more leading axis: `rule(*inputs, **parameters)`.

        With `broadcasts=True` an input that is not batched comes with a leading axis of 1, else it is repeated.
        """
        self.batch_rule = rule
        self.batch_broadcasts = broadcasts
        return rule

    def expand(self, rule):
        """The same in simpler public ops, for a compiler that fuses them: `rule(*inputs, **parameters)`."""
        self.expand_rule = rule
        return rule

    def lower(self, rule):
        """One element of the result in scalars, pull style. See `tapeflow/ops/lowering.md` for the emitter `e`."""
        self.lower_rule = rule
        if self.large == VERY_LARGE and self.family == "elementwise" and _is_costly(rule):
            self.large = LARGE
        return rule


def _is_costly(rule):
    """Whether the rule of an element calls functions that take the processor more than some instructions."""
    code = getattr(rule, "__code__", None)
    return code is None or any([name not in _CHEAP for name in code.co_names])


def unchanged(g):
    """The gradient rule of an input that the result follows one to one: the cotangent as it is."""
    return g


def find(type_name):
    """The op of this type name; LookupError if there is none."""
    try:
        return REGISTRY[type_name]
    except KeyError:
        raise LookupError(f"There is no op of type {type_name!r}.") from None


def op(type_name=None, **options):
    """Decorator: makes an op of a kernel. `type_name` is TensorFlow's (default: the kernel's name in CamelCase)."""
    return lambda kernel: Op(kernel, type_name, **options)


def elementwise(type_name=None, result="same", **options):
    """Decorator: an op that computes each element from the elements at its index, broadcasting its inputs.

    The inputs share one dtype. Spec, batching and the reduction of cotangents to broadcast inputs need no rule.
    """
    return lambda kernel: Op(kernel, type_name, result=result, family="elementwise", **options)


def no_gradient(*ops):
    """Declares that the results of these ops depend on no input differentiably."""
    for each in ops:
        each.grad(**dict.fromkeys((*each.inputs, *([each.rest] if each.rest else ()))))
