"""Changes in place: `x += 1`, `x.zero_()`, `x[0] = 2`.

Tensors of the engine never change, so a change in place gives the tensor another value. It reaches what shares the
elements by `detach()` or `data`, and from a part made by brackets (`x[0].zero_()`) the tensor it is a part of. Views of
other kinds refuse it; and a view shows its elements as they were when it was made.
"""

import tapeflow as tf
from tapeflow.torch import arithmetic, elementwise
from tapeflow.torch.calls import function, is_operand, operand
from tapeflow.torch.grad_mode import mode
from tapeflow.torch.random import rand_like, randn_like
from tapeflow.torch.tensor import Tensor


def _change(self, compute, part=""):
    """Takes over the result of compute(), a tensor of the same shape and dtype; returns the tensor."""
    index = None
    base = None
    if self._origin is not None:
        root, index = self._origin
        base = next(iter(root), None)
    if mode.enabled:
        if self.is_leaf and self.requires_grad:
            raise RuntimeError(
                f"{part}a leaf Variable that requires grad is being used in an in-place operation."
            )
        if base is not None and base.is_leaf and base.requires_grad:
            raise RuntimeError(
                "a view of a leaf Variable that requires grad is being used in an in-place operation."
            )
    if base is not None and index is None:
        raise NotImplementedError(
            "This tensor is a view of another one, with which it shares no elements here. Change that one in place, or "
            "a copy of the view: view.clone()."
        )
    result = compute()
    self._rebind(result._value)
    if mode.enabled and result.requires_grad:
        self._value, self._made_by = result._value, result._made_by
    if base is not None:
        base[index] = self
    return self


Tensor._change = _change


def _in_place(computes):
    """The method that puts what `computes(self, other)` gives into self."""

    def method(self, other, **options):
        def compute():
            result = computes(self, operand(other), **options)
            if result.shape != self.shape:
                raise RuntimeError(
                    f"output with shape {list(self.shape)} doesn't match the broadcast shape {list(result.shape)}"
                )
            if result.dtype.category > self.dtype.category:
                raise RuntimeError(
                    f"result type {result.dtype.kind} can't be cast to the desired output type {self.dtype.kind}"
                )
            return result.to(self.dtype)

        return self._change(compute)

    return method


def _operator(method):
    return lambda self, other: method(self, other) if is_operand(other) else NotImplemented


Tensor.add_ = _in_place(arithmetic.add)
Tensor.sub_ = _in_place(arithmetic.sub)
Tensor.mul_ = _in_place(arithmetic.mul)
Tensor.div_ = _in_place(arithmetic.div)
Tensor.pow_ = _in_place(arithmetic.pow)
Tensor.remainder_ = _in_place(arithmetic.remainder)
Tensor.floor_divide_ = _in_place(arithmetic.floor_divide)
Tensor.__iadd__ = _operator(Tensor.add_)
Tensor.__isub__ = _operator(Tensor.sub_)
Tensor.__imul__ = _operator(Tensor.mul_)
Tensor.__itruediv__ = _operator(Tensor.div_)
Tensor.__ipow__ = _operator(Tensor.pow_)
Tensor.__imod__ = _operator(Tensor.remainder_)
Tensor.__ifloordiv__ = _operator(Tensor.floor_divide_)
Tensor.neg_ = lambda self: self._change(lambda: -self)
Tensor.exp_ = lambda self: self._change(lambda: elementwise.exp(self).to(self.dtype))
Tensor.relu_ = lambda self: self._change(lambda: elementwise.relu(self))
Tensor.clamp_ = lambda self, min=None, max=None: self._change(
    lambda: elementwise.clamp(self, min, max).to(self.dtype)
)


@function(method=False, node="torch::autograd::CopyBackwards")
def _replaced(input, source):
    """`source`, through which a gradient of zero flows back to `input`."""
    return tf.where(True, tf.broadcast_to(tf.cast(source, input._dtype), input.dims), input)


@function(method=False, node="FillBackward0")
def _filled(input, value):
    return tf.where(True, tf.cast(value, input._dtype), input)


@function(method=False, node="ZeroBackward0")
def _zeroed(input):
    return tf.where(True, tf.cast(0, input._dtype), input)


def _copy_(self, src):
    """Takes over the elements of `src`, broadcast and converted."""
    return self._change(lambda: _replaced(self, src.expand(self.shape)))


Tensor.copy_ = _copy_
Tensor.fill_ = lambda self, value: self._change(lambda: _filled(self, value))
Tensor.zero_ = lambda self: self._change(lambda: _zeroed(self))

Tensor.normal_ = lambda self, mean=0, std=1: self.copy_(randn_like(self) * std + mean)
Tensor.uniform_ = lambda self, low=0, high=1: self.copy_(rand_like(self) * (high - low) + low)
