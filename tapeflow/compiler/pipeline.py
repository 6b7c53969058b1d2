"""From a graph of known shapes to a program: the stages, each with its reason."""

from tapeflow.compiler import control, epilogues, steps
from tapeflow.compiler.expand import expanded
from tapeflow.compiler.lowerable import distrust, is_lowerable
from tapeflow.compiler.numbers import NotLowerableError
from tapeflow.compiler.plan import Plan
from tapeflow.compiler.program import Program
from tapeflow.compiler.show import show
from tapeflow.graph.simplify import simplified


def expand(graph, aliases):
    """Replaces ops by simpler ones."""
    return expanded(graph), aliases


def simplify(graph, aliases):
    """Leaves out what is computed twice or for nobody."""
    return simplified(graph), aliases


def plan(graph, aliases):
    """Decides what becomes a kernel, what is stored, what is called, what steps do to their results."""
    return epilogues.attach(Plan(graph, is_lowerable, steps.is_step, _is_native)), aliases


def _is_native(node):
    return control.is_native(node, prepare)


def prepare(graph):
    """The plan of a program within another."""
    found, rest = graph, {}
    for stage in (expand, simplify, plan):
        found, rest = stage(found, rest)
    return found


def build(plan, aliases):
    """Writes, compiles and loads the native segments, and the Python between them."""
    return Program(plan.graph, plan, aliases, prepare)


STAGES = (
    ("graph", expand, "fusion sees through softmax, losses and means"),
    ("graph", simplify, "expansion repeats itself"),
    ("plan", plan, "memory traffic is what fused loops save"),
    ("program", build, "machine code for what has rules, calls for what has not"),
)
"""(what it gives, the stage, why it is there), in order."""


def compile_graph(graph, aliases=None):
    """The compiled Program of a graph of known shapes.

    aliases: {position of an output: position of the input in whose array it may be written}; whoever calls the program
    with such an input gives the array away. The stages are shown as TAPEFLOW_SHOW asks (`compiler/show.py`).
    """
    steps.begin(graph)
    try:
        return _through_stages(graph, aliases or {})
    except NotLowerableError:
        if not distrust():
            raise
    return _through_stages(graph, aliases or {})


def _through_stages(found, rest):
    for what, stage, _ in STAGES:
        result = stage(found, rest)
        found, rest = result if isinstance(result, tuple) else (result, rest)
        show(what, found)
    return found
