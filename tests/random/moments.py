"""Checks of samples by their first two moments."""

import numpy as np


def assert_moments(samples, mean, variance):
    """Mean and variance within five standard errors (the variance's by the sample's own fourth moment)."""
    samples = np.asarray(samples, np.float64)
    count = len(samples)
    assert abs(samples.mean() - mean) < 5 * np.sqrt(variance / count)
    spread = np.sqrt(np.mean((samples - samples.mean()) ** 4) / count)
    assert abs(samples.var() - variance) < 5 * spread
