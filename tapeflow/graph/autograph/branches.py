"""if statements at run time: Python's own, or choices of the program that is traced.

Both branches of a choice are traced before anybody asks what they leave behind; then `_Join` brings their states
together, name by name. Where one branch has returned and the other has not, a name may get a filler in one of them: the
flag of the return guards it, as whatever reads the name asks the flag before.
"""

import math

from tapeflow.core import nest
from tapeflow.core.dtypes import bool as boolean
from tapeflow.core.operands import as_tensor
from tapeflow.core.size import Size
from tapeflow.core.tensor import Tensor
from tapeflow.graph.autograph.undefined import (
    END,
    RETURNED,
    VALUE,
    NoReturn,
    Undefined,
    is_flag,
    is_nothing,
)
from tapeflow.graph.autograph.values import (
    Containers,
    Copy,
    can_be_staged,
    contents,
    filler,
    has_tensor,
    is_number,
    is_staged,
    refill,
    tensor,
)
from tapeflow.graph.branching import choose
from tapeflow.graph.control_flow import as_index
from tapeflow.graph.tracing import current
from tapeflow.ops.layout import reshape


def condition(value, kind):
    """A bool scalar of a program, of what a statement of some kind asks; ValueError if it is none."""
    test = as_tensor(value)
    sizes = [size for size in test.dims or () if type(size) is not Size]
    if test._dtype is not boolean or math.prod(sizes) != 1:
        raise ValueError(
            f"condition of {kind} expected to be `tf.bool` scalar, got a tensor of dtype {test._dtype.name} and shape "
            f"{test.shape}; to use as boolean Tensor, use `tf.cast`; to check for None, use `is not None`"
        )
    return reshape(test, dims=()) if test.dims else test


def if_stmt(test, body, orelse, state):
    """An if statement whose branches assign the symbols of a state."""
    if not isinstance(test, Tensor) and hasattr(test, "__tf_tensor__") and current() is not None:
        test = as_tensor(test)
    if not is_staged(test):
        if test:
            body()
        else:
            orelse()
        return
    test = condition(test, "if statement")
    before = state.read()
    containers = Containers(before)
    outcomes, found = [], []

    def branch(run):
        def traced():
            try:
                run()
                outcomes.append(containers.outcome(state.read()))
            finally:
                state.write(before)
                containers.restore()

        return traced

    def join():
        found.append(_Join(state, before, *outcomes))
        return [found[0].of_else, found[0].of_main]

    results = choose(
        as_index(test), [branch(orelse), branch(body)], ["cond_false", "cond_true"], join=join, order=(1, 0)
    )
    state.write(found[0].after(results))


class _Filler:
    """Stands for a value like another one that nobody can see."""

    def __init__(self, like):
        self.like = like


def _given(value):
    return filler(value.like) if type(value) is _Filler else nest.map_structure(tensor, value)


class _Join:
    """The states that the two branches of a choice leave behind, brought together."""

    def __init__(self, state, before, main, orelse):
        self._before = before
        self._state = state
        place = state.place(RETURNED)
        self._returned = (False, False) if place is None else (main[place], orelse[place])
        self._kept = {}  # position -> a value that stays Python's
        self._pairs = {}  # position -> the values of both branches, to be chosen from
        self._in_place = set()  # positions of containers that are changed in place
        for position, pair in enumerate(zip(main, orelse, strict=True)):
            self._decide(position, *self._opened(position, *pair))

    def of_main(self):
        """What the first branch gives the program."""
        return [_given(pair[0]) for pair in self._pairs.values()]

    def of_else(self):
        """What the second branch gives the program."""
        return [_given(pair[1]) for pair in self._pairs.values()]

    def after(self, results):
        """The state after the choice; containers that both branches changed in place are changed in place."""
        found = {**self._kept, **dict(zip(self._pairs, results, strict=True))}
        state = []
        for position, before in enumerate(self._before):
            value = found[position]
            if position in self._in_place and value is not before:
                refill(before, value)
                value = before
            state.append(value)
        return tuple(state)

    def _opened(self, position, main, orelse):
        """The values of both branches, with what they hold in place of containers that are changed in place."""
        before = self._before[position]
        pair = main, orelse
        if Copy not in [type(each) for each in pair]:
            return pair
        if all([type(each) is Copy or each is before for each in pair]):
            self._in_place.add(position)
            pair = tuple([Copy(contents(before)) if each is before else each for each in pair])
        return [each.held if type(each) is Copy else each for each in pair]

    def _decide(self, position, main, orelse):
        symbol = self._state.symbols[position]
        before = self._before[position]
        if position >= self._state.live:
            self._kept[position] = before
        elif is_flag(symbol):
            self._decide_flag(position, main, orelse)
        elif symbol == VALUE:
            self._decide_value(position, main, orelse)
        elif symbol in self._state.hidden and True in [each for each in self._returned if each is True]:
            self._decide_hidden(position, main, orelse)
        elif main is before and orelse is before and not is_number(before):
            self._kept[position] = before
        else:
            self._decide_visible(position, symbol, main, orelse)

    def _decide_flag(self, position, main, orelse):
        if main is orelse and isinstance(main, bool):
            self._kept[position] = main
        else:
            self._pairs[position] = main, orelse

    def _decide_value(self, position, main, orelse):
        """The return value: where a branch has not returned, it is a filler that the flag guards."""
        for value, flag in zip((main, orelse), self._returned, strict=True):
            if isinstance(value, NoReturn) and flag is not False:
                raise AssertionError("the flag of a return is set without a value")
        missing = [isinstance(each, NoReturn) for each in (main, orelse)]
        if all(missing):
            self._kept[position] = main
        elif any(missing):
            value = orelse if missing[0] else main
            if is_nothing(value):
                self._kept[position] = value
                return
            _check_stageable("the return value", value, "else" if missing[0] else "main")
            self._pairs[position] = (_Filler(value), value) if missing[0] else (value, _Filler(value))
        elif is_nothing(main) and is_nothing(orelse):
            self._kept[position] = None
        else:
            for value, branch in ((main, "main"), (orelse, "else")):
                if value is END:
                    raise ValueError(
                        f"the {branch} branch must also have a return statement: the other one returns a value"
                    )
            self._decide_visible(position, "the return value", main, orelse)

    def _decide_hidden(self, position, main, orelse):
        """A name that nobody reads where the function has returned is what it is where it has not."""
        gone = [each is True for each in self._returned]
        if all(gone):
            self._kept[position] = self._before[position]
            return
        value, other = (orelse, main) if gone[0] else (main, orelse)
        if value is None or isinstance(value, Undefined) or not can_be_staged(value):
            self._kept[position] = value
            return
        other = other if _is_like(other, value) else _Filler(value)
        self._pairs[position] = (other, value) if gone[0] else (value, other)

    def _decide_visible(self, position, symbol, main, orelse):
        _compare(symbol, main, orelse)
        if main is orelse and not has_tensor(main) and not can_be_staged(main):
            self._kept[position] = main
        elif isinstance(main, Undefined) or not can_be_staged(main):
            self._kept[position] = main  # equal nests without tensors
        else:
            self._pairs[position] = main, orelse


def _is_like(value, other):
    """Whether two nests have the same structure, dtypes and shapes."""
    if isinstance(value, Undefined) or not can_be_staged(value):
        return False
    try:
        nest.assert_same_structure(value, other, expand_composites=True)
    except (TypeError, ValueError):
        return False
    pairs = zip(
        nest.flatten(value, expand_composites=True), nest.flatten(other, expand_composites=True), strict=True
    )
    pairs = [(as_tensor(a), as_tensor(b)) for a, b in pairs]
    return all([a._dtype is b._dtype and a.dims == b.dims for a, b in pairs])


def _check_stageable(symbol, value, branch):
    if not can_be_staged(value):
        raise TypeError(
            f"'{symbol}' is {value!r} at the end of the {branch} branch of an if statement on a tensor; a variable "
            "that the branches give different values must be a tensor or a nest of tensors."
        )


def _compare(symbol, main, orelse):
    """Raises what TensorFlow raises if the branches leave a variable in states that no program can join."""
    for value, other, branch in ((main, orelse, "main"), (orelse, main, "else")):
        if isinstance(value, Undefined) and not isinstance(other, Undefined):
            raise ValueError(f"'{symbol}' must also be initialized in the {branch} branch")
        if value is None and other is not None and not isinstance(other, Undefined):
            raise ValueError(f"'{symbol}' is None at the end of the {branch} branch.")
    if isinstance(main, Undefined) or main is orelse:
        return
    try:
        nest.assert_same_structure(main, orelse, expand_composites=True)
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"'{symbol}' must have the same nested structure in the main and else branches:\n{error}"
        ) from error
    for value, branch in ((main, "main"), (orelse, "else")):
        if nest.flatten(value) and any([each is not None for each in nest.flatten(value)]):
            _check_stageable(symbol, value, branch)
    leaves = [nest.flatten(each, expand_composites=True) for each in (main, orelse)]
    for a, b in zip(*leaves, strict=True):
        a, b = [each if each is None or hasattr(each, "dtype") else as_tensor(each) for each in (a, b)]
        if a is not None and b is not None and a.dtype != b.dtype:
            raise TypeError(
                f"'{symbol}' has dtype {a.dtype.name} in the main branch, but dtype {b.dtype.name} in the else branch"
            )
