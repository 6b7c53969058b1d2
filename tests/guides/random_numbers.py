"""Random numbers: generators, seeds, and exactly the numbers that TensorFlow draws."""

from tests.guides.program import attempt, computed


@computed
def generators_from_seeds(tf):
    g1 = tf.random.Generator.from_seed(1)
    print(g1.normal(shape=[2, 3]))
    print(g1.normal(shape=[2, 3]))
    print(
        g1.uniform([3]),
        g1.uniform([3], -1.0, 1.0),
        g1.truncated_normal([4]),
        g1.normal([2], mean=10.0, stddev=0.5),
    )
    print(
        g1.uniform([4], maxval=100, dtype=tf.int32),
        g1.uniform_full_int([3]),
        g1.normal([2], dtype=tf.float64),
    )
    return g1.state


@computed
def algorithms(tf):
    for alg in ("philox", "threefry", tf.random.Algorithm.PHILOX, 1):
        g = tf.random.Generator.from_seed(5, alg=alg)
        print(g.algorithm, g.state.numpy(), g.key)
        if g.algorithm == 1:
            print(g.normal([3]), g.uniform([2]))
    attempt(lambda: tf.random.Generator.from_seed(1, alg="dice"))


def generators_from_states(tf):
    g = tf.random.Generator.from_state([1, 2, 3], alg="philox")
    print(g.state, g.uniform([2], maxval=1000, dtype=tf.int64), g.state.numpy())
    print(tf.random.create_rng_state(7, "philox"))
    h = tf.random.Generator(state=[9, 9, 9], alg="philox")
    h.reset_from_seed(3)
    print(h.state.numpy())
    h.reset([4, 5, 6])
    h.skip(10)
    print(h.state.numpy())
    attempt(lambda: tf.random.Generator.from_state([1, 2], alg="philox"))
    copied = tf.random.Generator.from_state(g.state, alg="philox")
    print(bool(tf.reduce_all(copied.uniform([3]) == g.uniform([3]))))


@computed
def the_global_generator(tf):
    tf.random.set_seed(1)
    tf.random.set_global_generator(tf.random.Generator.from_seed(12))
    g = tf.random.get_global_generator()
    print(g.normal([2]))
    g.reset_from_seed(2)
    print(tf.random.get_global_generator().normal([2]))


@computed
def splitting(tf):
    g = tf.random.Generator.from_seed(1)
    parts = g.split(3)
    for part in parts:
        print(part.state.numpy()[2:], part.normal([2]))
    print(g.make_seeds(2).shape)
    return [part.normal([2]) for part in g.split(2)]


@computed
def stateless(tf):
    print(tf.random.stateless_normal(shape=[2, 3], seed=[1, 2]))
    print(tf.random.stateless_normal(shape=[2, 3], seed=[1, 2]))
    print(
        tf.random.stateless_uniform([3], seed=(4, 5)),
        tf.random.stateless_uniform([3], (4, 5), maxval=50, dtype=tf.int32),
    )
    print(
        tf.random.stateless_truncated_normal([3], seed=[0, 0]),
        tf.random.stateless_uniform([2], [1, 1], dtype=tf.float64),
    )
    print(tf.random.stateless_categorical([[0.0, 1.0, 2.0]], 8, seed=[3, 4]))
    print(tf.random.stateless_uniform([2, 2], seed=tf.constant([1, 2], tf.int64), minval=5.0, maxval=6.0))
    attempt(lambda: tf.random.stateless_normal([2], seed=1))
    attempt(lambda: tf.random.stateless_uniform([2], [1, 2], dtype=tf.int32))


@computed
def seeds_from_seeds(tf):
    seed = [1, 2]
    print(
        tf.random.split(seed, 3), tf.random.fold_in(seed, 7), tf.random.experimental.stateless_split(seed, 2)
    )
    for child in tf.random.split(seed, 2):
        print(tf.random.stateless_normal([2], seed=child))


@computed
def global_seed_alone(tf):
    tf.random.set_seed(1234)
    print(tf.random.uniform([1]))
    print(tf.random.uniform([1]))
    tf.random.set_seed(1234)
    print(tf.random.uniform([1]))
    print(
        tf.random.normal([2, 2]),
        tf.random.truncated_normal([3]),
        tf.random.uniform([3], maxval=10, dtype=tf.int32),
    )


@computed
def global_and_operation_seed(tf):
    tf.random.set_seed(1234)
    print(tf.random.uniform([1], seed=1))
    print(tf.random.uniform([1], seed=1))
    print(tf.random.normal([2], seed=2), tf.random.normal([2], seed=2))
    tf.random.set_seed(1234)
    print(tf.random.uniform([1], seed=1))


@computed
def shuffles_and_choices(tf):
    tf.random.set_seed(7)
    print(tf.random.shuffle(tf.range(10)), tf.random.shuffle(tf.constant([[1, 2], [3, 4], [5, 6]])))
    print(tf.random.categorical(tf.math.log([[0.5, 0.5], [0.1, 0.9]]), 6))
    print(tf.random.shuffle(["a", "b", "c"], seed=3))
    order = tf.random.shuffle(tf.range(4))
    print(tf.gather(tf.constant([10.0, 20.0, 30.0, 40.0]), order))


@computed
def initial_values(tf):
    tf.random.set_seed(3)
    print(tf.random_normal_initializer(mean=1.0, stddev=2.0, seed=4)([2, 2]))
    print(tf.random_uniform_initializer(minval=-1.0, maxval=1.0, seed=5)([3]))
    v = tf.Variable(tf.random.normal([2, 2], stddev=0.1))
    print(v.shape)
    return v


@computed
def dropout(tf):
    tf.random.set_seed(11)
    x = tf.ones([2, 5])
    print(tf.nn.dropout(x, 0.4, seed=2))
    print(tf.nn.experimental.stateless_dropout(x, rate=0.5, seed=[1, 0]))
    attempt(lambda: tf.nn.dropout(x, 1.5))


def reproducible_noise(tf):
    tf.random.set_seed(42)
    x = tf.linspace(-2.0, 2.0, 50)
    noise = tf.random.normal(shape=[50], stddev=0.25)
    first = 3.0 * x + 2.0 + noise
    tf.random.set_seed(42)
    again = 3.0 * x + 2.0 + tf.random.normal(shape=[50], stddev=0.25)
    print(bool(tf.reduce_all(first == again)))
    return first


def many_numbers(tf):
    g = tf.random.Generator.from_seed(99)
    x = g.normal([1000])
    u = tf.random.stateless_uniform([1000], [5, 6])
    p = tf.random.stateless_poisson([20], [1, 2], lam=3.0)
    b = tf.random.stateless_binomial([20], [1, 2], counts=10.0, probs=0.3)
    return x, u, p, b, g.binomial([10], 5.0, 0.5), tf.random.stateless_gamma([10], [1, 2], alpha=2.0)


def distributions_of_the_global_seed(tf):
    tf.random.set_seed(5)
    return (
        tf.random.gamma([5], 2.0),
        tf.random.poisson([5], [3.0]),
        tf.random.gamma([3], [0.5, 5.0], beta=2.0, seed=3),
    )


def wrong_arguments(tf):
    attempt(lambda: tf.random.normal([-1]))
    attempt(lambda: tf.random.uniform([2], dtype=tf.int32))
    attempt(lambda: tf.random.uniform([2], 5, 5, dtype=tf.int32))
    attempt(lambda: tf.random.uniform([2], dtype=tf.string))
    attempt(lambda: tf.random.normal([2], dtype=tf.int32))
    attempt(lambda: tf.random.shuffle(tf.constant(1)))
