"""Random tensors that differ from call to call, under the rule of `set_seed`."""

from tapeflow.api.random.ranges import FLOATS, INTS, check_dtype, checked_parameters, shifted
from tapeflow.api.random.stateless import counting_dtype, drawing, scaled_gamma, with_rates
from tapeflow.core import dtypes
from tapeflow.core.arguments import shape_dims
from tapeflow.core.operands import as_tensor
from tapeflow.ops import random, random_state

__all__ = [
    "categorical",
    "gamma",
    "normal",
    "poisson",
    "set_seed",
    "shuffle",
    "truncated_normal",
    "uniform",
]


def set_seed(seed):
    """Sets the global seed, from which each random op without a seed of its own derives one; None unsets it.

    After `set_seed` the same calls in the same order give the same numbers. An op with a `seed` of its own
    goes on in one stream for each pair of global and own seed.

    >>> tf.random.set_seed(42)
    >>> tf.random.uniform([2]).numpy(), tf.random.uniform([2]).numpy()
    (array([0.6645621 , 0.44100678], dtype=float32), array([0.68789124, 0.48447883], dtype=float32))
    >>> tf.random.set_seed(42)
    >>> tf.random.uniform([2]).numpy()
    array([0.6645621 , 0.44100678], dtype=float32)
    """
    random_state.set_seed(seed)


def uniform(shape, minval=0, maxval=None, dtype=dtypes.float32, seed=None, name=None):
    """Numbers of a uniform distribution over [minval, maxval).

    Args:
      shape: the shape of the result.
      minval, maxval: bounds of `dtype`, broadcastable to `shape`, scalars for integer dtypes; `maxval` is 1
        by default for floating dtypes and must be given for int32 and int64.
      seed: the op's own seed, see `tf.random.set_seed`.

    Raises ValueError for another dtype or a missing `maxval`; InvalidArgumentError for an empty range of
    integers.

    >>> tf.random.set_seed(5)
    >>> tf.random.uniform([], maxval=3, dtype=tf.int32, seed=10).numpy()
    np.int32(2)
    """
    dtype = dtypes.as_dtype(dtype)
    check_dtype(dtype, FLOATS + INTS)
    if maxval is None:
        if dtype.is_integer:
            raise ValueError(f"Must specify maxval for integer dtype {dtype!r}")
        maxval = 1
    dims = shape_dims(shape)
    unit = type(minval) is int and minval == 0 and type(maxval) is int and maxval == 1
    if dtype.is_integer or not unit:
        minval_is_zero = type(minval) is int and minval == 0
        minval, maxval = as_tensor(minval, dtype), as_tensor(maxval, dtype)
    seeds = random_state.operation_seeds(seed)
    if dtype.is_integer:
        return random.random_uniform_int(minval, maxval, dims=dims, dtype=dtype, seeds=seeds)
    numbers = random.random_uniform(dims=dims, dtype=dtype, seeds=seeds)
    if unit:
        return numbers
    return numbers * maxval if minval_is_zero else numbers * (maxval - minval) + minval


def normal(shape, mean=0.0, stddev=1.0, dtype=dtypes.float32, seed=None, name=None):
    """Numbers of a normal distribution.

    `mean` and `stddev` are converted to `dtype`, a floating one, and broadcast with `shape`; `seed` is the
    op's own, see `tf.random.set_seed`.

    >>> tf.random.set_seed(5)
    >>> tf.random.normal([2, 2], seed=1).numpy()
    array([[-1.3768897 , -0.01258316],
           [-0.169515  ,  1.0824056 ]], dtype=float32)
    """
    dtype = checked_parameters(mean, stddev, dtype)
    dims = shape_dims(shape)
    seeds = random_state.operation_seeds(seed)
    return shifted(random.random_standard_normal(dims=dims, dtype=dtype, seeds=seeds), mean, stddev)


def truncated_normal(shape, mean=0.0, stddev=1.0, dtype=dtypes.float32, seed=None, name=None):
    """Numbers of a normal distribution within two standard deviations of the mean.

    >>> float(tf.reduce_max(tf.abs(tf.random.truncated_normal([1000])))) < 2.0
    True
    """
    dtype = checked_parameters(mean, stddev, dtype)
    dims = shape_dims(shape)
    seeds = random_state.operation_seeds(seed)
    return shifted(random.truncated_normal(dims=dims, dtype=dtype, seeds=seeds), mean, stddev)


def shuffle(value, seed=None, name=None):
    """`value` in a random order of its first axis.

    >>> sorted(tf.random.shuffle([1, 2, 3]).numpy().tolist())
    [1, 2, 3]
    """
    return random.random_shuffle(as_tensor(value), seeds=random_state.operation_seeds(seed))


def categorical(logits, num_samples, dtype=None, seed=None, name=None):
    """[batch, num_samples] classes, drawn with unnormalized log-probabilities `logits` [batch, classes].

    `dtype`: int32 or int64 (the default), else ValueError. A logit that is not finite is a class that is
      never drawn.

    >>> tf.random.categorical([[0.0, -np.inf]], 3).numpy()
    array([[0, 0, 0]])
    """
    logits, num_samples, dtype = drawing(logits, num_samples, dtype)
    seeds = random_state.operation_seeds(seed)
    return random.multinomial(logits, num_samples=num_samples, dtype=dtype, seeds=seeds)


def gamma(shape, alpha, beta=None, dtype=dtypes.float32, seed=None, name=None):
    """Numbers of gamma distributions: `shape` samples of each; differentiable by `alpha` and `beta`.

    Args:
      shape: the shape of the samples for each distribution; the result has this shape and then that of `alpha
        + beta`.
      alpha: shape parameters, positive, of `dtype`: float16, float32 or float64.
      beta: inverse scales, of `dtype`; 1 by default.

    >>> tf.random.gamma([3], alpha=[0.5, 2.0]).shape
    TensorShape([3, 2])
    """
    dtype = dtypes.as_dtype(dtype)
    dims = shape_dims(shape)
    alpha, beta = with_rates(alpha, beta, dtype)
    seeds = random_state.operation_seeds(seed)
    return scaled_gamma(random.random_gamma(alpha, dims=dims, seeds=seeds), beta)


def poisson(shape, lam, dtype=dtypes.float32, seed=None, name=None):
    """Numbers of Poisson distributions: `shape` samples of each of the rates `lam`.

    The result has the shape `shape` and then that of `lam`. `dtype`: float16, float32, float64, int32 or
    int64.

    >>> tf.random.poisson([3], lam=[1.0, 100.0]).shape
    TensorShape([3, 2])
    """
    dtype = counting_dtype(dtype)
    dims = shape_dims(shape)
    seeds = random_state.operation_seeds(seed)
    return random.random_poisson(as_tensor(lam), dims=dims, dtype=dtype, seeds=seeds)
