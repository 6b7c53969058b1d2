"""What the stateful random ops remember: the global seed, and how far each seeded op has read its stream.

An op has two seeds. The global one is `set_seed`'s; the op's own is what the caller gave, else the next
number of a generator that the global seed starts. Two calls with the same op, dtype and seeds go on in one
stream, as in TensorFlow, where they share a cached kernel; `set_seed` makes all of them start again.
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


def set_seed(seed):
    """Sets the global seed (None: no seed) and starts every seeded stream again."""
    import random

    global _global_seed, _operation_seeds
    if seed is None:
        _global_seed = _operation_seeds = None
        _positions.clear()
        _passing_positions.clear()
        return
    try:
        seed = operator.index(seed)
    except TypeError:
        seed = int(np.asarray(seed).item())
    with _lock:
        _global_seed = seed
        _operation_seeds = random.Random(seed)
        _positions.clear()
        _passing_positions.clear()


def global_seed():
    """The seed that `set_seed` got, or None."""
    return _global_seed


def operation_seeds(op_seed):
    """(seed, seed2) of the next random op; (None, None) asks for numbers that cannot be repeated."""
    of_graph = getattr(state.interpreter, "operation_seeds", None)
    if of_graph is not None:  # a graph that sessions run has a seed of its own
        return of_graph(op_seed)
    if op_seed is None and _global_seed is None:
        return None, None
    lasting = op_seed is not None or state.interpreter is not None  # a traced op runs again and again
    if op_seed is None:
        op_seed = _operation_seeds.randint(0, LARGEST_SEED)
    global_seed = DEFAULT_GLOBAL_SEED if _global_seed is None else _global_seed
    seeds = global_seed % LARGEST_SEED, int(op_seed) % LARGEST_SEED
    if seeds == (0, 0):
        seeds = 0, LARGEST_SEED  # as in TensorFlow, where two zeros would mean "no seeds"
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


def keep_stream(seed2):
    """Has the streams of an op seed, an int of its own kind, go on until `drop_stream`."""
    _lasting_seeds.add(seed2)


def drop_stream(seed2):
    """Ends what `keep_stream` began."""
    _lasting_seeds.discard(seed2)
    with _lock:
        for identity in [each for each in _positions if each[-1] is seed2]:
            del _positions[identity]
