"""`tf.types.experimental`: the types of traced functions, and of values of several replicas."""

from tapeflow.api.types import distributed
from tapeflow.function.concrete import ConcreteFunction
from tapeflow.function.generic import GenericFunction

__all__ = ["ConcreteFunction", "GenericFunction", "distributed"]
