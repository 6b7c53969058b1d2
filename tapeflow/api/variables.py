"""Things that change, and the modules that hold them."""

from tapeflow.state.module import Module
from tapeflow.state.options import VariableAggregation, VariableSynchronization
from tapeflow.state.variable import Variable

__all__ = ["Module", "Variable", "VariableAggregation", "VariableSynchronization"]
