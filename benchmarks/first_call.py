"""Prints the microseconds of a function's first call in this process: `first_call.py library case`."""

import sys
import time

import numpy as np

from libraries import data

CHAINS = {"chain of 100": 100, "chain of 1000": 1000}
_square = data.square[0][:8, :8]


def chain(length, tanh, mean, matmul, z, x):
    """As many ops as `length` says, of several kinds, each on the result of the one before."""
    ops = [
        lambda z: z * x,
        lambda z: z + x,
        tanh,
        lambda z: z - x,
        lambda z: matmul(z, x),
        lambda z: z * 0.5,
        lambda z: z - mean(z),
        lambda z: tanh(z),
        lambda z: x * z,
    ]
    for k in range(length):
        z = ops[k % len(ops)](z)
    return z


def tensorflow_style(tf, case):
    """The call of TensorFlow and tapeflow."""
    from libraries.tensorflow_style import networks

    options = {} if case == "plan" else {"jit_compile": True}
    if case in CHAINS:
        x = tf.constant(np.ascontiguousarray(_square))
        mean = lambda z: tf.reduce_mean(z, axis=1, keepdims=True)
        tf.function(lambda z: z + 1.0, **options)(x)  # what only the first program of all pays for
        function = tf.function(lambda z: chain(CHAINS[case], tf.tanh, mean, tf.matmul, z, x), **options)
        return lambda: function(x).numpy()
    step, examples = networks.perceptron_step(tf)
    function = tf.function(step, **options)
    return lambda: function(*examples).numpy()


def tapeflow(case):
    import tapeflow as tf

    return tensorflow_style(tf, case)


def tensorflow(case):
    import tensorflow as tf

    return tensorflow_style(tf, case)


def jax(case):
    import jax
    import jax.numpy as jnp

    from libraries import jax_compiled

    if case in CHAINS:
        x = jnp.asarray(np.ascontiguousarray(_square))
        mean = lambda z: jnp.mean(z, axis=1, keepdims=True)
        jax.jit(lambda z: z + 1.0)(x).block_until_ready()
        function = jax.jit(lambda z: chain(CHAINS[case], jnp.tanh, mean, jnp.matmul, z, x))
        return lambda: function(x).block_until_ready()
    network, examples = jax_compiled.arrays((data.weights, (data.images, data.labels)))
    function = jax.jit(jax_compiled.descend(jax_compiled.perceptron_loss), donate_argnums=0)
    return lambda: jax.block_until_ready(function(network, *examples))


def main():
    """See the file's text."""
    library, case = sys.argv[1:]
    call = {"tapeflow": tapeflow, "tensorflow": tensorflow, "jax": jax}[library](case)
    start = time.perf_counter()
    call()
    print(1e6 * (time.perf_counter() - start))


if __name__ == "__main__":
    main()
