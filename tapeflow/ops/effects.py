"""Ops whose point is when they happen: reading a variable now; later printing, asserting, calling Python."""

from tapeflow.core.op import op


@op("ReadVariableOp", result="same", linear=True)
def read_variable(xp, value):
    """The value that a variable has now, as a tensor of its own."""
    return value


read_variable.spec(lambda value: value)
read_variable.grad(value=lambda g: g)
read_variable.batch(lambda value: value)
