"""Arguments that make no sense, refused with TensorFlow's exception classes; odd ones that it takes."""

import numpy
import pytest
import tensorflow

import tapeflow


def _generator(*values):
    return lambda: iter(values)


def _from_generator(tf, *values):
    return tf.data.Dataset.from_generator(_generator(*values), output_signature=tf.TensorSpec([], tf.int32))


CASES = {
    "slices of a scalar": lambda tf: tf.data.Dataset.from_tensor_slices(5),
    "slices of None": lambda tf: tf.data.Dataset.from_tensor_slices(None),
    "slices of unequal lengths": lambda tf: tf.data.Dataset.from_tensor_slices(([1, 2], [1, 2, 3])),
    "batches of none": lambda tf: list(tf.data.Dataset.range(3).batch(0)),
    "batches of None": lambda tf: list(tf.data.Dataset.range(3).batch(None)),
    "batches of -1": lambda tf: list(tf.data.Dataset.range(3).batch(-1)),
    "batches of a half": lambda tf: list(tf.data.Dataset.range(3).batch(2.5)),
    "batches of a word": lambda tf: list(tf.data.Dataset.range(3).batch("a")),
    "batches of different shapes": lambda tf: list(
        tf.data.Dataset.from_generator(
            _generator([1], [1, 2]), output_signature=tf.TensorSpec([None], tf.int32)
        ).batch(2)
    ),
    "take None": lambda tf: list(tf.data.Dataset.range(3).take(None)),
    "take a half": lambda tf: list(tf.data.Dataset.range(3).take(1.5)),
    "shuffle none": lambda tf: list(tf.data.Dataset.range(3).shuffle(0)),
    "shuffle None": lambda tf: list(tf.data.Dataset.range(3).shuffle(None)),
    "a shard too many": lambda tf: list(tf.data.Dataset.range(3).shard(2, 5)),
    "a range without limit": lambda tf: tf.data.Dataset.range(),
    "a range to a half": lambda tf: tf.data.Dataset.range(2.5),
    "a range without step": lambda tf: list(tf.data.Dataset.range(1, 3, 0)),
    "zip of nothing": lambda tf: tf.data.Dataset.zip(),
    "zip of numbers": lambda tf: tf.data.Dataset.zip((1, 2)),
    "map by None": lambda tf: tf.data.Dataset.range(3).map(None),
    "filter by a number": lambda tf: list(tf.data.Dataset.range(2).filter(lambda x: x)),
    "concatenation of other dtypes": lambda tf: tf.data.Dataset.range(2).concatenate(
        tf.data.Dataset.from_tensors("a")
    ),
    "a generator of words": lambda tf: list(_from_generator(tf, "a")),
    "a generator of vectors": lambda tf: list(_from_generator(tf, [1, 2])),
    "a generator of pairs": lambda tf: list(_from_generator(tf, (1, 2))),
    "a generator that is a list": lambda tf: tf.data.Dataset.from_generator(
        [1], output_signature=tf.TensorSpec([], tf.int32)
    ),
    "a generator without a signature": lambda tf: tf.data.Dataset.from_generator(_generator(1)),
    "padding to less": lambda tf: list(tf.data.Dataset.from_tensors([1, 2, 3]).padded_batch(1, [2])),
    "after the end": lambda tf: iter(tf.data.Dataset.range(0)).get_next(),
    "one of two": lambda tf: tf.data.Dataset.range(2).get_single_element(),
    "the length of what never ends": lambda tf: len(tf.data.Dataset.range(2).repeat()),
    "the value of an empty Optional": lambda tf: tf.experimental.Optional.empty(
        tf.TensorSpec([], tf.int32)
    ).get_value(),
    "rows of scalars": lambda tf: tf.data.Dataset.range(2).unbatch(),
    "an option that is none": lambda tf: setattr(tf.data.Options(), "no_such_option", 1),
    "apply what makes no data set": lambda tf: tf.data.Dataset.range(2).apply(lambda dataset: 3),
}


def refusal(tf, call):
    with pytest.raises(Exception) as caught:
        call(tf)
    return caught.value


@pytest.mark.parametrize("name", CASES)
def test_what_makes_no_sense_is_refused_as_in_tensorflow(name):
    ours, theirs = refusal(tapeflow, CASES[name]), refusal(tensorflow, CASES[name])
    assert type(ours).__name__ == type(theirs).__name__, (ours, theirs)
    assert str(ours)


def test_options_of_another_kind_are_refused():
    with pytest.raises(TypeError, match=r"takes tf\.data\.Options; got"):
        tapeflow.data.Dataset.range(2).with_options(3)


@pytest.mark.parametrize(
    "length",
    [
        lambda tf: sum(1 for _ in tf.data.Dataset.range(3).take(-5)),
        lambda tf: len(list(tf.data.Dataset.range(3).skip(-1))),
        lambda tf: len(list(tf.data.Dataset.range(3).repeat(0))),
        lambda tf: len(list(tf.data.Dataset.range(0).repeat())),
        lambda tf: len(list(tf.data.Dataset.from_tensor_slices([]))),
        lambda tf: len(list(tf.data.Dataset.range(9).batch(numpy.int32(2)))),
        lambda tf: len(list(tf.data.Dataset.range(9).take(tf.constant(2, tf.int64)))),
    ],
)
def test_odd_counts_mean_what_they_mean_in_tensorflow(length):
    assert length(tapeflow) == length(tensorflow)


def test_a_cached_shuffle_has_one_order_element_by_element_and_in_batches():
    dataset = tapeflow.data.Dataset.range(50).shuffle(50).cache()
    in_batches = [int(x) for batch in dataset.batch(7) for x in batch]
    assert [int(x) for x in dataset] == in_batches
    assert [int(x) for batch in dataset.batch(7) for x in batch] == in_batches
