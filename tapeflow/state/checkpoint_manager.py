"""CheckpointManager: the last few checkpoints in a folder."""

import contextlib
import os
import time

from tapeflow.files.bundle import data_paths, index_path
from tapeflow.state.checkpoint_state import get_checkpoint_state, update_state


class CheckpointManager:
    """Keeps a number of checkpoints in a folder and removes older ones.

    Args:
      checkpoint: the `tf.train.Checkpoint`.
      directory: the folder, made when it is needed.
      max_to_keep: how many stay; None: all.
      keep_checkpoint_every_n_hours: of those that would be removed, one for each such time stays.
      checkpoint_name: how their names begin.
      step_counter, checkpoint_interval: `save` does nothing until the counter has grown by that much.
      init_fn: called by `restore_or_initialize` if there is no checkpoint.

    Raises ValueError for a `max_to_keep` that is not positive and an interval without a counter.

    >>> import tempfile
    >>> checkpoint = tf.train.Checkpoint(v=tf.Variable(1.0))
    >>> manager = tf.train.CheckpointManager(checkpoint, tempfile.mkdtemp(), max_to_keep=2)
    >>> for _ in range(3):
    ...     path = manager.save()
    >>> [each.split("/")[-1] for each in manager.checkpoints]
    ['ckpt-2', 'ckpt-3']
    """

    def __init__(
        self,
        checkpoint,
        directory,
        max_to_keep,
        keep_checkpoint_every_n_hours=None,
        checkpoint_name="ckpt",
        step_counter=None,
        checkpoint_interval=None,
        init_fn=None,
        last_checkpoint_step=None,
    ):
        if max_to_keep is not None and max_to_keep <= 0:
            raise ValueError(f"Expected a positive integer or `None` for `max_to_keep`, got {max_to_keep}.")
        if checkpoint_interval is not None and step_counter is None:
            raise ValueError("`step_counter` should be passed if `checkpoint_interval` is not None.")
        self._checkpoint = checkpoint
        self._directory = os.fspath(directory)
        self._prefix = os.path.join(self._directory, checkpoint_name)
        self._max_to_keep = max_to_keep
        self._hours = keep_checkpoint_every_n_hours
        self._step_counter = step_counter
        self._interval = checkpoint_interval
        self._last_step = last_checkpoint_step
        self._init_fn = init_fn
        self._times = {}  # prefix -> when it was written, oldest first: those that may be removed
        self._latest = None
        self._last_preserved = time.time() - 1.0
        self._recover()

    def _recover(self):
        found = get_checkpoint_state(self._directory)
        if found is None:
            return
        self._latest = found.model_checkpoint_path
        self._last_preserved = found.last_preserved_timestamp
        times = found.all_model_checkpoint_timestamps
        if len(times) != len(found.all_model_checkpoint_paths):
            times = [self._last_preserved] * len(found.all_model_checkpoint_paths)
        self._times = dict(zip(found.all_model_checkpoint_paths, times, strict=True))

    @property
    def directory(self):
        """The folder."""
        return self._directory

    @property
    def checkpoint(self):
        """The `tf.train.Checkpoint`."""
        return self._checkpoint

    @property
    def checkpoint_interval(self):
        """By how much the counter grows between checkpoints; None: they are written whenever `save` is called."""
        return self._interval

    @property
    def latest_checkpoint(self):
        """The prefix of the latest one; None if there is none."""
        return self._latest

    @property
    def checkpoints(self):
        """The prefixes of those that are kept, oldest first."""
        return list(self._times)

    def save(self, checkpoint_number=None, check_interval=True, options=None):
        """Writes a checkpoint and removes what is too old; returns its prefix, or None if it is not time yet.

        checkpoint_number: by default the checkpoint's `save_counter`, which then grows by 1.
        """
        if self._interval is not None:
            step = int(self._step_counter)
            if check_interval and self._last_step is not None and step < self._last_step + self._interval:
                return None
            self._last_step = step
        if checkpoint_number is None:
            checkpoint_number = self._checkpoint.save_counter.assign_add(1)
        path = self._checkpoint.write(f"{self._prefix}-{int(checkpoint_number)}", options)
        self._times.pop(path, None)
        self._times[path] = time.time()
        self._latest = path
        self._record()  # the file says so before anything is removed
        if self._sweep():
            self._record()
        return path

    def _record(self):
        update_state(
            self._directory, self._latest, list(self._times), list(self._times.values()), self._last_preserved
        )

    def _sweep(self):
        """Removes the oldest ones; whether there were any."""
        swept = False
        while self._max_to_keep and len(self._times) > self._max_to_keep:
            path, written = next(iter(self._times.items()))
            del self._times[path]
            swept = True
            if self._hours and written - self._hours * 3600.0 >= self._last_preserved:
                self._last_preserved = written
                continue
            if not self._is_inside(path):  # the file may come from elsewhere: nothing outside is removed
                continue
            for file in (index_path(path), *data_paths(path)):
                with contextlib.suppress(FileNotFoundError):
                    os.remove(file)
        return swept

    def _is_inside(self, path):
        folder = os.path.realpath(self._directory)
        return os.path.realpath(os.path.dirname(path)) == folder

    def restore_or_initialize(self):
        """Restores the latest checkpoint and returns its prefix; without one it calls `init_fn` and returns None."""
        if self._latest is not None:
            self._checkpoint.restore(self._latest)
            if self._interval is not None:
                self._last_step = int(self._step_counter)
            return self._latest
        if self._init_fn is not None:
            self._init_fn()
        return None

    def sync(self):
        """Waits for asynchronous checkpoints: there are none."""
