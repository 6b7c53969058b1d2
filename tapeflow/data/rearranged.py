"""Elements whose tensors stay what they are, in another structure."""

from tapeflow.data.transformations import FromOne


class RearrangedDataset(FromOne):
    """`rearrange(element)` for every element, where `rearrange` may only take structures apart and make others."""

    def __init__(self, source, rearrange):
        super().__init__(source, rearrange(source.element_spec))
        self._rearrange = rearrange

    def _elements(self):
        return map(self._rearrange, self._source._elements())

    def _places(self):
        return None
