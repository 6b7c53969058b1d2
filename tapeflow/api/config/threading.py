"""tf.config.threading: how many threads compute. The compiler is imported by the first call: it is large."""

__all__ = [
    "get_inter_op_parallelism_threads",
    "get_intra_op_parallelism_threads",
    "set_inter_op_parallelism_threads",
    "set_intra_op_parallelism_threads",
]

_inter_op = 0


def set_intra_op_parallelism_threads(num_threads):
    """Lets so many threads share the loops of a compiled program, from the next call on; 0: as many as processors.

    Results are the same for any number. The environment variable TAPEFLOW_NUM_THREADS says the number at the start.
    Raises TypeError for what is not a whole number, ValueError for one that is negative or above 256.

    >>> tf.config.threading.set_intra_op_parallelism_threads(2)
    >>> tf.config.threading.get_intra_op_parallelism_threads()
    2
    >>> tf.config.threading.set_intra_op_parallelism_threads(0)
    """
    from tapeflow.compiler import threads

    threads.set_num_threads(_count(num_threads) or None)


def get_intra_op_parallelism_threads():
    """How many threads share a loop, as set; 0: the system chooses.

    >>> tf.config.threading.get_intra_op_parallelism_threads()
    0
    """
    from tapeflow.compiler import threads

    return threads.chosen_number() or 0


def set_inter_op_parallelism_threads(num_threads):
    """Takes the number of ops that may run side by side; here one runs after the other, on all threads.

    >>> tf.config.threading.set_inter_op_parallelism_threads(2)
    """
    global _inter_op
    _inter_op = _count(num_threads)


def get_inter_op_parallelism_threads():
    """The number that was given to `set_inter_op_parallelism_threads`; 0 if none was.

    >>> tf.config.threading.set_inter_op_parallelism_threads(0)
    >>> tf.config.threading.get_inter_op_parallelism_threads()
    0
    """
    return _inter_op


def _count(num_threads):
    try:
        found = 0 if num_threads is None else num_threads.__index__()
    except AttributeError:
        raise TypeError(
            f"The number of threads is a {type(num_threads).__name__}; it must be a whole number."
        ) from None
    if found < 0:
        raise ValueError(f"The number of threads is {found}; it must be a whole number from 0 on.")
    return found
