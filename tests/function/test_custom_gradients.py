"""Gradient functions that call the function they belong to: a trace of one would never end."""

import pytest

import tapeflow as tf


@tf.custom_gradient
def _double_exponential(x):
    return tf.exp(2.0 * x), lambda g: 2.0 * g * _double_exponential(x)


def _derivative(function, order):
    if order == 0:
        return function

    def derived(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = _derivative(function, order - 1)(x)
        return tape.gradient(y, x)

    return derived


@pytest.mark.parametrize("order", [1, 2])
def test_a_gradient_that_leads_to_itself_is_traced_to_the_second_order(order):
    x = tf.constant(0.0)
    assert tf.function(_derivative(_double_exponential, order))(x).numpy() == 2.0**order
    assert _derivative(tf.function(_double_exponential), order)(x).numpy() == 2.0**order


def test_higher_orders_are_for_eager_calls():
    assert _derivative(_double_exponential, 4)(tf.constant(0.0)).numpy() == 16.0
    with pytest.raises(NotImplementedError, match="leads to itself"):
        tf.function(_derivative(_double_exponential, 3))(tf.constant(0.0))


def test_functions_within_each_other_that_compute_again_have_gradients():
    f = tf.exp
    for _ in range(5):
        f = tf.recompute_grad(lambda x, inner=f: inner(x) * 1.0)
    x = tf.constant(0.0)
    assert tf.function(_derivative(f, 1))(x).numpy() == 1.0
    assert tf.function(_derivative(f, 2))(x).numpy() == 1.0
