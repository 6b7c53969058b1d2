"""Public functions inside tf.function give what they give outside: with shapes that are known, and with none known."""

import collections
import copy

import pytest

import tapeflow as tf
from tests import collect
from tests.oracle import cases
from tests.oracle.comparison import assert_same, cotangents_of, run
from tests.oracle.test_oracle import resolve

OPEN = {  # public functions that cannot be traced in some calls, and why
    "Tensor.__iter__": "a graph cannot iterate over a tensor without AutoGraph, in TensorFlow neither",
    "add_n": "a graph cannot iterate over a tensor without AutoGraph, in TensorFlow neither",
    "as_dtype": "results are no tensors",
    "compat.v1.nn.ctc_loss": "sparse labels are sorted into rows by their elements",
    "image.resize": "with preserve_aspect_ratio looks at the elements of the size",
    "nn.collapse_repeated": "its length depends on the elements",
    "nn.ctc_loss": "sparse labels are sorted into rows by their elements",
    "nn.ctc_unique_labels": "its length depends on the elements",
    "raw_ops.UniqueV2": "its length depends on the elements",
    "raw_ops.UniqueWithCountsV2": "its length depends on the elements",
    "argsort": "an axis that is a tensor",
    "cast": "makes a variable of an argument",
    "debugging.assert_same_float_dtype": "results are no tensors",
    "linalg.svd": "the gradient of whole matrices asks for sizes",
    "map_fn": "knows the shape of no results",
    "math.argmax": "an axis that is a tensor",
    "math.argmin": "an axis that is a tensor",
    "math.cumsum": "an axis that is a tensor",
    "random.Generator": "makes its state",
    "repeat": "one number of repetitions that is a tensor",
    "sort": "an axis that is a tensor",
    "tensordot": "axes that are tensors",
    "where": "makes a variable",
    **{
        f"math.reduce_{name}": "axes that are a tensor"
        for name in ("euclidean_norm", "logsumexp", "max", "mean", "min", "prod", "std", "sum", "variance")
    },
    **{f"strings.{name}": "looks at elements" for name in ("format",)},
}


def _by_name():
    found = collections.defaultdict(list)
    for _, _, call in collect.tables(cases, "CALLS"):
        found[call.name].append(call)
    return found


BY_NAME = _by_name()


DRAWN = {
    "nn.dropout",
    "random.set_seed",
    *[
        f"random.{name}"
        for name in ("categorical", "gamma", "normal", "poisson", "shuffle", "truncated_normal", "uniform")
    ],
}
"""Functions that draw other numbers inside than outside: those that TensorFlow draws inside."""


def _inside(tf, function, known):
    """The function as the body of a tf.function of all tensors in its arguments; whether their shapes are known."""

    def call(*args, **kwargs):
        leaves = tf.nest.flatten((args, kwargs))
        tensors = [each for each in leaves if isinstance(each, tf.Tensor)]
        specs = None if known else [tf.TensorSpec([None] * len(each.shape), each.dtype) for each in tensors]

        @tf.function(autograph=False, input_signature=specs)
        def program(*tensors):
            given = iter(tensors)
            traced = [next(given) if isinstance(each, tf.Tensor) else each for each in leaves]
            now, named = tf.nest.pack_sequence_as((args, kwargs), traced)
            return function(*now, **named)

        return program(*tensors)

    return call


def _function(tf, call):
    if callable(call.function):
        return lambda *args, **kwargs: call.function(tf, *args, **kwargs)
    return resolve(tf, call.function)


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
@pytest.mark.parametrize("name", BY_NAME)
def test_a_function_gives_inside_what_it_gives_outside(name, known, monkeypatch):
    failed = []
    for number, call in enumerate(BY_NAME[name]):
        if number == 1:  # one for each function is enough for the compiler, which has tests of its own
            monkeypatch.setenv("TAPEFLOW_COMPILE", "never")
        function = _function(tf, call)
        if call.rtol == 0.0:  # a compiled program rounds a product and what is added to it once
            call = copy.copy(call)
            call.rtol = call.atol = None
        if name in DRAWN:
            tensorflow = pytest.importorskip("tensorflow")
            expected, expected_gradients = run(
                tensorflow, _inside(tensorflow, _function(tensorflow, call), True), call
            )
        else:
            expected, expected_gradients = run(tf, function, call)
        try:
            found, found_gradients = run(tf, _inside(tf, function, known), call)
            assert_same(found, expected, call, "result")
            if expected_gradients is not None and (cotangents := cotangents_of(expected, call)):
                assert_same(
                    _dense(found_gradients(cotangents)),
                    _dense(expected_gradients(cotangents)),
                    call,
                    "gradient",
                )
        except Exception as error:
            if name not in OPEN:
                raise
            failed.append(error)
    if name in OPEN and not failed and known:
        pytest.fail(f"{name} is no longer open: take it out of OPEN")


def _dense(gradients):
    return [tf.convert_to_tensor(each) if isinstance(each, tf.IndexedSlices) else each for each in gradients]
