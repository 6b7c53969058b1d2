"""Linear regression in PyTorch's manner, on the same engine: `requires_grad`, `backward()`, `.grad`, `no_grad`.

python examples/torch_style.py
"""

import argparse

from tapeflow import torch
from tapeflow.torch.nn import functional


def make_data(num_examples):
    """Points on a plane, with noise: y = 2 x0 - 3 x1 + 0.5."""
    inputs = torch.randn(num_examples, 2)
    targets = inputs @ torch.tensor([2.0, -3.0]) + 0.5 + 0.1 * torch.randn(num_examples)
    return inputs, targets


def fit(inputs, targets, num_steps=100, learning_rate=0.1):
    """Weights and bias by gradient descent on the mean squared error; prints the loss as it falls."""
    weights = torch.zeros(2, requires_grad=True)
    bias = torch.zeros((), requires_grad=True)
    for step in range(num_steps + 1):
        loss = functional.mse_loss(inputs @ weights + bias, targets)
        if step % 20 == 0:
            print(f"step {step:3d}  loss {loss.item():.4f}")
        loss.backward()
        with torch.no_grad():
            for parameter in (weights, bias):
                parameter -= learning_rate * parameter.grad
                parameter.grad.zero_()
    return weights, bias


def main():
    """Fits, and shows what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=100, help="steps of gradient descent")
    arguments = parser.parse_args()
    torch.manual_seed(0)
    weights, bias = fit(*make_data(200), num_steps=arguments.steps)
    print("weights", weights.detach())
    print("bias   ", bias.detach())


if __name__ == "__main__":
    main()
