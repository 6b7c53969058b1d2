"""Which names statements read and assign, and which of them are still needed later.

A name is a string: `x`, or `self.x`, `d['k']` for attributes and items that are assigned (TensorFlow's composite
names).
"""

import ast

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_LATER = (*_FUNCTIONS, ast.GeneratorExp)
"""What reads its names when it is called or iterated over, not where it is written."""

_CHANGES = {
    "append", "extend", "insert", "pop", "remove", "clear", "sort", "reverse",
    "update", "setdefault", "popitem", "add", "discard",
}  # fmt: skip
"""Methods of Python's containers that change them."""


def composite(node):
    """The composite name of an attribute or an item by a constant key; None for anything else."""
    if isinstance(node, ast.Attribute) and composite_root(node) is not None:
        return ast.unparse(node)
    if (
        isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.Constant)
        and composite_root(node) is not None
    ):
        return ast.unparse(node)
    return None


def composite_root(node):
    """The name that a chain of attributes and constant items starts from; None if it starts otherwise."""
    while True:
        if isinstance(node, ast.Name):
            return node.id
        if isinstance(node, ast.Attribute) or (
            isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant)
        ):
            node = node.value
        else:
            return None


def changed(node):
    """The name of the container that a statement changes: `name.append(value)` and the like, `name[key] = value`."""
    if isinstance(node, ast.Expr):
        call = node.value
        if (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and call.func.attr in _CHANGES
            and isinstance(call.func.value, ast.Name)
        ):
            return call.func.value.id
    elif (
        isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Name)
        and not isinstance(node.ctx, ast.Load)
        and not isinstance(node.slice, ast.Constant)
    ):
        return node.value.id
    return None


def assigned(statements, containers=True):
    """The names that the statements assign, simple and composite, in the order of their first assignment.

    containers: whether those that stand for a list or the like count that is changed.
    """
    found = {}
    for each in statements:
        _Assigned(found, containers).visit(each)
    return list(found)


class _Assigned(ast.NodeVisitor):
    def __init__(self, found, containers):
        self._found = found
        self._containers = containers

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Store | ast.Del):
            self._found[node.id] = True

    def visit_Attribute(self, node):
        if isinstance(node.ctx, ast.Store) and (name := composite(node)):
            self._found[name] = True
        elif self._containers and (container := changed(node)):
            self._found[container] = True
        self.generic_visit(node)

    visit_Subscript = visit_Attribute

    def visit_Expr(self, node):
        if self._containers and (container := changed(node)):
            self._found[container] = True
        self.generic_visit(node)

    def visit_FunctionDef(self, node):
        self._found[node.name] = True

    visit_AsyncFunctionDef = visit_ClassDef = visit_FunctionDef

    def visit_Lambda(self, node):
        pass

    def visit_ListComp(self, node):
        """Its names are its own, but for those that := assigns."""
        for each in ast.walk(node):
            if isinstance(each, ast.NamedExpr):
                self._found[each.target.id] = True

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp

    def visit_MatchAs(self, node):
        if node.name:
            self._found[node.name] = True
        self.generic_visit(node)

    visit_MatchStar = visit_MatchAs

    def visit_MatchMapping(self, node):
        if node.rest:
            self._found[node.rest] = True
        self.generic_visit(node)

    def visit_ExceptHandler(self, node):
        if node.name:
            self._found[node.name] = True
        self.generic_visit(node)

    def visit_Import(self, node):
        for alias in node.names:
            self._found[(alias.asname or alias.name).split(".")[0]] = True

    visit_ImportFrom = visit_Import


def reads(node):
    """The names that an expression or a statement reads, in functions within it too; composite ones as well."""
    found = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load | ast.Del):
            found.add(each.id)
        elif isinstance(each, ast.Attribute | ast.Subscript) and isinstance(each.ctx, ast.Load):
            name = composite(each)
            if name:
                found.add(name)
        elif isinstance(each, ast.AugAssign):
            found.update(_target_reads(each.target))
    return found


def _target_reads(target):
    if isinstance(target, ast.Name):
        return {target.id}
    name = composite(target)
    return {name} if name else set()


class Liveness:
    """Notes on every if and loop which names are needed after it (`live_after`), and on loops also before every
    iteration (`live_before`).

    `observed`: those that somebody may still see when the function has returned in the statement. These are the names
    that functions within read, whenever they may be called, those that a try statement around reads at its end, and
    global names.
    """

    def __init__(self, function):
        self._later = [(each, reads(each)) for each in ast.walk(function) if isinstance(each, _LATER)]
        self._later = [pair for pair in self._later if pair[0] is not function]
        self._globals, self._around = set(), set()
        for each in ast.walk(function):
            if isinstance(each, ast.Global | ast.Nonlocal):
                self._globals |= set(each.names)
        self._escaping = set().union(*[found for _, found in self._later])
        self.block(function.body, set())

    def block(self, statements, after):
        """The names needed before the statements, given those needed after them."""
        for each in reversed(statements):
            after = self._statement(each, after)
        return after

    def _always(self, node):
        """What may be needed at any time after a statement.

        A function within the statement does not outlive it: a choice or loop of a program gives tensors only.
        """
        within = {id(each) for each in ast.walk(node)}
        outside = [found for each, found in self._later if id(each) not in within]
        return self._globals | self._around | set().union(*outside)

    def _statement(self, node, after):
        if isinstance(node, ast.If):
            node.live_after = after | self._always(node)
            node.observed = self._escaping | self._around | self._globals
            return reads(node.test) | self.block(node.body, after) | self.block(node.orelse, after)
        if isinstance(node, ast.While):
            return self._loop(node, after, reads(node.test), set())
        if isinstance(node, ast.For | ast.AsyncFor):
            targets = set(assigned([node.target]))
            return self._loop(node, after, set(), targets) | reads(node.iter)
        if isinstance(node, ast.With | ast.AsyncWith):
            before = self.block(node.body, after)
            for item in node.items:
                before = (before - set(assigned([item]))) | reads(item)
            return before
        if isinstance(node, ast.Try | ast.TryStar):
            return self._try(node, after)
        if isinstance(node, ast.Match):
            cases = set().union(*[self.block(each.body, after) | reads(each) for each in node.cases])
            return reads(node.subject) | cases | after
        if isinstance(node, _FUNCTIONS):
            return (after - {node.name}) | reads(node)
        if isinstance(node, ast.Assign | ast.AnnAssign):
            simple = {each for each in assigned([node]) if each.isidentifier()}
            return (after - simple) | reads(node)
        return after | reads(node)

    def _try(self, node, after):
        """An exception may come between any two statements, and what handles it sees the names as they are then."""
        before = self.block(node.finalbody, after)
        around = self._around
        self._around = around | set().union(*[reads(each) for each in node.finalbody])
        handled = set(before)
        for handler in node.handlers:
            handled |= self.block(handler.body, before) | (reads(handler.type) if handler.type else set())
        total = handled | self.block(node.orelse, before)
        self._around = self._around | set().union(*[reads(each) for each in node.handlers])
        found = self.block(node.body, total) | total
        self._around = around
        return found

    def _loop(self, node, after, test, targets):
        stops = set(getattr(node, "stops", []))
        head = after | test | stops | self.block(node.orelse, after)
        while True:
            body = self.block(node.body, head) - targets
            if body <= head:
                break
            head = head | body
        always = self._always(node)
        node.live_after = after | always
        node.observed = self._escaping | self._around | self._globals
        # Needed at the head by the body itself, not only because what follows needs it:
        node.live_before = self.block(node.body, head) - targets | test | stops | always
        return head
