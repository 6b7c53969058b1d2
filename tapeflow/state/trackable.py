"""Trackables: objects that name the objects in them, so that a checkpoint can save and find their values.

An object is known by its path of names from the root, not by its type. The names of an `AutoTrackable` are its
attributes, looked at when they are asked for: setting them costs next to nothing, and lists stay the lists that they
were. What has been restored before an attribute exists waits with the object (`_self_waiting`) and is told when the
attribute is set.
"""

import functools

from tapeflow.state.containers import children_of, is_container, is_trackable_container

_PRIVATE = "_self_"
"""How attributes begin that belong to tracking itself."""
SAVED_MODEL = "savedmodel"
"""The `save_type` of children that are functions, too."""


class _Kept:
    """What tracking keeps in an object's `__dict__`.

    The names are there from the start, so that `dir` of a fresh object has them: libraries tell by it what is not
    theirs to save.
    """

    _self_dependencies = None
    _self_untracked = None
    _self_waiting = None
    _self_setattr_tracking = True


class Trackable(_Kept):
    """An object with named dependencies that a checkpoint saves.

    Subclasses override `_serialize_to_tensors` and `_restore_from_tensors` for values of their own, and
    `_trackable_children` for others than those handed to `_track_trackable`.
    """

    _should_act_as_tracked = True

    def _track_trackable(self, trackable, name, overwrite=False):
        """Makes `trackable` a dependency called `name`, and returns it.

        Raises TypeError for what is no Trackable and ValueError for a name that another dependency has, unless
        `overwrite` is set. A value that was restored before is assigned now.
        """
        if not isinstance(trackable, Trackable) and not is_container(trackable):
            raise TypeError(
                "Trackable._track_trackable() can only be used to track objects of type Trackable. "
                f"Got type {type(trackable)}."
            )
        known = self.__dict__.setdefault("_self_dependencies", {})
        if not overwrite and known.get(name, trackable) is not trackable:
            raise ValueError(
                f"Called Trackable._track_trackable() with name='{name}', but a Trackable with this name is already "
                "declared as a dependency. Names must be unique (or overwrite=True)."
            )
        known[name] = trackable
        arrived(self, name, trackable)
        return trackable

    def _trackable_children(self, save_type="checkpoint", **kwargs):
        """{name: dependency}."""
        return dict(self.__dict__.get("_self_dependencies", ()))

    def _lookup_dependency(self, name, cached_dependencies=None):
        """The dependency of this name; None if there is none."""
        known = self._trackable_children() if cached_dependencies is None else cached_dependencies
        return known.get(name)

    def _serialize_to_tensors(self):
        """{name: tensor} of the object's own values; NotImplementedError if it has none."""
        raise NotImplementedError

    def _restore_from_tensors(self, restored_tensors):
        """Takes the values from {name: tensor}, as `_serialize_to_tensors` gave it."""
        raise NotImplementedError


class NoDependency:
    """Around a value that is set as an attribute: the attribute gets the value, and is no dependency."""

    __slots__ = ("value",)

    def __init__(self, value):
        self.value = value


class AutoTrackable(Trackable):
    """A Trackable whose dependencies are its attributes that are trackable, and lists, dicts and tuples of such.

    >>> root = tf.train.Checkpoint(v=tf.Variable(1.0))
    >>> sorted(root._trackable_children())
    ['v']
    """

    def __setattr__(self, name, value):
        attributes = self.__dict__
        if type(value) is NoDependency:
            value = value.value
            attributes.setdefault("_self_untracked", set()).add(name)
        elif not attributes.get("_self_setattr_tracking", True):
            attributes.setdefault("_self_untracked", set()).add(name)
        elif "_self_untracked" in attributes:
            attributes["_self_untracked"].discard(name)
        super().__setattr__(name, value)
        if "_self_waiting" in attributes and name not in attributes.get("_self_untracked", ()):
            arrived(self, name, value)

    def __delattr__(self, name):
        self.__dict__.get("_self_dependencies", {}).pop(name, None)
        super().__delattr__(name)

    def _trackable_children(self, save_type="checkpoint", **kwargs):
        """{name: dependency}; for a SavedModel also the traced functions among attributes and methods."""
        functions = _functions_of(self) if save_type == SAVED_MODEL else {}
        for each in functions.values():  # tracing may make variables, which are dependencies then
            if hasattr(each, "_list_all_concrete_functions_for_serialization"):
                each._list_all_concrete_functions_for_serialization()
        attributes = self.__dict__
        untracked = attributes.get("_self_untracked", ())
        children = super()._trackable_children(save_type, **kwargs)
        for name, value in list(attributes.items()):
            if name in untracked or name.startswith(_PRIVATE):
                continue
            if isinstance(value, Trackable) or is_trackable_container(value):
                children[name] = value
        children.update(functions)
        return children


def _functions_of(trackable):
    """The traced functions among its attributes and methods: whatever says that it can list its traces."""
    found = {}
    for kind in reversed(type(trackable).__mro__):
        for name, value in vars(kind).items():
            if hasattr(type(value), "_list_all_concrete_functions"):
                found[name] = None
            else:
                found.pop(name, None)
    found = {name: getattr(trackable, name) for name in sorted(found)}
    for name, value in trackable.__dict__.items():
        if hasattr(type(value), "_list_all_concrete_functions"):
            found[name] = value
    return found


def no_automatic_dependency_tracking(method):
    """Decorator: what the method sets as attributes are no dependencies."""

    @functools.wraps(method)
    def untracked(self, *args, **kwargs):
        before = getattr(self, "_self_setattr_tracking", True)
        self._self_setattr_tracking = False
        try:
            return method(self, *args, **kwargs)
        finally:
            self._self_setattr_tracking = before

    return untracked


def dependencies(value, save_type="checkpoint", **kwargs):
    """{name: dependency} of a Trackable or of a container."""
    if isinstance(value, Trackable):
        return value._trackable_children(save_type, **kwargs)
    return children_of(value)


def await_child(trackable, name, restore):
    """Has `restore(value)` called when `trackable` gets a dependency called `name`."""
    trackable.__dict__.setdefault("_self_waiting", {}).setdefault(name, []).append(restore)


def arrived(trackable, name, value):
    """Tells what waits for the dependency `name` that it is there."""
    waiting = trackable.__dict__.get("_self_waiting")
    if waiting and name in waiting and (isinstance(value, Trackable) or is_container(value)):
        for restore in waiting.pop(name):
            restore(trackable, name, value)
