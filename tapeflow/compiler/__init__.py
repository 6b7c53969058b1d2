"""The compiler: from graphs of known shapes to machine code. Read `pipeline` first."""

__all__ = ["begin", "compile_graph"]


def begin():
    """Has another thread prepare what the first compilation of all needs."""
    from tapeflow.compiler import threads

    threads.begin()


def compile_graph(graph, aliases=None):
    """See `pipeline.compile_graph`; the compiler is imported when there is something to compile."""
    from tapeflow.compiler import pipeline

    return pipeline.compile_graph(graph, aliases)
