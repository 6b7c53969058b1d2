"""What is particular to this face: threads, the other face beside it, in-place changes, names."""

import pathlib
import runpy
import subprocess
import sys
import threading
import warnings

import numpy
import pytest

import tapeflow as tf
from tapeflow import torch
from tapeflow.core.context import listening, state


def test_each_thread_has_its_own_grad_mode():
    x = torch.tensor(2.0, requires_grad=True)
    seen = []
    with torch.no_grad():
        thread = threading.Thread(
            target=lambda: seen.append((torch.is_grad_enabled(), (x * x).requires_grad))
        )
        thread.start()
        thread.join()
        assert not torch.is_grad_enabled()
    assert seen == [(True, True)]


def test_threads_share_leaves():
    x = torch.linspace(0, 1, 50, requires_grad=True)
    gradients = [None] * 8
    barrier = threading.Barrier(8)

    def work(number):
        barrier.wait()
        for _ in range(50):
            y = (x * number).sin().sum()
            (gradients[number],) = torch.autograd.grad(y, x)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    points = numpy.linspace(0, 1, 50)
    for number, gradient in enumerate(gradients):
        numpy.testing.assert_allclose(gradient.numpy(), number * numpy.cos(number * points), atol=1e-5)
    assert not listening


def test_nothing_listens_between_calls():
    x = torch.tensor(2.0, requires_grad=True)
    y = x * x
    assert not listening and state.tapes == ()
    with pytest.raises(RuntimeError):
        y + "a" if False else torch.ones(2) + (torch.ones(3) * x)
    y.backward()
    assert not listening and state.tapes == ()


def test_a_gradient_tape_does_not_see_this_face():
    v = tf.Variable(3.0)
    x = torch.tensor(2.0, requires_grad=True)
    with tf.GradientTape() as tape:
        y = v * v
        z = x * x
        with torch.no_grad():
            x * x
        z.backward()
        y = y * v
    assert tape.gradient(y, v).numpy() == 27.0
    assert x.grad.item() == 4.0


def test_grad_of_an_intermediate_warns():
    y = torch.tensor(2.0, requires_grad=True) * 2
    with pytest.warns(UserWarning, match="not a leaf"):
        assert y.grad is None
    y.retain_grad()
    y.backward()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert y.grad.item() == 1.0


def test_accumulation_changes_grad_in_place():
    x = torch.tensor(2.0, requires_grad=True)
    x.square().backward()
    gradient = x.grad
    x.square().backward()
    assert x.grad is gradient and gradient.item() == 8.0


def test_views_of_other_shapes_refuse_in_place_changes():
    x = torch.zeros(2, 3)
    for view in (x.T, x.view(-1), x.reshape(3, 2)[0], x.unsqueeze(0), x.split(1)[0]):
        with pytest.raises(NotImplementedError, match="clone"):
            view += 1
    x.view(-1).clone().add_(1)
    assert x.sum().item() == 0


def test_parts_of_leaves_refuse_in_place_changes_while_recording():
    w = torch.ones(3, requires_grad=True)
    with pytest.raises(RuntimeError, match="a view of a leaf Variable"):
        w[0].zero_()
    with torch.no_grad():
        w[0].zero_()
        w[1] = 5
    assert w.tolist() == [0, 5, 1] and w.requires_grad
    w.sum().backward()
    assert w.grad.tolist() == [1, 1, 1]


def test_a_part_of_a_part_is_written_through():
    x = torch.zeros(2, 2, 2)
    x[0][1][0] = 7
    x[1][0].add_(1)
    x.detach()[1][1].fill_(3)
    assert x.tolist() == [[[0, 0], [7, 0]], [[1, 1], [3, 3]]]


def test_changes_in_place_leave_recorded_values_alone():
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    loss = (w * w).sum()
    with torch.no_grad():
        w -= 1
    loss.backward()
    assert w.grad.tolist() == [2.0, 4.0]


def test_numpy_arrays_on_either_side():
    x = torch.tensor([1.0, 2.0])
    array = numpy.array([1.0, 2.0], numpy.float32)
    assert (x + array).tolist() == [2, 4]
    assert (array * x).tolist() == [1, 4] and isinstance(array * x, torch.Tensor)
    assert (numpy.float32(2) * x).tolist() == [2, 4]
    assert numpy.asarray(x).tolist() == [1, 2]
    with pytest.raises(RuntimeError, match="detach"):
        numpy.asarray(torch.ones(2, requires_grad=True))


def test_engine_errors_arrive_as_runtime_errors():
    with pytest.raises(RuntimeError, match=r"einsum.*\[2, 3\], \[2, 3\]"):
        torch.einsum("ij,jk->ik", torch.ones(2, 3), torch.ones(2, 3))


def test_all_names_exist_and_say_what_they_are():
    for name in torch.__all__:
        found = getattr(torch, name)
        assert found.__doc__, name
    for name in torch.nn.functional.__all__:
        assert getattr(torch.nn.functional, name).__doc__, name
    assert len(torch.__all__) == len(set(torch.__all__))


def test_the_package_does_not_import_this_face():
    code = "import sys, tapeflow; print('tapeflow.torch' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "False"
    )


def test_random_numbers_follow_the_seed():
    torch.manual_seed(3)
    first = [torch.rand(2, 3), torch.randn(4), torch.randint(5, (6,)), torch.randperm(7)]
    torch.manual_seed(3)
    again = [torch.rand(2, 3), torch.randn(4), torch.randint(5, (6,)), torch.randperm(7)]
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    dropped = torch.nn.functional.dropout(torch.ones(1000), 0.25)
    assert set(dropped.tolist()) == {0.0, torch.tensor(4 / 3).item()}
    assert 600 < (dropped > 0).sum().item() < 900
    assert torch.zeros(1000).normal_(5, 2).mean().item() == pytest.approx(5, abs=0.3)
    assert 2 <= torch.zeros(10).uniform_(2, 3).min().item() < 3


def test_the_example_learns(capsys):
    path = pathlib.Path(__file__).parents[2] / "examples" / "torch_style.py"
    example = runpy.run_path(str(path))
    torch.manual_seed(0)
    weights, bias = example["fit"](*example["make_data"](100), num_steps=60)
    assert torch.allclose(weights, torch.tensor([2.0, -3.0]), atol=0.1)
    assert abs(bias.item() - 0.5) < 0.1
    assert capsys.readouterr().out.count("loss") == 4
