"""Ops whose point is when they happen: reading a variable, checking; later printing, calling Python."""

from tapeflow.core.dtypes import FLOATS
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.op import op


@op("ReadVariableOp", result="same", linear=True, passes=True)
def read_variable(xp, value):
    """The value that a variable has now, as a tensor of its own."""
    return value


read_variable.spec(lambda value: value)
read_variable.grad(value=lambda g: g)
read_variable.batch(lambda value: value)


_IN_GRADIENT = "Not a number (NaN) or infinity (Inf) values detected in gradient. "


@op("CheckNumerics", accepts=FLOATS, result="same", linear=True)
def check_numerics(xp, tensor, *, message):
    """The tensor itself, once it is known to be finite."""
    if not xp.isfinite(tensor).all():
        found = " and ".join(
            [name for name, test in (("Inf", xp.isinf), ("NaN", xp.isnan)) if test(tensor).any()]
        )
        raise InvalidArgumentError(None, None, f"{message} : Tensor had {found} values")
    return tensor


check_numerics.spec(lambda tensor, message: tensor)
check_numerics.grad(tensor=lambda g, message: check_numerics(g, message=_IN_GRADIENT + message))
check_numerics.batch(lambda tensor, message: check_numerics(tensor, message=message))
