"""The compiler: from graphs of known shapes to machine code. Read `pipeline` first."""

__all__ = ["compile_graph"]


def compile_graph(graph, aliases=None):
    """See `pipeline.compile_graph`; the compiler is imported when there is something to compile."""
    from tapeflow.compiler import pipeline

    return pipeline.compile_graph(graph, aliases)
