"""What loaded models are made of, whichever library wrote them."""

from tapeflow.core.errors import NotFoundError
from tapeflow.files.bundle import BundleReader
from tapeflow.state.trackable import AutoTrackable


class LoadedObject(AutoTrackable):
    """An object of a loaded model: it has the attributes that could be saved, and nothing of its class."""


class CallableObject(LoadedObject):
    """One that was callable, with a traced function."""

    def __call__(self, *args, **kwargs):
        return vars(self)["__call__"](*args, **kwargs)


def add_untracked(root, name, value):
    """Makes an attribute of the root that is no dependency."""
    vars(root).setdefault("_self_untracked", set()).add(name)
    vars(root)[name] = value


def open_bundle(prefix):
    """A reader of the tensors of a saved model. NotFoundError if they are missing."""
    try:
        return BundleReader(prefix)
    except NotFoundError:
        raise NotFoundError(None, None, f"{prefix}.index of the saved model is missing") from None
