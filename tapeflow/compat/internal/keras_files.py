"""Models that Keras saves replace files as a whole: whoever is killed while saving leaves the last good file.

Keras opens files under their final names and fills them piece by piece. Here its functions that save are given the name
of a file beside, which takes the final name when it is complete and on the disk. Keras' own files are not touched: the
functions are exchanged when its modules are imported under the alias.
"""

import functools
import inspect
import os

from tapeflow.files.replacement import replaced_path

_ENDINGS = (".keras", ".h5", ".hdf5")


def load_saving_whole_files(execute, module):
    """Executes Keras' module, and exchanges the functions in it that write one file under a path."""
    execute(module)
    for name in ("save_model", "save_weights_only", "save_model_to_hdf5"):
        if name in vars(module):
            setattr(module, name, _whole(vars(module)[name]))


def _whole(save):
    signature = inspect.signature(save)

    @functools.wraps(save)
    def save_whole(*args, **kwargs):
        call = signature.bind(*args, **kwargs)
        path = call.arguments.get("filepath")
        if not _names_one_file(path, call.arguments):
            return save(*args, **kwargs)
        if "overwrite" in call.arguments:  # Keras' old format; the caller has asked the user before
            call.arguments["overwrite"] = True
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with replaced_path(path) as call.arguments["filepath"]:
            return save(*call.args, **call.kwargs)

    return save_whole


def _names_one_file(path, arguments):
    """Whether one local file will be written: no folder, no parts of a limited size, nothing that is open already."""
    return (
        isinstance(path, str | os.PathLike)
        and os.fspath(path).endswith(_ENDINGS)
        and "://" not in os.fspath(path)
        and arguments.get("max_shard_size") is None
    )
