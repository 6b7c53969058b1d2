"""DeviceSpec: the name of a device, or of several, in parts."""

_KINDS = ("CPU", "GPU", "TPU", "CUSTOM", "EPU")
_FIELDS = ("job", "replica", "task", "device_type", "device_index")


class DeviceSpec:
    """What is said of a device: job, replica and task, type and number of the device; None for what is left open.

    >>> spec = tf.DeviceSpec(job="worker", device_type="CPU", device_index=0)
    >>> spec.to_string()
    '/job:worker/device:CPU:0'
    >>> tf.DeviceSpec.from_string("/task:1/gpu:*")
    <DeviceSpec(job=None, replica=None, task=1, device_type=GPU, device_index=None)>
    """

    __slots__ = tuple([f"_{name}" for name in _FIELDS])

    def __init__(self, job=None, replica=None, task=None, device_type=None, device_index=None):
        self._job = None if job is None else str(job)
        self._replica = None if replica is None else int(replica)
        self._task = None if task is None else int(task)
        device_type = None if device_type is None else str(device_type)
        self._device_type = device_type.upper() if device_type in ("cpu", "gpu") else device_type
        self._device_index = None if device_index is None else int(device_index)

    @property
    def job(self):
        """The name of a job, a string."""
        return self._job

    @property
    def replica(self):
        """The number of a replica."""
        return self._replica

    @property
    def task(self):
        """The number of a task."""
        return self._task

    @property
    def device_type(self):
        """The type of a device, such as "CPU"."""
        return self._device_type

    @property
    def device_index(self):
        """The number of a device of its type."""
        return self._device_index

    def _parts(self):
        return {name: getattr(self, name) for name in _FIELDS}

    @classmethod
    def from_string(cls, spec):
        """The DeviceSpec that a string such as "/job:worker/cpu:0" names; ValueError if it names none."""
        found = {}
        for part in (spec or "").split("/"):
            key, *values = part.split(":")
            if key in ("job", "replica", "task") and len(values) == 1:
                found[key] = values[0]
                continue
            is_kind = key.upper() in _KINDS and len(values) <= 1
            if not is_kind and not (key == "device" and len(values) == 2):
                if part:
                    raise ValueError(
                        f"Unknown attribute {key!r} is encountered while parsing the device spec: {spec!r}."
                    )
                continue
            if "device_type" in found:
                raise ValueError(f"A device has one type; there are several in the device spec {spec!r}.")
            kind, number = (key.upper(), values[0] if values else "*") if is_kind else values
            found["device_type"] = kind
            found["device_index"] = None if number == "*" else int(number)
        return cls(**found)

    def parse_from_string(self, spec):
        """The same as `from_string`: this DeviceSpec does not change."""
        return self.from_string(spec)

    def to_string(self):
        """The name, such as "/job:worker/device:CPU:0"."""
        parts = self._parts()
        kind = parts.pop("device_type")
        number = parts.pop("device_index")
        found = "".join([f"/{name}:{value}" for name, value in parts.items() if value is not None])
        return found if kind is None else f"{found}/device:{kind}:{'*' if number is None else number}"

    def make_merged_spec(self, dev):
        """A DeviceSpec with what `dev` says, and what this one says of the rest."""
        return type(self)(**{**self._parts(), **{k: v for k, v in dev._parts().items() if v is not None}})

    def replace(self, **kwargs):
        """A DeviceSpec with these parts in place of its own."""
        return type(self)(**{**self._parts(), **kwargs})

    def __eq__(self, other):
        return isinstance(other, type(self)) and self.to_string() == other.to_string()

    def __hash__(self):
        return hash(self.to_string())

    def __repr__(self):
        return f"<DeviceSpec({', '.join([f'{name}={value}' for name, value in self._parts().items()])})>"
