"""Messages have TensorFlow's bytes."""

import numpy as np
import pytest

from tapeflow.core import dtypes, errors
from tapeflow.files.event_messages import messages as events
from tapeflow.files.example_messages import messages as examples
from tapeflow.files.messages import read_message
from tapeflow.files.tensor_messages import array_from_message, fill_tensor_message
from tapeflow.files.tensor_messages import messages as tensors

tensorflow = pytest.importorskip("tensorflow")
ARRAYS = [
    np.float32([[1, 2.5, -0.0]]),
    np.float64(3.5),
    np.int32([]),
    np.int64([[1], [-(2**40)]]),
    np.uint8([0, 255]),
    np.int8([-3]),
    np.float16([1.5, -2]),
    np.bool_([True, False]),
    np.complex64([1 + 2j]),
    np.complex128([1 - 2j]),
    np.uint64([2**64 - 1]),
    np.array([b"a", b"\xff\0"], object),
]


@pytest.mark.parametrize("array", ARRAYS, ids=lambda each: str(np.asarray(each).dtype))
def test_tensors_are_read_as_tensorflow_writes_them(array):
    listed = tensorflow.make_tensor_proto(array).SerializeToString()
    whole = tensorflow.io.serialize_tensor(array).numpy()
    for data in (listed, whole):
        found, dtype = array_from_message(read_message(tensors.TensorProto, data, "tensor"))
        np.testing.assert_array_equal(found, array)
        assert np.shape(found) == np.shape(array)
    again = fill_tensor_message(tensors.TensorProto(), array, dtype)
    assert again.SerializeToString() == whole


def test_the_last_listed_element_fills_a_tensor():
    message = tensors.TensorProto(dtype=1, float_val=[1, 2])
    message.tensor_shape.dim.add().size = 5
    assert array_from_message(message)[0].tolist() == [1, 2, 2, 2, 2]


@pytest.mark.parametrize(
    "change",
    [
        {"dtype": 999},
        {"dtype": 20},
        {"tensor_content": b"abc"},
        {"float_val": [1, 2, 3]},
    ],
)
def test_wrong_tensors_are_refused(change):
    message = tensors.TensorProto(dtype=1)
    message.tensor_shape.dim.add().size = 2
    for name, value in change.items():
        if isinstance(value, list):
            getattr(message, name).extend(value)
        else:
            setattr(message, name, value)
    with pytest.raises(errors.InvalidArgumentError):
        array_from_message(message)


def test_a_hostile_shape_allocates_nothing():
    message = tensors.TensorProto(dtype=1)
    for _ in range(3):
        message.tensor_shape.dim.add().size = 1 << 30
    with pytest.raises(errors.InvalidArgumentError, match="more elements"):
        array_from_message(message)


def test_examples_have_tensorflows_bytes():
    def build(kinds):
        example = kinds.Example()
        example.features.feature["a"].int64_list.value.extend([1, -2])
        sequence = kinds.SequenceExample(context=example.features)
        sequence.feature_lists.feature_list["x"].feature.add().float_list.value.append(1.5)
        return example.SerializeToString(), sequence.SerializeToString()

    assert build(examples) == build(tensorflow.train)


def test_events_have_tensorflows_bytes():
    from tensorflow.core.util import event_pb2

    ours = events.Event(wall_time=1.5, step=3)
    value = ours.summary.value.add(tag="loss")
    value.metadata.plugin_data.plugin_name = "scalars"
    value.metadata.data_class = 1
    fill_tensor_message(value.tensor, np.float32(2.5), dtypes.float32)
    theirs = event_pb2.Event.FromString(ours.SerializeToString())
    assert theirs.summary.value[0].tag == "loss"
    assert tensorflow.make_ndarray(theirs.summary.value[0].tensor) == 2.5
    assert theirs.SerializeToString() == ours.SerializeToString()


def test_bytes_that_are_no_message_are_told():
    with pytest.raises(errors.DataLossError, match="Could not parse example"):
        read_message(examples.Example, b"\xff\xff\xff", "example")
