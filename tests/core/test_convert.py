"""Conversion is compared with `tf.constant` on a table of values, each to every dtype."""

import array
import collections
import decimal
import enum
import fractions
import warnings

import numpy as np
import pytest

from tapeflow.core.convert import array_from_value
from tapeflow.core.dtypes import as_dtype, from_array_dtype
from tapeflow.core.shapes import TensorShape

tensorflow = pytest.importorskip("tensorflow")


class Convertible:
    def __array__(self, dtype=None, copy=None):
        return np.array([1.0, 2.0])


class One(enum.IntEnum):
    ONE = 1


Pair = collections.namedtuple("Pair", "x y")
DTYPES = [
    None,
    "float32",
    "float64",
    "half",
    "bfloat16",
    "int32",
    "int64",
    "int8",
    "uint8",
    "uint32",
    "uint64",
]
DTYPES += ["bool", "complex64", "complex128", "string"]

SCALARS = [
    1.5,
    -1.5,
    0.0,
    1,
    -1,
    300,
    70000,
    True,
    False,
    1 + 2j,
    "a",
    b"a",
    "é",
    "",
    float("nan"),
    float("inf"),
]
SCALARS += [1e40, 1e-50, 1e39j, 2**31, 2**31 - 1, -(2**31), -(2**31) - 1, -(2**63), One.ONE]
LISTS = [
    [],
    (),
    [[]],
    [[], []],
    [[[]], [[]]],
    [1, 2],
    (1, 2),
    [1, 2.5],
    [1.5, 2],
    [True, False],
    [True, 1],
    [1, True],
]
LISTS += [
    [1.0, True],
    [True, 1.0],
    [1, 1j],
    [1.5, 1j],
    [1j, 1],
    [1j, True],
    [1j, "a"],
    ["a", "b"],
    ["a", b"b"],
    ["é"],
]
LISTS += [
    ["a", 1],
    [1, "a"],
    [1.5, "a"],
    [True, "a"],
    ["a", True],
    [[True], [1]],
    [[1], ["a"]],
    [300],
    [-1],
    [2**31, 1],
]
LISTS += [[1e40], [[1, 2], (3, 4)], [[[1]], [[2]]], [(1.0,), [2]], [b"a\0"], Pair(1, 2), range(3), [One.ONE]]
LISTS += [collections.deque([1, 2]), collections.UserList([1]), bytearray(b"ab"), [bytearray(b"ab")]]
LISTS += [array.array("f", [1, 2])]
RAGGED = [[1, [2]], [[1], 2], [[1, 2], [3]], [[1], [2, 3]], [[1], []]]
UNSUPPORTED = [
    None,
    [None],
    [1, None],
    [[None]],
    object,
    [object],
    {},
    {"a": 1},
    {1, 2},
    [{1}],
    slice(1),
    ...,
]
UNSUPPORTED += [fractions.Fraction(1, 2), decimal.Decimal("1.5"), {}.keys(), {"a": 1}.values(), int]
NUMPY_SCALARS = [
    np.float64(1),
    np.float32(1),
    np.float16(1),
    np.int64(1),
    np.int32(1),
    np.int8(1),
    np.uint8(3),
]
NUMPY_SCALARS += [np.bool_(True), np.complex64(1), np.str_("a"), np.bytes_(b"a")]
ARRAYS = [np.array(1.0), np.array([1.0, 2.0]), np.array([1, 2]), np.array([1, 2], np.int32), np.zeros((0, 3))]
ARRAYS += [
    np.array([1.5]),
    np.array([-1]),
    np.array([300]),
    np.array([2**40]),
    np.array([1j]),
    np.array([True]),
]
ARRAYS += [
    np.array([1.0, 2.0], ">f4"),
    np.array(["a", "b"]),
    np.array([b"a"]),
    np.array("a"),
    np.array(["ab\0"]),
]
ARRAYS += [
    np.array(["a", b"b"], object),
    np.array([1, "a"], object),
    np.array([1, 2], object),
    np.array([None]),
]
ARRAYS += [np.array([[1, 2], [3]], object), np.array([b"x", None], object), np.array([1.5], object)]
ARRAYS += [np.ma.array([1, 2], mask=[0, 1]), Convertible()]
MIXED = [
    [np.float32(1), np.float32(2)],
    [np.float64(1), 2.0],
    [np.float64(1), np.float32(1)],
    [np.int64(1), 2],
]
MIXED += [
    [2, np.int64(1)],
    [np.int64(1), np.int32(2)],
    [np.float64(1.5), 1],
    [1, np.float64(1.5)],
    [np.uint8(3)],
]
MIXED += [[np.float16(3)], [np.array([1.0, 2.0]), np.array([3.0, 4.0])], [np.array([1.0, 2.0]), [3.0, 4.0]]]
MIXED += [
    [np.array([1, 2]), np.array([3])],
    [[1.0, 2.0], np.array([3, 4])],
    [np.array([1, 2]), np.array([3, 4])],
]
MIXED += [
    [[np.array([1, 2])], [np.array([3, 4])]],
    [np.array(["a"]), np.array(["b"])],
    [np.array([True])],
    [np.bool_(True)],
]
MIXED += [[np.bool_(True), 1]]
VALUES = SCALARS + LISTS + RAGGED + UNSUPPORTED + NUMPY_SCALARS + ARRAYS + MIXED


def outcome(convert, value, dtype):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            name, found = convert(value, dtype)
    except Exception as error:
        message = str(error)
        # We name the unsupported dtype as NumPy does.
        return type(error).__name__, message.split("(Unsupported")[0]
    return name, np.shape(found), repr(np.asarray(found).tolist())


def ours(value, dtype):
    found = array_from_value(value, None if dtype is None else as_dtype(dtype))
    return from_array_dtype(found.dtype).name, found


def theirs(value, dtype):
    found = tensorflow.constant(value, dtype)
    array = found.numpy()
    return found.dtype.name, np.array(array, object) if isinstance(array, bytes) else array


@pytest.mark.parametrize("dtype", DTYPES)
def test_conversion_agrees_with_tensorflow(dtype):
    different = []
    for value in VALUES:
        if dtype == "uint64" and has_negative_int(value):
            continue  # TensorFlow fails with a SystemError or aborts
        found, expected = outcome(ours, value, dtype), outcome(theirs, value, dtype)
        if found != expected:
            different.append(f"{value!r}\n  ours:   {found}\n  theirs: {expected}")
    assert not different, "\n" + "\n".join(different)


def has_negative_int(value):
    leaves = value if isinstance(value, list) else [value]
    return any(type(leaf) is int and leaf < 0 for leaf in leaves)


@pytest.mark.parametrize("value", [-1, [-1], [1, -1], 2**64])
def test_ints_that_uint64_cannot_hold_are_refused(value):
    with pytest.raises(ValueError, match="out-of-range integer"):
        array_from_value(value, as_dtype("uint64"))


@pytest.mark.parametrize("value", [2**63, 2**64, -(2**63) - 1, [2**63], [1, 2**63]])
@pytest.mark.parametrize("dtype", [None, "int32", "int64", "uint8"])
def test_ints_out_of_range_are_refused_as_by_tensorflow(value, dtype):
    assert outcome(ours, value, dtype) == outcome(theirs, value, dtype)


def test_sign_of_zero_is_kept():
    assert np.signbit(array_from_value(-0.0))


@pytest.mark.parametrize("value", [[[], [1]], [[], [[]]]])
def test_empty_row_does_not_hide_a_ragged_list(value):
    with pytest.raises(ValueError, match="non-rectangular"):
        array_from_value(value)


@pytest.mark.parametrize("value", [1.5, 1, True, 1j, np.float32(1), np.array(1.0), np.array(2, ">i4")])
@pytest.mark.parametrize("dtype", [None, "complex128"])
def test_number_without_axes_is_a_numpy_scalar(value, dtype):
    found = array_from_value(value, dtype and as_dtype(dtype))
    assert isinstance(found, np.generic) and found.dtype.isnative


def test_string_without_axes_is_an_object_array():
    for value in ("é", "é".encode(), np.str_("é"), np.array("é")):
        found = array_from_value(value)
        assert (type(found), found.shape, found.dtype) == (np.ndarray, (), object)
        assert type(found[()]) is bytes and found[()] == "é".encode()


@pytest.mark.parametrize("dtype", [None, "float64", "float32"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_array_is_copied_in_c_order(dtype, order):
    value = np.ones((2, 3), order=order)
    found = array_from_value(value, dtype and as_dtype(dtype))
    assert not np.shares_memory(found, value)
    assert found.flags.c_contiguous and type(found) is np.ndarray


def test_tensor_shape_is_a_vector_of_ints():
    assert array_from_value(TensorShape([2, 3])).tolist() == [2, 3]
    assert array_from_value(TensorShape([])).dtype == np.int32
    assert array_from_value(range(0)).dtype == np.int32
    with pytest.raises(ValueError, match="partially known TensorShape"):
        array_from_value(TensorShape([2, None]))


def test_objects_with_an_array_count_as_their_array():
    class Holder:
        _array = np.float32(2.5)
        dtype = as_dtype("float32")

    assert array_from_value(Holder()) == np.float32(2.5)
    assert array_from_value([Holder(), 1.0]).tolist() == [2.5, 1.0]
    with pytest.raises(TypeError, match=r"with dtype tf\.int32, but got dtype tf\.float32"):
        array_from_value(Holder(), as_dtype("int32"))
