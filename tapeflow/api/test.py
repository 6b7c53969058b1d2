"""tf.test: cases that compare tensors, and questions about devices."""

import unittest

import numpy

from tapeflow.api.autodiff import GradientTape
from tapeflow.core import nest
from tapeflow.core.operands import as_tensor

__all__ = [
    "TestCase",
    "compute_gradient",
    "gpu_device_name",
    "is_built_with_cuda",
    "is_built_with_gpu_support",
    "is_built_with_rocm",
    "is_built_with_xla",
    "is_gpu_available",
    "main",
]


class TestCase(unittest.TestCase):
    """A case of `unittest` with assertions about tensors, arrays and nests of them."""

    def evaluate(self, tensors):
        """Tensors in a nest as arrays."""
        return nest.map_structure(lambda each: each.numpy() if hasattr(each, "numpy") else each, tensors)

    def assertAllClose(self, a, b, rtol=1e-6, atol=1e-6, msg=None):
        """Nests of numbers agree within the tolerances."""
        self._compare(
            a, b, msg, lambda x, y: numpy.testing.assert_allclose(x, y, rtol, atol, err_msg=msg or "")
        )

    def assertAllEqual(self, a, b, msg=None):
        """Nests have equal elements."""
        self._compare(a, b, msg, lambda x, y: numpy.testing.assert_array_equal(x, y, err_msg=msg or ""))

    def assertNotAllClose(self, a, b, rtol=1e-6, atol=1e-6, msg=None):
        """Somewhere, numbers do not agree within the tolerances."""
        try:
            self.assertAllClose(a, b, rtol, atol)
        except AssertionError:
            return
        raise AssertionError(msg or "The two values are close at all elements.")

    def assertNotAllEqual(self, a, b, msg=None):
        """Somewhere, elements differ."""
        try:
            self.assertAllEqual(a, b)
        except AssertionError:
            return
        raise AssertionError(msg or "The two values are equal at all elements.")

    def assertShapeEqual(self, a, b, msg=None):
        """Tensors or arrays have the same shape."""
        self.assertEqual(tuple(a.shape), tuple(b.shape), msg)

    def assertDTypeEqual(self, target, expected_dtype):
        """A tensor or array has the dtype."""
        self.assertEqual(as_tensor(target).dtype, expected_dtype)

    def _compare(self, a, b, msg, compare):
        a, b = self.evaluate(a), self.evaluate(b)
        if isinstance(a, dict):
            self.assertCountEqual(a, b, msg)
            for key in a:
                self._compare(a[key], b[key], msg, compare)
        elif isinstance(a, list | tuple) and any(numpy.ndim(each) for each in a):
            self.assertEqual(len(a), len(b), msg)
            for one, other in zip(a, b, strict=True):
                self._compare(one, other, msg, compare)
        else:
            a, b = numpy.asarray(a), numpy.asarray(b)
            self.assertEqual(a.shape, b.shape, msg)
            compare(a, b)


def main(argv=None):
    """Runs the tests of the program.

    Raises SystemExit, as `unittest.main` does.
    """
    unittest.main(argv=argv)


def is_gpu_available(cuda_only=False, min_cuda_compute_capability=None):
    """False: everything runs on the processor.

    >>> tf.test.is_gpu_available()
    False
    """
    return False


def is_built_with_cuda():
    """False.

    >>> tf.test.is_built_with_cuda()
    False
    """
    return False


is_built_with_rocm = is_built_with_gpu_support = is_built_with_cuda


def is_built_with_xla():
    """True: `jit_compile=True` compiles, though with a compiler of its own.

    >>> tf.test.is_built_with_xla()
    True
    """
    return True


def gpu_device_name():
    """The empty string, as there is no such device.

    >>> tf.test.gpu_device_name()
    ''
    """
    return ""


def compute_gradient(f, x, delta=None):
    """(jacobians by the tape, jacobians by differences) of `f(*x)`, lists with a matrix for each of the list `x`.

    A matrix has a row for each number of the result and a column for each number of the argument; complex ones count
    as two. Differences are taken `delta` (1 / 1024) to both sides. Raises ValueError if x is no list.

    >>> by_tape, by_differences = tf.test.compute_gradient(lambda x: x * x, [tf.constant([1.0, 2.0])])
    >>> by_tape[0].tolist(), np.allclose(by_tape[0], by_differences[0], atol=1e-3)
    ([[2.0, 0.0], [0.0, 4.0]], True)
    """
    if not isinstance(x, list | tuple):
        raise ValueError(f"`x` must be a list or tuple of the arguments of `f`, not a {type(x)}.")
    delta = 1 / 1024 if delta is None else delta
    tensors = [as_tensor(each) for each in x]
    pairs = [
        (_jacobian_by_tape(f, tensors, place), _jacobian_by_differences(f, tensors, place, delta))
        for place in range(len(tensors))
    ]
    return tuple(zip(*pairs, strict=True))


def _reals(array):
    """The elements in a vector, complex ones as two."""
    flat = numpy.ascontiguousarray(array).reshape(-1)
    return flat.view(flat.real.dtype) if flat.dtype.kind == "c" else flat


def _jacobian_by_tape(f, tensors, place):
    x = tensors[place]
    with GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = as_tensor(f(*tensors))
    seed = numpy.zeros(y.dims, y._dtype.array_dtype)
    found = numpy.zeros((_reals(seed).size, _reals(x.numpy()).size), _reals(x.numpy()).dtype)
    for row in range(len(found)):
        one = numpy.zeros_like(_reals(seed))
        one[row] = 1
        weights = one.view(seed.dtype).reshape(y.dims)
        gradient = tape.gradient(y, x, output_gradients=as_tensor(weights))
        if gradient is not None:
            found[row] = _reals(as_tensor(gradient).numpy())
    return found


def _jacobian_by_differences(f, tensors, place, delta):
    start = tensors[place].numpy()

    def result(shift, column):
        moved = _reals(start.copy())
        moved[column] += shift
        changed = as_tensor(moved.view(start.dtype).reshape(start.shape))
        return _reals(as_tensor(f(*tensors[:place], changed, *tensors[place + 1 :])).numpy())

    columns = [(result(delta, k) - result(-delta, k)) / (2 * delta) for k in range(_reals(start).size)]
    size = _reals(as_tensor(f(*tensors)).numpy()).size
    found = numpy.zeros((size, len(columns)), _reals(start).dtype)
    for k, column in enumerate(columns):
        found[:, k] = column
    return found
