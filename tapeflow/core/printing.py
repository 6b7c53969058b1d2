"""How tensors and variables are written: the same text as TensorFlow's, whose numbers NumPy formats."""


def tensor_repr(array, shape, dtype):
    """The text of `repr(tensor)`.

    Args:
      array: the elements, an ndarray or NumPy scalar; strings are bytes in object arrays.
      shape: the shape, a tuple or `TensorShape`.
      dtype: the `DType`.

    >>> tf.constant([1.0, 2.0])
    <tf.Tensor: shape=(2,), dtype=float32, numpy=array([1., 2.], dtype=float32)>
    """
    return f"<tf.Tensor: shape={shape}, dtype={dtype.name}, numpy={_on_own_lines(_elements_repr(array))}>"


def tensor_str(array, shape, dtype):
    """The text of `str(tensor)`; the arguments are those of `tensor_repr`.

    >>> print(tf.constant([[1, 2], [3, 4]]))
    tf.Tensor(
    [[1 2]
     [3 4]], shape=(2, 2), dtype=int32)
    """
    return f"tf.Tensor({_on_own_lines(str(array))}, shape={shape}, dtype={dtype.name})"


def variable_repr(name, shape, dtype, array):
    """The text of `repr(variable)`; `name` ends in `:0` and `shape` may be partly unknown.

    >>> tf.Variable([1.0, 2.0], name="weights")
    <tf.Variable 'weights:0' shape=(2,) dtype=float32, numpy=array([1., 2.], dtype=float32)>
    """
    elements = _on_own_lines(_elements_repr(array))
    return f"<tf.Variable '{name}' shape={shape} dtype={dtype.name}, numpy={elements}>"


def _elements_repr(array):
    # One element is written as its Python value, so a float32 shows all the digits of the double nearest to
    # it.
    return repr(array) if array.ndim else repr(array.item())


def _on_own_lines(text):
    return "\n" + text if "\n" in text else text
