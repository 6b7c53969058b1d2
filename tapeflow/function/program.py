"""A program at the tier that it has reached: NumPy's kernels at once, machine code when it is called again.

The first call of a traced function must not wait for a compiler: it runs as a plan of NumPy kernels
(`graph/execute.py`). When calls with the same shapes have taken about as long as the least compilation does, the
program is compiled in the background, and calls change over when that is done: small programs, and the last batch of
an epoch, do not pay for it before. `jit_compile=True` compiles before the first call returns. False means the same
as None, as TensorFlow's means "not by XLA": there, too, such a program is optimized.
"""

import contextlib
import functools
import gc
import importlib
import os
import queue
import threading
import time

from tapeflow.core.eager import SILENT, error_mode, restore, silence
from tapeflow.core.errors import out_of_memory
from tapeflow.core.log import warn_first
from tapeflow.core.size import NEEDS_SIZES, has_sizes
from tapeflow.core.threads import apart
from tapeflow.function import recent
from tapeflow.graph.execute import executable
from tapeflow.graph.replay import specialize
from tapeflow.graph.tracing import sizes_among

BACKGROUND, NOW, NEVER = "background", "now", "never"
_MODES = (BACKGROUND, NOW, NEVER)
_IDLE_SECONDS = 0.5
SECONDS_BEFORE_COMPILING = 0.02
"""A program that has not taken so long in all, and those like it, is not compiled yet."""


def default_mode():
    """When a program is compiled unless its function says: the environment variable TAPEFLOW_COMPILE."""
    mode = os.environ.get("TAPEFLOW_COMPILE", BACKGROUND)
    if mode not in _MODES:
        raise ValueError(f"TAPEFLOW_COMPILE is {mode!r}; it must be one of {', '.join(_MODES)}.")
    return _MODES[_MODES.index(mode)]  # the constant itself, for comparison by identity


def computes_on_unknown_ranks(graph):
    """Whether a call in the program takes or gives something of unknown rank, other than what Python gives."""
    for node in graph.nodes:
        if not node.op.facts.get("any_rank") and any(
            [value.dims is None for value in (*node.inputs, *node.outputs)]
        ):
            return True
    return any([computes_on_unknown_ranks(each) for each in graph.subgraphs()])


class Program:
    """Runs one graph on arrays. jit_compile: True, False or None, as of tf.function.

    aliases: {position of an output: position of the input in whose array it may be written}.
    """

    asks_for_ranks = False  # whether `fitting(dims)` gives another one for inputs of these dims

    def __init__(self, graph, jit_compile=None, aliases=None):
        self.graph = graph
        self.name = graph.name
        self.jit_compile = jit_compile
        self.aliases = aliases or {}
        self.mode = NOW if jit_compile else default_mode()
        if computes_on_unknown_ranks(graph):
            self.mode = NEVER
        self._open = [place for place, value in enumerate(graph.inputs) if has_sizes(value.dims)]
        self._sizes = sizes_among(graph.inputs)
        self._plan = None
        # By the shapes of the inputs that have unknown sizes, and the inputs that are sizes (`_key`):
        self._clocks = {}  # the Clock of what calls have taken, until they are compiled; None while that happens
        self._compiled = {}  # what the compiler made of the graph
        self._only = None  # the compiled program of a graph without unknown sizes
        self._lock = threading.Lock()

    def derived(self, graph):
        """The Program of a graph made from this one's, compiled when this one is."""
        found = graph.derived.get("program")
        if found is None:
            found = graph.derived["program"] = type(self)(graph, self.jit_compile)
            if found.mode is not NEVER:
                found.mode = self.mode
        return found

    def run(self, arrays, rest=None):
        """The tuple of arrays of the outputs. rest: the Rest that may be left to a worker, if nothing is read of what
        `aliases` names until it is done.
        """
        compiled = self._only
        if compiled is not None:
            return compiled(*arrays) if rest is None else compiled.run(arrays, rest)
        if self.mode is NEVER:
            return self._run_plan(arrays)
        shapes = self._key(arrays)
        compiled = self._compiled.get(shapes)
        if compiled is not None:
            return compiled(*arrays) if rest is None else compiled.run(arrays, rest)
        if self.mode is NOW:
            with self._lock:
                if shapes not in self._compiled:
                    try:
                        with _collector_paused():
                            self.compile(shapes)
                    except NEEDS_SIZES:
                        self._run_plan(arrays)  # says what is wrong with the arguments, as in the other modes
                        raise
            return self._compiled[shapes](*arrays)
        if shapes not in self._clocks:
            if recent.may_have(self.graph):
                compiled = self._made_before(shapes)
                if compiled is not None:
                    return compiled(*arrays)
            self._clocks[shapes] = recent.clock(self.graph, shapes)
        clock = self._clocks[shapes]
        if clock is None:  # the compiler is at it
            return self._run_plan(arrays)
        if clock.seconds >= SECONDS_BEFORE_COMPILING:
            results = self._run_plan(arrays)  # first: what is refused is not compiled
            self._clocks[shapes] = None
            clock.seconds = 0.0  # others with this clock may turn out to be different
            compile_in_background(self, shapes)
            return results
        start = time.perf_counter()
        results = self._run_plan(arrays)
        clock.seconds += time.perf_counter() - start
        return results

    def _key(self, arrays):
        shapes = [arrays[place].shape for place in self._open]
        return tuple([*shapes, *[int(arrays[place]) for place in self._sizes]] if self._sizes else shapes)

    def _run_plan(self, arrays):
        plan = self._plan
        if plan is None:
            plan = self._plan = executable(self.graph)
        token = None if error_mode() is SILENT else silence(SILENT)
        try:
            return plan(*arrays)
        finally:
            if token is not None:
                restore(token)

    def compile(self, shapes):
        """Compiles the graph for these shapes of the inputs that have unknown sizes, behind them the sizes that are
        inputs themselves, and keeps the result.
        """
        from tapeflow.compiler import compile_graph

        graph = self._specialized(shapes)
        key = recent.key_of(graph, self.aliases)
        try:
            compiled = recent.find(key) or compile_graph(graph, aliases=self.aliases)
        except MemoryError as error:
            raise out_of_memory(error) from error
        except (
            ValueError,
            TypeError,
            ArithmeticError,
            LookupError,
        ) as error:  # not to be taken for a kernel's
            raise RuntimeError(
                f"The compiler failed on {graph!r}: {type(error).__name__}: {error}"
            ) from error
        recent.keep(key, compiled)
        return self._use(compiled, shapes)

    def _made_before(self, shapes):
        """The compiled program of an earlier function with a graph like this one's, if it is still there."""
        try:
            graph = self._specialized(shapes)
        except NEEDS_SIZES:  # the arguments do not fit: the plan says so
            return None
        compiled = recent.find(recent.key_of(graph, self.aliases))
        return None if compiled is None else self._use(compiled, shapes)

    def _specialized(self, shapes):
        if not shapes:
            return self.graph
        dims = [value.dims for value in self.graph.inputs]
        for place, shape in zip(self._open, shapes, strict=False):
            dims[place] = shape
        sizes = dict(zip(self._sizes, shapes[len(self._open) :], strict=True))
        return specialize(self.graph, dims, sizes)

    def _use(self, compiled, shapes):
        self._compiled[shapes] = compiled
        if not shapes:
            self._only = compiled
        return compiled

    def table(self, shapes=None, arrays=None):
        """The compiled program as text, a row for each step: what it is, its ops and shape, bytes and operations.

        shapes: those of the inputs; arrays: inputs, on which the steps are timed.
        """
        from tapeflow.compiler.profile import step_seconds
        from tapeflow.compiler.show import table

        if arrays is not None:
            key = self._key(arrays)
        elif not self._sizes and (shapes is not None or not self._open):
            key = tuple([shapes[place] for place in self._open])
        elif self._compiled:
            key = next(iter(self._compiled))
        else:
            raise ValueError(
                "The program has unknown sizes: call the function first, or explain it for arguments."
            )
        compiled = self._compiled.get(key) or self.compile(key)
        return table(compiled, None if arrays is None else step_seconds(compiled, arrays))

    def table_of_compiled(self):
        """As `table`, of what is compiled last; None if nothing is."""
        from tapeflow.compiler.show import table

        return table(list(self._compiled.values())[-1]) if self._compiled else None


_pauses = 0  # how many threads compile without the garbage collector
_pauses_lock = threading.Lock()


@contextlib.contextmanager
def _collector_paused():
    """Without searches for garbage: a compiler makes many objects that all live until it is done, then none does."""
    global _pauses
    with _pauses_lock:
        mine = gc.isenabled() or _pauses > 0  # else the user has turned it off
        if mine:
            _pauses += 1
            gc.disable()
    try:
        yield
    finally:
        if mine:
            with _pauses_lock:
                _pauses -= 1
                if not _pauses:
                    gc.enable()


_waiting: queue.SimpleQueue = queue.SimpleQueue()
_worker = None
_worker_lock = threading.Lock()
_compiling = threading.Lock()
"""Held while the background thread compiles. Whoever forks waits for it: the child must not find things half done."""


def compile_in_background(program, shapes):
    """Has `program.compile(shapes)` called by another thread, which ends when there is nothing left to do.

    If that fails, the user is told of `program.name`, and `program.mode` is NEVER.
    """
    global _worker
    _guard_copies_of_the_process()
    _waiting.put((program, shapes))
    with _worker_lock:
        if _worker is None or not _worker.is_alive():
            _worker = threading.Thread(target=_work, name="tapeflow-compiler", daemon=True)
            _worker.start()


def _work():
    with apart():
        _compile_what_waits()


def _compile_what_waits():
    global _worker
    while True:
        try:
            program, shapes = _waiting.get(timeout=_IDLE_SECONDS)
        except queue.Empty:
            with _worker_lock:
                if _waiting.empty():
                    _worker = None
                    return
            continue
        try:
            with _compiling:
                program.compile(shapes)
        except Exception as error:  # the program goes on with NumPy's kernels, and the user hears of it
            program.mode = NEVER
            warn_first(3, "%s could not be compiled and stays with NumPy's kernels: %r", program.name, error)


def wait_for_compiler():
    """Waits until everything that was handed to the background thread is compiled."""
    worker = _worker
    while worker is not None and worker.is_alive():
        worker.join()
        worker = _worker


def _forget_worker():
    global _worker, _waiting, _worker_lock, _pauses, _pauses_lock
    _worker, _waiting, _worker_lock = None, queue.SimpleQueue(), threading.Lock()
    if _pauses:  # the threads that would let it go on do not exist here
        _pauses = 0
        gc.enable()
    _pauses_lock = threading.Lock()
    _compiling.release()


@functools.cache
def _guard_copies_of_the_process():
    """Whoever forks waits for the background thread first, and only then for what that may need: hooks are called in
    the reverse of the order in which they were registered, so this comes after the compiler's own.
    """
    importlib.import_module("tapeflow.compiler.load")
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(
            before=_compiling.acquire, after_in_parent=_compiling.release, after_in_child=_forget_worker
        )
