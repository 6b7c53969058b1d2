"""if, while and for statements at run time: Python's own, or choices and loops of the program that is traced."""

from tapeflow.core import nest
from tapeflow.core.operands import as_tensor
from tapeflow.core.size import Size, visible
from tapeflow.core.spec import CompositeTensor
from tapeflow.core.tensor import Tensor
from tapeflow.graph.autograph.undefined import NoReturn, Undefined
from tapeflow.graph.functional import cond, default_invariants
from tapeflow.graph.looping import repeat
from tapeflow.graph.tracing import Tracer, current
from tapeflow.ops.creation import zeros
from tapeflow.ops.layout import unstack


def is_staged(value):
    """Whether the value is a tensor and a program is being traced."""
    return isinstance(value, Tensor) and current() is not None


def _is_leaf(value):
    """Whether a leaf of a variable can be part of a program."""
    return isinstance(value, Tensor | CompositeTensor | int | float | complex | bool) or (
        hasattr(value, "__tf_tensor__") or hasattr(value, "__array__")
    )


def _can_be_staged(value):
    leaves = nest.flatten(value)
    return bool(leaves) and all([_is_leaf(each) for each in leaves])


# if


def if_stmt(test, body, orelse, get_state, set_state, symbols):
    """An if statement whose branches assign the `symbols` that get_state and set_state read and write."""
    if not is_staged(test):
        if not isinstance(test, Tensor) and hasattr(test, "__tf_tensor__") and current() is not None:
            test = as_tensor(test)
        else:
            if test:
                body()
            else:
                orelse()
            return
    if test.dims:
        raise ValueError(f"The test of an if statement must be a scalar, not of shape {test.shape}.")
    before = get_state()
    outcome = {}

    def branch(name, run):
        def traced():
            set_state(before)
            run()
            outcome[name] = get_state()
            return _results(outcome, symbols, before)

        return traced

    try:
        found = cond(test, branch("main", body), branch("else", orelse))
    except _ReturnsDifferError as error:
        set_state(before)
        found = _again(test, body, orelse, get_state, set_state, before, error.merged)
        outcome = {"main": error.merged, "else": error.merged}
    except BaseException:
        set_state(before)
        raise
    after = [main if staged is None else staged for main, staged in zip(outcome["main"], found, strict=True)]
    set_state(tuple(after))


class _ReturnsDifferError(Exception):
    """One branch returns and the other does not: what would be returned has to be made up."""

    def __init__(self, merged):
        super().__init__()
        self.merged = merged


def _results(outcome, symbols, before):
    """What a traced branch gives the program: for each symbol a nest of tensors, or None for one that stays Python."""
    # The branch for false comes first; when the second is done, both can be compared.
    state = outcome["main"] if "main" in outcome else outcome["else"]
    other = outcome.get("else") if "main" in outcome else None
    results = []
    for position, (name, value) in enumerate(zip(symbols, state, strict=True)):
        theirs = None if other is None else other[position]
        if other is not None:
            _compare(name, value, theirs, outcome, position)
        unchanged = value is before[position] and not _has_tensor(value)
        stays = unchanged and not isinstance(value, int | float | complex)
        if stays or isinstance(value, Undefined) or not _can_be_staged(value):
            results.append(None)
        else:
            results.append(nest.map_structure(_tensor, value))
    return results


def _has_tensor(value):
    return any([isinstance(each, Tensor | CompositeTensor) for each in nest.flatten(value)])


def _tensor(value):
    return value if isinstance(value, CompositeTensor) else as_tensor(value)


def _compare(name, main, other, outcome, position):
    """Raises what TensorFlow raises if the branches leave a variable in states that no program can join."""
    for value, theirs, branch in ((main, other, "main"), (other, main, "else")):
        if isinstance(value, NoReturn) and not isinstance(theirs, NoReturn):
            merged = list(outcome["main"])
            merged[position] = theirs
            raise _ReturnsDifferError(tuple(merged))
        if isinstance(value, Undefined) and not isinstance(theirs, Undefined):
            raise ValueError(f"'{name}' must also be initialized in the {branch} branch")
        if value is None and theirs is not None and not isinstance(theirs, Undefined):
            raise ValueError(f"'{name}' is None at the end of the {branch} branch.")
    if isinstance(main, Undefined) or main is other:
        return
    for value, branch in ((main, "main"), (other, "else")):
        if not _can_be_staged(value) and nest.flatten(value) and not _all_none(value):
            raise TypeError(
                f"'{name}' is {value!r} at the end of the {branch} branch of an if statement on a tensor; a variable "
                "that the branches give different values must be a tensor or a nest of tensors."
            )
    try:
        nest.assert_same_structure(main, other, expand_composites=True)
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"'{name}' must have the same nested structure in the main and else branches:\n{error}"
        ) from error
    for a, b in zip(nest.flatten(main), nest.flatten(other), strict=True):
        a, b = [each if hasattr(each, "dtype") else as_tensor(each) for each in (a, b)]
        if a is not None and b is not None and hasattr(a, "dtype") and a.dtype != b.dtype:
            raise TypeError(
                f"'{name}' has dtype {a.dtype.name} in the main branch, but dtype {b.dtype.name} in the else branch"
            )


def _all_none(value):
    return all([each is None for each in nest.flatten(value)])


def _again(test, body, orelse, get_state, set_state, before, like):
    """The choice once more, with zeros as the result of the branch that does not return."""

    def branch(run):
        def traced():
            set_state(before)
            run()
            results = []
            for value, wanted in zip(get_state(), like, strict=True):
                if isinstance(value, NoReturn) and not isinstance(wanted, Undefined):
                    value = nest.map_structure(lambda each: _zero_like(_tensor(each)), wanted)
                staged = not isinstance(value, Undefined) and _can_be_staged(value)
                results.append(nest.map_structure(_tensor, value) if staged else None)
            return results

        return traced

    return cond(test, branch(body), branch(orelse))


def _zero_like(tensor):
    dims = tensor.dims
    return zeros(tuple([1 if type(size) is Size else size for size in dims]), tensor._dtype)


# while


def while_stmt(test, body, get_state, set_state, symbols):
    """A while statement."""
    first = test()
    if not is_staged(first):
        while first:
            body()
            first = test()
            if is_staged(first):  # what the body made has become a tensor
                break
        else:
            return
    _staged_loop(None, test, body, get_state, set_state, symbols)


# for


def for_stmt(iterable, goes_on, body, get_state, set_state, symbols):
    """A for statement; `goes_on`, if it is not None, says before each iteration whether the loop goes on."""
    staged = getattr(iterable, "__autograph_for__", None)
    if staged is not None and current() is not None:
        staged(goes_on, body, get_state, set_state, symbols)
        return
    if not is_staged(iterable):
        if isinstance(iterable, Tensor):
            iterable = unstack(iterable, axis=0)
        iterator = iter(iterable)
        while goes_on is None or _python_bool(goes_on(), symbols):
            try:
                element = next(iterator)
            except StopIteration:
                return
            body(element)
        return
    if not iterable.dims:
        raise TypeError("Cannot iterate over a scalar tensor.")
    _staged_loop(iterable, goes_on, body, get_state, set_state, symbols)


def _python_bool(value, symbols):
    if is_staged(value):
        raise NotImplementedError(
            "A break or a return that depends on a tensor cannot end a loop over Python values while a function is "
            f"traced. Loop over a tensor instead, with tf.range for instance (the loop assigns {', '.join(symbols)})."
        )
    return value


class _Rows:
    """A Python list to which a traced body appends: what is appended is stacked over the iterations."""

    def __init__(self, start):
        self.start = start
        self.rows = []

    def append(self, value):
        """Notes a row."""
        self.rows.append(as_tensor(value))

    def __getattr__(self, name):
        raise NotImplementedError(
            f"A list that grows in a loop of a traced function can only be appended to, not {name!r}."
        )


def _staged_loop(elements, test, body, get_state, set_state, symbols):
    """The loop as an op of the program: over the rows of `elements`, or as long as test() says."""
    before = get_state()
    carried_places = [position for position, each in enumerate(before) if _can_be_staged(each)]
    before = _with_placeholders(elements, body, get_state, set_state, before, carried_places, symbols)
    lists = {
        position: each
        for position, each in enumerate(before)
        if type(each) is list and position not in carried_places
    }
    start = [before[position] for position in carried_places]
    start = [nest.map_structure(_tensor, each) for each in start]
    flat = nest.flatten(start, expand_composites=True)
    carried = [as_tensor(each) for each in flat]

    def enter(tensors):
        values = nest.pack_sequence_as(start, tensors, expand_composites=True)
        state = list(before)
        for place, value in zip(carried_places, values, strict=True):
            state[place] = value
        growing = {place: _Rows(each) for place, each in lists.items()}
        for place, rows in growing.items():
            state[place] = rows
        set_state(tuple(state))
        return growing

    def step(tensors, slices):
        growing = enter(tensors)
        body(*slices)
        after = get_state()
        _check_python(before, after, carried_places, growing, symbols)
        leaves = []
        for place, value in zip(carried_places, start, strict=True):
            leaves += _matching(symbols[place], value, after[place], tensors)
        return leaves, [row for rows in growing.values() for row in rows.rows]

    def goes_on(tensors):
        enter(tensors)
        found = test()
        return as_tensor(found)

    def check(position, a, b):
        raise _changed(_symbol_of(position, start, carried_places, symbols), a, b)

    try:
        after, rows = repeat(
            step,
            carried,
            () if elements is None else (elements,),
            condition=None if test is None else goes_on,
            invariants=default_invariants(start),
            check=check,
        )
    finally:
        set_state(before)
    values = nest.pack_sequence_as(start, after, expand_composites=True)
    state = list(before)
    for place, value in zip(carried_places, values, strict=True):
        state[place] = value
    _with_rows(state, lists, rows)
    set_state(tuple(state))


def _with_rows(state, lists, rows):
    """Puts what was appended to lists after what they held: row by row if the number is known, else as one tensor."""
    if not rows:
        return
    if len(lists) != 1:
        raise NotImplementedError(
            "One list can grow in a loop of a traced function; use tf.TensorArray for more."
        )
    ((place, held),) = lists.items()
    if type(rows[0].dims[0]) is int:
        found = list(held)
        for position in range(rows[0].dims[0]):
            found += [each[position] for each in rows]
        state[place] = found
    elif held or len(rows) != 1:
        raise NotImplementedError(
            "A list that grows in a loop of unknown length must be empty before it and get one row in each iteration."
        )
    else:
        state[place] = rows[0]


def _with_placeholders(elements, body, get_state, set_state, before, carried_places, symbols):
    """The state before the loop, with zeros for variables that get their first value in its body.

    As in TensorFlow, what they are is found by tracing the body once for nothing else.
    """
    missing = [place for place, each in enumerate(before) if isinstance(each, Undefined)]
    if not missing:
        return before
    scratch = Tracer("while_probe", current())
    scratch.on_create = lambda variable: None
    with scratch.tracing():
        state = list(before)
        for place in carried_places:
            state[place] = nest.map_structure(_stand_in(scratch), before[place])
        lists = [
            place for place, each in enumerate(before) if type(each) is list and place not in carried_places
        ]
        for place in lists:
            state[place] = _Rows(before[place])
        set_state(tuple(state))
        try:
            if elements is None:
                body()
            else:
                body(scratch.argument(elements._dtype, visible(elements.dims[1:])))
            after = get_state()
        finally:
            set_state(before)
    found = list(before)
    for place in missing:
        value = after[place]
        if isinstance(value, Undefined):
            continue
        if not _can_be_staged(value):
            raise ValueError(
                f"'{symbols[place]}' must be defined before the loop: it is {value!r} after an iteration."
            )
        found[place] = nest.map_structure(lambda each: _zero_like(_tensor(each)), value)
        carried_places.append(place)
    carried_places.sort()
    return tuple(found)


def _stand_in(tracer):
    def leaf(value):
        if isinstance(value, CompositeTensor):
            return value
        tensor = as_tensor(value)
        return tracer.argument(tensor._dtype, visible(tensor.dims))

    return leaf


def _check_python(before, after, carried_places, growing, symbols):
    """What stays Python must stay what it is in a loop that runs once for tracing only."""
    for place, (old, new) in enumerate(zip(before, after, strict=True)):
        if place in carried_places or place in growing:
            continue
        if old is new or isinstance(old, Undefined):
            continue
        if old is None:
            raise ValueError(f"'{symbols[place]}' may not be None before the loop.")
        raise TypeError(
            f"'{symbols[place]}' is {old!r} before the loop and {new!r} after an iteration; in a loop over tensors "
            "only tensors and numbers can change."
        )


def _matching(symbol, start, value, tensors):
    """The tensors of a variable after an iteration, in the structure that it had before the loop."""
    if isinstance(value, Undefined) or value is None:
        raise ValueError(f"'{symbol}' must be defined at the end of every iteration: it is {value!r}.")
    try:
        nest.assert_same_structure(start, value, expand_composites=True)
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"'{symbol}' does not have the same nested structure after one iteration.\n\n{error}"
        ) from error
    found = []
    leaves = nest.flatten(value, expand_composites=True)
    for leaf, first in zip(leaves, nest.flatten(start, expand_composites=True), strict=True):
        is_tensor = isinstance(leaf, Tensor) or hasattr(leaf, "__tf_tensor__") or hasattr(leaf, "dtype")
        try:
            found.append(as_tensor(leaf, None if is_tensor else first._dtype))
        except (TypeError, ValueError):
            found.append(as_tensor(leaf))
    return found


def _symbol_of(position, start, carried_places, symbols):
    """The name of the variable that carried tensor number `position` belongs to."""
    for place, value in zip(carried_places, start, strict=True):
        count = len(nest.flatten(value, expand_composites=True))
        if position < count:
            return symbols[place]
        position -= count
    return "a loop variable"


def _changed(symbol, before, after):
    if before._dtype is not after._dtype:
        return TypeError(
            f"'{symbol}' has dtype {before._dtype.name} before the loop, but dtype {after._dtype.name} after one "
            "iteration"
        )
    return ValueError(
        f"'{symbol}' has shape {before.shape} before the loop, but shape {after.shape} after one iteration. Use "
        "tf.autograph.experimental.set_loop_options to set shape invariants."
    )
