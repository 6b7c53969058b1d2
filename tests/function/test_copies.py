"""Copies of functions: of objects that hold some, for instance, where the copy computes with what is its own."""

import copy

import tapeflow as tf


class _Scale:
    def __init__(self):
        self.factor = tf.Variable(2.0)
        self.of_plain = tf.function(self._scaled)
        self.of_traced = self.shifted

    def _scaled(self, x):
        return x * self.factor

    @tf.function
    def shifted(self, x):
        return x * self.factor + 1.0


def test_the_copy_of_an_object_calls_its_own_methods():
    for is_traced in (False, True):
        first = _Scale()
        if is_traced:
            first.of_plain(1.0), first.of_traced(1.0)
        second = copy.deepcopy(first)
        second.factor.assign(5.0)
        assert [first.of_plain(1.0).numpy(), first.of_traced(1.0).numpy(), first.shifted(1.0).numpy()] == [
            2,
            3,
            3,
        ]
        assert [second.of_plain(1.0).numpy(), second.of_traced(1.0).numpy()] == [5, 6]
        assert second.shifted(1.0).numpy() == 6


def test_a_copy_keeps_what_the_function_was_told():
    double = tf.function(lambda x: x * 2, input_signature=[tf.TensorSpec([None])])
    for copied in (copy.copy(double), copy.deepcopy(double)):
        assert copied is not double
        assert copied(tf.ones(2)).numpy().tolist() == [2, 2]
        assert copied(tf.ones(3)).numpy().tolist() == [2, 2, 2]
        assert copied.experimental_get_tracing_count() == 1
