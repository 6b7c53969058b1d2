"""tapeflow's workloads."""

import tapeflow as tf
from libraries.tensorflow_style import workloads

WORKLOADS = workloads(tf)
