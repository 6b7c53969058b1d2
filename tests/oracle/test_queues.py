"""Queues against TensorFlow's."""

import threading

import numpy as np
import pytest

import tapeflow

tensorflow = pytest.importorskip("tensorflow")


def plain(value):
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return (value.dtype.name, np.asarray(value.numpy()).tolist()) if hasattr(value, "numpy") else value


def raised(function):
    try:
        return plain(function())
    except Exception as error:
        return type(error).__name__


def first_in_first_out(tf):
    queue = tf.queue.FIFOQueue(5, [tf.int32, tf.string], shapes=[[2], []])
    queue.enqueue([[1, 2], "a"])
    queue.enqueue_many([[[3, 4], [5, 6]], ["b", "c"]])
    yield queue.size()
    yield queue.dequeue()
    yield queue.dequeue_many(1)
    yield queue.dequeue_many(0)
    yield [each.name for each in queue.dtypes], [each.as_list() for each in queue.shapes], queue.names
    yield raised(lambda: queue.enqueue([[1, 2, 3], "a"]))
    yield raised(lambda: queue.enqueue([1.5, "a"]))
    yield raised(lambda: queue.enqueue({"x": [1, 2]}))
    yield queue.is_closed()
    queue.close()
    yield queue.is_closed()
    yield raised(lambda: queue.enqueue([[1, 2], "a"]))
    yield raised(lambda: queue.dequeue_many(2))
    yield queue.dequeue_up_to(2)
    yield raised(queue.dequeue)
    yield raised(lambda: queue.dequeue_up_to(2))
    yield raised(queue.close)


def of_other_kinds(tf):
    named = tf.queue.FIFOQueue(2, [tf.float32], names=["x"])
    named.enqueue({"x": [1.0]})
    yield named.dequeue()
    yield raised(lambda: named.enqueue([1.0]))
    yield raised(lambda: named.enqueue({"y": 1.0}))
    yield raised(lambda: named.dequeue_many(1))
    padding = tf.queue.PaddingFIFOQueue(3, [tf.float32, tf.int32], shapes=[[None, 2], []])
    padding.enqueue([[[1.0, 2.0]], 1])
    padding.enqueue([[[3.0, 4.0], [5.0, 6.0]], 2])
    yield padding.dequeue_many(2)
    yield raised(lambda: tf.queue.PaddingFIFOQueue(3, [tf.float32], shapes=[None]))
    yield raised(lambda: tf.queue.PaddingFIFOQueue(3, [tf.float32], shapes=[[], []]))
    yield raised(lambda: tf.queue.FIFOQueue(3, [tf.float32], names=["a", "b"]))
    yield raised(lambda: tf.queue.FIFOQueue(3, [tf.float32], shapes=[[None]]))
    yield raised(lambda: tf.queue.FIFOQueue(3, [tf.float32], shapes=[[], []]))
    first = tf.queue.PriorityQueue(4, [tf.string], shapes=[[]])
    first.enqueue_many([tf.constant([3, 1, 2], tf.int64), ["c", "a", "b"]])
    yield [first.dequeue() for _ in range(3)]
    shuffled = tf.queue.RandomShuffleQueue(9, 2, tf.int32, shapes=[[]])
    shuffled.enqueue_many([[1, 2, 3, 4]])
    some = shuffled.dequeue_many(2).numpy().tolist()
    shuffled.close()
    yield sorted(some + shuffled.dequeue_many(2).numpy().tolist())
    yield raised(shuffled.dequeue)


def between_threads(tf):
    queue = tf.queue.FIFOQueue(1, tf.int32)

    def fill():
        for each in range(5):
            queue.enqueue(each)
        queue.close()

    thread = threading.Thread(target=fill)
    thread.start()
    yield [queue.dequeue() for _ in range(5)]
    yield raised(queue.dequeue)
    thread.join()


def in_functions(tf):
    queue = tf.queue.FIFOQueue(9, [tf.int32], shapes=[[]])

    @tf.function
    def pass_on(x):
        queue.enqueue(x)
        queue.enqueue(2 * x)
        found = queue.dequeue_many(2)
        return found + 1, queue.size()

    yield pass_on(tf.constant(1))
    yield pass_on(tf.constant(5))


@pytest.mark.parametrize("story", [first_in_first_out, of_other_kinds, between_threads, in_functions])
def test_queue_agrees_with_tensorflow(story):
    assert [plain(each) for each in story(tapeflow)] == [plain(each) for each in story(tensorflow)]
