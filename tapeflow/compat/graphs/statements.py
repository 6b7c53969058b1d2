"""What stands in an open graph beside the calls of ops: reading and assigning variables, waiting, deriving.

A `Statement` takes the place of an op in a `Node`. It has no kernel: a session that runs a part of the graph
says what it comes to (`graphs/part.py`).
"""


class Statement:
    """A kind of node that is no call of an op. `type_name` is what users see as the type of the operation."""

    __slots__ = ("facts", "name", "type_name")
    lower_rule = None

    def __init__(self, name, type_name):
        self.name = name
        self.type_name = type_name
        self.facts = {}

    def __repr__(self):
        return f"<statement {self.name}>"


HANDLE = Statement("handle", "VarHandleOp")
"""A variable (parameter `variable`); its result is the variable's value."""
READ = Statement("read", "ReadVariableOp")
"""Reads `variable`: as early as the nodes before it allow, or, if it is `late`, in its turn.

fallback: a value to take while the variable has none.
"""
ASSIGN = Statement("assign", "AssignVariableOp")
"""Gives `variable` the value that is its input; the result is that value."""
ASSIGN_ADD = Statement("assign_add", "AssignAddVariableOp")
ASSIGN_SUB = Statement("assign_sub", "AssignSubVariableOp")
IS_INITIALIZED = Statement("is_initialized", "VarIsInitializedOp")
"""Whether each of `variables` has a value when the session begins to run: a bool for each."""
NO_OP = Statement("no_op", "NoOp")
DEFAULT = Statement("default", "PlaceholderWithDefault")
GRADIENTS = Statement("gradients", "SymbolicGradient")
"""The gradients of some inputs with respect to others: see `graphs/derivatives.py`."""
