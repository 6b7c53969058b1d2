"""The compiler: from graphs of known shapes to machine code. Read `pipeline` first."""

from tapeflow.compiler.pipeline import compile_graph

__all__ = ["compile_graph"]
