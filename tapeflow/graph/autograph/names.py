"""Which names statements read and assign, and which of them are still needed later.

A name is a string: `x`, or `self.x`, `d['k']` for attributes and items that are assigned (TensorFlow's composite
names).
"""

import ast

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


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


def is_append(node):
    """Whether a statement is `name.append(value)`: it changes what the name stands for."""
    call = node.value
    return (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "append"
        and isinstance(call.func.value, ast.Name)
        and len(call.args) == 1
        and not call.keywords
    )


def assigned(statements):
    """The names that the statements assign, simple and composite, in the order of their first assignment."""
    found = {}
    for each in statements:
        _Assigned(found).visit(each)
    return list(found)


class _Assigned(ast.NodeVisitor):
    def __init__(self, found):
        self._found = found

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Store | ast.Del):
            self._found[node.id] = True

    def visit_Attribute(self, node):
        if isinstance(node.ctx, ast.Store) and (name := composite(node)):
            self._found[name] = True
        self.generic_visit(node)

    visit_Subscript = visit_Attribute

    def visit_Expr(self, node):
        if is_append(node):
            self._found[node.value.func.value.id] = True
        self.generic_visit(node)

    def visit_FunctionDef(self, node):
        self._found[node.name] = True

    visit_AsyncFunctionDef = visit_ClassDef = visit_FunctionDef

    def visit_Lambda(self, node):
        pass

    def visit_ListComp(self, node):
        pass  # its names are its own

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp

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


def escaping(function):
    """The names that functions and comprehensions within the function read: they may be needed at any time."""
    found = set()
    for each in ast.walk(function):
        if each is not function and isinstance(each, _FUNCTIONS):
            found |= reads(each)
    return found


class Liveness:
    """Notes on every if and loop which names are needed after it (`live_after`), and on loops also before every
    iteration (`live_before`)."""

    def __init__(self, function):
        self._always = escaping(function)
        for each in ast.walk(function):
            if isinstance(each, ast.Global | ast.Nonlocal):
                self._always |= set(each.names)
        self.block(function.body, set())

    def block(self, statements, after):
        """The names needed before the statements, given those needed after them."""
        for each in reversed(statements):
            after = self._statement(each, after)
        return after

    def _statement(self, node, after):
        if isinstance(node, ast.If):
            node.live_after = after | self._always
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
        if isinstance(node, ast.Try):
            before = self.block(node.finalbody, after)
            total = self.block(node.orelse, before)
            for handler in node.handlers:
                total |= self.block(handler.body, before) | (reads(handler.type) if handler.type else set())
            return self.block(node.body, total) | total
        if isinstance(node, _FUNCTIONS):
            return (after - {node.name}) | reads(node)
        if isinstance(node, ast.Assign | ast.AnnAssign):
            simple = {each for each in assigned([node]) if each.isidentifier()}
            return (after - simple) | reads(node)
        return after | reads(node)

    def _loop(self, node, after, test, targets):
        stops = set(getattr(node, "stops", []))
        head = after | test | stops | self.block(node.orelse, after)
        while True:
            body = self.block(node.body, head) - targets
            if body <= head:
                break
            head = head | body
        node.live_after = after | self._always
        node.live_before = self.block(node.body, head) - targets | test | stops | self._always
        # Needed at the head by the body itself, not only because what follows needs it:
        return head | self.block(node.body, head) - targets
