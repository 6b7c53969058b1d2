"""Telling where calls run: on the one device that there is, so that nothing is printed."""

__all__ = ["get_log_device_placement", "set_log_device_placement"]

_wanted = False


def set_log_device_placement(enabled):
    """Remembers whether the device of each call is to be told. There is one device; nothing is printed.

    >>> tf.debugging.set_log_device_placement(False)
    """
    global _wanted
    _wanted = bool(enabled)


def get_log_device_placement():
    """What `set_log_device_placement` said last.

    >>> tf.debugging.get_log_device_placement()
    False
    """
    return _wanted
