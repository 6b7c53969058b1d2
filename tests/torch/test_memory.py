"""What the user drops is freed, at once and without the garbage collector."""

import copy
import gc
import pickle
import sys
import tracemalloc
import weakref

import numpy
import pytest

from tapeflow import torch
from tapeflow.torch import autograd
from tapeflow.torch.recording import TOKEN


@pytest.fixture(autouse=True)
def without_collector():
    gc.collect()
    gc.freeze()
    gc.disable()
    yield
    gc.enable()


def test_dropping_the_result_frees_the_graph():
    x = torch.ones(3, requires_grad=True)
    hidden = (x * 2).exp()
    references = [weakref.ref(hidden._value), weakref.ref(hidden._value._record), weakref.ref(hidden)]
    loss = (hidden * hidden).sum()
    del hidden
    assert references[0]() is not None  # kept for the gradient of the product
    del loss
    assert [reference() for reference in references] == [None] * 3


def test_backward_frees_what_the_graph_kept():
    x = torch.ones(3, requires_grad=True)
    hidden = x * 2
    kept = weakref.ref(hidden._value)
    loss = (hidden * hidden).sum()
    del hidden
    loss.backward()
    assert kept() is None


def test_leaves_die_though_their_graph_lives():
    x = torch.ones(3, requires_grad=True)
    y = (x * 2).sum()
    leaf = weakref.ref(x)
    del x
    assert leaf() is None
    y.backward()


def test_a_second_order_graph_is_freed():
    x = torch.tensor(2.0, requires_grad=True)
    (first,) = torch.autograd.grad(x**3, x, create_graph=True)
    (second,) = torch.autograd.grad(first, x, create_graph=True)
    records = [weakref.ref(each._value._record) for each in (first, second)]
    del first, second
    assert [record() for record in records] == [None, None]


def test_backward_with_create_graph_makes_no_circle():
    x = torch.tensor(2.0, requires_grad=True)
    (x**3).backward(create_graph=True)
    leaf = weakref.ref(x)
    del x
    assert leaf() is None


def test_retained_intermediates_die():
    x = torch.ones(3, requires_grad=True)
    y = x * 2
    y.retain_grad()
    assert len(autograd.retained) == 1
    del y
    assert len(autograd.retained) == 0


def test_the_token_keeps_nothing():
    x = torch.ones(3, requires_grad=True)
    results = [(x * n).exp() for n in range(3000)]
    results[-1].sum().backward()
    assert list(TOKEN.results) == []
    assert not TOKEN.variables


def test_views_and_detached_tensors_keep_nothing_alive():
    x = torch.ones(3)
    part, turned = x[1:], x.T
    detached = x.detach()
    original = weakref.ref(x)
    del x
    assert original() is None
    part.zero_()
    assert detached.tolist() == [1, 0, 0]  # this one is still there to see it
    detached.zero_()
    del detached
    turned.zero_()
    parts = []
    for _ in range(100):
        part = part[0:]
        parts.append(weakref.ref(part))
    assert sum(each() is not None for each in parts) == 1


def test_sharers_that_are_gone_are_forgotten():
    w = torch.ones(3)
    for _ in range(100):
        w.data -= 0.01
    assert len(w._shares._references) <= 3


def test_errors_keep_no_graph():
    x = torch.ones(3, requires_grad=True)
    y = x * 2
    record = weakref.ref(y._value._record)
    with pytest.raises(RuntimeError):
        y.backward()
    with pytest.raises(RuntimeError):
        y + torch.ones(2)
    del y
    assert record() is None


def training(num_steps):
    torch.manual_seed(0)
    inputs = torch.randn(8, 4)
    weights = torch.randn(4, 2, requires_grad=True)
    bias = torch.zeros(2, requires_grad=True)
    for _ in range(num_steps):
        loss = ((inputs @ weights + bias).tanh() ** 2).mean()
        loss.backward()
        with torch.no_grad():
            for parameter in (weights, bias):
                parameter -= 0.01 * parameter.grad
                parameter.grad.zero_()


def test_a_training_loop_stays_flat():
    training(100)
    tracemalloc.start()
    try:
        training(100)
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        training(1000)
        after, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 20_000
    assert peak - before < 200_000


def test_ten_thousand_steps_leave_nothing():
    training(100)
    before = sys.getallocatedblocks()
    training(10_000)
    assert sys.getallocatedblocks() - before < 500


def test_a_long_chain_is_dropped_without_recursion():
    x = torch.tensor(1.0, requires_grad=True)
    y = x
    for _ in range(100_000):
        y = y + 1
    del y
    y = x
    for _ in range(20_000):
        y = y * 1.0
    y.backward()
    assert x.grad.item() == 1.0


def test_arrays_are_copied_in_and_out():
    array = numpy.ones(3, numpy.float32)
    x = torch.tensor(array)
    array[0] = 5
    x.numpy()[1] = 7
    assert x.tolist() == [1, 1, 1]


def test_leaves_can_be_copied_and_pickled():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    (x * x).sum().backward()
    for other in (copy.deepcopy(x), pickle.loads(pickle.dumps(x))):
        assert other.requires_grad and other.is_leaf
        assert other.tolist() == [1, 2] and other.grad.tolist() == [2, 4]
    with pytest.raises(RuntimeError, match="deepcopy"):
        copy.deepcopy(x * 2)
    assert pickle.loads(pickle.dumps(torch.float32)) is torch.float32
