"""Extension types: classes of values made of tensors that users define."""

from tapeflow.api.extension_types.batching import BatchableExtensionType, ExtensionTypeBatchEncoder
from tapeflow.api.extension_types.extension_type import ExtensionType, ExtensionTypeSpec

__all__ = [
    "BatchableExtensionType",
    "ExtensionType",
    "ExtensionTypeBatchEncoder",
    "ExtensionTypeSpec",
]
