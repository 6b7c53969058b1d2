"""Tracing a choice: each branch is traced by a tracer of its own, and what the branches share becomes operands.

`choose` is what `tf.cond`, `tf.switch_case` and converted `if` statements come to inside a trace.
"""

from tapeflow.core import nest
from tapeflow.core.dtypes import int64
from tapeflow.core.errors import OpError
from tapeflow.core.operands import as_tensor
from tapeflow.core.size import Size, UnknownSizeError
from tapeflow.core.spec import CompositeTensor
from tapeflow.core.tensor import EagerTensor
from tapeflow.graph.control_flow import invoke_case
from tapeflow.graph.graph import Graph, Value
from tapeflow.graph.notes import note_now
from tapeflow.graph.symbolic import SymbolicTensor
from tapeflow.graph.tracing import Tracer, current
from tapeflow.ops.casting import cast
from tapeflow.ops.indexed_slices import IndexedSlices


class TracedBranch:
    """One branch: its tracer, the structure that it returned, and the tensors in it (None for a None)."""

    def __init__(self, function, arguments, name, parent):
        self.tracer = Tracer(name, parent)
        with self.tracer.tracing():
            self.arguments = [self.tracer.argument(each.dtype, each.dims, each.name) for each in arguments]
            self._returns(function(*self.arguments))

    def finish(self, function):
        """Lets the branch return what the function gives, instead of what it has returned."""
        with self.tracer.tracing():
            self._returns(function())

    def _returns(self, structure):
        self.structure = structure
        self.leaves = [
            None if each is None else as_tensor(each)
            for each in nest.flatten(structure, expand_composites=True)
        ]

    @property
    def assigned(self):
        """The variables that the branch gives other values, by their ids."""
        return {key: each.variable for key, each in self.tracer.variables.items() if each.assigned}


class Operands:
    """The tensors from outside that several programs read, each once."""

    def __init__(self, parent):
        self.parent = parent
        self.tensors = []
        self._places = {}

    def place(self, tensor):
        """The position of a tensor from outside among the operands."""
        key = tensor.value if type(tensor) is SymbolicTensor else id(tensor)
        if key not in self._places:
            self._places[key] = len(self.tensors)
            self.tensors.append(tensor)
        return self._places[key]


def program(tracer, arguments, outputs, operands):
    """The Graph (arguments, operands) -> outputs of a traced branch; to be made when all operands are known."""
    num_arguments = len(arguments)
    captured = zip(tracer.bindings, tracer.inputs[num_arguments:], strict=True)
    values = {operands.place(binding): value for binding, value in captured}
    inputs = [
        values.get(position) or Value(each._dtype, each.dims)
        for position, each in enumerate(operands.tensors)
    ]
    graph = tracer.finish(outputs)
    return Graph(tracer.name, [*tracer.inputs[:num_arguments], *inputs], graph.nodes, graph.outputs)


def choose(index, functions, names, mismatch=None, join=None, order=None):
    """The results of the function that the int32 scalar `index` names, as a program that holds all of them.

    functions: of no arguments, returning nests of tensors of one structure. mismatch(first, other, position)
    makes the error for a branch that returns something else. join(), called when all have been traced, gives functions
    that say what each of them is to return instead. order: in which order the functions are traced.

    Where it is known which function that is, another one may fit nothing: a program that is traced for the sizes of
    its arguments decides by them. Then the program holds that function alone.
    """
    parent = current()
    taken = _known_index(index, len(functions)) if join is None else None
    traced = {}
    for position in order or range(len(functions)):
        try:
            traced[position] = TracedBranch(functions[position], (), names[position], parent)
        except (UnknownSizeError, ValueError) as error:
            if taken in (None, position) or not _is_about_shapes(error):
                raise
            return functions[taken]()
    branches = [traced[position] for position in range(len(functions))]
    if join is not None:
        for branch, function in zip(branches, join(), strict=True):
            branch.finish(function)
    _settle_open_values(branches)
    _number_rows_alike(branches)
    first = branches[0]
    for position, branch in enumerate(branches[1:], 1):
        _check_alike(first, branch, position, mismatch)
    assigned = {}
    for branch in branches:
        assigned.update(branch.assigned)
    operands = Operands(parent)
    outputs = []
    for branch in branches:
        with branch.tracer.tracing():
            state_after = [branch.tracer.read(variable) for variable in assigned.values()]
        outputs.append([each for each in branch.leaves if each is not None] + state_after)
    for branch, results in zip(branches, outputs, strict=True):
        for each in results:
            branch.tracer.value_of(each)  # what is returned as it came from outside is captured, too
        for each in branch.tracer.bindings:
            operands.place(each)
    graphs = tuple(
        [
            program(branch.tracer, (), results, operands)
            for branch, results in zip(branches, outputs, strict=True)
        ]
    )
    for branch in branches:
        tell_tapes(branch.tracer)
    takes = any([each.takes for each in graphs])
    if takes:
        note_now(parent)
    found = invoke_case(index, *operands.tensors, branches=graphs)
    num_results = len(outputs[0]) - len(assigned)
    for variable, tensor in zip(assigned.values(), found[num_results:], strict=True):
        parent.assign(variable, tensor)
    if takes:
        note_now(parent)
    rest = iter(found[:num_results])
    leaves = [None if each is None else next(rest) for each in first.leaves]
    return nest.pack_sequence_as(first.structure, leaves, expand_composites=True)


def _known_index(index, count):
    """Which of `count` functions the index names, if the program does not have to run for it; else None."""
    constant = index.value.constant if isinstance(index, SymbolicTensor) else None
    if constant is None:
        return None
    return int(constant) if 0 <= constant < count else count - 1


def _is_about_shapes(error):
    """Whether an op refused its inputs, not the user's own code."""
    return isinstance(error, UnknownSizeError) or isinstance(error.__cause__, OpError)


def _settle_open_values(branches):
    """Where one branch gives a value that is open, it gives what the other branches do."""
    for place, leaves in enumerate(zip(*[nest.flatten(each.structure) for each in branches], strict=False)):
        known = [each for each in leaves if not is_open(each)]
        if known and len(known) < len(leaves):
            for branch, leaf in zip(branches, leaves, strict=True):
                if is_open(leaf):
                    found = nest.flatten(branch.structure)
                    found[place] = leaf._settled(known[0])
                    branch.structure = nest.pack_sequence_as(branch.structure, found)
                    branch.finish(lambda settled=branch.structure: settled)


def is_open(value):
    """Whether it is not said yet of what tensors a value is made."""
    return isinstance(value, CompositeTensor) and value._is_open


def _number_rows_alike(branches):
    """Row numbers of IndexedSlices that are int32 in some branches and int64 in others become int64 in all."""
    found = [_row_numbers(branch.structure) for branch in branches]
    if found[0] and any(each.keys() == found[0].keys() and each != found[0] for each in found):
        for branch in branches:
            branch.finish(lambda branch=branch: nest.map_structure(_numbered_in_int64, branch.structure))


def _row_numbers(structure):
    """The dtypes of the row numbers of the IndexedSlices in a nest, by their places."""
    leaves = enumerate(nest.flatten(structure))
    return {
        place: as_tensor(each.indices)._dtype for place, each in leaves if isinstance(each, IndexedSlices)
    }


def _numbered_in_int64(leaf):
    if not isinstance(leaf, IndexedSlices):
        return leaf
    return IndexedSlices(leaf.values, cast(leaf.indices, dtype=int64), leaf.dense_shape)


def _check_alike(first, branch, position, mismatch):
    try:
        nest.assert_same_structure(first.structure, branch.structure, expand_composites=True)
    except (TypeError, ValueError) as error:
        raise mismatch(first, branch, position) from error
    for a, b in zip(first.leaves, branch.leaves, strict=True):
        if (a is None) != (b is None) or (a is not None and a._dtype is not b._dtype):
            raise mismatch(first, branch, position)


def tell_tapes(tracer):
    """Lets the tapes around a branch know of the variables that it reads."""
    for each in tracer.variables.values():
        each.variable._now()


def as_operand(value):
    """What a program may take from outside: a tensor; anything else is converted."""
    return value if isinstance(value, SymbolicTensor | EagerTensor) else as_tensor(value)


def unknown_where_different(dims, others):
    """Dims with None where `others` differ or where a size is not known."""
    return tuple([None if type(a) is Size or a != b else a for a, b in zip(dims, others, strict=True)])
