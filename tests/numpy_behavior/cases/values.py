"""Values that many calls share."""

import numpy as np

from tests.numpy_behavior.call import T

F = [[1.5, -2.0, 0.25], [0.0, 3.5, -0.75]]
I = [[1, -2, 3], [0, 5, 4]]
B = [[True, False, True], [False, False, True]]

M = T(np.arange(24.0).reshape(2, 3, 4))
N = T(np.arange(12).reshape(3, 4), np.int32)

ENABLED = ("legacy", "prefer_float32", "safe", "all")
"""The modes in which tensors have NumPy's methods."""
