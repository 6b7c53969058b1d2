"""tf.data.experimental: what TensorFlow gives and raises, here and there."""

import numpy as np
import pytest

import tapeflow
from tapeflow.data import debug_mode

tensorflow = pytest.importorskip("tensorflow")


def _growing(tf, count=5):
    return tf.data.Dataset.range(count).map(lambda x: tf.fill([x], x * 2))


def _sparse(each):
    return each.indices.numpy().tolist(), each.values.numpy().tolist(), each.dense_shape.numpy().tolist()


def _listed(dataset):
    return [dataset.element_spec.shape, [each.numpy().tolist() for each in dataset]]


def _marked(tf, count, elements=None):
    elements = {"a": [1, 2], "b": [[1.5], [2.5]]} if elements is None else elements
    dataset = tf.data.Dataset.from_tensor_slices(elements)
    dataset = dataset.apply(tf.data.experimental.pad_to_cardinality(count))
    return len(dataset), [{key: each[key].numpy().tolist() for key in each} for each in dataset]


def _at(tf, index, dataset=None):
    dataset = tf.data.Dataset.range(10, 20).batch(3) if dataset is None else dataset
    return tf.data.experimental.at(dataset, index).numpy().tolist()


def _set(tf, options, name, value):
    setattr(options, name, value)
    return getattr(options, name) == value


CALLS = {
    "sparse_batch": lambda tf: [_sparse(each) for each in _growing(tf).sparse_batch(2, [None])],
    "sparse_batch, a size": lambda tf: [
        _sparse(each) for each in _growing(tf).apply(tf.data.experimental.dense_to_sparse_batch(3, [6]))
    ],
    "sparse_batch, words": lambda tf: [
        _sparse(each) for each in tf.data.Dataset.from_tensor_slices([["a", "b"]]).sparse_batch(2, [2])
    ],
    "sparse_batch, spec": lambda tf: [
        str(_growing(tf).sparse_batch(2, [None]).element_spec),
        len(_growing(tf).sparse_batch(2, [None])),
    ],
    "sparse_batch, too large": lambda tf: list(_growing(tf).sparse_batch(2, [1])),
    "sparse_batch, another rank": lambda tf: list(_growing(tf).sparse_batch(2, [None, 2])),
    "sparse_batch, pairs": lambda tf: tf.data.Dataset.zip((_growing(tf), _growing(tf))).sparse_batch(2, [2]),
    "from_list": lambda tf: _listed(tf.data.experimental.from_list([[1], [2, 3]])),
    "from_list, pairs": lambda tf: [
        (int(x), y.numpy()) for x, y in tf.data.experimental.from_list([(1, "a"), (2, "b")])
    ],
    "from_list, empty": lambda tf: tf.data.experimental.from_list([]),
    "from_list, a tuple": lambda tf: tf.data.experimental.from_list((1, 2)),
    "from_list, others": lambda tf: tf.data.experimental.from_list([1, (2, 3)]),
    "at": lambda tf: [_at(tf, 0), _at(tf, 3)],
    "at, beyond": lambda tf: _at(tf, 4),
    "at, negative": lambda tf: _at(tf, -1),
    "at, unknown": lambda tf: _at(tf, 0, tf.data.Dataset.range(3).filter(lambda x: x > 1)),
    "pad_to_cardinality": lambda tf: _marked(tf, 4),
    "pad_to_cardinality, none": lambda tf: _marked(tf, 2),
    "pad_to_cardinality, words": lambda tf: _marked(tf, 2, {"a": ["x"]}),
    "pad_to_cardinality, too many": lambda tf: _marked(tf, 1),
    "pad_to_cardinality, no dict": lambda tf: _marked(tf, 4, [1, 2]),
    "pad_to_cardinality, key": lambda tf: _marked(tf, 4, {"valid": [1]}),
    "RandomDataset": lambda tf: [int(x) for x in tf.data.experimental.RandomDataset(4).take(3)],
    "Optional": lambda tf: int(tf.data.experimental.Optional.from_value(3).get_value()),
    "autotune": lambda tf: _set(
        tf,
        tf.data.experimental.AutotuneOptions(),
        "autotune_algorithm",
        tf.data.experimental.AutotuneAlgorithm.HILL_CLIMB,
    ),
    "threads": lambda tf: _set(tf, tf.data.experimental.ThreadingOptions(), "private_threadpool_size", 3),
    "threads, a word": lambda tf: _set(
        tf, tf.data.experimental.ThreadingOptions(), "private_threadpool_size", "3"
    ),
    "optimization": lambda tf: _set(tf, tf.data.experimental.OptimizationOptions(), "map_fusion", 1),
    "distribution": lambda tf: _set(
        tf,
        tf.data.experimental.DistributeOptions(),
        "auto_shard_policy",
        tf.data.experimental.AutoShardPolicy.DATA,
    ),
    "distribution, a number": lambda tf: _set(
        tf, tf.data.experimental.DistributeOptions(), "auto_shard_policy", 2.0
    ),
    "options": lambda tf: _set(tf, tf.data.Options(), "autotune", True),
    "options, unknown": lambda tf: _set(tf, tf.data.Options(), "nothing", True),
}


def _outcome(library, call):
    try:
        return call(library)
    except Exception as error:
        return type(error).__name__


@pytest.mark.parametrize("name", CALLS)
def test_names_do_what_tensorflows_do(name):
    ours, theirs = [_outcome(library, CALLS[name]) for library in (tapeflow, tensorflow)]
    assert str(ours) == str(theirs)


def test_debug_mode_runs_functions_as_python(monkeypatch):
    monkeypatch.setattr(debug_mode, "_on", [False])
    seen = []

    def note(x):
        seen.append(x)
        return x + 1

    tapeflow.data.experimental.enable_debug_mode()
    dataset = tapeflow.data.Dataset.range(3).map(note, num_parallel_calls=2).prefetch(1)
    assert [int(x) for x in dataset] == [1, 2, 3]
    assert [int(x) for x in seen[-3:]] == [0, 1, 2]
    assert np.all([isinstance(x, tapeflow.Tensor) for x in seen])


def test_debug_mode_is_refused_in_a_trace():
    with pytest.raises(ValueError, match="eager"):
        tapeflow.function(tapeflow.data.experimental.enable_debug_mode)()
