"""Generator: a random stream of one's own, whose state is a variable."""

import math
import os
import threading

import numpy as np

from tapeflow.api.random.algorithms import Algorithm, algorithm_number, unsupported
from tapeflow.api.random.ranges import checked_parameters, shifted, stretched
from tapeflow.api.random.stateless import counting_dtype, trials
from tapeflow.core import dtypes
from tapeflow.core.arguments import shape_dims
from tapeflow.core.errors import InvalidArgumentError, UnimplementedError
from tapeflow.core.operands import as_tensor
from tapeflow.core.shapes import TensorShape
from tapeflow.core.tensor import Tensor
from tapeflow.ops import random
from tapeflow.ops.casting import cast
from tapeflow.ops.creation import zeros
from tapeflow.ops.layout import concat, reshape, stack
from tapeflow.state.trackable import AutoTrackable
from tapeflow.state.variable import Variable

__all__ = ["Generator", "create_rng_state", "get_global_generator", "set_global_generator"]

# int64 numbers in the state of each algorithm: the counter, then the key.
_STATE_SIZES = {1: 3, 2: 2, 3: 3}
_WORD = 2**64
_INTS = (dtypes.int32, dtypes.int64, dtypes.uint32, dtypes.uint64)

# Reading a state and moving it on must not be torn apart by another thread.
_advancing = threading.Lock()


def _state_size(alg):
    if alg not in _STATE_SIZES:
        raise ValueError(unsupported(alg))
    return _STATE_SIZES[alg]


def _signed(value):
    """Integers from 2**63 to 2**64, which int64 cannot hold, as the negative ones of the same bits."""
    if isinstance(value, list | tuple):
        return [_signed(each) for each in value]
    if isinstance(value, int) and not isinstance(value, bool) and value >= _WORD // 2:
        return value - _WORD
    return value


def _as_state(value):
    """A state, key or counter as an int64 tensor."""
    if isinstance(value, Tensor | Variable):
        return cast(as_tensor(value), dtypes.int64)
    return as_tensor(np.asarray(_signed(value), np.int64))


def create_rng_state(seed, alg):
    """The state of a generator, an int64 vector, from a seed: an integer of any size or a vector of integers.

    A vector shorter than the state is filled up with zeros on the left. Raises ValueError for an algorithm
    that there is not.

    >>> tf.random.create_rng_state(1234, "philox").numpy()
    array([1234,    0,    0])
    """
    size = _state_size(algorithm_number(alg))
    if isinstance(seed, int):
        seed = [seed >> 64 * place & _WORD - 1 for place in range(size)]
    words = _as_state(seed)
    words = reshape(words, dims=(math.prod(words.dims),))[:size]
    return concat(zeros((size - words.dims[0],), dtypes.int64), words, axis=0)


class Generator(AutoTrackable):
    """A stream of random numbers; each method that draws moves its state on. Checkpoints hold the state.

    Make one with `from_seed`, `from_state`, `from_key_counter` or `from_non_deterministic_state`, or copy one
    with `Generator(copy_from=generator)`. The state, a variable, is [counter, counter, key] in int64. On CPUs
    the algorithm is Philox.

    >>> g = tf.random.Generator.from_seed(1234)
    >>> g.normal([2, 3]).numpy()
    array([[ 0.9356609 ,  1.0854305 , -0.93788373],
           [-0.5061547 ,  1.3169702 ,  0.7137579 ]], dtype=float32)
    >>> g.state.numpy()
    array([2770,    0,    0])
    """

    def __init__(self, copy_from=None, state=None, alg=None):
        if copy_from is not None:
            if alg is not None or state is not None:
                raise AssertionError(
                    "Generator(copy_from=...) takes neither `state` nor `alg`: both are copied."
                )
            self._alg = copy_from.algorithm
            self._state_var = _variable(copy_from.state.read_value())
            return
        if alg is None or state is None:
            raise AssertionError(
                "A Generator needs `copy_from`, or both `state` and `alg`; see Generator.from_seed."
            )
        self._alg = algorithm_number(alg)
        if not isinstance(state, Variable):
            state = _as_state(state)
        state.shape.assert_is_compatible_with(TensorShape([_state_size(self._alg)]))
        self._state_var = state if isinstance(state, Variable) else _variable(state)

    @classmethod
    def from_seed(cls, seed, alg=None):
        """A generator from a seed: an integer of any size, or a vector of integers. See
        `tf.random.create_rng_state`.
        """
        alg = Algorithm.PHILOX.value if alg is None else algorithm_number(alg)
        return cls(state=create_rng_state(seed, alg), alg=alg)

    @classmethod
    def from_state(cls, state, alg):
        """A generator that goes on from a state. ValueError if the state has not the algorithm's size."""
        return cls(state=state, alg=alg)

    @classmethod
    def from_key_counter(cls, key, counter, alg):
        """A generator from a key, a scalar, and a counter, two integers."""
        alg = algorithm_number(alg)
        return cls(state=_joined(key, counter, alg), alg=alg)

    @classmethod
    def from_non_deterministic_state(cls, alg=None):
        """A generator whose state comes from the operating system's entropy."""
        alg = Algorithm.PHILOX.value if alg is None else algorithm_number(alg)
        entropy = np.frombuffer(os.urandom(8 * _state_size(alg)), np.int64)
        return cls(state=as_tensor(entropy), alg=alg)

    @property
    def state(self):
        """The state, a variable."""
        return self._state_var

    @property
    def algorithm(self):
        """The number of the algorithm, see `tf.random.Algorithm`."""
        return self._alg

    @property
    def key(self):
        """The key, an int64 scalar: generators with different keys are independent."""
        return self._state_var[-1]

    def reset(self, state):
        """Goes on from another state. ValueError if it has not the algorithm's size."""
        state = _as_state(state)
        state.shape.assert_is_compatible_with(TensorShape([_state_size(self._alg)]))
        self._state_var.assign(state)

    def reset_from_seed(self, seed):
        """Starts again from a seed, see `from_seed`."""
        self._state_var.assign(create_rng_state(seed, self._alg))

    def reset_from_key_counter(self, key, counter):
        """Goes on from a key and a counter, see `from_key_counter`."""
        self._state_var.assign(_joined(key, counter, self._alg))

    def skip(self, delta):
        """Moves on as drawing `delta` numbers would; returns the state before, an int64 tensor."""
        return self._advance(int(delta))[0]

    def _advance(self, num_outputs):
        """The state, and the stream that it stands for: (state, key, counter). Moves on by `num_outputs`
        numbers.
        """
        if self._alg == Algorithm.THREEFRY.value:
            raise UnimplementedError(
                None,
                None,
                "CPU devices don't support the ThreeFry algorithm; make the generator with alg='philox'.",
            )
        with _advancing:
            state = self._state_var.read_value()
            key, counter, following = random.rng_read_and_skip(state, num_outputs=num_outputs)
            self._state_var.assign(following)
        return state, key, counter

    def _stream(self, dims):
        return self._advance(int(np.prod(dims, dtype=np.int64)))[1:]

    def normal(self, shape, mean=0.0, stddev=1.0, dtype=dtypes.float32, name=None):
        """Numbers of a normal distribution; `mean` and `stddev` broadcast with `shape`."""
        dtype = checked_parameters(mean, stddev, dtype)
        dims = shape_dims(shape)
        return shifted(
            random.stateless_random_normal(*self._stream(dims), dims=dims, dtype=dtype), mean, stddev
        )

    def truncated_normal(self, shape, mean=0.0, stddev=1.0, dtype=dtypes.float32, name=None):
        """Numbers of a normal distribution within two standard deviations of the mean."""
        dtype = checked_parameters(mean, stddev, dtype)
        dims = shape_dims(shape)
        numbers = random.stateless_truncated_normal(*self._stream(dims), dims=dims, dtype=dtype)
        return shifted(numbers, mean, stddev)

    def uniform(self, shape, minval=0, maxval=None, dtype=dtypes.float32, name=None):
        """Numbers of a uniform distribution over [minval, maxval); for integer dtypes both None mean the
        whole range.

        Raises ValueError if only one of them is None for an integer dtype.
        """
        dtype = dtypes.as_dtype(dtype)
        if dtype.is_integer:
            if (minval is None) != (maxval is None):
                raise ValueError(
                    f"For integer dtype {dtype}, minval and maxval must be both `None` or both non-`None`; "
                    f"got minval={minval} and maxval={maxval}"
                )
            if minval is None:
                return self.uniform_full_int(shape, dtype)
            return self._uniform_int(shape, minval, maxval, dtype)
        dims = shape_dims(shape)
        numbers = random.stateless_random_uniform(*self._stream(dims), dims=dims, dtype=dtype)
        return stretched(numbers, minval, 1 if maxval is None else maxval)

    def _uniform_int(self, shape, minval, maxval, dtype):
        dims = shape_dims(shape)
        _check_int(dtype, _INTS[:2])
        bounds = as_tensor(minval, dtype), as_tensor(maxval, dtype)
        return random.stateless_random_uniform_int(*self._stream(dims), *bounds, dims=dims, dtype=dtype)

    def uniform_full_int(self, shape, dtype=dtypes.uint64, name=None):
        """Integers over the whole range of int32, int64, uint32 or uint64."""
        dtype = dtypes.as_dtype(dtype)
        dims = shape_dims(shape)
        _check_int(dtype, _INTS)
        return random.stateless_random_uniform_full_int(*self._stream(dims), dims=dims, dtype=dtype)

    def binomial(self, shape, counts, probs, dtype=dtypes.int32, name=None):
        """Numbers of successes in `counts` trials with the probabilities `probs`; see
        `tf.random.stateless_binomial`.
        """
        dims = shape_dims(shape)
        counts, probs = trials(counts, probs)
        dtype = counting_dtype(dtype)
        num_batches = int(np.prod(np.broadcast_shapes(counts.dims, probs.dims), dtype=np.int64))
        num_samples = int(np.prod(dims, dtype=np.int64)) // max(num_batches, 1)
        # How far TensorFlow moves on: a hundred pairs for each sample, rounded as it does.
        _, key, counter = self._advance(num_batches * 2 * 100 * (num_samples + 3) // 4)
        return random.stateless_random_binomial(counts, probs, key, counter, dims=dims, dtype=dtype)

    def make_seeds(self, count=1):
        """[2, count] int64: seeds for the stateless functions, one in each column."""
        keys = self.uniform_full_int([count], dtypes.int64)
        return stack(keys, zeros(keys.dims, dtypes.int64), axis=0)

    def split(self, count=1):
        """A list of `count` generators, independent of each other and of this one."""
        keys = self.uniform_full_int([count], dtypes.int64).numpy().tolist()
        counter = [0] * (_state_size(self._alg) - 1)
        return [Generator(state=[*counter, key], alg=self._alg) for key in keys]


def _check_int(dtype, accepted):
    if dtype not in accepted:
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr 'dtype' of {dtype.name} is not in the list of allowed values: "
            f"{', '.join(each.name for each in accepted)}",
        )


def _variable(state):
    return Variable(state, trainable=False, dtype=dtypes.int64, name="StateVar")


def _joined(key, counter, alg):
    key, counter = _as_state(key), _as_state(counter)
    counter.shape.assert_is_compatible_with(TensorShape([_state_size(alg) - 1]))
    key.shape.assert_is_compatible_with(TensorShape([]))
    return concat(counter, reshape(key, dims=(1,)), axis=0)


_global_generator = None


def get_global_generator():
    """The global generator, made from the operating system's entropy when first asked for."""
    global _global_generator
    if _global_generator is None:
        _global_generator = Generator.from_non_deterministic_state()
    return _global_generator


def set_global_generator(generator):
    """Makes another generator the global one.

    >>> tf.random.set_global_generator(tf.random.Generator.from_seed(1))
    >>> tf.random.get_global_generator().state.numpy()
    array([1, 0, 0])
    """
    global _global_generator
    _global_generator = generator
