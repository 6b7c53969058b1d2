"""Looking into checkpoints: names, shapes, dtypes and values."""

import os

import numpy

from tapeflow.files.bundle import BundleReader
from tapeflow.state.checkpoint_state import get_checkpoint_state
from tapeflow.state.object_graph import walk
from tapeflow.state.trackable import dependencies


class CheckpointReader:
    """Reads tensors of a checkpoint by their names. Made by `tf.train.load_checkpoint`."""

    def __init__(self, prefix):
        self._bundle = BundleReader(prefix)

    def get_variable_to_shape_map(self):
        """{name: list of sizes}."""
        return {name: list(entry.dims) for name, entry in self._bundle.entries.items()}

    def get_variable_to_dtype_map(self):
        """{name: DType}."""
        return {name: entry.dtype for name, entry in self._bundle.entries.items()}

    def has_tensor(self, tensor_str):
        """Whether there is a tensor of this name."""
        return tensor_str in self._bundle.entries

    def get_tensor(self, tensor_str):
        """The value as a NumPy array, a NumPy scalar or bytes; NotFoundError if there is none of this name."""
        _, array = self._bundle.read(tensor_str)
        return array[()] if isinstance(array, numpy.ndarray) and not array.ndim else array

    def debug_string(self):
        """A line for each tensor, as bytes."""
        return "".join(
            [
                f"{name} (DT_{entry.dtype.name.upper()}) {list(entry.dims)}\n"
                for name, entry in sorted(self._bundle.entries.items())
            ]
        ).encode()


def load_checkpoint(ckpt_dir_or_file):
    """The CheckpointReader of a checkpoint, or of the latest one in a folder.

    Raises ValueError for a folder without one, NotFoundError for a prefix without files and DataLossError for damaged
    files.
    """
    path = os.fspath(ckpt_dir_or_file)
    if os.path.isdir(path):
        found = get_checkpoint_state(path)
        if found is None:
            raise ValueError(f"Couldn't find 'checkpoint' file or checkpoints in given directory {path}")
        path = found.model_checkpoint_path
    return CheckpointReader(path)


def load_variable(ckpt_dir_or_file, name):
    """The value called `name` in a checkpoint, a NumPy array; a trailing ":0" may be left out."""
    return load_checkpoint(ckpt_dir_or_file).get_tensor(name.removesuffix(":0"))


def list_variables(ckpt_dir_or_file):
    """The sorted list of (name, list of sizes) in a checkpoint."""
    return sorted(load_checkpoint(ckpt_dir_or_file).get_variable_to_shape_map().items())


class TrackableView:
    """The objects that can be reached from a root by dependencies.

    >>> root = tf.Module()
    >>> root.v = tf.Variable(1.0)
    >>> len(tf.train.TrackableView(root).descendants())
    2
    """

    def __init__(self, root):
        self._root = root

    @classmethod
    def children(cls, obj, save_type="checkpoint", **kwargs):
        """{name: dependency} of the object."""
        return dependencies(obj, save_type, **kwargs)

    @property
    def root(self):
        """The object where it begins."""
        return self._root

    def descendants(self):
        """The list of all objects, nearest first."""
        return [each.value for each in walk(self._root, self.children)]
