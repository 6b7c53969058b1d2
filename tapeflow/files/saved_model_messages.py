"""The messages of TensorFlow's saved models: graphs with functions, and the objects that they belong to.

Fields that nothing here reads are left out. Source: saved_model.proto, meta_graph.proto, saved_object_graph.proto,
struct.proto, graph.proto and function.proto of TensorFlow.
"""

from tapeflow.core.errors import DataLossError
from tapeflow.files.messages import Messages, read_message
from tapeflow.files.tensor_messages import TENSOR_TABLE

messages = Messages(
    "tensorflow",
    {
        **TENSOR_TABLE,
        "SavedModel": ["1 saved_model_schema_version int64", "2 meta_graphs MetaGraphDef[]"],
        "MetaGraphDef": [
            "1 meta_info_def MetaGraphDef.MetaInfoDef",
            "2 graph_def GraphDef",
            "6 asset_file_def AssetFileDef[]",
            "7 object_graph_def SavedObjectGraph",
        ],
        "MetaGraphDef.MetaInfoDef": [
            "4 tags string[]",
            "5 tensorflow_version string",
            "6 tensorflow_git_version string",
        ],
        "AssetFileDef": ["2 filename string"],
        "GraphDef": ["1 node NodeDef[]", "2 library FunctionDefLibrary", "4 versions VersionDef"],
        "VersionDef": ["1 producer int32", "2 min_consumer int32"],
        "NodeDef": [
            "1 name string",
            "2 op string",
            "3 input string[]",
            "4 device string",
            "5 attr map<string,AttrValue>",
        ],
        "NameAttrList": ["1 name string", "2 attr map<string,AttrValue>"],
        "AttrValue": [
            "2 s bytes |value",
            "3 i int64 |value",
            "4 f float |value",
            "5 b bool |value",
            "6 type int32 |value",
            "7 shape TensorShapeProto |value",
            "8 tensor TensorProto |value",
            "1 list AttrValue.ListValue |value",
            "10 func NameAttrList |value",
            "9 placeholder string |value",
        ],
        "AttrValue.ListValue": [
            "2 s bytes[]",
            "3 i int64[]",
            "4 f float[]",
            "5 b bool[]",
            "6 type int32[]",
            "7 shape TensorShapeProto[]",
            "8 tensor TensorProto[]",
            "9 func NameAttrList[]",
        ],
        "FunctionDefLibrary": ["1 function FunctionDef[]", "3 registered_gradients RegisteredGradient[]"],
        "RegisteredGradient": ["1 gradient_func string", "2 registered_op_type string"],
        "FunctionDef": [
            "1 signature OpDef",
            "5 attr map<string,AttrValue>",
            "3 node_def NodeDef[]",
            "4 ret map<string,string>",
            "6 control_ret map<string,string>",
        ],
        "OpDef": ["1 name string", "2 input_arg OpDef.ArgDef[]", "3 output_arg OpDef.ArgDef[]"],
        "OpDef.ArgDef": ["1 name string", "3 type int32"],
        "SavedObjectGraph": [
            "1 nodes SavedObject[]",
            "2 concrete_functions map<string,SavedConcreteFunction>",
        ],
        "ObjectReference": ["1 node_id int32", "2 local_name string"],
        "SavedObject": [
            "1 children ObjectReference[]",
            "4 user_object SavedUserObject |kind",
            "5 asset SavedAsset |kind",
            "6 function SavedFunction |kind",
            "7 variable SavedVariable |kind",
            "8 bare_concrete_function SavedBareConcreteFunction |kind",
            "9 constant SavedConstant |kind",
            "10 resource SavedResource |kind",
            "12 captured_tensor CapturedTensor |kind",
        ],
        "SavedUserObject": ["1 identifier string", "3 metadata string"],
        "SavedAsset": ["1 asset_file_def_index int32"],
        "SavedFunction": ["1 concrete_functions string[]", "2 function_spec FunctionSpec"],
        "CapturedTensor": ["1 name string", "2 concrete_function string"],
        "SavedConcreteFunction": [
            "2 bound_inputs int32[]",
            "3 canonicalized_input_signature StructuredValue",
            "4 output_signature StructuredValue",
        ],
        "SavedBareConcreteFunction": [
            "1 concrete_function_name string",
            "2 argument_keywords string[]",
            "3 allowed_positional_arguments int64",
            "4 function_spec FunctionSpec",
        ],
        "SavedConstant": ["1 operation string"],
        "SavedVariable": [
            "1 dtype int32",
            "2 shape TensorShapeProto",
            "3 trainable bool",
            "4 synchronization int32",
            "5 aggregation int32",
            "6 name string",
        ],
        "FunctionSpec": [
            "1 fullargspec StructuredValue",
            "2 is_method bool",
            "5 input_signature StructuredValue",
        ],
        "SavedResource": ["1 device string"],
        "StructuredValue": [
            "1 none_value NoneValue |kind",
            "11 float64_value double |kind",
            "12 int64_value sint64 |kind",
            "13 string_value string |kind",
            "14 bool_value bool |kind",
            "31 tensor_shape_value TensorShapeProto |kind",
            "32 tensor_dtype_value int32 |kind",
            "33 tensor_spec_value TensorSpecProto |kind",
            "34 type_spec_value TypeSpecProto |kind",
            "35 bounded_tensor_spec_value TensorSpecProto |kind",
            "51 list_value ListValue |kind",
            "52 tuple_value ListValue |kind",
            "53 dict_value DictValue |kind",
            "54 named_tuple_value NamedTupleValue |kind",
            "55 tensor_value TensorProto |kind",
            "56 numpy_value TensorProto |kind",
        ],
        "NoneValue": [],
        "ListValue": ["1 values StructuredValue[]"],
        "DictValue": ["1 fields map<string,StructuredValue>"],
        "PairValue": ["1 key string", "2 value StructuredValue"],
        "NamedTupleValue": ["1 name string", "2 values PairValue[]"],
        "TensorSpecProto": ["1 name string", "2 shape TensorShapeProto", "3 dtype int32"],
        "TypeSpecProto": [
            "1 type_spec_class int32",
            "2 type_state StructuredValue",
            "3 type_spec_class_name string",
        ],
    },
)


def read_saved_model(path):
    """The message SavedModel of a file. DataLossError, with the path, if it is damaged."""
    with open(path, "rb") as file:
        found = read_message(messages.SavedModel, file.read(), f"{path}, a saved model of TensorFlow")
    if not found.meta_graphs:
        raise DataLossError(None, None, f"{path} holds no graph")
    return found


def graph_of(graph_def):
    """The GraphDef as a message of ours: of bytes, or of a message that another library has made."""
    data = graph_def if isinstance(graph_def, bytes) else graph_def.SerializeToString()
    return read_message(messages.GraphDef, data, "a GraphDef")


def dims_of(shape):
    """The sizes of a TensorShapeProto as a tuple, None for those that are not known; None for no rank."""
    if shape.unknown_rank:
        return None
    return tuple([None if each.size < 0 else each.size for each in shape.dim])
