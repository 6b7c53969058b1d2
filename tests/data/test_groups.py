"""Windows, groups, mixtures and states of data sets beside TensorFlow's: values, specs, sizes, refusals."""

import itertools

import numpy as np
import pytest
import tensorflow

import tapeflow

LIBRARIES = (tapeflow, tensorflow)
ROWS = ([0], [1, 2, 3, 4], [5, 6, 7], [7, 8, 9, 10, 11], [13, 14, 15, 16, 19, 20], [21, 22])


def shown(tf, value):
    """Nested lists of what an element holds, data sets in it gone through."""
    if isinstance(value, tf.data.Dataset):
        return [shown(tf, each) for each in value]
    if isinstance(value, dict):
        return {key: shown(tf, each) for key, each in value.items()}
    if isinstance(value, tuple):
        return tuple([shown(tf, each) for each in value])
    if isinstance(value, tf.RaggedTensor):
        return value.to_list(), value.row_splits.dtype.name
    array = np.asarray(value)
    return str(array.dtype), array.tolist()


def _range(tf, *limits):
    return tf.data.Dataset.range(*limits)


def _rows(tf):
    return tf.data.Dataset.from_generator(
        lambda: iter(ROWS), output_signature=tf.TensorSpec([None], tf.int64)
    )


def _filled(tf, *shape):
    return _range(tf, 1, 6).map(lambda n: tf.fill([n if size is None else size for size in shape], n))


def _repeated(tf):
    return lambda x: tf.data.Dataset.from_tensors(x).repeat((x * 7) % 5)


def _sum_and_product(state, x):
    return state + x, state * x


def _mean(tf):
    return tf.data.experimental.Reducer(
        lambda key: (tf.constant(0, tf.int64), tf.constant(0, tf.int64)),
        lambda state, x: (state[0] + x, state[1] + 1),
        lambda total, count: total / count,
    )


def _letters(tf):
    return [tf.data.Dataset.from_tensors(letter).repeat(n) for letter, n in (("a", 2), ("b", 3), ("c", 1))]


def _choices(tf, *numbers):
    return tf.data.Dataset.from_tensor_slices(tf.constant(numbers, tf.int64))


def _buckets(tf, **settings):
    return _rows(tf).bucket_by_sequence_length(lambda row: tf.shape(row)[0], [3, 5], [2, 2, 2], **settings)


def _two(tf):
    return [_range(tf, 5), _range(tf, 100, 105)]


def _classes(tf, *classes):
    return tf.data.Dataset.from_tensor_slices(tf.constant(classes * 10))


CASES = {
    "window": lambda tf: _range(tf, 7).window(3),
    "window of a nest": lambda tf: tf.data.Dataset.from_tensor_slices(
        ({"a": [1, 2, 3]}, [4.0, 5.0, 6.0])
    ).window(2),
    "window, flat": lambda tf: _range(tf, 7).window(3, 1, 2, True).flat_map(lambda each: each.batch(3)),
    "window, mapped": lambda tf: _range(tf, 7).window(3).map(lambda each: each.batch(2)),
    "window, sums": lambda tf: (
        _range(tf, 7).window(3).map(lambda each: each.reduce(tf.constant(0, tf.int64), lambda a, b: a + b))
    ),
    "endless windows": lambda tf: _range(tf, 3).repeat().window(2).take(3),
    "scan": lambda tf: _range(tf, 4).scan(tf.constant(0, tf.int64), _sum_and_product),
    "scan of Python numbers": lambda tf: _range(tf, 3).scan(0, lambda state, x: (state + 1, x)),
    "scan of a state that grows": lambda tf: _range(tf, 3).scan(
        tf.constant([0]), lambda state, x: (tf.concat([state, state], 0), state)
    ),
    "unique": lambda tf: tf.data.Dataset.from_tensor_slices([1, 37, 2, 37, 2, 1]).unique(),
    "unique words": lambda tf: tf.data.Dataset.from_tensor_slices(["a", "b", "a"]).unique(),
    "unique rows": lambda tf: tf.data.Dataset.from_tensor_slices([[1, 2], [2, 1], [1, 2]]).unique(),
    "ragged_batch": lambda tf: _filled(tf, None).ragged_batch(2, row_splits_dtype=tf.int32),
    "ragged_batch of matrices": lambda tf: _filled(tf, None, 2).ragged_batch(2, drop_remainder=True),
    "ragged_batch of wide matrices": lambda tf: _filled(tf, 2, None).ragged_batch(2),
    "ragged_batch of scalars": lambda tf: _range(tf, 4).ragged_batch(2),
    "batch of ragged rows": lambda tf: tf.data.Dataset.from_tensor_slices(
        tf.ragged.constant([[1], [2, 3], [], [4]])
    ).batch(3),
    "batch of ragged tensors": lambda tf: (
        tf.data.Dataset.from_tensors(tf.ragged.constant([[1], [2, 3]])).repeat(3).batch(2)
    ),
    "group_by_window": lambda tf: _range(tf, 10).group_by_window(
        lambda x: x % 3, lambda key, group: group.batch(2), window_size=2
    ),
    "group_by_window, sizes": lambda tf: _range(tf, 12).group_by_window(
        lambda x: x % 3, lambda key, group: group.batch(9), window_size_func=lambda key: key + 1
    ),
    "group_by_window of pairs": lambda tf: (
        _range(tf, 6)
        .map(lambda x: (x, x * 2))
        .group_by_window(
            lambda x, y: x % 2, lambda key, group: group.map(lambda x, y: (key, x + y)), window_size=2
        )
    ),
    "group_by_reducer": lambda tf: _range(tf, 10).apply(
        tf.data.experimental.group_by_reducer(lambda x: (x * 7) % 4, _mean(tf))
    ),
    "buckets": lambda tf: _buckets(tf),
    "whole buckets": lambda tf: _buckets(tf, drop_remainder=True),
    "buckets of a shape": lambda tf: _buckets(tf, padded_shapes=[7]),
    "buckets to the boundary": lambda tf: _rows(tf).bucket_by_sequence_length(
        lambda row: tf.shape(row)[0],
        [4, 7],
        [2, 2, 2],
        pad_to_bucket_boundary=True,
        padding_values=tf.constant(-1, tf.int64),
    ),
    "buckets without padding": lambda tf: _rows(tf).bucket_by_sequence_length(
        lambda row: tf.shape(row)[0], [4, 6], [1, 1, 1], no_padding=True
    ),
    "rebatch": lambda tf: _range(tf, 8).batch(4).rebatch(3),
    "rebatch whole": lambda tf: _range(tf, 8).batch(4).rebatch(3, drop_remainder=True),
    "rebatch evenly": lambda tf: _range(tf, 8).batch(4, drop_remainder=True).rebatch(2),
    "rebatch in turns": lambda tf: _range(tf, 8).batch(4).rebatch([1, 2]),
    "rebatch pairs": lambda tf: _range(tf, 4).map(lambda x: (x, x)).batch(2).rebatch(3),
    "choose": lambda tf: tf.data.Dataset.choose_from_datasets(
        _letters(tf), _choices(tf, 0, 1, 2, 0, 1, 2, 1)
    ),
    "choose, past ends": lambda tf: tf.data.Dataset.choose_from_datasets(
        _letters(tf), _choices(tf, 0, 1, 2, 2, 0, 0, 1, 2, 1), stop_on_empty_dataset=False
    ),
    "choose from shapes": lambda tf: tf.data.Dataset.choose_from_datasets(
        [tf.data.Dataset.from_tensors([1, 2]), tf.data.Dataset.from_tensors([1])], _choices(tf, 1, 0)
    ),
    "sample": lambda tf: tf.data.Dataset.sample_from_datasets(_two(tf), seed=7),
    "sample with weights": lambda tf: tf.data.Dataset.sample_from_datasets(_two(tf), [0.7, 0.3], seed=7),
    "sample until one ends": lambda tf: tf.data.Dataset.sample_from_datasets(
        _two(tf), tf.constant([0.5, 0.5]), seed=7, stop_on_empty_dataset=True
    ),
    "sample with weights that change": lambda tf: tf.data.Dataset.sample_from_datasets(
        _two(tf), tf.data.Dataset.from_tensor_slices([[0.3, 0.7], [1.0, 0.0], [0.5, 0.5]]), seed=7
    ),
    "sample anew": lambda tf: tf.data.Dataset.sample_from_datasets(
        _two(tf), seed=7, rerandomize_each_iteration=True
    ),
    "sample of one": lambda tf: tf.data.Dataset.sample_from_datasets(_two(tf), [0.0, 1.0]),
    "sample of none": lambda tf: tf.data.Dataset.sample_from_datasets(_two(tf), [0.0, 0.0]),
    "random": lambda tf: tf.data.Dataset.random(4).take(5),
    "random, anew": lambda tf: tf.data.Dataset.random(4, rerandomize_each_iteration=True).take(5),
    "resampled": lambda tf: _classes(tf, 0, 1).rejection_resample(
        lambda x: x, [0.2, 0.8], [0.5, 0.5], seed=4
    ),
    "resampled by estimates": lambda tf: _classes(tf, 0, 1, 1, 1).rejection_resample(
        lambda x: x, [0.5, 0.5], seed=4
    ),
    "resampled to the same": lambda tf: _classes(tf, 0, 1).rejection_resample(
        lambda x: x, [0.5, 0.5], [0.5, 0.5], seed=4
    ),
    "assert_cardinality": lambda tf: (
        _range(tf, 4).filter(lambda x: x < 9).apply(tf.data.experimental.assert_cardinality(4))
    ),
    "counter": lambda tf: tf.data.Dataset.counter(2, 3, tf.int32).take(3),
    "counter of fractions": lambda tf: tf.data.Dataset.counter(0.5, 0.25, tf.float32).take(3),
    "ignore_errors": lambda tf: (
        tf.data.Dataset.from_tensor_slices([1.0, 2.0, 0.0, 4.0])
        .map(lambda x: tf.debugging.check_numerics(1.0 / x, "bad"))
        .ignore_errors()
    ),
    "ignore_errors of a generator": lambda tf: tf.data.Dataset.from_generator(
        lambda: (1 / (x - 2) for x in range(4)), output_signature=tf.TensorSpec([], tf.float32)
    ).ignore_errors(),
    "interleave": lambda tf: _range(tf, 9).interleave(_repeated(tf), cycle_length=3, block_length=2),
    "interleave of nothing": lambda tf: _range(tf, 0).interleave(_repeated(tf)),
    "interleave of rows": lambda tf: _filled(tf, 2, None).interleave(
        lambda x: tf.data.Dataset.from_tensor_slices(x), cycle_length=2
    ),
    "flat_map of rows": lambda tf: _filled(tf, None).flat_map(lambda x: tf.data.Dataset.from_tensors(x)),
    "apply of old names": lambda tf: (
        _range(tf, 8)
        .apply(tf.data.experimental.unique())
        .apply(tf.data.experimental.map_and_batch(lambda x: x * 2, 3))
        .apply(tf.data.experimental.unbatch())
        .apply(tf.data.experimental.scan(tf.constant(0, tf.int64), _sum_and_product))
        .apply(tf.data.experimental.take_while(lambda x: x < 100))
        .apply(tf.data.experimental.copy_to_device("/cpu:0"))
        .apply(tf.data.experimental.prefetch_to_device("/cpu:0"))
    ),
    "old choices": lambda tf: tf.data.experimental.choose_from_datasets(_letters(tf), _choices(tf, 2, 2, 0)),
}


@pytest.mark.parametrize("name", CASES)
def test_values_specs_and_sizes(name):
    found = []
    for tf in LIBRARIES:
        tf.random.set_seed(3)
        dataset = CASES[name](tf)
        count = 1 if "resampled" in name else 2
        rounds = [[shown(tf, each) for each in dataset] for _ in range(count)]
        found.append((rounds, str(dataset.element_spec), int(dataset.cardinality())))
    assert found[0] == found[1]


def test_orders_for_seeds_are_those_of_tensorflow():
    sizes = [(10, 4, 5), (10, 10, 5), (10, 30, None), (0, 3, 1)]
    for (length, buffer_size, seed), anew, of_all in itertools.product(sizes, [True, False], [3, None]):
        if seed is None and of_all is None:
            continue
        found = []
        for tf in LIBRARIES:
            tf.random.set_seed(of_all)
            dataset = _range(tf, length).shuffle(buffer_size, seed, anew)
            generated = tf.data.Dataset.from_generator(lambda: iter(ROWS[-1]), tf.int64).shuffle(
                3, seed, anew
            )
            rounds = [list(map(int, each)) for each in (dataset, dataset, generated, generated)]
            found.append((rounds, [each.tolist() for each in dataset.batch(7).as_numpy_iterator()]))
        assert found[0] == found[1], (length, buffer_size, seed, anew)


@pytest.mark.parametrize("anew", [True, False])
@pytest.mark.parametrize("buffer_size", [100, 1400])
def test_orders_of_more_elements_than_random_words_are_made_at_once(buffer_size, anew):
    found = []
    for tf in LIBRARIES:
        tf.random.set_seed(3)
        dataset = _range(tf, 1300).shuffle(buffer_size, 7, anew)
        rounds = [[each.tolist() for each in dataset.batch(7).as_numpy_iterator()] for _ in range(2)]
        found.append((rounds, list(map(int, dataset))))
    assert found[0] == found[1]


def test_windows_of_all_kinds():
    settings = itertools.product([0, 1, 5, 7], [1, 2, 3], [1, 2, 4], [1, 2], [False, True])
    for length, size, shift, stride, drops in settings:
        found = [_range(tf, length).window(size, shift, stride, drops) for tf in LIBRARIES]
        ours, theirs = ([[int(x) for x in each] for each in dataset] for dataset in found)
        assert ours == theirs, (length, size, shift, stride, drops)
        assert len(found[0]) == len(found[1]) == len(ours)


def test_interleaving_in_all_ways():
    for length, cycle, block, calls in itertools.product([3, 9], [1, 2, 4, None], [1, 3], [None, 1, -1]):
        ours, theirs = (
            [int(x) for x in _range(tf, length).interleave(_repeated(tf), cycle, block, calls)]
            for tf in LIBRARIES
        )
        assert ours == theirs, (length, cycle, block, calls)


REFUSED = {
    "windows of none": lambda tf: _range(tf, 5).window(0),
    "windows that stand still": lambda tf: _range(tf, 5).window(2, 0),
    "windows without stride": lambda tf: _range(tf, 5).window(2, 1, 0),
    "windows of a half": lambda tf: _range(tf, 5).window(2.5),
    "a scan that gives no pair": lambda tf: _range(tf, 3).scan(
        tf.constant(0, tf.int64), lambda state, x: state
    ),
    "a scan to another dtype": lambda tf: _range(tf, 3).scan(tf.constant(0.0), lambda state, x: (x, x)),
    "unique fractions": lambda tf: tf.data.Dataset.from_tensor_slices([1.0]).unique(),
    "unique pairs": lambda tf: tf.data.Dataset.from_tensor_slices(([1], [2])).unique(),
    "two window sizes": lambda tf: _range(tf, 6).group_by_window(
        lambda x: x, lambda key, group: group, window_size=2, window_size_func=lambda key: key
    ),
    "no window size": lambda tf: _range(tf, 6).group_by_window(lambda x: x, lambda key, group: group),
    "pairs of keys": lambda tf: _range(tf, 6).group_by_window(lambda x: [x, x], lambda key, group: group, 2),
    "a key of a fraction": lambda tf: list(
        _range(tf, 6).group_by_window(lambda x: tf.cast(x, tf.float32), lambda key, group: group, 2)
    ),
    "a reduction that gives no data set": lambda tf: list(
        _range(tf, 6).group_by_window(lambda x: x % 2, lambda key, group: key, 2)
    ),
    "groups of none": lambda tf: list(
        _range(tf, 6).group_by_window(lambda x: x % 2, lambda key, group: group, 0)
    ),
    "a key of 32 bits": lambda tf: _range(tf, 6).apply(
        tf.data.experimental.group_by_reducer(lambda x: tf.cast(x, tf.int32), _mean(tf))
    ),
    "a bucket too few": lambda tf: _rows(tf).bucket_by_sequence_length(
        lambda row: tf.shape(row)[0], [4, 6], [1, 1]
    ),
    "rows beyond the boundary": lambda tf: list(
        _rows(tf).bucket_by_sequence_length(
            lambda row: tf.shape(row)[0], [4, 6], [2, 2, 2], pad_to_bucket_boundary=True
        )
    ),
    "padding of another dtype": lambda tf: _rows(tf).padded_batch(2, padding_values=-1),
    "rebatch of scalars": lambda tf: _range(tf, 8).rebatch(2),
    "rebatch to a matrix": lambda tf: _range(tf, 8).batch(4).rebatch([[1, 2]]),
    "rebatch of unequal rows": lambda tf: tf.data.Dataset.from_tensors(([1, 2], [1, 2, 3])).rebatch(2),
    "a choice too high": lambda tf: list(
        tf.data.Dataset.choose_from_datasets(_letters(tf), _choices(tf, 0, 5))
    ),
    "a choice below 0": lambda tf: list(
        tf.data.Dataset.choose_from_datasets(_letters(tf), _choices(tf, 0, -1))
    ),
    "choices of 32 bits": lambda tf: tf.data.Dataset.choose_from_datasets(
        _letters(tf), tf.data.Dataset.from_tensors(1)
    ),
    "a list of choices": lambda tf: tf.data.Dataset.choose_from_datasets(_letters(tf), [0]),
    "a choice of nothing": lambda tf: tf.data.Dataset.choose_from_datasets([], _choices(tf, 0)),
    "a choice of two kinds": lambda tf: tf.data.Dataset.choose_from_datasets(
        [_range(tf, 3), tf.data.Dataset.from_tensors("a")], _choices(tf, 0)
    ),
    "whole weights": lambda tf: tf.data.Dataset.sample_from_datasets(_two(tf), [1, 2]),
    "a weight too few": lambda tf: tf.data.Dataset.sample_from_datasets(_two(tf), [0.1]),
    "a tensor of weights too short": lambda tf: tf.data.Dataset.sample_from_datasets(
        _two(tf), tf.constant([0.1])
    ),
    "a sample of nothing": lambda tf: tf.data.Dataset.sample_from_datasets([]),
    "an element too few": lambda tf: list(_range(tf, 4).apply(tf.data.experimental.assert_cardinality(5))),
    "an element too many": lambda tf: list(_range(tf, 4).apply(tf.data.experimental.assert_cardinality(3))),
    "an end": lambda tf: list(_range(tf, 4).apply(tf.data.experimental.assert_cardinality(-1))),
    "a counter of halves": lambda tf: tf.data.Dataset.counter(0.5),
    "interleaving without a cycle": lambda tf: _range(tf, 3).interleave(_repeated(tf), cycle_length=0),
    "interleaving without blocks": lambda tf: _range(tf, 3).interleave(_repeated(tf), 1, block_length=0),
    "calls without a number": lambda tf: _range(tf, 3).interleave(_repeated(tf), 1, num_parallel_calls=0),
    "more calls than a cycle": lambda tf: _range(tf, 3).interleave(_repeated(tf), 1, num_parallel_calls=2),
    "the single element of a list": lambda tf: tf.data.experimental.get_single_element([3]),
    "the structure of a list": lambda tf: tf.data.experimental.get_structure([3]),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusals_are_those_of_tensorflow(name):
    caught = []
    for tf in LIBRARIES:
        with pytest.raises(Exception) as error:
            REFUSED[name](tf)
        caught.append(error.value)
    ours, theirs = caught
    assert type(ours).__name__ == type(theirs).__name__, caught
    first = str(ours).split(":")[0].split("[Op")[0].split(" of the corresponding")[0].strip()
    assert first in str(theirs), caught


def test_the_arguments_of_the_methods_are_those_of_tensorflow():
    import inspect

    names = "window interleave scan unique ragged_batch group_by_window bucket_by_sequence_length rejection_resample "
    names += "sample_from_datasets choose_from_datasets rebatch counter ignore_errors"
    pairs = [[getattr(tf.data.Dataset, name) for tf in LIBRARIES] for name in names.split()]
    old = "Counter assert_cardinality bucket_by_sequence_length choose_from_datasets copy_to_device group_by_window "
    old += "dense_to_ragged_batch get_single_element group_by_reducer ignore_errors prefetch_to_device scan unique "
    old += "rejection_resample sample_from_datasets map_and_batch parallel_interleave enumerate_dataset take_while"
    pairs += [[getattr(tf.data.experimental, name) for tf in LIBRARIES] for name in old.split()]
    for ours, theirs in pairs:
        mine, other = (inspect.signature(each).parameters.values() for each in (ours, theirs))
        assert [each.name for each in mine] == [each.name for each in other], ours
        assert [str(each.default) for each in mine] == [str(each.default) for each in other], ours


def test_an_iterator_goes_on_after_an_error():
    for tf in LIBRARIES:
        dataset = tf.data.Dataset.from_tensor_slices([1.0, 0.0, 4.0])
        iterator = iter(dataset.map(lambda x, tf=tf: tf.debugging.check_numerics(1.0 / x, "bad")))
        assert float(next(iterator)) == 1.0
        with pytest.raises(tf.errors.InvalidArgumentError):
            next(iterator)
        assert float(next(iterator)) == 0.25
