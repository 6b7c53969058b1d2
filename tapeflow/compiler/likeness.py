"""Which kernels are alike: the same ops on the same shapes, but for where in memory the numbers lie.

The layers of a network, the updates of its weights and the steps of an unrolled loop are many times the same
kernel, which is written and compiled once.
"""

from tapeflow.core.dtypes import DType


class _Unknown(Exception):
    """Something of which nobody can say whether it is the same."""


def likeness(plan, kernel, position_of):
    """A key that is equal for kernels that are alike; None if that cannot be said.

    position_of(value): which of the kernel's addresses is that of a value in memory.
    """
    places = {root.value: number for number, root in enumerate(kernel.roots)}
    numbers, nodes = {}, []  # node -> its number; what each is

    def operand(value):
        if value.constant is not None and value.constant.size == 1:
            return "constant", value.dtype, value.dims, value.constant.tobytes()
        base = plan.base(value)
        if base in places:
            return "root", places[base], value.dims
        maker = plan.maker(base)
        if maker is None or base in plan.roots:
            return "memory", position_of(base), value.dtype, value.dims, base.dims
        return "value", number_of(maker), value.dims

    def number_of(node):
        if node not in numbers:
            found = node.op, frozen(node.params), node.outputs[0].dtype, node.outputs[0].dims
            found = (*found, *[operand(value) for value in node.inputs])
            numbers[node] = len(nodes)
            nodes.append(found)
        return numbers[node]

    try:
        roots = []
        for root in kernel.roots:
            is_stored = root.value in plan.stored
            place = position_of(root.value) if is_stored else None
            needs = tuple([places.get(need.value) for need in root.needs])
            roots.append((root.kind, root.space, number_of(root.node), place, needs))
    except _Unknown:
        return None
    return kernel.rows, kernel.columns, tuple(roots), tuple(nodes)


def frozen(value):
    """Something hashable that is equal for equal parameters of ops. Raises _Unknown for objects of unknown kinds."""
    kind = type(value)
    if kind is dict:
        return tuple([(name, frozen(each)) for name, each in sorted(value.items())])
    if kind is tuple or kind is list:
        return kind, tuple([frozen(each) for each in value])
    if kind is float:
        return kind, value.hex()
    if value is None or kind in (bool, int, str, bytes):
        return kind, value
    if isinstance(value, DType):
        return value
    raise _Unknown
