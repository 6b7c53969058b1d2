"""Candidate samplers, bit for bit but for the last one of what is expected, and the losses that use them."""

import numpy as np

from tests.oracle.call import Call, integers, normal

# Functions of whole arrays on AVX-512 may differ from the C library's in the last bit.
SAME = {"rtol": 2e-7, "atol": 0.0, "grad": False, "reason": "numbers, not derivatives"}
CLASSES = np.arange(12).reshape(6, 2)
RANGED = ("log_uniform", "uniform", "learned_unigram")
# Neither sums exactly, nor do the weights fall all the way.
UNIGRAMS = [5.0, 0.0, 2.5, 8.0, 1.0, 1.0, 0.25, 30.0, 2.0, 7.0, 1.5, 0.1]


def drawn(name, *args, **kwargs):
    """A sampler after `set_seed`; more calls, also in programs, are in `tests/random/test_streams_of_programs.py`."""

    def call(tf, classes):
        tf.random.set_seed(42)
        return getattr(tf.random, name)(classes, *args, seed=5, **kwargs)

    return Call(call, CLASSES, name=f"random.{name}", **SAME)


def trained(loss, *tables, classes=CLASSES[:4], unique=True, draws=True, **kwargs):
    """A loss of 20 classes, for which eight candidates are drawn after `set_seed`."""
    num_true = classes.shape[1]

    def call(tf, biases, labels, inputs, *weights):
        tf.random.set_seed(3)
        weights = list(weights) if len(weights) > 1 else weights[0]
        if draws:
            sampler = tf.random.uniform_candidate_sampler
            kwargs["sampled_values"] = sampler(tf.cast(labels, tf.int64), num_true, 8, unique, 20, seed=1)
        return getattr(tf.nn, loss)(weights, biases, labels, inputs, 8, 20, num_true, **kwargs)

    return Call(
        call, normal(20), classes, normal(len(classes), 3), *(tables or [normal(20, 3)]), name=f"nn.{loss}"
    )


CALLS = [
    *[
        drawn(f"{name}_candidate_sampler", 2, num_sampled, unique, 12)
        for name in RANGED
        for num_sampled, unique in ((4, True), (9, True), (30, False))
    ],
    *[drawn(f"{name}_candidate_sampler", 2, 40, True, 3_000_000_000) for name in RANGED[:2]],
    drawn("learned_unigram_candidate_sampler", 2, 5, True, 16),
    drawn("fixed_unigram_candidate_sampler", 2, 7, True, 12, unigrams=UNIGRAMS),
    drawn("fixed_unigram_candidate_sampler", 2, 50, False, 12, unigrams=UNIGRAMS, distortion=0.75),
    drawn("fixed_unigram_candidate_sampler", 2, 9, True, 14, unigrams=UNIGRAMS, num_reserved_ids=2),
    drawn(
        "fixed_unigram_candidate_sampler",
        2,
        9,
        False,
        12,
        unigrams=UNIGRAMS * 2,
        num_reserved_ids=1,
        num_shards=2,
        shard=1,
    ),
    Call("random.all_candidate_sampler", CLASSES, 2, 12, True, **SAME),
    Call("nn.compute_accidental_hits", CLASSES, np.array([7, 3, 99, 3]), num_true=2, **SAME),
    Call("nn.compute_accidental_hits", [[1]], [2], 1, **SAME),
    *[
        trained(loss, remove_accidental_hits=removed, **more)
        for loss in ("nce_loss", "sampled_softmax_loss")
        for removed, more in (
            (False, {}),
            (True, {}),
            (True, {"unique": False}),
            (True, {"classes": integers(4, 1, high=20, dtype="int32")}),
        )
    ],
    *[
        trained(loss, *[normal(rows, 3) for rows in (7, 7, 6)])
        for loss in ("nce_loss", "sampled_softmax_loss")
    ],
    trained("sampled_softmax_loss", draws=False, seed=4),
]

BAD_CALLS = [
    *[Call(f"random.{name}_candidate_sampler", CLASSES, 1, 3, True, 12) for name in RANGED],
    *[Call(f"random.{name}_candidate_sampler", CLASSES, 2, 13, True, 12) for name in RANGED],
    *[Call(f"random.{name}_candidate_sampler", CLASSES, 2, 3, True, 11) for name in RANGED],
    *[Call(f"random.{name}_candidate_sampler", CLASSES, 2, 3, True, 0) for name in RANGED],
    Call("random.log_uniform_candidate_sampler", -CLASSES, 2, 3, True, 12),
    Call("random.log_uniform_candidate_sampler", np.array([1, 2]), 2, 3, True, 12),
    Call("random.log_uniform_candidate_sampler", CLASSES.astype("int32"), 2, 3, True, 12),
    Call("random.log_uniform_candidate_sampler", CLASSES, 2, 0, True, 12),
    Call("random.fixed_unigram_candidate_sampler", CLASSES, 2, 3, True, 12),
    Call("random.fixed_unigram_candidate_sampler", CLASSES, 2, 3, True, 5, unigrams=UNIGRAMS),
    Call("random.fixed_unigram_candidate_sampler", CLASSES, 2, 3, True, 12, "x", unigrams=UNIGRAMS),
    Call("random.fixed_unigram_candidate_sampler", CLASSES, 2, 3, True, 12, "/no/such/file"),
    Call("random.all_candidate_sampler", CLASSES, 2, 11, True),
    Call("nn.compute_accidental_hits", CLASSES, np.array([[7]]), num_true=2),
    Call("nn.compute_accidental_hits", CLASSES, np.array([7]), num_true=1),
    Call("nn.nce_loss", normal(20, 3), normal(20), CLASSES, normal(6, 4), 8, 20, num_true=2),
    Call("nn.nce_loss", normal(20, 3), normal(20), CLASSES, normal(6, 3), 8, 5, num_true=2),
    Call("nn.sampled_softmax_loss", normal(20, 3), normal(20), CLASSES, normal(5, 3), 8, 20, num_true=2),
]
