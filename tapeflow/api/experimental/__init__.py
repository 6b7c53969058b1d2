"""tf.experimental: names that TensorFlow keeps apart, each imported when it is first asked for."""

import importlib

_ON_DEMAND = {
    "DynamicRaggedShape": "api.ragged.ragged_shape:DynamicRaggedShape",
    "Optional": "data:Optional",
    "RowPartition": "api.ragged.row_partition:RowPartition",
    "dtensor": "api.distribute.dtensor",
    "numpy": "api.experimental.numpy",
}
"""Where the names lie: modules, or `module:name`."""


def __getattr__(name):
    if name not in _ON_DEMAND:
        raise AttributeError(f"tapeflow.experimental has no {name!r}.")
    place, _, member = _ON_DEMAND[name].partition(":")
    value = importlib.import_module(f"tapeflow.{place}")
    value = getattr(value, member) if member else value
    globals()[name] = value
    return value
