"""tapeflow's workloads: TensorFlow's, and a layer norm in PyTorch's words, as TensorFlow has none."""

import tapeflow as tf
from libraries import data
from libraries.tensorflow_style import workloads
from tapeflow.torch.nn import functional


def _layer_norm():
    rows, scale, offset = tf.constant(data.rows), tf.constant(data.scale), tf.constant(data.offset)
    return lambda: functional.layer_norm(rows, (1024,), scale, offset)


WORKLOADS = {**workloads(tf), "eager layer norm 1M: tapeflow.torch": _layer_norm()}
