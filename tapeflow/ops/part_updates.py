"""A value with a part of it replaced: what updates of rows and slices of a variable are while a program is traced."""

from tapeflow.core.op import no_gradient, op


@op("UpdatePart", result="same")
def updated(xp, x, *operands, update, index=None):
    """x after `update(array, *operands, index)`, which alters a copy of its array in place."""
    array = xp.array(x)
    update(array, *operands, index)
    return array if array.ndim or array.dtype == object else array[()]


updated.spec(lambda x, *operands, update, index: x)
no_gradient(updated)
