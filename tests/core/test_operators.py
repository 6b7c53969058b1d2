"""The operators of Tensor: each of them against TensorFlow's, the short way against the long way."""

import copy
import operator

import numpy as np
import pytest

import tapeflow.ops.operators  # noqa: F401 - installs them
from tapeflow.autodiff.tape import Tape
from tapeflow.core import context
from tapeflow.core import dtypes as types
from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import Tensor

BINARY = ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow"]
COMPARISONS = ["lt", "le", "gt", "ge", "eq", "ne"]

TABLE = """
t([1.0, 2.0]) + t([3.0, 4.0])
t([1.0, 2.0]) + 1
2.5 - t([1.0, 2.0])
t([1, 2]) * 3
[1.0, 2.0] + t([1.0, 2.0])
np.array([1.0, 2.0]) + t([1.0, 2.0])
np.float64(1.5) * t([1.0, 2.0])
t([1.0, 2.0]) - np.float64(1.5)
t([1, 2]) + np.array([3, 4])
t([1.0, 2.0]) + True
t([1, 2]) / 2
t([1, 2], "int8") / t([2, 4], "int8")
t([1, 2], "uint16") / 2
t([1, 2], "uint32") / 2
t([1, 2]) / 0
1 / t([2, 4])
t([7.0, -7.0, 0.0]) / 0.0
t([-7, 7]) // 2
t([-7.0, 7.0, 5.0]) // t([2.0, -2.0, 0.0])
7.0 // t([2.0, -2.0])
t([-7, 7]) % 3
t([-7.0, 7.0, 5.0]) % t([2.0, -2.0, float("inf")])
7 % t([4.0, -4.0])
t([2, 3]) ** 3
t([2.0, 3.0]) ** 0.5
2 ** t([3.0, -1.0])
2 ** t([3, 1])
t(2147483647) + 1
t(-2147483648) // -1
t(200, "uint8") + 100
t(200, "uint8") + 300
t(3, "uint8") - t(5, "uint8")
-t([1.0, -2.0])
-t(3, "uint8")
abs(t([-1.5, 2.0]))
abs(t(3 + 4j))
t(3 + 4j) * 1j
t(["a", "b"]) + "c"
t([True, False]) & True
t([True, False]) | t([False, False])
True ^ t([True, False])
~t([True, False])
t([6, 5]) & 3
6 | t([1, 2])
t([6, 5]) ^ t([3, 3])
~t([6, 5])
~t(1.0)
t(1.0) & t(1.0)
t(1) << 1
t([1, 2, 3]) < 2
t([1.0, 2.0]) >= t([1.0, 3.0])
2 > t([1, 2, 3])
t(True) < t(False)
t([1, 2]) == t([1, 3])
t([1, 2]) == t([1, 2, 3])
t([1, 2]) != t([1, 2, 3])
t([1, 2]) == None
t([1, 2]) != None
t("a") == "a"
t([1.0, float("nan")]) == t([1.0, float("nan")])
t([1.0, 2.0]) @ t([1.0, 2.0])
t([[1.0, 2.0]]) @ t([[3.0], [4.0]])
[[1.0, 2.0]] @ t([[3.0], [4.0]])
"""

# The exception's class counts, and its first words where they are ours to choose.
REFUSED = """
t([1.0, 2.0]) + t([1.0, 2.0], "float64")
t([1.0, 2.0]) / t([1.0, 2.0], "float64")
t([1.0, 2.0]) < t([1.0, 2.0], "float64")
t([1.0, 2.0]) == t([1.0, 2.0], "float64")
t([1.0, 2.0]) + t([1.0, 2.0, 3.0])
t([1.0, 2.0]) < t([1.0, 2.0, 3.0])
t([1.0, 2.0]) + "a"
"a" + t([1.0, 2.0])
t([1.0, 2.0]) == "a"
t([1.0, 2.0]) < "a"
t([1.0, 2.0]) - None
t([1, 2]) + 1.5
t([1, 2]) - 1.5
t([1, 2]) / 2.5
t(2) ** 0.5
t(2) ** -1
t([1, 2]) // 0
t([1, 2]) % 0
t(True) + True
t("a") - "b"
t([1.0, 2.0]) + [[1.0], [1.0, 2.0]]
"""


def _lines(table):
    return [line.strip() for line in table.strip().splitlines()]


def _outcome(source, t):
    try:
        return eval(source, {"t": t, "np": np})
    except Exception as error:
        return error


@pytest.fixture(scope="module")
def tensorflow():
    return pytest.importorskip("tensorflow")


def _tensor(value, dtype=None):
    return as_tensor(value, None if dtype is None else types.as_dtype(dtype))


@pytest.mark.parametrize("source", _lines(TABLE))
def test_operator_agrees_with_tensorflow(source, tensorflow):
    ours, theirs = _outcome(source, _tensor), _outcome(source, tensorflow.constant)
    if isinstance(theirs, Exception):
        assert type(ours).__name__ == type(theirs).__name__, (ours, theirs)
    elif isinstance(theirs, bool):
        assert ours is theirs
    else:
        assert ours.dtype.name == theirs.dtype.name
        assert ours.dims == tuple(theirs.shape)
        np.testing.assert_array_equal(ours.numpy(), theirs.numpy())


@pytest.mark.parametrize("source", _lines(REFUSED))
def test_operator_refuses_what_tensorflow_refuses(source, tensorflow):
    ours, theirs = _outcome(source, _tensor), _outcome(source, tensorflow.constant)
    assert isinstance(theirs, Exception), theirs
    assert type(ours).__name__ == type(theirs).__name__, (ours, theirs)


def test_divmod_is_quotient_and_remainder():
    assert [int(each) for each in divmod(as_tensor(-7), 2)] == [-4, 1]
    assert [int(each) for each in divmod(-7, as_tensor(2))] == [-4, 1]


OPERANDS = [
    (np.float32([[1.5, -2.0, 0.0, np.inf, np.nan]]), np.float32([[2.0], [-0.5], [0.0]])),
    (np.float64([-7.0, 7.0, 5.5]), 2),
    (np.float32([-7.0, 7.0, 5.5]), 1.5),
    (np.float16([-7.0, 7.0, 5.5]), np.float16([2.0, -2.0, 0.5])),
    (np.float32(3.0), np.float32(-2.0)),
    (np.float32(3.0), 2),
    (np.int32([5, 7, 8]), np.int32([2, 3, 5])),
    (np.int64([5, 7, 8]), 3),
    (np.int8([100, 7, -8]), np.int8([100, 3, 5])),
    (np.complex64([1 + 2j, 3 - 1j]), np.complex64([1 - 1j, 2])),
]


@pytest.mark.parametrize("name", BINARY + COMPARISONS)
@pytest.mark.parametrize("position", range(len(OPERANDS)))
def test_short_way_is_the_long_way(name, position):
    """With a listener on, every call takes the long way through the door."""
    a, b = OPERANDS[position]
    apply = getattr(operator, name)
    for first, second in [(a, b), (b, a)] if isinstance(b, np.ndarray | np.generic) else [(a, b)]:
        x, y = [
            as_tensor(each) if isinstance(each, np.ndarray | np.generic) else each for each in (first, second)
        ]
        results = []
        for listens in (False, True):
            try:
                if listens:
                    with context.also_calling(lambda *call: None):
                        result = apply(x, y)
                else:
                    result = apply(x, y)
                results.append((result.dtype.name, result.numpy()))
            except Exception as error:
                results.append((type(error).__name__, np.array(0)))
        (short, short_value), (long, long_value) = results
        assert short == long
        np.testing.assert_array_equal(short_value, long_value)


def test_operands_stay_as_they_were():
    x = as_tensor([1.0, 2.0])
    before = x
    x += 1.0
    assert before.numpy().tolist() == [1.0, 2.0]
    assert x.numpy().tolist() == [2.0, 3.0]
    shifted = copy.copy(x)
    shifted *= 2.0
    assert x.numpy().tolist() == [2.0, 3.0]


class Stranger:
    """A type that tensors cannot hold, and that knows what to do with them."""

    def __radd__(self, other):
        return "radd", type(other).__name__

    def __rmul__(self, other):
        return "rmul", type(other).__name__


class Prior:
    """A type that claims the operator, as symbolic tensors do."""

    __tensor_priority__ = 100

    def __radd__(self, other):
        return "mine"

    def __gt__(self, other):
        return "greater"

    def __eq__(self, other):
        return "equal"

    __hash__ = None


def test_operator_is_left_to_strangers_that_know_it():
    x = as_tensor([1.0, 2.0])
    assert x + Stranger() == ("radd", "EagerTensor")
    assert x * Stranger() == ("rmul", "EagerTensor")
    with pytest.raises(ValueError, match="unsupported type"):
        x - Stranger()
    assert x + Prior() == "mine"
    assert (x < Prior()) == "greater"
    assert (x == Prior()) == "equal"


@pytest.mark.parametrize("name", BINARY)
def test_gradient_flows_through_the_short_way(name):
    apply = getattr(operator, name)
    for y in (as_tensor([2.5, 1.5]), 2.0, 3):
        x = as_tensor([1.5, 2.25])
        with Tape() as tape:
            tape.watch(x)
            z = apply(x, y)
        step = np.float32(1e-3)
        plain = y.numpy() if isinstance(y, Tensor) else y
        expected = (apply(x.numpy() + step, plain) - apply(x.numpy() - step, plain)) / (2 * step)
        found = tape.gradient(z, x)
        if name == "floordiv":
            assert found is None
        else:
            np.testing.assert_allclose(found.numpy(), expected, rtol=2e-3)


def test_tensors_are_not_hashable():
    with pytest.raises(TypeError):
        hash(as_tensor(1.0))
