"""Traced functions that the compiler leaves alone."""

import os
from unittest import mock

import tapeflow as tf


def planned(function, **options):
    """The function as a tf.function that runs as a plan of NumPy's kernels, however often it is called."""
    staged = tf.function(function, **options)

    def call(*args, **kwargs):
        with mock.patch.dict(os.environ, TAPEFLOW_COMPILE="never"):
            return staged(*args, **kwargs)

    return call
