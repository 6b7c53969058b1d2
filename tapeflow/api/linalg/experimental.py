"""tf.linalg.experimental: the method of conjugate gradients."""

from collections import namedtuple

from tapeflow.api import math
from tapeflow.api.control_flow import while_loop
from tapeflow.api.linalg.norms import norm
from tapeflow.api.linalg.operators import dense
from tapeflow.api.linalg.operators.parameters import joined_dims
from tapeflow.core.dtypes import int32
from tapeflow.core.operands import as_tensor

__all__ = ["conjugate_gradient"]

CGState = namedtuple("CGState", "i x r p gamma")


def conjugate_gradient(
    operator, rhs, preconditioner=None, x=None, tol=1e-5, max_iter=20, name="conjugate_gradient"
):
    """Solves operator x = rhs [..., n] for a self-adjoint positive definite LinearOperator, in steps.

    Hestenes and Stiefel, "Methods of conjugate gradients for solving linear systems", 1952. Each step multiplies by
    the operator once, and by the LinearOperator `preconditioner`, an approximate inverse, if there is one. They end
    after `max_iter`, or when all residuals are at most `tol` times as long as rhs.

    Returns a named tuple: i, how many steps were taken; x; r, the residuals rhs - operator x; p, the directions of the
    next step; and gamma, the products of r and the preconditioned r. ValueError unless the operator has the hints
    is_self_adjoint and is_positive_definite.

    >>> operator = tf.linalg.LinearOperatorDiag([1.0, 2.0], is_positive_definite=True)
    >>> found = tf.linalg.experimental.conjugate_gradient(operator, [3.0, 4.0])
    >>> found.x.numpy().round(3), found.i.numpy().item()
    (array([3., 2.], dtype=float32), 2)
    """
    if not (operator.is_self_adjoint and operator.is_positive_definite):
        raise ValueError(
            "conjugate_gradient needs an operator that is self-adjoint and positive definite by its hints."
        )
    rhs = as_tensor(rhs)
    batch = joined_dims(
        rhs.dims[:-1], *[each._batch_dims for each in (operator, preconditioner) if each is not None]
    )
    rhs = dense.stretched(rhs, *batch, rhs.dims[-1])
    bound = as_tensor(tol, rhs._dtype.real_dtype) * math.abs(norm(rhs, axis=-1))
    if x is None:
        x, residual = dense.zeros(rhs.dims, rhs._dtype), rhs
    else:
        x = dense.stretched(as_tensor(x), *rhs.dims)
        residual = rhs - operator.matvec(x)

    def preconditioned(vector):
        return vector if preconditioner is None else preconditioner.matvec(vector)

    def goes_on(i, x, r, p, gamma):
        return math.logical_and(
            math.less(i, as_tensor(max_iter, int32)), math.reduce_any(math.abs(norm(r, axis=-1)) > bound)
        )

    def step(i, x, r, p, gamma):
        product = operator.matvec(p)
        x, r = _moved(x, gamma / _dot(p, product), p), _moved(r, -gamma / _dot(p, product), product)
        z = preconditioned(r)
        after = _dot(r, z)
        return i + 1, x, r, _moved(z, after / gamma, p), after

    direction = preconditioned(residual)
    start = (as_tensor(0, int32), x, residual, direction, _dot(residual, direction))
    return CGState(*while_loop(goes_on, step, start))


def _dot(a, b):
    return math.reduce_sum(math.conj(a) * b, axis=-1)


def _moved(vector, factor, direction):
    return vector + dense.reshaped(factor, *factor.dims, 1) * direction
