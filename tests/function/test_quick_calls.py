"""Calls that find their trace without binding arguments: they must tell apart what the signature tells apart."""

import numpy as np
import pytest

import tapeflow as tf
from tapeflow.function.signature import quick_key

x, y = tf.constant([1.0, 2.0]), tf.constant([3, 4])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (((x, y),), (x, y)),
        (((x, y),), ([x, y],)),
        (((x,), y), ((x, y),)),
        ((1,), (True,)),
        ((None, x), (x, None)),
        (({"a": x, "b": y},), ({"a": x, "c": y},)),
        (({"a": x},), (("a", x),)),
        ((x,), (tf.constant([1.0]),)),
        ((x,), (tf.constant([1, 2]),)),
        (("1",), (1,)),
    ],
)
def test_unlike_arguments_have_unlike_keys(one, other):
    assert quick_key(one)[0] != quick_key(other)[0]


@pytest.mark.parametrize("value", [1.5, np.ones(2), object(), tf.Variable(1.0), {1: x}, {"a": object()}])
def test_other_arguments_have_none(value):
    assert quick_key((value,)) == (None, None)


def test_tensors_come_in_the_order_in_which_the_trace_takes_them():
    @tf.function
    def f(pair, by_name, flag):
        assert flag == "yes"
        return {"z": pair[0] - pair[1], "a": (by_name["n"], [by_name["m"], None])}

    for _ in range(3):
        found = f((x, 2.0 * x), {"n": y, "m": -y}, "yes")
        np.testing.assert_array_equal(found["z"], [-1.0, -2.0])
        np.testing.assert_array_equal(found["a"][0], [3, 4])
        np.testing.assert_array_equal(found["a"][1][0], [-3, -4])
        assert list(found) == ["z", "a"] and type(found["a"]) is tuple and found["a"][1][1] is None
    assert f.experimental_get_tracing_count() == 1
