"""Where NaN and infinity come from."""

import numpy as np
import pytest

import tapeflow as tf
from tapeflow.core import context


@pytest.fixture
def checking():
    tf.debugging.enable_check_numerics()
    yield
    tf.debugging.disable_check_numerics()


def test_error_names_op_inputs_and_line(checking):
    x = tf.constant([1.0, 0.0])
    with pytest.raises(tf.errors.InvalidArgumentError) as caught:
        tf.math.log(x)  # this line
    message = str(caught.value)
    for piece in ('"Log"', "shape: (2,)", "# of -Inf elements: 1", "[1. 0.]", "-Inf values"):
        assert piece in message
    assert "tf.math.log(x)  # this line" in message
    assert "test_numerics.py" in message
    assert "tapeflow/api" not in message


def test_operators_are_checked(checking):
    with pytest.raises(tf.errors.InvalidArgumentError, match='"RealDiv"'):
        tf.constant(1.0) / tf.constant(0.0)
    with pytest.raises(tf.errors.InvalidArgumentError, match="NaN"):
        tf.constant(float("nan")) + 1.0


def test_gradients_are_checked(checking):
    x = tf.constant([1.0, 0.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.sqrt(x)
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"tape\.gradient\(y, x\)"):
        tape.gradient(y, x)


def test_ops_that_move_elements_are_not_blamed(checking):
    x = tf.constant([float("nan"), 1.0])
    assert tf.reshape(x, [2, 1]).shape == [2, 1]
    assert np.isnan(tf.concat([x, x], 0)[0].numpy())
    assert tf.math.is_nan(x).numpy().tolist() == [True, False]
    assert (tf.constant(1) + 1).numpy() == 2


def test_limits_shorten_the_report():
    tf.debugging.enable_check_numerics(stack_height_limit=1, path_length_limit=9)
    try:
        with pytest.raises(tf.errors.InvalidArgumentError) as caught:
            tf.math.log(tf.constant(-1.0))
    finally:
        tf.debugging.disable_check_numerics()
    assert str(caught.value).count("File ") == 1
    assert 'File "...merics.py"' in str(caught.value)


def test_nothing_listens_after_disabling():
    before = len(context.listening)
    tf.debugging.enable_check_numerics()
    tf.debugging.enable_check_numerics()
    assert len(context.listening) == before + 1
    tf.debugging.disable_check_numerics()
    tf.debugging.disable_check_numerics()
    assert len(context.listening) == before
    assert np.isnan(tf.math.log(tf.constant(-1.0)).numpy())


def test_check_numerics_checks_its_gradient():
    x = tf.constant([0.0, 1.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.sqrt(tf.debugging.check_numerics(x, "inputs"))
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"detected in gradient.*inputs.*Inf"):
        tape.gradient(y, x)
