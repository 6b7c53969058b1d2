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


@contextlib.contextmanager
def replaced_path(path):
    """The path of a file to write, for those who open files themselves; what they wrote takes the place of `path`.

    It lies in the same folder and ends as `path` does. A symbolic link stays one: the file that it leads to is
    replaced. If the block raises, `path` is what it was. What cannot be replaced (a device, a folder, a file whose
    folder takes no new ones) is given as it is.
    """
    target = os.path.realpath(path)
    folder, name = os.path.split(target)
    is_there = os.path.lexists(target)
    if not os.access(folder, os.W_OK | os.X_OK) or (is_there and not os.path.isfile(target)):
        yield path
        return
    descriptor, temporary = tempfile.mkstemp(prefix=".part-", suffix=f"-{name}", dir=folder)
    os.close(descriptor)
    try:
        yield temporary
        synchronize_file(temporary)
        os.chmod(temporary, os.stat(target).st_mode & 0o7777 if is_there else 0o666 & ~_umask())
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.remove(temporary)
        raise
    synchronize_folder(folder)


def synchronize_file(path):
    """Has what a file holds written to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


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
