"""What an array or a moment is like in a few bytes: fingerprints, the time."""

from tapeflow.core.errors import invalid
from tapeflow.core.operands import as_tensor
from tapeflow.ops import effects, fingerprints

__all__ = ["fingerprint", "timestamp"]


def fingerprint(data, method="farmhash64", name=None):
    """The fingerprint of each row of a tensor, uint8 [rows, 8], lowest byte first.

    Of numbers it is that of their bytes, of a string that of the string; several strings in a row are replaced by their
    fingerprints first. method: "farmhash64", the only one. Raises InvalidArgumentError for others and for a scalar.

    >>> tf.fingerprint(["tape", "flow"]).shape
    TensorShape([2, 8])
    """
    method = method.decode() if isinstance(method, bytes) else method
    if method != "farmhash64":
        raise invalid(f"Unsupported fingerprint method: {method}. There is 'farmhash64'.", "Fingerprint")
    return fingerprints.fingerprint(as_tensor(data))


def timestamp(name=None):
    """The seconds since 1970 when this runs, a float64 scalar; inside a `tf.function`, of each call anew.

    >>> tf.timestamp().dtype
    tf.float64
    """
    return effects.timestamp()
