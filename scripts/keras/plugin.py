"""A pytest plugin that makes `tensorflow` mean tapeflow before Keras' own tests import anything."""

import tapeflow

tapeflow.install_as_tensorflow()
