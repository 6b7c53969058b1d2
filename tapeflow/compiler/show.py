"""Showing what the compiler does: TAPEFLOW_SHOW=graph,plan,llvm writes those stages to standard error."""

import math
import os
import sys

from tapeflow.compiler import steps
from tapeflow.compiler.plan import nodes_of
from tapeflow.core.size import has_sizes
from tapeflow.graph.graph import Graph
from tapeflow.graph.view import shape_text, text

VARIABLE = "TAPEFLOW_SHOW"
STAGES = ("graph", "plan", "loops", "llvm")


def wanted():
    """The stages that the environment asks for. ValueError for one that is not there."""
    names = [each.strip() for each in os.environ.get(VARIABLE, "").split(",") if each.strip()]
    for name in names:
        if name not in STAGES:
            raise ValueError(f"{VARIABLE} names {name!r}; the stages are {', '.join(STAGES)}.")
    return names


def show(what, stage):
    """Writes a stage that was asked for."""
    names = wanted()
    if not names:
        return
    if what == "graph" and "graph" in names and isinstance(stage, Graph):
        sys.stderr.write(text(stage.name, stage.inputs, stage.nodes, stage.outputs) + "\n")
    elif what == "plan" and "plan" in names:
        sys.stderr.write(plan_text(stage) + "\n")
    elif what == "program":
        if "loops" in names:
            sys.stderr.write(stage.text + "\n")
        if "llvm" in names:
            for segment in stage.segments:
                sys.stderr.write(segment.text + "\n")


def plan_text(plan):
    """The steps of a plan, a line each."""
    return "\n".join([f"{position:3d} {step_text(plan, step)}" for position, step in enumerate(plan.steps)])


def step_text(plan, step):
    """One step: what it is, its ops and the shape that it runs over."""
    if step.kind != "kernel":
        node = step.node
        shapes = ", ".join([f"{each.dtype.name}{shape_text(each.dims)}" for each in node.outputs])
        behind = [] if step.epilogue is None else [each.op.type_name for each in step.epilogue.nodes]
        return f"{step.kind:8} {' '.join([node.op.type_name, *behind])} -> {shapes}"
    kernel = step.kernel
    names = [each.op.type_name for each in nodes_of(plan, kernel)]
    stored = sum([root.value in plan.stored for root in kernel.roots])
    return f"kernel   {[*kernel.rows, kernel.columns]} {' '.join(names)} ({stored} stored)"


def flops_of(plan, step):
    """Floating-point operations of a step, a function counted as one; None for what is called."""
    if step.kind == "native":
        return steps.flops(step.node)
    if step.kind != "kernel":
        return None
    total = 0
    for node in nodes_of(plan, step.kernel):
        shape = node.inputs[0].dims if node.op.family == "reduction" else node.outputs[0].dims
        total += math.prod(shape)
    return total


def bytes_of(plan, step):
    """The bytes in memory that a step reads and writes."""
    from tapeflow.compiler.native import makes_of, reads_of

    values = {*reads_of(plan, step), *makes_of(plan, step)}
    return sum([math.prod(value.dims) * value.dtype.size for value in values if not has_sizes(value.dims)])


class Table(str):
    """Text that an interactive Python shows as it is."""

    __slots__ = ()

    def __repr__(self):
        return str(self)


def table(program, seconds=None):
    """The steps of a compiled program in columns: bytes, operations, share of the time, and what is done.

    seconds: how long each step takes, if that is known (`compiler/profile.py`).
    """
    rows = [f"{'step':>4} {'bytes':>12} {'operations':>12} {'time':>6}  what"]
    for position, step in enumerate(program.plan.steps):
        flops = flops_of(program.plan, step)
        operations = "-" if flops is None else f"{flops:,}"
        share = "-" if seconds is None else f"{100 * seconds[position] / sum(seconds):.0f} %"
        text = step_text(program.plan, step)
        rows.append(f"{position:4d} {bytes_of(program.plan, step):12,} {operations:>12} {share:>6}  {text}")
    if seconds is not None:
        rows.append(f"{1e6 * sum(seconds):.1f} microseconds, step by step")
    return Table("\n".join(rows))
