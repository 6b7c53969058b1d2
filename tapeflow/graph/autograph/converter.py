"""The second step of the conversion: control flow becomes calls of `operators`, which ask at run time what they have.

Branches and bodies become functions without arguments that share their variables with the function around them
(`nonlocal`), so that a branch that stays Python does just what it did. A pair of functions reads and writes the
variables that a statement assigns, for operators that make it part of a program.
"""

import ast

from tapeflow.graph.autograph import names
from tapeflow.graph.autograph.jumps import Loops, assign, contains, lower_returns, name

_NOT_CALLED = {"super", "locals", "globals", "eval", "exec", "vars", "dir"}
"""What looks at the frame of its caller must be called from there."""


def convert_function(node, class_name=None):
    """The converted FunctionDef of a FunctionDef or Lambda."""
    if isinstance(node, ast.Lambda):
        result = ast.copy_location(ast.Return(node.body), node.body)
        node = ast.copy_location(ast.FunctionDef("lambda_", node.args, [result], [], None, None), node)
    node.decorator_list = []
    _Annotations().visit(node)
    if class_name:
        _Mangling(class_name).visit(node)
    return _converted(node)


def _converted(node):
    """Converts the body of a function; functions within it are converted in their turn."""
    if contains(node.body, (ast.Yield, ast.YieldFrom, ast.Await)):
        return node  # generators stay as they are
    node.body = lower_returns(node.body)
    node.body = Loops().block(node.body)
    ast.fix_missing_locations(node)
    names.Liveness(node)
    converter = _Converter(node)
    node.body = converter.declarations() + converter.block(node.body)
    return ast.fix_missing_locations(node)


class _Annotations(ast.NodeTransformer):
    """Annotations have been evaluated already, where they mean something."""

    def visit_arg(self, node):
        node.annotation = None
        return node

    def visit_FunctionDef(self, node):
        node.returns = None
        return self.generic_visit(node)


class _Mangling(ast.NodeTransformer):
    """Private names, as the class around them makes them."""

    def __init__(self, class_name):
        self._prefix = f"_{class_name.lstrip('_')}"

    def _mangled(self, identifier):
        private = identifier.startswith("__") and not identifier.endswith("__")
        return self._prefix + identifier if private else identifier

    def visit_Attribute(self, node):
        node.attr = self._mangled(node.attr)
        return self.generic_visit(node)

    def visit_Name(self, node):
        node.id = self._mangled(node.id)
        return node


def _operator(attribute, *arguments):
    return ast.Call(ast.Attribute(name("ag__"), attribute, ast.Load()), list(arguments), [])


def _delayed(expression):
    """`lambda: expression`."""
    nothing = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
    return ast.Lambda(nothing, expression)


def _function(identifier, body, arguments=()):
    parameters = ast.arguments(
        posonlyargs=[], args=[ast.arg(each) for each in arguments], kwonlyargs=[], kw_defaults=[], defaults=[]
    )
    return ast.FunctionDef(identifier, parameters, body or [ast.Pass()], [], None, None)


class _Converter(ast.NodeTransformer):
    """Converts one function. `block` takes a list of statements, `visit` an expression."""

    def __init__(self, function):
        self._count = 0
        arguments = function.args
        parameters = [
            *arguments.posonlyargs,
            *arguments.args,
            *arguments.kwonlyargs,
            arguments.vararg,
            arguments.kwarg,
        ]
        self._parameters = {each.arg for each in parameters if each is not None}
        self._first = next((each.arg for each in [*arguments.posonlyargs, *arguments.args]), None)
        self._globals, self._nonlocals = set(), set()
        for each in ast.walk(function):
            if isinstance(each, ast.Global):
                self._globals |= set(each.names)
            elif isinstance(each, ast.Nonlocal):
                self._nonlocals |= set(each.names)
        self._shared = []  # names that branches and bodies share with the function around them
        for each in ast.walk(function):
            if isinstance(each, ast.If | ast.While | ast.For):
                for identifier in names.assigned([*each.body, *each.orelse]):
                    if identifier.isidentifier() and identifier not in self._shared:
                        self._shared.append(identifier)
                if isinstance(each, ast.For):
                    self._shared += [
                        n for n in names.assigned([each.target]) if n.isidentifier() and n not in self._shared
                    ]
        self._doubtful = set(self._shared) - self._parameters - self._globals - self._nonlocals

    def declarations(self):
        """Every shared name begins as one without a value, so that functions within can share it."""
        return [
            assign(each, _operator("Undefined", ast.Constant(each)))
            for each in self._shared
            if each in self._doubtful
        ]

    def block(self, statements):
        """The converted statements."""
        result = []
        for each in statements:
            found = self.visit(each)
            result += found if isinstance(found, list) else [found]
        return result

    def _unique(self, kind):
        self._count += 1
        return f"{kind}_{self._count}__"

    # Functions within.

    def visit_FunctionDef(self, node):
        decorators = [self.visit(each) for each in node.decorator_list]
        node.decorator_list = []
        node = _converted(node)
        node.decorator_list = [*decorators, ast.Attribute(name("ag__"), "converted", ast.Load())]
        self._defaults(node.args)
        return node

    def visit_AsyncFunctionDef(self, node):
        return node

    def visit_ClassDef(self, node):
        return node

    def visit_Lambda(self, node):
        self._defaults(node.args)
        node.body = _Converter(_as_function(node)).visit_within(node.body, self)
        return _operator("converted", node)

    def visit_within(self, expression, outer):
        """Converts the body of a lambda, whose parameters hide the names of the function around it."""
        self._doubtful = outer._doubtful - self._parameters
        self._first = outer._first
        return self.visit(expression)

    def _defaults(self, arguments):
        arguments.defaults = [self.visit(each) for each in arguments.defaults]
        arguments.kw_defaults = [None if each is None else self.visit(each) for each in arguments.kw_defaults]

    # Statements.

    def visit_If(self, node):
        assigned = names.assigned([*node.body, *node.orelse])
        modified = [each for each in assigned if each in node.live_after or not each.isidentifier()]
        test = self.visit(node.test)
        return self._staged(
            node,
            modified,
            [("if_body", self.block(node.body), ()), ("else_body", self.block(node.orelse), ())],
            lambda body, orelse, read, write, listed: _operator(
                "if_stmt", test, body, orelse, read, write, listed
            ),
        )

    def visit_While(self, node):
        modified = self._loop_state(node)
        test = self._with_stops(node, self.visit(node.test))
        return self._staged(
            node,
            modified,
            [("loop_body", self.block(node.body), ()), ("loop_test", [ast.Return(test)], ())],
            lambda body, test, read, write, listed: _operator("while_stmt", test, body, read, write, listed),
            declares_in=1,
        ) + self.block(node.orelse)

    def visit_For(self, node):
        element = self._unique("element")
        modified = self._loop_state(node, names.assigned([node.target]))
        start = ast.copy_location(ast.Assign([node.target], name(element)), node.target)
        stops = getattr(node, "stops", [])
        goes_on = ast.Constant(None)
        functions = [("loop_body", [start, *self.block(node.body)], (element,))]
        if stops:
            functions.append(("loop_goes_on", [ast.Return(self._with_stops(node, None))], ()))
        iterated = self.visit(node.iter)

        def call(body, *rest):
            test = rest[0] if stops else goes_on
            read, write, listed = rest[-3:]
            return _operator("for_stmt", iterated, test, body, read, write, listed)

        return self._staged(node, modified, functions, call, declares_in=1) + self.block(node.orelse)

    def _with_stops(self, node, test):
        """The test of a loop that flags can end."""
        terms = [
            _operator("not_", self._load(ast.Name(flag, ast.Load()))) for flag in getattr(node, "stops", [])
        ]
        if test is not None:
            terms.append(test)
        result = terms[-1]
        for term in reversed(terms[:-1]):
            result = _operator("and_", _delayed(term), _delayed(result))
        return result

    def _loop_state(self, node, targets=()):
        """The names that matter after the loop or in its next iteration: composite ones always do."""
        modified = [*names.assigned(node.body), *targets]
        kept = node.live_after | node.live_before
        seen = dict.fromkeys([each for each in modified if each in kept or not each.isidentifier()])
        return list(seen)

    def _staged(self, node, modified, functions, call, declares_in=2):
        """The functions of a statement, those that read and write its state, and the call of its operator."""
        result, made = [], []
        for position, (kind, body, arguments) in enumerate(functions):
            identifier = self._unique(kind)
            declared = self._declare(body if position < declares_in else [])
            result.append(_function(identifier, [*declared, *body], arguments))
            made.append(name(identifier))
        read, write = self._unique("get_state"), self._unique("set_state")
        listed = [_parsed(each) for each in modified]
        values = ast.Tuple([_with_context(each, ast.Load()) for each in listed], ast.Load())
        composites = any([not each.isidentifier() for each in modified])
        if composites:
            values = ast.Tuple(
                [
                    _with_context(each, ast.Load())
                    if isinstance(each, ast.Name)
                    else _operator("attempt", _delayed(_with_context(each, ast.Load())), ast.Constant(text))
                    for each, text in zip(listed, modified, strict=True)
                ],
                ast.Load(),
            )
        result.append(_function(read, [ast.Return(values)]))
        setting = []
        for position, each in enumerate(listed):
            value = ast.Subscript(name("values_"), ast.Constant(position), ast.Load())
            if isinstance(each, ast.Name):
                setting.append(ast.Assign([_with_context(each, ast.Store())], value))
            else:
                change = ast.Assign([_with_context(each, ast.Store())], value)
                known = ast.UnaryOp(ast.Not(), _operator("is_undefined", value))
                setting.append(ast.If(known, [change], []))
        simple = [each for each in modified if each.isidentifier()]
        result.append(_function(write, [*self._declare_names(simple), *setting], ("values_",)))
        listing = ast.Tuple([ast.Constant(each) for each in modified], ast.Load())
        result.append(ast.Expr(call(*made, name(read), name(write), listing)))
        for each in result:
            ast.copy_location(each, node)
            ast.fix_missing_locations(each)
        return result

    def _declare(self, body):
        return self._declare_names([each for each in names.assigned(body) if each.isidentifier()])

    def _declare_names(self, identifiers):
        shared = [each for each in identifiers if not each.endswith("__") and each not in self._globals]
        shared = [
            each
            for each in shared
            if each in self._shared or each in self._nonlocals or each in self._parameters
        ]
        declared = [each for each in identifiers if each in self._globals]
        result = [ast.Global(declared)] if declared else []
        return [*result, ast.Nonlocal(shared)] if shared else result

    def visit_Assert(self, node):
        message = self.visit(node.msg) if node.msg is not None else ast.Constant(None)
        return ast.copy_location(
            ast.Expr(_operator("assert_stmt", self.visit(node.test), _delayed(message))), node
        )

    def visit_Expr(self, node):
        call = node.value
        if names.is_append(node):
            listed = self._load(ast.Name(call.func.value.id, ast.Load()))
            appended = _operator("list_append", listed, self.visit(call.args[0]))
            return ast.copy_location(ast.Expr(appended), node)
        return self.generic_visit(node)

    def visit_Global(self, node):
        return node

    def visit_Nonlocal(self, node):
        return node

    # Expressions.

    def visit_BoolOp(self, node):
        values = [self.visit(each) for each in node.values]
        kind = "and_" if isinstance(node.op, ast.And) else "or_"
        result = values[-1]
        for each in reversed(values[:-1]):
            result = _operator(kind, _delayed(each), _delayed(result))
        return ast.copy_location(result, node)

    def visit_UnaryOp(self, node):
        operand = self.visit(node.operand)
        if isinstance(node.op, ast.Not):
            return ast.copy_location(_operator("not_", operand), node)
        node.operand = operand
        return node

    def visit_IfExp(self, node):
        test, body, orelse = self.visit(node.test), self.visit(node.body), self.visit(node.orelse)
        return ast.copy_location(_operator("if_exp", test, _delayed(body), _delayed(orelse)), node)

    def visit_Compare(self, node):
        left = self.visit(node.left)
        rights = [self.visit(each) for each in node.comparators]
        if len(rights) == 1:
            if isinstance(node.ops[0], ast.In | ast.NotIn):
                kind = "in_" if isinstance(node.ops[0], ast.In) else "not_in"
                return ast.copy_location(_operator(kind, left, rights[0]), node)
            node.left, node.comparators = left, rights
            return node
        kinds = ast.Tuple([ast.Constant(type(each).__name__) for each in node.ops], ast.Load())
        delayed = ast.Tuple([_delayed(each) for each in rights], ast.Load())
        return ast.copy_location(_operator("chain", left, kinds, delayed), node)

    def visit_Call(self, node):
        if isinstance(node.func, ast.Name) and node.func.id in _NOT_CALLED:
            if node.func.id == "super" and not node.args and self._first is not None:
                node.args = [name("__class__"), name(self._first)]
            else:
                node.args = [self.visit(each) for each in node.args]
            return node
        node.func = ast.copy_location(_operator("called", self.visit(node.func)), node.func)
        node.args = [self.visit(each) for each in node.args]
        for each in node.keywords:
            each.value = self.visit(each.value)
        return node

    def visit_ListComp(self, node):
        return self._comprehension(node)

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp

    def _comprehension(self, node):
        """Iterates over the rows of tensors; its own names are never doubtful."""
        hidden = set()
        for each in node.generators:
            hidden |= set(names.assigned([each.target]))
        outer, self._doubtful = self._doubtful, self._doubtful - hidden
        node = self.generic_visit(node)
        for each in node.generators:
            each.iter = _operator("rows", each.iter)
        self._doubtful = outer
        return node

    def visit_Name(self, node):
        return self._load(node) if isinstance(node.ctx, ast.Load) else node

    def _load(self, node):
        """Reads a name that may have no value."""
        if node.id in self._doubtful:
            return ast.copy_location(_operator("load", node, ast.Constant(node.id)), node)
        return node

    def visit_AugAssign(self, node):
        node.value = self.visit(node.value)
        if isinstance(node.target, ast.Name) and node.target.id in self._doubtful:
            target = self._load(ast.Name(node.target.id, ast.Load()))
            value = _operator("augmented", target, node.value, ast.Constant(type(node.op).__name__))
            return ast.copy_location(ast.Assign([node.target], value), node)
        return node

    def visit_Delete(self, node):
        return node


def _as_function(node):
    return ast.FunctionDef("lambda_", node.args, [ast.Return(node.body)], [], None, None)


def _parsed(text):
    return ast.parse(text, mode="eval").body


def _with_context(node, context):
    """A copy of the target with another context."""
    copy = ast.parse(ast.unparse(node), mode="eval").body
    copy.ctx = context
    return copy
