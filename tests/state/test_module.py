"""Modules find their variables, in TensorFlow's order."""

import pytest

import tapeflow


def _tree(tf):
    class Leaf(tf.Module):
        def __init__(self, name=None):
            super().__init__(name)
            self.k = tf.Variable(5.0, name="k")
            self._p = tf.Variable(6.0, name="p")

        @tf.Module.with_name_scope
        def __call__(self):
            self.q = tf.Variable(7.0, name="q")
            return self.q

    class Tree(tf.Module):
        def __init__(self):
            super().__init__()
            self.w = tf.Variable(1.0, name="w")
            inner = {"z": tf.Variable(3.0, name="z"), "a": tf.Variable(4.0, trainable=False, name="aa")}
            self.b = [tf.Variable(2.0, name="b0"), inner]
            self.sub = (Leaf(), Leaf("named"))
            self.again = self.w

    with tf.name_scope("scope"):
        tree = Tree()
    tree.sub[0].loop = tree
    tree.sub[1]()
    tree.sub[0].deeper = tf.Module("deeper")
    tree.sub[0].deeper.v = tf.Variable(8.0, name="v")
    return tree


LISTS = {
    "variables": lambda tree: tree.variables,
    "trainable": lambda tree: tree.trainable_variables,
    "untrainable": lambda tree: tree.non_trainable_variables,
    "submodules": lambda tree: tree.submodules,
}


@pytest.mark.parametrize("what", LISTS)
def test_order_agrees_with_tensorflow(what):
    tensorflow = pytest.importorskip("tensorflow")
    mine, theirs = LISTS[what](_tree(tapeflow)), LISTS[what](_tree(tensorflow))
    assert type(mine) is tuple
    assert [each.name for each in mine] == [each.name for each in theirs]


def test_scope_of_methods():
    tree = _tree(tapeflow)
    assert tree.name_scope.name == "scope/tree/"
    assert tree.sub[1].q.name == "scope/named/q:0"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("HTTPServerX2", "http_server_x2"),
        ("MyDenseLayer", "my_dense_layer"),
        ("MLP", "mlp"),
        ("Conv2D", "conv2_d"),
        ("ResNet50V2", "res_net50_v2"),
        ("A1B", "a1_b"),
    ],
)
def test_names_are_those_of_the_class(given, expected):
    assert type(given, (tapeflow.Module,), {})().name == expected


def test_dict_without_order_is_named():
    module = tapeflow.Module()
    module.table = {1: tapeflow.Variable(1.0), "a": tapeflow.Variable(2.0)}
    with pytest.raises(ValueError, match="'table'"):
        _ = module.variables


def test_scopes_from_the_top():
    with tapeflow.name_scope("a"):
        with tapeflow.name_scope("b") as inner, tapeflow.name_scope("c/") as fresh:
            pass
        with tapeflow.name_scope("") as none:
            pass
    assert (inner, fresh, none) == ("a/b/", "c/", "")


def test_scope_can_be_entered_by_hand_and_again():
    scope = tapeflow.name_scope("a")
    assert scope.__enter__() == "a/"
    assert scope.__enter__() == "a/a/"
    scope.__exit__(None, None, None)
    scope.__exit__(None, None, None)
    assert tapeflow.Variable(1.0).name == "Variable:0"
