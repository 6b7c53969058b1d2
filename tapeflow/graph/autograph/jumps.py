"""Return, break and continue without jumps: flags say what has happened, and what comes after is guarded by them.

First step of the conversion. Afterwards a function has at most one return statement, its last, and loops none of
the others. Where the flag of a return is known, it is set again to what it is there: False where a guard has let the
program in, True where it has not. So it is a Python bool wherever the way to a place decides it, and at the end of the
function, where all ways have returned, it is always True.
"""

import ast

from tapeflow.graph.autograph.undefined import RETURNED, VALUE

_FUNCTIONS = (ast.FunctionDef, ast.Lambda, ast.AsyncFunctionDef, ast.ClassDef)
_LOOPS = (ast.While, ast.For, ast.AsyncFor)
_TRIES = (ast.Try, ast.TryStar)


def name(identifier, context=None):
    """A Name node."""
    return ast.Name(identifier, context or ast.Load())


def assign(identifier, value):
    """`identifier = value`."""
    return ast.Assign([name(identifier, ast.Store())], value)


def _flag(identifier, value):
    return assign(identifier, ast.Constant(value))


def _operator(attribute):
    return ast.Attribute(name("ag__"), attribute, ast.Load())


def without(flag, statements, orelse=()):
    """`if not flag: statements`."""
    return ast.If(ast.UnaryOp(ast.Not(), name(flag)), statements, list(orelse))


def contains(statements, kinds, within=_FUNCTIONS):
    """Whether a node of one of the `kinds` is in there, outside of nodes of the kinds `within`."""
    for each in statements:
        if isinstance(each, kinds):
            return True
        if not isinstance(each, within) and contains(ast.iter_child_nodes(each), kinds, within):
            return True
    return False


def blocks(node):
    """The lists of statements in a statement, as (owner, field)."""
    found = [(node, field) for field in ("body", "orelse", "finalbody") if getattr(node, field, None)]
    return found + [(each, "body") for each in [*getattr(node, "handlers", []), *getattr(node, "cases", [])]]


def _jumps(statements, kind):
    """Whether a break or continue in there leaves the loop around the statements."""
    for each in statements:
        if isinstance(each, kind):
            return True
        if isinstance(each, _FUNCTIONS):
            continue
        if isinstance(each, _LOOPS):  # a jump in its else belongs to the loop around it
            if _jumps(each.orelse, kind):
                return True
        elif any([_jumps(getattr(owner, field), kind) for owner, field in blocks(each)]):
            return True
    return False


def _is_endless(node):
    """Whether nothing but a return or an exception ends the statement."""
    endless = isinstance(node, ast.While) and isinstance(node.test, ast.Constant) and node.test.value
    return bool(endless) and not _jumps(node.body, ast.Break)


def _ends(statements):
    """Whether the statements always end with a return or a raise."""
    if not statements:
        return False
    last = statements[-1]
    if isinstance(last, ast.Return | ast.Raise) or _is_endless(last):
        return True
    return isinstance(last, ast.If) and _ends(last.body) and _ends(last.orelse)


def lower_returns(body):
    """The body of a function with one return at most, at its end."""
    if not contains(body[:-1], ast.Return) and (
        isinstance(body[-1], ast.Return) or not contains(body[-1:], ast.Return)
    ):
        return body
    if not _ends(body):
        body = [*body, ast.copy_location(ast.Return(_operator("END")), body[-1])]
    result = [
        *_unreturned(),
        *_Returns().block(body),
        ast.Return(ast.Call(_operator("returned"), [name(RETURNED), name(VALUE)], [])),
    ]
    ast.copy_location(result[-1], body[-1])
    return result


def _unreturned():
    return [_flag(RETURNED, False), assign(VALUE, ast.Call(_operator("NoReturn"), [], []))]


class _Returns:
    """Replaces return statements by assignments."""

    def block(self, statements):
        """The statements without returns."""
        result = []
        for position, each in enumerate(statements):
            if isinstance(each, ast.Return):
                # The value first: if it raises, nothing has been returned.
                found = [assign(VALUE, each.value or ast.Constant(None)), _flag(RETURNED, True)]
                return result + [ast.copy_location(node, each) for node in found]
            if not contains([each], ast.Return):
                result.append(each)
                continue
            rest = statements[position + 1 :]
            if isinstance(each, ast.If):
                return result + self._choice(each, rest)
            result.append(self._inside(each))
            if _is_endless(each):
                return [*result, ast.copy_location(_flag(RETURNED, True), each)]
            return result + self._guarded(rest)
        return result

    def _guarded(self, rest):
        """What comes after a statement that may have returned."""
        if not rest:
            return []
        guard = without(RETURNED, [*_unreturned(), *self.block(rest)], [_flag(RETURNED, True)])
        return [ast.copy_location(guard, rest[0])]

    def _choice(self, node, rest):
        """An if that may return: what follows it becomes part of the branch that does not."""
        body, orelse = node.body, node.orelse
        if _ends(body):
            orelse, rest = [*orelse, *rest], []
        elif orelse and _ends(orelse):
            body, rest = [*body, *rest], []
        choice = ast.If(node.test, self.block(body) or [ast.Pass()], self.block(orelse))
        return [ast.copy_location(choice, node), *self._guarded(rest)]

    def _inside(self, node):
        """A loop, with, try or match statement that may return."""
        returns = contains(getattr(node, "body", []), ast.Return)
        for owner, field in blocks(node):
            setattr(owner, field, self.block(getattr(owner, field)))
        if returns and isinstance(node, _LOOPS):
            node.body = [*_unreturned(), *node.body]
            node.stops = [*getattr(node, "stops", []), RETURNED]
        if returns and isinstance(node, (*_LOOPS, *_TRIES)) and node.orelse:
            node.orelse = [without(RETURNED, [*_unreturned(), *node.orelse], [_flag(RETURNED, True)])]
        return node


class Tests(ast.NodeTransformer):
    """Moves tests of while loops that assign names into the loops, where the assignments are seen."""

    def visit_While(self, node):
        self.generic_visit(node)
        if not contains([node.test], ast.NamedExpr):
            return node
        leave = ast.If(ast.UnaryOp(ast.Not(), node.test), [*node.orelse, ast.Break()], [])
        ast.copy_location(leave, node.test)
        loop = ast.While(ast.Constant(True), [leave, *node.body], [])
        return ast.fix_missing_locations(ast.copy_location(loop, node))

    def visit_FunctionDef(self, node):
        return node  # converted in its turn

    visit_Lambda = visit_AsyncFunctionDef = visit_ClassDef = visit_FunctionDef

    def block(self, statements):
        """The statements with such loops rewritten."""
        return [self.visit(each) for each in statements]


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
        broken, continued = f"ag__broken_{self._count}", f"ag__continued_{self._count}"
        breaks, continues = _jumps(node.body, ast.Break), _jumps(node.body, ast.Continue)
        body, start = node.body, []
        if breaks:
            body = _without_jump(body, ast.Break, broken)
            start.append(_flag(broken, False))
            node.stops = [*getattr(node, "stops", []), broken]
        if continues:
            body = _without_jump(body, ast.Continue, continued)
            start.append(_flag(continued, False))
        node.body = self.block([*start, *body])
        orelse = self.block(node.orelse)
        node.orelse = []
        result = [node]
        if breaks:
            result.insert(0, _flag(broken, False))
            orelse = [without(broken, orelse)] if orelse else []
        for each in [*result, *start, *orelse[: len(orelse) if breaks else 0]]:
            ast.copy_location(each, node)
        return [*result, *orelse]


def _without_jump(statements, kind, flag):
    """The statements with `flag = True` in place of the jump, and what could be jumped over guarded."""
    result = []
    for position, each in enumerate(statements):
        if isinstance(each, kind):
            return [*result, ast.copy_location(_flag(flag, True), each)]
        result.append(each)
        if not _jumps([each], kind):
            continue
        rest = statements[position + 1 :]
        if isinstance(each, ast.If) and isinstance(each.body[-1], kind) and not _jumps(each.orelse, kind):
            each.orelse, rest = [*each.orelse, *rest], []
        inside = [(each, "orelse")] if isinstance(each, _LOOPS) else blocks(each)
        guards_else = isinstance(each, _TRIES) and each.orelse and _jumps(each.body, kind)
        for owner, field in inside:
            setattr(owner, field, _without_jump(getattr(owner, field), kind, flag))
        if guards_else:
            each.orelse = [ast.copy_location(without(flag, each.orelse), each.orelse[0])]
        if rest:
            guard = without(flag, _without_jump(rest, kind, flag))
            result.append(ast.copy_location(guard, rest[0]))
        return result
    return result
