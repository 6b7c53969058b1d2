"""A data set that is an element of another one, in a traced function."""

from tapeflow.data.cardinality import UNKNOWN_CARDINALITY
from tapeflow.data.dataset import DatasetV2
from tapeflow.data.in_traces import held


class HandledDataset(DatasetV2):
    """The data set that a handle holds, a tensor of the program. It is made again when the program runs."""

    def __init__(self, handle, element_spec):
        self._handle = handle
        super().__init__(element_spec, UNKNOWN_CARDINALITY)

    def _elements(self):
        return held(self._handle._array)._elements()
