"""tf.io.gfile: files and folders, with TensorFlow's errors. Paths are text, bytes or path objects; all are local."""

import os
import shutil
from collections import namedtuple

from tapeflow.core import errors
from tapeflow.files.filesystem import matching_paths, path_text, system_errors
from tapeflow.files.replacement import replaced_file

__all__ = [
    "GFile",
    "copy",
    "exists",
    "get_registered_schemes",
    "glob",
    "isdir",
    "join",
    "listdir",
    "makedirs",
    "mkdir",
    "remove",
    "rename",
    "rmtree",
    "stat",
    "walk",
]

_MODES = ("r", "w", "a", "r+", "w+", "a+")

FileStatistics = namedtuple("FileStatistics", "length mtime_nsec is_directory")
"""What `stat` tells: the length in bytes, the time of the last change in nanoseconds, whether it is a folder."""


class GFile:
    """A file to read or to write; a context manager and an iterable of lines.

    mode: "r", "w", "a", "r+", "w+" or "a+", with "b" for bytes rather than text in UTF-8. The file is opened when it is
    first used. Raises InvalidArgumentError for another mode, NotFoundError when a file that is not there is read,
    PermissionDeniedError for reading what is open for writing and the other way round.

    >>> import os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "greeting")
    >>> with tf.io.gfile.GFile(path, "w") as file:
    ...     file.write("hello\\n")
    >>> tf.io.gfile.GFile(path).read()
    'hello\\n'
    """

    def __init__(self, name, mode="r"):
        self._name = name
        self._path = path_text(name)
        self._mode = mode
        self._is_binary = "b" in mode
        self._plain_mode = mode.replace("b", "")
        if self._plain_mode not in _MODES:
            raise errors.InvalidArgumentError(
                None, None, "mode is not 'r' or 'w' or 'a' or 'r+' or 'w+' or 'a+'"
            )
        self._file = None

    @property
    def name(self):
        """The path as it was given."""
        return self._name

    @property
    def mode(self):
        """The mode as it was given."""
        return self._mode

    def _opened(self):
        if self._file is None:
            with system_errors(self._path):
                self._file = open(self._path, self._plain_mode[0] + "b" + self._plain_mode[1:])  # noqa: SIM115
        return self._file

    def _readable(self):
        if self._plain_mode not in ("r", "r+", "w+", "a+"):
            raise errors.PermissionDeniedError(None, None, "File isn't open for reading")
        return self._opened()

    def _writable(self):
        if self._plain_mode == "r":
            raise errors.PermissionDeniedError(None, None, "File isn't open for writing")
        return self._opened()

    def _given(self, data):
        return data if self._is_binary else data.decode("utf-8")

    def size(self):
        """The length of the file in bytes."""
        return stat(self._path).length

    def read(self, n=-1):
        """The rest of the file, or `n` bytes of it."""
        file = self._readable()
        with system_errors(self._path):
            return self._given(file.read(n))

    def readline(self):
        """The next line with its end; empty when there is none."""
        file = self._readable()
        with system_errors(self._path):
            return self._given(file.readline())

    def readlines(self):
        """All lines that are left, with their ends."""
        return list(self)

    def write(self, file_content):
        """Appends text or bytes."""
        if isinstance(file_content, str):
            file_content = file_content.encode()
        if not isinstance(file_content, bytes | bytearray | memoryview):
            raise TypeError(f"Expected binary or unicode string, got {file_content!r}")
        file = self._writable()
        with system_errors(self._path):
            file.write(file_content)

    def seek(self, offset=None, whence=0, position=None):
        """Moves to a place: from the beginning (whence 0), from here (1) or from the end (2)."""
        offset = position if offset is None else offset
        if offset is None:
            raise TypeError("seek(): offset argument required")
        if whence not in (0, 1, 2):
            raise errors.InvalidArgumentError(
                None, None, f"Invalid whence argument: {whence}. Valid values are 0, 1, or 2."
            )
        file = self._readable()
        start = (0, file.tell(), self.size())[whence]
        if start + offset < 0:
            raise errors.InvalidArgumentError(None, None, f"Seeking to a negative position: {start + offset}")
        with system_errors(self._path):
            file.seek(start + offset)

    def seekable(self):
        """True: every file is."""
        return True

    def tell(self):
        """The place in bytes."""
        return self._opened().tell()

    def flush(self):
        """Makes what was written readable to others."""
        if self._file is not None:
            with system_errors(self._path):
                self._file.flush()

    def close(self):
        """Closes the file; using it again opens it anew."""
        if self._file is not None:
            file, self._file = self._file, None
            with system_errors(self._path):
                file.close()

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.close()

    def __iter__(self):
        return self

    def __next__(self):
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    next = __next__

    def __del__(self):
        if getattr(self, "_file", None) is not None:
            self._file.close()


def copy(src, dst, overwrite=False):
    """Copies a file; the copy is complete or not there. AlreadyExistsError if there is one and not `overwrite`."""
    source, target = path_text(src), path_text(dst)
    if not overwrite and os.path.exists(target):
        raise errors.AlreadyExistsError(None, None, f"file already exists: {target}; pass overwrite=True")
    if os.path.isdir(source):
        raise errors.InvalidArgumentError(None, None, f"{source}; Is a directory, which cannot be copied so")
    with (
        system_errors(source),
        open(source, "rb") as file,
        system_errors(target),
        replaced_file(target) as other,
    ):
        shutil.copyfileobj(file, other)


def exists(path):
    """Whether there is a file or folder of this name."""
    return os.path.exists(path_text(path))


def isdir(path):
    """Whether there is a folder of this name."""
    return os.path.isdir(path_text(path))


def join(path, *paths):
    """The parts of a path joined by slashes; an absolute part drops those before it."""
    return os.path.join(os.fspath(path), *[os.fspath(each) for each in paths])


def listdir(path):
    """The names in a folder, in no order. NotFoundError if it is none."""
    folder = path_text(path)
    if not os.path.isdir(folder):
        raise errors.NotFoundError(None, None, f"Could not find directory {folder}")
    with system_errors(folder):
        return os.listdir(folder)


def makedirs(path):
    """Makes a folder and those above it; it may exist. FailedPreconditionError if a file has its name."""
    folder = path_text(path)
    if os.path.isdir(folder):
        return
    if os.path.exists(folder):
        raise errors.FailedPreconditionError(None, None, f"{folder} is not a directory")
    with system_errors(folder):
        os.makedirs(folder, exist_ok=True)


def mkdir(path):
    """Makes a folder, which may exist, in one that exists. NotFoundError if that does not."""
    folder = path_text(path)
    if not os.path.isdir(folder):
        with system_errors(folder):
            os.mkdir(folder)


def remove(path):
    """Removes a file. NotFoundError if there is none, FailedPreconditionError for a folder."""
    file = path_text(path)
    with system_errors(file):
        os.remove(file)


def rename(src, dst, overwrite=False):
    """Gives a file or folder another name. AlreadyExistsError if that exists and not `overwrite`."""
    source, target = path_text(src), path_text(dst)
    if not overwrite and os.path.exists(target):
        raise errors.AlreadyExistsError(None, None, f"file already exists: {target}; pass overwrite=True")
    with system_errors(source):
        os.replace(source, target)


def rmtree(path):
    """Removes a folder with all in it, or a file. NotFoundError if there is none."""
    folder = path_text(path)
    if not os.path.lexists(folder):
        raise errors.NotFoundError(None, None, f"{folder} not found")
    with system_errors(folder):
        if os.path.isdir(folder) and not os.path.islink(folder):
            shutil.rmtree(folder)
        else:
            os.remove(folder)


def stat(path):
    """`FileStatistics(length, mtime_nsec, is_directory)` of a file or folder. NotFoundError if there is none."""
    file = path_text(path)
    with system_errors(file):
        found = os.stat(file)
    return FileStatistics(found.st_size, found.st_mtime_ns, os.path.isdir(file))


def glob(pattern):
    """The sorted paths that fit a pattern, or one of a list: `*` and `?` are any characters but a slash.

    >>> tf.io.gfile.glob("/nowhere/*")
    []
    """
    patterns = pattern if isinstance(pattern, list | tuple) else [pattern]
    return [path for each in patterns for path in matching_paths(path_text(each))]


def walk(top, topdown=True, onerror=None):
    """Yields (folder, names of folders, names of files) for a folder and those in it, parents first if `topdown`."""
    top = path_text(top)
    try:
        names = sorted(listdir(top))
    except errors.NotFoundError as error:
        if onerror:
            onerror(error)
        return
    folders = [each for each in names if os.path.isdir(os.path.join(top, each))]
    here = top, folders, [each for each in names if each not in set(folders)]
    if topdown:
        yield here
    for each in folders:
        yield from walk(os.path.join(top, each), topdown, onerror)
    if not topdown:
        yield here


def get_registered_schemes():
    """The prefixes of paths that are understood: none, and `file://`."""
    return ["", "file"]
