"""`tensorflow.compiler.xla.xla_data_pb2`, as far as JAX's `jax2tf` asks: shardings, which are not here."""

__all__ = ["OpSharding"]


class OpSharding:
    """How an array is cut over devices. NotImplementedError for each: programs for XLA run on one device."""

    def __init__(self, **fields):
        raise NotImplementedError(
            "Programs of JAX whose arguments or results are sharded over several devices are not run."
        )
