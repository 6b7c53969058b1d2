"""Where the parts of a saved model lie: as in TensorFlow's folders, but for a document of our own with the graphs."""

import json
import os

from tapeflow.core.errors import DataLossError

DOCUMENT = "saved_model.json"
"""The objects, functions and programs."""
FOREIGN_DOCUMENT = "saved_model.pb"
"""The same in a model that TensorFlow saved."""
UNREAD_DOCUMENTS = ("saved_model.pbtxt", "saved_model.cpb")
"""The same in forms that are not read."""
VARIABLES = os.path.join("variables", "variables")
"""The values of variables: a checkpoint."""
CONSTANTS = os.path.join("constants", "constants")
"""The constants of programs: a bundle of tensors like that of a checkpoint."""
KNOWN = {DOCUMENT, "variables", "constants", "assets"}
FORMAT, VERSION = "tapeflow saved model", 1


def contains_saved_model(export_dir):
    """Whether the folder could hold a saved model: of tapeflow or of TensorFlow.

    >>> tf.saved_model.contains_saved_model("/nowhere")
    False
    """
    return any(
        [
            os.path.isfile(os.path.join(export_dir, each))
            for each in (DOCUMENT, FOREIGN_DOCUMENT, *UNREAD_DOCUMENTS)
        ]
    )


def foreign_document(export_dir):
    """The path of the file if the model is one that TensorFlow saved; else None."""
    path = os.path.join(export_dir, FOREIGN_DOCUMENT)
    is_ours = os.path.isfile(os.path.join(export_dir, DOCUMENT))
    return path if os.path.isfile(path) and not is_ours else None


def read_document(export_dir):
    """The document in the folder, a dict. OSError if there is none; DataLossError if it is none."""
    path = os.path.join(export_dir, DOCUMENT)
    if not os.path.isfile(path):
        for each in UNREAD_DOCUMENTS:
            if os.path.isfile(os.path.join(export_dir, each)):
                raise NotImplementedError(
                    f"{os.path.join(export_dir, each)} was saved by TensorFlow in a form that is not read: "
                    f"{FOREIGN_DOCUMENT} is. Variables are read by tf.train.load_checkpoint."
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
