"""Tensors as TensorProto messages, and back."""

import math

import numpy

from tapeflow.core.convert import array_from_value
from tapeflow.core.dtypes import as_dtype, bool, complex64, complex128, from_array_dtype, string, uint16
from tapeflow.core.shapes import as_shape

_LISTED = (bool, complex64, complex128, string, uint16)
"""Dtypes whose elements TensorFlow lists one by one."""

__all__ = ["make_ndarray", "make_tensor_proto"]


def make_tensor_proto(values, dtype=None, shape=None, verify_shape=False, allow_broadcast=False):
    """A TensorProto message of a Python value or array; a message is given as it is.

    dtype: that of the elements, by default the one that `tf.constant` takes. shape: what they are shaped to; there may
    be fewer than it has, and the last stands for the others; verify_shape: must be theirs, else TypeError;
    allow_broadcast: fewer are taken only if there is one. ValueError for too many elements.

    >>> tf.make_ndarray(tf.make_tensor_proto([[1, 2], [3, 4]]))
    array([[1, 2],
           [3, 4]], dtype=int32)
    """
    from tapeflow.files.tensor_messages import fill_tensor_message, list_elements, messages

    if hasattr(values, "tensor_shape") and hasattr(values, "tensor_content"):
        return values
    if allow_broadcast and verify_shape:
        raise ValueError("allow_broadcast and verify_shape are not both allowed.")
    wanted = None if dtype is None else as_dtype(dtype)
    if hasattr(values, "numpy"):
        values = values.numpy()
    array = numpy.asarray(array_from_value(values, wanted))
    found = from_array_dtype(array.dtype)
    dims = array.shape if shape is None else tuple(as_shape(shape).as_list())
    if shape is not None and (verify_shape or allow_broadcast):
        few_for = array.size != 1 if allow_broadcast else True
        if array.shape != dims and few_for:
            raise TypeError(
                f"Expected Tensor's shape: {dims}, but got {array.shape}."
                + (" Only one element is broadcast." if allow_broadcast else "")
            )
    count = math.prod(dims)
    if array.size > count:
        raise ValueError(f"Too many elements provided. Takes at most {count}, but got {array.size}")
    if found in _LISTED or array.size != count or count <= 1:
        return list_elements(messages.TensorProto(), array, found, dims)
    return fill_tensor_message(messages.TensorProto(), array.reshape(dims), found)


def make_ndarray(tensor):
    """The NumPy array that a TensorProto message holds. TypeError for elements that are no numbers or strings.

    >>> tf.make_ndarray(tf.make_tensor_proto([7], shape=[3]))
    array([7, 7, 7], dtype=int32)
    """
    from tapeflow.core.errors import InvalidArgumentError
    from tapeflow.files.tensor_messages import array_from_message

    try:
        return numpy.asarray(array_from_message(tensor)[0])
    except InvalidArgumentError as error:
        raise TypeError(error.message) from None
