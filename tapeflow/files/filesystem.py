"""Files and folders of the operating system, with TensorFlow's errors."""

import contextlib
import errno
import os

from tapeflow.core import errors

_CLASSES = {
    errno.ENOENT: errors.NotFoundError,
    errno.EEXIST: errors.AlreadyExistsError,
    errno.EACCES: errors.PermissionDeniedError,
    errno.EPERM: errors.PermissionDeniedError,
    errno.EROFS: errors.PermissionDeniedError,
    errno.ENOTDIR: errors.FailedPreconditionError,
    errno.EISDIR: errors.FailedPreconditionError,
    errno.ENOTEMPTY: errors.FailedPreconditionError,
    errno.EBADF: errors.FailedPreconditionError,
    errno.ENOSPC: errors.ResourceExhaustedError,
    errno.EMFILE: errors.ResourceExhaustedError,
    errno.ENFILE: errors.ResourceExhaustedError,
    errno.EINVAL: errors.InvalidArgumentError,
    errno.ENAMETOOLONG: errors.InvalidArgumentError,
}


@contextlib.contextmanager
def system_errors(path):
    """Turns the operating system's errors into TensorFlow's classes; the message names the path."""
    try:
        yield
    except OSError as error:
        kind = _CLASSES.get(error.errno, errors.UnknownError)
        raise kind(None, None, f"{path}; {error.strerror or error}") from error


def path_text(path):
    """A path given as text, bytes or a path object, as text. `file://` is dropped; other schemes are not there."""
    if hasattr(path, "numpy"):
        path = path.numpy()
    path = os.fsdecode(path)
    if "://" in path:
        scheme, _, rest = path.partition("://")
        if scheme != "file":
            raise errors.UnimplementedError(
                None,
                None,
                f"File system scheme '{scheme}' not implemented (file: '{path}'). Only local files are supported.",
            )
        return rest
    return path


def matching_paths(pattern):
    """The sorted paths that fit a pattern: `*` and `?` are any characters but a slash, `[a-c]` is one of these.

    Those that a pattern without a folder finds begin with `./`, as TensorFlow's do.
    """
    import glob

    if "/" not in pattern and glob.has_magic(pattern):
        pattern = f"./{pattern}"
    with system_errors(pattern):
        return sorted(glob.glob(pattern, include_hidden=True))
