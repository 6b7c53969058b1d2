"""Writers of event files."""

import contextlib

from tapeflow.api.summary.state import current
from tapeflow.core.errors import NotFoundError
from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import EagerTensor
from tapeflow.files.event_log import EventLog
from tapeflow.files.filesystem import path_text
from tapeflow.graph.tracing import current as current_tracer
from tapeflow.ops.python_calls import perform

__all__ = ["SummaryWriter", "create_file_writer", "create_noop_writer", "flush"]


class SummaryWriter:
    """Where summaries go: `create_file_writer` makes one."""

    is_silent = False

    def set_as_default(self, step=None):
        """Has later summaries of this thread go here; `step` becomes their step if it is given."""
        self._check_open()
        current.writer = self
        if step is not None:
            current.step = step

    @contextlib.contextmanager
    def as_default(self, step=None):
        """Context manager: summaries inside go here. The writer is flushed at the end, and the step is what it was."""
        self._check_open()
        before = current.writer, current.step
        current.writer = self
        if step is not None:
            current.step = step
        try:
            yield self
        finally:
            self.flush()
            current.writer = before[0]
            if step is not None:
                current.step = before[1]

    def init(self):
        """Does nothing: a writer is ready as soon as it is made."""
        self._check_open()

    def flush(self):
        """Makes the summaries so far readable to others."""

    def close(self):
        """Flushes and closes the file."""

    def _check_open(self):
        pass


class _Silent(SummaryWriter):
    is_silent = True


class FileWriter(SummaryWriter):
    """A writer of an event file."""

    def __init__(self, log):
        self._log = log

    def add(self, event):
        """Appends an Event. NotFoundError when the writer is closed."""
        if self._log is None:
            raise NotFoundError(
                None, None, "The summary writer is closed; make another by tf.summary.create_file_writer."
            )
        self._log.write(event)

    def flush(self):
        when_run(self._flush)

    def _flush(self):
        if self._log is not None:
            self._log.flush()

    def close(self):
        when_run(self._close)

    def _close(self):
        if self._log is not None:
            self._log.close()
            self._log = None

    def _check_open(self):
        if self._log is None:
            raise RuntimeError(f"SummaryWriter {self!r} is already closed")


def when_run(function, *tensors):
    """Calls a function of eager tensors now, or, while a program is traced, each time that it runs."""
    if current_tracer() is None and all([isinstance(each, EagerTensor) for each in tensors]):
        function(*tensors)
    else:
        perform(*tensors, function=function)


def create_file_writer(
    logdir,
    max_queue=None,
    flush_millis=None,
    filename_suffix=None,
    name=None,
    experimental_trackable=False,
    experimental_mesh=None,
):
    """A writer of a new event file in the folder `logdir`, which is made if it is not there.

    Summaries are readable when `max_queue` (10) of them wait or `flush_millis` (120000) have passed, and after
    `flush` or `close`. Raises ValueError without a folder.

    >>> import tempfile
    >>> writer = tf.summary.create_file_writer(tempfile.mkdtemp())
    >>> with writer.as_default(step=1):
    ...     tf.summary.scalar("loss", 0.5).numpy()
    np.True_
    """
    if logdir is None:
        raise ValueError("Argument `logdir` cannot be None")
    suffix = ".v2" if filename_suffix is None else _text(filename_suffix)
    most = 10 if max_queue is None else int(max_queue)
    return FileWriter(
        EventLog(path_text(logdir), most, 120_000 if flush_millis is None else int(flush_millis), suffix)
    )


def _text(value):
    value = as_tensor(value).numpy() if hasattr(value, "numpy") else value
    return value.decode() if isinstance(value, bytes) else value


def create_noop_writer():
    """A writer that writes nothing."""
    return _Silent()


def flush(writer=None, name=None):
    """Makes the summaries of a writer, of the default one if none is given, readable to others."""
    writer = writer or current.writer
    if writer is not None:
        writer.flush()
