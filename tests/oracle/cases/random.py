"""tf.random: the very numbers of TensorFlow, in every bit."""

import numpy as np

from tests.oracle.call import Call, uniform

# Every bit, by the functions that are exact in TensorFlow too.
SAME = {"rtol": 0.0, "atol": 0.0, "grad": False, "reason": "numbers, not derivatives"}
SEED = [123456, -7]
FLOATS = ("float16", "bfloat16", "float32", "float64")


def seeded(function, name, seed=42):
    """A call of stateful functions after `set_seed`."""

    def call(tf, *args):
        tf.random.set_seed(seed)
        return function(tf, *args)

    return Call(call, name=f"random.{name}", **SAME)


def calls_of_generator(tf):
    generator = tf.random.Generator.from_seed(1234)
    results = [
        generator.normal([2, 3]),
        generator.uniform([3], -1, 1, dtype=tf.float64),
        generator.uniform([3], 0, 10, dtype=tf.int32),
        generator.truncated_normal([5]),
        generator.uniform_full_int([3]),
        generator.binomial([4, 2], [10.0, 20.0], [0.8]),
        generator.make_seeds(3),
        generator.skip(7),
        generator.key,
        generator.state.read_value(),
    ]
    return results + [each.normal([2]) for each in generator.split(2)]


CALLS = [
    Call("random_index_shuffle", np.arange(8), np.array([3, 123, -7]), 10, rounds=6, **SAME),
    Call("random_index_shuffle", np.arange(3, dtype="int32"), [1, 2, 3], 2, **SAME),
    *[
        Call(f"random.stateless_{name}", [11], SEED, dtype=dtype, **SAME)
        for name in ("uniform", "normal", "truncated_normal")
        for dtype in FLOATS
    ],
    Call("random.stateless_uniform", [1000], SEED, minval=-2.0, maxval=3.0, **SAME),
    Call("random.stateless_uniform", [2, 3], SEED, minval=[0.0, 1.0, 2.0], maxval=[[1.0], [3.0]], **SAME),
    *[
        Call("random.stateless_uniform", [7], SEED, minval=low, maxval=high, dtype=dtype, **SAME)
        for dtype, low, high in (
            ("int32", -5, 1000),
            ("int64", -(2**63), 2**63 - 1),
            ("int32", None, None),
            ("uint32", None, None),
            ("uint64", None, None),
        )
    ],
    Call("random.stateless_normal", [10000], SEED, mean=2.0, stddev=0.5, **SAME),
    Call("random.stateless_normal", [], SEED, **SAME),
    Call("random.stateless_normal", [0, 3], SEED, **SAME),
    Call("random.stateless_normal", [3], SEED, alg="philox", **SAME),
    *[
        Call(
            "random.stateless_gamma",
            [50, 4],
            SEED,
            alpha=np.array([0.1, 1.0, 2.5, 100.0], dtype),
            dtype=dtype,
            **SAME,
        )
        for dtype in ("float16", "float32", "float64")
    ],
    Call("random.stateless_gamma", [3, 2], SEED, alpha=[0.5, 2.0], beta=[3.0, 4.0], **SAME),
    # Derivatives are to the precision of the dtype: TensorFlow's float32 series is less accurate than ours.
    Call(
        "random.stateless_gamma",
        [5, 3],
        SEED,
        uniform(3, low=0.5, high=5, dtype="float64"),
        dtype="float64",
        rtol=1e-8,
    ),
    Call("random.stateless_poisson", [50, 3], SEED, lam=[0.5, 9.0, 200.0], **SAME),
    Call("random.stateless_poisson", [5, 2], SEED, lam=[3, 4], dtype="float64", **SAME),
    Call(
        "random.stateless_binomial", [50, 3], SEED, counts=[5.0, 60.0, 500.0], probs=[0.3, 0.9, 0.5], **SAME
    ),
    Call("random.stateless_categorical", [[0.1, 0.2, -3.0, 1.0]], 50, SEED, **SAME),
    Call(
        "random.stateless_categorical", np.array([[0.0, 1.0], [1.0, -np.inf]]), 5, SEED, dtype="int32", **SAME
    ),
    Call("random.split", SEED, 3, **SAME),
    Call("random.split", np.array(SEED), **SAME),
    Call("random.fold_in", SEED, 7, **SAME),
    Call("random.experimental.stateless_split", SEED, 3, **SAME),
    Call("random.experimental.stateless_fold_in", SEED, 7, **SAME),
    Call("random.experimental.stateless_shuffle", np.arange(20), SEED, **SAME),
    Call("random.experimental.stateless_shuffle", uniform(5, 2), SEED, **SAME),
    Call("random.experimental.index_shuffle", np.arange(8), SEED, 10, **SAME),
    Call("random.experimental.index_shuffle", np.arange(3), SEED, 10**12, **SAME),
    Call("random.create_rng_state", 1234, "philox", **SAME),
    Call("random.create_rng_state", -5, 1, **SAME),
    Call("random.create_rng_state", 2**70 + 3, 1, **SAME),
    Call("random.create_rng_state", [1, 2], 1, **SAME),
    Call(calls_of_generator, name="random.Generator", **SAME),
    seeded(lambda tf: [tf.random.normal([3]), tf.random.normal([3]), tf.random.normal([3])], "normal"),
    seeded(lambda tf: [tf.random.normal([3], seed=7), tf.random.normal([4], seed=7)], "normal"),
    seeded(lambda tf: [tf.random.uniform([3]), tf.random.uniform([3], 1, 2)], "uniform"),
    seeded(lambda tf: [tf.random.uniform([3], 0, 9, tf.int64, seed=s) for s in (1, 2, 1)], "uniform"),
    seeded(lambda tf: tf.random.truncated_normal([9], dtype=tf.float64), "truncated_normal"),
    seeded(lambda tf: [tf.random.shuffle(tf.range(9)), tf.random.shuffle(tf.range(9), seed=1)], "shuffle"),
    seeded(lambda tf: [tf.random.gamma([3], [0.5, 2.0]), tf.random.gamma([3], 1.0, seed=2)], "gamma"),
    seeded(lambda tf: [tf.random.poisson([3], [0.5, 20.0]), tf.random.poisson([2], 3.0, seed=1)], "poisson"),
    seeded(lambda tf: tf.random.categorical([[0.1, 0.2, 0.3]], 9), "categorical"),
    seeded(lambda tf: tf.random.normal([3]), "set_seed", seed=-1),
    seeded(lambda tf: tf.random.normal([3]), "set_seed", seed=2**40),
    seeded(lambda tf: tf.random.uniform([3], seed=0), "set_seed", seed=0),
    Call(lambda tf: tf.random_normal_initializer(seed=1)([3]), name="random_normal_initializer", **SAME),
    Call(lambda tf: tf.random_uniform_initializer(seed=1)([3]), name="random_uniform_initializer", **SAME),
    Call(
        lambda tf: tf.random_uniform_initializer(0, 10, seed=1)([3], dtype=tf.int32),
        name="random_uniform_initializer",
        **SAME,
    ),
    Call(lambda tf: tf.zeros_initializer()([2, 2]), name="zeros_initializer"),
    Call(lambda tf: tf.ones_initializer()([2], dtype=tf.bool), name="ones_initializer"),
    Call(lambda tf: tf.constant_initializer(3)([2]), name="constant_initializer"),
    Call(lambda tf: tf.constant_initializer([1, 2, 3, 4])([2, 2], tf.float32), name="constant_initializer"),
]

BAD_CALLS = [
    Call("random_index_shuffle", 5, [1, 2, 3], 3),
    Call("random.normal", 3),
    Call("random.normal", [2, -1]),
    Call("random.normal", [2.5]),
    Call("random.normal", [None]),
    Call("random.normal", [3], dtype="int32"),
    Call("random.uniform", [3], dtype="int32"),
    Call("random.uniform", [3], 5, 2, dtype="int32"),
    Call("random.uniform", [3], [5], [7], dtype="int32"),
    Call("random.uniform", [3], dtype="uint8"),
    Call("random.stateless_uniform", [3], [1]),
    Call("random.stateless_uniform", [3], [1.0, 2.0]),
    Call("random.stateless_uniform", [3], SEED, alg="foo"),
    Call("random.stateless_uniform", [3], SEED, alg="threefry"),
    Call("random.stateless_uniform", [3], SEED, alg=7),
    Call("random.stateless_uniform", [3], SEED, alg=1.5),
    Call("random.stateless_uniform", [3], SEED, dtype="int32"),
    Call("random.stateless_uniform", [3], SEED, minval=0, maxval=5, dtype="uint32"),
    Call("random.stateless_uniform", [3], SEED, minval=5, maxval=5, dtype="int32"),
    Call("random.stateless_uniform", [3], SEED, dtype="bool"),
    Call("random.stateless_gamma", [3], SEED, alpha=[1.0, 2.0]),
    Call("random.gamma", [2], alpha=[1.0, 2.0], beta=[1.0, 2.0, 3.0]),
    Call("random.stateless_poisson", [2], SEED, lam=[1.0, 2.0, 3.0]),
    Call("random.poisson", [2], [1.0], dtype="uint8"),
    Call("random.stateless_binomial", [2, 3], SEED, counts=[1.0, 2.0], probs=0.5),
    Call("random.stateless_binomial", [2, 2], SEED, counts=[1.0, 2.0], probs=[0.5, 0.2, 0.1]),
    Call("random.stateless_categorical", [0.1, 0.2], 3, SEED),
    Call("random.stateless_categorical", [[0.1, 0.2]], -1, SEED),
    Call("random.stateless_categorical", [[0.1, 0.2]], 3, SEED, dtype="int8"),
    Call("random.categorical", [[0.1, 0.2]], [3]),
    Call("random.experimental.index_shuffle", 5, SEED, 3),
    Call("random.experimental.index_shuffle", -1, SEED, 3),
    Call("random.fold_in", SEED, [1, 2]),
    Call("random.split", SEED, -1),
    Call("random.Generator"),
    Call("random.Generator.from_state", [1, 2], 1),
    Call("random.Generator.from_key_counter", [5], [1, 2], 1),
    Call(lambda tf: tf.random.Generator.from_seed(1, alg="threefry").normal([2]), name="random.Generator"),
    Call(lambda tf: tf.random.Generator.from_seed(1).uniform([2], dtype=tf.int32), name="random.Generator"),
    Call(lambda tf: tf.random.Generator.from_seed(1).uniform_full_int([2], tf.int8), name="random.Generator"),
    Call(lambda tf: tf.random.Generator.from_seed(1).reset([1, 2]), name="random.Generator"),
    Call(lambda tf: tf.random_normal_initializer()([3], dtype=tf.int32), name="random_normal_initializer"),
    Call(lambda tf: tf.random_uniform_initializer()([3], dtype=tf.bool), name="random_uniform_initializer"),
    Call(lambda tf: tf.zeros_initializer()([2], dtype=tf.string), name="zeros_initializer"),
    Call(lambda tf: tf.zeros_initializer()([2], foo=1), name="zeros_initializer"),
    Call(lambda tf: tf.constant_initializer([1, 2, 3])([2]), name="constant_initializer"),
    Call(lambda tf: tf.constant_initializer({}), name="constant_initializer"),
]
