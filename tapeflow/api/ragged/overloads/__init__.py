"""What TensorFlow's functions do with ragged tensors. Entered when the first RaggedTensor is made."""

from tapeflow.api.ragged.overloads import arrays, elements, gathering, matrices, reductions
from tapeflow.core.overloads import overload


def enter(kind):
    """Enters all overloads for RaggedTensor, which is `kind`."""
    for module in (elements, arrays, gathering, matrices, reductions):
        for function, alternative, in_lists in module.table():
            overload(function, kind, alternative, in_lists)
