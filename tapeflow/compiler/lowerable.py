"""Which nodes machine code can be written for: tried out once for each op, dtypes and kind of parameters.

Rules that take and give float32 and bool, the usual ones, are trusted without a trial, which takes about as long as
writing the program does. Should one of them refuse while a program is written, `distrust` has all of them tried.
"""

from tapeflow.compiler.kernels import KernelWriter
from tapeflow.compiler.numbers import NotLowerableError
from tapeflow.compiler.target import host

_known: dict[tuple, bool] = {}
_TRUSTED_DTYPES = {"float32", "bool"}
_TRUSTED_FAMILIES = {"elementwise": set(), "reduction": {"axes", "keepdims"}}
"""{family of ops: the parameters that its rules take in any case}."""
_trusts = True


def is_lowerable(node):
    """Whether the element of what the node gives can be written by the rule of its op."""
    if node.op.lower_rule is None or len(node.outputs) != 1 or node.op.facts.get("is_costly"):
        return False
    if _trusts and _is_usual(node):
        return True
    key = (
        node.op,
        tuple([(value.dtype, len(value.dims)) for value in node.inputs]),
        node.outputs[0].dtype,
        tuple([(name, type(each), getattr(each, "name", None)) for name, each in node.params.items()]),
    )
    if key not in _known:
        _known[key] = _try(node)
    return _known[key]


def distrust():
    """Has every rule tried from now on; whether some were trusted until now."""
    global _trusts
    before, _trusts = _trusts, False
    return before


def _is_usual(node):
    names = _TRUSTED_FAMILIES.get(node.op.family)
    return (
        names is not None
        and names.issuperset(node.params)
        and all([value.dtype.name in _TRUSTED_DTYPES for value in (*node.inputs, *node.outputs)])
    )


def _try(node):
    from llvmlite import ir

    try:
        KernelWriter(ir.Module("trial"), "trial", *_alone(node), host(), lambda value: value).write()
    except NotLowerableError:
        return False
    return True


class _Trial:
    """A plan of one node."""

    is_trial = True

    def __init__(self, node):
        self._node = node
        self.stored = {node.outputs[0]}
        self.roots = {}

    def base(self, value):
        """Every value is its own."""
        return value

    def maker(self, value):
        """Only the node itself is computed."""
        return self._node if value is self._node.outputs[0] else None


def _alone(node):
    from tapeflow.compiler.plan import Kernel, Root

    trial = _Trial(node)
    value = node.outputs[0]
    kind = "map"
    space = value.dims
    if node.op.family == "reduction":
        source = node.inputs[0].dims
        axes = node.params["axes"]
        is_last = axes == (len(source) - 1,)
        kind, space = ("row", source) if is_last else ("fold", value.dims)
    root = Root(value, node, kind, space)
    trial.roots[value] = root
    rows, columns = (space[:-1], space[-1]) if space and kind != "fold" else (space, 1)
    kernel = Kernel(rows, columns)
    kernel.roots.append(root)
    return trial, kernel
