"""How many elements a data set has, and what becomes of that number."""

INFINITE_CARDINALITY = -1
UNKNOWN_CARDINALITY = -2


def repeated(size, count):
    """Of a data set that is gone through `count` times; -1 for ever."""
    if count == 0 or size == 0:
        return 0
    if count < 0:
        return INFINITE_CARDINALITY
    return size if size < 0 else size * count


def added(first, second):
    """Of one data set after the other."""
    if INFINITE_CARDINALITY in (first, second):
        return INFINITE_CARDINALITY
    return UNKNOWN_CARDINALITY if UNKNOWN_CARDINALITY in (first, second) else first + second


def shortest(sizes):
    """Of data sets gone through side by side, until one ends."""
    finite = [size for size in sizes if size != INFINITE_CARDINALITY]
    if not finite:
        return INFINITE_CARDINALITY
    return UNKNOWN_CARDINALITY if UNKNOWN_CARDINALITY in finite else min(finite)


def taken(size, count):
    """Of the first `count` elements; -1 for all of them."""
    if count < 0 or size == UNKNOWN_CARDINALITY:
        return size
    return count if size == INFINITE_CARDINALITY else min(size, count)


def skipped(size, count):
    """Of what follows the first `count` elements; -1 skips all of them."""
    if count < 0:
        return 0
    return size if size < 0 else max(size - count, 0)


def batched(size, batch_size, drop_remainder):
    """Of batches of `batch_size` elements."""
    if size < 0 or batch_size is None:
        return size
    return size // batch_size if drop_remainder else -(-size // batch_size)


def windows(size, span, shift, drop_remainder):
    """Of windows over `span` elements, each `shift` elements after the one before."""
    if size < 0:
        return size
    if drop_remainder:
        return max(size - span, -shift) // shift + 1
    return -(-size // shift)
