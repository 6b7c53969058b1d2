"""Saved models that the real TensorFlow wrote: objects, functions, values, gradients; damaged and hostile ones."""

import os
import pathlib
import shutil

import numpy as np
import pytest

import tapeflow as tf
from tapeflow.core.errors import DataLossError
from tapeflow.files.saved_model_messages import messages
from tests.saving.models_of_tensorflow import X, write_models

NAMES = ("simple", "network", "attention", "control", "recurrent", "texts", "reversal", "operations")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The folder, and what TensorFlow says of the models in it."""
    tensorflow = pytest.importorskip("tensorflow")
    folder = tmp_path_factory.mktemp("tensorflow")
    return folder, write_models(tensorflow, folder)


@pytest.fixture
def simple(written):
    return tf.saved_model.load(written[0] / "simple")


def _alike(found, expected):
    found, expected = tf.nest.flatten(found), tf.nest.flatten(expected)
    assert len(found) == len(expected)
    for ours, theirs in zip(found, expected, strict=True):
        ours, theirs = np.asarray(ours.numpy()), np.asarray(theirs)
        assert ours.shape == theirs.shape and ours.dtype == theirs.dtype
        if ours.dtype.kind == "f":
            np.testing.assert_allclose(ours, theirs, 2e-5, 2e-6)
        else:
            np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("name", NAMES)
def test_values_and_gradients_are_those_of_tensorflow(written, name):
    method, args, expected, gradients = written[1][name]
    model = tf.saved_model.load(written[0] / name)
    variables = {each: getattr(model, each) for each in gradients}
    with tf.GradientTape() as tape:
        found = getattr(model, method)(*args)
        floating = [each for each in tf.nest.flatten(found) if each.dtype is tf.float32]
        total = tf.add_n([tf.reduce_sum(each * each) for each in floating] or [tf.constant(0.0)])
    tf.nest.assert_same_structure(found, tf.nest.map_structure(tf.constant, expected))
    _alike(found, expected)
    for key, value in tape.gradient(total, variables).items():
        if gradients[key] is None:
            assert value is None
        else:
            np.testing.assert_allclose(tf.convert_to_tensor(value), gradients[key], 1e-4, 1e-5, err_msg=key)


def test_objects_are_as_they_were(simple):
    assert simple.v.name == "weights:0" and simple.v.trainable and not simple.count.trainable
    assert simple.parts[0].numpy() == 1.5 and simple.parts[1]["a"].numpy() == [2]
    assert simple.parts[2][0].numpy() == b"text"
    assert simple.tensorflow_version
    simple.call(X)
    assert simple.count.numpy() == 1
    before = simple.call(X)
    simple.v.assign_add([1.0] * 6)
    np.testing.assert_allclose(simple.call(X) - before, X, 1e-5, 1e-6)


def test_functions_choose_the_program_that_fits(simple):
    y, rest = simple.either(tf.constant(2.0))
    assert y.numpy() == 2.0 and rest == {}
    y, _ = simple.either({"a": tf.constant([1.0, 2.0]), "b": [tf.constant(1.0)]}, flag=True)
    np.testing.assert_array_equal(y, [-2.0, -3.0])
    assert simple.either([5, 6], more=1)[1]["more"].numpy().tolist() == [6, 7]
    assert simple.concrete(tf.constant(3.0))[0].numpy() == -3.0
    doubled, sums = simple.ragged(tf.ragged.constant([[1.0, 2.0], [], [3.0]]))
    assert doubled.to_list() == [[2.0, 4.0], [], [6.0]] and sums.numpy().tolist() == [3.0, 0.0, 3.0]
    with pytest.raises(
        ValueError, match="Could not find matching concrete function to call loaded from the SavedM"
    ):
        simple.either(tf.constant("text"))
    with pytest.raises(ValueError, match="Could not find matching concrete function"):
        simple.call(tf.ones([2, 5]))


def test_signatures_take_and_give_tensors_by_name(written):
    model = tf.saved_model.load(written[0] / "attention")
    signature = model.signatures["serving_default"]
    _, args, expected, _ = written[1]["attention"]
    _alike(signature(numbers=tf.constant(args[0])), expected)
    assert signature.structured_input_signature[1]["numbers"].shape.as_list() == [None, None]
    assert sorted(signature.structured_outputs) == ["best", "top", "y"]
    assert len(signature.trainable_variables) == 4
    with pytest.raises(TypeError, match="numbers"):
        signature(tf.constant(args[0]), tf.constant(1))


def test_a_loaded_model_can_be_saved_again_and_called_in_programs(written, tmp_path):
    model = tf.saved_model.load(written[0] / "control")
    _, args, expected, _ = written[1]["control"]
    _alike(tf.function(model.call)(*args), expected)
    tf.saved_model.save(model, tmp_path / "again")
    _alike(tf.saved_model.load(tmp_path / "again").call(*args), expected)


def test_custom_gradients_that_were_not_saved_are_refused(written):
    _, args, expected, _ = written[1]["reversal"]
    model = tf.saved_model.load(written[0] / "without")
    found = model.call(*args)
    assert np.isfinite(found).all() and found.shape == expected.shape
    with (
        pytest.raises(LookupError, match="No gradient defined for operation"),
        tf.GradientTape() as tape,
    ):
        tape.gradient(model.call(*args), model.v)


# Damaged and hostile files.


@pytest.fixture
def folder(written, tmp_path):
    return pathlib.Path(shutil.copytree(written[0] / "simple", tmp_path / "model"))


def rewritten(folder, change):
    """Changes the message of the saved model."""
    path = folder / "saved_model.pb"
    message = messages.SavedModel.FromString(path.read_bytes())
    change(message.meta_graphs[0])
    path.write_bytes(message.SerializeToString())


def function_of(graph, name):
    return next(each for each in graph.graph_def.library.function if name in each.signature.name)


def test_a_file_that_ends_early_is_refused(folder):
    data = (folder / "saved_model.pb").read_bytes()
    for size in (len(data) // 2, len(data) - 3, 7):
        (folder / "saved_model.pb").write_bytes(data[:size])
        with pytest.raises(DataLossError, match=r"saved_model\.pb"):
            tf.saved_model.load(folder)


def test_unknown_operations_are_named_when_they_are_called(folder):
    def change(graph):
        nodes = [
            each for each in function_of(graph, "inference_call").node_def if each.op in ("Mul", "AddV2")
        ]
        nodes[0].op, nodes[1].op = "Unheard", "Unseen"

    rewritten(folder, change)
    model = tf.saved_model.load(folder)
    assert model.either(tf.constant(2.0))[0].numpy() == 2.0
    with pytest.raises(NotImplementedError, match=r"Unheard, Unseen.*node 'mul'.*inference_call"):
        model.call(X)


def test_functions_that_call_themselves_are_refused(folder):
    def change(graph):
        function = function_of(graph, "inference_call")
        node = next(each for each in function.node_def if each.op == "Mul")
        node.op = "PartitionedCall"
        node.attr["f"].func.name = function.signature.name

    rewritten(folder, change)
    with pytest.raises(NotImplementedError, match="calls itself"):
        tf.saved_model.load(folder).call(X)


def _circle(graph):
    function = function_of(graph, "inference_call")
    node = next(each for each in function.node_def if each.op == "Mul")
    node.input[0] = f"{node.name}:z:0"


def _no_such_input(graph):
    next(each for each in function_of(graph, "inference_call").node_def if each.op == "Mul").input[0] = (
        "nothing:z:0"
    )


def _wrong_shape(graph):
    graph.object_graph_def.nodes[_variable(graph)].variable.shape.dim[0].size = 5


def _wrong_dtype(graph):
    graph.object_graph_def.nodes[_variable(graph)].variable.dtype = 3


def _variable(graph):
    return next(k for k, each in enumerate(graph.object_graph_def.nodes) if each.variable.name == "weights")


def _no_such_child(graph):
    graph.object_graph_def.nodes[0].children[0].node_id = 9999


def _no_such_capture(graph):
    for each in graph.object_graph_def.concrete_functions.values():
        each.bound_inputs.extend([9999])


def _no_such_function(graph):
    del graph.graph_def.library.function[:]


def _dunder(graph):
    graph.object_graph_def.nodes[0].children[0].local_name = "__class__"


HOSTILE = {
    "circle": _circle,
    "input": _no_such_input,
    "shape": _wrong_shape,
    "dtype": _wrong_dtype,
    "child": _no_such_child,
    "capture": _no_such_capture,
    "function": _no_such_function,
    "dunder": _dunder,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_damage_is_told_with_the_file(folder, name):
    rewritten(folder, HOSTILE[name])
    with pytest.raises(DataLossError, match=r"saved_model\.pb"):
        tf.saved_model.load(folder).call(X)


def test_files_outside_of_the_model_are_not_read(written, tmp_path):
    folder = pathlib.Path(shutil.copytree(written[0] / "texts", tmp_path / "model"))

    def change(graph):
        graph.asset_file_def[0].filename = "../../../../etc/passwd"

    rewritten(folder, change)
    with pytest.raises(DataLossError, match="outside of the folder"):
        tf.saved_model.load(folder)


def test_missing_values_and_other_forms_are_told(folder):
    with pytest.raises(ValueError, match="tags"):
        tf.saved_model.load(folder, tags=["train"])
    os.remove(folder / "variables" / "variables.index")
    with pytest.raises(tf.errors.NotFoundError, match=r"variables\.index"):
        tf.saved_model.load(folder)
    os.rename(folder / "saved_model.pb", folder / "saved_model.pbtxt")
    with pytest.raises(NotImplementedError, match="pbtxt"):
        tf.saved_model.load(folder)


def test_the_messages_have_the_fields_of_tensorflow():
    """Every field of our tables has the number, the type and the label of that in TensorFlow's messages."""
    saved_model_pb2 = pytest.importorskip("tensorflow.core.protobuf.saved_model_pb2")
    seen, waiting = set(), [(messages.SavedModel.DESCRIPTOR, saved_model_pb2.SavedModel.DESCRIPTOR)]
    while waiting:
        mine, theirs = waiting.pop()
        for field in mine.fields:
            other = theirs.fields_by_number[field.number]
            assert field.name == other.name, (mine.name, field.name, other.name)
            types = {field.type, other.type}
            assert len(types) == 1 or types == {field.TYPE_INT32, field.TYPE_ENUM}, (mine.name, field.name)
            if field.message_type is not None and field.message_type.full_name not in seen:
                seen.add(field.message_type.full_name)
                waiting.append((field.message_type, other.message_type))
