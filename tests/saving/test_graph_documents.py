"""Programs as documents: for every op of the tables, what is read back computes what was written."""

import json

import numpy as np
import pytest

import tapeflow as tf
import tapeflow.ops
from tapeflow.core.operands import as_tensor
from tapeflow.function.trace import trace_callable
from tapeflow.graph.execute import run
from tapeflow.graph.serialization import GraphWriter, read_graph
from tests import collect
from tests.ops import cases

collect.import_all(tapeflow.ops)
ENTRIES = [
    pytest.param(case, id=f"{family}-{case.op.name}-{position}")
    for family, position, case in collect.tables(cases, "CASES")
    if not case.op.facts.get("calls_python") and not case.op.facts.get("infers")
]

REFUSED = {"UpdatePart", "LookupTableFind", "MatchingFiles", "ReadFile", "WriteFile"}
"""Ops with Python objects as parameters in their cases, and those that touch files."""


def read_back(graph):
    writer = GraphWriter()
    document = json.loads(json.dumps(writer.graph(graph)))
    return read_graph(document, writer.constants.__getitem__)


@pytest.mark.parametrize("case", ENTRIES)
def test_every_op_comes_back(case):
    tensors = [as_tensor(each) for each in case.inputs]
    specs = [tf.TensorSpec(each.shape, each.dtype) for each in tensors]

    def function(*arguments):
        found = case.op(*arguments, **case.params)
        return list(found) if isinstance(found, list | tuple) else [found]

    graph = trace_callable(function, specs).graph
    if case.op.type_name in REFUSED:
        with pytest.raises(NotImplementedError, match="cannot be saved"):
            read_back(graph)
        return
    again = read_back(graph)
    if "invoke" not in case.op.facts:  # else the call may come to other ops, for shapes that are known
        assert [repr(each.op) for each in again.nodes] == [repr(each.op) for each in graph.nodes]
    if any([node.op.facts.get("stateful") for node in graph.nodes]):
        return
    arrays = [each._array for each in tensors]
    with np.errstate(all="ignore"):
        for found, expected in zip(run(again, arrays), run(graph, arrays), strict=True):
            assert found.dtype == expected.dtype
            np.testing.assert_array_equal(found, expected)


def test_sizes_of_loops_within_choices():
    @tf.function(input_signature=[tf.TensorSpec([None, None], tf.float32), tf.TensorSpec([], tf.int32)])
    def program(x, count):
        y = tf.concat([x, x[1:]], 0)
        if count > 2:
            for step in tf.range(count):
                y = y + tf.cast(tf.shape(y)[0] // 2 + step, tf.float32)
        else:
            y = tf.map_fn(lambda row: row * tf.cast(tf.size(row), tf.float32), y)
        return tf.reshape(tf.transpose(y), [-1, tf.shape(y)[0]])

    trace = program.get_concrete_function()._trace
    again = read_back(trace.graph)
    for rows, count in ((3, 1), (4, 5)):
        arrays = [np.ones([rows, 3], np.float32), np.int32(count)]
        (found,), (expected,) = run(again, arrays), run(trace.graph, arrays)
        np.testing.assert_array_equal(found, expected)
    assert repr(read_back(again).outputs) == repr(again.outputs)
