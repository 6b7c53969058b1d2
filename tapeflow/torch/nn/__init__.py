"""What networks are made of: `torch.nn.functional`. There are no modules and no optimizers here."""

from tapeflow.torch.nn import functional

__all__ = ["functional"]
