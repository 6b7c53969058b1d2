"""Ragged and sparse tensors as arguments, captured values and results of functions, as in TensorFlow."""

import pickle

import pytest

import tapeflow

tensorflow = pytest.importorskip("tensorflow")


def ragged(tf):
    return tf.ragged.constant([[1, 2], [], [3]])


def sparse(tf):
    return tf.SparseTensor([[0, 1], [2, 0], [2, 2]], [1.0, 2.0, 3.0], [4, 3])


def row_partition(tf):
    if tf is tapeflow:
        from tapeflow.api.ragged import RowPartition
    else:
        from tensorflow.experimental import RowPartition
    return RowPartition.from_row_lengths([2, 0, 1])


def any_rows(tf):
    return [tf.RaggedTensorSpec([None, None], tf.int32)]


def doubled(tf):
    function = tf.function(lambda x: x * 2, input_signature=any_rows(tf))
    return function(ragged(tf)), function(tf.ragged.constant([[5], [6, 7]]))


def parts(tf):
    function = tf.function(
        lambda x: (
            x[0],
            x[-1],
            x[1:],
            x[:, :1],
            x.to_tensor(),
            x.merge_dims(0, 1),
            x.row_lengths(),
            x.nrows(),
        ),
        input_signature=any_rows(tf),
    )
    return function(ragged(tf)), function(tf.ragged.constant([[5], [6, 7]]))


def summed_sparse(tf):
    function = tf.function(
        lambda x: tf.sparse.reduce_sum(x), input_signature=[tf.SparseTensorSpec([None, 3], tf.float32)]
    )
    return function(sparse(tf))


def captured(tf):
    values = ragged(tf), sparse(tf)
    return tf.function(lambda: {"a": values[0], "b": values[1]})()


def chosen(tf):
    function = tf.function(lambda x: tf.cond(tf.reduce_sum(x) > 3, lambda: x, lambda: x + 1))
    return function(ragged(tf)), function(ragged(tf) - 1)


def repeated(tf):
    return tf.function(lambda x: tf.while_loop(lambda i, z: i < 3, lambda i, z: (i + 1, z * 2), (0, x)))(
        ragged(tf)
    )


def grown(tf):
    def function(x):
        invariants = (tf.TensorShape([]), tf.RaggedTensorSpec([None, None], tf.int32))
        body = lambda i, z: (i + 1, tf.concat([z, z], 0))
        return tf.while_loop(lambda i, z: i < 2, body, (0, x), shape_invariants=invariants)

    return tf.function(function)(ragged(tf))


def gradients(tf):
    weight = tf.Variable(2.0)

    @tf.function
    def function(x):
        with tf.GradientTape() as tape:
            y = tf.reduce_sum(tf.reduce_mean(x * weight, axis=1))
        return tape.gradient(y, weight)

    return function(tf.ragged.constant([[1.0, 2.0], [3.0]]))


def partitions(tf):
    return tf.function(lambda rows: (rows.row_splits(), rows.nvals(), rows.value_rowids()))(row_partition(tf))


def texts(tf):
    function = tf.function(
        lambda text: tf.strings.reduce_join(tf.strings.split(text), axis=-1, separator="-"),
        input_signature=[tf.TensorSpec([None], tf.string)],
    )
    return function(tf.constant(["a b", "c", ""]))


def counts(tf):
    function = tf.function(lambda x: tf.math.bincount(x, axis=-1, minlength=4), input_signature=any_rows(tf))
    return function(ragged(tf))


def value_of(result):
    if isinstance(result, dict):
        return {key: value_of(each) for key, each in result.items()}
    if isinstance(result, list | tuple):
        return [value_of(each) for each in result]
    if type(result).__name__ == "RaggedTensor":
        return result.to_list(), result.shape.as_list(), result.dtype.name
    if type(result).__name__ == "SparseTensor":
        return [each.numpy().tolist() for each in (result.indices, result.values, result.dense_shape)]
    return result.numpy().tolist(), result.dtype.name


@pytest.mark.parametrize(
    "program",
    [
        doubled,
        parts,
        summed_sparse,
        captured,
        chosen,
        repeated,
        grown,
        gradients,
        partitions,
        texts,
        counts,
    ],
    ids=lambda program: program.__name__,
)
def test_functions_give_what_they_give_with_tensorflow(program):
    assert value_of(program(tapeflow)) == value_of(program(tensorflow))


@pytest.mark.parametrize("tf", [tapeflow, tensorflow])
def test_values_of_a_trace_are_not_lists(tf):
    with pytest.raises(ValueError, match="eager mode"):
        tf.function(lambda x: x.to_list())(ragged(tf))
    with pytest.raises(TypeError):
        tf.function(lambda x: x, input_signature=any_rows(tf))(tf.constant([[1]]))


def test_classes_are_known_by_the_names_that_libraries_look_for():
    for name in ("RaggedTensor", "SparseTensor", "IndexedSlices"):
        mine, theirs = getattr(tapeflow, name), getattr(tensorflow, name)
        assert (mine.__module__, mine.__name__) == (theirs.__module__, theirs.__name__)


@pytest.mark.parametrize(
    "value",
    [ragged, sparse, lambda tf: tf.IndexedSlices(tf.ones([1, 2]), tf.constant([1]), tf.constant([3, 2]))],
)
def test_they_survive_pickling(value):
    found = pickle.loads(pickle.dumps(value(tapeflow)))
    parts = [tapeflow.nest.flatten(each, expand_composites=True) for each in (found, value(tapeflow))]
    assert [each.numpy().tolist() for each in parts[0]] == [each.numpy().tolist() for each in parts[1]]
