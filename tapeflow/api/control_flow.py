"""Control flow on tensors: choices, loops, folds. Inside a tf.function each becomes a part of the program."""

from tapeflow.core import nest
from tapeflow.core.dtypes import bool as boolean
from tapeflow.core.dtypes import int32
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import Tensor
from tapeflow.graph import functional
from tapeflow.graph.tensor_array import TensorArray, TensorArraySpec
from tapeflow.graph.tracing import current
from tapeflow.ops.casting import cast
from tapeflow.ops.effects import assert_that
from tapeflow.ops.layout import concat, stack
from tapeflow.ops.layout import reverse as turn
from tapeflow.ops.reduction import reduce_any, reduce_sum
from tapeflow.ops.selection import stop_gradient

__all__ = [
    "TensorArray",
    "TensorArraySpec",
    "case",
    "cond",
    "foldl",
    "foldr",
    "scan",
    "switch_case",
    "while_loop",
]


def cond(pred, true_fn=None, false_fn=None, name=None):
    """`true_fn()` if the bool scalar `pred` is true, else `false_fn()`.

    true_fn, false_fn: functions of no arguments that return nests of tensors, inside a tf.function of one structure and
    the same dtypes. Raises TypeError if they do not, or are no functions.

    >>> x = tf.constant(3.0)
    >>> tf.cond(x > 2.0, lambda: x * x, lambda: x).numpy()
    np.float32(9.0)
    """
    for what, function in (("true_fn", true_fn), ("false_fn", false_fn)):
        if not callable(function):
            raise TypeError(f"'{what}' must be callable.")
    if current() is not None and isinstance(pred, bool):
        raise TypeError("pred must not be a Python bool", pred)
    return functional.cond(pred, true_fn, false_fn)


def switch_case(branch_index, branch_fns, default=None, name="switch_case"):
    """What function number `branch_index` returns; `default`'s result, or the last one's, if there is no such number.

    branch_index: an int32 scalar; branch_fns: a list of functions of no arguments, or a dict or list of pairs
    with their numbers. Raises TypeError for an index that is no integer and ValueError for numbers that leave gaps.

    >>> tf.switch_case(tf.constant(1), [lambda: 10, lambda: 20])
    20
    """
    if not isinstance(branch_index, Tensor):
        branch_index = as_tensor(branch_index)
    if not branch_index.dtype.is_integer:
        raise TypeError(f"'branch_index' must be an integer Tensor, got {branch_index.dtype!r}")
    functions = _numbered(branch_fns)
    if default is not None:
        functions = [*functions, default]
    return functional.switch_case(cast(branch_index, int32), functions)


def _numbered(branch_fns):
    if isinstance(branch_fns, dict):
        pairs = sorted(branch_fns.items())
    elif not isinstance(branch_fns, list | tuple):
        raise TypeError(f"'branch_fns' must be a list, tuple, or dict. Received: {type(branch_fns)}")
    elif all([callable(each) for each in branch_fns]):
        pairs = list(enumerate(branch_fns))
    else:
        for each in branch_fns:
            if not isinstance(each, tuple) or len(each) != 2:
                raise TypeError(f"Each entry in 'branch_fns' must be a 2-tuple. Received {each}.")
        pairs = sorted(branch_fns, key=lambda pair: pair[0])
    numbers = [number for number, _ in pairs]
    if not numbers:
        raise ValueError("Must provide at least one item in 'branch_fns'")
    if numbers != list(range(len(numbers))):
        listed = ",".join(map(str, numbers))
        raise ValueError(
            f"branch indices (keys) must form contiguous range of [0 to {len(numbers)}) but found {{{listed}}}"
        )
    return [function for _, function in pairs]


def case(pred_fn_pairs, default=None, exclusive=False, strict=False, name="case"):
    """What the function of the first true predicate returns; `default()` if none is true.

    pred_fn_pairs: a list of pairs of a bool scalar and a function of no arguments; exclusive: whether at most
    one may be true. Raises TypeError for what are no such pairs and InvalidArgumentError if no predicate is true
    and there is no default, or if several are true though they should not.

    >>> x = tf.constant(1)
    >>> tf.case([(x < 0, lambda: -1), (x > 0, lambda: 1)], default=lambda: 0)
    1
    """
    if isinstance(pred_fn_pairs, dict):
        pred_fn_pairs = [
            (key.deref() if hasattr(key, "deref") else key, each) for key, each in pred_fn_pairs.items()
        ]
    if not isinstance(pred_fn_pairs, list | tuple):
        raise TypeError(f"'pred_fn_pairs' must be a list, tuple, or dict. Received: {type(pred_fn_pairs)}")
    predicates, functions = [], []
    for each in pred_fn_pairs:
        if not isinstance(each, tuple) or len(each) != 2:
            raise TypeError(f"Each entry in 'pred_fn_pairs' must be a 2-tuple. Received {each}.")
        predicate, function = each
        predicate = as_tensor(predicate)
        if predicate.dtype is not boolean:
            raise TypeError(f"pred must be Tensor of type bool: {predicate!r}")
        if not callable(function):
            raise TypeError(f"fn for pred {predicate!r} must be callable.")
        predicates.append(predicate)
        functions.append(function)
    if default is not None and not callable(default):
        raise TypeError("'default' must be callable.")
    if exclusive and len(predicates) > 1:
        count = reduce_sum(cast(stack(*predicates, axis=0), int32), axes=(0,), keepdims=False)
        holds = count < 2
        assert_that(
            holds,
            *predicates,
            message="Input error: exclusive=True: more than 1 conditions evaluated as True:",
        )
    if default is None:
        *_, last = functions
        holds = reduce_any(stack(*predicates, axis=0), axes=(0,), keepdims=False)

        def default():
            assert_that(holds, *predicates, message="Input error: None of conditions evaluated as True:")
            return last()

        if len(predicates) == 1:
            return default()
        predicates, functions = predicates[:-1], functions[:-1]
    chosen = default
    for predicate, function in reversed(list(zip(predicates, functions, strict=True))):
        chosen = _choice(predicate, function, chosen)
    return chosen()


def _choice(predicate, function, otherwise):
    return lambda: functional.cond(predicate, function, otherwise)


def while_loop(
    cond,
    body,
    loop_vars,
    shape_invariants=None,
    parallel_iterations=10,
    back_prop=True,
    swap_memory=False,
    maximum_iterations=None,
    name=None,
):
    """The loop variables, after `body` has run on them as long as `cond` holds.

    Args:
      cond: takes the loop variables, returns a bool scalar.
      body: takes the loop variables, returns their next values, in the same structure.
      loop_vars: a list or tuple of nests of tensors.
      shape_invariants: for each loop variable the TensorShape that it keeps, with None where it may change.
      maximum_iterations: at most so many iterations.
      back_prop: False stops gradients. `parallel_iterations` and `swap_memory` only advise and change nothing here.

    Inside a tf.function it becomes a loop of the program, with gradients of any order, forward mode and
    batching. Raises TypeError for what is no function, ValueError where shapes or structures change.

    >>> i, total = tf.while_loop(lambda i, t: i < 5, lambda i, t: (i + 1, t + i), (tf.constant(0), tf.constant(0)))
    >>> int(total)
    10
    """
    if not callable(cond):
        raise TypeError("'cond' must be callable.")
    if not callable(body):
        raise TypeError("'body' must be callable.")
    if not loop_vars:
        raise ValueError("'loop_vars' must be provided.")
    found = functional.while_loop(cond, body, loop_vars, shape_invariants, maximum_iterations)
    if not back_prop:
        found = nest.map_structure(stop_gradient, found)
    return nest.pack_sequence_as(loop_vars, nest.flatten(found)) if isinstance(loop_vars, tuple) else found


def scan(
    fn,
    elems,
    initializer=None,
    parallel_iterations=10,
    back_prop=True,
    swap_memory=False,
    infer_shape=True,
    reverse=False,
    name=None,
):
    """All intermediate results of `fn(accumulated, element)` over the rows of `elems`, stacked along axis 0.

    fn: takes what is accumulated and one row of each tensor, returns what is accumulated next; elems: a tensor
    or a nest of them; initializer: what is accumulated at first (the first rows, unless given); reverse: whether
    it begins at the end. Raises TypeError if `fn` is no function.

    >>> tf.scan(lambda total, x: total + x, tf.constant([1, 2, 3])).numpy()
    array([1, 3, 6], dtype=int32)
    """
    rows, start, offset = _folded(fn, elems, initializer, reverse)
    leaves = [as_tensor(each) for each in nest.flatten(start)]

    def body(element, accumulated):
        after = fn(accumulated, element)
        nest.assert_same_structure(start, after)
        return [after], [as_tensor(each) for each in nest.flatten(after)]

    (_,), stacked = functional.for_loop(rows, body, [nest.pack_sequence_as(start, leaves)])
    if not stacked:  # there were no rows
        stacked = [each[None][:0] for each in leaves]
    if offset:
        stacked = [concat(first[None], rest, axis=0) for first, rest in zip(leaves, stacked, strict=True)]
    if reverse:
        stacked = [_turned(each) for each in stacked]
    if not back_prop:
        stacked = [stop_gradient(each) for each in stacked]
    return nest.pack_sequence_as(start, stacked)


def _turned(tensor):
    return turn(tensor, axes=(0,))


def _folded(fn, elems, initializer, backwards):
    """(the rows to go over, what is accumulated at first, whether that is the first row)."""
    if not callable(fn):
        raise TypeError(f"{fn!r} is not callable.")
    leaves = [as_tensor(each) for each in nest.flatten(elems)]
    for each in leaves:
        if not each.dims:
            raise ValueError("Elements in elems must be 1+ dimensional Tensors, not scalars")
    if backwards:
        leaves = [_turned(each) for each in leaves]
    if initializer is not None:
        start = nest.map_structure(as_tensor, initializer)
        return nest.pack_sequence_as(elems, leaves), start, False
    if leaves[0].dims[0] == 0:
        raise InvalidArgumentError(None, None, "There is no first row to begin with: give an initializer.")
    start = nest.pack_sequence_as(elems, [each[0] for each in leaves])
    return nest.pack_sequence_as(elems, [each[1:] for each in leaves]), start, True


def foldl(fn, elems, initializer=None, parallel_iterations=10, back_prop=True, swap_memory=False, name=None):
    """The last result of `fn(accumulated, element)` over the rows of `elems`, from the first to the last.

    >>> int(tf.foldl(lambda total, x: 2 * total + x, tf.constant([1, 2, 3])))
    11
    """
    return _fold(fn, elems, initializer, back_prop, False)


def foldr(fn, elems, initializer=None, parallel_iterations=10, back_prop=True, swap_memory=False, name=None):
    """The last result of `fn(accumulated, element)` over the rows of `elems`, from the last to the first.

    >>> int(tf.foldr(lambda total, x: 2 * total + x, tf.constant([1, 2, 3])))
    17
    """
    return _fold(fn, elems, initializer, back_prop, True)


def _fold(fn, elems, initializer, back_prop, backwards):
    rows, start, _ = _folded(fn, elems, initializer, backwards)

    def body(element, accumulated):
        after = fn(accumulated, element)
        nest.assert_same_structure(start, after)
        return [after], []

    (found,), _ = functional.for_loop(rows, body, [start])
    return found if back_prop else nest.map_structure(stop_gradient, found)
