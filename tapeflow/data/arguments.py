"""Numbers that users give to data sets."""

from tapeflow.core.dtypes import int64
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import Tensor
from tapeflow.graph.symbolic import SymbolicTensor
from tapeflow.graph.tracing import Tracer


class Description(Tracer):
    """Traces a function that returns a data set, to see of what kind its elements are. Counts do not matter then."""

    def variable_made(self, variable):
        """Variables are made as they would be without it."""


def count_of(value):
    """The int that a whole number, an integer scalar tensor or variable is.

    ValueError for None, TypeError for what is no whole number, InvalidArgumentError for tensors with axes, as in
    TensorFlow.
    """
    if type(value) is int:
        return value
    is_like_tensor = isinstance(value, Tensor) or hasattr(value, "__tf_tensor__")
    tensor = as_tensor(value) if is_like_tensor else as_tensor(value, int64)
    if not tensor._dtype.is_integer:
        raise TypeError(f"A whole number is expected, not a tensor of dtype {tensor._dtype.name}: {value!r}")
    if tensor.dims:
        raise InvalidArgumentError(
            None, None, f"A scalar is expected, not a tensor of shape {list(tensor.dims)}."
        )
    if type(tensor) is SymbolicTensor:
        return _known(tensor)
    return int(tensor)


def _known(tensor):
    """The number of a tensor in a trace; 1 if only the program will tell: the data set is made again then."""
    if tensor.value.constant is not None:
        return int(tensor.value.constant)
    if isinstance(tensor.tracer, Description):
        return 1
    try:
        return int(tensor.tracer.known(tensor))
    except ValueError:
        return 1
