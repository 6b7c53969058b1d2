"""Values, gradients, printed text and errors are PyTorch's, as `make_expected.py` wrote them down."""

import json
import pathlib

import numpy
import pytest

import tapeflow.torch
import tapeflow.torch.nn.functional as functional
from tests.torch import run

EXPECTED = json.loads(pathlib.Path(__file__).with_name("expected.json").read_text())


def of(kind):
    """The cases of one kind as test parameters: name, source, what PyTorch gave."""
    _, sources = run.KINDS[kind]
    assert set(sources) == set(EXPECTED[kind]), "the cases changed: run tests/torch/make_expected.py"
    return [pytest.param(source, EXPECTED[kind][name], id=name) for name, source in sources.items()]


@pytest.mark.parametrize(("source", "expected"), of("printing"))
def test_printing(source, expected):
    assert run.printing(tapeflow.torch, functional, source) == expected


@pytest.mark.parametrize(("source", "expected"), of("function"))
def test_function(source, expected):
    found = run.function(tapeflow.torch, functional, source)
    assert found.keys() == expected.keys()
    for aspect in expected.keys() - {"value", "gradients"}:
        if expected[aspect] != "NotImplemented":
            assert found[aspect] == expected[aspect]
    if "value" in expected:
        agree(found["value"], expected["value"], expected["dtype"])
    assert found.get("gradients", {}).keys() == expected.get("gradients", {}).keys()
    for name, gradient in expected.get("gradients", {}).items():
        agree(found["gradients"][name], gradient, expected["dtype"])


def agree(found, expected, dtype):
    if isinstance(expected, str):
        assert found == expected
        return
    tolerance = 2e-3 if dtype in ("torch.float16", "torch.bfloat16") else 1e-5
    numpy.testing.assert_allclose(numpy.array(found), numpy.array(expected), rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(("source", "expected"), of("program"))
def test_program(source, expected):
    assert run.program(tapeflow.torch, functional, source) == expected


@pytest.mark.parametrize(("source", "expected"), of("error"))
def test_error(source, expected):
    assert run.error(tapeflow.torch, functional, source) == expected
