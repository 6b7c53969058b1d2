"""Random tensors as functions of a seed: the same seed gives the same numbers, always."""

import numpy as np

from tapeflow.api.random.algorithms import key_and_counter
from tapeflow.api.random.ranges import (
    FLOATS,
    INTS,
    UNSIGNED,
    check_dtype,
    checked_parameters,
    shifted,
    stretched,
)
from tapeflow.core import dtypes
from tapeflow.core.arguments import shape_dims
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.core.shapes import broadcast_shapes
from tapeflow.ops import random
from tapeflow.ops.arithmetic import maximum
from tapeflow.ops.broadcasting import broadcast_to
from tapeflow.ops.layout import concat, stack

__all__ = [
    "fold_in",
    "index_shuffle",
    "split",
    "stateless_binomial",
    "stateless_categorical",
    "stateless_gamma",
    "stateless_normal",
    "stateless_poisson",
    "stateless_shuffle",
    "stateless_truncated_normal",
    "stateless_uniform",
]


def stateless_uniform(shape, seed, minval=0, maxval=None, dtype=dtypes.float32, name=None, alg="auto_select"):
    """Numbers of a uniform distribution over [minval, maxval), from a seed.

    Args:
      shape: the shape of the result.
      seed: two integers, int32 or int64.
      minval, maxval: bounds of `dtype`, broadcastable to `shape`; scalars for integer dtypes, where both may
        be None for the whole range of the dtype. `maxval` is 1 by default for floating dtypes.
      dtype: a floating dtype, int32 or int64; uint32 and uint64 with the whole range only.
      alg: the generator, see `tf.random.Algorithm`.

    Integers are a little biased unless `maxval - minval` is a power of two.
    Raises ValueError for a dtype or a combination of bounds that there is not; InvalidArgumentError for a
    seed of another shape and for an empty range of integers.

    >>> tf.random.stateless_uniform([3], seed=[1, 2]).numpy()
    array([0.8440604 , 0.19204533, 0.9962232 ], dtype=float32)
    >>> tf.random.stateless_uniform([4], seed=[1, 2], minval=0, maxval=10, dtype=tf.int32).numpy()
    array([0, 9, 4, 9], dtype=int32)
    """
    dtype = dtypes.as_dtype(dtype)
    check_dtype(dtype, FLOATS + INTS + UNSIGNED)
    if dtype.is_integer:
        if (minval is None) != (maxval is None):
            raise ValueError(
                f"For integer `dtype` argument {dtype}, argument `minval` and `maxval` must be both None "
                f"or not None. Got `minval`={minval} and `maxval`={maxval}."
            )
        if minval is not None and dtype in UNSIGNED:
            raise ValueError(
                f"Argument `dtype` got invalid value {dtype} when argument `minval` is not None. Please "
                "don't use unsigned integers in this case."
            )
    elif maxval is None:
        maxval = 1
    dims = shape_dims(shape)
    stream = key_and_counter(seed, alg)
    if not dtype.is_integer:
        return stretched(random.stateless_random_uniform(*stream, dims=dims, dtype=dtype), minval, maxval)
    if minval is None:
        return random.stateless_random_uniform_full_int(*stream, dims=dims, dtype=dtype)
    bounds = as_tensor(minval, dtype), as_tensor(maxval, dtype)
    return random.stateless_random_uniform_int(*stream, *bounds, dims=dims, dtype=dtype)


def stateless_normal(shape, seed, mean=0.0, stddev=1.0, dtype=dtypes.float32, name=None, alg="auto_select"):
    """Numbers of a normal distribution, from a seed of two integers.

    `mean` and `stddev` are converted to `dtype`, a floating one, and broadcast with `shape`. Raises
    InvalidArgumentError for a seed of another shape.

    >>> tf.random.stateless_normal([3], seed=[1, 2]).numpy()
    array([0.5441101 , 0.20738031, 0.07356432], dtype=float32)
    """
    dtype = checked_parameters(mean, stddev, dtype)
    dims = shape_dims(shape)
    numbers = random.stateless_random_normal(*key_and_counter(seed, alg), dims=dims, dtype=dtype)
    return shifted(numbers, mean, stddev)


def stateless_truncated_normal(
    shape, seed, mean=0.0, stddev=1.0, dtype=dtypes.float32, name=None, alg="auto_select"
):
    """Numbers of a normal distribution within two standard deviations of the mean, from a seed of two
    integers.

    >>> float(tf.reduce_max(tf.abs(tf.random.stateless_truncated_normal([1000], seed=[1, 2])))) < 2.0
    True
    """
    dtype = checked_parameters(mean, stddev, dtype)
    dims = shape_dims(shape)
    numbers = random.stateless_truncated_normal(*key_and_counter(seed, alg), dims=dims, dtype=dtype)
    return shifted(numbers, mean, stddev)


def stateless_gamma(shape, seed, alpha, beta=None, dtype=dtypes.float32, name=None):
    """Numbers of gamma distributions, from a seed of two integers; differentiable by `alpha` and `beta`.

    Args:
      shape: the shape of the result; it ends with the shape of `alpha` (to which `beta` is broadcast).
      alpha: shape parameters, positive, of `dtype`: float16, float32 or float64.
      beta: inverse scales, of `dtype`; 1 by default.

    The smallest result is the dtype's smallest normal number. Raises InvalidArgumentError if `shape` does not
    end so. The gradient by `alpha` is that of Figurnov et al., "Implicit Reparameterization Gradients"
    (2018).

    >>> tf.random.stateless_gamma([2, 2], seed=[1, 2], alpha=[0.5, 2.0]).shape
    TensorShape([2, 2])
    """
    dtype = dtypes.as_dtype(dtype)
    dims = shape_dims(shape)
    alpha, beta = with_rates(alpha, beta, dtype)
    numbers = random.stateless_random_gamma(alpha, *key_and_counter(seed), dims=dims)
    return scaled_gamma(numbers, beta)


def with_rates(alpha, beta, dtype):
    """alpha and beta of a gamma distribution as tensors, alpha broadcast with beta; beta None if it is 1."""
    alpha = as_tensor(alpha, dtype)
    if beta is None:
        return alpha, None
    beta = as_tensor(beta, dtype)
    dims = broadcast_shapes(alpha.dims, beta.dims)
    return (alpha if alpha.dims == dims else broadcast_to(alpha, dims=dims)), beta


def scaled_gamma(numbers, beta):
    """Numbers of Gamma(alpha, 1) divided by beta, none below the smallest normal number."""
    if beta is not None:
        numbers = numbers / beta
    return maximum(numbers, as_tensor(float(np.finfo(numbers._dtype.as_numpy_dtype).tiny), numbers._dtype))


def stateless_poisson(shape, seed, lam, dtype=dtypes.int32, name=None):
    """Numbers of Poisson distributions of the rates `lam`, from a seed of two integers.

    `shape` ends with the shape of `lam`, else InvalidArgumentError is raised. `dtype`: float16, float32,
    float64, int32 or int64.

    >>> tf.random.stateless_poisson([3, 2], seed=[1, 2], lam=[1.0, 100.0]).shape
    TensorShape([3, 2])
    """
    dtype = counting_dtype(dtype)
    dims = shape_dims(shape)
    return random.stateless_random_poisson(as_tensor(lam), *key_and_counter(seed), dims=dims, dtype=dtype)


def counting_dtype(dtype):
    """The DType for numbers that count; InvalidArgumentError if it is none."""
    dtype = dtypes.as_dtype(dtype)
    if dtype not in (dtypes.float16, dtypes.float32, dtypes.float64, *INTS):
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr 'dtype' of {dtype.name} is not in the list of allowed values: half, float, double, "
            "int32, int64",
        )
    return dtype


def stateless_binomial(shape, seed, counts, probs, output_dtype=dtypes.int32, name=None):
    """Numbers of successes in `counts` trials with the probabilities `probs`, from a seed of two integers.

    `counts` and `probs` are floating tensors of one dtype that broadcast together, and `shape` ends with the
    shape that results, else InvalidArgumentError is raised. `output_dtype`: float16, float32, float64, int32
    or int64.

    >>> tf.random.stateless_binomial([4], seed=[1, 2], counts=10.0, probs=1.0).numpy()
    array([10, 10, 10, 10], dtype=int32)
    """
    dims = shape_dims(shape)
    counts, probs = trials(counts, probs)
    dtype = counting_dtype(output_dtype)
    return random.stateless_random_binomial(counts, probs, *key_and_counter(seed), dims=dims, dtype=dtype)


def trials(counts, probs):
    """counts and probs as tensors of one dtype; Python counts adopt the dtype of probs."""
    probs = as_tensor(probs)
    counts = as_tensor(counts) if hasattr(counts, "dtype") else as_tensor(counts, probs._dtype)
    if counts._dtype is not probs._dtype:
        raise InvalidArgumentError(
            None,
            None,
            "cannot compute StatelessRandomBinomial: `counts` and `probs` must have the same dtype; got "
            f"{counts._dtype.name} and {probs._dtype.name}. Convert one with tf.cast.",
        )
    return counts, probs


def stateless_categorical(logits, num_samples, seed, dtype=dtypes.int64, name=None):
    """[batch, num_samples] classes, drawn from a seed with unnormalized log-probabilities `logits` [batch,
    classes].

    `dtype`: int32 or int64, else ValueError. A logit that is not finite is a class that is never drawn.

    >>> tf.random.stateless_categorical([[0.0, -np.inf]], 3, seed=[1, 2]).numpy()
    array([[0, 0, 0]])
    """
    logits, num_samples, dtype = drawing(logits, num_samples, dtype)
    stream = key_and_counter(seed)
    return random.stateless_multinomial(logits, *stream, num_samples=num_samples, dtype=dtype)


def drawing(logits, num_samples, dtype):
    """The checked arguments of `categorical`."""
    logits = as_tensor(logits)
    dtype = dtypes.as_dtype(dtype) if dtype else dtypes.int64
    check_dtype(dtype, INTS)
    num_samples = as_tensor(num_samples)
    if num_samples.dims:
        raise InvalidArgumentError(
            None, None, f"num_samples should be a scalar, got shape {list(num_samples.dims)}"
        )
    return logits, int(num_samples), dtype


def stateless_shuffle(value, seed, alg="auto_select", name=None):
    """`value` in a random order of its first axis, from a seed of two integers.

    >>> tf.random.experimental.stateless_shuffle([1, 2, 3, 4], seed=[8, 9]).shape
    TensorShape([4])
    """
    return random.stateless_shuffle(as_tensor(value), *key_and_counter(seed, alg))


def split(seed, num=2, alg="auto_select"):
    """`num` new seeds, [num, 2], of the dtype of `seed` (two integers, int32 or int64).

    >>> tf.random.split([1, 2], num=3).numpy()
    array([[1105988140, 1738052849],
           [-335576002,  370444179],
           [  10670227, -246211131]], dtype=int32)
    """
    seed = as_tensor(seed)
    return stateless_uniform([int(num), 2], seed, minval=None, maxval=None, dtype=seed._dtype, alg=alg)


def fold_in(seed, data, alg="auto_select"):
    """A new seed from a seed of two integers and an integer such as the number of a step, of the dtype of
    `data`.

    >>> tf.random.fold_in([1, 2], 3).numpy()
    array([1105988140,          3], dtype=int32)
    """
    data = as_tensor(data)
    first = stateless_uniform([], seed, minval=None, maxval=None, dtype=data._dtype, alg=alg)
    return stack(first, data, axis=0)


# What TensorFlow puts before the two integers of a seed, for a cipher with a key of three.
_SHUFFLE_KEY = 498247692


def index_shuffle(index, seed, max_index):
    """Where a permutation of 0..max_index sends `index`, without making the permutation.

    Args:
      index: integers from 0 to `max_index`, a scalar or [n].
      seed: two integers, or [n, 2]; each seed is a permutation.
      max_index: the largest index, a scalar or [n] of the dtype of `index`.

    Raises InvalidArgumentError for an index out of range.

    >>> tf.random.experimental.index_shuffle(tf.range(4), seed=[5, 9], max_index=3).numpy()
    array([2, 0, 1, 3], dtype=int32)
    """
    index = as_tensor(index)
    seed = as_tensor(seed)
    leading = as_tensor(np.full((*seed.dims[:-1], 1), _SHUFFLE_KEY), seed._dtype)
    key = concat(leading, seed, axis=len(seed.dims) - 1)
    return random.random_index_shuffle(index, key, as_tensor(max_index, index._dtype), rounds=4)


def random_index_shuffle(index, seed, max_index, rounds=4, name=None):
    """`tf.random.experimental.index_shuffle` with a key of three integers, [3] or [n, 3], and a number of rounds.

    More rounds mix better: an even number of at least 4, else InvalidArgumentError; so for an index out of range.

    >>> tf.random_index_shuffle(tf.range(4), seed=[1, 5, 9], max_index=3).shape
    TensorShape([4])
    """
    index = as_tensor(index)
    rounds = int(rounds)
    if rounds < 4 or rounds % 2:
        raise InvalidArgumentError(None, None, f"rounds must be even and at least 4, not {rounds}")
    largest = as_tensor(max_index, index._dtype)
    return random.random_index_shuffle(index, as_tensor(seed), largest, rounds=rounds)
