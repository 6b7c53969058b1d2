"""Graphs in event files. Graphs here are not TensorFlow's GraphDefs, so there is nothing to write."""

from tapeflow.core.log import warn_first

__all__ = ["graph", "trace_export", "trace_off", "trace_on"]

_on = [False]


def graph(graph_data):
    """Raises NotImplementedError: graphs are not written in TensorFlow's form."""
    raise NotImplementedError(
        "tf.summary.graph is not there: graphs here are no GraphDefs, which is what TensorBoard shows. "
        "TAPEFLOW_SHOW=graph prints those that are compiled."
    )


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
        "tf.summary.trace_export writes no graph: graphs here are no GraphDefs, which is what TensorBoard shows.",
    )


def trace_off():
    """Ends a trace."""
    _on[0] = False
