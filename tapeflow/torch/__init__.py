"""PyTorch's manners on tapeflow's engine: `requires_grad`, `backward()`, `.grad`.

It is a face, not a second engine: tensors, ops, gradient rules and recording are those of TensorFlow's face.

>>> from tapeflow import torch
>>> x = torch.tensor(3.0, requires_grad=True)
>>> y = x * x
>>> y.backward()
>>> x.grad
tensor(6.)

What differs from PyTorch:

* Tensors share no memory. A change in place reaches `detach()` and `data`, and from a part (`x[0].zero_()`) the whole;
  views of other shapes refuse it, a view taken earlier keeps what it showed, `numpy()` and `from_numpy` copy.
* So what is recorded cannot be spoilt: a gradient is right even if an input was changed in place after the call.
* A second backward() without `retain_graph` is always refused, also where PyTorch finds nothing that was freed.
* Graphs made by `backward(create_graph=True)` make no reference cycle. A leaf that is dropped receives no gradient.
* There is one device, no hooks, no modules, no optimizers; seeds give other random numbers.
"""
# ruff: noqa: F403, PLE0604 - what a module exports stands in its __all__

from tapeflow.torch import (
    arithmetic,
    autograd,
    conversion,
    creation,
    dtypes,
    elementwise,
    in_place,  # noqa: F401 - gives Tensor its methods
    indexing,
    layout,
    nn,
    products,
    random,
    reductions,
)
from tapeflow.torch.arithmetic import *
from tapeflow.torch.conversion import *
from tapeflow.torch.creation import *
from tapeflow.torch.dtypes import *
from tapeflow.torch.elementwise import *
from tapeflow.torch.grad_mode import enable_grad, is_grad_enabled, no_grad, set_grad_enabled
from tapeflow.torch.indexing import *
from tapeflow.torch.layout import *
from tapeflow.torch.nn.functional import log_softmax, softmax
from tapeflow.torch.products import *
from tapeflow.torch.random import *
from tapeflow.torch.reductions import *
from tapeflow.torch.shape import Size
from tapeflow.torch.tensor import Tensor

__all__ = [
    "Size",
    "Tensor",
    "autograd",
    "enable_grad",
    "is_grad_enabled",
    "log_softmax",
    "nn",
    "no_grad",
    "set_grad_enabled",
    "softmax",
    *arithmetic.__all__,
    *conversion.__all__,
    *creation.__all__,
    *dtypes.__all__,
    *elementwise.__all__,
    *indexing.__all__,
    *layout.__all__,
    *products.__all__,
    *random.__all__,
    *reductions.__all__,
]
