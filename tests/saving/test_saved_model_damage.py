"""Saved models that are damaged or made to do harm: clear errors, and nothing of theirs is run."""

import contextlib
import copy
import json
import os
import pathlib
import shutil

import pytest

import tapeflow as tf
from tapeflow.core.errors import DataLossError, NotFoundError, OpError


class Model(tf.Module):
    def __init__(self):
        super().__init__()
        self.v = tf.Variable([1.0, 2.0])
        self.parts = [tf.Variable(3), (tf.Variable(4.0), 1)]
        self.count = tf.Variable(0)

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32)])
    def __call__(self, x):
        self.count.assign_add(1)
        y = tf.reshape(x * self.v + tf.constant([7.0, 8.0]), [-1, tf.shape(x)[1]])
        return tf.cond(tf.reduce_sum(y) > 0.0, lambda: y[::2], lambda: tf.concat([y, y], 0))


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "model"
    tf.saved_model.save(Model(), folder)
    return folder


@pytest.fixture
def folder(original, tmp_path):
    return pathlib.Path(shutil.copytree(original, tmp_path / "model"))


def rewritten(folder, change):
    path = folder / "saved_model.json"
    document = json.loads(path.read_text())
    document = change(document) or document
    path.write_text(json.dumps(document))


def nodes(document):
    return document["functions"][0]["graph"]["program"]["nodes"]


def root_of(document):
    return document["nodes"][0]


def variable_of(document):
    return next(each for each in document["nodes"] if each["kind"] == "variable")


def assign(where, key, value):
    """A change that sets where(document)[key]."""

    def change(document):
        where(document)[key] = value

    return change


def parameter(value):
    """A change of one parameter of a node."""

    def change(document):
        node = next(each for each in nodes(document) if each[2])
        node[2][next(iter(node[2]))] = value

    return change


def first_function(document):
    return document["functions"][0]


def deep(levels):
    value = 1
    for _ in range(levels):
        value = {"tuple": [value]}
    return value


HOSTILE = {
    "another format": lambda document: {"format": "something"},
    "another version": assign(lambda document: document, "version", 99),
    "a list": lambda document: [1, 2],
    "no nodes": assign(lambda document: document, "nodes", []),
    "nodes that are a number": assign(lambda document: document, "nodes", 7),
    "functions missing": lambda document: {key: document[key] for key in ("format", "version", "nodes")},
    "a child that is not there": assign(lambda document: root_of(document)["children"], "v", 99),
    "a negative child": assign(lambda document: root_of(document)["children"], "v", -1),
    "a child that is text": assign(lambda document: root_of(document)["children"], "v", "0"),
    "an attribute __class__": assign(lambda document: root_of(document)["children"], "__class__", 0),
    "an attribute __dict__": assign(lambda document: root_of(document)["children"], "__dict__", 0),
    "an attribute of tracking": assign(lambda document: root_of(document)["children"], "_self_waiting", 0),
    "a call that is a variable": assign(lambda document: root_of(document)["children"], "__call__", 1),
    "an unknown kind": assign(root_of, "kind", "module"),
    "a root that is a list": assign(root_of, "kind", "list"),
    "a variable of another dtype": assign(variable_of, "dtype", "int8"),
    "a variable of another shape": assign(variable_of, "shape", {"shape": [5]}),
    "a variable that is not there": assign(variable_of, "key", "../../../etc/passwd"),
    "a variable that is no bool": assign(variable_of, "trainable", "yes"),
    "an unknown synchronization": assign(variable_of, "synchronization", "__init__"),
    "an unknown op": assign(lambda document: nodes(document)[0], 0, "os.system"),
    "an op that is a list": assign(lambda document: nodes(document)[0], 0, ["Mul"]),
    "an op that calls Python": assign(lambda document: nodes(document)[0], 0, "EagerPyFunc"),
    "an op that writes files": assign(lambda document: nodes(document)[0], 0, "WriteFile"),
    "an input that is not there": assign(lambda document: nodes(document)[0], 1, [9999, 9999]),
    "an input that is made later": lambda document: nodes(document)[0].__setitem__(
        1, nodes(document)[-1][3] * 2
    ),
    "too many inputs": lambda document: nodes(document)[0].__setitem__(1, nodes(document)[0][1] * 5),
    "an output that comes twice": lambda document: nodes(document)[1].__setitem__(3, nodes(document)[0][3]),
    "a node with parts missing": lambda document: nodes(document)[0].pop(),
    "an unknown parameter": assign(lambda document: nodes(document)[0][2], "command", "rm"),
    "a parameter of an unknown kind": parameter({"pickle": "gASVIAAAAAAAAACMBXBvc2l4"}),
    "a parameter of two kinds": parameter({"tuple": [], "list": []}),
    "a parameter that is Python": parameter({"function": ["os.system", ["true"]]}),
    "a parameter that is deep": parameter(deep(230)),
    "an object type": parameter({"array_dtype": "O"}),
    "a structured type": parameter({"array_dtype": "i4,f8"}),
    "an array that is short": parameter({"array": ["float32", [1 << 40], "00"]}),
    "an axis of a huge number": parameter({"size": [[[0], 10**400]]}),
    "a capture that is no variable": assign(lambda document: first_function(document)["captures"], 0, 0),
    "a capture that is not there": assign(lambda document: first_function(document)["captures"], 0, "c99"),
    "an update of nothing": assign(lambda document: first_function(document)["updates"][0], 1, 77),
    "no updates": assign(first_function, "updates", []),
    "a parameter name that is code": assign(
        lambda document: first_function(document)["signature"], "parameters", [["x=print(1)", 1, False, None]]
    ),
    "no parameters": assign(lambda document: first_function(document)["signature"], "parameters", []),
    "outputs that are no specs": assign(first_function, "outputs", {"list": [1, 2]}),
    "a signature of a function that is not there": assign(
        lambda document: document["signatures"]["serving_default"], "function", 50
    ),
    "a signature without names": assign(
        lambda document: document["signatures"]["serving_default"], "arguments", [None]
    ),
    "values that are missing": assign(lambda document: first_function(document)["graph"], "values", []),
    "symbols that are missing": assign(lambda document: first_function(document)["graph"], "symbols", []),
    "a constant that is not there": lambda document: first_function(document)["graph"]["values"][
        -1
    ].__setitem__(2, "../constants"),
    "a value of an unknown dtype": lambda document: first_function(document)["graph"]["values"][
        0
    ].__setitem__(0, "object"),
    "a value of another dtype": lambda document: first_function(document)["graph"]["values"][0].__setitem__(
        0, "int32"
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_documents(folder, name):
    rewritten(folder, HOSTILE[name])
    with pytest.raises((OpError, ValueError)) as caught:
        tf.saved_model.load(folder)
    text = getattr(caught.value, "message", str(caught.value))
    assert str(folder) in text or isinstance(caught.value, ValueError), text


def test_a_tuple_within_itself(folder):
    def change(document):
        place = next(k for k, each in enumerate(document["nodes"]) if each["kind"] == "tuple")
        document["nodes"][place]["children"]["0"] = place

    rewritten(folder, change)
    with pytest.raises(DataLossError, match="within itself"):
        tf.saved_model.load(folder)


@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_documents_that_end_early(folder, part):
    path = folder / "saved_model.json"
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * part)])
    with pytest.raises(DataLossError, match="is damaged"):
        tf.saved_model.load(folder)


@pytest.mark.parametrize("data", [b"[" * 100_000, b"\xff\xfe", b"null", b"\0" * 100, b'{"format": NaN}'])
def test_documents_that_are_none(folder, data):
    (folder / "saved_model.json").write_bytes(data)
    with pytest.raises(DataLossError, match="saved_model"):
        tf.saved_model.load(folder)


@pytest.mark.parametrize("name", ["variables/variables", "constants/constants"])
def test_missing_and_damaged_values(folder, name):
    data = next(folder.glob(f"{name}.data*"))
    good = data.read_bytes()
    data.write_bytes(good[:-1] + bytes([good[-1] ^ 0xFF]))
    with pytest.raises(DataLossError, match=name):
        tf.saved_model.load(folder)
    data.write_bytes(b"")
    with pytest.raises(DataLossError, match=name):
        tf.saved_model.load(folder)
    os.remove(data)
    with pytest.raises(NotFoundError, match=name):
        tf.saved_model.load(folder)
    os.remove(folder / f"{name}.index")
    with pytest.raises(NotFoundError, match=name):
        tf.saved_model.load(folder)


def test_forms_that_are_not_read_are_named(tmp_path):
    (tmp_path / "saved_model.pbtxt").write_bytes(b"")
    assert tf.saved_model.contains_saved_model(tmp_path)
    with pytest.raises(NotImplementedError, match="was saved by TensorFlow in a form that is not read"):
        tf.saved_model.load(tmp_path)
    (tmp_path / "saved_model.pb").write_bytes(b"")
    with pytest.raises(DataLossError, match="holds no graph"):
        tf.saved_model.load(tmp_path)


def test_every_small_change_of_a_document_is_harmless(original, tmp_path):
    """Parts of the document exchanged at random: it loads, or says that it is damaged."""
    import random

    chance = random.Random(0)
    document = json.loads((original / "saved_model.json").read_text())
    folder = pathlib.Path(shutil.copytree(original, tmp_path / "model"))
    for _ in range(150):
        changed = copy.deepcopy(document)
        place = changed
        while isinstance(place, dict | list) and place:
            keys = list(place) if isinstance(place, dict) else range(len(place))
            key = chance.choice(keys)
            if not isinstance(place[key], dict | list) or not place[key] or chance.random() < 0.1:
                place[key] = chance.choice(
                    [None, -1, 0, 3, 10**12, "", "x", [], {}, [1], True, 1.5, {"tuple": [1]}]
                )
                break
            place = place[key]
        (folder / "saved_model.json").write_text(json.dumps(changed))
        with contextlib.suppress(OpError, ValueError, NotImplementedError):
            tf.saved_model.load(folder)
