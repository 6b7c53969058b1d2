"""`tf.experimental.dtensor`: tensors spread over devices are not here; the names say so."""

__all__ = ["UNSHARDED", "Layout", "create_distributed_mesh"]

UNSHARDED = "unsharded"


class Layout:
    """How a tensor is spread over a mesh of devices; making one is a NotImplementedError."""

    def __init__(self, sharding_specs=None, mesh=None):
        raise NotImplementedError("DTensor layouts are not here: tapeflow runs on the CPU of one machine.")


def create_distributed_mesh(mesh_dims=None, local_devices=None, *args, **kwargs):
    """Raises NotImplementedError."""
    raise NotImplementedError("DTensor meshes are not here: tapeflow runs on the CPU of one machine.")
