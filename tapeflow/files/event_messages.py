"""The messages of TensorBoard's event files."""

from tapeflow.files.messages import Messages
from tapeflow.files.tensor_messages import TENSOR_TABLE

messages = Messages(
    "tensorflow",
    {
        "enum DataClass": [
            "0 DATA_CLASS_UNKNOWN",
            "1 DATA_CLASS_SCALAR",
            "2 DATA_CLASS_TENSOR",
            "3 DATA_CLASS_BLOB_SEQUENCE",
        ],
        **TENSOR_TABLE,
        "HistogramProto": [
            "1 min double",
            "2 max double",
            "3 num double",
            "4 sum double",
            "5 sum_squares double",
            "6 bucket_limit double[]",
            "7 bucket double[]",
        ],
        "SummaryMetadata": [
            "1 plugin_data SummaryMetadata.PluginData",
            "2 display_name string",
            "3 summary_description string",
            "4 data_class DataClass",
        ],
        "SummaryMetadata.PluginData": ["1 plugin_name string", "2 content bytes"],
        "Summary": ["1 value Summary.Value[]"],
        "Summary.Image": [
            "1 height int32",
            "2 width int32",
            "3 colorspace int32",
            "4 encoded_image_string bytes",
        ],
        "Summary.Audio": [
            "1 sample_rate float",
            "2 num_channels int64",
            "3 length_frames int64",
            "4 encoded_audio_string bytes",
            "5 content_type string",
        ],
        "Summary.Value": [
            "7 node_name string",
            "1 tag string",
            "9 metadata SummaryMetadata",
            "2 simple_value float |value",
            "3 obsolete_old_style_histogram bytes |value",
            "4 image Summary.Image |value",
            "5 histo HistogramProto |value",
            "6 audio Summary.Audio |value",
            "8 tensor TensorProto |value",
        ],
        "SourceMetadata": ["1 writer string"],
        "TaggedRunMetadata": ["1 tag string", "2 run_metadata bytes"],
        "SessionLog": ["1 status int32", "2 checkpoint_path string", "3 msg string"],
        "LogMessage": ["1 level int32", "2 message string"],
        "Event": [
            "1 wall_time double",
            "2 step int64",
            "3 file_version string |what",
            "4 graph_def bytes |what",
            "5 summary Summary |what",
            "6 log_message LogMessage |what",
            "7 session_log SessionLog |what",
            "8 tagged_run_metadata TaggedRunMetadata |what",
            "9 meta_graph_def bytes |what",
            "10 source_metadata SourceMetadata",
        ],
    },
)
