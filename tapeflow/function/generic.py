"""What functions that are traced have in common, so that saving finds their traces."""

from tapeflow.state.trackable import Trackable


class GenericFunction:
    """The type of what `tf.function` makes, for `isinstance`.

    >>> isinstance(tf.function(abs), tf.types.experimental.GenericFunction)
    True
    """

    __slots__ = ()


class TracedFunction(GenericFunction, Trackable):
    """A function with traces: as a dependency it has its traces as children, unless for a checkpoint."""

    def _list_all_concrete_functions(self):
        """The ConcreteFunctions that there are; with an input signature, that for it."""
        if self._given_signature is not None:
            self.get_concrete_function()
        found = []
        for _, each in self._traces.values():
            found += getattr(each, "_concrete_functions", (each,))
        return found

    _list_all_concrete_functions_for_serialization = _list_all_concrete_functions

    def _trackable_children(self, save_type="checkpoint", **kwargs):
        if save_type == "checkpoint":
            return {}
        return {f"trace_{k}": each for k, each in enumerate(self._list_all_concrete_functions())}
