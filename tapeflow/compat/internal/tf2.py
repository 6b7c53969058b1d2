"""`tf.__internal__.tf2`: which manners are in force."""

__all__ = ["enabled"]


def enabled():
    """Whether TensorFlow 2's manners are in force. They always are."""
    return True
