"""PyTorch's workloads: the eager ones, and those of torch_compiled.py."""

import torch

from libraries import data, torch_compiled

x, y = torch.tensor(1.5), torch.tensor(2.5)
a, b = torch.tensor(data.square[0]), torch.tensor(data.square[1])
million = torch.tensor(data.million)
v = torch.tensor(3.0, requires_grad=True)
images, labels = torch.tensor(data.images), torch.tensor(data.labels, dtype=torch.int64)
network = torch_compiled.tensors(data.weights, gradient=True)
left, right = torch_compiled.tensors(data.large)
rows, scale, offset = torch_compiled.tensors([data.rows, data.scale, data.offset])
pictures = torch.tensor(data.pictures.transpose(0, 3, 1, 2).copy())
pictures_last = pictures.contiguous(memory_format=torch.channels_last)
convolutions, convolutions_last = (torch_compiled.convolutional_weights(gradient=True) for _ in range(2))


def gradient():
    return torch.autograd.grad(v * v, v)


def second_order():
    (first,) = torch.autograd.grad(v * v, v, create_graph=True)
    return torch.autograd.grad(first, v)


def chain():
    z = v
    for _ in range(100):
        z = z * x
        z = z + y
    return torch.autograd.grad(z, v)


def step(loss, network, *examples):
    value = loss(network, *examples)
    torch_compiled.descend(network, torch.autograd.grad(value, network))
    return value


WORKLOADS = {
    "scalar add": lambda: x + y,
    "matmul 10x10": lambda: torch.matmul(a, b),
    "gradient of v*v": gradient,
    "second order of v*v": second_order,
    "chain of 200": chain,
    "MLP SGD step": lambda: step(torch_compiled.perceptron_loss, network, images, labels),
    "eager softmax 1M": lambda: torch.softmax(million, -1),
    "eager tanh 1M": lambda: torch.tanh(million),
    "eager layer norm 1M": lambda: torch_compiled.layer_norm(rows, scale, offset),
    "eager matmul 1024": lambda: torch.matmul(left, right),
    "eager CNN step": lambda: step(torch_compiled.convolutional_loss, convolutions, pictures, labels),
    "eager CNN step: channels last": lambda: step(
        torch_compiled.convolutional_loss, convolutions_last, pictures_last, labels
    ),
    **torch_compiled.WORKLOADS,
}
