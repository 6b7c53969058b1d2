"""Paths of files that fit patterns."""

from tapeflow.core.dtypes import string
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import Tensor
from tapeflow.data.sources import TensorSliceDataset
from tapeflow.files.filesystem import matching_paths, path_text
from tapeflow.ops.file_calls import matching_files


def list_files(file_pattern, shuffle=None, seed=None, name=None):
    """A data set of the paths that fit `file_pattern`, a pattern or several; in random order unless `shuffle` is False.

    Raises InvalidArgumentError if there are none.

    >>> import os, tempfile
    >>> folder = tempfile.mkdtemp()
    >>> for name in ("a.txt", "b.txt", "c.csv"):
    ...     open(os.path.join(folder, name), "w").close()
    >>> found = tf.data.Dataset.list_files(os.path.join(folder, "*.txt"), shuffle=False)
    >>> [os.path.basename(path) for path in found.as_numpy_iterator()]
    [b'a.txt', b'b.txt']
    """
    patterns = as_tensor(file_pattern, string)
    found = matching_files(patterns)
    if not found.dims[0]:
        shown = ", ".join([each.decode(errors="replace") for each in _listed(patterns)])
        raise InvalidArgumentError(None, None, f"No files matched pattern: {shown}")
    dataset = TensorSliceDataset(found)
    return dataset if shuffle is False else dataset.shuffle(found.dims[0], seed)


def _listed(patterns):
    array = patterns._array
    return array.reshape(-1).tolist()


def found_paths(file_pattern):
    """The list of paths that fit a pattern or several. ValueError if there are none."""
    if isinstance(file_pattern, Tensor):
        file_pattern = file_pattern.numpy().tolist()
    if isinstance(file_pattern, list | tuple):
        if not file_pattern:
            raise ValueError("Argument `file_pattern` should not be empty.")
        found = [path for each in file_pattern for path in matching_paths(path_text(each))]
    else:
        found = matching_paths(path_text(file_pattern))
    if not found:
        raise ValueError(f"No files match `file_pattern` {file_pattern}.")
    return sorted(found)
