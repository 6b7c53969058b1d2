"""Control flow on nests of tensors: what `tf.cond`, `tf.while_loop` and AutoGraph call.

Inside a trace a choice or a loop over tensors becomes an op of the program. Outside of one, and for Python
values, it is Python's own.
"""

from tapeflow.core import nest
from tapeflow.core.dtypes import bool as boolean
from tapeflow.core.dtypes import int32
from tapeflow.core.operands import as_tensor
from tapeflow.core.shapes import TensorShape
from tapeflow.core.size import visible
from tapeflow.core.spec import CompositeTensor, TensorSpec
from tapeflow.core.tensor import Tensor
from tapeflow.graph.branching import choose, is_open
from tapeflow.graph.control_flow import as_index
from tapeflow.graph.looping import repeat
from tapeflow.graph.tracing import Tracer, current
from tapeflow.ops.arithmetic import add
from tapeflow.ops.comparison import less, logical_and
from tapeflow.ops.creation import progression
from tapeflow.ops.layout import shape_of


def cond(predicate, true_fn, false_fn):
    """What `true_fn()` returns if the predicate holds, else what `false_fn()` returns.

    predicate: a bool scalar, tensor or Python value; the functions return nests of tensors of one structure
    and, at each leaf, one dtype. Raises TypeError if they do not.
    """
    if current() is None or not (isinstance(predicate, Tensor) or hasattr(predicate, "__tf_tensor__")):
        return true_fn() if predicate else false_fn()
    predicate = as_tensor(predicate)
    if predicate.dims:
        raise ValueError(
            f"Shape must be rank 0 but is rank {len(predicate.dims)} for the predicate of tf.cond."
        )
    if predicate._dtype is not boolean:
        raise TypeError(
            f"The predicate of tf.cond must be a bool scalar, not of dtype {predicate._dtype.name}."
        )
    names = ["cond_false", "cond_true"]
    return choose(as_index(predicate), [false_fn, true_fn], names, _cond_mismatch, order=(1, 0))


def _cond_mismatch(first, other, position):
    return TypeError(
        "true_fn and false_fn arguments to tf.cond must have the same number, type, and overall structure of "
        f"return values.\n\ntrue_fn output:  {other.structure}\nfalse_fn output: {first.structure}"
    )


def switch_case(index, functions):
    """What function number `index`, an int32 scalar, returns; the last one's result if there is no such function."""
    if current() is None or not isinstance(index, Tensor):
        position = int(index)
        return functions[position if 0 <= position < len(functions) else -1]()
    names = [f"branch{position}" for position in range(len(functions))]
    return choose(index, functions, names, _switch_mismatch)


def _switch_mismatch(first, other, position):
    return TypeError(
        "branch_fns arguments to tf.switch_case must have the same number, type, and overall structure of "
        f"return values.\n\nbranches[0] output: {first.structure}\n"
        f"branches[{position}] output: {other.structure}"
    )


def while_loop(condition, body, loop_vars, shape_invariants=None, maximum_iterations=None):
    """The loop variables after `body` has been repeated as long as `condition` holds.

    condition(*loop_vars) gives a bool scalar, body(*loop_vars) the next loop variables, nests of one
    structure; shape_invariants: for each variable the TensorShape or TypeSpec that stays; maximum_iterations:
    an int or integer scalar. Raises ValueError where structure, dtype or shape of the variables change.
    """
    loop_vars = list(loop_vars)
    if current() is None:
        return _run(condition, body, loop_vars, maximum_iterations)
    if any([is_open(each) for each in nest.flatten(loop_vars)]):
        loop_vars = _settled(body, loop_vars)
    flat = [_tensor(each) for each in nest.flatten(loop_vars, expand_composites=True)]
    if shape_invariants is None:
        invariants = default_invariants(loop_vars)
    else:
        invariants = _invariants(shape_invariants, loop_vars, flat)
    counted = maximum_iterations is not None
    carried = flat
    if counted:
        limit = as_tensor(maximum_iterations)
        carried = [as_tensor(0, limit._dtype), *flat]
        invariants = [(), *invariants]
    lead = 1 if counted else 0

    def packed(tensors):
        return nest.pack_sequence_as(loop_vars, tensors[lead:], expand_composites=True)

    def step(tensors, slices):
        after = _as_loop_vars(body(*packed(tensors)), loop_vars)
        leaves = _matching(loop_vars, after, tensors[lead:])
        return ([add(tensors[0], as_tensor(1, tensors[0]._dtype))] if counted else []) + leaves, []

    def goes_on(tensors):
        holds = _predicate(condition(*packed(tensors)))
        return logical_and(less(tensors[0], limit), holds) if counted else holds

    def check(position, before, after):
        error = _changed(before, after)
        raise (
            _RankChangedError(error)
            if may_change_rank[position - lead] and type(error) is ValueError
            else error
        )

    may_change_rank = _without_rank(shape_invariants, flat)
    try:
        found, _ = repeat(step, carried, condition=goes_on, invariants=invariants, check=check)
    except _RankChangedError:
        wider = [
            None if free else dims for free, dims in zip(may_change_rank, invariants[lead:], strict=True)
        ]
        found, _ = repeat(
            step, carried, condition=goes_on, invariants=[*invariants[:lead], *wider], check=check
        )
    return packed(found)


class _RankChangedError(Exception):
    """A body gives a loop variable of unknown rank other axes than it had: it is to be traced without its rank."""


def _run(condition, body, loop_vars, maximum_iterations):
    """The loop in Python, outside of a trace. Python values stay what they are until it ends."""
    limit = None if maximum_iterations is None else int(maximum_iterations)
    count = 0
    while (limit is None or count < limit) and condition(*loop_vars):
        after = _as_loop_vars(body(*loop_vars), loop_vars)
        nest.assert_same_structure(loop_vars, after)
        loop_vars = after
        count += 1
    return nest.map_structure(_tensor, list(loop_vars))


def _settled(body, loop_vars):
    """The loop variables with what a trip makes of those that are open in their places: the body is traced for that."""
    scratch = Tracer("while_probe", current())

    def stand_in(leaf):
        if is_open(leaf):
            return leaf
        return nest.map_structure(lambda each: _argument_like(scratch, each), leaf, expand_composites=True)

    with scratch.tracing():
        after = _as_loop_vars(body(*nest.map_structure(stand_in, loop_vars)), loop_vars)
        pairs = zip(nest.flatten(loop_vars), nest.flatten(after), strict=True)
        leaves = [leaf._settled(other) if is_open(leaf) else leaf for leaf, other in pairs]
    return nest.pack_sequence_as(loop_vars, leaves)


def _argument_like(tracer, leaf):
    value = as_tensor(leaf)
    return tracer.argument(value._dtype, visible(value.dims))


def for_loop(elements, body, loop_vars, condition=None):
    """Runs `body` for each row of `elements`; returns (loop_vars after it, what was stacked).

    elements: a tensor or a nest of them, equally long along axis 0. body(element, *loop_vars) returns a pair:
    the next loop_vars, a list, and a list of tensors to stack. condition(*loop_vars), if given, is asked
    before every row.
    """
    loop_vars = list(loop_vars)
    rows = [as_tensor(each) for each in nest.flatten(elements)]
    if current() is None:
        return _run_for(elements, rows, body, loop_vars, condition)
    if any([each.dims is None for each in rows]):

        def of_number(number, *loop_vars):
            return body(nest.pack_sequence_as(elements, [each[number] for each in rows]), *loop_vars)

        return for_loop(row_numbers(rows[0]), of_number, loop_vars, condition)
    carried = [_tensor(each) for each in nest.flatten(loop_vars, expand_composites=True)]

    def packed(tensors):
        return nest.pack_sequence_as(loop_vars, tensors, expand_composites=True)

    def step(tensors, slices):
        after, stacked = body(nest.pack_sequence_as(elements, slices), *packed(tensors))
        after = _as_loop_vars(after, loop_vars)
        return _matching(loop_vars, after, tensors), [as_tensor(each) for each in stacked]

    def goes_on(tensors):
        return _predicate(condition(*packed(tensors)))

    def check(position, before, after):
        raise _changed(before, after)

    found, stacked = repeat(
        step,
        carried,
        rows,
        condition=None if condition is None else goes_on,
        invariants=default_invariants(loop_vars),
        check=check,
    )
    return packed(found), stacked


def row_numbers(tensor):
    """0, 1, ... for the rows of a tensor whose rank may be unknown."""
    count = shape_of(tensor, dtype=int32)[0]
    return progression(as_tensor(0, int32), count, as_tensor(1, int32))


def _run_for(elements, rows, body, loop_vars, condition):
    stacks = []
    for position in range(rows[0].dims[0]):
        if condition is not None and not condition(*loop_vars):
            break
        element = nest.pack_sequence_as(elements, [each[position] for each in rows])
        loop_vars, stacked = body(element, *loop_vars)
        stacks.append(stacked)
    return list(loop_vars), [as_tensor(list(each)) for each in zip(*stacks, strict=True)]


def _as_loop_vars(after, loop_vars):
    """What a body returned as a list like loop_vars: a single variable may come without its list."""
    if isinstance(after, tuple | list) and type(after) in (tuple, list) and len(after) == len(loop_vars):
        return list(after)
    if len(loop_vars) == 1:
        return [after]
    return list(after) if isinstance(after, tuple | list) else [after]


def _matching(loop_vars, after, before):
    """The tensors of what a body returned, whose structure must be that of the loop variables."""
    nest.assert_same_structure(loop_vars, after, expand_composites=True)
    leaves = nest.flatten(after, expand_composites=True)
    return [
        as_tensor(leaf, None if isinstance(leaf, Tensor) or hasattr(leaf, "__tf_tensor__") else tensor._dtype)
        for leaf, tensor in zip(leaves, before, strict=True)
    ]


def _tensor(value):
    """The value as a tensor. What has a spec of its own, such as an Optional, stays what it is outside of a trace."""
    if isinstance(value, CompositeTensor) or (hasattr(value, "_type_spec") and not isinstance(value, Tensor)):
        return value
    return as_tensor(value)


def _predicate(value):
    value = as_tensor(value)
    if value._dtype is not boolean or value.dims:
        raise TypeError(
            f"The condition of a loop must be a bool scalar, not {value._dtype.name} of shape {value.shape}."
        )
    return value


def _invariants(shape_invariants, loop_vars, flat):
    """The dims that each carried tensor keeps."""
    leaves = _invariant_leaves(shape_invariants)
    if len(leaves) != len(flat):
        raise ValueError(
            f"The structure of shape_invariants has {len(leaves)} leaves; the loop variables {loop_vars} have "
            f"{len(flat)}."
        )
    found = []
    for leaf, tensor in zip(leaves, flat, strict=True):
        if leaf is None:
            found.append(tensor.shape._dims)
            continue
        shape = leaf.shape if isinstance(leaf, TensorSpec) else TensorShape(leaf)
        if not tensor.shape.is_subtype_of(shape):
            raise ValueError(
                f"The shape invariant specified for {_name(tensor)} is not compatible with the initial shape of "
                f"the loop variable. It enters the loop with shape {tensor.shape}, but the specified shape "
                f"invariant is {shape}."
            )
        found.append(
            (None,) * len(tensor.dims) if shape.rank is None and tensor.dims is not None else shape._dims
        )
    return found


def _without_rank(shape_invariants, flat):
    """For each carried tensor, whether its invariant says nothing of its rank, which it has."""
    if shape_invariants is None:
        return [False] * len(flat)
    return [
        getattr(leaf, "shape", leaf) is not None
        and TensorShape(getattr(leaf, "shape", leaf)).rank is None
        and each.dims is not None
        for leaf, each in zip(_invariant_leaves(shape_invariants), flat, strict=True)
    ]


def _invariant_leaves(shape_invariants):
    leaves = []
    for each in shape_invariants:
        leaves += [each] if _is_shape(each) else nest.flatten(each, expand_composites=True)
    return leaves


def default_invariants(loop_vars):
    """The dims that each tensor in the loop variables keeps if nobody says otherwise: those that it has."""
    found = []
    for leaf in nest.flatten(loop_vars):
        if hasattr(leaf, "_invariant_dims"):
            found += leaf._invariant_dims()
        else:
            found += [as_tensor(each).shape._dims for each in nest.flatten(leaf, expand_composites=True)]
    return found


def _is_shape(value):
    return isinstance(value, TensorShape | TensorSpec)


def _name(tensor):
    return tensor.name if hasattr(tensor, "tracer") else repr(tensor)


def _changed(before, after):
    """TensorFlow's error for a loop variable that changes its dtype or its shape."""
    name = _name(before)
    if before._dtype is not after._dtype:
        return TypeError(
            f"Input tensor '{name}' enters the loop with dtype {before._dtype.name}, but has dtype "
            f"{after._dtype.name} after one iteration: a loop variable keeps its dtype; convert it with tf.cast."
        )
    return ValueError(
        f"Input tensor '{name}' enters the loop with shape {before.shape}, but has shape {after.shape} after "
        "one iteration. To allow the shape to vary across iterations, use the `shape_invariants` argument of "
        "tf.while_loop to specify a less-specific shape."
    )
