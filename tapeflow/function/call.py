"""Calling a traced function on tensors: straight to its program, or by way of whoever listens."""

from tapeflow.core.context import listening, state
from tapeflow.core.eager import wrap
from tapeflow.core.rest import Rest
from tapeflow.core.tensor import EagerTensor
from tapeflow.core.threads import other_threads
from tapeflow.function.parts import program_of
from tapeflow.graph.call import invoke_call
from tapeflow.graph.notes import Noting
from tapeflow.graph.replay import replay
from tapeflow.graph.tracing import Tracer, current
from tapeflow.state.variable import UNSHARED, UNSHARED_IN_LOOPS, Variable, references, shared_places


class Callee:
    """A Trace made ready to be called. jit_compile: as of tf.function."""

    def __init__(self, trace, jit_compile=None):
        self.trace = trace
        graph = trace.graph
        places = {id(each): trace.num_arguments + k for k, each in enumerate(trace.captures)}
        self._updated = [(places[id(variable)], variable, output) for variable, output in trace.updates]
        # Single numbers are not written in place.
        self._arrays = [each for each in self._updated if graph.inputs[each[0]].dims]
        self._written = [variable for _, variable, _ in self._arrays]
        self._numbers = [
            (variable, output) for place, variable, output in self._updated if not graph.inputs[place].dims
        ]
        self.program = program_of(graph, jit_compile, {output: place for place, _, output in self._updated})
        self._captures = trace.captures
        self._dtypes = [value.dtype for value in graph.outputs[: trace.num_results]]
        self._num_results = trace.num_results
        self._from_inside = any([hasattr(each, "tracer") for each in trace.captures])
        self._calls_python = graph.takes or any([node.op.facts.get("calls_python") for node in graph.nodes])

    def __call__(self, tensors):
        """The list of results for a list of argument tensors."""
        if listening and not (
            state.interpreter is None and not state.listeners and self._is_unwatched(tensors)
        ):
            return self._through_the_door(tensors)
        if self._from_inside:
            self._check_scope()
        arrays = [tensor._array for tensor in tensors]
        if not self._updated:
            for each in self._captures:
                arrays.append(each._array if type(each) is EagerTensor else each._tensor._array)
            results = self.program.run(arrays)
        else:
            results = self._updating(arrays)
        return [wrap(array, dtype) for array, dtype in zip(results, self._dtypes, strict=False)]

    def pure(self):
        """A function of the list of the arguments' arrays that gives those of the results, for calls that nobody
        listens to; None if variables take part.
        """
        if (
            self._updated
            or self._from_inside
            or any([type(each) is not EagerTensor for each in self._captures])
        ):
            return None
        run, captured = self.program.run, [each._array for each in self._captures]
        return (lambda arrays: run(arrays + captured)) if captured else run

    @property
    def captures(self):
        """What the program takes from outside: tensors, variables."""
        return self._captures

    def replace_captures(self, captures):
        """Takes eager tensors in the place of those of a trace around this one."""
        self._captures = captures
        self._from_inside = any([hasattr(each, "tracer") for each in captures])

    @property
    def dtypes(self):
        """The dtypes of the results."""
        return self._dtypes

    def explain(self, tensors=None):
        """The compiled program as a table; with eager tensors, the share of time of each step on them, too."""
        if tensors is None or not all([type(each) is EagerTensor for each in tensors]):
            shapes = None if tensors is None else tuple([tuple(each.shape) for each in tensors])
            return self.program.table(None if shapes is None else (*shapes, *self._captured_shapes()))
        captured = [each if type(each) is EagerTensor else each._tensor for each in self._captures]
        return self.program.table(arrays=[each._array for each in (*tensors, *captured)])

    def _captured_shapes(self):
        return [tuple(each.shape) for each in self._captures]

    def _updating(self, arrays):
        """Runs the program and gives the variables their new values."""
        if other_threads():
            return self._updating_beside_threads(arrays)
        shared = shared_places(self._arrays, UNSHARED_IN_LOOPS)
        self._append_captures(arrays)
        if shared or not self._arrays:
            return self._replacing(arrays, shared)
        rest = Rest(self._written)
        results = self.program.run(arrays, rest)
        if not rest.has_begun:
            self._replace_arrays(arrays, results)
        for variable, output in self._numbers:
            variable._replace(results[output])
        return results

    def _updating_beside_threads(self, arrays):
        """As `_updating`; other threads that read or change the variables meanwhile wait.

        What is only read is read before anything is held: another program may update that and read these.
        """
        self._append_captures(arrays)
        if self._calls_python:  # which might wait for other threads
            return self._replacing(arrays, [place for place, _, _ in self._arrays])
        held, shared = [], []
        try:
            for place, variable, _ in sorted(self._updated, key=lambda each: id(each[1])):
                arrays[place] = None
                variable._lock.acquire()
                held.append(variable)
                variable._take()
                if references(variable._taken) != UNSHARED:
                    shared.append(place)
            for place, variable, _ in self._updated:
                arrays[place] = variable._taken._array
            return self._replacing(arrays, shared, held)
        finally:
            for variable in held:
                if variable._taken is not None:
                    variable._put_back()
                variable._lock.release()

    def _append_captures(self, arrays):
        for each in self._captures:
            arrays.append(each._array if type(each) is EagerTensor else each._tensor._array)

    def _replacing(self, arrays, shared, taken=()):
        """Runs the program, which writes into no array at the places `shared`, and puts back what is taken."""
        for place in shared:
            arrays[place] = arrays[place].copy()
        results = self.program.run(arrays)
        for variable in taken:
            variable._put_back()
        self._replace_arrays(arrays, results)
        for variable, output in self._numbers:
            variable._replace(results[output])
        return results

    def _replace_arrays(self, arrays, results):
        for place, variable, output in self._arrays:
            array = results[output]
            if array is not variable._tensor._array:
                variable._replace(_owned(array, arrays, place))

    def _is_unwatched(self, tensors):
        """Whether no tape of this thread watches an argument or something captured."""
        tapes = state.tapes
        if not tapes:
            return True
        for each in (*tensors, *self._captures):
            if isinstance(each, Variable):
                if each._trainable:
                    each._now()  # tapes that watch what they see, watch it from now on
                record = each._record
            else:
                record = each._record
            if record is not None:
                for token in record.tapes:
                    if token in tapes:
                        return False
        return True

    def _check_scope(self):
        for each in self._captures:
            if hasattr(each, "tracer"):
                raise each.tracer.out_of_scope(each)

    def _through_the_door(self, tensors):
        tracer = current()
        if tracer is not None and tracer.is_open and tracer is state.interpreter:
            return tracer.call(self.trace, tensors)
        captured = [each._now() if isinstance(each, Variable) else each for each in self._captures]
        if tracer is not None and isinstance(state.interpreter, Tracer):
            results = replay(self.trace.graph, [*tensors, *captured], renews_streams=True)
        else:
            results = invoke_call(*tensors, *captured, program=self._keeping_program())
        for _, variable, output in self._updated:
            variable.assign(results[output])
        return list(results[: self._num_results])

    def _keeping_program(self):
        """The program for calls whose inputs must stay as they are: those that tapes record."""
        if not self.program.aliases:
            return self.program
        return self.program.derived(self.trace.graph)


class TakingCallee(Callee):
    """Of a program that takes elements of data sets: if it fails, what variables were by then stays."""

    def __call__(self, tensors):
        with Noting():
            return super().__call__(tensors)


def callee_of(trace, jit_compile=None):
    """The Callee of a Trace."""
    return (TakingCallee if trace.graph.takes else Callee)(trace, jit_compile)


def _owned(array, arrays, place):
    """The array as one that the variable may own: a copy, if it shows part of another or is an argument."""
    if array is arrays[place] or not array.ndim:
        return array
    if array.base is not None or any([array is each for each in arrays]):
        return array.copy()
    return array
