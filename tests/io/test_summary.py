"""Event files: read back by TensorBoard and by TensorFlow, the same events as TensorFlow writes."""

import glob
import os

import numpy as np
import pytest

import tapeflow as tf

tensorflow = pytest.importorskip("tensorflow")


def write_all(library, folder):
    writer = library.summary.create_file_writer(str(folder))
    summary = library.summary
    with writer.as_default(step=5):
        assert summary.scalar("loss", 1.5, description="how bad").numpy()
        with library.name_scope("outer"):
            summary.scalar("loss", 2)
        summary.histogram("h", [1.0, 2, 3, 4], buckets=3)
        summary.histogram("empty", np.zeros(0, np.float32))
        summary.histogram("single", [2.0, 2.0])
        summary.histogram("many", np.arange(100.0) ** 2)
        summary.text("text", "hello")
        summary.text("texts", [["a", "b"]])
        summary.audio("sound", np.float32([[[0.5], [-0.5]]] * 4), sample_rate=8000)
        metadata = library.compat.v1.SummaryMetadata(summary_description="words")
        summary.write(
            "tensor", library.constant([1, 2]), metadata=metadata, step=library.constant(7, "int64")
        )
        with summary.record_if(False):
            assert not summary.scalar("no", 1.0).numpy()
        assert summary.should_record_summaries().numpy()
    writer.close()
    assert not summary.should_record_summaries().numpy()
    (path,) = glob.glob(f"{folder}/events.out.tfevents.*.v2")
    return path


def events(path):
    from tensorflow.python.summary.summary_iterator import summary_iterator

    found = []
    for each in summary_iterator(path):
        each.wall_time = 0
        found.append(each)
    return found


def test_events_are_tensorflows(tmp_path):
    ours = events(write_all(tf, tmp_path / "ours"))
    theirs = events(write_all(tensorflow, tmp_path / "theirs"))
    assert [each.SerializeToString() for each in ours] == [each.SerializeToString() for each in theirs]


def test_images_are_as_tensorflow_shows_them(tmp_path):
    pictures = np.random.default_rng(0).random((4, 5, 6, 3)).astype(np.float32)
    found = []
    for library, name in ((tf, "ours"), (tensorflow, "theirs")):
        writer = library.summary.create_file_writer(str(tmp_path / name))
        with writer.as_default():
            library.summary.image("image", pictures, step=1, max_outputs=2)
        writer.close()
        (path,) = glob.glob(str(tmp_path / name / "*"))
        value = events(path)[1].summary.value[0]
        assert value.metadata.plugin_data.plugin_name == "images"
        strings = list(value.tensor.string_val)
        found.append((strings[:2], [tensorflow.io.decode_png(each).numpy() for each in strings[2:]]))
    assert found[0][0] == found[1][0] == [b"6", b"5"]
    np.testing.assert_array_equal(found[0][1], found[1][1])


def test_tensorboard_reads_them(tmp_path):
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    loader = pytest.importorskip("tensorboard.backend.event_processing.event_file_loader")
    path = write_all(tf, tmp_path)
    assert [each.step for each in loader.EventFileLoader(path).Load()][1:] == [5] * 9 + [7]
    found = accumulator.EventAccumulator(str(tmp_path), size_guidance={"tensors": 0})
    found.Reload()
    assert {"loss", "outer/loss", "h", "text"} <= set(found.Tags()["tensors"])
    assert found.SummaryMetadata("loss").plugin_data.plugin_name == "scalars"
    assert tensorflow.make_ndarray(found.Tensors("loss")[0].tensor_proto) == 1.5


def test_functions_write_when_they_run(tmp_path):
    writer = tf.summary.create_file_writer(str(tmp_path))
    step = tf.Variable(0, dtype=tf.int64)

    @tf.function
    def train(x):
        step.assign_add(1)
        with writer.as_default(), tf.summary.record_if(lambda: step % 2 == 0):
            tf.summary.scalar("x", x * 2, step=step)
            tf.summary.histogram("h", [x, x + 1], step=step)
        return x

    for value in range(6):
        train(tf.constant(float(value)))
    writer.close()
    found = events(glob.glob(str(tmp_path / "*"))[0])[1:]
    assert [(each.step, each.summary.value[0].tag) for each in found] == [
        (number, tag) for number in (2, 4, 6) for tag in ("x", "h")
    ]
    assert tensorflow.make_ndarray(found[0].summary.value[0].tensor) == 2


def test_wrong_calls_are_refused(tmp_path):
    with pytest.raises(ValueError, match="logdir"):
        tf.summary.create_file_writer(None)
    writer = tf.summary.create_file_writer(str(tmp_path))
    with writer.as_default():
        with pytest.raises(ValueError, match="No step set"):
            tf.summary.scalar("a", 1.0)
        for call in (
            lambda: tf.summary.scalar("a", [1.0], step=1),
            lambda: tf.summary.image("a", [1.0], step=1),
            lambda: tf.summary.audio("a", [1.0], 8000, step=1),
        ):
            with pytest.raises(ValueError):
                call()
        with pytest.raises(TypeError):
            tf.summary.text("a", 3, step=1)
    writer.close()
    with pytest.raises(RuntimeError, match="already closed"):
        writer.set_as_default()
    with tf.summary.create_noop_writer().as_default():
        assert not tf.summary.scalar("a", 1.0).numpy()
    with pytest.raises(ValueError, match="Must enable trace"):
        tf.summary.trace_export("a")
    tf.summary.experimental.set_step(3)
    assert tf.summary.experimental.get_step() == 3
    tf.summary.experimental.set_step(None)
    assert len(os.listdir(tmp_path)) == 1


def test_graphs_are_what_tensorflow_reads(tmp_path):
    tensorflow = pytest.importorskip("tensorflow")

    @tf.function
    def split(x, y):
        return tf.split(tf.matmul(x, y) + 1.0, 2)[1]

    concrete = split.get_concrete_function(tf.TensorSpec([None, 3]), tf.TensorSpec([3, 4], name="b"))
    assert not tf.summary.graph(concrete.graph).numpy()
    writer = tf.summary.create_file_writer(str(tmp_path))
    with writer.as_default():
        assert tf.summary.graph(concrete.graph).numpy()
        for wrong in (3, "x", None):
            with pytest.raises(ValueError, match="Argument 'graph_data' is not"):
                tf.summary.graph(wrong)
    writer.close()
    (file,) = tmp_path.iterdir()
    _, event = tensorflow.compat.v1.train.summary_iterator(str(file))
    graph = tensorflow.compat.v1.GraphDef.FromString(event.graph_def)
    nodes = {each.name: each for each in graph.node}
    assert len(nodes) == len(graph.node)
    assert [nodes["x"].op, nodes["b"].op, nodes["MatMul"].op] == ["Placeholder", "Placeholder", "MatMul"]
    assert list(nodes["MatMul"].input) == ["x", "b"]
    assert [each.size for each in nodes["MatMul"].attr["_output_shapes"].list.shape[0].dim] == [-1, 4]
    assert nodes["MatMul"].attr["dtype"].type == tensorflow.float32.as_datatype_enum
    for node in graph.node:  # everything that is taken is there
        assert all([each.split(":")[0] in nodes for each in node.input])
    assert any([each.op == "Const" for each in graph.node])


def test_graphs_of_sessions_are_written(tmp_path):
    with tf.Graph().as_default() as graph:
        x = tf.compat.v1.placeholder(tf.float32, [2], name="x")
        tf.add(x, 1.0, name="y")
    writer = tf.summary.create_file_writer(str(tmp_path))
    with writer.as_default():
        assert tf.summary.graph(graph).numpy()
    writer.close()
