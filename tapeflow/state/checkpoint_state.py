"""The file `checkpoint` in a folder of checkpoints, which says which one is the latest.

It is a CheckpointState in the text format of protocol buffers, as TensorFlow writes it.
"""

import os
import re
import time

from tapeflow.core.log import warn_first
from tapeflow.files.bundle import data_paths, index_path
from tapeflow.files.replacement import replaced_file

_LINE = re.compile(r"\s*(\w+)\s*:\s*(?:\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'|([-+.\w]+))\s*[;,]?\s*")
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|x[0-9a-fA-F]{1,2}|.)", re.DOTALL)
_LETTERS = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"a": b"\a", b"b": b"\b", b"f": b"\f", b"v": b"\v"}
_LARGEST = 1 << 26


class CheckpointState:
    """What the file says: paths, and the times in seconds when they were written."""

    def __init__(
        self, model_checkpoint_path="", all_model_checkpoint_paths=(), timestamps=(), last_preserved=0.0
    ):
        self.model_checkpoint_path = model_checkpoint_path
        self.all_model_checkpoint_paths = list(all_model_checkpoint_paths)
        self.all_model_checkpoint_timestamps = list(timestamps)
        self.last_preserved_timestamp = last_preserved

    def __repr__(self):
        return f"<CheckpointState {self.model_checkpoint_path!r} of {len(self.all_model_checkpoint_paths)}>"


def update_state(folder, latest, paths, timestamps=None, last_preserved=None, latest_filename=None):
    """Replaces the file in the folder. Paths within the folder are kept relative to it."""
    timestamps = [time.time()] * len(paths) if timestamps is None else timestamps
    lines = [f'model_checkpoint_path: "{_escaped(_relative(latest, folder))}"']
    lines += [f'all_model_checkpoint_paths: "{_escaped(_relative(each, folder))}"' for each in paths]
    lines += [f"all_model_checkpoint_timestamps: {float(each)!r}" for each in timestamps]
    if last_preserved is not None:
        lines.append(f"last_preserved_timestamp: {float(last_preserved)!r}")
    with replaced_file(os.path.join(folder, latest_filename or "checkpoint")) as file:
        file.write("".join([f"{line}\n" for line in lines]).encode())


def _relative(path, folder):
    return os.path.relpath(path, folder or ".") if os.path.dirname(path) == folder else path


def _escaped(text):
    return "".join(
        [
            chr(each) if 32 <= each < 127 and each not in b"\"\\'" else f"\\{each:03o}"
            for each in text.encode(errors="surrogateescape")
        ]
    )


def _unescaped(text):
    def byte(match):
        found = match[1]
        if found[:1].isdigit():
            return bytes([int(found, 8) & 0xFF])
        return bytes([int(found[1:], 16)]) if found[:1] == b"x" and found[1:] else _LETTERS.get(found, found)

    return _ESCAPE.sub(byte, text.encode()).decode(errors="surrogateescape")


def get_checkpoint_state(checkpoint_dir, latest_filename=None):
    """What the file `checkpoint` in a folder says, a CheckpointState; None if there is none or it cannot be read.

    >>> tf.train.get_checkpoint_state("/nowhere") is None
    True
    """
    folder = os.fspath(checkpoint_dir)
    path = os.path.join(folder, latest_filename or "checkpoint")
    try:
        with open(path, "rb") as file:
            text = file.read(_LARGEST).decode()
        found = _parsed(text)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        warn_first(3, "%s: %s", path, error)
        return None
    if not found.model_checkpoint_path:
        return None
    found.model_checkpoint_path = os.path.join(folder, found.model_checkpoint_path)
    found.all_model_checkpoint_paths = [
        os.path.join(folder, each) for each in found.all_model_checkpoint_paths
    ]
    return found


def _parsed(text):
    found, place = CheckpointState(), 0
    while text[place:].strip():
        match = _LINE.match(text, place)
        if match is None:
            raise ValueError(f"damaged line at character {place}")
        place = match.end()
        name, bare = match[1], match[4]
        value = (
            float(bare) if bare is not None else _unescaped(match[2] if match[2] is not None else match[3])
        )
        if name in ("model_checkpoint_path", "all_model_checkpoint_paths") and isinstance(value, float):
            raise ValueError(f"{name} is a number")
        if name == "model_checkpoint_path":
            found.model_checkpoint_path = value
        elif name == "all_model_checkpoint_paths":
            found.all_model_checkpoint_paths.append(value)
        elif name == "all_model_checkpoint_timestamps":
            found.all_model_checkpoint_timestamps.append(float(value))
        elif name == "last_preserved_timestamp":
            found.last_preserved_timestamp = float(value)
    return found


def checkpoint_exists(prefix):
    """Whether there are files of a checkpoint with this prefix."""
    return os.path.exists(index_path(prefix)) and bool(data_paths(prefix))


def latest_checkpoint(checkpoint_dir, latest_filename=None):
    """The prefix of the latest checkpoint in a folder; None if there is none.

    >>> tf.train.latest_checkpoint("/nowhere") is None
    True
    """
    found = get_checkpoint_state(checkpoint_dir, latest_filename)
    if found is None:
        return None
    if checkpoint_exists(found.model_checkpoint_path):
        return found.model_checkpoint_path
    warn_first(3, "Couldn't match files for checkpoint %s", found.model_checkpoint_path)
    return None


def checkpoints_iterator(checkpoint_dir, min_interval_secs=0, timeout=None, timeout_fn=None):
    """Iterates over the latest checkpoints in a folder as they come, at least `min_interval_secs` apart.

    It ends when `timeout` seconds pass without one and `timeout_fn()`, if given, is true then.
    """
    last = None
    while True:
        began = time.time()
        found = _next_checkpoint(checkpoint_dir, last, timeout)
        if found is None:
            if timeout_fn is None or timeout_fn():
                return
            continue
        last = found
        yield found
        time.sleep(max(0.0, began + min_interval_secs - time.time()))


def _next_checkpoint(folder, last, timeout, pause=1.0):
    stop = None if timeout is None else time.time() + timeout
    while True:
        found = latest_checkpoint(folder)
        if found is not None and found != last:
            return found
        if stop is not None and time.time() + pause > stop:
            return None
        time.sleep(pause)
