"""`tensorflow.python.framework.type_spec_registry`: TypeSpecs by the names under which they are written into files."""

from tapeflow.core.spec import TensorSpec, TypeSpec

__all__ = ["get_name", "lookup"]


def get_name(cls):
    """The name of a class of TypeSpecs in files, such as "tf.TensorSpec". TypeError if it is no TypeSpec."""
    if not (isinstance(cls, type) and issubclass(cls, TypeSpec)):
        raise TypeError(f"Expected a class of TypeSpecs; got {cls!r}")
    return f"tf.{cls.__name__}"


def lookup(name):
    """The class of TypeSpecs of that name. ValueError if there is none."""
    found = [TensorSpec, *TypeSpec.__subclasses__()]
    for cls in found:
        if get_name(cls) == name:
            return cls
    raise ValueError(f"No TypeSpec has been registered with name {name!r}")
