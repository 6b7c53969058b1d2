"""Powers, roots, exponentials and logarithms, element by element; the logistic function and its kin.

Floating and complex dtypes, unless said otherwise; others are refused with InvalidArgumentError.
"""

from tapeflow.core.operands import as_tensor, operands
from tapeflow.core.tensor import EagerTensor
from tapeflow.ops import arithmetic, logistic

__all__ = [
    "exp",
    "expm1",
    "log",
    "log1p",
    "log_sigmoid",
    "pow",
    "rsqrt",
    "sigmoid",
    "softplus",
    "softsign",
    "sqrt",
    "xdivy",
    "xlog1py",
    "xlogy",
]


def pow(x, y, name=None):
    """x to the power of y, of signed numbers of one dtype; the shapes broadcast.

    Raises InvalidArgumentError for negative powers of integers.

    >>> tf.math.pow([2, 3], [8, 2])
    <tf.Tensor: shape=(2,), dtype=int32, numpy=array([256,   9], dtype=int32)>
    """
    return arithmetic.power(*operands(x, y))


def sqrt(x, name=None):
    """The square root; NaN for negative real numbers.

    >>> tf.math.sqrt([4.0, -1.0]).numpy()
    array([ 2., nan], dtype=float32)
    """
    return arithmetic.sqrt(x if type(x) is EagerTensor else as_tensor(x))


def rsqrt(x, name=None):
    """1 / sqrt(x).

    >>> tf.math.rsqrt([4.0, 0.0]).numpy()
    array([0.5, inf], dtype=float32)
    """
    return arithmetic.rsqrt(as_tensor(x))


def exp(x, name=None):
    """e to the power of x.

    >>> tf.math.exp([0.0, 1.0]).numpy().round(4)
    array([1.    , 2.7183], dtype=float32)
    """
    return arithmetic.exp(x if type(x) is EagerTensor else as_tensor(x))


def expm1(x, name=None):
    """exp(x) - 1, accurate also near 0.

    >>> tf.math.expm1([1e-10, 0.0]).numpy().round(4)
    array([0., 0.], dtype=float32)
    """
    return arithmetic.expm1(as_tensor(x))


def log(x, name=None):
    """The natural logarithm; NaN for negative real numbers.

    >>> tf.math.log([1.0, 0.0, -1.0]).numpy()
    array([  0., -inf,  nan], dtype=float32)
    """
    return arithmetic.log(x if type(x) is EagerTensor else as_tensor(x))


def log1p(x, name=None):
    """log(1 + x), accurate also near 0.

    >>> tf.math.log1p([1e-10, 0.0]).numpy().round(4)
    array([0., 0.], dtype=float32)
    """
    return arithmetic.log1p(as_tensor(x))


def xlogy(x, y, name=None):
    """x * log(y), but 0 where x is 0.

    >>> tf.math.xlogy([0.0, 2.0], [0.0, 1.0]).numpy()
    array([0., 0.], dtype=float32)
    """
    return arithmetic.xlogy(*operands(x, y))


def xlog1py(x, y, name=None):
    """x * log(1 + y), but 0 where x is 0.

    >>> tf.math.xlog1py([0.0, 2.0], [-1.0, 0.0]).numpy()
    array([0., 0.], dtype=float32)
    """
    return arithmetic.xlog1py(*operands(x, y))


def xdivy(x, y, name=None):
    """x / y, but 0 where x is 0.

    >>> tf.math.xdivy([0.0, 3.0], [0.0, 2.0]).numpy()
    array([0. , 1.5], dtype=float32)
    """
    return arithmetic.xdivy(*operands(x, y))


def sigmoid(x, name=None):
    """1 / (1 + exp(-x)).

    >>> tf.math.sigmoid([-200.0, 0.0, 200.0]).numpy()
    array([0. , 0.5, 1. ], dtype=float32)
    """
    return logistic.sigmoid(x if type(x) is EagerTensor else as_tensor(x))


def log_sigmoid(x, name=None):
    """log(sigmoid(x)) without underflow; floating dtypes.

    >>> tf.math.log_sigmoid([-1000.0, 0.0]).numpy().round(4)
    array([-1.000e+03, -6.931e-01], dtype=float32)
    """
    return arithmetic.negative(logistic.softplus(arithmetic.negative(as_tensor(x))))


def softplus(features, name=None):
    """log(1 + exp(features)) without overflow; floating dtypes.

    >>> tf.math.softplus([0.0, 1000.0]).numpy().round(4)
    array([6.931e-01, 1.000e+03], dtype=float32)
    """
    return logistic.softplus(as_tensor(features))


def softsign(features, name=None):
    """features / (1 + abs(features)); floating dtypes.

    >>> tf.math.softsign([-1.0, 0.0, 3.0]).numpy()
    array([-0.5 ,  0.  ,  0.75], dtype=float32)
    """
    return logistic.softsign(as_tensor(features))
