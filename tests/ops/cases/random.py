"""Random ops. A sample has nothing to compare its value with here; `tests/random` has the known answers."""

import numpy as np

from tapeflow.core import dtypes
from tapeflow.ops import candidate_sampling, fractional_pooling, random
from tests.ops.case import Case, integers, normal, uniform

KEY = np.array([0x0123456789ABCDEF], np.uint64)
COUNTER = np.array([5, 2**63], np.uint64)
FLOAT = {"dims": (2, 3), "dtype": dtypes.float64}
INT = {"dims": (2, 3), "dtype": dtypes.int32}
SEEDS = {"seeds": (11, 22)}
ONE, NINE = np.int32(1), np.int32(9)
# The rules differentiate the distribution, not the path that the sampler took.
IMPLICIT = {"grad": False, "reason": "implicit reparameterization: no derivative of the kernel"}
ONCE_MORE = {"skip": "batch", "reason": "each call goes on in the stream"}
CLASSES = np.arange(8).reshape(4, 2)
RAGGED = {"skip": ("batch", "spec_unknown"), "reason": "the number of hits is not the same in all examples"}

CASES = [
    Case(random.stateless_random_get_key_counter, np.array([1, 2])),
    Case(random.rng_read_and_skip, np.array([1, -1, 7]), num_outputs=3),
    Case(random.stateless_random_uniform, KEY, COUNTER, **FLOAT),
    Case(random.stateless_random_uniform, KEY, COUNTER, dims=(), dtype=dtypes.float16),
    Case(random.stateless_random_uniform_full_int, KEY, COUNTER, **INT),
    Case(random.stateless_random_uniform_int, KEY, COUNTER, ONE, NINE, **INT),
    Case(random.stateless_random_normal, KEY, COUNTER, **FLOAT),
    Case(random.stateless_random_normal, KEY, COUNTER, dims=(0, 2), dtype=dtypes.float32),
    Case(random.stateless_truncated_normal, KEY, COUNTER, **FLOAT),
    Case(random.stateless_random_gamma, uniform(3, low=0.1, high=4), KEY, COUNTER, dims=(2, 3), **IMPLICIT),
    Case(random.stateless_random_poisson, uniform(3, low=0, high=20), KEY, COUNTER, **INT),
    Case(random.stateless_random_binomial, uniform(3, low=0, high=40), uniform(3), KEY, COUNTER, **INT),
    Case(random.stateless_multinomial, normal(2, 3), KEY, COUNTER, num_samples=4, dtype=dtypes.int64),
    Case(random.stateless_shuffle, normal(5, 2), KEY, COUNTER),
    Case(random.random_index_shuffle, np.arange(4), np.array([1, 2, 3]), np.int64(50_000), rounds=4),
    Case(random.random_uniform, **FLOAT, **SEEDS),
    Case(random.random_uniform_int, ONE, NINE, **INT, **SEEDS, **ONCE_MORE),
    Case(random.random_standard_normal, **FLOAT, **SEEDS),
    Case(random.truncated_normal, **FLOAT, **SEEDS),
    Case(
        random.random_gamma,
        uniform(3, low=0.1, high=4),
        dims=(2,),
        **SEEDS,
        grad=False,
        skip="batch",
        reason="implicit reparameterization; each call goes on in the stream",
    ),
    Case(random.random_poisson, uniform(3, low=0, high=20), **INT, **SEEDS, **ONCE_MORE),
    Case(random.multinomial, normal(2, 3), num_samples=4, dtype=dtypes.int64, **SEEDS, **ONCE_MORE),
    Case(random.random_shuffle, integers(5, 2), **SEEDS, **ONCE_MORE),
    *[
        Case(sampler, CLASSES, num_true=2, num_sampled=5, unique=unique, **more, **SEEDS, **ONCE_MORE)
        for sampler, more in (
            (candidate_sampling.log_uniform_candidate_sampler, {"range_max": 9}),
            (candidate_sampling.uniform_candidate_sampler, {"range_max": 9}),
            (candidate_sampling.learned_unigram_candidate_sampler, {"range_max": 9}),
            (candidate_sampling.fixed_unigram_candidate_sampler, {"weights": (1.0, 2.0) * 4}),
        )
        for unique in (True, False)
    ],
    Case(candidate_sampling.all_candidate_sampler, CLASSES, num_true=2, num_sampled=8),
    Case(candidate_sampling.compute_accidental_hits, CLASSES, np.array([7, 3, 9, 3]), num_true=2, **RAGGED),
    Case(candidate_sampling.accidental_hit_penalties, CLASSES, np.array([7, 3, 9, 3]), num_true=2),
    Case(
        fractional_pooling.fractional_borders,
        sizes=(5, 7),
        counts=(3, 4),
        pseudo_random=False,
        **SEEDS,
    ),
    Case(
        random.random_gamma_grad,
        uniform(3, low=0.1, high=4),
        uniform(2, 3, low=0.1, high=9),
        grad=False,
        reason="TensorFlow has no derivative of it either",
    ),
]
