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

    It lies in the same folder and ends as `path` does. If the block raises, `path` is what it was. What cannot be
    replaced is given as it is, see `Replacement`.
    """
    replacement = Replacement(path)
    try:
        yield replacement.path
        replacement.take_place()
    except BaseException:
        replacement.give_up()
        raise


class Replacement:
    """A file beside another one, whose place it takes when it is complete. `path`: where to write.

    A symbolic link stays one: the file that it leads to is replaced. What cannot be replaced (a device, a folder, a
    file whose folder takes no new ones) is written to where it lies.
    """

    def __init__(self, path):
        self._target = os.path.realpath(path)
        folder, name = os.path.split(self._target)
        self._was_there = os.path.lexists(self._target)
        self._is_beside = os.access(folder, os.W_OK | os.X_OK) and (
            not self._was_there or os.path.isfile(self._target)
        )
        self.path = path
        if self._is_beside:
            descriptor, self.path = tempfile.mkstemp(prefix=".part-", suffix=f"-{name}", dir=folder)
            os.close(descriptor)

    def take_place(self):
        """Writes the file to the disk and gives it its name; doing so again does nothing."""
        if not self._is_beside:
            return
        self._is_beside = False
        synchronize_file(self.path)
        mode = os.stat(self._target).st_mode & 0o7777 if self._was_there else 0o666 & ~_umask()
        os.chmod(self.path, mode)
        os.replace(self.path, self._target)
        synchronize_folder(os.path.dirname(self._target))

    def give_up(self):
        """Removes the file, unless it has its name."""
        if self._is_beside:
            self._is_beside = False
            with contextlib.suppress(FileNotFoundError):
                os.remove(self.path)


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
