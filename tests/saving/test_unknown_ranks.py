"""Saved models whose programs know nothing of the ranks of their arguments."""

import json
import os

import numpy as np
import pytest

import tapeflow as tf

VALUES = (np.float32([1, -2]), np.float32([[1, 2], [3, -4]]), np.float32([[[1, 2]], [[0, 3]]]))


class Model(tf.Module):
    def __init__(self):
        super().__init__()
        self.weight = tf.Variable([2.0, 3.0])

    @tf.function(input_signature=[tf.TensorSpec(None, tf.float32, name="x")])
    def scaled(self, x):
        y = tf.reduce_sum(x * self.weight, axis=-1, keepdims=True) + tf.zeros(tf.shape(x)) + x[..., :1]
        for _ in tf.range(tf.rank(x)):
            y = y * 2.0
        if tf.size(x) > 3:
            y = tf.reshape(y, [-1])[tf.newaxis]
        return {"y": y, "turned": tf.transpose(x)}

    @tf.function(input_signature=[tf.TensorSpec(None, tf.float32)])
    def slopes(self, x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.reduce_mean(tf.sin(x * self.weight), axis=-1)
        return tape.gradient(y, [x, self.weight])

    @tf.function(input_signature=[tf.TensorSpec(None, tf.float32)])
    def counted(self, x):
        self.weight.assign_add(tf.ones([2]) * tf.cast(tf.rank(x), tf.float32))
        return self.weight.read_value()


def _saved(model, folder, **options):
    folder = os.path.join(folder, "model")
    tf.saved_model.save(model, folder, **options)
    return folder


def _numbers(structure):
    return tf.nest.map_structure(lambda each: each.numpy().tolist(), structure)


def _slopes(model, x):
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        found = model.scaled(x)
        total = tf.reduce_sum(found["y"] ** 2) + tf.reduce_sum(found["turned"])
    return _numbers(tape.gradient(total, [x, model.weight]))


def test_a_program_of_unknown_rank_is_saved_once_and_serves_all_ranks(tmp_path):
    model = Model()
    loaded = tf.saved_model.load(_saved(model, tmp_path))
    assert len(loaded.scaled.concrete_functions) == 1
    for each in VALUES:
        x = tf.constant(each)
        assert _numbers(loaded.scaled(x)) == _numbers(model.scaled(x))
        assert _numbers(loaded.slopes(x)) == _numbers(model.slopes(x))
        assert _slopes(loaded, each) == _slopes(model, each)
        assert _numbers(loaded.counted(x)) == _numbers(model.counted(x))
    assert _numbers(loaded.weight) == [8.0, 9.0]


def test_signatures_of_unknown_rank(tmp_path):
    model = Model()
    loaded = tf.saved_model.load(_saved(model, tmp_path, signatures=model.scaled))
    signature = loaded.signatures["serving_default"]
    assert signature.structured_input_signature[1]["x"].shape.rank is None
    assert signature.structured_outputs["y"].shape.rank is None
    for each in VALUES:
        assert _numbers(signature(x=tf.constant(each))) == _numbers(model.scaled(tf.constant(each)))


def test_what_was_loaded_can_be_saved_again(tmp_path):
    model = Model()
    loaded = tf.saved_model.load(_saved(model, tmp_path))
    again = tf.saved_model.load(_saved(loaded, os.path.join(tmp_path, "again")))
    for each in VALUES:
        assert _slopes(again, each) == _slopes(model, each)


def test_python_functions_that_wait_for_ranks_are_refused(tmp_path):
    model = tf.Module()
    model.f = tf.function(
        lambda x: tf.vectorized_map(lambda row: row * 2.0, x),
        [tf.TensorSpec(None, tf.float32)],
        autograph=False,
    )
    assert model.f(tf.constant([1.0])).numpy() == [2.0]
    with pytest.raises(NotImplementedError, match="none that programs on disk may name"):
        _saved(model, tmp_path)


@pytest.mark.parametrize("name", ["io.write_file", "no_function", 3, None])
def test_only_public_functions_of_tensors_may_be_named(tmp_path, name):
    folder = _saved(Model(), tmp_path)
    path = os.path.join(folder, "saved_model.json")
    with open(path) as file:
        text = file.read()
    assert '{"call":["math.reduce_sum",' in text
    with open(path, "w") as file:
        file.write(text.replace('{"call":["math.reduce_sum",', '{"call":[' + json.dumps(name) + ","))
    with pytest.raises(tf.errors.DataLossError):
        tf.saved_model.load(folder)


def test_a_program_that_promises_other_dtypes_is_refused_when_it_runs(tmp_path):
    model = tf.Module()
    model.f = tf.function(lambda x: tf.shape(x), [tf.TensorSpec(None, tf.float32)], autograph=False)
    folder = _saved(model, tmp_path)
    path = os.path.join(folder, "saved_model.json")
    with open(path) as file:
        text = file.read()
    assert '"int32"' in text
    with open(path, "w") as file:
        file.write(text.replace('"int32"', '"float32"'))
    with pytest.raises(tf.errors.OpError):
        tf.saved_model.load(folder).f(tf.constant([1.0]))
