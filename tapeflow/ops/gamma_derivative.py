"""The derivative of gamma-distributed numbers by the shape parameter: implicit reparameterization.

A sample x is the solution of P(a, x) = u with u fixed, P the distribution function, so dx/da = -(dP/da) /
(dP/dx) (Figurnov, Mohamed, Mnih: "Implicit Reparameterization Gradients", NeurIPS 2018). Both P and its
derivative by a come from the power series of the incomplete gamma function or, to the right of its bulk, from
the continued fraction of its complement (Abramowitz and Stegun 6.5.29 and 6.5.31), differentiated term by
term.
"""

import numpy as np

_MOST_TERMS = 2000
_TINY = 1e-300


def sample_derivative(alpha, sample):
    """dx/da at x = `sample` of Gamma(a = `alpha`, 1), elementwise with broadcasting; NaN outside a > 0, x >=
    0.
    """
    from scipy.special import digamma

    shape = np.broadcast_shapes(alpha.shape, sample.shape)
    a = np.broadcast_to(alpha, shape).astype(np.float64).reshape(-1)
    x = np.broadcast_to(sample, shape).astype(np.float64).reshape(-1)
    out = np.full(a.shape, np.nan)
    valid = (a > 0) & (x >= 0) & np.isfinite(x) & np.isfinite(a)
    out[valid & (x == 0)] = 0.0
    right = valid & (x > 1.0) & (x > a)
    left = valid & ~right & (x > 0)
    with np.errstate(all="ignore"):
        out[left] = _by_series(a[left], x[left], digamma)
        out[right] = _by_continued_fraction(a[right], x[right], digamma)
    return out.reshape(shape).astype(alpha.dtype)


def _by_series(a, x, digamma):
    """P = x^a e^-x / Gamma(a + 1) S with S = sum of x^n / ((a + 1) ... (a + n))."""
    total, total_derivative = np.ones_like(a), np.zeros_like(a)
    term, term_derivative = np.ones_like(a), np.zeros_like(a)
    for n in range(1, _MOST_TERMS):
        factor = x / (a + n)
        term_derivative = (term_derivative - term / (a + n)) * factor
        term = term * factor
        total += term
        total_derivative += term_derivative
        if n > 4 and np.all(np.abs(term_derivative) <= 1e-17 * np.abs(total_derivative)):
            break
    return -(x / a) * (total * (np.log(x) - digamma(a + 1.0)) + total_derivative)


def _by_continued_fraction(a, x, digamma):
    """Q = 1 - P = x^a e^-x / Gamma(a) F, F = 1 / (x + 1 - a - 1 (1 - a) / (x + 3 - a - ...)), by Lentz's
    method.
    """
    b, b_derivative = x + 1.0 - a, -np.ones_like(a)
    inverse = 1.0 / b
    inverse_derivative = -b_derivative * inverse**2
    ratio = np.full_like(a, 1.0 / _TINY)
    ratio_derivative = np.zeros_like(a)
    total, total_derivative = inverse, inverse_derivative
    for n in range(1, _MOST_TERMS):
        numerator, numerator_derivative = -n * (n - a), float(n)
        b = b + 2.0
        d = numerator * inverse + b
        d_derivative = numerator_derivative * inverse + numerator * inverse_derivative + b_derivative
        ratio_derivative = (
            numerator_derivative / ratio - numerator * ratio_derivative / (ratio * ratio) + b_derivative
        )
        ratio = b + numerator / ratio
        inverse = 1.0 / d
        inverse_derivative = -d_derivative * inverse**2
        change = inverse * ratio
        change_derivative = inverse_derivative * ratio + inverse * ratio_derivative
        total_derivative = total_derivative * change + total * change_derivative
        total = total * change
        if np.all(
            (np.abs(change - 1.0) < 1e-15)
            & (np.abs(total * change_derivative) <= 1e-15 * np.abs(total_derivative))
        ):
            break
    return x * (total * (np.log(x) - digamma(a)) + total_derivative)
