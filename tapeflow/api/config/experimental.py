"""tf.config.experimental: questions about devices. There is one, the CPU, whose memory the system gives out."""

from tapeflow.api.config import devices
from tapeflow.api.config.determinism import enable_op_determinism
from tapeflow.api.config.devices import (
    get_visible_devices,
    list_logical_devices,
    list_physical_devices,
    set_visible_devices,
)

__all__ = [
    "VirtualDeviceConfiguration",
    "enable_op_determinism",
    "enable_tensor_float_32_execution",
    "get_device_details",
    "get_device_policy",
    "get_memory_growth",
    "get_memory_info",
    "get_memory_usage",
    "get_synchronous_execution",
    "get_virtual_device_configuration",
    "get_visible_devices",
    "list_logical_devices",
    "list_physical_devices",
    "reset_memory_stats",
    "set_device_policy",
    "set_memory_growth",
    "set_synchronous_execution",
    "set_virtual_device_configuration",
    "set_visible_devices",
    "tensor_float_32_execution_enabled",
]

VirtualDeviceConfiguration = devices.LogicalDeviceConfiguration
get_virtual_device_configuration = devices.get_logical_device_configuration
set_virtual_device_configuration = devices.set_logical_device_configuration

_POLICIES = (None, "silent", "silent_for_int32", "warn", "explicit")
_settings = {"tensor_float_32": True, "policy": "silent", "synchronous": True}


def _known(device):
    if device not in list_physical_devices():
        raise ValueError(f"Unrecognized device: {device!r}")


def set_memory_growth(device, enable):
    """Raises ValueError: only graphics cards take their memory in advance, and there are none."""
    _known(device)
    raise ValueError("Cannot set memory growth on non-GPU and non-Pluggable devices")


def get_memory_growth(device):
    """Raises ValueError for an unknown device and KeyError for the CPU, for which nothing can be set."""
    _known(device)
    raise KeyError(device)


def get_device_details(device):
    """Details of a device: none for the CPU.

    >>> tf.config.experimental.get_device_details(tf.config.list_physical_devices("CPU")[0])
    {}
    """
    _known(device)
    return {}


def get_memory_info(device):
    """Raises ValueError: the system gives out the CPU's memory, and nobody counts it."""
    if "CPU" not in str(device).upper():
        raise ValueError(f"No matching devices found for {device!r}")
    raise ValueError(f"Allocator stats not available for device {device!r}")


def get_memory_usage(device):
    """Raises ValueError, see `get_memory_info`."""
    return get_memory_info(device)["current"]


def reset_memory_stats(device):
    """Raises ValueError, see `get_memory_info`."""
    if "CPU" not in str(device).upper():
        raise ValueError(f"No matching devices found for {device!r}")
    raise ValueError(f"Cannot reset memory stats for device {device!r}")


def enable_tensor_float_32_execution(enabled):
    """Remembers whether graphics cards may round in products of float32; changes no result of the CPU."""
    _settings["tensor_float_32"] = bool(enabled)


def tensor_float_32_execution_enabled():
    """What `enable_tensor_float_32_execution` said last.

    >>> tf.config.experimental.tensor_float_32_execution_enabled()
    True
    """
    return _settings["tensor_float_32"]


def set_device_policy(device_policy):
    """Remembers what is to happen to tensors on another device. ValueError for a policy that is none."""
    if device_policy not in _POLICIES:
        raise ValueError(f"Invalid argument `device_policy`: {device_policy!r}. It is one of {_POLICIES}.")
    _settings["policy"] = device_policy or "silent"


def get_device_policy():
    """What `set_device_policy` said last.

    >>> tf.config.experimental.get_device_policy()
    'silent'
    """
    return _settings["policy"]


def set_synchronous_execution(enable):
    """Remembers whether calls are to be finished when they return. They always are."""
    _settings["synchronous"] = True if enable is None else bool(enable)


def get_synchronous_execution():
    """What `set_synchronous_execution` said last.

    >>> tf.config.experimental.get_synchronous_execution()
    True
    """
    return _settings["synchronous"]
