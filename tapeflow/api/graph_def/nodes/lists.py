"""Nodes of lists of tensors, which loops write and read row by row: here each list is a TensorArray."""

import tapeflow as tf
from tapeflow.api.graph_def.table import node_op


def _element_shape(shape):
    """The TensorShape that a tensor of sizes says: -1 for what is not known, one -1 for no rank."""
    known = tf.get_static_value(shape)
    if known is None:
        return tf.TensorShape([None] * shape.shape[0])
    if known.ndim == 0:
        return tf.TensorShape(None if known < 0 else [])
    return tf.TensorShape([None if size < 0 else size for size in known.tolist()])


def _array(node, size, shape, grows=False):
    return tf.TensorArray(
        node.dtype("element_dtype"),
        size,
        dynamic_size=grows,
        clear_after_read=False,
        infer_shape=False,
        element_shape=_element_shape(shape),
    )


@node_op("TensorListReserve", is_pure=False)
def _reserve(node, shape, size):
    return _array(node, size, shape, node.library.has_growing_lists)


@node_op("EmptyTensorList", is_pure=False)
def _empty(node, shape, most):
    return _array(node, 0, shape, grows=True)


@node_op("TensorListFromTensor", is_pure=False)
def _from_tensor(node, rows, shape):
    return _array(node, tf.shape(rows)[0], shape).unstack(rows)


@node_op("TensorListSetItem", is_pure=False)
def _set_item(node, array, index, item):
    return array.write(index, item)


@node_op("TensorListGetItem", is_pure=False)
def _get_item(node, array, index, shape):
    return array.read(index)


@node_op("TensorListStack", is_pure=False)
def _stack(node, array, shape):
    return array.stack()


@node_op("TensorListGather", is_pure=False)
def _gather(node, array, indices, shape):
    return array.gather(indices)


@node_op("TensorListConcatV2", outputs=("tensor", "lengths"), is_pure=False)
def _concat(node, array, shape, leading):
    rows = array.stack()
    lengths = tf.fill([tf.shape(rows)[0]], tf.shape(rows, tf.int64)[1])
    return array.concat(), lengths


@node_op("TensorListPushBack", is_pure=False)
def _push_back(node, array, item):
    return array.write(array.size(), item)


@node_op("TensorListLength", is_pure=False)
def _length(node, array):
    return array.size()


@node_op("TensorListElementShape", is_pure=False)
def _shape_of_elements(node, array):
    dtype = node.dtype("shape_type")
    known = array.element_shape
    if known.rank is None:
        return tf.constant(-1, dtype)
    return tf.constant([-1 if size is None else size for size in known], dtype)
