"""Compiled kernels for eager calls on large arrays.

`core/eager.py` asks `evaluate` before it runs NumPy's kernel on a large array. Whoever calls the same op again finds
it compiled a little later: as a loop over rows (`compiler/rows.py`) that serves any number of them, so that one
elementwise kernel is good for all shapes, or else as a program for the shapes that came, as products, convolutions and
reductions over leading axes are. Until then, and for whatever does not fit, the answer is None and NumPy's
kernel runs. A call that an op must refuse gets None, too: its kernel finds the words.

An op whose results do not mix rows says so by the fact `rows`: the name of the parameter that is the axis, or the axes,
which it works along, or the number of axes at the end that it works on, as a negative one. The inputs that are the
same for all rows stand in the fact `shared`. Elementwise ops and reductions need not say it.

What is kept of calls and kernels is bounded. TAPEFLOW_EAGER_KERNELS=0 and TAPEFLOW_COMPILE=never switch all of it off.
"""

import math
import os

import numpy

from tapeflow.core import dtypes as types
from tapeflow.core import eager
from tapeflow.core.dtypes import DType
from tapeflow.core.eager import wrap
from tapeflow.core.errors import InvalidArgumentError, OpError
from tapeflow.core.op import LARGE
from tapeflow.core.shapes import broadcast_shapes
from tapeflow.function.program import BACKGROUND, NEVER, NOW, compile_in_background, default_mode

_BLOCK = 4096
"""How many elements a block of rows should have: some vectors for each register, few enough for the nearest cache."""
_LONGEST = 1 << 16
"""The longest row of an op that is not elementwise, in bytes: kernels keep rows on the stack between their passes."""
_MOST_CALLS = 1024
_MOST_KERNELS = 256
_MOST_WHOLES = 64
"""Fewer than of kernels, since each has memory of its own to work in."""
_EAGER_VARIANTS = 16
"""How many kernels of one op, for rows of different lengths, are compiled at the second call."""
_EAGER_WHOLES = 48
_PATIENCE = 32
"""How often later ones must be called."""

_COMPILED = frozenset({types.float32, types.float64, types.bool, *types.INTEGERS})

_calls: dict[tuple, "_Call"] = {}
_kernels: dict[tuple, "_Kernel"] = {}
_wholes: dict[tuple, "_Whole"] = {}
_variants: dict[object, int] = {}  # (op, dtypes) -> how many kernels there have been


class _Call:
    """How calls of one op with inputs of certain shapes are made. kernel: None if NumPy's serves them."""

    __slots__ = ("dims", "kernel", "num_rows", "singles", "whole")

    def __init__(self, kernel=None, dims=(), num_rows=0, whole=None, singles=()):
        self.kernel = kernel
        self.dims = dims  # of the leading axes, which count rows
        self.num_rows = num_rows
        self.whole = whole  # the shape of the result of an elementwise op
        self.singles = singles  # which inputs are arrays of one element that kernels take as a number


def _cache():
    from tapeflow.compiler import cache

    return cache


class _Compiled:
    """An op compiled for certain inputs, or on the way to that."""

    def __init__(self, op, params, dtypes, shapes, patience):
        self.name = op.type_name
        self.program = None
        self.mode = default_mode()
        self._op = op
        self._params = params
        self._dtypes = dtypes
        self._shapes = shapes
        self._patience = patience
        self._num_calls = 0
        self._is_known = _cache().remembers(self._text())

    def _text(self):
        """What is compiled, for the notes of earlier processes."""
        return f"{type(self).__name__} {self.name} {self._params} {self._dtypes} {self._shapes}"

    def wanted(self):
        """Counts a call that could not be served, and has the kernel compiled when there were enough."""
        if self.mode is NEVER:
            return
        if self.mode is NOW:
            self.compile()
            return
        self._num_calls += 1
        if self._num_calls == (1 if self._is_known else self._patience):
            compile_in_background(self, None)

    def forget_calls(self):
        """In a forked child, where nobody compiles what the parent asked for."""
        self._num_calls = 0

    def compile(self, shapes=None):
        """Makes the program; an op that cannot be compiled, or refuses its inputs, stays with NumPy's kernel.

        Whatever else goes wrong is a defect of the compiler: whoever called has to tell of it.
        """
        from tapeflow.compiler.writer import NotLowerableError

        try:
            traced = self._traced()
        except (OpError, ValueError, TypeError):  # the op's own kernel finds the words
            self.mode = NEVER
            return
        try:
            self.program = self._made(*traced)
        except NotLowerableError:
            self.program = None
        if self.program is None:
            self.mode = NEVER
        elif not self._is_known:
            _cache().remember(self._text())

    def _traced(self):
        """(the graph of the op, whether it gives a tuple)."""
        from tapeflow.graph.tracing import Tracer

        tracer = Tracer(self.name)
        with tracer.tracing():
            arguments = [
                tracer.argument(dtype, dims) for dtype, dims in zip(self._dtypes, self._shapes, strict=True)
            ]
            results = self._op(*arguments, **self._params)
            is_tuple = type(results) is tuple
            return tracer.finish(results if is_tuple else [results]), is_tuple


class _Kernel(_Compiled):
    """An op compiled for rows of certain shapes."""

    def __init__(self, op, params, dtypes, shapes, with_rows, num_leading, patience):
        super().__init__(op, params, dtypes, shapes, patience)
        self._with_rows = with_rows
        self._num_leading = num_leading

    def _made(self, graph, is_tuple):
        from tapeflow.compiler.rows import NotRowsError, RowProgram

        count = self._num_leading
        rows = next(dims for dims, has in zip(self._shapes, self._with_rows, strict=True) if has)[count - 1]
        if any([value.dims[count - 1] != rows for value in graph.outputs]):
            return None
        self.results = [(value.dims[count:], value.dtype, value.dtype.array_dtype) for value in graph.outputs]
        self.is_tuple = is_tuple
        try:
            return RowProgram(graph, rows, self._with_rows)
        except NotRowsError:
            return None

    def run(self, call, op, dtypes, arrays, params):
        """The result; None if NumPy's kernel has to give it."""
        for place in call.singles:
            arrays[place] = arrays[place].reshape(())[()]
        outputs = [numpy.empty(call.dims + rest, dtype) for rest, _, dtype in self.results]
        if self.program.run(call.num_rows, arrays, outputs):
            return self.wrapped(outputs)
        return _conformed(call, op, dtypes, arrays, params)

    def wrapped(self, outputs):
        """The arrays as tensors."""
        tensors = [
            wrap(array if array.ndim else array[()], dtype)
            for array, (_, dtype, _) in zip(outputs, self.results, strict=True)
        ]
        return tuple(tensors) if self.is_tuple else tensors[0]


class _Whole(_Compiled):
    """An op compiled for inputs of certain shapes."""

    def _made(self, graph, is_tuple):
        from tapeflow.compiler import compile_graph

        program = compile_graph(graph)
        if any([step.kind == "call" or step.kind == "control" for step in program.plan.steps]):
            return None
        self._results = [value.dtype for value in graph.outputs]
        self._is_tuple = is_tuple
        return program

    def run(self, call, op, dtypes, arrays, params):
        """The result."""
        outputs = self.program(*arrays)
        tensors = [wrap(array, dtype) for array, dtype in zip(outputs, self._results, strict=True)]
        return tuple(tensors) if self._is_tuple else tensors[0]


def evaluate(op, inputs, params):
    """The result of an op, or of a composite of ops, on EagerTensors of which one is large; None: do it yourself."""
    return _evaluated(op, [each._dtype for each in inputs], [each._array for each in inputs], params)


def _evaluated(op, dtypes, arrays, params, dims=None):
    """See evaluate. dims: the shape that the result must have."""
    key = (op, *dtypes, *[each.shape for each in arrays])
    if params:
        exact = _exact(params)
        if exact is None:
            return None
        key += exact
    call = _calls.get(key)
    if call is None:
        call = _remember(_calls, key, _planned(op, dtypes, arrays, params, key), _MOST_CALLS)
    kernel = call.kernel
    if kernel is None or (dims is not None and call.whole != dims):
        return None
    program = kernel.program
    if program is None:
        if call.whole is not None and not all([_is_plain(each) for each in arrays]):
            once = _all_once(arrays)
            if once is not None:  # another kernel serves such calls
                return _evaluated(op, dtypes, once, params, call.whole)
        kernel.wanted()
        program = kernel.program
        if program is None:
            return None
    return kernel.run(call, op, dtypes, arrays, params)


def _conformed(call, op, dtypes, arrays, params):
    """The result for arrays that are not as kernels take them: repeated ones once, transposed ones as they lie."""
    kernel = call.kernel
    if all([_is_plain(each) for each in arrays]):
        return None  # the op has to refuse something
    if call.whole is not None:
        once = _all_once(arrays)
        if once is not None:
            return _evaluated(op, dtypes, once, params, call.whole)
    if call.whole == call.dims and all([each.size == 1 or each.flags.f_contiguous for each in arrays]):
        turned = [each if each.size == 1 else each.T for each in arrays]
        outputs = [numpy.empty(call.dims[::-1], dtype) for _, _, dtype in kernel.results]
        if kernel.program.run(call.num_rows, turned, outputs):
            return kernel.wrapped([each.T for each in outputs])
        return None
    outputs = [numpy.empty(call.dims + rest, dtype) for rest, _, dtype in kernel.results]
    copies = [
        each if _is_plain(each) else numpy.array(each, each.dtype.newbyteorder("="), order="C")
        for each in arrays
    ]
    return kernel.wrapped(outputs) if kernel.program.run(call.num_rows, copies, outputs) else None


def _is_plain(array):
    """Whether kernels take the array as it is."""
    if not array.ndim:
        return type(array) is not numpy.ndarray
    flags = array.flags
    return type(array) is numpy.ndarray and flags.c_contiguous and flags.aligned and array.dtype.isnative


def _once(array):
    """The array without the repetitions that broadcasting made of its elements, which have length 1 instead."""
    repeats = [size > 1 and not stride for size, stride in zip(array.shape, array.strides, strict=True)]
    return array[tuple([slice(0, 1) if each else slice(None) for each in repeats])] if any(repeats) else array


def _all_once(arrays):
    """The arrays without repetitions; None if there are none."""
    found = [_once(each) for each in arrays]
    return None if all([a is b for a, b in zip(found, arrays, strict=True)]) else found


def _exact(params):
    """The parameters as a tuple that is equal for equal ones of the same types; None if that cannot be said."""
    found = []
    for name, value in params.items():
        kind = type(value)
        if kind is float:
            value = value.hex()
        elif kind is tuple:
            value = _exact(dict(enumerate(value)))
            if value is None:
                return None
        elif kind not in _PARAMETERS:
            return None
        found.append((name, kind, value))
    return tuple(found)


_PARAMETERS = frozenset((int, bool, str, type(None), DType))


# Planning.


def _remember(known, key, value, most):
    """Keeps the value, and lets go of the oldest ones if there are too many."""
    if len(known) >= most:
        for old in list(known)[: most // 4]:
            known.pop(old, None)
    known[key] = value
    return value


def _planned(op, dtypes, arrays, params, key):
    """The _Call for these inputs."""
    if not _is_compiled_op(op) or not all([dtype in _COMPILED for dtype in dtypes]):
        return _Call()
    shapes = [each.shape for each in arrays]
    sizes = [each.size for each in arrays]
    if not min(sizes) or max(sizes) < LARGE or max(map(len, shapes)) > 8:
        return _Call()
    if op.facts.get("step"):
        return _whole(op, dtypes, shapes, params, key)
    elementwise = op.family == "elementwise"
    if elementwise:
        try:
            dims = broadcast_shapes(*shapes)
        except InvalidArgumentError:
            return _Call()
        padded = [(1,) * (len(dims) - len(each)) + each for each in shapes]
        leading = _leading_of_broadcast(dims, padded)
    else:
        dims = shapes[0]
        broadcasts = op.facts.get("broadcasts")
        padded = [(1,) * (len(dims) - len(each)) + each for each in shapes] if broadcasts else shapes
        leading = _leading(op, len(dims), params)
        if broadcasts:
            leading = min(leading, _leading_of_broadcast(dims, padded))
    lead = dims[:leading]
    with_rows = [
        each[:leading] == lead and (each is padded[0] or elementwise or op.inputs[place] not in _shared(op))
        for place, each in enumerate(padded)
    ]
    if leading < 1 or not any(with_rows):
        return _whole(op, dtypes, shapes, params, key)
    length = max([math.prod(each[leading:]) for each, has in zip(padded, with_rows, strict=True) if has])
    rows = max(1, _BLOCK // length)
    num_rows = math.prod(lead)
    is_long = not elementwise and length * max([dtype.size for dtype in dtypes]) > _LONGEST
    if is_long or num_rows < rows:
        return _whole(op, dtypes, shapes, params, key)
    block = (*[1] * (leading - 1), rows)
    blocks = tuple(
        [
            block + wide[leading:] if has else _without_leading(shape, padded is not shapes)
            for wide, shape, has in zip(padded, shapes, with_rows, strict=True)
        ]
    )
    name = (op, *dtypes, blocks, *key[1 + 2 * len(arrays) :])
    kernel = _kernels.get(name)
    if kernel is None:
        patience = _patience((op, *dtypes), _EAGER_VARIANTS)
        made = _Kernel(op, dict(params), dtypes, blocks, with_rows, leading, patience)
        kernel = _remember(_kernels, name, made, _MOST_KERNELS)
    singles = tuple([k for k, (one, each) in enumerate(zip(blocks, shapes, strict=True)) if each and not one])
    return _Call(kernel, lead, num_rows, dims if elementwise else None, singles)


def _whole(op, dtypes, shapes, params, key):
    """The _Call for inputs of just these shapes."""
    name = (op, *dtypes, tuple(shapes), *key[1 + 2 * len(shapes) :])
    kernel = _wholes.get(name)
    if kernel is None:
        made = _Whole(op, dict(params), dtypes, shapes, _patience((op, *dtypes), _EAGER_WHOLES))
        kernel = _remember(_wholes, name, made, _MOST_WHOLES)
    return _Call(kernel)


def _patience(group, eager):
    """How often a new kernel of a group must be asked for before it is compiled."""
    _variants[group] = _variants.get(group, 0) + 1
    return 2 if _variants[group] <= eager else _PATIENCE


def _without_leading(dims, broadcasts):
    """The shape of an input that is the same for all rows."""
    while broadcasts and dims and dims[0] == 1:
        dims = dims[1:]
    return dims


def _is_compiled_op(op):
    rules = getattr(op, "lower_rule", None), getattr(op, "expand_rule", True), op.facts.get("step")
    return any([each is not None for each in rules])


def _shared(op):
    """The names of the inputs that are the same for all rows."""
    return op.facts.get("shared", ())


def _leading_of_broadcast(dims, shapes):
    """How many leading axes each input either has like the result, or not at all."""
    count = 0
    for axis in range(len(dims)):
        count = axis + 1
        lead = dims[:count]
        ones = (1,) * count
        if not all([each[:count] == lead or each[:count] == ones for each in shapes]):
            return axis
    return count


def _leading(op, rank, params):
    """How many leading axes the op leaves alone."""
    rows = "axes" if op.family == "reduction" else op.facts.get("rows")
    if rows is None:
        return 0
    if type(rows) is int:
        return rank + rows
    axes = params[rows]
    if type(axes) is int:
        return axes
    first = rank - len(axes)
    return first if axes == tuple(range(first, rank)) else 0


# Switching on.


def forget():
    """Lets go of all that is kept."""
    for each in (_calls, _kernels, _wholes, _variants):
        each.clear()


def _after_fork():
    for kernel in [*_kernels.values(), *_wholes.values()]:
        if kernel.program is None:
            kernel.forget_calls()


def install():
    """Has `core/eager.py` ask, if the environment does not forbid it."""
    if os.environ.get("TAPEFLOW_EAGER_KERNELS", "1") != "0" and default_mode() != NEVER:
        eager.large_calls.evaluate = evaluate


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
install()

__all__ = ["BACKGROUND", "evaluate", "forget", "install"]
