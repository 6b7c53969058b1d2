"""tf.test: cases that compare tensors, and questions about devices."""

import unittest

import numpy

from tapeflow.core import nest
from tapeflow.core.operands import as_tensor

__all__ = [
    "TestCase",
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
