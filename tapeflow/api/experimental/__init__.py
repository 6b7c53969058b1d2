"""tf.experimental: names that TensorFlow keeps apart, each imported when it is first asked for."""

import importlib

_ON_DEMAND = {
    "BatchableExtensionType": "api.extension_types:BatchableExtensionType",
    "DynamicRaggedShape": "api.ragged.ragged_shape:DynamicRaggedShape",
    "ExtensionType": "api.extension_types:ExtensionType",
    "ExtensionTypeBatchEncoder": "api.extension_types:ExtensionTypeBatchEncoder",
    "ExtensionTypeSpec": "api.extension_types:ExtensionTypeSpec",
    "Optional": "data:Optional",
    "RowPartition": "api.ragged.row_partition:RowPartition",
    "dispatch_for_api": "api.dispatch:dispatch_for_api",
    "dispatch_for_binary_elementwise_apis": "api.dispatch:dispatch_for_binary_elementwise_apis",
    "dispatch_for_binary_elementwise_assert_apis": "api.dispatch:dispatch_for_binary_elementwise_assert_apis",
    "dispatch_for_unary_elementwise_apis": "api.dispatch:dispatch_for_unary_elementwise_apis",
    "dtensor": "api.distribute.dtensor",
    "extension_type": "api.extension_types.functions",
    "numpy": "api.experimental.numpy",
    "unregister_dispatch_for": "api.dispatch:unregister_dispatch_for",
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
