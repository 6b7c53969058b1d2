"""Activation functions. All take floating tensors, relu and relu6 integer ones, too; others are refused with
InvalidArgumentError.
"""

from tapeflow.core.arguments import canonical_axis
from tapeflow.core.dtypes import FLOATS, INTEGERS, float32
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor, operands
from tapeflow.ops import activation, cross_entropy
from tapeflow.ops.casting import cast
from tapeflow.ops.layout import concat
from tapeflow.ops.logistic import sigmoid

__all__ = [
    "crelu",
    "elu",
    "gelu",
    "leaky_relu",
    "log_softmax",
    "relu",
    "relu6",
    "selu",
    "silu",
    "softmax",
    "swish",
]


def relu(features, name=None):
    """max(features, 0), element by element.

    >>> tf.nn.relu([-2.0, 0.0, 3.0]).numpy()
    array([0., 0., 3.], dtype=float32)
    """
    return activation.relu(as_tensor(features))


def relu6(features, name=None):
    """min(max(features, 0), 6), element by element.

    >>> tf.nn.relu6([-2.0, 3.0, 7.0]).numpy()
    array([0., 3., 6.], dtype=float32)
    """
    return activation.relu6(as_tensor(features))


def leaky_relu(features, alpha=0.2, name=None):
    """features where they are positive, else alpha * features. Integers become float32.

    Source: Maas et al., "Rectifier Nonlinearities Improve Neural Network Acoustic Models", 2013. Raises TypeError if
    alpha is no number.

    >>> tf.nn.leaky_relu([-2.0, 3.0]).numpy()
    array([-0.4,  3. ], dtype=float32)
    """
    x = as_tensor(features)
    if x._dtype in INTEGERS:
        x = cast(x, float32)
    if hasattr(alpha, "_dtype") or not hasattr(alpha, "__float__"):
        raise TypeError(f"Expected float for argument 'alpha' not {alpha!r}.")
    return activation.leaky_relu(x, alpha=float(alpha))


def elu(features, name=None):
    """features where they are positive, else exp(features) - 1.

    Source: Clevert et al. 2015, https://arxiv.org/abs/1511.07289

    >>> tf.nn.elu([-1.0, 3.0]).numpy().round(4)
    array([-0.6321,  3.    ], dtype=float32)
    """
    return activation.elu(as_tensor(features))


def selu(features, name=None):
    """`elu` scaled so that the activations of deep networks tend to mean 0 and variance 1.

    Source: Klambauer et al. 2017, https://arxiv.org/abs/1706.02515

    >>> tf.nn.selu([-1.0, 3.0]).numpy().round(4)
    array([-1.1113,  3.1521], dtype=float32)
    """
    return activation.selu(as_tensor(features))


def gelu(features, approximate=False, name=None):
    """features times the standard normal distribution function of them, perhaps approximated by tanh.

    Source: Hendrycks and Gimpel 2016, https://arxiv.org/abs/1606.08415. Raises ValueError for tensors that are not
    floating.

    >>> tf.nn.gelu([-1.0, 3.0]).numpy().round(4)
    array([-0.1587,  2.996 ], dtype=float32)
    >>> tf.nn.gelu([-1.0, 3.0], approximate=True).numpy().round(4)
    array([-0.1588,  2.9964], dtype=float32)
    """
    x = as_tensor(features)
    if x._dtype not in FLOATS:
        raise ValueError(
            f"`features.dtype` must be a floating point tensor. Received: features.dtype={x.dtype}"
        )
    return (activation.approximate_gelu if approximate else activation.gelu)(x)


def silu(features, beta=1.0):
    """features * sigmoid(beta * features), also called swish.

    Source: Ramachandran et al. 2017, https://arxiv.org/abs/1710.05941

    >>> tf.nn.silu([-1.0, 3.0]).numpy().round(4)
    array([-0.2689,  2.8577], dtype=float32)
    """
    if type(beta) is float and beta == 1.0:
        return activation.silu(as_tensor(features))
    x, beta = operands(as_tensor(features), beta)
    return x * sigmoid(beta * x)


swish = silu


def crelu(features, axis=-1, name=None):
    """The positive and the negative parts, relu(features) and relu(-features), joined along `axis`.

    Source: Shang et al. 2016, https://arxiv.org/abs/1603.05201

    >>> tf.nn.crelu([1.0, -2.0]).numpy()
    array([1., 0., 0., 2.], dtype=float32)
    """
    x = as_tensor(features)
    return activation.relu(concat(x, -x, axis=canonical_axis(axis, len(x.dims))))


def softmax(logits, axis=None, name=None):
    """exp(logits) divided by its sum along `axis` (default: the last one).

    Raises InvalidArgumentError for a scalar and for an axis out of range.

    >>> tf.nn.softmax([0.0, 0.0, np.log(2.0)]).numpy()
    array([0.25, 0.25, 0.5 ], dtype=float32)
    """
    x = as_tensor(logits)
    return cross_entropy.softmax(x, axis=_axis(x, -1 if axis is None else axis))


def log_softmax(logits, axis=None, name=None):
    """The logarithm of `softmax`, without overflow.

    >>> tf.nn.log_softmax([0.0, 0.0]).numpy().round(4)
    array([-0.6931, -0.6931], dtype=float32)
    """
    x = as_tensor(logits)
    return cross_entropy.log_softmax(x, axis=_axis(x, -1 if axis is None else axis))


def _axis(x, axis):
    rank = len(x.dims)
    if axis == -1 and rank:
        return rank - 1
    if not rank:
        raise InvalidArgumentError(None, None, "logits must have >= 1 dimension, got []")
    axis = int(axis)
    if not -rank <= axis < rank:
        raise InvalidArgumentError(
            None,
            None,
            f"`dim` must be in the range [{-rank}, {rank}) where {rank} is the number of dimensions in the input. "
            f"Received: dim={axis}",
        )
    return axis % rank
