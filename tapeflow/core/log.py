"""Warnings to the user, through the logger "tapeflow"; `logging` is imported when there is something to say."""

_times_told: dict[str, int] = {}


def get_logger():
    """The logger of tapeflow's warnings, of the module `logging`.

    >>> tf.get_logger().name
    'tapeflow'
    """
    import logging

    return logging.getLogger("tapeflow")


def warn(message, *arguments):
    """Logs a warning; `arguments` fill the percent signs of `message`."""
    get_logger().warning(message, *arguments)


def warn_first(times, message, *arguments):
    """Logs a warning of this wording, but not more than `times` times in a process."""
    told = _times_told[message] = _times_told.get(message, 0) + 1
    if told <= times:
        warn(message, *arguments)
