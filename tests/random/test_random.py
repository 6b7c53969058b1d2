"""tf.random without TensorFlow at hand: numbers from its documentation, seeds, generators, moments, gradients."""

import copy
import threading

import numpy as np
import pytest

import tapeflow as tf
from tapeflow.ops import random_state
from tests.random.moments import assert_moments


def test_numbers_are_those_of_tensorflows_documentation():
    np.testing.assert_array_equal(
        tf.random.split([1, 2], num=3).numpy(),
        [[1105988140, 1738052849], [-335576002, 370444179], [10670227, -246211131]],
    )
    seeds = tf.random.split([1, 2], num=3)
    close = {"rtol": 1e-6}  # the documentation was printed on another machine
    np.testing.assert_allclose(
        tf.random.stateless_normal([3], seed=seeds[0, :]).numpy(),
        np.array([-0.59835213, -0.9578608, 0.9002807], np.float32),
        **close,
    )
    np.testing.assert_array_equal(tf.random.fold_in([1, 2], 3).numpy(), [1105988140, 3])
    generator = tf.random.Generator.from_seed(123, alg="philox")
    np.testing.assert_allclose(
        generator.normal([2, 3]).numpy(),
        np.array([[0.8673864, -0.29899067, -0.9310337], [-1.5828488, 1.2481191, -0.6770643]], np.float32),
        **close,
    )
    tf.random.set_seed(5)
    np.testing.assert_allclose(
        tf.random.normal([2, 2], 0, 1, tf.float32, seed=1).numpy(),
        np.array([[-1.3768897, -0.01258316], [-0.169515, 1.0824056]], np.float32),
        **close,
    )
    indices = tf.random.experimental.index_shuffle(tf.range(4), seed=[5, 9], max_index=3)
    np.testing.assert_array_equal(indices.numpy(), [2, 0, 1, 3])


def test_index_shuffle_refuses_an_odd_number_of_rounds():
    with pytest.raises(tf.errors.InvalidArgumentError, match="even"):
        tf.random_index_shuffle(2, [1, 2, 3], 3, rounds=5)


def test_a_learned_sampler_forgets_with_set_seed():
    def counts():
        call = tf.random.learned_unigram_candidate_sampler
        return [call([[1]], 1, 4, False, 10, seed=1).true_expected_count.numpy().item() for _ in range(2)]

    tf.random.set_seed(1)
    first = counts()
    assert first[1] > first[0]
    assert counts()[0] > first[1]
    tf.random.set_seed(1)
    assert counts() == first


def test_weights_of_a_fixed_sampler_may_lie_in_a_file(tmp_path):
    path = tmp_path / "words.csv"
    path.write_text("the,4\nroad,1\n")
    sampler = tf.random.fixed_unigram_candidate_sampler
    given = sampler([[1]], 1, 20, False, 2, unigrams=[4.0, 1.0], seed=1)
    read = sampler([[1]], 1, 20, False, 2, vocab_file=str(path), seed=1)
    np.testing.assert_allclose(given.true_expected_count, [[4.0]])
    np.testing.assert_array_equal(given.true_expected_count, read.true_expected_count)
    path.write_text("the,many\n")
    with pytest.raises(tf.errors.InvalidArgumentError, match="the,many"):
        sampler([[0]], 1, 20, False, 1, vocab_file=str(path))


def test_set_seed_repeats_the_sequence_of_calls():
    def sequence():
        tf.random.set_seed(7)
        return [
            tf.random.normal([3]).numpy(),
            tf.random.uniform([2], seed=1).numpy(),
            tf.random.uniform([2], seed=1).numpy(),
            tf.random.shuffle(tf.range(5)).numpy(),
        ]

    first, again = sequence(), sequence()
    for one, other in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, other)
    assert not np.array_equal(first[1], first[2])


def test_no_seed_gives_other_numbers_each_time():
    tf.random.set_seed(None)
    assert not np.array_equal(tf.random.normal([4]).numpy(), tf.random.normal([4]).numpy())


def test_streams_of_seeds_that_nobody_chose_are_forgotten():
    tf.random.set_seed(3)
    for _ in range(random_state._MOST_PASSING + 50):
        tf.random.uniform([])
    assert len(random_state._passing_positions) == random_state._MOST_PASSING


def test_generator_state_moves_on_by_256_for_each_number():
    generator = tf.random.Generator.from_seed(1234)
    generator.normal([2, 3])
    np.testing.assert_array_equal(generator.state.numpy(), [1234 + 6 * 256, 0, 0])
    before = generator.skip(2)
    np.testing.assert_array_equal(before.numpy(), [1234 + 6 * 256, 0, 0])
    np.testing.assert_array_equal(generator.state.numpy(), [1234 + 8 * 256, 0, 0])


def test_generator_counter_carries_into_the_second_word():
    generator = tf.random.Generator.from_key_counter(5, [-1, 0], "philox")
    generator.uniform([1])
    np.testing.assert_array_equal(generator.state.numpy(), [255, 1, 5])


def test_generator_resets_and_copies():
    generator = tf.random.Generator.from_seed(3)
    first = generator.normal([4]).numpy()
    generator.reset_from_seed(3)
    np.testing.assert_array_equal(generator.normal([4]).numpy(), first)
    other = tf.random.Generator(copy_from=generator)
    deep = copy.deepcopy(generator)
    expected = generator.normal([4]).numpy()
    np.testing.assert_array_equal(other.normal([4]).numpy(), expected)
    np.testing.assert_array_equal(deep.normal([4]).numpy(), expected)
    generator.reset([1, 2, 3])
    assert int(generator.key) == 3
    generator.reset_from_key_counter(9, [1, 2])
    np.testing.assert_array_equal(generator.state.numpy(), [1, 2, 9])


def test_generator_gives_threads_different_numbers():
    generator = tf.random.Generator.from_seed(1)
    numbers = []
    threads = [
        threading.Thread(target=lambda: numbers.extend([float(generator.normal([])) for _ in range(50)]))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(numbers)) == 400


@pytest.mark.parametrize(
    "sample, mean, variance",
    [
        (lambda n: tf.random.stateless_uniform([n], [1, 2], dtype=tf.float64), 1 / 2, 1 / 12),
        (lambda n: tf.random.stateless_normal([n], [1, 2], 2.0, 3.0), 2.0, 9.0),
        (lambda n: tf.random.stateless_truncated_normal([n], [1, 2]), 0.0, 0.7737413),
        (lambda n: tf.random.stateless_gamma([n], [1, 2], alpha=0.5), 0.5, 0.5),
        (lambda n: tf.random.stateless_gamma([n], [1, 2], alpha=30.0, beta=2.0), 15.0, 7.5),
        (lambda n: tf.random.stateless_poisson([n], [1, 2], 3.5, dtype=tf.float32), 3.5, 3.5),
        (lambda n: tf.random.stateless_poisson([n], [1, 2], 50.0, dtype=tf.float32), 50.0, 50.0),
        (lambda n: tf.random.stateless_binomial([n], [1, 2], 20.0, 0.2, tf.float32), 4.0, 3.2),
        (lambda n: tf.random.stateless_binomial([n], [1, 2], 200.0, 0.7, tf.float32), 140.0, 42.0),
    ],
)
def test_samples_have_the_moments_of_their_distribution(sample, mean, variance):
    assert_moments(sample(20000).numpy(), mean, variance)


def test_categorical_draws_by_the_weights():
    draws = tf.random.stateless_categorical([[0.0, np.log(3.0), -np.inf]], 20000, [1, 2]).numpy()
    np.testing.assert_allclose(np.bincount(draws[0], minlength=3) / 20000, [0.25, 0.75, 0], atol=0.01)


def test_gamma_gradient_is_that_of_the_mean():
    alpha = tf.constant([0.3, 1.0, 4.0], tf.float64)
    beta = tf.constant(2.0, tf.float64)
    with tf.GradientTape() as tape:
        tape.watch([alpha, beta])
        samples = tf.random.stateless_gamma([20000, 3], [1, 2], alpha, beta, dtype=tf.float64)
        mean = tf.reduce_mean(samples, axis=0)
    by_alpha, by_beta = tape.gradient(mean, [alpha, beta])
    np.testing.assert_allclose(by_alpha.numpy(), [0.5, 0.5, 0.5], atol=0.02)
    np.testing.assert_allclose(by_beta.numpy(), -(0.3 + 1.0 + 4.0) / 4, rtol=0.03)


def test_random_numbers_have_no_gradient_but_their_scale_has():
    mean, stddev = tf.Variable(1.0), tf.Variable(2.0)
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(tf.random.stateless_normal([5], [1, 2], mean, stddev))
    by_mean, by_stddev = tape.gradient(total, [mean, stddev])
    assert float(by_mean) == 5.0
    expected = tf.reduce_sum(tf.random.stateless_normal([5], [1, 2]))
    np.testing.assert_allclose(by_stddev.numpy(), expected.numpy(), rtol=1e-6)


def test_vectorized_map_draws_for_each_example():
    tf.random.set_seed(1)
    drawn = tf.vectorized_map(lambda x: x + tf.random.normal([2]), tf.zeros([3, 2])).numpy()
    assert len(np.unique(drawn)) == 6


def test_generators_are_kept_in_checkpoints_as_tensorflow_does(tmp_path):
    tensorflow = pytest.importorskip("tensorflow")
    for writer, reader in ((tf, tf), (tf, tensorflow), (tensorflow, tf)):
        generator = writer.random.Generator.from_seed(1)
        generator.normal([5])
        path = writer.train.Checkpoint(generator=generator).write(str(tmp_path / "generator"))
        again = reader.random.Generator.from_seed(2)
        reader.train.Checkpoint(generator=again).read(path).assert_consumed()
        np.testing.assert_array_equal(generator.normal([3]).numpy(), again.normal([3]).numpy())


@pytest.mark.parametrize("seed", [1, 2**64 + 5, [7, 8], "a tensor"])
def test_a_generator_may_be_made_inside_of_a_function(seed):
    made = []
    seed = tf.constant([3, 4]) if seed == "a tensor" else seed

    @tf.function
    def draw():
        if not made:
            made.append(tf.random.Generator.from_seed(seed))
        return made[0].normal([2])

    expected = tf.random.Generator.from_seed(seed)
    for _ in range(2):
        np.testing.assert_allclose(draw().numpy(), expected.normal([2]).numpy(), rtol=1e-6)
