"""tf.compat.v2: the package itself."""

import tapeflow


def __getattr__(name):
    return getattr(tapeflow, name)


def __dir__():
    return dir(tapeflow)
