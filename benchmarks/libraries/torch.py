"""PyTorch's workloads, eager."""

import torch
from torch.nn import functional

from libraries import data

x, y = torch.tensor(1.5), torch.tensor(2.5)
a, b = torch.tensor(data.square[0]), torch.tensor(data.square[1])
million = torch.tensor(data.million)
v = torch.tensor(3.0, requires_grad=True)
images, labels = torch.tensor(data.images), torch.tensor(data.labels, dtype=torch.int64)
network = [torch.tensor(weight, requires_grad=True) for weight in data.weights]


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


def step():
    w1, b1, w2, b2 = network
    hidden = torch.relu(torch.matmul(images, w1) + b1)
    loss = functional.cross_entropy(torch.matmul(hidden, w2) + b2, labels)
    gradients = torch.autograd.grad(loss, network)
    with torch.no_grad():
        for parameter, gradient in zip(network, gradients, strict=True):
            parameter.sub_(gradient, alpha=data.RATE)
    return loss


WORKLOADS = {
    "scalar add": lambda: x + y,
    "matmul 10x10": lambda: torch.matmul(a, b),
    "gradient of v*v": gradient,
    "second order of v*v": second_order,
    "chain of 200": chain,
    "MLP SGD step": step,
    "softmax 1M": lambda: torch.softmax(million, -1),
    "tanh 1M": lambda: torch.tanh(million),
}
