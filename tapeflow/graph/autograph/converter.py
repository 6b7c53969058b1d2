"""The second step of the conversion: control flow becomes calls of `operators`, which ask at run time what they have.

Branches and bodies become functions without arguments that share their variables with the function around them
(`nonlocal`), so that a branch that stays Python does just what it did. A pair of functions reads and writes the
variables that a statement assigns, for operators that make it part of a program.
"""

import ast
import copy

from tapeflow.graph.autograph import names
from tapeflow.graph.autograph.jumps import Loops, Tests, assign, contains, lower_returns, name
from tapeflow.graph.autograph.undefined import is_own

_NOT_CALLED = {"super", "locals", "globals", "eval", "exec", "vars", "dir"}
"""What looks at the frame of its caller must be called from there."""


def convert_function(node, class_name=None):
    """The converted FunctionDef of a FunctionDef or Lambda."""
    if isinstance(node, ast.Lambda):
        result = _placed(ast.Return(node.body), node.body)
        node = _placed(ast.FunctionDef("lambda_", node.args, [result], [], None, None), node)
    node.decorator_list = []
    _Annotations().visit(node)
    if class_name:
        _Mangling(class_name).visit(node)
    return _converted(node)


def _converted(node, doubtful=frozenset()):
    """Converts the body of a function; functions within it are converted in their turn.

    doubtful: names of the functions around it that may have no value.
    """
    if contains(node.body, (ast.Yield, ast.YieldFrom, ast.Await)):
        return node  # generators stay as they are
    node.body = Loops().block(lower_returns(Tests().block(node.body)))
    ast.fix_missing_locations(node)
    names.Liveness(node)
    converter = _Converter(node, doubtful)
    node.body = converter.declarations() + converter.block(node.body)
    return ast.fix_missing_locations(node)


class _Annotations(ast.NodeTransformer):
    """Annotations have been evaluated already, where they mean something; those of local names never are."""

    def visit_arg(self, node):
        node.annotation = None
        return node

    def visit_FunctionDef(self, node):
        node.returns = None
        return self.generic_visit(node)

    def visit_ClassDef(self, node):
        """In the body of a class they are kept; in its methods they are not."""
        node.body = [self.visit(each) if isinstance(each, ast.FunctionDef) else each for each in node.body]
        return node

    def visit_AnnAssign(self, node):
        if node.value is None:
            return _placed(ast.Pass(), node)
        return _placed(ast.Assign([node.target], node.value), node)


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


def _placed(new, old):
    """A node in the place of another one, on its first line: Python shows a call of `ag__` at the end of its name."""
    ast.copy_location(new, old)
    if hasattr(old, "lineno"):  # else it gets that of what it stands in
        new.end_lineno, new.end_col_offset = old.lineno, old.col_offset
    return new


def _operator(attribute, *arguments):
    return ast.Call(ast.Attribute(name("ag__"), attribute, ast.Load()), list(arguments), [])


def _lambda(expression):
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

    def __init__(self, function, doubtful=frozenset()):
        self._count = 0
        self._ahead = []  # functions to define before the statement that is being converted; None within a lambda
        arguments = function.args
        positional = [*arguments.posonlyargs, *arguments.args]
        others = [*arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        self._parameters = {each.arg for each in [*positional, *others] if each is not None}
        self._first = positional[0].arg if positional else None
        self._globals, self._nonlocals = set(), set()
        for each in _own_nodes(function):
            if isinstance(each, ast.Global):
                self._globals |= set(each.names)
            elif isinstance(each, ast.Nonlocal):
                self._nonlocals |= set(each.names)
        elsewhere = self._parameters | self._globals | self._nonlocals
        self._local = elsewhere | set(names.assigned(function.body, containers=False))
        # Names that branches and bodies share with the function around them:
        self._shared = [each for each in dict.fromkeys(_shared(function)) if each in self._local]
        self._shared = [each for each in self._shared if each.isidentifier()]
        self._declared = [each for each in self._shared if each not in elsewhere]
        self._unsafe = self._globals | self._nonlocals | _handled(function)  # may be unbound
        hidden = self._local - self._nonlocals
        self._doubtful = doubtful - hidden
        self._doubtful |= {each for each in self._declared if not is_own(each)}
        self._doubtful |= {each for each in self._shared if each in _deleted(function)} - self._unsafe

    def declarations(self):
        """Every shared name begins as one without a value, so that functions within can share it."""
        return [assign(each, _operator("Undefined", ast.Constant(each))) for each in self._declared]

    def block(self, statements):
        """The converted statements."""
        result = []
        around, self._ahead = self._ahead, []
        for each in statements:
            found = self.visit(each)
            result += self._ahead + (found if isinstance(found, list) else [found])
            self._ahead = []
        self._ahead = around
        return result

    def _delayed(self, expression):
        """A function of no arguments that computes the expression when it is called.

        What := assigns in it must reach the function around it, which a lambda cannot do.
        """
        found = [each.target.id for each in _own_nodes(expression) if isinstance(each, ast.NamedExpr)]
        if not found:
            return _lambda(expression)
        identifier = self._unique("delayed")
        result = _function(identifier, [*self._declare_names(found), ast.Return(expression)])
        self._ahead.append(ast.fix_missing_locations(_placed(result, expression)))
        return name(identifier)

    def _stays(self, node):
        """Whether an expression is left to Python: it assigns names within a lambda or a comprehension."""
        return self._ahead is None and contains([node], ast.NamedExpr)

    def _unique(self, kind):
        self._count += 1
        return f"{kind}_{self._count}__"

    # Functions within.

    def visit_FunctionDef(self, node):
        decorators = [self.visit(each) for each in node.decorator_list]
        node.decorator_list = []
        node = _converted(node, self._doubtful)
        node.decorator_list = [*decorators, ast.Attribute(name("ag__"), "converted", ast.Load())]
        self._defaults(node.args)
        return node

    def visit_AsyncFunctionDef(self, node):
        return node

    def visit_ClassDef(self, node):
        """Methods are converted where they stand: nobody sees the calls of a property or an operator."""
        node.body = [self.visit(each) if isinstance(each, ast.FunctionDef) else each for each in node.body]
        return node

    def visit_Lambda(self, node):
        self._defaults(node.args)
        node.body = _Converter(_as_function(node)).visit_within(node.body, self)
        return _operator("converted", node)

    def visit_within(self, expression, outer):
        """Converts the body of a lambda, whose parameters hide the names of the function around it."""
        self._doubtful = outer._doubtful - self._parameters
        self._first = outer._first
        self._ahead = None
        return self.visit(expression)

    def _defaults(self, arguments):
        arguments.defaults = [self.visit(each) for each in arguments.defaults]
        arguments.kw_defaults = [None if each is None else self.visit(each) for each in arguments.kw_defaults]

    # Statements.

    def visit_If(self, node):
        assigned = self._assigned([*node.body, *node.orelse])
        live = [each for each in assigned if each in node.live_after or not each.isidentifier()]
        dead = [each for each in assigned if each not in live and each not in self._unsafe]
        test = self.visit(node.test)
        functions = [("if_body", self.block(node.body), ()), ("else_body", self.block(node.orelse), ())]
        state = self._state(node, [*live, *dead], live=ast.Constant(len(live)))
        return self._staged(
            node, functions, state, lambda made, state: _operator("if_stmt", test, *made, state)
        )

    def visit_While(self, node):
        state = self._state(node, self._loop_names(node), first_read=self._listed(node.live_before))
        options = self._options(node)
        test = self._with_stops(node, self.visit(node.test))
        functions = [("loop_body", self.block(node.body), ()), ("loop_test", [ast.Return(test)], ())]

        def call(made, state):
            body, test = made
            return _operator("while_stmt", test, body, state, options)

        return self._staged(node, functions, state, call) + self.block(node.orelse)

    def visit_For(self, node):
        element = self._unique("element")
        modified = self._loop_names(node, names.assigned([node.target]))
        state = self._state(node, modified, first_read=self._listed(node.live_before))
        options = self._options(node)
        start = _placed(ast.Assign([node.target], name(element)), node.target)
        stops = getattr(node, "stops", [])
        functions = [("loop_body", [start, *self.block(node.body)], (element,))]
        if stops:
            functions.append(("loop_goes_on", [ast.Return(self._with_stops(node, None))], ()))
        iterated = self.visit(node.iter)

        def call(made, state):
            goes_on = made[1] if stops else ast.Constant(None)
            return _operator("for_stmt", iterated, goes_on, made[0], state, options)

        return self._staged(node, functions, state, call) + self.block(node.orelse)

    def _with_stops(self, node, test):
        """The test of a loop that flags can end."""
        terms = [_operator("not_", name(flag)) for flag in getattr(node, "stops", [])]
        if test is not None:
            terms.append(test)
        result = terms[-1]
        for term in reversed(terms[:-1]):
            result = _operator("and_", _lambda(term), _lambda(result))
        return result

    def _options(self, node):
        """What set_loop_options says, if the body of a loop begins with it; its arguments are read before the loop."""
        first = next((each for each in node.body if not _sets_flag(each)), None)
        call = first.value if isinstance(first, ast.Expr) else None
        if not isinstance(call, ast.Call):
            return ast.Constant(None)
        function = call.func
        if getattr(function, "attr", getattr(function, "id", None)) != "set_loop_options":
            return ast.Constant(None)
        options = ast.Call(name("said"), call.args, call.keywords)
        said = ast.arguments(
            posonlyargs=[], args=[ast.arg("said")], kwonlyargs=[], kw_defaults=[], defaults=[]
        )
        return copy.deepcopy(_operator("loop_options", function, ast.Lambda(said, options)))

    def _assigned(self, statements):
        """The names that statements assign; containers from elsewhere that they change are none."""
        assigned = names.assigned(statements)
        return [each for each in assigned if each in self._local or not each.isidentifier()]

    def _loop_names(self, node, targets=()):
        """The names that matter after the loop or in its next iteration: composite ones always do."""
        modified = [*self._assigned(node.body), *targets]
        kept = node.live_after | node.live_before
        return list(dict.fromkeys([each for each in modified if each in kept or not each.isidentifier()]))

    def _listed(self, identifiers):
        return _constants(sorted(identifiers))

    def _state(self, node, modified, **facts):
        """Functions that read and write the names that a statement assigns, and the State made of them."""
        read, write = self._unique("get_state"), self._unique("set_state")
        values, setting = [], []
        for position, text in enumerate(modified):
            each = _parsed(text)
            doubtful = not text.isidentifier() or text in self._unsafe
            loaded = _with_context(each, ast.Load())
            values.append(_operator("attempt", _lambda(loaded), ast.Constant(text)) if doubtful else loaded)
            value = ast.Subscript(name("values_"), ast.Constant(position), ast.Load())
            change = ast.Assign([_with_context(each, ast.Store())], value)
            setting.append(_set_or_delete(each, value, change) if doubtful else change)
        simple = [each for each in modified if each.isidentifier()]
        hidden = [
            each
            for each in simple
            if each not in node.observed and each not in self._unsafe and not is_own(each)
        ]
        functions = [
            _function(read, [ast.Return(ast.Tuple(values, ast.Load()))]),
            _function(write, [*self._declare_names(simple), *setting], ("values_",)),
        ]
        state = _operator("State", name(read), name(write), _constants(modified))
        state.keywords = [ast.keyword(key, value) for key, value in facts.items()]
        state.keywords.append(ast.keyword("hidden", _constants(hidden)))
        return functions, state

    def _staged(self, node, functions, state, call):
        """The functions of a statement, those of its state, and the call of its operator."""
        result, made = [], []
        for kind, body, arguments in functions:
            identifier = self._unique(kind)
            result.append(_function(identifier, [*self._declare(body), *body], arguments))
            made.append(name(identifier))
        result += [*state[0], ast.Expr(call(made, state[1]))]
        for each in result:
            _placed(each, node)
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
        return _placed(
            ast.Expr(_operator("assert_stmt", self.visit(node.test), self._delayed(message))), node
        )

    def visit_Delete(self, node):
        """A shared name is one without a value again."""
        result = []
        for each in node.targets:
            if isinstance(each, ast.Name) and each.id in self._shared and each.id not in self._unsafe:
                result.append(ast.Expr(_operator("load", name(each.id), ast.Constant(each.id))))
                result.append(assign(each.id, _operator("Undefined", ast.Constant(each.id))))
            else:
                result.append(ast.Delete([self.visit(each)]))
        for each in result:
            ast.fix_missing_locations(_placed(each, node))
        return result

    def visit_Global(self, node):
        return node

    def visit_Nonlocal(self, node):
        return node

    # Expressions.

    def visit_BoolOp(self, node):
        if self._stays(node):
            return self.generic_visit(node)
        values = [self.visit(each) for each in node.values]
        kind = "and_" if isinstance(node.op, ast.And) else "or_"
        result, assigns = values[-1], contains(values[-1:], ast.NamedExpr)
        for each in reversed(values[:-1]):
            result = _operator(kind, self._delayed(each), self._delayed(result))
            if assigns:
                result.keywords = [ast.keyword("both", ast.Constant(True))]
            assigns = assigns or contains([each], ast.NamedExpr)
        return _placed(result, node)

    def visit_UnaryOp(self, node):
        operand = self.visit(node.operand)
        if isinstance(node.op, ast.Not):
            return _placed(_operator("not_", operand), node)
        node.operand = operand
        return node

    def visit_IfExp(self, node):
        if self._stays(node):
            return self.generic_visit(node)
        test, body, orelse = self.visit(node.test), self.visit(node.body), self.visit(node.orelse)
        return _placed(_operator("if_exp", test, self._delayed(body), self._delayed(orelse)), node)

    def visit_Compare(self, node):
        left = self.visit(node.left)
        rights = [self.visit(each) for each in node.comparators]
        if len(rights) == 1 or (contains(rights, ast.NamedExpr) and self._ahead is None):
            if len(rights) == 1 and isinstance(node.ops[0], ast.In | ast.NotIn):
                kind = "in_" if isinstance(node.ops[0], ast.In) else "not_in"
                return _placed(_operator(kind, left, rights[0]), node)
            node.left, node.comparators = left, rights
            return node
        kinds = ast.Tuple([ast.Constant(type(each).__name__) for each in node.ops], ast.Load())
        delayed = ast.Tuple([self._delayed(each) for each in rights], ast.Load())
        return _placed(_operator("chain", left, kinds, delayed), node)

    def visit_Call(self, node):
        if isinstance(node.func, ast.Name) and node.func.id in _NOT_CALLED:
            if node.func.id == "super" and not node.args and self._first is not None:
                node.args = [name("__class__"), name(self._first)]
            else:
                node.args = [self.visit(each) for each in node.args]
            return node
        node.func = _placed(_operator("called", self.visit(node.func)), node.func)
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
        outer, ahead = self._doubtful, self._ahead
        self._doubtful, self._ahead = self._doubtful - hidden, None
        node = self.generic_visit(node)
        for each in node.generators:
            each.iter = _operator("rows", each.iter)
        self._doubtful, self._ahead = outer, ahead
        return node

    def visit_Name(self, node):
        return self._load(node) if isinstance(node.ctx, ast.Load) else node

    def _load(self, node):
        """Reads a name that may have no value."""
        if node.id in self._doubtful:
            return _placed(_operator("load", node, ast.Constant(node.id)), node)
        return node

    def visit_AugAssign(self, node):
        node.value = self.visit(node.value)
        if isinstance(node.target, ast.Name) and node.target.id in self._doubtful:
            target = self._load(ast.Name(node.target.id, ast.Load()))
            value = _operator("augmented", target, node.value, ast.Constant(type(node.op).__name__))
            return _placed(ast.Assign([node.target], value), node)
        return node


def _as_function(node):
    return ast.FunctionDef("lambda_", node.args, [ast.Return(node.body)], [], None, None)


def _own_nodes(node):
    """The nodes below a node, without those of functions and classes within."""
    for each in ast.iter_child_nodes(node):
        yield each
        if not isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            yield from _own_nodes(each)


def _shared(function):
    """The names that become shared as the statements that assign them become functions; composite ones, too."""
    for each in _own_nodes(function):
        if isinstance(each, ast.If | ast.While | ast.For):
            yield from names.assigned([*each.body, *each.orelse])
            if isinstance(each, ast.For):
                yield from names.assigned([each.target])
        elif isinstance(each, ast.NamedExpr):
            yield each.target.id


def _handled(function):
    """The names of exceptions that are caught, which have no value after that."""
    return {each.name for each in _own_nodes(function) if isinstance(each, ast.ExceptHandler) and each.name}


def _deleted(function):
    return {
        each.id
        for each in _own_nodes(function)
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Del)
    }


def _sets_flag(node):
    return (
        isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and is_own(node.targets[0].id)
    )


def _constants(values):
    return ast.Tuple([ast.Constant(each) for each in values], ast.Load())


def _set_or_delete(target, value, change):
    """What was not there before a statement is deleted."""
    missing = ast.ExceptHandler(ast.Attribute(name("ag__"), "MISSING", ast.Load()), None, [ast.Pass()])
    delete = ast.Try([ast.Delete([_with_context(target, ast.Del())])], [missing], [], [])
    return ast.If(_operator("is_undefined", value), [delete], [change])


def _parsed(text):
    return ast.parse(text, mode="eval").body


def _with_context(node, context):
    """A copy of the target with another context."""
    result = copy.deepcopy(node)
    result.ctx = context
    return result
