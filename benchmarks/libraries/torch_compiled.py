"""PyTorch's workloads under torch.compile: a whole functional step, or a compiled loss with autograd around it."""

import torch
from torch.nn import functional

from libraries import data

torch._dynamo.config.recompile_limit = 64  # the steps below share their code
_size = data.WIDTH // data.HEADS


def perceptron_loss(network, images, labels):
    w1, b1, w2, b2 = network
    logits = torch.relu(images @ w1 + b1) @ w2 + b2
    return functional.cross_entropy(logits, labels)


def convolutional_loss(network, pictures, labels):
    f1, c1, f2, c2, *dense = network
    x = functional.max_pool2d(torch.relu(functional.conv2d(pictures, f1, c1, padding=1)), 2)
    x = functional.max_pool2d(torch.relu(functional.conv2d(x, f2, c2, padding=1)), 2)
    return perceptron_loss(dense, x.flatten(1), labels)


def attention(x, weights, bias, by_hand):
    joined = (x.reshape(-1, data.WIDTH) @ weights + bias).reshape(
        data.BATCH, data.SEQUENCE, 3, data.HEADS, _size
    )
    query, key, value = joined.permute(2, 0, 3, 1, 4).unbind()
    if by_hand:
        scores = query @ key.transpose(-1, -2) * _size**-0.5 + hidden_part
        found = torch.softmax(scores, -1) @ value
    else:
        found = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
    return found.transpose(1, 2).reshape(-1, data.WIDTH)


def block_loss(weights, sentences, targets, by_hand):
    s1, o1, joined, joined_bias, output, output_bias, s2, o2, w1, b1, w2, b2 = weights
    y = functional.layer_norm(sentences, (data.WIDTH,), s1, o1)
    x = sentences.reshape(-1, data.WIDTH) + attention(y, joined, joined_bias, by_hand) @ output + output_bias
    y = functional.layer_norm(x, (data.WIDTH,), s2, o2)
    x = x + functional.gelu(y @ w1 + b1, approximate="tanh") @ w2 + b2
    return torch.mean(torch.square(x.reshape(sentences.shape) - targets))


def recurrent_loss(weights, sequence):
    into, onward, bias = weights
    h = torch.zeros(32, 64)
    for t in range(data.STEPS):
        h = torch.tanh(sequence[t] @ into + h @ onward + bias)
    return torch.mean(torch.square(h))


def layer_norm(x, scale, offset):
    return functional.layer_norm(x, (1024,), scale, offset)


def descend(network, gradients):
    with torch.no_grad():
        for weight, gradient in zip(network, gradients, strict=True):
            weight.sub_(gradient, alpha=data.RATE)


def adam(network, gradients, means, squares, count):
    with torch.no_grad():
        count.add_(1.0)
        correction = torch.sqrt(1.0 - data.SECOND_DECAY**count) / (1.0 - data.FIRST_DECAY**count)
        rate = data.ADAM_RATE * correction
        for weight, gradient, mean, square in zip(network, gradients, means, squares, strict=True):
            mean.add_((gradient - mean) * (1.0 - data.FIRST_DECAY))
            square.add_((gradient * gradient - square) * (1.0 - data.SECOND_DECAY))
            weight.sub_(rate * mean / (torch.sqrt(square) + data.TINY))


def tensors(arrays, gradient=False):
    return [torch.tensor(array, requires_grad=gradient) for array in arrays]


def convolutional_weights(gradient):
    """In PyTorch's layout: the filters' output channels first."""
    ours = data.convolutions
    arrays = [array.transpose(3, 2, 0, 1).copy() if array.ndim == 4 else array for array in ours]
    return tensors(arrays, gradient)


def training(loss, initial, examples, update=descend, *state):
    """{form: workload} of a training step."""

    @torch.compile
    def whole(network, *examples):
        gradients, value = torch.func.grad_and_value(loss)(network, *examples)
        update(network, gradients, *state)
        return value

    compiled_loss, compiled_update = torch.compile(loss), torch.compile(update)
    if not callable(initial):
        initial = lambda gradient, arrays=initial: tensors(arrays, gradient)
    network, learned = initial(gradient=False), initial(gradient=True)

    def parts(update):
        value = compiled_loss(learned, *examples)
        update(learned, torch.autograd.grad(value, learned), *state)
        return value

    return {
        "whole": lambda: whole(network, *examples),
        "loss": lambda: parts(update),
        "loss, update": lambda: parts(compiled_update),
    }


def call(function, *arguments):
    compiled = torch.compile(function)
    return {"compiled": lambda: compiled(*arguments)}


hidden_part = torch.tensor(data.hidden_part)


def _block(by_hand):
    examples = tensors([data.sentences, data.targets])
    return training(lambda *arguments: block_loss(*arguments, by_hand), data.block, examples)


def _convolutional():
    """Channels last is how oneDNN likes it."""
    forms = {}
    for name, layout in {"": torch.contiguous_format, ", channels last": torch.channels_last}.items():
        pictures = torch.tensor(data.pictures).permute(0, 3, 1, 2).contiguous(memory_format=layout)
        made = training(convolutional_loss, convolutional_weights, [pictures, labels])
        forms |= {form + name: workload for form, workload in made.items()}
    return forms


def _recurrent():
    weights, sequence = tensors(data.recurrent, gradient=True), torch.tensor(data.sequence)
    compiled = torch.compile(recurrent_loss)
    gradient = torch.compile(torch.func.grad(recurrent_loss))
    fixed = tensors(data.recurrent)
    return {
        "loss": lambda: torch.autograd.grad(compiled(weights, sequence), weights),
        "whole": lambda: gradient(fixed, sequence),
    }


labels = torch.tensor(data.labels, dtype=torch.int64)


def _workloads():
    mlp = [torch.tensor(data.images), labels]
    moments = [tensors([0.0 * weight for weight in data.weights]) for _ in range(2)]
    sdpa, by_hand = _block(False), _block(True)
    forms = {
        "MLP SGD step": training(perceptron_loss, data.weights, mlp),
        "MLP Adam step": training(perceptron_loss, data.weights, mlp, adam, *moments, torch.tensor(0.0)),
        "softmax 1024x1024": call(lambda x: torch.softmax(x, -1), torch.tensor(data.rows)),
        "layer norm 1024x1024": call(layer_norm, *tensors([data.rows, data.scale, data.offset])),
        "CNN step": _convolutional(),
        "GPT block step": {
            **sdpa,
            **{f"{form}, attention by hand": workload for form, workload in by_hand.items()},
        },
        "RNN 50 gradient": _recurrent(),
    }
    return {
        f"compiled {name}: {form}": workload
        for name, each in forms.items()
        for form, workload in each.items()
    }


WORKLOADS = _workloads()
