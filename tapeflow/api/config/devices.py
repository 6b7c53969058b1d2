"""The devices of this machine: there is one, the CPU, which may be cut into logical ones."""

__all__ = [
    "LogicalDevice",
    "LogicalDeviceConfiguration",
    "PhysicalDevice",
    "get_logical_device_configuration",
    "get_visible_devices",
    "list_logical_devices",
    "list_physical_devices",
    "set_logical_device_configuration",
    "set_visible_devices",
]


class _Device:
    def __init__(self, name, device_type):
        self.name = name
        self.device_type = device_type

    def __eq__(self, other):
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self):
        return hash((self.name, self.device_type))

    def __repr__(self):
        return f"{type(self).__name__}(name={self.name!r}, device_type={self.device_type!r})"


class PhysicalDevice(_Device):
    """A device that the machine has: its `name` and `device_type`."""


class LogicalDevice(_Device):
    """A device that calls may run on: its `name` and `device_type`."""


class LogicalDeviceConfiguration:
    """A logical device that a physical one is cut into. `memory_limit` and `experimental_priority` are for GPUs."""

    def __init__(self, memory_limit=None, experimental_priority=None, experimental_device_ordinal=None):
        self.memory_limit = memory_limit
        self.experimental_priority = experimental_priority
        self.experimental_device_ordinal = experimental_device_ordinal


_PHYSICAL = PhysicalDevice("/physical_device:CPU:0", "CPU")
_configuration = None  # the LogicalDeviceConfigurations given, or None


def list_physical_devices(device_type=None):
    """The devices of the machine, those of one type ("CPU", "GPU") if it is given.

    >>> tf.config.list_physical_devices("GPU"), tf.config.list_physical_devices()
    ([], [PhysicalDevice(name='/physical_device:CPU:0', device_type='CPU')])
    """
    return [_PHYSICAL] if device_type in (None, "CPU") else []


def list_logical_devices(device_type=None):
    """The devices that calls may run on, those of one type if it is given.

    >>> tf.config.list_logical_devices()
    [LogicalDevice(name='/device:CPU:0', device_type='CPU')]
    """
    if device_type not in (None, "CPU"):
        return []
    return [LogicalDevice(f"/device:CPU:{k}", "CPU") for k in range(len(_configuration or [None]))]


def set_logical_device_configuration(device, logical_devices):
    """Has the CPU count as several devices, as many as there are LogicalDeviceConfigurations.

    They are names for `tf.distribute`: calls run on the one CPU. ValueError for a device that the machine does not
    have, or a limit of memory, which is for GPUs.

    >>> cpu = tf.config.list_physical_devices("CPU")[0]
    >>> tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()])
    >>> len(tf.config.list_logical_devices())
    1
    """
    global _configuration
    if device != _PHYSICAL:
        raise ValueError(f"Unrecognized device: {device!r}. This machine has {list_physical_devices()}.")
    if any([each.memory_limit is not None for each in logical_devices]):
        raise ValueError("Setting memory limit on CPU virtual devices is currently not supported")
    _configuration = list(logical_devices) or None


def get_logical_device_configuration(device):
    """The list given to `set_logical_device_configuration`, or None. ValueError for another device than the CPU."""
    if device != _PHYSICAL:
        raise ValueError(f"Unrecognized device: {device!r}. This machine has {list_physical_devices()}.")
    return None if _configuration is None else list(_configuration)


def get_visible_devices(device_type=None):
    """The physical devices that the program uses: all.

    >>> tf.config.get_visible_devices() == tf.config.list_physical_devices()
    True
    """
    return list_physical_devices(device_type)


def set_visible_devices(devices, device_type=None):
    """Chooses the devices that the program uses. Only the choice that is already so can be made.

    Raises ValueError for a device that the machine does not have and NotImplementedError for hiding the CPU.

    >>> tf.config.set_visible_devices([], "GPU")
    """
    devices = list(devices) if isinstance(devices, list | tuple) else [devices]
    for each in devices:
        if each != _PHYSICAL:
            raise ValueError(f"Unrecognized device: {each!r}. This machine has {list_physical_devices()}.")
    if device_type in (None, "CPU") and not devices:
        raise NotImplementedError("The CPU is the only device there is; it cannot be hidden.")
