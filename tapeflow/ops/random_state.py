"""What the stateful random ops remember: the global seed, and how far each seeded op has read its stream.

An op has two seeds. The global one is `set_seed`'s; the op's own is what the caller gave, else the next
number of a generator that the global seed starts. Two calls with the same op, dtype and seeds go on in one
stream, as in TensorFlow, where they share a cached kernel; `set_seed` makes all of them start again.

In a traced function each op has a stream of its own (`OwnSeed`), and what stands for its own seed unless it is given is
how many ops without one were traced before it.
"""

import operator
import os
import threading

import numpy as np

from tapeflow.core.context import state
from tapeflow.ops import philox

DEFAULT_GLOBAL_SEED = 87654321
LARGEST_SEED = 2**31 - 1

_lock = threading.Lock()
_global_seed = None
_operation_seeds = None
# Where each stream has got to. Those of seeds that nobody chose are soon out of use: every call derives a
# new one.
_positions: dict[tuple, int] = {}
_passing_positions: dict[tuple, int] = {}
_MOST_PASSING = 1000
_lasting_seeds: set[int] = set()
# What ops with lasting seeds, or with none, have learned.
_memories: dict[tuple, object] = {}
_beginning = 0  # how often all streams have begun anew


class OwnSeed(int):
    """The seed of one op of a program. It is equal to itself alone, so that no other shares its stream."""

    __hash__ = object.__hash__

    def __init__(self, _):
        self._beginning = self._counter = None
        self._memory = None, None

    def __eq__(self, other):
        return self is other

    def __ne__(self, other):
        return self is not other

    def reserve(self, num_blocks):
        """The counter where the stream has got to, for the iterator that asks; the next starts `num_blocks` later."""
        streams = None if state.draws is None else state.draws.streams
        with _lock:
            if streams is not None:
                counter = streams.get(self)
            else:
                counter = self._counter if self._beginning == _beginning else None
            if counter is None:
                counter = (int(self) & philox.KEY_MASK) << 64
            following = philox.skip(counter, num_blocks)
            if streams is not None:
                streams[self] = following
            else:
                self._beginning, self._counter = _beginning, following
        return counter

    def remembered(self, make):
        """What `make()` gave for this op, which it keeps as long as its stream."""
        streams = None if state.draws is None else state.draws.streams
        with _lock:
            if streams is not None:
                if (self, "memory") not in streams:
                    streams[self, "memory"] = make()
                return streams[self, "memory"]
            beginning, memory = self._memory
            if beginning != _beginning:
                memory = make()
                self._memory = _beginning, memory
            return memory


def own_seeds(seed, op_seed, place):
    """(seed, seed2) of an op of a program; (None, None) asks for numbers that cannot be repeated.

    seed: that of the program, or None. op_seed: what the caller gave, or None. place: what is taken in its stead.
    """
    if seed is None and op_seed is None:
        return None, None
    seed, seed2 = _cut(DEFAULT_GLOBAL_SEED if seed is None else seed, place if op_seed is None else op_seed)
    return seed, OwnSeed(seed2)


def _cut(seed, seed2):
    """Seeds as Philox gets them: two zeros would mean "no seeds" to TensorFlow."""
    seeds = int(seed) % LARGEST_SEED, int(seed2) % LARGEST_SEED
    return (0, LARGEST_SEED) if seeds == (0, 0) else seeds


def set_seed(seed):
    """Sets the global seed (None: no seed) and starts every seeded stream again; while a function is traced, the seed
    of its program.
    """
    import random

    global _global_seed, _operation_seeds, _beginning
    if seed is not None:
        try:
            seed = operator.index(seed)
        except TypeError:
            seed = int(np.asarray(seed).item())
    if getattr(state.interpreter, "operation_seeds", None) is not None:
        state.interpreter.seed = seed
        return
    with _lock:
        _beginning += 1
        _global_seed = seed
        _operation_seeds = None if seed is None else random.Random(seed)
        _positions.clear()
        _passing_positions.clear()
        _memories.clear()


def global_seed():
    """The seed that `set_seed` got, or None."""
    return _global_seed


def operation_seeds(op_seed):
    """(seed, seed2) of the next random op; (None, None) asks for numbers that cannot be repeated."""
    of_graph = getattr(state.interpreter, "operation_seeds", None)
    if of_graph is not None:
        return of_graph(op_seed)
    if op_seed is None and _global_seed is None:
        return None, None
    lasting = op_seed is not None or state.interpreter is not None  # a traced op runs again and again
    if op_seed is None:
        op_seed = _operation_seeds.randint(0, LARGEST_SEED)
    global_seed = DEFAULT_GLOBAL_SEED if _global_seed is None else _global_seed
    seeds = _cut(global_seed, op_seed)
    if lasting:
        _lasting_seeds.add(seeds[1])
    return seeds


def reserve(identity, seed, seed2, num_blocks):
    """(key, counter) of the stream with these seeds; the next call with this identity starts `num_blocks`
    later.

    `identity` says which op asks: a tuple of its name and dtypes.
    """
    if seed is None:
        entropy = int.from_bytes(os.urandom(16), "little")
        return entropy & philox.KEY_MASK, (entropy >> 64) << 64
    if type(seed2) is OwnSeed:
        return seed & philox.KEY_MASK, seed2.reserve(num_blocks)
    identity = (*identity, seed, seed2)
    with _lock:
        positions = _positions if seed2 in _lasting_seeds else _passing_positions
        counter = positions.pop(identity, None)
        if counter is None:
            counter = (seed2 & philox.KEY_MASK) << 64
        positions[identity] = philox.skip(counter, num_blocks)
        if positions is _passing_positions and len(positions) > _MOST_PASSING:
            del positions[next(iter(positions))]
    return seed & philox.KEY_MASK, counter


def remembered(identity, seed, seed2, make):
    """What `make()` gave for the op of this identity and these seeds; as TensorFlow's kernels keep what they learn.

    An op whose seed comes from the global one is called once, so that it has nothing to remember.
    """
    if type(seed2) is OwnSeed:
        return seed2.remembered(make)
    if seed is not None and seed2 not in _lasting_seeds:
        return make()
    with _lock:
        identity = (*identity, seed, seed2)
        if identity not in _memories:
            _memories[identity] = make()
        return _memories[identity]
