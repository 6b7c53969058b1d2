"""Saved models: what comes back is what was saved."""

import numpy as np
import pytest

import tapeflow as tf
from tapeflow.state.trackable import AutoTrackable


class Net(tf.Module):
    """A model with what a program can have: unknown sizes, control flow, assignments, Python arguments."""

    def __init__(self):
        super().__init__()
        self.w = tf.Variable(np.linspace(-1.0, 1.0, 12).reshape(4, 3).astype("float32"), name="w")
        self.layers = [tf.Module(), tf.Module()]
        self.layers[0].b = tf.Variable([0.5, 0.25, 0.125], trainable=False)
        self.count = tf.Variable(0)
        self.counts = tf.Variable([0, 0])
        self.pair = (tf.Variable(1.0), "text")
        self.table = {"a": self.w, "b": tf.Variable("words")}
        self.scale = tf.constant([2.0, 3.0, 4.0])

    @tf.function(input_signature=[tf.TensorSpec([None, 4], tf.float32)])
    def __call__(self, x):
        y = tf.matmul(x, self.w) + self.layers[0].b
        if tf.reduce_sum(y) > 0.0:
            y = y * self.scale
        for step in tf.range(3):
            y = tf.nn.relu(y) + tf.cast(step, tf.float32)
        self.count.assign_add(1)
        return {"y": y, "size": tf.shape(y)[0], "flat": tf.reshape(y, [-1])}

    @tf.function
    def choose(self, x, training=False, *, factor=2):
        return x * factor if training else x

    @tf.function(input_signature=[tf.TensorSpec([], tf.string), tf.TensorSpec([None], tf.int32)])
    def text(self, word, numbers):
        self.counts.scatter_nd_add([[0]], [1])
        self.counts.scatter_add(tf.IndexedSlices([5], [1]))
        self.counts[1:].assign([7])
        return tf.strings.join([word, "!"]), [numbers[1:], tf.concat([numbers, numbers], 0)]

    @tf.function(input_signature=[tf.TensorSpec([], tf.string)])
    def shout(self, word):
        return tf.strings.join([word, "!"])


@pytest.fixture
def saved(tmp_path):
    net = Net()
    net.choose(tf.constant([1.0, 2.0]))
    net.choose(tf.constant([1.0, 2.0]), training=True)
    net.choose(tf.constant([1, 2]), True)
    tf.saved_model.save(
        net, tmp_path / "model", signatures={"serving_default": net.__call__, "text": net.shout}
    )
    return net, tmp_path / "model"


def test_functions_and_variables_come_back(saved):
    net, folder = saved
    assert tf.saved_model.contains_saved_model(folder)
    loaded = tf.saved_model.load(folder)
    for rows in (1, 5):
        x = tf.constant(np.random.default_rng(0).normal(size=(rows, 4)).astype("float32"))
        expected, found = net(x), loaded(x)
        assert expected.keys() == found.keys()
        for key in expected:
            np.testing.assert_array_equal(expected[key].numpy(), found[key].numpy())
    assert loaded.count.numpy() == net.count.numpy() == 2
    assert loaded.w.numpy().tolist() == net.w.numpy().tolist()
    assert loaded.layers[0].b.trainable is False and loaded.w.trainable is True
    assert loaded.table["a"] is loaded.w and loaded.table["b"].numpy() == b"words"
    assert loaded.pair[0].numpy() == 1.0
    assert loaded.w.name == "w:0"


def test_arguments_choose_the_program(saved):
    _, folder = saved
    loaded = tf.saved_model.load(folder)
    assert loaded.choose(tf.constant([1.0, 2.0])).numpy().tolist() == [1.0, 2.0]
    assert loaded.choose(tf.constant([1.0, 2.0]), training=True).numpy().tolist() == [2.0, 4.0]
    assert loaded.choose([1.0, 2.0], True).numpy().tolist() == [2.0, 4.0]
    assert loaded.choose(tf.constant([1, 2]), True).numpy().tolist() == [2, 4]
    assert len(loaded.choose.concrete_functions) == 3
    for bad in (lambda: loaded.choose(tf.constant([1.0])), lambda: loaded.choose(tf.constant([1, 2]), 3)):
        with pytest.raises(ValueError, match="Could not find matching concrete function"):
            bad()


def test_signatures(saved):
    net, folder = saved
    signatures = tf.saved_model.load(folder).signatures
    assert sorted(signatures) == ["serving_default", "text"]
    serve = signatures["serving_default"]
    x = tf.ones([2, 4])
    assert serve.structured_input_signature == ((), {"x": tf.TensorSpec([None, 4], tf.float32, "x")})
    assert serve.structured_outputs["y"].shape.as_list() == [None, 3]
    for found in (serve(x=x), serve(x)):
        assert found["y"].numpy().tolist() == net(x)["y"].numpy().tolist()
    assert {each.name for each in serve.variables} >= {"w:0"}
    assert len(serve.trainable_variables) < len(serve.variables)
    with pytest.raises(TypeError):
        serve(x=x, z=x)
    with pytest.raises(TypeError):
        serve()


def test_gradients_reach_the_loaded_variables(saved):
    net, folder = saved
    loaded, x = tf.saved_model.load(folder), tf.ones([2, 4])

    def gradient(model):
        with tf.GradientTape() as tape:
            value = tf.reduce_sum(model(x)["y"] ** 2)
        return tape.gradient(value, model.w).numpy()

    np.testing.assert_array_equal(gradient(net), gradient(loaded))


def test_loaded_models_can_be_saved_and_traced(saved, tmp_path):
    _, folder = saved
    loaded = tf.saved_model.load(folder)
    tf.saved_model.save(loaded, tmp_path / "again", signatures=loaded.signatures["serving_default"]._concrete)
    again = tf.saved_model.load(tmp_path / "again")
    x = tf.ones([2, 4])
    traced = tf.function(lambda x: loaded(x)["y"] + 1.0)
    assert traced(x).numpy().tolist() == (again(x)["y"] + 1.0).numpy().tolist()
    word, parts = again.text("hi", [1, 2, 3])
    assert again.counts.numpy().tolist() == [1, 7]
    assert word.numpy() == b"hi!" and parts[0].numpy().tolist() == [2, 3] and len(parts[1]) == 6


def test_variables_are_a_checkpoint_that_tensorflow_reads(saved):
    tensorflow = pytest.importorskip("tensorflow")
    net, folder = saved
    reader = tensorflow.train.load_checkpoint(str(folder / "variables" / "variables"))
    assert reader.get_tensor("w/.ATTRIBUTES/VARIABLE_VALUE").tolist() == net.w.numpy().tolist()
    root = tf.Module()
    root.w = tf.Variable(tf.zeros([4, 3]))
    tf.train.Checkpoint(root).read(folder).expect_partial()
    assert root.w.numpy().tolist() == net.w.numpy().tolist()


def test_the_only_function_is_the_default_signature(tmp_path):
    class Model(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec([None], tf.float32, "values")])
        def run(self, x):
            return x, x + 1.0

    tf.saved_model.save(Model(), tmp_path / "m")
    found = tf.saved_model.load(tmp_path / "m").signatures["serving_default"](values=tf.constant([1.0]))
    assert {key: each.numpy().tolist() for key, each in found.items()} == {
        "output_0": [1.0],
        "output_1": [2.0],
    }


def test_functions_as_attributes(tmp_path):
    root = AutoTrackable()
    root.v = tf.Variable(2.0)
    root.double = tf.function(lambda x: x * root.v)
    root.concrete = root.double.get_concrete_function(tf.TensorSpec([None], tf.float32))
    tf.saved_model.save(root, tmp_path / "m", signatures=root.concrete)
    loaded = tf.saved_model.load(tmp_path / "m")
    assert loaded.concrete(tf.constant([1.0, 3.0])).numpy().tolist() == [2.0, 6.0]
    loaded.v.assign(10.0)
    assert loaded.double(tf.constant([1.0])).numpy().tolist() == [10.0]


def test_saving_again_replaces_the_model(tmp_path):
    root = tf.Module()
    root.v = tf.Variable(1.0)
    for value in (1.0, 2.0, 3.0):
        root.v.assign(value)
        tf.saved_model.save(root, tmp_path / "m")
        assert tf.saved_model.load(tmp_path / "m").v.numpy() == value
        assert [each.name for each in tmp_path.iterdir()] == ["m"]
    (tmp_path / "m" / "notes.txt").write_text("mine")
    root.v.assign(4.0)
    tf.saved_model.save(root, tmp_path / "m")
    assert tf.saved_model.load(tmp_path / "m").v.numpy() == 4.0
    assert (tmp_path / "m" / "notes.txt").read_text() == "mine"


def test_what_cannot_be_saved_is_refused(tmp_path):
    hidden = tf.Variable(1.0)
    root = tf.Module()
    root.f = tf.function(lambda x: x + hidden, input_signature=[tf.TensorSpec([], tf.float32)])
    with pytest.raises(AssertionError, match="untracked"):
        tf.saved_model.save(root, tmp_path / "m")
    root.f = tf.function(
        lambda x: tf.numpy_function(np.sin, [x], tf.float32), input_signature=[tf.TensorSpec([], tf.float32)]
    )
    with pytest.raises(NotImplementedError, match="calls Python"):
        tf.saved_model.save(root, tmp_path / "m")
    with pytest.raises(ValueError, match="type `Trackable`"):
        tf.saved_model.save(3, tmp_path / "m")
    with pytest.raises(ValueError, match="for which to generate a signature"):
        tf.saved_model.save(tf.Module(), tmp_path / "m", signatures=abs)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(OSError, match="SavedModel file does not exist"):
        tf.saved_model.load(tmp_path / "m")
    tf.saved_model.save(tf.Module(), tmp_path / "m")
    with pytest.raises(ValueError, match="associated with tags"):
        tf.saved_model.load(tmp_path / "m", tags=["train"])


class Returning(tf.Module):
    """A function that returns what it is told to."""

    def __init__(self, result):
        super().__init__()
        self._result = result

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def run(self, x):
        return self._result(x)


def _signature_of(path, signature, function):
    module = tf.Module()
    module.function = tf.function(function, input_signature=signature)
    tf.saved_model.save(module, path, signatures=module.function)
    return tf.saved_model.load(path).signatures["serving_default"]


@pytest.mark.parametrize(
    "signature, function, names",
    [
        ([["a", "a"]], lambda inputs: inputs[0] - inputs[1], ["inputs", "inputs_1"]),
        ([{"x": "a", "y": "a"}], lambda inputs: inputs["x"] - inputs["y"], ["inputs", "inputs_1"]),
        (
            [("a", "a"), "a"],
            lambda inputs, inputs_1: inputs[0] + inputs[1] - inputs_1,
            ["inputs", "inputs_1", "inputs_1_1"],
        ),
        (
            ["a", ("a", "a")],
            lambda inputs_1, inputs: inputs[0] + inputs[1] - inputs_1,
            ["inputs_1", "inputs", "inputs_2"],
        ),
        ([["p", "q"]], lambda inputs: inputs[0] - inputs[1], ["p", "q"]),
        ([["p", "p"]], lambda inputs: inputs[0] - inputs[1], ["p", "p_1"]),
        ([{"x": "p", "y": "a"}], lambda inputs: inputs["x"] - inputs["y"], ["p", "inputs"]),
    ],
)
def test_arguments_of_signatures_are_called_as_in_tensorflow(tmp_path, signature, function, names):
    def specs(framework):
        return framework.nest.map_structure(
            lambda name: framework.TensorSpec([None], framework.float32, None if name == "a" else name),
            signature,
        )

    found = _signature_of(tmp_path / "model", specs(tf), function)
    assert list(found.structured_input_signature[1]) == names
    tensorflow = pytest.importorskip("tensorflow")
    module = tensorflow.Module()
    module.function = tensorflow.function(function, input_signature=specs(tensorflow), autograph=False)
    tensorflow.saved_model.save(module, str(tmp_path / "theirs"), signatures=module.function)
    theirs = tensorflow.saved_model.load(str(tmp_path / "theirs")).signatures["serving_default"]
    assert sorted(theirs.structured_input_signature[1]) == sorted(names)
    values = {name: np.float32([3.0**k]) for k, name in enumerate(names)}
    mine = found(**{name: tf.constant(each) for name, each in values.items()})["output_0"]
    expected = theirs(**{name: tensorflow.constant(each) for name, each in values.items()})["output_0"]
    assert mine.numpy().tolist() == expected.numpy().tolist()


@pytest.mark.parametrize("result", [lambda x: None, lambda x: (), lambda x: {}, lambda x: [[x]]])
def test_functions_without_tensors_to_return_are_no_default_signature(tmp_path, result):
    tf.saved_model.save(Returning(result), tmp_path / "model")
    assert not tf.saved_model.load(tmp_path / "model").signatures


def test_a_signature_must_return_something(tmp_path):
    module = Returning(lambda x: None)
    with pytest.raises(ValueError, match="Got a non-Tensor value None for key 'output_0'"):
        tf.saved_model.save(module, tmp_path / "model", signatures=module.run)


def test_a_default_signature_that_cannot_be_made_is_none(tmp_path):
    class Unready(AutoTrackable):
        @property
        def _default_save_signature(self):
            raise TypeError("not yet")

    tf.saved_model.save(Unready(), tmp_path / "model")
    assert not tf.saved_model.load(tmp_path / "model").signatures


def test_a_function_without_traces_says_so(tmp_path):
    module = tf.Module()
    module.double = tf.function(lambda x: x + x)
    tf.saved_model.save(module, tmp_path / "model")
    with pytest.raises(ValueError, match="Found zero restored functions for caller function"):
        tf.saved_model.load(tmp_path / "model").double("hello")


def test_what_tracking_keeps_is_known_from_the_start():
    fresh = set(dir(AutoTrackable()))
    used = AutoTrackable()
    used._track_trackable(tf.Variable(1.0), "v")
    used.other = tf.Variable(2.0)
    assert {each for each in vars(used) if each.startswith("_self_")} <= fresh


def test_function_aliases(tmp_path):
    module = tf.Module()
    module.v = tf.Variable(2.0)
    module.f = tf.function(lambda x: x * module.v, input_signature=[tf.TensorSpec([None], tf.float32)])
    aliases = {"a": module.f, "b": module.f.get_concrete_function()}
    options = tf.saved_model.SaveOptions(function_aliases=aliases)
    tf.saved_model.save(module, tmp_path / "model", options=options)
    loaded = tf.saved_model.load(
        tmp_path / "model", options=tf.saved_model.LoadOptions(experimental_load_function_aliases=True)
    )
    assert [each(tf.ones([2])).numpy().tolist() for each in loaded.function_aliases.values()] == [
        [2.0, 2.0]
    ] * 2
    assert not hasattr(tf.saved_model.load(tmp_path / "model"), "function_aliases")
    with pytest.raises(TypeError, match="Functions in `function_aliases` should be created by"):
        options = tf.saved_model.SaveOptions(function_aliases={"a": 3})
        tf.saved_model.save(module, tmp_path / "model", options=options)


@pytest.mark.parametrize("keys, values", [(["a", "b"], [1.0, 2.0]), ([7, 9], [[1, 2], [3, 4]])])
def test_tables_in_programs_are_saved(tmp_path, keys, values):
    table = tf.lookup.experimental.MutableHashTable(
        tf.constant(keys).dtype, tf.constant(values).dtype, tf.constant(values[0]) * 0
    )
    table.insert(tf.constant(keys), tf.constant(values))
    module = tf.Module()
    module.table = table
    spec = tf.TensorSpec([None], tf.constant(keys).dtype)
    module.find = tf.function(
        lambda x: (table.lookup(x), tf.shape(table.lookup(x[1:]))), input_signature=[spec]
    )
    tf.saved_model.save(module, tmp_path / "model")
    asked = tf.constant([keys[1], keys[0]] + [type(keys[0])(5)])
    found, size = tf.saved_model.load(tmp_path / "model").find(asked)
    assert found.numpy().tolist() == module.find(asked)[0].numpy().tolist()
    assert size.numpy().tolist() == [2, *np.shape(values)[1:]]


def test_static_tables_in_programs_are_saved(tmp_path):
    source = tf.lookup.KeyValueTensorInitializer(tf.constant(["a", "b"]), tf.constant([1.0, 2.0]))
    module = tf.Module()
    module.table = tf.lookup.StaticHashTable(source, default_value=-1.0)
    module.find = tf.function(module.table.lookup, input_signature=[tf.TensorSpec(None, tf.string)])
    module.find(tf.constant([["b", "c"]]))
    concrete = module.find.get_concrete_function(tf.constant([["b", "c"]]))
    tf.saved_model.save(module, tmp_path / "model", signatures=concrete)
    loaded = tf.saved_model.load(tmp_path / "model")
    (found,) = loaded.signatures["serving_default"](tf.constant([["b", "c"]])).values()
    assert found.numpy().tolist() == [[2.0, -1.0]]
