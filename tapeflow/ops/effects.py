"""Ops whose point is when they happen: reading a variable, checking; later printing, calling Python."""

import time

import numpy

from tapeflow.core.dtypes import FLOATS, float64
from tapeflow.core.dtypes import bool as boolean
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.op import no_gradient, op
from tapeflow.core.spec import TensorSpec


@op("ReadVariableOp", result="same", linear=True, passes=True, same_elements=True)
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


@op("PreventGradient", result="same", any_rank=True, same_elements=True)
def prevent_gradient(xp, input, *, message=""):
    """The tensor itself; LookupError with the message when a gradient through it is asked for."""
    return input


def _prevented(g, message):
    raise LookupError(f"Gradient explicitly disabled. Reason: {message!r}")


prevent_gradient.spec(lambda input, message="": input)
prevent_gradient.grad(input=_prevented)
prevent_gradient.batch(lambda input, message="": prevent_gradient(input, message=message))


@op("Timestamp", effect=True)
def timestamp(xp):
    """The seconds since 1970."""
    return numpy.float64(time.time())


timestamp.spec(lambda: TensorSpec((), float64))


@op("Assert", accepts=frozenset([boolean]), effect=True)
def assert_that(xp, condition, *data, message):
    """Raises InvalidArgumentError unless the condition holds everywhere; `data` are shown. Gives the condition."""
    if not xp.all(condition):
        shown = [str(each).replace("\n", "") for each in data]
        raise InvalidArgumentError(
            None, None, f"assertion failed: [{'] ['.join([message, *shown])}] [Op:Assert]"
        )
    return condition


assert_that.spec(lambda condition, *data, message: condition)
no_gradient(assert_that)


def assert_true(condition, message):
    """Checks a bool tensor when the program runs."""
    assert_that(condition, message=message)
