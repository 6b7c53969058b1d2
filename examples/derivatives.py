"""What a learner meets first on the tape: seven short stories, each printing what it shows."""

import logging

import tapeflow as tf


def linear():
    """The gradient of a line is its slope, wherever one stands."""
    x = tf.Variable(4.0)
    with tf.GradientTape() as tape:
        y = 3.0 * x + 2.0
    print(f"y = 3x + 2 at x = 4: y = {float(y)}, dy/dx = {float(tape.gradient(y, x))}")


def second_call():
    """A tape gives one set of gradients, then lets go of what it kept. Asking again is an error."""
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = x * x
    print(f"first call: dy/dx = {float(tape.gradient(y, x))}")
    try:
        tape.gradient(y, x)
    except RuntimeError as error:
        print(f"second call: RuntimeError: {error}")


def persistent():
    """A persistent tape answers as often as it is asked; `del tape` frees what it keeps."""
    x = tf.Variable(3.0)
    with tf.GradientTape(persistent=True) as tape:
        y = x * x
        z = y * y
    print(f"dz/dx = 4x^3 = {float(tape.gradient(z, x))}, dy/dx = 2x = {float(tape.gradient(y, x))}")
    print(f"dz/dy = 2y = {float(tape.gradient(z, y))}: an intermediate result is a source as well")
    del tape


def second_derivative():
    """The outer tape records how the inner one computes its gradient."""
    x = tf.Variable(3.0)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = x * x * x
        first = inner.gradient(y, x)
    second = outer.gradient(first, x)
    print(f"y = x^3 at x = 3: dy/dx = 3x^2 = {float(first)}, d2y/dx2 = 6x = {float(second)}")


def constant():
    """Variables are watched by themselves; a constant has to be watched by name."""
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        y = x * x
    print(f"not watched: {tape.gradient(y, x)}")
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    print(f"watched: {float(tape.gradient(y, x))}")


def integers():
    """Between integers there is nothing to move along: the gradient is None, and a warning says why."""
    x = tf.constant(3)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    print(f"gradient of an integer product: {tape.gradient(y, x)}")


def control_flow():
    """Eager code is Python: the tape records the calls that the `if` and the `for` let happen."""

    def magnitude_of_power(x, exponent):
        result = tf.constant(1.0)
        for _ in range(exponent):
            result = result * x
        return result if result > 0.0 else -result

    for value in (2.0, -2.0):
        x = tf.Variable(value)
        with tf.GradientTape() as tape:
            y = magnitude_of_power(x, 3)
        print(f"|x^3| at x = {value}: {float(y)}, its derivative = {float(tape.gradient(y, x))}")


STORIES = (linear, second_call, persistent, second_derivative, constant, integers, control_flow)


def main():
    """Tells all the stories."""
    logging.basicConfig(format="warning: %(message)s")
    for number, story in enumerate(STORIES, start=1):
        print(f"\n{number}. {story.__doc__}")
        story()


if __name__ == "__main__":
    main()
