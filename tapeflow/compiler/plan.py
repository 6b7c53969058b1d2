"""What becomes a kernel, what is stored, and what is called.

A *root* is a value that is computed into memory, or, inside the kernel of a row, into a register: results, what a
called op or a matrix product reads, every reduction, and costly values that several roots need. Everything else is
computed where it is read. Roots over the same rows, of which one needs the other, share a kernel as long as
nothing outside of it comes between them.
"""

import math

from tapeflow.compiler.numbers import NotLowerableError
from tapeflow.compiler.scattered import is_scattered
from tapeflow.compiler.types import COMPILED
from tapeflow.graph.simplify import values_in_params

_COSTLY = 12
"""What a value may cost, in additions, to be computed more than once."""
_COST_OF_FUNCTION = 10
_DEAR = 1 << 20
_MANY = 1 << 12
"""So many elements are stored before a reduction rather than collected from all over memory."""
_DEEPEST = 24
"""How many ops in a row are computed where their result is read: rules call each other, and Python has its limits."""
_MOST_ROOTS = 32
"""Longer kernels gain nothing, and shorter ones are more often alike."""
_MOST_ON_STACK = 1 << 20
"""The bytes of all the rows that a kernel may keep."""
FEW_ROWS = 16
"""Fewer rows than this are no good pieces for threads: some thread would wait for the last."""


class Root:
    """One value with how it comes about.

    kind: "map" computes every element by itself, "row" reduces the last axis, "fold" reduces other axes. space:
    the dims that its kernel runs over.
    """

    __slots__ = ("is_alone", "kind", "needs", "node", "space", "value")

    def __init__(self, value, node, kind, space):
        self.value = value
        self.node = node
        self.kind = kind
        self.space = space
        self.is_alone = False  # whether it is stored by a kernel of its own
        self.needs = []  # the other roots that its elements are computed from

    @property
    def is_joinable(self):
        """Whether the root may share a kernel: not if it reduces other axes than the last, or several."""
        if self.is_alone:
            return False
        return self.kind == "map" or (self.kind == "row" and len(self.node.params["axes"]) == 1)


class Kernel:
    """Roots that are computed together, in the order in which they need each other."""

    __slots__ = ("columns", "position", "roots", "rows")

    def __init__(self, rows, columns):
        self.rows = rows
        self.columns = columns
        self.roots = []
        self.position = 0


class Step:
    """One step of a program: a Kernel, or a node that is native code of its own, control flow, or called."""

    __slots__ = ("epilogue", "kernel", "kind", "node")

    def __init__(self, kind, node=None, kernel=None, epilogue=None):
        self.kind = kind  # "kernel", "native", "control", "call"
        self.node = node
        self.kernel = kernel
        self.epilogue = epilogue  # what a native step does to its result before it stores it


class Plan:
    """steps: in the order in which they run; stored: the values that are in memory when they are done.

    is_trial: whether kernels are only written to see whether they can be, once each way.
    """

    is_trial = False

    def __init__(self, graph, lowerable, is_step, is_control):
        self.graph = graph
        self._lowerable = lowerable
        self._is_step = is_step
        self._is_control = is_control
        self._makers = {value: node for node in graph.nodes for value in node.outputs}
        self._readers = {}
        for node in graph.nodes:
            for value in node.inputs:
                self._readers.setdefault(value, []).append(node)
        self.same = {}  # value -> the value whose elements it has, in the same order
        for node in graph.nodes:
            if node.op.facts.get("same_elements") and self._is_plain(node):
                self.same[node.outputs[0]] = self.base(node.inputs[0])
        self.computed = {
            node
            for node in graph.nodes
            if node.outputs
            and node.outputs[0] not in self.same
            and self._is_plain(node)
            and not is_step(node)
            and lowerable(node)
        }
        self._choose_roots()
        self._form_kernels()

    def base(self, value):
        """The value that is in memory where this one is."""
        return self.same.get(value, value)

    @staticmethod
    def _is_plain(node):
        values = (*node.inputs, *node.outputs)
        return (
            len(node.outputs) == 1
            and not node.effect
            and all([each.dtype in COMPILED and each.dims is not None for each in values])
            and all([type(size) is int and size > 0 for each in values for size in each.dims])
        )

    def maker(self, value):
        """The node that computes a value by rules; None for inputs, constants and what is called."""
        node = self._makers.get(self.base(value))
        return node if node in self.computed else None

    # Roots.

    def _choose_roots(self):
        """Finds out which values are roots, and what each is computed from."""
        required = set()
        for value in self.graph.outputs:
            required.add(self.base(value))
        for node in self.graph.nodes:
            if node not in self.computed and not (node.outputs and node.outputs[0] in self.same):
                read = (*node.inputs, *values_in_params(node.params))
                required.update([self.base(value) for value in read])
        self.stored = set(required)
        self.roots = {}
        counts = {}
        costs, deep = self._costs()
        reduced = set()  # what reductions read, element by element
        for node in reversed(self.graph.nodes):
            if node not in self.computed:
                continue
            value = node.outputs[0]
            readers = counts.get(value, 0)
            is_root = value in required or node.op.family == "reduction" or value in deep
            if not is_root and readers > 1 and costs[value] > _COSTLY:
                is_root = True
            if not readers and not is_root:
                continue  # nobody reads it
            is_alone = value in reduced and math.prod(value.dims) >= _MANY and is_scattered(node)
            if node.op.family == "reduction" or (node.op.family == "elementwise" and value in reduced):
                reduced.update(map(self.base, node.inputs))
            if is_root or is_alone:
                self.roots[value] = self._root(value, node)
                self.roots[value].is_alone = is_alone
                weight = 1
            else:
                weight = readers
            for each in set(map(self.base, node.inputs)):
                counts[each] = counts.get(each, 0) + weight
        for root in self.roots.values():
            root.needs = self._needs(root)

    def _costs(self):
        """({value: what it costs to compute an element}, the values at the end of long chains of ops)."""
        costs, depths, deep = {}, {}, set()
        for node in self.graph.nodes:
            if node not in self.computed:
                continue
            value = node.outputs[0]
            read = [self.base(each) for each in node.inputs if each.constant is None]
            own = _COST_OF_FUNCTION if is_function(node.op) else 1
            is_reduction = node.op.family == "reduction"
            costs[value] = 1 if is_reduction else min(own + sum([costs.get(each, 1) for each in read]), _DEAR)
            depths[value] = 0 if is_reduction else 1 + max([depths.get(each, 0) for each in read], default=0)
            if depths[value] > _DEEPEST:
                deep.add(value)
                depths[value] = 0
        return costs, deep

    def _root(self, value, node):
        if node.op.family != "reduction":
            return Root(value, node, "map", value.dims)
        source = node.inputs[0].dims
        axes = node.params["axes"]
        if axes and axes == tuple(range(len(source) - len(axes), len(source))):
            lead = source[: len(source) - len(axes)]
            return Root(
                value, node, "row", (*lead, math.prod(source[len(lead) :])) if len(axes) > 1 else source
            )
        return Root(value, node, "fold", value.dims)

    def _needs(self, root):
        """The roots that are read when the elements of this one are computed."""
        found = {}
        waiting = [self.base(each) for each in root.node.inputs]
        seen = set()
        while waiting:
            value = waiting.pop()
            if value in seen:
                continue
            seen.add(value)
            if value in self.roots:
                found[value] = self.roots[value]
            elif self.maker(value) is not None:
                waiting += [self.base(each) for each in self.maker(value).inputs]
        return list(found.values())

    # Kernels.

    def _form_kernels(self):
        """Puts roots into kernels and everything into an order."""
        self.steps = []
        self.kernel_of = {}
        self._passing = {}  # value in memory -> the steps whose kernels read all of it, each element in its place
        behind = {}  # value -> the steps that it comes from at first hand
        for node in self.graph.nodes:
            value = node.outputs[0] if node.outputs else None
            if node in self.computed:
                root = self.roots.get(value)
                before = self._steps_before(node, behind)
                if root is None:
                    behind[value] = before
                    continue
                step = self._place(root, before, behind)
                behind[value] = frozenset((step,))
                continue
            before = self._steps_before(node, behind)
            if value in self.same:
                behind[value] = before
                continue
            kind = "call"
            if self._is_plain(node) and self._is_step(node):
                kind = "native"
            elif self._is_control(node):
                kind = "control"
            step = Step(kind, node)
            self.steps.append(step)
            for each in node.outputs:
                behind[each] = frozenset((step,))
        self._order(behind)
        for root in self.roots.values():
            for need in root.needs:
                if self.kernel_of[need.value] is not self.kernel_of[root.value]:
                    self.stored.add(need.value)

    def _steps_before(self, node, behind):
        found = frozenset()
        for value in (*node.inputs, *values_in_params(node.params)):
            found |= behind.get(self.base(value), frozenset())
        return found

    def _place(self, root, before, behind):
        """The step whose kernel the root joins, or a new one."""
        rows, columns = _row_space(root)
        for need in root.needs:
            step = self.kernel_of.get(need.value)
            if step is None or not root.is_joinable or not need.is_joinable:
                continue
            kernel = step.kernel
            if not _fits(root, kernel):
                continue
            others = before - {step}
            if others and self._is_before(step, others, behind):
                continue
            if not self._reads_alike(root, kernel):
                continue
            _join(kernel, root, rows, columns)
            self.kernel_of[root.value] = step
            self._before[step] = self._before.get(step, frozenset()) | others
            return step
        shared = self._passed_over(root)
        step = self._sibling(root, shared, before, behind)
        if step is None:
            kernel = Kernel(rows, columns)
            step = Step("kernel", kernel=kernel)
            self.steps.append(step)
        step.kernel.roots.append(root)
        self.kernel_of[root.value] = step
        self._before[step] = self._before.get(step, frozenset()) | (before - {step})
        for value in shared:
            self._passing.setdefault(value, {})[step] = True
        return step

    def _sibling(self, root, shared, before, behind):
        """A step whose kernel passes over the same memory as the root, and may come after what the root needs.

        So that what an optimizer does with one gradient is one pass over it.
        """
        own = {self.kernel_of.get(need.value) for need in root.needs}  # it was found not to fit into these
        for value in shared:
            for step in self._passing.get(value, ()):
                if (
                    step not in own
                    and all([each.kind == "map" for each in step.kernel.roots])
                    and _fits(root, step.kernel)
                    and not (before and self._is_before(step, before - {step}, behind))
                ):
                    return step
        return None

    def _passed_over(self, root):
        """The long values in memory of which each element of the root reads the one in its own place."""
        if root.kind != "map" or not root.is_joinable or math.prod(root.space) < _MANY:
            return []
        found, waiting, seen = [], [root.node], set()
        while waiting:
            node = waiting.pop()
            if node in seen or node.op.family != "elementwise":
                continue
            seen.add(node)
            for value in node.inputs:
                maker = self.maker(value)
                if maker is not None and value not in self.roots:
                    waiting.append(maker)
                elif value.constant is None and value.dims == root.space:
                    found.append(self.base(value))
        return found

    @property
    def _before(self):
        if not hasattr(self, "_before_steps"):
            self._before_steps = {}
        return self._before_steps

    def _is_before(self, step, later, behind):
        """Whether one of the steps of `later` must run after `step`."""
        found, waiting = set(later), list(later)
        while waiting:
            each = waiting.pop()
            direct = self._before.get(each)
            if direct is None:
                direct = frozenset() if each.node is None else self._steps_before(each.node, behind)
            if step in direct:
                return True
            waiting.extend(direct - found)
            found |= direct
        return False

    def _reads_alike(self, root, kernel):
        """Whether everything of the kernel that the root reads is read at the root's own place."""
        inside = {each.value for each in kernel.roots}
        return self._aligned(root.node, root.kind == "row", inside, root)

    def _aligned(self, node, reduces, inside, root):
        """Whether the node reads values of `inside` only element by element, or row by row."""
        for value in node.inputs:
            base = self.base(value)
            if base in inside:
                if value is not base and not _same_rows(value.dims, base.dims):
                    return False
                if not (node.op.family in ("elementwise", "reduction") or node.op.facts.get("keeps_rows")):
                    return False
                continue
            maker = self.maker(base)
            if maker is None or base in self.roots:
                continue
            if self._touches(base, inside):
                if value is not base and not _same_rows(value.dims, base.dims):
                    return False
                if node.op.family not in ("elementwise", "reduction") and not node.op.facts.get("keeps_rows"):
                    return False
                if not self._aligned(maker, False, inside, root):
                    return False
        return True

    def _touches(self, value, inside):
        """Whether the value is computed from one of `inside` without memory in between."""
        maker = self.maker(value)
        if maker is None:
            return False
        for each in map(self.base, maker.inputs):
            if each in inside or (each not in self.roots and self._touches(each, inside)):
                return True
        return False

    def _order(self, behind):
        """Sorts the steps so that each comes after what it needs; effects keep their order."""
        position = {step: number for number, step in enumerate(self.steps)}
        last_effect = None
        extra = {}
        for step in self.steps:
            if step.node is not None and step.node.effect:
                if last_effect is not None:
                    extra[step] = {last_effect}
                last_effect = step
        needs = {}
        for step in self.steps:
            if step.kind == "kernel":
                direct = set(self._before.get(step, ()))
            else:
                direct = set(self._steps_before(step.node, behind))
            needs[step] = (direct | extra.get(step, set())) - {step}
        ordered, done = [], set()

        def visit(step):
            stack = [(step, iter(sorted(needs[step], key=position.__getitem__)))]
            entered = {step}
            while stack:
                current, rest = stack[-1]
                for each in rest:
                    if each not in done and each not in entered:
                        entered.add(each)
                        stack.append((each, iter(sorted(needs[each], key=position.__getitem__))))
                        break
                else:
                    stack.pop()
                    if current not in done:
                        done.add(current)
                        ordered.append(current)

        for step in self.steps:
            if step not in done:
                visit(step)
        self.steps = ordered


def is_function(op):
    """Whether an element is more than a few instructions."""
    code = getattr(op.lower_rule, "__code__", None)
    names = () if code is None else code.co_names
    cheap = {
        "select",
        "cast",
        "maximum",
        "minimum",
        "abs",
        "conj",
        "dtype",
        "logical_and",
        "logical_not",
        "logical_or",
        "equal",
    }
    return any([each not in cheap for each in names])


def _row_space(root):
    """(rows, columns) that the root's kernel runs over."""
    space = root.space
    if root.kind == "fold" or not space:
        return space, 1
    return space[:-1], space[-1]


def _same_rows(dims, other):
    """Whether two shapes of the same elements differ only in axes of length 1 at the end."""
    strip = [each for each in dims if each != 1]
    return strip == [each for each in other if each != 1]


def _fits(root, kernel):
    """Whether a root may join a kernel: over the same elements, or, in a kernel of rows, one number for each row."""
    roots = [*kernel.roots, root]
    if len(roots) > _MOST_ROOTS:
        return False
    whole = next((each.space for each in roots if each.kind == "row"), None)
    if whole is None:
        return root.value.dims == kernel.roots[0].value.dims
    row = whole[-1] * max([each.value.dtype.size for each in roots])
    if row * sum([each.value.dims == whole for each in roots]) > _MOST_ON_STACK:
        return False
    is_long = row > _longest_row(math.prod(whole[:-1]))
    if is_long and any([need.kind == "row" and need in kernel.roots for need in root.needs]):
        return False
    singles = (whole,) if is_long else (whole, whole[:-1], (*whole[:-1], 1))
    for each in roots:
        if each.space != whole if each.kind == "row" else each.value.dims not in singles:
            return False
    return True


def _longest_row(num_rows):
    """The longest row, in bytes, that is computed in several passes; for longer ones each pass is a kernel.

    What passes keep of a row is on the stack; and few long rows are better shared by threads pass by pass.
    """
    return 1 << 18 if num_rows >= FEW_ROWS else 1 << 16


def _join(kernel, root, rows, columns):
    kernel.roots.append(root)
    if root.kind == "row":
        kernel.rows, kernel.columns = rows, columns


__all__ = ["Kernel", "NotLowerableError", "Plan", "Root", "Step"]


def nodes_of(plan, kernel):
    """The nodes that a kernel computes."""
    inside = {root.value for root in kernel.roots}
    found, waiting = {}, [root.node for root in kernel.roots]
    while waiting:
        node = waiting.pop()
        if node in found:
            continue
        found[node] = True
        for value in map(plan.base, node.inputs):
            maker = plan.maker(value)
            if maker is not None and (value in inside or value not in plan.roots):
                waiting.append(maker)
    order = {node: position for position, node in enumerate(plan.graph.nodes)}
    return sorted(found, key=order.__getitem__)
