"""while and for statements at run time: Python's own, or loops of the program that is traced.

The names that a loop changes are carried from one iteration to the next, so they need a value before the first. What
a name will be that has none yet is found by tracing the body once for nothing else. If every iteration assigns the name
before it may read it, a filler is carried that no iteration is given, and the program checks that there is an
iteration. If an iteration may read the name first, the first iteration stands before the loop. Only the return value
needs no check: it has its flag.
"""

from tapeflow.core import nest
from tapeflow.core.dtypes import int32
from tapeflow.core.operands import as_tensor
from tapeflow.core.shapes import as_shape
from tapeflow.core.size import Size, visible
from tapeflow.core.spec import CompositeTensor, TensorSpec
from tapeflow.core.tensor import Tensor
from tapeflow.graph.autograph.branches import condition
from tapeflow.graph.autograph.options import LoopOptions
from tapeflow.graph.autograph.undefined import RETURNED, VALUE, Undefined
from tapeflow.graph.autograph.values import (
    Containers,
    Rows,
    can_be_staged,
    filler,
    has_object,
    is_staged,
    tensor,
)
from tapeflow.graph.functional import cond, default_invariants, row_numbers
from tapeflow.graph.looping import repeat
from tapeflow.graph.symbolic import SymbolicTensor
from tapeflow.graph.tracing import Tracer, current
from tapeflow.ops.arithmetic import add, maximum, minimum
from tapeflow.ops.comparison import greater, less, logical_and
from tapeflow.ops.creation import progression
from tapeflow.ops.effects import assert_true
from tapeflow.ops.layout import shape_of, unstack
from tapeflow.ops.selection import select


def while_stmt(test, body, state, options=None):
    """A while statement."""
    found = test()
    while not is_staged(found):
        if not found:
            return
        body()
        found = test()  # what the body made may have become a tensor
    _Loop(state, options or LoopOptions(), body, test, first=condition(found, "while loop")).run()


def for_stmt(iterable, goes_on, body, state, options=None):
    """A for statement; `goes_on`, if it is not None, says before each iteration whether the loop goes on."""
    if is_staged(iterable):
        if iterable.dims is None:
            for_stmt(row_numbers(iterable), goes_on, lambda number: body(iterable[number]), state, options)
            return
        if not iterable.dims:
            raise ValueError(
                "len requires a non-scalar tensor, got one of shape []: a loop needs rows to iterate over"
            )
        options = options or LoopOptions()
        iterable = _counted(iterable)
        if options.maximum_iterations is not None:
            iterable = iterable[: options.maximum_iterations]
        _Loop(state, options, body, goes_on, elements=iterable).run()
        return
    begin = getattr(iterable, "_begin_in_trace", None)
    if begin is not None and current() is not None:
        _loop_over_source(begin(), goes_on, body, state, options)
        return
    if isinstance(iterable, Tensor):
        iterable = unstack(iterable, axis=0)
    iterator = iter(iterable)
    while goes_on is None or _python_bool(goes_on(), state.symbols):
        try:
            element = next(iterator)
        except StopIteration:
            return
        body(element)


def _loop_over_source(source, goes_on, body, state, options):
    """A loop over what gives its elements when the program runs: source.has_next() and source.get_next() say so."""

    def test():
        found = True if goes_on is None else goes_on()
        if not is_staged(found):
            return found and source.has_next()
        return cond(condition(found, "while loop"), source.has_next, lambda: found)

    options = options or LoopOptions()
    options.relaxes = getattr(source, "is_new", False)
    while_stmt(test, lambda: body(source.get_next()), state, options)


def _counted(iterable):
    """A range as a loop counts it: past its limit it has no numbers, where a tensor would be refused."""
    node = iterable.value.node if type(iterable) is SymbolicTensor else None
    if node is None or node.op is not progression:
        return iterable
    start, limit, delta = [SymbolicTensor(each, iterable.tracer) for each in node.inputs]
    step = delta.value.constant
    if step is None:
        limit = select(delta > 0, maximum(limit, start), minimum(limit, start))
    else:
        limit = (maximum if step > 0 else minimum)(limit, start)
    return progression(start, limit, delta)


def _python_bool(value, symbols):
    if is_staged(value):
        raise NotImplementedError(
            "A break or a return that depends on a tensor cannot end a loop over Python values while a function is "
            "traced. Loop over a tensor instead, with tf.range for instance (the loop assigns "
            f"{', '.join([each for each in symbols if not each.startswith('ag__')])})."
        )
    return value


class _Loop:
    """A loop of the program: over the rows of `elements`, or as long as test() says.

    first: what the test has said before the first iteration, if there are no elements.
    """

    def __init__(self, state, options, body, test, elements=None, first=None):
        self.state = state
        self.options = options
        self.body = body
        self.test = test
        self.elements = elements
        self.first = first
        self.before = state.read()
        self.containers = Containers(self.before)
        self.carried = [place for place, each in enumerate(self.before) if can_be_staged(each)]
        self.starts = {place: self.before[place] for place in self.carried}  # what is carried into the loop
        self.relaxed = {}  # number of a carried tensor -> what it keeps of its dims, found by trying
        self.unseen = {}  # place -> invariants; carried, but what an iteration begins with is as before the loop
        self.lists = [k for k, each in enumerate(self.before) if type(each) is list and k not in self.carried]

    def run(self):
        """Traces the loop and sets the names to what they are after it."""
        missing = [k for k, each in enumerate(self.before) if each is None or isinstance(each, Undefined)]
        if missing:
            after = self._probe(missing)
            found = [k for k in missing if after[k] is not None and not isinstance(after[k], Undefined)]
            self._check_found(found, after)
            checked = [place for place in found if self.state.symbols[place] != VALUE]
            if checked:
                self._require_iteration([self.state.symbols[place] for place in checked])
            if any([self.state.symbols[place] in self.state.first_read for place in checked]):
                self._run_after_first()
                return
            for place in found:
                self._carry_unseen(place, after[place])
            self._keep_flag(after)
        self._repeat()

    # Names without a value.

    def _probe(self, missing):
        """The state after an iteration that is traced for nothing else."""
        scratch = Tracer("while_probe", current())
        scratch.on_create = lambda variable: None
        with scratch.tracing():
            state = list(self.before)
            for place in self.carried:
                state[place] = nest.map_structure(_stand_in(scratch), self.before[place])
            for place in self.lists:
                state[place] = Rows(self.before[place])
            self.state.write(tuple(state))
            try:
                if self.elements is None:
                    self.body()
                else:
                    self.body(scratch.argument(self.elements._dtype, visible(self.elements.dims[1:])))
                return self.state.read()
            except UnboundLocalError as error:
                if error.name not in [self.state.symbols[place] for place in missing]:
                    raise
                raise ValueError(f"'{error.name}' must be defined before the loop") from error
            finally:
                self.state.write(self.before)
                self.containers.restore()

    def _check_found(self, found, after):
        for place in found:
            if self.before[place] is None and has_object(after[place]):
                raise ValueError(f"'{self.state.symbols[place]}' is not allowed to be None before the loop")
            if not can_be_staged(after[place]):
                raise ValueError(
                    f"'{self.state.symbols[place]}' must be defined before the loop: it is {after[place]!r} after an "
                    "iteration, and a loop can only give tensors, numbers and nests of them."
                )

    def _require_iteration(self, symbols):
        message = f"loop must iterate at least once to initialize {', '.join(symbols)}"
        if self.elements is None:
            assert_true(self.first, message)
        elif type(self.elements.dims[0]) is Size:
            assert_true(greater(shape_of(self.elements, dtype=int32)[0], as_tensor(0)), message)
        else:
            assert_true(as_tensor(self.elements.dims[0] > 0), message)

    def _run_after_first(self):
        """The first iteration, and then a loop over the others."""
        if self.elements is not None:
            self.body(self.elements[0])
            for_stmt(self.elements[1:], self.test, self.body, self.state, self.options.after_first())
        else:
            self.body()
            while_stmt(self.test, self.body, self.state, self.options.after_first())

    def _carry_unseen(self, place, like):
        self.starts[place] = filler(like)
        self.carried = sorted([*self.carried, place])
        leaves = nest.flatten(like, expand_composites=True)
        self.unseen[place] = [visible(as_tensor(each).dims) for each in leaves]

    def _keep_flag(self, after):
        """A flag of a return that the body does not come to stays Python's."""
        flag, value = self.state.place(RETURNED), self.state.place(VALUE)
        if flag is not None and after[flag] is False and isinstance(after[value], Undefined):
            self.carried.remove(flag)

    # The loop.

    def _repeat(self):
        while True:
            try:
                self._try_to_repeat()
                return
            except _RelaxedError as relaxed:
                self.relaxed[relaxed.number] = relaxed.dims

    def _try_to_repeat(self):
        starts = [nest.map_structure(tensor, self.starts[place]) for place in self.carried]
        tensors = [as_tensor(each) for each in nest.flatten(starts, expand_composites=True)]
        invariants = []
        for place, start in zip(self.carried, starts, strict=True):
            invariants += self._invariants(place, start)
        for number, dims in self.relaxed.items():
            invariants[number] = dims
        limit = None if self.elements is not None else self.options.maximum_iterations
        if limit is not None:
            limit = as_tensor(limit)
            tensors, invariants = [as_tensor(0, limit._dtype), *tensors], [(), *invariants]
        lead = 0 if limit is None else 1

        def step(inside, slices):
            growing = self._enter(starts, inside[lead:])
            containers = Containers(self.state.read())
            self.body(*slices)
            after = self.state.read()
            self._check_python(after, growing, containers)
            count = [add(inside[0], as_tensor(1, limit._dtype))] if lead else []
            leaves = self._leaves(starts, after, inside[lead:])
            return count + leaves, [row for rows in growing.values() for row in rows.rows]

        def goes_on(inside):
            self._enter(starts, inside[lead:])
            found = condition(self.test(), "while loop")
            return logical_and(less(inside[0], limit), found) if lead else found

        def check(position, a, b):
            if self.options.relaxes and a._dtype is b._dtype:
                raise _RelaxedError(position - lead, a.shape.most_specific_compatible_shape(b.shape)._dims)
            raise _changed(self._symbol_of(position - lead, starts), a, b)

        try:
            after, rows = repeat(
                step,
                tensors,
                () if self.elements is None else (self.elements,),
                condition=None if self.test is None else goes_on,
                invariants=invariants,
                check=check,
            )
        finally:
            self.state.write(self.before)
            self.containers.restore()
        values = nest.pack_sequence_as(starts, after[lead:], expand_composites=True)
        state = list(self.before)
        for place, value in zip(self.carried, values, strict=True):
            state[place] = value
        self._with_rows(state, rows)
        self.state.write(tuple(state))

    def _invariants(self, place, start):
        """For each tensor of a carried value the dims that it keeps."""
        for value, shape in self.options.shape_invariants:
            if value is self.before[place] or value is self.starts[place]:
                shapes = [shape] if _is_shape(shape) else nest.flatten(shape, expand_composites=True)
                return [
                    self._said(place, each, leaf)
                    for each, leaf in zip(shapes, nest.flatten(start), strict=True)
                ]
        return self.unseen.get(place) or default_invariants([start])

    def _said(self, place, shape, leaf):
        if shape is None:
            return leaf.shape._dims
        shape = as_shape(shape.shape if isinstance(shape, TensorSpec) else shape)
        if place not in self.unseen and not leaf.shape.is_subtype_of(shape):
            raise ValueError(
                f"'{self.state.symbols[place]}' has shape {leaf.shape} before the loop, which does not conform with "
                f"the shape invariant {shape}."
            )
        return (None,) * len(leaf.dims) if shape.rank is None else shape._dims

    def _enter(self, starts, tensors):
        """Sets the names to what an iteration begins with; returns the lists that may grow in it, by place."""
        values = nest.pack_sequence_as(starts, tensors, expand_composites=True)
        state = list(self.before)
        for place, value in zip(self.carried, values, strict=True):
            if place not in self.unseen:
                state[place] = value
        growing = {place: Rows(self.before[place]) for place in self.lists}
        for place, rows in growing.items():
            state[place] = rows
        self.state.write(tuple(state))
        return growing

    def _leaves(self, starts, after, tensors):
        """What is carried on; where an iteration always returns, hidden names stay what they are."""
        flag = self.state.place(RETURNED)
        has_returned = flag is not None and after[flag] is True
        leaves = []
        for place, start in zip(self.carried, starts, strict=True):
            symbol = self.state.symbols[place]
            count = len(nest.flatten(start, expand_composites=True))
            inside = tensors[len(leaves) : len(leaves) + count]
            if has_returned and symbol in self.state.hidden:
                leaves += inside
            else:
                leaves += _matching("the return value" if symbol == VALUE else symbol, start, after[place])
        return leaves

    def _check_python(self, after, growing, containers):
        """What stays Python must stay what it is in a loop that runs once for tracing only."""
        symbols = self.state.symbols
        for place, (old, new) in enumerate(zip(self.before, after, strict=True)):
            if place in self.carried or place in growing:
                continue
            if old is new or isinstance(old, Undefined):
                continue
            if old is None:
                raise ValueError(f"'{symbols[place]}' is not allowed to be None before the loop")
            raise TypeError(
                f"'{symbols[place]}' is {old!r} before the loop and {new!r} after an iteration; in a loop over tensors "
                "only tensors and numbers can change."
            )
        for place in containers.changed():
            if place not in growing and place not in self.carried:
                held = self.before[place]
                containers.restore()
                raise TypeError(
                    f"'{symbols[place]}', {held!r} before the loop, holds something else after an iteration. A loop "
                    "over tensors is traced once: a list can only be appended to in it, and other containers can only "
                    "change if they hold tensors before it."
                )

    def _with_rows(self, state, rows):
        """Puts what was appended to a list after what it held: row by row if there are so many, else as a tensor."""
        if not rows:
            return
        if len(self.lists) != 1:
            raise NotImplementedError(
                "One list can grow in a loop of a traced function; use tf.TensorArray for more."
            )
        (place,) = self.lists
        held = self.before[place]
        if type(rows[0].dims[0]) is int:
            for position in range(rows[0].dims[0]):
                held += [each[position] for each in rows]
        elif held or len(rows) != 1:
            raise NotImplementedError(
                "A list that grows in a loop of unknown length must be empty before it and get one row in each "
                "iteration."
            )
        else:
            state[place] = rows[0]

    def _symbol_of(self, position, starts):
        """The name of the variable that carried tensor number `position` belongs to."""
        for place, value in zip(self.carried, starts, strict=True):
            count = len(nest.flatten(value, expand_composites=True))
            if position < count:
                return self.state.symbols[place]
            position -= count
        return "a loop variable"


class _RelaxedError(Exception):
    """A carried tensor has kept only these dims after an iteration."""

    def __init__(self, number, dims):
        super().__init__()
        self.number, self.dims = number, dims


def _is_shape(value):
    return value is None or hasattr(value, "rank") or isinstance(value, TensorSpec)


def _stand_in(tracer):
    def leaf(value):
        if isinstance(value, CompositeTensor):
            return value
        known = as_tensor(value)
        return tracer.argument(known._dtype, visible(known.dims))

    return leaf


def _matching(symbol, start, value):
    """The tensors of a variable after an iteration, in the structure that it had before the loop."""
    if isinstance(value, Undefined) or value is None:
        raise ValueError(f"'{symbol}' is {value!r} at the end of the iteration: it must have a value there.")
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
