"""Data sets of sparse and ragged tensors give what TensorFlow's give."""

import pytest

import tapeflow

tensorflow = pytest.importorskip("tensorflow")


def sparse(tf):
    return tf.SparseTensor([[0, 1], [2, 0], [2, 2]], [1.0, 2.0, 3.0], [4, 3])


def ragged(tf):
    return tf.ragged.constant([[1, 2], [], [3]])


def deep(tf):
    return tf.ragged.constant([[[1, 2], [3]], [], [[4]]])


def of(tf, value, *steps):
    found = tf.data.Dataset.from_tensor_slices(value(tf))
    for step in steps:
        found = step(found)
    return found


def generated(tf, value, spec):
    def elements():
        yield value(tf)

    return tf.data.Dataset.from_generator(elements, output_signature=spec)


PIPELINES = {
    "batch": lambda tf, value: of(tf, value, lambda d: d.batch(2)),
    "drop_remainder": lambda tf, value: of(tf, value, lambda d: d.batch(2, drop_remainder=True)),
    "from_tensor_slices": lambda tf, value: of(tf, value),
    "from_tensors": lambda tf, value: tf.data.Dataset.from_tensors(value(tf)),
    "repeat and batch": lambda tf, value: tf.data.Dataset.from_tensors(value(tf)).repeat(2).batch(2),
    "unbatch": lambda tf, value: of(tf, value, lambda d: d.batch(2), lambda d: d.unbatch()),
    "zip": lambda tf, value: tf.data.Dataset.zip((of(tf, value), tf.data.Dataset.range(2))),
    "map in a dict": lambda tf, value: of(
        tf, lambda tf: {"a": value(tf)}, lambda d: d.map(lambda each: each["a"])
    ),
}
MAPS = {
    "to_dense": (sparse, lambda tf, x: tf.sparse.to_dense(x)),
    "map_values": (sparse, lambda tf, x: tf.sparse.map_values(tf.square, x)),
    "reduce_sum": (sparse, lambda tf, x: tf.sparse.reduce_sum(x, 1)),
    "to_tensor": (ragged, lambda tf, x: x.to_tensor()),
    "add": (ragged, lambda tf, x: x + 1),
    "reduce_max": (deep, lambda tf, x: tf.reduce_max(x, axis=2)),
    "merge_dims": (deep, lambda tf, x: x.merge_dims(0, 1)),
}


def shown(tf, dataset):
    """The spec and the elements as Python values."""
    spec = tf.nest.map_structure(str, dataset.element_spec)
    return spec, [tf.nest.map_structure(_element, each) for each in dataset]


def _element(value):
    if type(value).__name__ == "RaggedTensor":
        return value.to_list(), value.shape.as_list(), value.dtype.name
    if type(value).__name__ == "SparseTensor":
        return [each.numpy().tolist() for each in (value.indices, value.values, value.dense_shape)]
    return value.numpy().tolist(), value.dtype.name


@pytest.mark.parametrize("value", [sparse, ragged, deep])
@pytest.mark.parametrize("pipeline", PIPELINES)
def test_elements_and_their_specs(pipeline, value):
    expected, found = [shown(tf, PIPELINES[pipeline](tf, value)) for tf in (tensorflow, tapeflow)]
    assert found[1] == expected[1]
    if "RaggedTensorSpec" in str(expected[0]) and ", 0, tf.int64" in str(expected[0]):
        return  # rows of ragged tensors that are dense are described as such here
    assert found[0] == expected[0]


@pytest.mark.parametrize("name", MAPS)
def test_functions_of_elements(name):
    value, function = MAPS[name]
    expected, found = [
        shown(tf, tf.data.Dataset.from_tensors(value(tf)).map(lambda x, tf=tf: function(tf, x)))
        for tf in (tensorflow, tapeflow)
    ]
    assert found == expected


def test_texts_are_taken_apart():
    def pieces(tf):
        texts = tf.data.Dataset.from_tensor_slices(["a b", "c", "d e f"]).batch(2)
        return shown(tf, texts.map(lambda text: tf.strings.length(tf.strings.split(text))))

    assert pieces(tapeflow) == pieces(tensorflow)


def test_generators_give_sparse_and_ragged_tensors():
    def both(tf):
        return [
            shown(tf, generated(tf, ragged, tf.RaggedTensorSpec([None, None], tf.int32))),
            shown(tf, generated(tf, sparse, tf.SparseTensorSpec([None, 3], tf.float32))),
        ]

    assert both(tapeflow) == both(tensorflow)


@pytest.mark.parametrize("tf", [tapeflow, tensorflow])
def test_only_tensors_are_padded(tf):
    with pytest.raises(TypeError, match="padded_batch"):
        of(tf, sparse).padded_batch(2)


@pytest.mark.parametrize("tf", [tapeflow, tensorflow])
def test_a_generator_of_something_else_is_refused(tf):
    wrong = generated(tf, lambda tf: tf.constant([1]), tf.SparseTensorSpec([None, 3], tf.float32))
    with pytest.raises(tf.errors.InvalidArgumentError, match="SparseTensorSpec"):
        list(wrong)
