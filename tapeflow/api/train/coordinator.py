"""Coordinator: threads that stop together."""

import contextlib
import sys
import threading
import time

from tapeflow.core.errors import OutOfRangeError
from tapeflow.core.log import get_logger


class Coordinator:
    """Has threads stop together, and tells the one that waits for them what went wrong in another.

    clean_stop_exception_types: exceptions that only mean that a thread is done; `tf.errors.OutOfRangeError` by default.

    >>> import threading
    >>> coordinator, seen = tf.train.Coordinator(), []
    >>> def work():
    ...     with coordinator.stop_on_exception():
    ...         while not coordinator.should_stop():
    ...             seen.append(len(seen))
    ...             if len(seen) == 3:
    ...                 coordinator.request_stop()
    >>> threads = [threading.Thread(target=work)]
    >>> threads[0].start()
    >>> coordinator.join(threads)
    >>> seen
    [0, 1, 2]
    """

    def __init__(self, clean_stop_exception_types=None):
        clean = (OutOfRangeError,) if clean_stop_exception_types is None else clean_stop_exception_types
        self._clean_stop_exception_types = tuple(clean)
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._failure = None
        self._joined = False
        self._threads = set()

    @property
    def joined(self):
        """Whether `join` has been called since the last `clear_stop`."""
        return self._joined

    def should_stop(self):
        """Whether somebody has asked the threads to stop."""
        return self._stopped.is_set()

    def request_stop(self, ex=None):
        """Asks the threads to stop. `ex`, an exception or what `sys.exc_info()` gives, is what `join` raises then.

        Only the first request counts. After `join` the exception is raised here.
        """
        failure = ex[1] if isinstance(ex, tuple) else ex
        if isinstance(failure, self._clean_stop_exception_types):
            failure = None
        with self._lock:
            if self._joined and failure is not None:
                raise failure
            if not self._stopped.is_set():
                if failure is not None:
                    get_logger().info("Error reported to Coordinator: %s", failure)
                    self._failure = failure
                self._stopped.set()

    def clear_stop(self):
        """Forgets the request to stop, its exception, and that threads were joined."""
        with self._lock:
            self._joined = False
            self._failure = None
            self._stopped.clear()

    @contextlib.contextmanager
    def stop_on_exception(self):
        """Context manager: an exception inside, which goes no further, is a request to stop."""
        try:
            yield
        except BaseException:  # also SystemExit: other threads should stop, too
            self.request_stop(sys.exc_info())

    def wait_for_stop(self, timeout=None):
        """Waits for a request to stop, for so many seconds at most; whether it came."""
        return self._stopped.wait(timeout)

    def register_thread(self, thread):
        """Has `join` wait for this thread, too."""
        with self._lock:
            self._threads.add(thread)

    def join(self, threads=None, stop_grace_period_secs=120, ignore_live_threads=False):
        """Waits until the threads, and those registered, have ended.

        Once they have been asked to stop they have `stop_grace_period_secs` for it; RuntimeError if some still run
        then, unless `ignore_live_threads`. Raises the exception with which they were asked to.
        """
        with self._lock:
            waiting = [*self._threads.union(threads or ())]
        while any([each.is_alive() for each in waiting]) and not self._stopped.wait(0.01):
            pass
        deadline = time.monotonic() + stop_grace_period_secs
        for each in waiting:
            if each.is_alive():
                each.join(max(deadline - time.monotonic(), 0.0))
        late = [each.name for each in waiting if each.is_alive()]
        with self._lock:
            self._joined = True
            self._threads = set()
        self.raise_requested_exception()
        if late and not ignore_live_threads:
            raise RuntimeError(f"Coordinator stopped with threads still running: {' '.join(late)}")

    def raise_requested_exception(self):
        """Raises the exception with which the threads were asked to stop, if there was one."""
        if self._failure is not None:
            raise self._failure
