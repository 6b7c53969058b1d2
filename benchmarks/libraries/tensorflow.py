"""TensorFlow's workloads."""

import tensorflow as tf

from libraries.tensorflow_style import workloads

WORKLOADS = workloads(tf)
