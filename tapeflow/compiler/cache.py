"""Machine code that outlives the process: one file for each module, found by what it was made from.

The folder is TAPEFLOW_CACHE_DIR, else `tapeflow` in the user's cache folder; TAPEFLOW_CACHE=0 goes without. The
name of a file is a hash of the module's text, the processor and the versions; the file begins with a checksum of
the rest. What is damaged, truncated or somebody else's is ignored and written anew. Files come into being under
another name and are renamed when complete, so that a killed process leaves nothing under a final name. A folder
that cannot be written is told once. Only the user may write to the folder (mode 0700) and files of other users are
not read: whoever can write there could as well change the programs that the user runs.
"""

import hashlib
import os
import pathlib
import tempfile

from tapeflow.core.log import warn_first

_MAGIC = b"tapeflow-objects-2\n"
_LARGEST = 256 << 20
"""How many bytes the folder may hold before the oldest files go."""
_LOOKS = "00"
"""How the key of a file begins after which is looked how many there are: one in 256, as looking takes a while."""


def folder():
    """The Path of the folder, or None if there shall be no cache."""
    if os.environ.get("TAPEFLOW_CACHE", "1") == "0":
        return None
    chosen = os.environ.get("TAPEFLOW_CACHE_DIR")
    if chosen:
        return pathlib.Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return pathlib.Path(base) / "tapeflow"


def key_of(text, target):
    """The name under which the code of a module for a target is kept."""
    import llvmlite

    what = "\0".join([llvmlite.__version__, target.triple, target.cpu, target.features, text])
    return hashlib.sha256(what.encode()).hexdigest()


def remember(what):
    """Keeps, as an empty file, that something (a text) has been compiled on this machine."""
    store(_name_of(what), [])


def remembers(what):
    """Whether something has been compiled before, so that most of it is likely to be in the cache."""
    return load(_name_of(what)) is not None


def _name_of(what):
    return "note-" + hashlib.sha256(what.encode()).hexdigest()


def load(key):
    """The object codes kept under the key, or None."""
    place = folder()
    if place is None:
        return None
    path = place / f"{key}.o"
    try:
        with open(path, "rb") as file:
            if hasattr(os, "getuid") and os.fstat(file.fileno()).st_uid != os.getuid():
                return None
            content = file.read()
    except OSError:  # there is none, or it cannot be read: it is made anew
        return None
    head = len(_MAGIC)
    if content[:head] != _MAGIC or content[head : head + 32] != hashlib.sha256(content[head + 32 :]).digest():
        return None
    return _unpacked(content[head + 32 :])


def store(key, codes):
    """Keeps object codes, a list of bytes, under the key, if the folder lets itself be written."""
    place = folder()
    if place is None:
        return
    temporary = None
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".new-", dir=place)
        with os.fdopen(handle, "wb") as file:
            content = _packed(codes)
            file.write(_MAGIC + hashlib.sha256(content).digest() + content)
        os.replace(temporary, place / f"{key}.o")
        temporary = None
        if key.startswith(_LOOKS):
            _make_room(place)
    except OSError as error:
        warn_first(
            1, "Compiled programs cannot be kept in %s and will be compiled again next time: %s", place, error
        )
    finally:
        if temporary is not None:
            _remove(temporary)


def _packed(codes):
    """One after the other, each behind its length."""
    return b"".join([len(code).to_bytes(8, "little") + code for code in codes])


def _unpacked(content):
    codes = []
    while content:
        end = 8 + int.from_bytes(content[:8], "little")
        codes.append(content[8:end])
        content = content[end:]
    return codes


def _remove(path):
    try:
        os.unlink(path)
    except OSError as error:
        warn_first(1, "The file %s of a cache could not be removed: %s", path, error)


def _make_room(place):
    """Removes the files that were written longest ago, if the folder holds too much."""
    entries = []
    for entry in os.scandir(place):
        try:
            status = entry.stat()
        except FileNotFoundError:  # another process was quicker
            continue
        entries.append((status.st_mtime, status.st_size, entry.path))
    total = sum([size for _, size, _ in entries])
    for _, size, path in sorted(entries):
        if total <= _LARGEST:
            break
        pathlib.Path(path).unlink(missing_ok=True)
        total -= size
