"""JAX's workloads, eager as the others: nothing under jit. It has no eager training step worth timing."""

import jax
import jax.numpy as jnp

from libraries import data, jax_compiled

x, y = jnp.asarray(1.5), jnp.asarray(2.5)
a, b = jnp.asarray(data.square[0]), jnp.asarray(data.square[1])
million = jnp.asarray(data.million)
v = jnp.asarray(3.0)
rows, scale, offset = jax_compiled.arrays((data.rows, data.scale, data.offset))
left, right = jax_compiled.arrays(tuple(data.large))

gradient = jax.grad(lambda v: v * v)
second_order = jax.grad(jax.grad(lambda v: v * v))


@jax.grad
def chain(v):
    for _ in range(100):
        v = v * x
        v = v + y
    return v


WORKLOADS = {
    "scalar add": lambda: (x + y).block_until_ready(),
    "matmul 10x10": lambda: jnp.matmul(a, b).block_until_ready(),
    "gradient of v*v": lambda: gradient(v).block_until_ready(),
    "second order of v*v": lambda: second_order(v).block_until_ready(),
    "chain of 200": lambda: chain(v).block_until_ready(),
    "eager softmax 1M": lambda: jax.nn.softmax(million).block_until_ready(),
    "eager tanh 1M": lambda: jnp.tanh(million).block_until_ready(),
    "eager layer norm 1M": lambda: jax_compiled.layer_norm(rows, scale, offset).block_until_ready(),
    "eager matmul 1024": lambda: jnp.matmul(left, right).block_until_ready(),
    **jax_compiled.WORKLOADS,
}
