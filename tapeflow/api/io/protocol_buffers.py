"""Protocol buffers: graphs in files; other messages are not there."""

import os

from tapeflow.files.filesystem import path_text, system_errors
from tapeflow.files.replacement import replaced_file

__all__ = ["decode_proto", "encode_proto", "write_graph"]


def write_graph(graph_or_graph_def, logdir, name, as_text=True):
    """Writes a graph, or a GraphDef message, into the file `name` of the folder `logdir`, and returns the file's path.

    as_text: as text, else as bytes. The operations have their names, types, inputs, dtypes and shapes, not their other
    parameters. The folder is made if it is not there.

    >>> import tempfile
    >>> double = tf.function(lambda x: x * 2.0).get_concrete_function(tf.TensorSpec([], tf.float32))
    >>> path = tf.io.write_graph(double.graph, tempfile.mkdtemp(), "double.pbtxt")
    >>> b"Mul" in tf.io.read_file(path).numpy()
    True
    """
    from google.protobuf import text_format

    from tapeflow.files.graph_messages import graph_message

    message = graph_or_graph_def
    if hasattr(message, "get_operations"):
        message = graph_message(message.get_operations())
    folder = path_text(logdir)
    path = os.path.join(folder, name)
    with system_errors(path):
        os.makedirs(folder, exist_ok=True)
        with replaced_file(path) as file:
            file.write(
                text_format.MessageToString(message).encode() if as_text else message.SerializeToString()
            )
    return path


def decode_proto(
    bytes,
    message_type,
    field_names,
    output_types,
    descriptor_source="local://",
    message_format="binary",
    sanitize=False,
    name=None,
):
    """Is not there: examples are read by `tf.io.parse_example`, other messages by their own classes."""
    raise NotImplementedError(
        "decode_proto is not there; tf.io.parse_example reads tf.train.Example messages."
    )


def encode_proto(sizes, values, field_names, message_type, descriptor_source="local://", name=None):
    """Is not there: messages are written by their own classes."""
    raise NotImplementedError("encode_proto is not there; the classes of messages write them.")
