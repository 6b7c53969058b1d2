"""AutoGraph: Python's own control flow on tensors becomes part of the program that is traced.

`convert` gives a function whose `if`, `while`, `for`, `and`, `or`, `not` and the like ask at run time what they
were given (`operators`): tensors of a trace become choices and loops of the program, everything else stays Python.
"""

from tapeflow.graph.autograph.conversion import convert, do_not_convert, is_converted

__all__ = ["convert", "do_not_convert", "is_converted"]
