"""Dropout: setting random elements to zero, and scaling up the others so that the expected sum stays.

Source: Srivastava et al. 2014, "Dropout: A Simple Way to Prevent Neural Networks from Overfitting".
"""

import numbers

from tapeflow.api.random.stateful import uniform
from tapeflow.api.random.stateless import stateless_uniform
from tapeflow.core.dtypes import FLOATS
from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import Tensor
from tapeflow.ops import random_state
from tapeflow.ops.creation import zeros
from tapeflow.ops.selection import select

__all__ = ["dropout", "general_dropout", "stateless_dropout"]


def dropout(x, rate, noise_shape=None, seed=None, name=None):
    """x in which each element is zero with probability `rate`, and else divided by 1 - rate.

    Args:
      x: a floating tensor.
      rate: a number in [0, 1), or a scalar tensor of the dtype of x.
      noise_shape: the shape of the random decisions, which broadcast to x; None, also for one axis, means that of x.
      seed: the op's own seed, see `tf.random.set_seed`.

    Raises ValueError for a rate out of range and for an x that is not floating.

    >>> tf.random.set_seed(1)
    >>> y = tf.nn.dropout(tf.ones([1000]), rate=0.25)
    >>> np.unique(y.numpy()).round(4)
    array([0.    , 1.3333], dtype=float32)
    """

    def sample(shape, dtype):
        return uniform(shape, dtype=dtype, seed=seed)

    return _dropped(x, rate, sample, noise_shape, lambda: random_state.operation_seeds(seed))


def stateless_dropout(x, rate, seed, rng_alg=None, noise_shape=None, name=None):
    """`tf.nn.dropout` whose random decisions are a function of `seed`, two integers.

    `rng_alg` is the generator, see `tf.random.Algorithm`.

    >>> tf.nn.experimental.stateless_dropout(tf.ones([4]), 0.5, seed=[1, 0]).numpy()
    array([2., 0., 2., 0.], dtype=float32)
    """
    algorithm = "auto_select" if rng_alg is None else rng_alg

    def sample(shape, dtype):
        return stateless_uniform(shape, seed, dtype=dtype, alg=algorithm)

    return _dropped(x, rate, sample, noise_shape)


def general_dropout(x, rate, uniform_sampler, noise_shape=None, name=None):
    """`tf.nn.dropout` whose random decisions come from `uniform_sampler(shape=, dtype=)`, numbers in [0, 1).

    >>> def numbers(shape, dtype):
    ...     return tf.reshape(tf.constant([0.1, 0.9], dtype), shape)
    >>> tf.nn.experimental.general_dropout(tf.ones([2]), 0.5, numbers).numpy()
    array([0., 2.], dtype=float32)
    """
    return _dropped(x, rate, uniform_sampler, noise_shape)


def _dropped(x, rate, sample, noise_shape, skip_random_numbers=None):
    if isinstance(rate, numbers.Real):
        if not 0 <= rate < 1:
            raise ValueError(
                f"`rate` must be a scalar tensor or a float in the range [0, 1). Received: rate={rate}"
            )
    elif not isinstance(rate, Tensor) and not hasattr(rate, "__tf_tensor__"):
        raise ValueError(f"`rate` must be a scalar or scalar tensor. Received: rate={rate}")
    x = as_tensor(x)
    dtype = x._dtype
    if dtype not in FLOATS:
        raise ValueError(
            f"`x.dtype` must be a floating point tensor as `x` will be scaled. Received: x_dtype={dtype}"
        )
    if isinstance(rate, numbers.Real):
        rate = float(rate)
        if rate == 0.0:
            if skip_random_numbers is not None:
                skip_random_numbers()  # what follows must not depend on the rate
            return x
        scaled = x * as_tensor(1.0 / (1.0 - rate), dtype)
    else:
        rate = as_tensor(rate)
        if rate.dims:
            raise ValueError(f"Shape {rate.shape} must have rank 0")
        if rate._dtype is not dtype:
            raise ValueError(
                f"`x.dtype` must be compatible with `rate.dtype`. Received: x.dtype={dtype} and "
                f"rate.dtype={rate.dtype}"
            )
        scaled = x * (1.0 / (1.0 - rate))
    keep = sample(shape=_noise_dims(x, noise_shape), dtype=dtype) >= rate
    return select(keep, scaled, zeros((), dtype))


def _noise_dims(x, noise_shape):
    if noise_shape is None:
        return x.dims
    if isinstance(noise_shape, Tensor):
        return noise_shape
    sizes = list(noise_shape)
    if len(sizes) == len(x.dims):
        sizes = [known if size is None else size for size, known in zip(sizes, x.dims, strict=True)]
    return sizes
