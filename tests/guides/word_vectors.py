"""Words as vectors (word2vec), as the tutorial trains them: skip-grams, each against some sampled words."""

import numpy as np

from tests.guides.program import computed

SENTENCES = ["the wide road shimmered in the hot sun", "the hot road in the sun", "a wide sun"]
SEED = 42


def _skip_grams(tf, sentences, window, num_negative):
    """Targets, and contexts [1 + num_negative] of which the first is the true one; and the size of the vocabulary."""
    words = sorted({word for sentence in sentences for word in sentence.split()})
    number = {word: 1 + position for position, word in enumerate(words)}
    targets, contexts = [], []
    for sentence in sentences:
        row = [number[word] for word in sentence.split()]
        for at, target in enumerate(row):
            for true in row[max(at - window, 0) : at] + row[at + 1 : at + window + 1]:
                true_class = tf.expand_dims(tf.constant([true], dtype="int64"), 1)
                negative, _, _ = tf.random.log_uniform_candidate_sampler(
                    true_classes=true_class,
                    num_true=1,
                    num_sampled=num_negative,
                    unique=True,
                    range_max=1 + len(words),
                    seed=SEED,
                    name="negative_sampling",
                )
                targets.append(target)
                contexts.append(tf.concat([tf.squeeze(true_class, 1), negative], 0))
    return np.array(targets), np.array([each.numpy() for each in contexts]), 1 + len(words)


@computed
def negative_sampling(tf):
    tf.random.set_seed(1)
    targets, contexts, size = _skip_grams(tf, SENTENCES, window=2, num_negative=4)
    print(contexts[:5])
    labels = np.array([[1] + [0] * 4] * len(targets), np.float32)
    dataset = tf.data.Dataset.from_tensor_slices(((targets, contexts), labels)).batch(16)
    words = tf.Variable(tf.random.uniform([size, 8], -0.5, 0.5, seed=1))
    around = tf.Variable(tf.random.uniform([size, 8], -0.5, 0.5, seed=2))

    @tf.function
    def step(pair, labels):
        with tf.GradientTape() as tape:
            word = tf.nn.embedding_lookup(words, pair[0])
            context = tf.nn.embedding_lookup(around, pair[1])
            dots = tf.einsum("be,bce->bc", word, context)
            loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=dots))
        for variable, gradient in zip((words, around), tape.gradient(loss, (words, around)), strict=True):
            variable.assign_sub(2.0 * tf.convert_to_tensor(gradient))
        return loss

    losses = [[step(*batch) for batch in dataset] for _ in range(5)]
    print(losses[-1][0] < losses[0][0])
    return losses


@computed
def noise_contrastive_training(tf):
    """The loss draws its own words, inside the step and for each element of a data set."""
    tf.random.set_seed(1)
    weights = tf.Variable(tf.random.uniform([9, 4], -0.5, 0.5, seed=1))
    biases = tf.Variable(tf.zeros([9]))

    def with_loss(x, label):
        return tf.nn.nce_loss(weights, biases, label[None, None], x[None], 5, 9)[0]

    @tf.function
    def step(x, labels):
        with tf.GradientTape() as tape:
            losses = tf.nn.sampled_softmax_loss(weights, biases, labels[:, None], x, 5, 9, seed=7)
            loss = tf.reduce_mean(losses)
        gradients = tape.gradient(loss, [weights, biases])
        for variable, gradient in zip((weights, biases), gradients, strict=True):
            variable.assign_sub(tf.convert_to_tensor(gradient))
        return loss

    x = tf.one_hot(tf.range(4), 4) * 4.0
    losses = [step(x, tf.constant([2, 5, 7, 1], tf.int64)).numpy() for _ in range(60)]
    print(np.array(losses), np.mean(losses[-10:]) < 0.5 * np.mean(losses[:5]))
    print(tf.argmax(tf.matmul(x, weights, transpose_b=True) + biases, axis=1))
    elements = tf.data.Dataset.from_tensor_slices((x, np.array([2, 5, 7, 1]))).map(with_loss)
    return list(elements)
