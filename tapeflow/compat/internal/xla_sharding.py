"""`tensorflow.python.compiler.xla.experimental.xla_sharding`, as far as JAX's `jax2tf` asks.

There is one device, on which an array that is the same on each device lies as it is.
"""

__all__ = ["Sharding", "replicate", "tile"]


class Sharding:
    """A sharding of `xla_data_pb2.OpSharding`, of which there are none. NotImplementedError."""

    def __init__(self, proto=None):
        raise _refusal()


def replicate(tensor, assign_tuple_sharding=False, use_sharding_op=False, unspecified_dims=None):
    """The tensor as it is: on the one device there lies all of it."""
    return tensor


def tile(tensor, tile_assignment, assign_tuple_sharding=False, use_sharding_op=False, unspecified_dims=None):
    """NotImplementedError: a tensor is not cut over several devices."""
    raise _refusal()


def _refusal():
    return NotImplementedError("A tensor is not cut over several devices: programs for XLA run on one.")
