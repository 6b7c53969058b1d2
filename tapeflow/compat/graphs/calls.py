"""Calls of public functions in a graph: what is made by them gets the name that the caller gave."""

import functools

from tapeflow.compat.graphs.graph import Graph
from tapeflow.core import nest
from tapeflow.core.context import state
from tapeflow.core.size import UnknownSizeError, has_sizes
from tapeflow.graph.deferred import defer, is_vague
from tapeflow.graph.inference import REFUSALS
from tapeflow.graph.symbolic import SymbolicTensor
from tapeflow.ops.selection import identity


def named(function, default):
    """The function, so that in a graph what it makes is called by its argument `name`, else `default`.

    default: a name; with a slash in it, the name of a scope and of the operation in it that gives the result.

    A call that needs to know shapes which only sessions know is put off until a session runs it.
    """
    code = getattr(function, "__code__", None)
    parameters = () if code is None else code.co_varnames[: code.co_argcount]
    default, _, last = default.partition("/")
    position = parameters.index("name") if "name" in parameters else None

    @functools.wraps(function)
    def call(*args, **kwargs):
        graph = state.interpreter
        if type(graph) is not Graph:
            return function(*args, **kwargs)
        name = kwargs.pop("name", None)
        if position is not None and len(args) > position:
            name = args[position]
            args = (*args[:position], None, *args[position + 1 :])
        return called(graph, function, args, kwargs, name or default, last)

    return call


def called(graph, function, args, kwargs, name, last=""):
    """What the function gives; the operation behind that is called `name`, or `last` in the scope `name`."""
    start = len(graph.nodes)
    with graph.name_scope(name) as scope:
        leaves = nest.flatten((args, kwargs), expand_composites=True)
        if any([is_vague(each) for each in leaves]):
            return _with_name(graph, defer(function, args, kwargs), scope, last, start)
        try:
            result = function(*args, **kwargs)
        except REFUSALS as error:
            may_wait = isinstance(error, UnknownSizeError) or any(
                [isinstance(each, SymbolicTensor) and has_sizes(each.value.dims) for each in leaves]
            )
            if not may_wait:
                raise
            try:
                result = defer(function, args, kwargs)
            except REFUSALS:
                raise error from None
        return _with_name(graph, result, scope, last, start)


def _exact(graph, scope, last):
    """A name for an operation, with a slash, which means that it is to be taken as it is."""
    return scope if not last or not scope else graph.unique_name(last) + "/"


def _with_name(graph, result, scope, last, start):
    if result is None:
        made = [each for each in graph.nodes[start:] if each.effect]
        return graph.no_op(scope, [graph.operation_of(each) for each in made])
    single = isinstance(result, SymbolicTensor)
    leaves = [result] if single else nest.flatten(result)
    if not leaves or not all([isinstance(each, SymbolicTensor) and each.tracer is graph for each in leaves]):
        return result
    value = leaves[0].value
    if single and value.node is None and value.constant is not None and graph.is_waiting:
        return _with_name(graph, identity(result), scope, last, start)
    if not all([each.value.node is value.node for each in leaves]):
        return result
    named = value if value.node is None else value.node
    is_made_here = value.name is None if value.node is None else graph.places[named] >= start
    if is_made_here and named.name != scope + last:
        graph.rename(named, _exact(graph, scope, last)[:-1])
    return result
