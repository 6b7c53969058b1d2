"""Return, break and continue without jumps: flags say what has happened, and what comes after is guarded by them.

First step of the conversion. Afterwards a function has at most one return statement, its last, and loops none of
the others.
"""

import ast

RETURNED, VALUE = "returned_", "value_"


def name(identifier, context=None):
    """A Name node."""
    return ast.Name(identifier, context or ast.Load())


def assign(identifier, value):
    """`identifier = value`."""
    return ast.Assign([name(identifier, ast.Store())], value)


def without(flag, statements):
    """`if not flag: statements`."""
    return ast.If(ast.UnaryOp(ast.Not(), name(flag)), statements, [])


def contains(statements, kinds, within=(ast.FunctionDef, ast.Lambda, ast.AsyncFunctionDef, ast.ClassDef)):
    """Whether a node of one of the `kinds` is in there, outside of nodes of the kinds `within`."""
    for each in statements:
        if isinstance(each, kinds):
            return True
        if not isinstance(each, within) and contains(ast.iter_child_nodes(each), kinds, within):
            return True
    return False


def _ends(statements):
    """Whether the statements always end with a return or a raise."""
    if not statements:
        return False
    last = statements[-1]
    if isinstance(last, ast.Return | ast.Raise):
        return True
    return isinstance(last, ast.If) and _ends(last.body) and _ends(last.orelse)


def lower_returns(body):
    """The body of a function with one return at most, at its end."""
    nested = [each for each in body[:-1] if contains([each], ast.Return)]
    if not nested and (not body or isinstance(body[-1], ast.Return) or not contains(body[-1:], ast.Return)):
        return body
    lowered, _ = _Returns().block(body)
    return [
        assign(RETURNED, ast.Constant(False)),
        assign(VALUE, ast.Call(_operator("NoReturn"), [], [])),
        *lowered,
        ast.Return(ast.Call(_operator("returned"), [name(VALUE)], [])),
    ]


def _operator(attribute):
    return ast.Attribute(name("ag__"), attribute, ast.Load())


class _Returns:
    """Replaces return statements by assignments; `block` also says whether there were any."""

    def block(self, statements):
        result = []
        for position, each in enumerate(statements):
            if isinstance(each, ast.Return):
                value = each.value or ast.Constant(None)
                found = [assign(RETURNED, ast.Constant(True)), assign(VALUE, value)]
                result += [ast.copy_location(node, each) for node in found]
                return result, True
            if not contains([each], ast.Return):
                result.append(each)
                continue
            rest = statements[position + 1 :]
            if isinstance(each, ast.If):
                return result + self._choice(each, rest), True
            result.append(self._inside(each))
            if rest:
                lowered, _ = self.block(rest)
                result.append(ast.copy_location(without(RETURNED, lowered), rest[0]))
            return result, True
        return result, False

    def _choice(self, node, rest):
        """An if that may return: what follows it becomes part of the branches that do not."""
        body, orelse = node.body, node.orelse
        if _ends(body):
            orelse, rest = [*orelse, *rest], []
        elif _ends(orelse) and orelse:
            body, rest = [*body, *rest], []
        body, _ = self.block(body)
        orelse, _ = self.block(orelse)
        result = [ast.copy_location(ast.If(node.test, body or [ast.Pass()], orelse), node)]
        if rest:
            lowered, _ = self.block(rest)
            result.append(ast.copy_location(without(RETURNED, lowered), rest[0]))
        return result

    def _inside(self, node):
        """A loop, with or try statement that may return."""
        for field in ("body", "orelse", "finalbody"):
            if getattr(node, field, None):
                setattr(node, field, self.block(getattr(node, field))[0])
        for handler in getattr(node, "handlers", []):
            handler.body = self.block(handler.body)[0]
        if isinstance(node, ast.While | ast.For):
            node.stops = [*getattr(node, "stops", []), RETURNED]
            if node.orelse:
                node.orelse = [without(RETURNED, node.orelse)]
        return node


class Loops(ast.NodeTransformer):
    """Replaces break and continue by flags. `stops` on a loop lists the flags that end it."""

    def __init__(self):
        self._count = 0

    def visit_FunctionDef(self, node):
        return node  # a function of its own

    visit_Lambda = visit_AsyncFunctionDef = visit_ClassDef = visit_FunctionDef

    def block(self, statements):
        """The statements without jumps."""
        result = []
        for each in statements:
            found = self.visit(each)
            result += found if isinstance(found, list) else [found]
        return result

    def visit_While(self, node):
        return self._loop(node)

    def visit_For(self, node):
        return self._loop(node)

    def _loop(self, node):
        self._count += 1
        mine = f"{self._count}_"
        jumps = (ast.FunctionDef, ast.Lambda, ast.ClassDef, ast.While, ast.For)
        breaks = _has(node.body, ast.Break, jumps)
        continues = _has(node.body, ast.Continue, jumps)
        flags = []
        if breaks:
            flags.append((ast.Break, f"broken_{mine}"))
        if continues:
            flags.append((ast.Continue, f"continued_{mine}"))
        body = node.body
        for kind, flag in flags:
            body = _without_jump(body, kind, flag)
        if continues:
            body = [assign(flags[-1][1], ast.Constant(False)), *body]
        node.body = self.block(body)
        result = [node]
        orelse = self.block(node.orelse)
        node.orelse = []
        if breaks:
            flag = flags[0][1]
            node.stops = [*getattr(node, "stops", []), flag]
            result.insert(0, assign(flag, ast.Constant(False)))
            orelse = [without(flag, orelse)] if orelse else []
        for each in [*result, *orelse]:
            ast.copy_location(each, node)
        return [*result, *orelse]


def _has(statements, kind, within):
    return contains(statements, kind, within)


def _without_jump(statements, kind, flag):
    """The statements with `flag = True` in place of the jump, and what could be jumped over guarded."""
    result = []
    for position, each in enumerate(statements):
        if isinstance(each, kind):
            result.append(ast.copy_location(assign(flag, ast.Constant(True)), each))
            return result
        jumps = not isinstance(each, ast.While | ast.For | ast.FunctionDef | ast.ClassDef) and contains(
            [each], kind, (ast.FunctionDef, ast.Lambda, ast.ClassDef, ast.While, ast.For)
        )
        if not jumps:
            result.append(each)
            continue
        for field in ("body", "orelse", "finalbody"):
            if getattr(each, field, None):
                setattr(each, field, _without_jump(getattr(each, field), kind, flag))
        for handler in getattr(each, "handlers", []):
            handler.body = _without_jump(handler.body, kind, flag)
        result.append(each)
        rest = statements[position + 1 :]
        if rest:
            guarded = without(flag, _without_jump(rest, kind, flag))
            result.append(ast.copy_location(guarded, rest[0]))
        return result
    return result
