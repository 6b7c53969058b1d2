"""Nodes of variables. What stands for one among the inputs is the Variable itself."""

import tapeflow as tf
from tapeflow.api.graph_def.table import node_op


@node_op("ReadVariableOp", is_pure=False)
def _read(node, variable):
    return variable.read_value()


@node_op("AssignVariableOp", is_pure=False)
def _assign(node, variable, value):
    variable.assign(value)


@node_op("AssignAddVariableOp", is_pure=False)
def _assign_add(node, variable, value):
    variable.assign_add(value)


@node_op("AssignSubVariableOp", is_pure=False)
def _assign_sub(node, variable, value):
    variable.assign_sub(value)


@node_op("VarIsInitializedOp", is_pure=False)
def _is_initialized(node, variable):
    return tf.constant(True)


@node_op("VariableShape", is_pure=False)
def _shape(node, variable):
    return tf.shape(variable, node.dtype("out_type", tf.int32.as_datatype_enum))


@node_op("ResourceGather", is_pure=False)
def _gather(node, variable, indices):
    return tf.gather(
        variable, indices, axis=node.integer("batch_dims"), batch_dims=node.integer("batch_dims")
    )


@node_op("ResourceGatherNd", is_pure=False)
def _gather_nd(node, variable, indices):
    return tf.gather_nd(variable, indices)


@node_op("ResourceScatterUpdate", is_pure=False)
def _scatter_update(node, variable, indices, updates):
    rows = tf.expand_dims(indices, -1)
    variable.assign(tf.tensor_scatter_nd_update(variable.read_value(), rows, updates))


@node_op("ResourceScatterAdd", is_pure=False)
def _scatter_add(node, variable, indices, updates):
    rows = tf.expand_dims(indices, -1)
    variable.assign(tf.tensor_scatter_nd_add(variable.read_value(), rows, updates))
