"""What operators made of others have in common."""

from tapeflow.api.linalg.operators import hints
from tapeflow.api.linalg.operators.operator import SizedOperator
from tapeflow.core import nest


class OperatorOfOperators(SizedOperator):
    """The parent of operators that are made of a list `operators`."""

    @property
    def operators(self):
        """The operators that it is made of, a list."""
        return self._operators

    @property
    def _composite_tensor_fields(self):
        return ("operators",)

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self):
        return {"operators": nest.map_structure(lambda _: 0, self.operators)}


def checked(operators):
    """A list of operators; ValueError if there is none, TypeError if it is no list or their dtypes differ."""
    if not isinstance(operators, list | tuple):
        raise TypeError(f"`operators` must be a list of operators, not {operators!r}.")
    operators = list(operators)
    if not operators:
        raise ValueError("`operators` must hold at least one operator.")
    if any([each.dtype is not operators[0].dtype for each in operators]):
        found = ", ".join([f"{each.name}: {each.dtype.name}" for each in operators])
        raise TypeError(f"All operators must be of one dtype. Received {found}.")
    return operators


def inherited(operators, parameters, what):
    """The hints of what has a property if all its operators have it: of direct sums and Kronecker products."""
    found = {name: parameters[name] for name in hints.NAMES}
    for name in ("is_non_singular", "is_self_adjoint", "is_positive_definite"):
        found[name] = hints.of_all(operators, name, parameters[name], what)
    return found


def product_of(numbers):
    """The product of tensors."""
    first, *rest = numbers
    for each in rest:
        first = first * each
    return first


def sum_of(tensors):
    """The sum of tensors."""
    first, *rest = tensors
    for each in rest:
        first = first + each
    return first
