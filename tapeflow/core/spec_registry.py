"""TypeSpecs by the names under which they are written into files."""

import re
from collections.abc import Callable

from tapeflow.core.spec import BoundedTensorSpec, TensorSpec, TypeSpec

_NAME = re.compile(r"(\w+\.)+\w+")
_CLASSES: dict[str, type[TypeSpec]] = {}
_NAMES: dict[type[TypeSpec], str] = {}
_stand_in: Callable | None = None


def register(name):
    """A decorator that gives a class of TypeSpecs a name in files, of the form "project.Type".

    Raises ValueError for a name of another form, and for a name or a class that is registered already.
    """
    if not isinstance(name, str):
        raise TypeError(f"Expected `name` to be a string; got {name!r}")
    if not _NAME.fullmatch(name):
        raise ValueError(
            f"Registered name must have the form '{{project_name}}.{{type_name}}' (e.g. 'my_project.MyTypeSpec'); got "
            f"{name!r}."
        )

    def decorate(cls):
        if not (isinstance(cls, type) and issubclass(cls, TypeSpec)):
            raise TypeError(f"Expected `cls` to be a TypeSpec; got {cls!r}")
        if cls in _NAMES:
            raise ValueError(
                f"Class {cls.__module__}.{cls.__name__} has already been registered with name {_NAMES[cls]}."
            )
        if name in _CLASSES:
            known = _CLASSES[name]
            raise ValueError(
                f"Name {name} has already been registered for class {known.__module__}.{known.__name__}."
            )
        _CLASSES[name], _NAMES[cls] = cls, name
        return cls

    return decorate


def get_name(cls):
    """The name of a class of TypeSpecs in files, such as "tf.TensorSpec". ValueError if it has none."""
    if not (isinstance(cls, type) and issubclass(cls, TypeSpec)):
        raise TypeError(f"Expected `cls` to be a TypeSpec; got {cls!r}")
    if cls not in _NAMES:
        raise ValueError(f"TypeSpec {cls.__module__}.{cls.__name__} has not been registered.")
    return _NAMES[cls]


def lookup(name):
    """The class of TypeSpecs of that name. ValueError if there is none."""
    if not isinstance(name, str):
        raise TypeError(f"Expected `name` to be a string; got {name!r}")
    if name not in _CLASSES:
        raise ValueError(f"No TypeSpec has been registered with name {name!r}")
    return _CLASSES[name]


def read(name, serialization):
    """The TypeSpec of a registered name with this serialization; for another name, what stands in for it."""
    try:
        cls = lookup(name)
    except ValueError:
        if _stand_in is None:
            raise
        return _stand_in(name, serialization)
    return cls._deserialize(serialization)


def provide_stand_in(function):
    """Called by `api`: `function(name, serialization)` makes a TypeSpec for a name that is not registered."""
    global _stand_in
    _stand_in = function


register("tf.TensorSpec")(TensorSpec)
register("tf.BoundedTensorSpec")(BoundedTensorSpec)
