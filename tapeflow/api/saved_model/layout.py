"""Where the parts of a saved model lie: as in TensorFlow's folders, but for a document of our own with the graphs."""

import json
import os

from tapeflow.core.errors import DataLossError

DOCUMENT = "saved_model.json"
"""The objects, functions and programs."""
TENSORFLOW_DOCUMENTS = ("saved_model.pb", "saved_model.pbtxt")
VARIABLES = os.path.join("variables", "variables")
"""The values of variables: a checkpoint."""
CONSTANTS = os.path.join("constants", "constants")
"""The constants of programs: a bundle of tensors like that of a checkpoint."""
KNOWN = {DOCUMENT, "variables", "constants", "assets"}
FORMAT, VERSION = "tapeflow saved model", 1


def contains_saved_model(export_dir):
    """Whether the folder could hold a saved model: of tapeflow, or one of TensorFlow, which `load` does not read.

    >>> tf.saved_model.contains_saved_model("/nowhere")
    False
    """
    return any([os.path.isfile(os.path.join(export_dir, each)) for each in (DOCUMENT, *TENSORFLOW_DOCUMENTS)])


def read_document(export_dir):
    """The document in the folder, a dict. OSError if there is none; DataLossError if it is none."""
    path = os.path.join(export_dir, DOCUMENT)
    if not os.path.isfile(path):
        for each in TENSORFLOW_DOCUMENTS:
            if os.path.isfile(os.path.join(export_dir, each)):
                raise NotImplementedError(
                    f"{os.path.join(export_dir, each)} was saved by TensorFlow. Its programs are not read; its "
                    "variables are: tf.train.load_checkpoint, or restore() of a tf.train.Checkpoint, takes the folder."
                )
        raise OSError(f"SavedModel file does not exist at: {path}")
    with open(path, "rb") as file:
        data = file.read()
    try:
        found = json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise DataLossError(None, None, f"{path} is damaged: {error}") from None
    if type(found) is not dict or found.get("format") != FORMAT:
        raise DataLossError(None, None, f"{path} is no saved model: its format is not {FORMAT!r}")
    if found.get("version") != VERSION:
        raise DataLossError(
            None,
            None,
            f"{path} has the version {found.get('version')!r}; this program reads version {VERSION}",
        )
    return found
