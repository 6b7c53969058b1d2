"""`tf.saved_model`: models on disk, with their variables and programs."""

from tapeflow.api.saved_model import experimental
from tapeflow.api.saved_model.layout import contains_saved_model
from tapeflow.api.saved_model.loading import LoadOptions, load
from tapeflow.api.saved_model.saving import SaveOptions, save

ASSETS_DIRECTORY = "assets"
DEFAULT_SERVING_SIGNATURE_DEF_KEY = "serving_default"
SERVING = "serve"
VARIABLES_DIRECTORY = "variables"
VARIABLES_FILENAME = "variables"

__all__ = [
    "ASSETS_DIRECTORY",
    "DEFAULT_SERVING_SIGNATURE_DEF_KEY",
    "SERVING",
    "VARIABLES_DIRECTORY",
    "VARIABLES_FILENAME",
    "LoadOptions",
    "SaveOptions",
    "contains_saved_model",
    "experimental",
    "load",
    "save",
]
