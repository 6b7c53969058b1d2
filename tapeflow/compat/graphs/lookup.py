"""What a graph can be asked for: operations and tensors by their names, and the things collected under a key."""

from tapeflow.compat.graphs.operations import Operation
from tapeflow.core import nest
from tapeflow.core.spec import CompositeTensor
from tapeflow.graph.symbolic import SymbolicTensor
from tapeflow.graph.view import text


class Lookup:
    """The part of a Graph that finds things in it."""

    def get_operations(self):
        """The operations, in the order in which they were made; constants only if they have names."""
        return [self.operation_of(each) for each in list(self._named.values())]

    def get_operation_by_name(self, name):
        """The operation of this name. Raises KeyError if there is none, ValueError for the name of a tensor."""
        if not isinstance(name, str):
            raise TypeError(f"Operation names are strings (or similar), not {type(name).__name__}.")
        return self.as_graph_element(name, allow_tensor=False)

    def get_tensor_by_name(self, name):
        """The tensor of this name, such as "add:0"; KeyError if there is none, ValueError if it is no tensor's."""
        if not isinstance(name, str):
            raise TypeError(f"Tensor names are strings (or similar), not {type(name).__name__}.")
        return self.as_graph_element(name, allow_operation=False)

    def as_graph_element(self, obj, allow_tensor=True, allow_operation=True):
        """The tensor or operation of this graph that an object or a name stands for.

        Raises TypeError for what stands for neither, ValueError for what is not in the graph, KeyError for names
        that are not.
        """
        kinds = " or ".join(
            [*(["Tensor"] if allow_tensor else []), *(["Operation"] if allow_operation else [])]
        )
        if isinstance(obj, str):
            return self._by_name(obj, kinds, allow_tensor, allow_operation)
        if isinstance(obj, SymbolicTensor) and allow_tensor:
            if obj.tracer is not self:
                raise ValueError(f"Tensor {obj!r} is not an element of this graph.")
            return obj
        if isinstance(obj, Operation) and allow_operation:
            if obj._tracer is not self:
                raise ValueError(f"Operation {obj!r} is not an element of this graph.")
            return obj
        if hasattr(obj, "graph_element") and allow_tensor:
            return self.as_graph_element(obj.graph_element())
        raise TypeError(f"Can not convert a {type(obj).__name__} into a {kinds}.")

    def _by_name(self, name, kinds, allow_tensor, allow_operation):
        operation, colon, index = name.partition(":")
        if colon and allow_tensor:
            if not index.isdigit():
                raise ValueError(
                    f"The name {name!r} looks a like a Tensor name, but is not a valid one. Tensor names must be of "
                    'the form "<op_name>:<output_index>".'
                )
            named = self._named.get(operation)
            if named is None:
                raise KeyError(
                    f"The name {name!r} refers to a Tensor which does not exist. The operation, {operation!r}, does "
                    "not exist in the graph."
                )
            outputs = self.operation_of(named).outputs
            if int(index) >= len(outputs):
                raise KeyError(
                    f"The name {name!r} refers to a Tensor which does not exist. The operation, {operation!r}, "
                    f"exists but only has {len(outputs)} outputs."
                )
            return outputs[int(index)]
        if not colon and allow_operation:
            named = self._named.get(name)
            if named is None:
                raise KeyError(f"The name {name!r} refers to an Operation not in the graph.")
            return self.operation_of(named)
        if colon:
            raise ValueError(f"The name {name!r} looks like a Tensor name, not an Operation name.")
        if name in self._named:
            raise ValueError(f"The name {name!r} refers to an Operation, not a {kinds}.")
        raise ValueError(
            f"The name {name!r} looks like an (invalid) Operation name, not a {kinds}. Tensor names must be of the "
            'form "<op_name>:<output_index>".'
        )

    def element(self, obj):
        """The node, or the value without one, that an object stands for as something to run or to wait for."""
        if isinstance(obj, CompositeTensor):
            obj = nest.flatten(obj, expand_composites=True)[0]
        if hasattr(obj, "run_element"):  # a variable, or what an assignment gave
            return obj.run_element()
        found = self.as_graph_element(obj)
        if isinstance(found, Operation):
            return found.node
        return found.value if found.value.node is None else found.value.node

    def as_graph_def(self, from_version=None, add_shapes=False):
        """The graph as text, a line for each operation."""
        return text("graph", self.inputs, self.nodes, [])

    @property
    def version(self):
        """A number that grows with every operation."""
        return len(self.nodes) + len(self.inputs) + self._num_constants

    def is_feedable(self, tensor):
        """Whether a session may be given a value in place of the tensor."""
        return self.as_graph_element(tensor).value not in self._unfeedable

    def prevent_feeding(self, tensor):
        """Has sessions refuse a value in place of the tensor."""
        self._unfeedable.add(self.as_graph_element(tensor).value)

    def is_fetchable(self, tensor_or_op):
        """Whether a session may be asked for it."""
        return True

    # Collections.

    def add_to_collection(self, name, value):
        """Puts a value at the end of the collection with this key."""
        self.check_open()
        self._collections.setdefault(name, []).append(value)

    def add_to_collections(self, names, value):
        """Puts a value at the end of each of the collections; one key may come without its list."""
        names = (names,) if isinstance(names, str) else set(names)
        for each in names:
            self.add_to_collection(each, value)

    def get_collection(self, name, scope=None):
        """A list of what was added; with `scope`, a regular expression, of that whose name begins with a match."""
        import re

        found = list(self._collections.get(name, ()))
        if scope is None:
            return found
        pattern = re.compile(scope)
        return [each for each in found if hasattr(each, "name") and pattern.match(each.name)]

    def get_collection_ref(self, name):
        """The list of what was added, itself: changing it changes the collection."""
        return self._collections.setdefault(name, [])

    def get_all_collection_keys(self):
        """The keys of the collections."""
        return [each for each in self._collections if isinstance(each, str)]

    @property
    def collections(self):
        """The keys of the collections."""
        return list(self._collections)

    def clear_collection(self, name):
        """Forgets what was added under this key."""
        self._collections.pop(name, None)
