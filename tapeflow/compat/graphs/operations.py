"""Operations of an open graph, as users see them: things that a session can run."""

from tapeflow.graph import view


class Operation(view.Operation):
    """One operation of a graph: its name, type, inputs and outputs; `run()` runs it in the default session."""

    @property
    def node(self):
        """What the operation is in the graph: its Node, or the Value of a placeholder or a constant."""
        return self._node or self._value

    @property
    def control_inputs(self):
        """The operations that must run before this one, besides those that give its inputs."""
        return [self._tracer.operation_of(each) for each in self._tracer.controls.get(self.node, ())]

    @property
    def inputs(self):
        """The tensors that it takes."""
        return tuple(super().inputs)

    @property
    def outputs(self):
        """The tensors that it gives."""
        node = self._node
        if node is not None and self._tracer.gives_nothing(node):
            return []
        return super().outputs

    @property
    def graph(self):
        """The graph that it is part of."""
        return self._tracer

    @property
    def device(self):
        """Where it should run: nowhere in particular."""
        return ""

    def values(self):
        """The tensors that it gives, as a tuple."""
        return tuple(self.outputs)

    def get_attr(self, name):
        """A parameter of the operation; ValueError if it has none of that name."""
        params = {} if self._node is None else self._node.params
        if name in ("dtype", "T"):
            return self._value.dtype
        if name not in params:
            raise ValueError(f"Operation '{self.name}' has no attr named '{name}'.")
        return params[name]

    def run(self, feed_dict=None, session=None):
        """Runs the operation in the session, or in the default one; ValueError if there is none."""
        self._tracer.run_operation(self, feed_dict, session)
