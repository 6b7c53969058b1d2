"""Checkpoint: the values of objects on disk, in TensorFlow's own format."""

import os

from tapeflow.core.dtypes import int64
from tapeflow.core.operands import as_tensor
from tapeflow.state.checkpoint_state import update_state
from tapeflow.state.containers import is_container
from tapeflow.state.restoration import LoadStatus, NothingRestored, Restoration
from tapeflow.state.saving import save_objects
from tapeflow.state.trackable import AutoTrackable, NoDependency, Trackable, dependencies
from tapeflow.state.variable import Variable


class Checkpoint(AutoTrackable):
    """Saves and restores the values of a group of objects.

    root: the object whose dependencies are saved; by default the checkpoint itself, with the keywords and further
    attributes as dependencies. Values may be variables, modules and other Trackables, and lists and dicts of them.
    Raises ValueError for a keyword that is nothing of the kind, or that the root has as a dependency, too.

    Files are TensorFlow's: each of the two reads what the other wrote. They are replaced as a whole, so that a program
    that is killed leaves the checkpoint before.

    >>> import tempfile
    >>> v = tf.Variable(3.0)
    >>> checkpoint = tf.train.Checkpoint(v=v)
    >>> path = checkpoint.save(tempfile.mkdtemp() + "/ckpt")
    >>> _ = v.assign(0.0)
    >>> checkpoint.restore(path).assert_consumed() is not None, v.numpy()
    (True, np.float32(3.0))
    """

    def __init__(self, root=None, **kwargs):
        self._save_counter = NoDependency(None)
        self._root = NoDependency(root)
        self._attached = NoDependency({})
        if root is not None and not _is_trackable(root):
            raise ValueError(_not_trackable("root", root))
        known = {} if root is None else dependencies(root)
        for name, value in sorted(kwargs.items()):
            if not _is_trackable(value):
                raise ValueError(_not_trackable(name, value))
            if name in known and known[name] is not value:
                raise ValueError(
                    f"Cannot create a Checkpoint with keyword argument {name} if root.{name} already exists."
                )
            setattr(self, name, value)
            self._attached[name] = value
        if isinstance(known.get("save_counter"), Variable):
            self._save_counter = NoDependency(known["save_counter"])

    @property
    def save_counter(self):
        """An int64 variable with the number of times that `save` was called."""
        if self._save_counter is None:
            counter = Variable(0, dtype=int64, trainable=False, name="save_counter")
            self._save_counter = NoDependency(counter)
            self._attached["save_counter"] = counter
            owner = self if self._root is None else self._root
            if isinstance(owner, Trackable):
                owner._track_trackable(counter, "save_counter", overwrite=True)
        return self._save_counter

    def _children(self, value):
        found = dependencies(value)
        if value is self._root:
            found = {**found, **self._attached}
        return found

    def _start(self):
        return self if self._root is None else self._root

    def write(self, file_prefix, options=None):
        """Writes a checkpoint with this prefix; returns the prefix. `save_counter` stays as it is."""
        file_prefix = os.fspath(file_prefix)
        folder = os.path.dirname(file_prefix)
        if folder:
            os.makedirs(folder, exist_ok=True)
        save_objects(self._start(), file_prefix, self._children)
        return file_prefix

    def save(self, file_prefix, options=None):
        """Writes the checkpoint `prefix-n`, where n is the `save_counter` plus 1; returns that.

        The file `checkpoint` beside it says then that it is the latest.
        """
        self.save_counter.assign_add(1)
        path = self.write(f"{os.fspath(file_prefix)}-{int(self.save_counter.numpy())}", options)
        update_state(os.path.dirname(path), path, [path])
        return path

    def read(self, save_path, options=None):
        """Gives the values of a checkpoint that `write` wrote to the objects; returns a status with assertions.

        Objects that do not exist yet get their values when they are assigned to an attribute. Raises NotFoundError
        if there is no such checkpoint and DataLossError if it is damaged.
        """
        restoration = Restoration(_variables_prefix(os.fspath(save_path)), self._children)
        restoration.restore(self._start())
        return LoadStatus(restoration, self._start())

    def restore(self, save_path, options=None):
        """As `read`, for a checkpoint that `save` wrote; with None (no latest checkpoint) it restores nothing."""
        if save_path is None:
            return NothingRestored()
        self.save_counter  # noqa: B018 (it has its value from the checkpoint, too)
        return self.read(save_path, options)


def _is_trackable(value):
    return isinstance(value, Trackable) or is_container(value)


def _not_trackable(name, value):
    return (
        f"`Checkpoint` was expecting {name} to be a trackable object (an object derived from `Trackable`), got "
        f"{value}. Put it into a variable, a tf.Module or a tf.train.experimental.PythonState."
    )


def _variables_prefix(path):
    """The checkpoint within a SavedModel, if the path is that of one."""
    inside = os.path.join(path, "variables", "variables")
    return inside if os.path.isdir(path) and os.path.exists(f"{inside}.index") else path


class CheckpointOptions:
    """How checkpoints are written: on one machine nothing is to be said.

    Raises NotImplementedError for asynchronous checkpoints.
    """

    def __init__(
        self,
        experimental_io_device=None,
        experimental_enable_async_checkpoint=False,
        experimental_write_callbacks=None,
        enable_async=False,
        experimental_sharding_callback=None,
        experimental_skip_slot_variables=False,
    ):
        if enable_async or experimental_enable_async_checkpoint:
            raise NotImplementedError(
                "Checkpoints are written before `save` returns; enable_async is not there."
            )
        self.experimental_io_device = experimental_io_device
        self.experimental_skip_slot_variables = experimental_skip_slot_variables


class PythonState(Trackable):
    """An object whose `serialize()` gives bytes that a checkpoint keeps, and whose `deserialize(bytes)` takes them.

    >>> class Counter(tf.train.experimental.PythonState):
    ...     def __init__(self):
    ...         self.count = 0
    ...     def serialize(self):
    ...         return str(self.count).encode()
    ...     def deserialize(self, string_value):
    ...         self.count = int(string_value)
    >>> checkpoint = tf.train.Checkpoint(counter=Counter())
    """

    def serialize(self):
        """The state as bytes."""
        raise NotImplementedError(f"{type(self).__name__} has no serialize().")

    def deserialize(self, string_value):
        """Takes the state from bytes."""
        raise NotImplementedError(f"{type(self).__name__} has no deserialize().")

    def _serialize_to_tensors(self):
        return {"py_state": as_tensor(self.serialize())}

    def _restore_from_tensors(self, restored_tensors):
        self.deserialize(restored_tensors["py_state"].numpy())
