"""PyTorch's manners on tapeflow's engine: `requires_grad`, `backward()`, `.grad`.

    from tapeflow import torch

    x = torch.tensor(3.0, requires_grad=True)
    y = x * x
    y.backward()
    x.grad  # tensor(6.)

It is a face, not a second engine: tensors, ops and gradient rules are those of TensorFlow's face, and so is the recording.
"""

from types import SimpleNamespace as _Namespace

from tapeflow.torch import autograd, dtypes, functions
from tapeflow.torch.autograd import enable_grad, is_grad_enabled, no_grad, set_grad_enabled
from tapeflow.torch.dtypes import dtype
from tapeflow.torch.functions import (
    allclose,
    arange,
    equal,
    eye,
    full,
    linspace,
    manual_seed,
    ones,
    ones_like,
    rand,
    randint,
    randn,
    tensor,
    zeros,
    zeros_like,
)
from tapeflow.torch.tensor import Size, Tensor

_ACTIVATIONS = ("relu", "sigmoid", "tanh", "softmax", "log_softmax", "cross_entropy", "mse_loss", "linear")
_ONLY_IN_FUNCTIONAL = ("cross_entropy", "mse_loss", "linear")
nn = _Namespace(functional=_Namespace(**{name: functions.FUNCTIONS[name] for name in _ACTIVATIONS}))
globals().update(dtypes.DTYPES)
globals().update({name: function for name, function in functions.FUNCTIONS.items() if name not in _ONLY_IN_FUNCTIONAL and not name.startswith("_")})
