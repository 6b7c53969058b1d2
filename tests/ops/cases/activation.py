"""Activation functions."""

import numpy as np
from scipy import special, stats

from tapeflow.ops import activation
from tests.ops.case import Case, normal

SCALE, ALPHA = 1.0507009873554805, 1.6732632423543772


def elu(x):
    return np.where(x > 0, x, np.expm1(x))


def approximate_gelu(x):
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


CASES = [
    Case(activation.relu, normal(3, 4), reference=lambda x: np.maximum(x, 0)),
    Case(activation.where_positive, normal(3, 4), normal(3, 4), reference=lambda a, b: np.where(b > 0, a, 0)),
    Case(activation.relu6, normal(3, 4) * 6, reference=lambda x: np.clip(x, 0, 6)),
    Case(
        activation.where_within_6,
        normal(3, 4),
        normal(3, 4) * 6,
        reference=lambda a, b: np.where((b > 0) & (b < 6), a, 0),
    ),
    *[
        Case(
            activation.leaky_relu,
            normal(3, 4),
            alpha=alpha,
            reference=lambda x, alpha=alpha: np.where(x > 0, x, x * alpha),
        )
        for alpha in (0.2, 0.0, 1.5, -0.5)
    ],
    Case(
        activation.leaky_relu_grad,
        normal(3, 4),
        normal(3, 4),
        alpha=0.2,
        reference=lambda a, b: np.where(b > 0, a, a * 0.2),
    ),
    Case(activation.elu, normal(3, 4), reference=elu),
    Case(activation.elu_grad, normal(3, 4), elu(normal(3, 4))),
    Case(activation.selu, normal(3, 4), reference=lambda x: SCALE * np.where(x > 0, x, ALPHA * np.expm1(x))),
    Case(activation.selu_grad, normal(3, 4), elu(normal(3, 4))),
    Case(activation.silu, normal(3, 4), reference=lambda x: x * special.expit(x)),
    Case(activation.gelu, normal(3, 4), reference=lambda x: x * stats.norm.cdf(x)),
    Case(activation.approximate_gelu, normal(3, 4), reference=approximate_gelu),
]
