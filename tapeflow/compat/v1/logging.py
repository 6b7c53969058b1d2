"""tf.compat.v1.logging: messages of a program, through Python's logging."""

import logging as _logging

DEBUG, INFO, WARN, ERROR, FATAL = 10, 20, 30, 40, 50

_logger = _logging.getLogger("tapeflow")


def set_verbosity(v):
    """Messages below this level are left out."""
    _logger.setLevel(v)


def get_verbosity():
    """The level below which messages are left out."""
    return _logger.getEffectiveLevel()


def log(level, msg, *args, **kwargs):
    """A message of this level."""
    _logger.log(level, msg, *args, **kwargs)


def debug(msg, *args, **kwargs):
    """A message for those who look for errors."""
    _logger.debug(msg, *args, **kwargs)


def info(msg, *args, **kwargs):
    """A message of what goes on."""
    _logger.info(msg, *args, **kwargs)


def warning(msg, *args, **kwargs):
    """A warning."""
    _logger.warning(msg, *args, **kwargs)


warn = warning


def error(msg, *args, **kwargs):
    """A message of an error."""
    _logger.error(msg, *args, **kwargs)


def fatal(msg, *args, **kwargs):
    """A message of the worst."""
    _logger.critical(msg, *args, **kwargs)
