"""Trackables: what is a dependency under which name."""

import copy
import pickle

import pytest

import tapeflow as tf
from tapeflow.state.trackable import (
    AutoTrackable,
    NoDependency,
    Trackable,
    no_automatic_dependency_tracking,
)
from tapeflow.state.waiting import ListWrapper, _DictWrapper


def test_attributes_are_dependencies():
    root = AutoTrackable()
    root.v, root.number, root.parts = tf.Variable(1.0), 3, [tf.Variable(2.0), "text"]
    root.pair, root.numbers = (tf.Variable(1.0), 2), (1, 2)
    assert list(root._trackable_children()) == ["v", "parts", "pair"]
    assert root._lookup_dependency("v") is root.v
    assert root._lookup_dependency("number") is None
    del root.v
    assert "v" not in root._trackable_children()


def test_lists_stay_what_they_were():
    root, parts = AutoTrackable(), []
    root.parts = parts
    parts.append(tf.Variable(1.0))
    assert root.parts is parts


def test_tracking_can_be_switched_off():
    class Quiet(AutoTrackable):
        @no_automatic_dependency_tracking
        def __init__(self):
            self.hidden = tf.Variable(1.0)

    quiet = Quiet()
    quiet.seen, quiet.wrapped = tf.Variable(1.0), NoDependency(tf.Variable(2.0))
    assert list(quiet._trackable_children()) == ["seen"]
    assert isinstance(quiet.wrapped, tf.Variable)
    quiet.hidden = quiet.hidden
    assert list(quiet._trackable_children()) == ["hidden", "seen"]


def test_explicit_dependencies():
    root = Trackable()
    first, second = tf.Variable(1.0), tf.Variable(2.0)
    assert root._track_trackable(first, "v") is first
    with pytest.raises(ValueError, match="Names must be unique"):
        root._track_trackable(second, "v")
    root._track_trackable(second, name="v", overwrite=True)
    assert root._trackable_children() == {"v": second}
    with pytest.raises(TypeError, match="objects of type Trackable"):
        root._track_trackable(3, "n")


def test_modules_and_variables_are_trackable():
    assert isinstance(tf.Module(), AutoTrackable)
    assert isinstance(tf.Variable(1.0), Trackable)
    for kind in (Trackable, AutoTrackable):
        assert type(kind) is type and "__slots__" not in vars(kind)


def test_wrappers_are_lists_and_dicts():
    wrapped = ListWrapper([1, 2])
    wrapped += [3]
    assert wrapped == [1, 2, 3] and type(wrapped) is ListWrapper
    assert tf.nest.map_structure(lambda each: each + 1, wrapped) == [2, 3, 4]
    assert _DictWrapper(a=1) == {"a": 1}
    for each in (wrapped, _DictWrapper(a=1)):
        assert copy.deepcopy(each) == each == pickle.loads(pickle.dumps(each))
