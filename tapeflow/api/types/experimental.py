"""`tf.types.experimental`: the type of traced functions."""

from tapeflow.function.concrete import ConcreteFunction
from tapeflow.function.generic import GenericFunction

__all__ = ["ConcreteFunction", "GenericFunction"]
