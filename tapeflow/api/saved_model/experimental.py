"""`tf.saved_model.experimental`: the parent of objects that hold something outside of tensors."""

from tapeflow.state.trackable import AutoTrackable


class TrackableResource(AutoTrackable):
    """An object that holds something which is made when a program is loaded, such as a table.

    Subclasses make it in `_create_resource` and fill it in `_initialize`.
    """

    def __init__(self, device=""):
        self._resource_device = device
        self._resource_handle = None

    def _create_resource(self):
        raise NotImplementedError("TrackableResource._create_resource not implemented.")

    def _initialize(self):
        pass

    @property
    def resource_handle(self):
        """What `_create_resource` made, at the first call."""
        if self._resource_handle is None:
            self._resource_handle = self._create_resource()
        return self._resource_handle


__all__ = ["TrackableResource"]
