"""Forward mode: tangents travel along with the calls.

A listener at the door sees each call after it was evaluated and recorded, and works out the tangent of its
result in public ops. So tapes see that work, and so do the accumulators further out: any nesting of both
modes is right.
"""

import weakref

from tapeflow.autodiff import rules
from tapeflow.autodiff.plan import PROJECTION
from tapeflow.autodiff.tape import Tape, zeros_wanted
from tapeflow.core import nest
from tapeflow.core.context import also_calling, state
from tapeflow.core.dtypes import FLOATS, FLOATS_AND_COMPLEX
from tapeflow.core.log import warn_first
from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import Tensor
from tapeflow.ops.broadcasting import broadcast_to
from tapeflow.ops.creation import zeros
from tapeflow.ops.indexed_slices import IndexedSlices, densify


class Tangents:
    """Tangents of tensors, kept as long as the tensors are.

    A tensor is found by its identity, or by its record: the walk back over a tape makes tensors anew that
    stand for outputs long gone, and those share the record.
    """

    def __init__(self):
        self._of_tensors = {}  # id -> (weak reference that removes the entry, tangent)
        self._of_records = weakref.WeakKeyDictionary()  # record -> {index of the output: tangent}

    def __setitem__(self, tensor, tangent):
        identity, entries = id(tensor), self._of_tensors
        entries[identity] = weakref.ref(tensor, lambda _: entries.pop(identity, None)), tangent
        if tensor._record is not None:
            record, index = _origin(tensor._record)
            self._of_records.setdefault(record, {})[index] = tangent

    def get(self, tensor):
        """The tangent of `tensor`, or None."""
        entry = self._of_tensors.get(id(tensor))
        if entry is not None and entry[0]() is tensor:
            return entry[1]
        if tensor._record is None:
            return None
        record, index = _origin(tensor._record)
        found = self._of_records.get(record)
        return None if found is None else found.get(index)


def _origin(record):
    """The record of the call and which of its results is meant."""
    return (record.parents[0], record.saved) if record.plan is PROJECTION else (record, None)


class ForwardAccumulator:
    """Computes Jacobian-vector products while the calls run: forward-mode derivatives.

    primals: a nest of tensors and variables; tangents: tensors of the same structure, shapes and dtypes, the
    vector. Raises ValueError if a primal is given twice or a tangent's shape is not its primal's.

    >>> x = tf.constant([1.0, 2.0])
    >>> with tf.autodiff.ForwardAccumulator(x, tf.constant([1.0, 10.0])) as accumulator:
    ...     y = x * x
    >>> accumulator.jvp(y).numpy()
    array([ 2., 40.], dtype=float32)
    """

    def __init__(self, primals, tangents):
        self._tangents = Tangents()
        self._variables = []
        self._context = None
        seen = []
        for primal in nest.flatten(primals):
            if any(primal is other for other in seen):
                raise ValueError(
                    f"Tensor {primal} was specified as a primal multiple times. This may indicate an error. If "
                    "it was intended, please sum the corresponding tangents."
                )
            seen.append(primal)
        nest.map_structure(self._watch, primals, tangents)

    def _watch(self, primal, tangent):
        primal = getattr(primal, "handle", primal) if not hasattr(primal, "_record") else primal
        if primal.dtype not in FLOATS_AND_COMPLEX:
            warn_first(
                5, "The dtype of the watched primal must be floating (e.g. tf.float32), got %r", primal.dtype
            )
        tangent = as_tensor(tangent, primal.dtype)
        if tangent.dims != tuple(primal.shape):
            raise ValueError(
                f"The tangent has shape {tangent.shape} and its primal {primal.shape}; they must be the same."
            )
        if isinstance(primal, Tensor):
            self._tangents[primal] = tangent
        else:
            self._variables.append((primal, tangent))

    def __enter__(self):
        if self._context is not None:
            raise ValueError("Accumulator is already recording.")
        self._context = also_calling(self._propagate)
        self._listener = self._context.__enter__()
        return self

    def __exit__(self, *exception):
        if self._context is None:
            raise ValueError("Accumulator is not recording.")
        self._context.__exit__(*exception)
        self._context = None

    def jvp(self, primals, unconnected_gradients="none"):
        """Tangents of the nest `primals`: the Jacobian with respect to what this accumulator was made for,
        times its vector.

        None for a tensor that does not depend on it; "zero" as `unconnected_gradients` gives zeros instead.
        """
        zero = zeros_wanted(unconnected_gradients)

        def fetch(tensor):
            tensor = getattr(tensor, "handle", tensor) if not hasattr(tensor, "_record") else tensor
            tangent = self._tangent(tensor)
            return zeros(tuple(tensor.shape), tensor.dtype) if tangent is None and zero else tangent

        return nest.map_structure(fetch, primals)

    def _tangent(self, tensor):
        for variable, tangent in self._variables:
            record = variable._record
            if (
                tensor is variable
                or tensor is variable._tensor
                or (record is not None and tensor._record is record)
            ):
                return tangent
        return self._tangents.get(tensor) if isinstance(tensor, Tensor) else None

    def _propagate(self, op, inputs, params, output):
        """Keeps the tangent of a call's output if one of its inputs has one. Only what is further out sees
        this work.
        """
        tangents = [self._tangent(each) for each in inputs]
        if not any(each is not None for each in tangents):
            return
        outer = state.listeners, state.only_tapes
        state.listeners = state.listeners[: state.listeners.index(self._listener)]
        try:
            found = push_forward(op, tangents, inputs, params, output)
        finally:
            state.listeners, state.only_tapes = outer
        if type(output) is not tuple:
            output, found = (output,), (found,)
        for each, tangent in zip(output, found, strict=True):
            if tangent is not None:
                self._tangents[each] = tangent


def push_forward(op, tangents, inputs, params, output):
    """The tangent of the output (a tuple for several) from those of the inputs, some of which may be None."""
    if op.jvp_rule is not None:
        return op.jvp_rule(tangents, inputs, output, params)
    if op.facts.get("linear"):
        return op(*[_or_zeros(each, x) for each, x in zip(tangents, inputs, strict=True)], **params)
    if op.family == "elementwise" and type(output) is not tuple and _all_real(inputs, output):
        return _along_diagonal(op, tangents, inputs, params, output)
    return _by_transposition(op, tangents, inputs, params, output)


def _or_zeros(tangent, x):
    """The tangent; zeros if there is none; the input itself if it is a parameter of the linear map, such as
    an index.
    """
    if tangent is not None:
        return tangent
    return zeros(x.dims, x._dtype) if x._dtype in FLOATS_AND_COMPLEX else x


def _all_real(inputs, output):
    return output._dtype in FLOATS and all(each._dtype in FLOATS for each in inputs)


def _along_diagonal(op, tangents, inputs, params, output):
    """An elementwise real op has a diagonal Jacobian, its own transpose: the gradient rules are forward
    rules, too.
    """
    total = None
    for position, tangent in enumerate(tangents):
        rule = None if tangent is None else rules.rule_for(op, position)
        if rule is None:
            continue
        term = rules.call(rule, op, _stretched(tangent, output.dims), inputs, params, output)
        if op.joint_grad_rule is not None:
            term = term[position]
        total = term if total is None else total + term
    return total


def _stretched(tangent, dims):
    return tangent if tangent.dims == dims else broadcast_to(tangent, dims=dims)


def _by_transposition(op, tangents, inputs, params, output):
    """The gradient is linear in the cotangent, so the transpose of that linear map is forward mode."""
    outputs = output if type(output) is tuple else (output,)
    cotangents = [zeros(each.dims, each._dtype) for each in outputs]
    floating = [each for each in cotangents if each._dtype in FLOATS_AND_COMPLEX]
    positions = [position for position, each in enumerate(tangents) if each is not None]
    tape = Tape()
    with tape:
        tape.watch(floating)
        g = tuple(cotangents) if type(output) is tuple else cotangents[0]
        pulled = rules.cotangents(op, positions, g, inputs, params, output)
        pulled = [densify(each) if isinstance(each, IndexedSlices) else each for each in pulled]
    reached = [
        (each, tangents[position])
        for each, position in zip(pulled, positions, strict=True)
        if each is not None
    ]
    if not reached or not floating:
        return tuple([None] * len(outputs)) if type(output) is tuple else None
    pushed = iter(tape.gradient([each for each, _ in reached], floating, [tangent for _, tangent in reached]))
    found = [next(pushed) if each._dtype in FLOATS_AND_COMPLEX else None for each in cotangents]
    return tuple(found) if type(output) is tuple else found[0]
