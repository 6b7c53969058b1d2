"""tf.sysconfig: what the library was built for."""

__all__ = ["get_build_info"]


def get_build_info():
    """What TensorFlow's builds say of themselves: no device but the processor.

    >>> tf.sysconfig.get_build_info()["is_cuda_build"]
    False
    """
    return {
        "is_cuda_build": False,
        "is_rocm_build": False,
        "is_tensorrt_build": False,
        "cpu_compiler": "",
    }
