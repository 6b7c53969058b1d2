"""tf.version: the version of TensorFlow whose behaviour is the model, since programs ask what they may use."""

VERSION = "2.21.0"
COMPILER_VERSION = ""
GIT_VERSION = "tapeflow"
GRAPH_DEF_VERSION = 2474
"""The version of the format of graphs that is written."""
GRAPH_DEF_VERSION_MIN_CONSUMER = 0
GRAPH_DEF_VERSION_MIN_PRODUCER = 0
