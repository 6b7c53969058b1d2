"""Elements made by other threads, where that pays.

Handing an element over costs some tens of microseconds, and threads share one interpreter: they pay where making an
element takes long, above all where it waits. So a pipeline begins in the thread of whoever takes its elements, and
others come in when some elements in a row were slow. They go again when elements turn out to be quick, or when they are
waited for as long as before: where all that is done is Python's own work, or where the taker does nothing meanwhile.
"""

import atexit
import collections
import queue
import threading
import time
import weakref

from tapeflow.core.context import state
from tapeflow.core.errors import InternalError

_SLOW = 2e-3
"""So many seconds for an element are slow, whatever they are spent on."""
_WAITS = 2e-4
"""So many seconds without the processor are slow, too."""
_MOMENT = 1e-3
"""So long whoever takes elements waits without being woken for each: quick ones come in groups."""
_LOOKS = 1.0
"""So often whoever waits looks whether the threads are still there."""
_LAST_SECONDS = 0.5
"""So long the end of the program waits for threads at work."""
_NUM_SLOW = 3
"""After so many slow ones in a row threads come in: the first calls of a function are slow for other reasons."""
_NUM_QUICK = 32
"""After so many quick ones in a row they go."""
_TRIAL = 16
"""So many elements are taken before it is seen whether threads save time."""
_LEAST_GAIN = 0.2
"""The part of the time for an element that they must save; else they go."""
_PATIENCE, _MOST_PATIENCE = 64, 4096
"""After how many slow ones in a row threads that saved nothing come again; twice as many each time."""
_END = object()


class _Watch:
    """Tells slow work from quick: `start()` before it, `stop()` after it."""

    def __init__(self, patience=None):
        self.num_slow = self._num_quick = 0
        self._processor, self._patience = None, patience or _NUM_SLOW
        self._slow = collections.deque(maxlen=_TRIAL)  # how long the last ones took

    def start(self):
        """Begins to measure; the time of the processor only after something took long, as it costs more to ask for."""
        self._processor = time.thread_time() if self.num_slow else None
        self._start = time.perf_counter()

    def stop(self, seconds=None):
        """Ends to measure; seconds: how long it took, if that is known."""
        seconds = time.perf_counter() - self._start if seconds is None else seconds
        if seconds > _WAITS and (
            self._processor is None
            or seconds > _SLOW
            or seconds - (time.thread_time() - self._processor) > _WAITS
        ):
            self.num_slow, self._num_quick = self.num_slow + 1, 0
            self._slow.append(seconds)
        else:
            self.num_slow, self._num_quick = 0, self._num_quick + 1
            self._slow.clear()

    def is_slow(self):
        """Whether the last few were slow."""
        return self.num_slow >= self._patience

    def is_quick(self):
        """Whether the last ones, more of them, were quick."""
        return self._num_quick >= _NUM_QUICK

    def gain(self):
        """The _Gain to be had of the slow work."""
        return _Gain(min(self._slow))  # the first calls of a function took longer than they usually do


class _Gain:
    """Tells whether threads save time: elements must be waited for less long than it took to make them."""

    def __init__(self, seconds):
        self._allowed = (1.0 - _LEAST_GAIN) * seconds
        self._waited, self._count = 0.0, 0

    def is_missed(self, seconds):
        """Whether too little has been saved, now that an element was waited for so long."""
        self._waited, self._count = self._waited + seconds, self._count + 1
        if self._count < _TRIAL:
            return False
        is_missed = self._waited > self._allowed * self._count
        self._waited, self._count = 0.0, 0
        return is_missed


def _more_patience(patience):
    return min(max(2 * (patience or 0), _PATIENCE), _MOST_PATIENCE)


def made_ahead(elements, size, draws):
    """The elements of an iterator, of which at most `size` are made before they are taken.

    draws: what is drawn for them is written there, in whichever thread they are made.
    """
    elements, clock, patience = iter(elements), time.perf_counter, None
    while True:
        watch = _Watch(patience)
        while True:  # little is done here for a quick element: there may be many
            if watch.num_slow:
                watch.start()
            start, outer, state.draws = clock(), state.draws, draws
            try:
                element = next(elements)
            except StopIteration:
                return
            finally:
                state.draws = outer
            seconds = clock() - start
            if seconds > _WAITS or watch.num_slow:
                watch.stop(seconds)
                if watch.is_slow():
                    break
            yield element
        store = _Store(size, watch.gain())
        store.start_thread(_fill, elements, draws)
        try:
            yield element
            yield from store
        finally:
            store.stop()
        if not store.is_unwanted:
            return
        patience = _more_patience(patience) if store.is_useless else None


def mapped(function, elements, count, in_order):
    """`function(element)` for the elements of an iterator, for at most `count` of them at once; in their order, or
    those first that are done first.
    """
    elements, clock, patience = iter(elements), time.perf_counter, None
    while True:
        watch = _Watch(patience)
        for element in elements:
            if watch.num_slow:
                watch.start()
            start = clock()
            result = function(element)
            seconds = clock() - start
            if seconds > _WAITS or watch.num_slow:
                watch.stop(seconds)
                if watch.is_slow():
                    break
            yield result
        else:
            return
        calls = _Calls(function, count, in_order)
        calls.hold(result)
        try:
            yield from _in_threads(calls, elements, count, watch.gain())
        finally:
            calls.stop()
        if not calls.is_unwanted:
            return
        patience = _more_patience(patience) if calls.is_useless else None


def _in_threads(calls, elements, count, gain):
    has_ended = False
    while True:
        start = time.perf_counter()
        # Two new ones for each result, more while there is nothing else to do: a slow source delays no result.
        taken = 0
        while (
            not has_ended
            and not calls.is_unwanted
            and calls.num_pending < count
            and (taken < 2 or not calls.has_result())
        ):
            element = next(elements, _END)
            if element is _END:
                has_ended = True
            else:
                calls.submit(element)
                taken += 1
        if not calls.num_pending:
            return
        result = calls.result()
        if gain.is_missed(time.perf_counter() - start):
            calls.is_useless = calls.is_unwanted = True
        yield result


class _Shared:
    """What several threads have in common. `changed` guards it; whoever waits for a change waits for that."""

    def __init__(self):
        self.changed = threading.Condition()
        self.has_stopped = False
        self.threads = []
        self.is_unwanted = self.is_useless = False  # elements are quick; or else it does not help
        _in_use.add(self)

    def start_thread(self, work, *arguments):
        """Calls `work(self, *arguments)` in a thread of its own."""
        thread = threading.Thread(target=work, args=(self, *arguments), name="tapeflow-data", daemon=True)
        self.threads.append(thread)
        thread.start()

    def wait_until(self, is_there):
        """Waits, holding `changed`, until `is_there()`. InternalError if no thread is left for that."""
        while not is_there():
            if not self.changed.wait(_LOOKS) and not any([each.is_alive() for each in self.threads]):
                raise InternalError(
                    None,
                    None,
                    "The threads that make elements are not there: the process is a copy (a fork) of the one that "
                    "started them. Make an iterator in each process.",
                )

    def stop(self):
        """Has the threads end after what they are doing."""
        with self.changed:
            self.has_stopped = True
            self.changed.notify_all()


class _Store(_Shared):
    """Elements on their way from the thread that makes them to the one that takes them."""

    def __init__(self, size, gain):
        super().__init__()
        self._size, self._gain = size, gain
        self._elements = collections.deque()
        self._has_ended, self._is_urgent, self._error = False, False, None

    def put(self, element):
        """Adds an element when there is room; False if nobody will take it."""
        with self.changed:
            while len(self._elements) >= self._size and not self.has_stopped:
                self.changed.wait()
            if self.has_stopped:
                return False
            self._elements.append(element)
            if self._is_urgent or 2 * len(self._elements) >= self._size:
                self.changed.notify()
            return True

    def end(self, error=None):
        """Says that no more elements come: there are none, or making them failed."""
        with self.changed:
            self._has_ended, self._error = True, error
            self.changed.notify()

    def __iter__(self):
        while True:
            seconds = 0.0
            with self.changed:
                if not self._is_there():
                    start = time.perf_counter()
                    self._wait()
                    seconds = time.perf_counter() - start
                if not self._elements:
                    break
                if self._gain.is_missed(seconds):
                    self.is_useless = self.is_unwanted = True
                element = self._elements.popleft()
                if 2 * len(self._elements) <= self._size:
                    self.changed.notify()
            yield element
        error, self._error = self._error, None
        if error is not None:
            raise error

    def _is_there(self):
        return self._elements or self._has_ended

    def _wait(self):
        self.changed.wait(_MOMENT)
        self._is_urgent = True
        self.wait_until(self._is_there)
        self._is_urgent = False

    def stop(self):
        """Has the thread end after the element that it is making."""
        with self.changed:
            self._elements.clear()
            super().stop()


def _fill(store, elements, draws):
    error, watch, state.draws = None, _Watch(), draws
    try:
        while not (store.is_unwanted or watch.is_quick()):
            watch.start()
            element = next(elements, _END)
            watch.stop()
            if element is _END or not store.put(element):
                del elements
                break
            del element
        else:
            store.is_unwanted = True
    except BaseException as raised:
        error = raised
    store.end(error)


class _Call:
    """A call of the function: `element` before it, then `result` or `error`."""

    __slots__ = ("element", "error", "is_done", "result")

    def __init__(self, element):
        self.element, self.result, self.error, self.is_done = element, None, None, False


class _Calls(_Shared):
    """Calls of one function in several threads."""

    def __init__(self, function, count, in_order):
        super().__init__()
        self._function, self._count, self._in_order, self.draws = function, count, in_order, state.draws
        self._waiting = queue.SimpleQueue()
        self._pending, self._done = collections.deque(), collections.deque()

    @property
    def num_pending(self):
        """How many results will still come."""
        return len(self._pending)

    def hold(self, result):
        """Adds a result that is there already."""
        call = _Call(None)
        call.result = result
        self._pending.append(call)
        self.finish(call)

    def submit(self, element):
        """Has the function called for an element."""
        call = _Call(element)
        self._pending.append(call)
        self._waiting.put(call)
        if len(self.threads) < min(self._count, len(self._pending)):
            self.start_thread(_work, self._waiting, self._function)

    def finish(self, call):
        """Says that a call is done."""
        with self.changed:
            call.is_done = True
            self._done.append(call)
            self.changed.notify()

    def has_result(self):
        """Whether `result()` would not wait."""
        return self._pending[0].is_done if self._in_order and self._pending else bool(self._done)

    def result(self):
        """The next result; what the function raised is raised."""
        with self.changed:
            self.wait_until(self.has_result)
            call = self._pending[0] if self._in_order else self._done[0]
            self._pending.remove(call)
            self._done.remove(call)
        if call.error is not None:
            error, call.error = call.error, None
            raise error
        return call.result

    def stop(self):
        """Has the threads end after the calls that they are making."""
        super().stop()
        for _ in self.threads:
            self._waiting.put(None)


def _work(calls, waiting, function):
    watch, state.draws = _Watch(), calls.draws
    while (call := waiting.get()) is not None and not calls.has_stopped:
        watch.start()
        try:
            call.result = function(call.element)
        except BaseException as raised:
            call.error = raised
        watch.stop()
        calls.is_unwanted = calls.is_unwanted or watch.is_quick()
        call.element = None
        calls.finish(call)
        del call


_in_use: weakref.WeakSet = weakref.WeakSet()


@atexit.register
def _stop_all():
    """Ends the threads before the interpreter goes away beneath them."""
    last = time.monotonic() + _LAST_SECONDS
    for each in list(_in_use):
        each.stop()
        for thread in each.threads:
            thread.join(max(last - time.monotonic(), 0.0))
