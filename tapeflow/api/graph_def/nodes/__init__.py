"""What nodes of TensorFlow's graphs do, by families. Each module enters its ops in the table when it is imported."""
