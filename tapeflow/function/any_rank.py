"""Programs of graphs that do not know all ranks: a program for each combination of ranks that comes."""

from tapeflow.core.size import NEEDS_SIZES, has_sizes, visible
from tapeflow.function.program import NEVER, Program, computes_on_unknown_ranks
from tapeflow.graph.replay import specialize
from tapeflow.graph.simplify import simplified


def program_for(graph, jit_compile=None, aliases=None):
    """The Program of a graph."""
    is_vague = any([value.dims is None for value in graph.inputs]) or computes_on_unknown_ranks(graph)
    return (ProgramOfAnyRank if is_vague else Program)(graph, jit_compile, aliases)


class ProgramOfAnyRank(Program):
    """Hands its calls on to the program for the ranks of the inputs, which it makes when they first come.

    Where that cannot be traced, it is one for the very shapes; and where not even that can, the calls are made as they
    stand, by public functions that then see arrays.
    """

    asks_for_ranks = True

    def __init__(self, graph, jit_compile=None, aliases=None):
        super().__init__(graph, jit_compile, aliases)
        self._vague = [place for place, value in enumerate(graph.inputs) if value.dims is None]
        self._found = {}  # ranks, or shapes -> Program
        self._needing_shapes = set()  # ranks

    def run(self, arrays, rest=None):
        """As Program.run."""
        ranks = tuple([arrays[place].ndim for place in self._vague])
        found = self._found.get(ranks)
        if found is None:
            found = self._fitting(ranks, [each.shape for each in arrays])
        return found.run(arrays, rest)

    def fitting(self, dims):
        """The program for inputs of these dims, ints and Sizes; this one itself where a rank is not known."""
        if None in [dims[place] for place in self._vague]:
            return self
        return self._fitting(tuple([len(dims[place]) for place in self._vague]), dims)

    def _fitting(self, ranks, dims):
        found = self._found.get(ranks)
        if found is None:
            found = self._by_shape(dims) if ranks in self._needing_shapes else self._by_rank(ranks, dims)
        return found

    def _by_rank(self, ranks, dims):
        rank_of = dict(zip(self._vague, ranks, strict=True))
        wide = [
            (None,) * rank_of[place] if value.dims is None else visible(value.dims)
            for place, value in enumerate(self.graph.inputs)
        ]
        try:
            found = self._specialized_program(wide)
        except NEEDS_SIZES:
            found = None
        if found is None or (computes_on_unknown_ranks(found.graph) and not has_sizes(dims)):
            exact = self._by_shape(dims)  # which may know the length of a shape among the arguments
            if found is None or not computes_on_unknown_ranks(exact.graph):
                self._needing_shapes.add(ranks)
                return exact
        self._found[ranks] = found
        return found

    def _by_shape(self, dims):
        if has_sizes(dims):
            raise NotImplementedError(f"{self.name} needs to know the sizes of its arguments: {dims}.")
        key = tuple(map(tuple, dims))
        found = self._found.get(key)
        if found is None:
            try:
                found = self._specialized_program(dims)
            except NEEDS_SIZES:  # something in it decides when it runs
                found = Program(self.graph, None, self.aliases)
                found.mode = NEVER
            self._found[key] = found
        return found

    def _specialized_program(self, dims):
        found = Program(simplified(specialize(self.graph, dims)), self.jit_compile, self.aliases)
        if found.mode is not NEVER:
            found.mode = self.mode
        return found

    def table(self, shapes=None, arrays=None):
        """As Program.table."""
        if arrays is not None:
            shapes = [each.shape for each in arrays]
        if shapes is None:
            raise ValueError("The program has unknown ranks: explain it for arguments.")
        return self.fitting(shapes).table(tuple(shapes), arrays)
