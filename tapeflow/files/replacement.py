"""Files that are replaced as a whole: whoever opens one sees what it was or what it becomes."""

import contextlib
import os
import tempfile


@contextlib.contextmanager
def replaced_file(path):
    """A binary file to write to, which takes the place of `path` when it is complete and on the disk.

    If the block raises, `path` is what it was.
    """
    folder, name = os.path.split(path)
    folder = folder or "."
    descriptor, temporary = tempfile.mkstemp(prefix=f".{name}.", suffix=".part", dir=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.remove(temporary)
        raise
    synchronize_folder(folder)


def synchronize_folder(folder):
    """Has the names in a folder written to the disk."""
    descriptor = os.open(folder or ".", os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _umask():
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
