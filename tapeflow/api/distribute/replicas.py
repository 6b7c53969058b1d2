"""Replicas of one process: each runs in a thread of its own, one at a time, from one meeting point to the next.

A replica that calls `merge_call` stops there and the next one goes on. When all have come, what they brought is put
together and the function for all of them is called. One at a time, they may share a trace or a tape as one thread
would; what the thread that called `run` had switched on is on in each of them.
"""

import contextvars
import threading

from tapeflow.api.distribute.contexts import ReplicaContext, entered
from tapeflow.api.distribute.regrouping import handed_out, regrouped, selected
from tapeflow.core.context import state
from tapeflow.state.name_scope import current_prefix, name_scope


class _Abandoned(BaseException):
    """Ends a replica after another one has failed."""


class _Replica(threading.Thread):
    def __init__(self, strategy, number, call):
        super().__init__(name=f"replica {number}", daemon=True)
        self._strategy, self._number, self._call = strategy, number, call
        self._go, self._came = threading.Semaphore(0), threading.Semaphore(0)
        self._variables = contextvars.copy_context()
        self._switched_on = {name: getattr(state, name) for name in _SWITCHES}
        self._interpreter, self._prefix = state.interpreter, current_prefix()
        self.brought = self.result = self.error = None
        self.ended = self.abandoned = False

    def run(self):
        self._go.acquire()
        try:
            if not self.abandoned:
                self._variables.run(self._work)
        except BaseException as error:
            self.error = error
        self.ended = True
        self._came.release()

    def _work(self):
        for name, value in self._switched_on.items():
            setattr(state, name, value)
        context = ReplicaContext(self._strategy, self._number, self._merge)
        with entered(self._strategy, context), name_scope(self._prefix):
            self.result = self._call()

    def advance(self):
        """Lets the replica run until it ends, or brings something to be merged."""
        self.brought = None
        self._go.release()
        self._came.acquire()

    def _merge(self, merge_fn, args, kwargs):
        if state.interpreter is not self._interpreter:
            raise RuntimeError(
                "`merge_call` called while defining a new graph or a tf.function. This can often happen if the "
                "function `fn` passed to `strategy.run()` contains a nested `@tf.function`, and the nested "
                "`@tf.function` contains a synchronization point, such as aggregating gradients (e.g, "
                "optimizer.apply_gradients), or if the function `fn` uses a control flow statement which contains a "
                "synchronization point in the body. Take that out of the nested function or of the control flow."
            )
        self.brought = merge_fn, args, kwargs
        self._came.release()
        self._go.acquire()
        if self.abandoned:
            raise _Abandoned
        return self.merged

    def abandon(self):
        """Ends the replica where it waits."""
        self.abandoned = True
        if self.is_alive():
            self._go.release()
            self.join()


_SWITCHES = ("interpreter", "tapes", "read_variable", "listeners", "only_tapes")


def run_replicas(strategy, function, args, kwargs):
    """What `function` returns in each of the strategy's replicas, regrouped.

    Raises what a replica raises, and RuntimeError if some replicas come to a meeting point and others end.
    """
    replicas = []
    for number in range(strategy.num_replicas_in_sync):
        own = selected(number, (tuple(args), dict(kwargs)))
        replicas.append(_Replica(strategy, number, lambda own=own: function(*own[0], **own[1])))
    try:
        for each in replicas:
            each.start()
        while True:
            for each in replicas:
                each.advance()
                if each.error is not None:
                    raise each.error
            ended = [each.ended for each in replicas]
            if all(ended):
                return regrouped([each.result for each in replicas])
            if any(ended):
                raise RuntimeError(
                    "Some replicas made a different number of replica_context().merge_call() calls."
                )
            _meet(strategy, replicas)
    finally:
        for each in replicas:
            if not each.ended:
                each.abandon()


def _meet(strategy, replicas):
    """Calls the function for all replicas that each of them has brought, and hands out its result."""
    function = replicas[0].brought[0]
    args, kwargs = regrouped([each.brought[1:] for each in replicas])
    with entered(strategy, None):
        result = function(strategy, *args, **kwargs)
    for number, each in enumerate(replicas):
        each.merged = handed_out(number, result)
