"""Calls that wait for the number of axes of a tensor: their nodes name a public function and its arguments.

A program may be traced for tensors of which not even the number of axes is known. The calls of ops that do not ask
for it become nodes as ever. A public function that does ask (over which axes does it sum?) is written down itself,
by a node that is called again, as any node is, when the program is traced for the ranks that come, and then comes
to the ops that the function is made of. Trials on tensors of some ranks tell what its results are.
"""

import numpy

from tapeflow.core import nest
from tapeflow.core.apply import apply
from tapeflow.core.context import interpreting, recording_suspended
from tapeflow.core.dtypes import from_array_dtype
from tapeflow.core.eager import wrap
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.op import op
from tapeflow.core.operands import as_tensor
from tapeflow.core.size import Size, visible
from tapeflow.core.spec import CompositeTensor
from tapeflow.core.tensor import EagerTensor, Tensor
from tapeflow.graph.inference import RANKS, REFUSALS, common_dims
from tapeflow.graph.symbolic import SymbolicTensor
from tapeflow.graph.tracing import Tracer, current
from tapeflow.ops.brackets import getitem
from tapeflow.state.variable import Variable

SIZES = (12, 24)
"""What is tried where a call asks for the number behind a size; that there are two tells what depends on it."""
FUNCTIONS: dict[str, object] = {}
"""The public functions that programs on disk may name; `api`, a layer above, fills it in."""


class _Hole:
    def __repr__(self):
        return "tensor"


HOLE = _Hole()
"""Stands for a tensor among the arguments of a DeferredCall."""


class DeferredCall:
    """A function and the nest of its arguments with a hole for each tensor; called with these it gives flat results."""

    __slots__ = ("function", "structure")

    def __init__(self, function, structure):
        self.function = function
        self.structure = structure  # (args, kwargs)

    def results(self, tensors):
        """What the function returns."""
        rest = iter(tensors)
        leaves = [
            next(rest) if each is HOLE or isinstance(each, Tensor) else each
            for each in nest.flatten(self.structure, expand_composites=True)
        ]
        args, kwargs = nest.pack_sequence_as(self.structure, leaves, expand_composites=True)
        return self.function(*args, **kwargs)

    def __call__(self, tensors):
        """The flat list of the tensors in what the function returns."""
        return _tensors_in(self.results(tensors))

    @property
    def name(self):
        """The name by which programs on disk know the function; None if there is none."""
        return next((name for name, known in FUNCTIONS.items() if known is self.function), None)

    def __repr__(self):
        args, kwargs = self.structure
        shown = [*map(repr, args), *[f"{name}={value!r}" for name, value in kwargs.items()]]
        return f"{getattr(self.function, '__name__', self.function)}({', '.join(shown)})"


def _tensors_in(result):
    leaves = nest.flatten(result, expand_composites=True)
    return [as_tensor(each) for each in leaves if each is not None]


def defer(function, args, kwargs):
    """What the function gives, as results of a node that waits for the ranks of the tensors among the arguments."""
    structure = nest.map_structure(_without_tensor, (args, kwargs))
    call = DeferredCall(function, structure)
    tensors = [
        _input(each)
        for each in nest.flatten((args, kwargs), expand_composites=True)
        if isinstance(each, Tensor | Variable)
    ]
    result, specs, effect = tried(call, tensors)
    found = apply(deferred_effect if effect else deferred, *tensors, call=call, specs=tuple(specs))
    rest = iter(found)
    leaves = nest.flatten(result, expand_composites=True)
    return nest.pack_sequence_as(
        result, [None if each is None else next(rest) for each in leaves], expand_composites=True
    )


def _input(value):
    """The tensor that goes into the node; numbers that are known, which may be a shape, are known there, too."""
    tensor = as_tensor(value)
    if type(tensor) is EagerTensor and tensor._dtype.is_integer and tensor.ndim < 2:
        return current().constant(tensor._array, tensor._dtype)
    return tensor


def _without_tensor(leaf):
    return HOLE if isinstance(leaf, Tensor | Variable) else leaf


def _infers(*values, call, specs):
    return list(specs)


def _evaluated(xp, *values, call, specs):
    tensors = [wrap(each, from_array_dtype(each.dtype)) for each in values]
    with interpreting(None), recording_suspended():
        return tuple([each._array for each in _as_promised(call, tensors, specs)])


def _as_promised(call, tensors, specs):
    """The results of the call as a tuple; InvalidArgumentError if they are not what the program says."""
    found = tuple(call(tensors))
    if [each._dtype for each in found] != [dtype for dtype, _ in specs]:
        raise InvalidArgumentError(
            None, None, f"{call!r} gave {found}; the program was made for {specs}. [Op:Deferred]"
        )
    return found


@op("Deferred", infers=_infers)
def deferred(xp, *values, call, specs):
    """The flat results of a DeferredCall on tensors. specs: (dtype, dims) of each, as far as they are known."""
    return _evaluated(xp, *values, call=call, specs=specs)


@op("DeferredEffect", infers=_infers, effect=True)
def deferred_effect(xp, *values, call, specs):
    """As `deferred`, of a function that does something besides, such as drawing random numbers."""
    return _evaluated(xp, *values, call=call, specs=specs)


def _invoker(op):
    """Calls the function once the ranks are known; until then the call stays as it is."""

    def invoke(*values, call, specs):
        if not is_waiting(values):
            return _as_promised(call, values, specs)
        if not any([is_vague(each) for each in values]):
            try:
                return _as_promised(call, values, specs)
            except REFUSALS:  # it asks for the length of a shape
                pass
        return apply(op, *values, call=call, specs=specs)

    return invoke


for _op in (deferred, deferred_effect):
    _op.spec(lambda *values, call, specs: None)
    _op.facts["invoke"] = _invoker(_op)


def is_vague(tensor):
    """Whether a tensor of a program has an unknown number of axes."""
    return isinstance(tensor, SymbolicTensor) and tensor.value.dims is None


def is_waiting(leaves):
    """Whether calls with these among their arguments may have to wait: for a rank, or for the length of a shape."""
    return any([isinstance(each, SymbolicTensor) and _may_tell_rank(each.value) for each in leaves])


def _may_tell_rank(value):
    dims = value.dims
    if dims is None:
        return True
    return len(dims) == 1 and type(dims[0]) is Size and value.dtype.is_integer and value.constant is None


def defer_if_waiting(function, call, args, kwargs):
    """What stands before public functions that ask for ranks: NotImplemented unless the call waits for one.

    call(args, kwargs) is what the function itself does.
    """
    tracer = current()
    if tracer is None or not tracer.meets_unknown_ranks:
        return NotImplemented
    leaves = nest.flatten((args, kwargs), expand_composites=True)
    if not is_waiting(leaves):
        return NotImplemented
    if any([is_vague(each) for each in leaves]):
        return defer(function, args, kwargs)
    try:
        return call(args, kwargs)
    except REFUSALS as error:
        try:
            return defer(function, args, kwargs)
        except REFUSALS:
            raise error from None


# What users write between brackets.


def part_of(tensor, entries):
    """`tensor[...]`; entries: what stands between the brackets, a list in the place of each slice."""
    return tensor[tuple([slice(*each) if type(each) is list else each for each in entries])]


def _getitem(self, key):
    if self.value.dims is not None:
        return getitem(self, key)
    entries = key if type(key) is tuple else (key,)
    entries = [[each.start, each.stop, each.step] if type(each) is slice else each for each in entries]
    return defer(part_of, (self, entries), {})


SymbolicTensor.__getitem__ = _getitem


# Trials.


def tried(call, tensors):
    """(what `call.results` returns, [(dtype, dims) of the tensors in it], whether it has an effect), from trials."""

    is_open = getattr(current(), "is_open", False)  # sessions know the variables of their graph

    def trial(tensors, tracer):
        result = call.results(tensors)
        leaves = _tensors_in(result)
        for each in leaves:
            tracer.value_of(each)
        if any([isinstance(each, Tensor) or not is_open for each in tracer.bindings]):
            raise NotImplementedError(
                f"{call!r} waits for the rank of a tensor, and its functions take {len(tracer.bindings)} tensors or "
                "variables from outside: tell the shape with tf.ensure_shape or set_shape."
            )
        return (
            result,
            [(each._dtype, each.dims) for each in leaves],
            any([node.effect for node in tracer.nodes]),
        )

    results, specs, effects = zip(*tried_on_ranks(trial, tensors), strict=True)
    if len({len(each) for each in specs}) > 1:
        raise NotImplementedError(
            f"{call!r} gives as many results as its tensors have axes, or as their sizes say: tell the shape with "
            "tf.ensure_shape or set_shape."
        )
    kinds = zip(*specs, strict=True)
    return (
        _common_structure(call, results),
        [(each[0][0], common_dims([dims for _, dims in each])) for each in kinds],
        any(effects),
    )


def _common_structure(call, results):
    """The nest of what all trials gave, with a spec in the place of each tensor that is made of several."""

    def leaf(first, *others):
        if not isinstance(first, CompositeTensor):
            return first
        spec = first._type_spec.most_specific_common_supertype([each._type_spec for each in others])
        if spec is None:
            raise NotImplementedError(
                f"{call!r} gives values of other kinds for other ranks: tell the shape with tf.ensure_shape."
            )
        return spec

    return nest.map_structure(leaf, *results)


def tried_on_ranks(trial, tensors):
    """What `trial(tensors, tracer)` gives for tensors of those of some ranks that it takes; if of none, its error."""
    found = []
    error = None
    for rank in RANKS if any([is_vague(each) for each in tensors]) else (None,):
        try:
            found += _trials(trial, tensors, rank)
        except REFUSALS as refusal:
            error = error or refusal
    if not found:
        raise error
    return found


def _trials(trial, tensors, rank):
    try:
        return [_trial(trial, tensors, rank, None)]
    except REFUSALS:  # it asks for numbers, or for equal ones: two of them tell what depends on them
        return [_trial(trial, tensors, rank, size) for size in SIZES]


def _trial(trial, tensors, rank, size):
    tracer = Tracer("trial")
    tracer.meets_unknown_ranks = False
    with tracer.tracing():
        return trial([_argument(tracer, each, rank, size) for each in tensors], tracer)


def _argument(tracer, tensor, rank, size):
    """An argument of a trial for a tensor of the program; what is known of it stays known."""
    if type(tensor) is EagerTensor:
        return tracer.constant(tensor._array, tensor._dtype)
    value = tensor.value
    if value.constant is not None:
        return tracer.constant(value.constant, value.dtype)
    dims = (None,) * rank if value.dims is None else visible(value.dims)
    if size is not None and value.dtype.is_integer and len(dims) < 2 and None not in dims:
        return tracer.constant(_filled(size, value.dtype, dims), value.dtype)  # a size, or some of them
    return tracer.argument(value.dtype, [size if each is None else each for each in dims])


def _filled(number, dtype, dims):
    array = numpy.full(dims, number, dtype.array_dtype)
    return array if dims else array[()]
