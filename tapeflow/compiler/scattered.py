"""Ops that read along another axis than the last: a transpose's neighbours come from rows far apart.

Loops over elements alone turn squares in registers (`compiler/squares.py`); a reduction cannot, so that what it
reads is stored before. The op's own rule says where an element comes from.
"""

from tapeflow.compiler.indices import Affine, LoopVariable

_FAR = 16
"""How many elements lie between such neighbours at least; nearer ones are found in the same lines of memory."""


class _Read(Exception):
    """Where the rule reads its operand."""


class _Operand:
    """An input that is asked for one element."""

    def __init__(self, value):
        self.dims = value.dims
        self.dtype = value.dtype

    def __getitem__(self, index):
        raise _Read(self.dims, index if type(index) is tuple else (index,))


def is_scattered(node):
    """Whether neighbours along the last axis of what a node gives are far apart in memory where it reads them."""
    dims = node.outputs[0].dims
    if node.op.family in ("elementwise", "reduction") or len(dims) < 2 or dims[-1] < 2:
        return False
    variables = [LoopVariable(None, size, 1) for size in dims]
    index = tuple([Affine({each: 1}, 0, None) for each in variables])
    operands = [_Operand(value) for value in node.inputs]
    try:
        node.op.lower_rule(None, index, *operands, **{**node.op.defaults, **node.params})
    except _Read as read:
        return abs(_stride(*read.args, variables[-1])) >= _FAR
    except AttributeError:  # the rule computes before it reads: nobody knows
        return False
    return False


def _stride(dims, index, variable):
    found, stride = 0, 1
    for size, at in zip(reversed(dims), reversed(index), strict=True):
        if type(at) is Affine:
            found += stride * at.terms.get(variable, 0)
        stride *= size
    return found
