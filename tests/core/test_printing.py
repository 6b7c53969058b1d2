import numpy as np
import pytest

from tapeflow.core.dtypes import as_dtype
from tapeflow.core.printing import tensor_repr, tensor_str, variable_repr

tensorflow = pytest.importorskip("tensorflow")

VALUES = [0, 1, [1, 2], [[1, 2], [3, 4]], [[[1], [0]], [[1], [1]]], np.zeros((0, 3)), np.zeros((2, 0))]
NUMBER_NAMES = [
    "float16",
    "bfloat16",
    "float32",
    "float64",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
]
NUMBER_NAMES += ["uint32", "uint64", "complex64", "complex128", "bool"]


def elements(tensor):
    """The elements as our tensors hold them: a string without axes is an object array without axes."""
    array = tensor.numpy()
    if isinstance(array, bytes):
        array = np.array(array, object)
    return array


def assert_printed_alike(tensor):
    dtype, shape = as_dtype(tensor.dtype.name), tuple(tensor.shape)
    assert tensor_repr(elements(tensor), shape, dtype) == repr(tensor)
    assert tensor_str(elements(tensor), shape, dtype) == str(tensor)


@pytest.mark.parametrize("name", NUMBER_NAMES)
def test_numbers_are_printed_as_tensorflow_prints_them(name):
    for value in VALUES:
        assert_printed_alike(tensorflow.cast(tensorflow.constant(value, tensorflow.int64), name))


@pytest.mark.parametrize("name", ["float16", "bfloat16", "float32", "float64"])
@pytest.mark.parametrize(
    "value", [0.1, 1e-7, 123456.0, float("nan"), -float("inf"), [1e4, 1e-4], [0.1, 2.0, 1 / 3]]
)
def test_fractions_are_printed_as_tensorflow_prints_them(name, value):
    assert_printed_alike(tensorflow.constant(value, name))


@pytest.mark.parametrize(
    "value", ["abc", "", b"\xff\x00", "q'\"", "é", "a\nb", ["a", "bc"], [["a"], ["b\n"]], ["x"] * 1500]
)
def test_strings_are_printed_as_tensorflow_prints_them(value):
    assert_printed_alike(tensorflow.constant(value))


@pytest.mark.parametrize("shape", [(1001,), (2, 1000), (3, 4, 200), (20, 20)])
def test_large_tensors_are_summarized_as_tensorflow_does(shape):
    assert_printed_alike(tensorflow.reshape(tensorflow.range(np.prod(shape)), shape))
    assert_printed_alike(tensorflow.fill(shape, 0.5))


@pytest.mark.parametrize(
    "value, name",
    [
        ([1.0, 2.0], None),
        (1.0, "w"),
        ("s", None),
        (True, "t"),
        ([[1, 2], [3, 4]], "m"),
        ([["a"], ["b"]], "n"),
    ],
)
def test_variables_are_printed_as_tensorflow_prints_them(value, name):
    variable = tensorflow.Variable(value, name=name)
    dtype = as_dtype(variable.dtype.name)
    printed = variable_repr(variable.name, tuple(variable.shape), dtype, elements(variable))
    assert printed == repr(variable)


def test_variable_of_unknown_size_is_printed_as_tensorflow_prints_it():
    variable = tensorflow.Variable([1.0, 2.0], shape=[None])
    assert variable_repr("Variable:0", (None,), as_dtype("float32"), variable.numpy()) == repr(variable)
