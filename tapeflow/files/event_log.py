"""Event files, which TensorBoard shows: TFRecord files of Event messages."""

import os
import socket
import threading
import time

from tapeflow.files.event_messages import messages
from tapeflow.files.filesystem import system_errors
from tapeflow.files.records import RecordWriter

_lock = threading.Lock()
_count = 0


class EventLog:
    """Writes events to a new file in a folder, which is made if it is not there. Events are handed over to the
    operating system when `most_waiting` of them wait or `milliseconds` have passed since the last time, and by `flush`.
    """

    def __init__(self, folder, most_waiting=10, milliseconds=120_000, suffix=".v2"):
        global _count
        with system_errors(folder):
            os.makedirs(folder, exist_ok=True)
        with _lock:
            number, _count = _count, _count + 1
        name = f"events.out.tfevents.{int(time.time())}.{socket.gethostname()}.{os.getpid()}.{number}{suffix}"
        self.path = os.path.join(folder, name)
        self._most_waiting = most_waiting
        self._seconds = milliseconds / 1000
        self._lock = threading.Lock()
        self._waiting = 0
        self._flushed = time.monotonic()
        self._writer = RecordWriter(self.path)
        first = messages.Event(wall_time=time.time(), file_version="brain.Event:2")
        first.source_metadata.writer = "tensorflow.core.util.events_writer"
        self._writer.write(first.SerializeToString())
        self._writer.flush()

    def write(self, event):
        """Appends an Event; its time is now if it has none."""
        event.wall_time = event.wall_time or time.time()
        with self._lock:
            self._writer.write(event.SerializeToString())
            self._waiting += 1
            if self._waiting > self._most_waiting or time.monotonic() - self._flushed > self._seconds:
                self._flush()

    def flush(self):
        """Makes the events so far readable to others."""
        with self._lock:
            self._flush()

    def _flush(self):
        self._writer.flush()
        self._waiting, self._flushed = 0, time.monotonic()

    def close(self):
        """Closes the file; closing again does nothing."""
        with self._lock:
            self._writer.close()
