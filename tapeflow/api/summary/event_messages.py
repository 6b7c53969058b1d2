"""The class of events, which TensorFlow keeps in `tensorflow.core.util.event_pb2`."""

from tapeflow.files.event_messages import messages

__all__ = ["Event"]  # noqa: F822, made when it is asked for


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return getattr(messages, name)
