"""Graphs in event files, as TensorBoard shows them."""

from tapeflow.api.summary.state import condition_now, current
from tapeflow.api.summary.writer import when_run
from tapeflow.core.log import warn_first
from tapeflow.core.operands import as_tensor
from tapeflow.files.event_messages import messages
from tapeflow.files.graph_messages import graph_message

__all__ = ["graph", "trace_export", "trace_off", "trace_on"]

_on = [False]


def graph(graph_data):
    """Writes a graph for TensorBoard; a bool tensor says whether it did: there is a writer and `record_if` holds.

    graph_data: a graph, such as that of a concrete function, or a GraphDef message. The operations are written with
    their names, types, inputs, and the dtype and shapes of what they give. ValueError for anything else.

    >>> double = tf.function(lambda x: x * 2.0).get_concrete_function(tf.TensorSpec([], tf.float32))
    >>> tf.summary.graph(double.graph).numpy()  # there is no writer
    np.False_
    """
    condition = condition_now()
    if condition is False:
        return as_tensor(False)
    if hasattr(graph_data, "get_operations"):
        graph_data = graph_message(graph_data.get_operations())
    if not (hasattr(graph_data, "SerializeToString") and hasattr(graph_data, "node")):
        raise ValueError(
            "Argument 'graph_data' is not tf.Graph or tf.compat.v1.GraphDef. "
            f"Received graph_data={graph_data} of type {type(graph_data).__name__}."
        )
    event = messages.Event(graph_def=graph_data.SerializeToString())
    condition, writer = as_tensor(condition), current.writer

    def run(condition):
        if condition._array:
            writer.add(event)

    when_run(run, condition)
    return condition


def trace_on(graph=True, profiler=False, profiler_outdir=None):
    """Begins a trace, which notes nothing: see `trace_export`."""
    _on[0] = True


def trace_export(name, step=None, profiler_outdir=None):
    """Ends a trace. No graph is written, and a warning says so. ValueError if there is no trace."""
    if not _on[0]:
        raise ValueError("Must enable trace before export through tf.summary.trace_on.")
    _on[0] = False
    warn_first(
        1,
        "tf.summary.trace_export writes nothing: tf.summary.graph(function.get_concrete_function(...).graph) does.",
    )


def trace_off():
    """Ends a trace."""
    _on[0] = False
