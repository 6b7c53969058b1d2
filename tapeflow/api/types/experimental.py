"""`tf.types.experimental`: the types of traced functions, and of values of several replicas."""

import numpy

from tapeflow.api.types import distributed
from tapeflow.core.tensor import Tensor
from tapeflow.function.concrete import ConcreteFunction
from tapeflow.function.generic import GenericFunction
from tapeflow.state.variable import Variable

__all__ = ["ConcreteFunction", "GenericFunction", "PolymorphicFunction", "TensorLike", "distributed"]

PolymorphicFunction = GenericFunction

TensorLike = (
    Tensor
    | Variable
    | int
    | float
    | bool
    | str
    | bytes
    | complex
    | tuple
    | list
    | numpy.ndarray
    | numpy.generic
)
"""For annotations: what functions take as a tensor."""
