"""Graphs of one op, compiled: what the tests of native steps run."""

from tapeflow.compiler import compile_graph
from tapeflow.core.dtypes import from_array_dtype
from tapeflow.graph.tracing import trace


def compiled(op, *arrays, **params):
    """The program of one call of an op; it is one native step."""
    specs = [(from_array_dtype(each.dtype), each.shape) for each in arrays]
    program = compile_graph(trace(lambda *inputs: op(*inputs, **params), specs))
    assert [step.kind for step in program.plan.steps] == ["native"]
    return program


def run(op, *arrays, **params):
    """The result, an array."""
    return compiled(op, *arrays, **params)(*arrays)[0]
