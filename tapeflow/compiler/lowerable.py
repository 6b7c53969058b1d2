"""Which nodes machine code can be written for: tried out once for each op, dtypes and kind of parameters."""

from tapeflow.compiler.kernels import KernelWriter
from tapeflow.compiler.numbers import NotLowerableError
from tapeflow.compiler.target import host

_known: dict[tuple, bool] = {}


def is_lowerable(node):
    """Whether the element of what the node gives can be written by the rule of its op."""
    if node.op.lower_rule is None or len(node.outputs) != 1 or node.op.facts.get("is_costly"):
        return False
    key = (
        node.op,
        tuple([(value.dtype, len(value.dims)) for value in node.inputs]),
        node.outputs[0].dtype,
        tuple([(name, type(each), getattr(each, "name", None)) for name, each in node.params.items()]),
    )
    if key not in _known:
        _known[key] = _try(node)
    return _known[key]


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
