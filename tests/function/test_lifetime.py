"""What a trace keeps alive: neither the tensors nor the objects of the call that it was made for."""

import gc
import weakref

import numpy as np

import tapeflow as tf


class _Settings:
    factor = 2.0


def test_a_trace_lets_go_of_the_tensors_it_was_made_for():
    double = tf.function(lambda nest: nest["x"] * 2.0)
    x = tf.constant(np.ones(3, np.float32))
    gone = weakref.ref(x)
    assert double({"x": x}).numpy().tolist() == [2.0, 2.0, 2.0]
    del x
    gc.collect()
    assert gone() is None
    assert double({"x": tf.ones(3)}).numpy().tolist() == [2.0, 2.0, 2.0]
    assert double.experimental_get_tracing_count() == 1


def test_a_trace_lets_go_of_the_objects_it_was_made_for():
    scale = tf.function(lambda x, settings: x * settings.factor)
    settings = _Settings()
    gone = weakref.ref(settings)
    assert scale(tf.constant(1.5), settings).numpy() == 3.0
    assert scale(tf.constant(2.0), settings).numpy() == 4.0
    assert scale.experimental_get_tracing_count() == 1
    del settings
    gc.collect()
    assert gone() is None
    assert scale(tf.constant(1.5), _Settings()).numpy() == 3.0
    assert scale.experimental_get_tracing_count() == 2
    assert len(scale._traces) == 1  # the trace for what is gone is gone, too
