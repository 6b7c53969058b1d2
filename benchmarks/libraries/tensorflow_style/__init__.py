"""The workloads in TensorFlow's words, for TensorFlow and for tapeflow: the same code, to the letter."""

from libraries.tensorflow_style import compiled, eager


def workloads(tf):
    """{name: function of no arguments}."""
    return {**eager.workloads(tf), **compiled.workloads(tf)}
