"""tf.queue: queues of elements, each a tuple of tensors, between threads."""

import heapq
import itertools
import random
import threading
from collections import deque

import numpy

from tapeflow.api.arrays import ensure_shape
from tapeflow.api.context import executing_eagerly
from tapeflow.api.python_calls import py_function
from tapeflow.core.dtypes import as_dtype, bool, int32, int64, string
from tapeflow.core.errors import CancelledError, InvalidArgumentError, OutOfRangeError
from tapeflow.core.operands import as_tensor
from tapeflow.core.shapes import TensorShape, as_shape, unknown_shape

__all__ = ["FIFOQueue", "PaddingFIFOQueue", "PriorityQueue", "QueueBase", "RandomShuffleQueue"]


class QueueBase:
    """The parent of queues: elements that wait, of which each is a tensor for each of `dtypes`.

    Putting an element into a full queue waits for room, taking one from an empty queue for an element. CancelledError
    for putting one into a closed queue, OutOfRangeError for taking one that will not come.
    """

    def __init__(self, capacity, dtypes, shapes, names, name):
        self._dtypes = [as_dtype(each) for each in (dtypes if isinstance(dtypes, list | tuple) else [dtypes])]
        self._shapes = [unknown_shape()] * len(self._dtypes) if shapes is None else shapes
        self._names = None if names is None else list(names) if isinstance(names, list | tuple) else [names]
        counts = f"There are {len(self._dtypes)} dtypes, so there must be as many"
        if len(self._shapes) != len(self._dtypes):
            raise InvalidArgumentError(None, None, f"{counts} shapes, not {len(self._shapes)}.")
        if self._names is not None and len(self._names) != len(self._dtypes):
            raise ValueError(f"{counts} names, not {len(self._names)}.")
        self._capacity = float("inf") if capacity < 0 else capacity
        self._name = name
        self._elements = deque()
        self._closed = self._cancelled = False
        self._changed = threading.Condition()

    @property
    def name(self):
        """The name."""
        return self._name

    @property
    def dtypes(self):
        """The dtypes of the tensors of an element, a list."""
        return self._dtypes

    @property
    def shapes(self):
        """The TensorShapes of the tensors of an element, a list."""
        return self._shapes

    @property
    def names(self):
        """The keys of elements that are dicts, a list, or None."""
        return self._names

    # What a kind of queue says

    _kept = 0
    """How many elements stay while the queue is open."""

    def _put(self, element):
        self._elements.append(element)

    def _take(self):
        return self._elements.popleft()

    def _put_back(self, elements):
        self._elements.extendleft(reversed(elements))

    # Putting

    def enqueue(self, vals, name=None):
        """Puts an element: a tensor, a list of them, or a dict by the names of the queue.

        ValueError for other shapes, or for a dict without names and the like.

        >>> queue = tf.queue.FIFOQueue(2, [tf.float32])
        >>> queue.enqueue(1.5)
        >>> queue.dequeue().numpy().item()
        1.5
        """
        tensors = self._tensors(vals)
        for tensor, shape in zip(tensors, self._shapes, strict=True):
            tensor.shape.assert_is_compatible_with(shape)
        self._call(lambda *element: self._put_all([element]), tensors)

    def enqueue_many(self, vals, name=None):
        """Puts the rows of tensors as elements, one after another.

        >>> queue = tf.queue.FIFOQueue(3, [tf.int32], shapes=[[]])
        >>> queue.enqueue_many([[1, 2, 3]])
        >>> queue.dequeue_many(2).numpy(), queue.size().numpy().item()
        (array([1, 2], dtype=int32), 1)
        """
        tensors = self._tensors(vals)
        count = tensors[0].shape.with_rank_at_least(1)[:1]
        for tensor, shape in zip(tensors, self._shapes, strict=True):
            count = count.merge_with(tensor.shape.with_rank_at_least(1)[:1])
            tensor.shape[1:].assert_is_compatible_with(shape)
        self._call(lambda *columns: self._put_all(list(zip(*map(iter, columns), strict=True))), tensors)

    def _tensors(self, vals):
        if isinstance(vals, dict) is (self._names is None):
            raise ValueError("A queue with names takes dicts, and only such a queue does.")
        if isinstance(vals, dict):
            if sorted(vals) != sorted(self._names):
                raise ValueError(
                    f"The queue has the names {sorted(self._names)}, but the keys are {sorted(vals)}."
                )
            vals = [vals[name] for name in self._names]
        vals = vals if isinstance(vals, list | tuple) else [vals]
        if len(vals) != len(self._dtypes):
            raise ValueError(f"An element has {len(self._dtypes)} tensors, not {len(vals)}.")
        return [as_tensor(each, dtype) for each, dtype in zip(vals, self._dtypes, strict=True)]

    def _put_all(self, elements):
        with self._changed:
            for element in elements:
                if self._closed:
                    raise CancelledError(None, None, f"Queue '{self._name}' is closed.")
                self._changed.wait_for(lambda: len(self._elements) < self._capacity or self._cancelled)
                if self._cancelled:
                    raise CancelledError(None, None, f"Enqueue operation was cancelled: {self._name}")
                self._put(element)
                self._changed.notify_all()
        return []

    # Taking

    def dequeue(self, name=None):
        """Takes an element: a tensor, a list of them, or a dict by the names of the queue."""
        found = self._call(lambda: self._take_all(1, 1)[0], [], self._dtypes, self._shapes)
        return self._returned(found)

    def dequeue_many(self, n, name=None):
        """Takes n elements, stacked; OutOfRangeError if a closed queue has fewer.

        InvalidArgumentError if the queue was made without shapes.
        """
        return self._many(n, "dequeue_many", is_exact=True)

    def dequeue_up_to(self, n, name=None):
        """As `dequeue_many`, but of a closed queue with fewer than n elements those that there are."""
        return self._many(n, "dequeue_up_to", is_exact=False)

    def _many(self, n, what, is_exact):
        if not self._can_stack:
            raise InvalidArgumentError(
                None, None, f"{what} needs the shapes of the elements; give the queue `shapes`."
            )
        count = int(n) if executing_eagerly() or isinstance(n, int) else None
        if count is not None and count < 0:
            raise InvalidArgumentError(None, None, f"{what} takes a number of elements, not {count}.")
        known = TensorShape([count if is_exact else None])
        shapes = [known.concatenate(shape) for shape in self._shapes]

        def take(number):
            number = int(number)
            elements = self._take_all(number, number if is_exact else 1) if number else []
            columns = zip(*elements, strict=True) if elements else [()] * len(self._dtypes)
            parts = zip(columns, self._dtypes, self._shapes, strict=True)
            return [as_tensor(self._stacked(column, dtype, shape), dtype) for column, dtype, shape in parts]

        return self._returned(self._call(take, [as_tensor(n, int32)], self._dtypes, shapes))

    @property
    def _can_stack(self):
        return all([each.is_fully_defined() for each in self._shapes])

    def _stacked(self, tensors, dtype, shape):
        if not tensors:
            return numpy.zeros((0, *[each or 0 for each in shape.as_list()]), dtype.array_dtype)
        return numpy.stack([each.numpy() for each in tensors])

    def _take_all(self, count, least):
        with self._changed:
            found = []
            while len(found) < count:
                self._changed.wait_for(lambda: self._closed or len(self._elements) > self._kept)
                if not self._elements or (self._closed and len(self._elements) + len(found) < least):
                    break
                found.append(self._take())
                self._changed.notify_all()
            if len(found) < least:
                self._put_back(found)
                raise OutOfRangeError(
                    None,
                    None,
                    f"Queue '{self._name}' is closed and has insufficient elements (requested {count}, current size "
                    f"{len(self._elements)})",
                )
        return found

    def _returned(self, found):
        if self._names is not None:
            return dict(zip(self._names, found, strict=True))
        return found[0] if len(found) == 1 else found

    # The queue as a whole

    def close(self, cancel_pending_enqueues=False, name=None):
        """Lets no more elements in; those that wait for room still come, unless `cancel_pending_enqueues`."""

        def close():
            with self._changed:
                if self._closed and not cancel_pending_enqueues:
                    raise CancelledError(None, None, f"Queue '{self._name}' is already closed.")
                self._closed = True
                self._cancelled = self._cancelled or cancel_pending_enqueues
                self._changed.notify_all()
            return []

        self._call(close, [])

    def is_closed(self, name=None):
        """Whether it has been closed, a bool scalar."""
        return self._call(lambda: [as_tensor(self._closed, bool)], [], [bool], [TensorShape([])])[0]

    def size(self, name=None):
        """How many elements wait, an int32 scalar."""
        return self._call(lambda: [as_tensor(len(self._elements), int32)], [], [int32], [TensorShape([])])[0]

    def _call(self, function, inputs, dtypes=(), shapes=()):
        """What a function of eager tensors gives: now, or when the program runs that is being traced."""
        if executing_eagerly():
            return list(function(*inputs))
        found = py_function(lambda *tensors: list(function(*tensors)), inputs, list(dtypes))
        return [ensure_shape(each, shape) for each, shape in zip(found or [], shapes, strict=True)]


def _shapes(shapes, is_partial=False):
    if shapes is None:
        return None
    if isinstance(shapes, TensorShape):
        shapes = [shapes]
    if not isinstance(shapes, list | tuple):
        raise TypeError(f"`shapes` must be a list of shapes, not {shapes!r}.")
    if not is_partial and all([each is None or isinstance(each, int) for each in shapes]):
        shapes = [shapes]  # of the only tensor
    shapes = [as_shape(each) for each in shapes]
    for each in shapes:
        if each.rank is None or not (is_partial or each.is_fully_defined()):
            raise ValueError(f"The shapes of a queue must be known, not {each}.")
    return shapes


class FIFOQueue(QueueBase):
    """A queue from which elements are taken in the order in which they came.

    Args:
      capacity: how many elements it holds at most; negative: any number.
      dtypes, shapes: those of the tensors of an element, lists; shapes may be left out.
      names: keys, if elements are dicts.

    >>> queue = tf.queue.FIFOQueue(3, [tf.int32, tf.string], shapes=[[2], []], names=["numbers", "word"])
    >>> queue.enqueue({"numbers": [1, 2], "word": "a"})
    >>> queue.dequeue()["numbers"].numpy()
    array([1, 2], dtype=int32)
    """

    def __init__(self, capacity, dtypes, shapes=None, names=None, shared_name=None, name="fifo_queue"):
        super().__init__(capacity, dtypes, _shapes(shapes), names, name)


class RandomShuffleQueue(QueueBase):
    """A queue from which elements are taken at random; while it is open, `min_after_dequeue` stay in it.

    For the other arguments see `FIFOQueue`. The order depends on `seed`, but is another than TensorFlow's.

    >>> queue = tf.queue.RandomShuffleQueue(4, 1, tf.int32, shapes=[[]], seed=1)
    >>> queue.enqueue_many([[1, 2, 3]])
    >>> queue.close()
    >>> sorted(queue.dequeue_many(3).numpy().tolist())
    [1, 2, 3]
    """

    def __init__(
        self,
        capacity,
        min_after_dequeue,
        dtypes,
        shapes=None,
        names=None,
        seed=None,
        shared_name=None,
        name="random_shuffle_queue",
    ):
        super().__init__(capacity, dtypes, _shapes(shapes), names, name)
        if min_after_dequeue < 0 or min_after_dequeue >= self._capacity:
            raise InvalidArgumentError(
                None,
                None,
                f"min_after_dequeue must be at least 0 and less than {capacity}, not {min_after_dequeue}.",
            )
        self._min_after_dequeue = min_after_dequeue
        self._draws = random.Random(seed)

    @property
    def _kept(self):
        return self._min_after_dequeue

    def _take(self):
        place = self._draws.randrange(len(self._elements))
        self._elements.rotate(-place)
        return self._elements.popleft()


class PaddingFIFOQueue(QueueBase):
    """A FIFOQueue whose `shapes` may have unknown sizes: elements taken together are filled up with zeros.

    >>> queue = tf.queue.PaddingFIFOQueue(4, [tf.int32], shapes=[[None]])
    >>> queue.enqueue([[1]])
    >>> queue.enqueue([[2, 3]])
    >>> queue.dequeue_many(2).numpy().tolist()
    [[1, 0], [2, 3]]
    """

    def __init__(self, capacity, dtypes, shapes, names=None, shared_name=None, name="padding_fifo_queue"):
        if not isinstance(shapes, list | tuple) or any(
            [each is None or isinstance(each, int) for each in shapes]
        ):
            raise ValueError(f"`shapes` must be a list of shapes, not {shapes!r}.")
        if len(shapes) != (len(dtypes) if isinstance(dtypes, list | tuple) else 1):
            raise ValueError(f"There must be as many shapes as dtypes, not {shapes!r} for {dtypes!r}.")
        super().__init__(capacity, dtypes, _shapes(shapes, is_partial=True), names, name)

    @property
    def _can_stack(self):
        return True

    def _stacked(self, tensors, dtype, shape):
        arrays = [each.numpy() for each in tensors]
        if not arrays or not arrays[0].ndim:
            return super()._stacked(tensors, dtype, shape)
        longest = numpy.max([each.shape for each in arrays], axis=0)
        sizes = zip(shape.as_list(), longest, strict=True)
        fill = b"" if dtype is string else 0
        found = numpy.full((len(arrays), *[a or b for a, b in sizes]), fill, dtype.array_dtype)
        for place, each in enumerate(arrays):
            found[(place, *[slice(size) for size in each.shape])] = each
        return found


class PriorityQueue(QueueBase):
    """A queue from which the element of the least priority is taken first.

    An element has a tensor for each of `types`, and before them its priority, an int64 scalar. For the other arguments
    see `FIFOQueue`.

    >>> queue = tf.queue.PriorityQueue(3, [tf.string], shapes=[[]])
    >>> queue.enqueue([2, "later"])
    >>> queue.enqueue([1, "sooner"])
    >>> queue.dequeue()[1].numpy()
    b'sooner'
    """

    def __init__(self, capacity, types, shapes=None, names=None, shared_name=None, name="priority_queue"):
        types = list(types) if isinstance(types, list | tuple) else [types]
        shapes = _shapes(shapes)
        shapes = None if shapes is None else [TensorShape([]), *shapes]
        super().__init__(capacity, [int64, *types], shapes, names, name)
        self._elements = []
        self._order = itertools.count()

    def _put(self, element):
        heapq.heappush(self._elements, (int(element[0]), next(self._order), element))

    def _take(self):
        return heapq.heappop(self._elements)[2]

    def _put_back(self, elements):
        for each in elements:
            self._put(each)
