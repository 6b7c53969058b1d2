"""JAX's workloads under jax.jit: state that is trained is donated, so that it is updated in place.

A step waits for its results before the next one ("blocked"), or ten steps are queued before anybody waits ("queued").
"""

import jax
import jax.numpy as jnp

from libraries import data

QUEUED = 10
_dims = (data.BATCH, data.SEQUENCE, 3, data.HEADS, data.WIDTH // data.HEADS)


def cross_entropy(logits, labels):
    chosen = jnp.take_along_axis(jax.nn.log_softmax(logits), labels[:, None], axis=1)
    return -jnp.mean(chosen)


def perceptron(network, images):
    w1, b1, w2, b2 = network
    return jax.nn.relu(images @ w1 + b1) @ w2 + b2


def perceptron_loss(network, images, labels):
    return cross_entropy(perceptron(network, images), labels)


def descend(loss):
    def step(network, *examples):
        value, gradients = jax.value_and_grad(loss)(network, *examples)
        return jax.tree.map(lambda weight, gradient: weight - data.RATE * gradient, network, gradients), value

    return step


def adam(state, images, labels):
    network, means, squares, count = state
    value, gradients = jax.value_and_grad(perceptron_loss)(network, images, labels)
    count = count + 1.0
    rate = data.ADAM_RATE * jnp.sqrt(1.0 - data.SECOND_DECAY**count) / (1.0 - data.FIRST_DECAY**count)
    means = jax.tree.map(lambda m, g: m + (g - m) * (1.0 - data.FIRST_DECAY), means, gradients)
    squares = jax.tree.map(lambda s, g: s + (g * g - s) * (1.0 - data.SECOND_DECAY), squares, gradients)
    network = jax.tree.map(lambda w, m, s: w - rate * m / (jnp.sqrt(s) + data.TINY), network, means, squares)
    return (network, means, squares, count), value


def convolution(x, filters):
    return jax.lax.conv_general_dilated(
        x, filters, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")
    )


def pool(x):
    return jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")


def pool_by_reshape(x):
    n, height, width, channels = x.shape
    return jnp.max(x.reshape(n, height // 2, 2, width // 2, 2, channels), axis=(2, 4))


def convolutional_loss(pool):
    def loss(network, pictures, labels):
        f1, c1, f2, c2, *dense = network
        x = pool(jax.nn.relu(convolution(pictures, f1) + c1))
        x = pool(jax.nn.relu(convolution(x, f2) + c2))
        return cross_entropy(perceptron(dense, x.reshape(-1, 7 * 7 * 64)), labels)

    return loss


def layer_norm(x, scale, offset):
    mean = jnp.mean(x, axis=-1, keepdims=True)
    variance = jnp.mean(jnp.square(x - mean), axis=-1, keepdims=True)
    return (x - mean) * jax.lax.rsqrt(variance + data.EPSILON) * scale + offset


def attention(x, weights, bias):
    query, key, value = (x.reshape(-1, data.WIDTH) @ weights + bias).reshape(_dims).transpose(2, 0, 3, 1, 4)
    scores = query @ key.swapaxes(-1, -2) * _dims[-1] ** -0.5 + data.hidden_part
    return (jax.nn.softmax(scores) @ value).transpose(0, 2, 1, 3).reshape(-1, data.WIDTH)


def block_loss(weights, sentences, targets):
    s1, o1, joined, joined_bias, output, output_bias, s2, o2, w1, b1, w2, b2 = weights
    y = attention(layer_norm(sentences, s1, o1), joined, joined_bias) @ output + output_bias
    x = sentences.reshape(-1, data.WIDTH) + y
    x = x + jax.nn.gelu(layer_norm(x, s2, o2) @ w1 + b1, approximate=True) @ w2 + b2
    return jnp.mean(jnp.square(x.reshape(sentences.shape) - targets))


@jax.jit
def newton(a):
    return jax.lax.fori_loop(0, data.ITERATIONS, lambda _, z: z - (z * z - a) / (2.0 * z), a)


@jax.jit
@jax.grad
def recurrent_gradient(weights, sequence):
    into, onward, bias = weights

    def step(h, x):
        return jnp.tanh(x @ into + h @ onward + bias), None

    h, _ = jax.lax.scan(step, jnp.zeros((32, 64)), sequence)
    return jnp.mean(jnp.square(h))


def arrays(nest):
    """Fresh arrays, which a step may be given for good."""
    return jax.tree.map(lambda array: jnp.array(array, copy=True), nest)


def adam_state():
    zeros = [0.0 * weight for weight in data.weights]
    return data.weights, zeros, zeros, 0.0


def training(step, initial, *examples):
    """{form: workload} of a step that takes its state and returns the next one."""
    compiled = jax.jit(step, donate_argnums=0)
    examples = arrays(examples)
    states = {"blocked": arrays(initial), "queued": arrays(initial)}

    def blocked():
        states["blocked"], value = compiled(states["blocked"], *examples)
        jax.block_until_ready((states["blocked"], value))

    def queued():
        for _ in range(QUEUED):
            states["queued"], value = compiled(states["queued"], *examples)
        jax.block_until_ready((states["queued"], value))

    return {"blocked": blocked, "queued": (queued, QUEUED)}


def calls(function, *arguments):
    """{form: workload} of a function without state."""
    compiled = jax.jit(function)
    arguments = arrays(arguments)
    return {"blocked": lambda: jax.block_until_ready(compiled(*arguments))}


def _workloads():
    mlp, cnn = (data.images, data.labels), (data.pictures, data.labels)
    reshaping = training(descend(convolutional_loss(pool_by_reshape)), data.convolutions, *cnn)
    forms = {
        "MLP SGD step": training(descend(perceptron_loss), data.weights, *mlp),
        "MLP Adam step": training(adam, adam_state(), *mlp),
        "softmax 1024x1024": calls(jax.nn.softmax, data.rows),
        "layer norm 1024x1024": calls(layer_norm, data.rows, data.scale, data.offset),
        "CNN step": {
            **training(descend(convolutional_loss(pool)), data.convolutions, *cnn),
            "reshaped": reshaping["blocked"],
        },
        "GPT block step": training(descend(block_loss), data.block, data.sentences, data.targets),
        "Newton 10,000": calls(newton, 2.0),
        "RNN 50 gradient": calls(recurrent_gradient, data.recurrent, data.sequence),
    }
    return {
        f"compiled {name}: {form}": workload
        for name, each in forms.items()
        for form, workload in each.items()
    }


WORKLOADS = _workloads()
