"""Each of the two reads the checkpoints that the other wrote."""

import numpy
import pytest

import tapeflow

tensorflow = pytest.importorskip("tensorflow")

PAIRS = [(tapeflow, tapeflow), (tapeflow, tensorflow), (tensorflow, tapeflow)]


def model(tf, k):
    """Objects of many kinds, whose values depend on k."""
    root = tf.Module()
    root.v = tf.Variable([1.0 * k, 2.0])
    root.parts = [tf.Variable("hi" * k), 3, {"deep": tf.Variable(k), "numbers": [1, 2]}]
    root.pair = (tf.Variable(k > 0), 1)
    root.inner = tf.Module()
    root.inner.w = tf.Variable(tf.cast(tf.constant([1.5 * k, 2.0]), tf.bfloat16))
    root.inner.up = root
    root.scalar = tf.Variable(numpy.float64(k))
    root.names = ["a.b", "c/d"]
    root.strange = {"x.y/z": tf.Variable(k * 1j)}
    root.strings = tf.Variable([["a" * k, ""], ["\u00e9", "b" * 300 * k]])
    root.empty = tf.Variable(tf.zeros([0, 3]))
    root.large = tf.Variable(tf.fill([300, 200], 1.5 * k))
    root.many = [tf.Variable(numpy.int64(k * each)) for each in range(40)]
    return root


def values(root):
    return [numpy.asarray(each.numpy()).tolist() for each in root.variables]


@pytest.fixture(params=PAIRS, ids=lambda pair: f"{pair[0].__name__}-{pair[1].__name__}")
def pair(request):
    return request.param


def test_managers_read_each_other(pair, tmp_path):
    writer, reader = pair
    mine, theirs = model(writer, 3), model(reader, 0)
    checkpoint = writer.train.Checkpoint(m=mine, parts=[writer.Variable(5.0)])
    manager = writer.train.CheckpointManager(checkpoint, tmp_path, max_to_keep=2)
    paths = [manager.save() for _ in range(3)]
    other = reader.train.Checkpoint(m=theirs, parts=[reader.Variable(0.0)])
    again = reader.train.CheckpointManager(other, str(tmp_path), max_to_keep=2)
    assert again.checkpoints == manager.checkpoints == paths[1:]
    assert reader.train.latest_checkpoint(str(tmp_path)) == paths[-1]
    assert again.restore_or_initialize() == paths[-1]
    other.restore(paths[-1]).assert_consumed()
    assert values(theirs) == values(mine)
    assert other.parts[0].numpy() == 5.0
    assert other.save_counter.numpy() == 3
    again.save()
    assert [each.split("/")[-1] for each in again.checkpoints] == ["ckpt-3", "ckpt-4"]


def test_a_root_of_ones_own(pair, tmp_path):
    writer, reader = pair
    mine, theirs = model(writer, 2), model(reader, 0)
    path = writer.train.Checkpoint(mine, extra=writer.Variable(4.0)).write(str(tmp_path / "deep" / "ckpt"))
    other = reader.train.Checkpoint(theirs, extra=reader.Variable(0.0))
    other.read(path).assert_consumed()
    assert values(theirs) == values(mine) and other.extra.numpy() == 4.0


def test_objects_that_come_later(pair, tmp_path):
    writer, reader = pair
    path = writer.train.Checkpoint(model(writer, 3)).write(str(tmp_path / "ckpt"))
    root = reader.Module()
    status = reader.train.Checkpoint(root).read(path)
    status.expect_partial()
    root.v = reader.Variable([0.0, 0.0])
    root.parts = []
    root.parts.append(reader.Variable(""))
    root.inner = reader.Module()
    root.inner.w = reader.Variable(reader.zeros([2], reader.bfloat16))
    root.strange = {}
    root.strange["x.y/z"] = reader.Variable(0j)
    assert root.v.numpy().tolist() == [3.0, 2.0]
    assert root.parts[0].numpy() == b"hihihi"
    assert root.inner.w.numpy().tolist() == [4.5, 2.0]
    assert root.strange["x.y/z"].numpy() == 3j
    with pytest.raises(AssertionError, match=r"Unresolved object in checkpoint \(root\).scalar"):
        status.assert_consumed()
    status.assert_existing_objects_matched()
    root.unknown = reader.Variable(1.0)
    with pytest.raises(AssertionError, match="not bound to checkpointed values"):
        status.assert_existing_objects_matched()


def test_readers_agree(tmp_path):
    path = tapeflow.train.Checkpoint(model(tapeflow, 1)).write(str(tmp_path / "ckpt"))
    mine, theirs = tapeflow.train.load_checkpoint(path), tensorflow.train.load_checkpoint(path)
    assert mine.get_variable_to_shape_map() == theirs.get_variable_to_shape_map()
    assert tapeflow.train.list_variables(path) == tensorflow.train.list_variables(path)
    for name, dtype in theirs.get_variable_to_dtype_map().items():
        assert mine.get_variable_to_dtype_map()[name].name == dtype.name
        first, second = mine.get_tensor(name), theirs.get_tensor(name)
        assert numpy.asarray(first).tolist() == numpy.asarray(second).tolist()
    name = "v/.ATTRIBUTES/VARIABLE_VALUE"
    assert mine.has_tensor(name) and not mine.has_tensor("v")
    assert tapeflow.train.load_variable(path, name).tolist() == [1.0, 2.0]
    for tf in (tapeflow, tensorflow):
        with pytest.raises(tf.errors.NotFoundError):
            tf.train.load_checkpoint(path + "x")
        with pytest.raises(tf.errors.NotFoundError):
            tf.train.Checkpoint(v=tf.Variable(1.0)).restore(path + "x")


def test_the_same_prefix_again_and_again(tmp_path):
    prefix = str(tmp_path / "ckpt")
    v = tapeflow.Variable(0.0)
    checkpoint = tapeflow.train.Checkpoint(v=v)
    for step in range(4):
        v.assign(float(step))
        checkpoint.write(prefix)
        assert tensorflow.train.load_variable(prefix, "v/.ATTRIBUTES/VARIABLE_VALUE") == step
        assert len(list(tmp_path.iterdir())) == 2


def test_errors_of_values_that_do_not_fit(pair, tmp_path):
    writer, reader = pair
    path = writer.train.Checkpoint(v=writer.Variable([1.0, 2.0])).write(str(tmp_path / "ckpt"))
    with pytest.raises(ValueError, match="Received incompatible tensor with shape"):
        reader.train.Checkpoint(v=reader.Variable([1.0, 2.0, 3.0])).read(path)
    with pytest.raises(reader.errors.InvalidArgumentError, match="does not equal original dtype"):
        reader.train.Checkpoint(v=reader.Variable([1, 2])).read(path)


def test_python_state(pair, tmp_path):
    def counter(tf, count):
        class Counter(tf.train.experimental.PythonState):
            def serialize(self):
                return str(self.count)

            def deserialize(self, string_value):
                self.count = int(string_value)

        made = Counter()
        made.count = count
        return made

    writer, reader = pair
    path = writer.train.Checkpoint(c=counter(writer, 7)).write(str(tmp_path / "ckpt"))
    checkpoint = reader.train.Checkpoint(c=counter(reader, 0))
    checkpoint.read(path).assert_consumed()
    assert checkpoint.c.count == 7


@pytest.mark.parametrize("tf", [tapeflow, tensorflow], ids=lambda tf: tf.__name__)
def test_bad_arguments(tf, tmp_path):
    with pytest.raises(ValueError, match="was expecting"):
        tf.train.Checkpoint(v=3)
    with pytest.raises(ValueError, match="was expecting"):
        tf.train.Checkpoint("root")
    root = tf.Module()
    root.v = tf.Variable(1.0)
    with pytest.raises(ValueError, match="already exists"):
        tf.train.Checkpoint(root, v=tf.Variable(2.0))
    checkpoint = tf.train.Checkpoint(root)
    with pytest.raises(ValueError, match="max_to_keep"):
        tf.train.CheckpointManager(checkpoint, str(tmp_path), max_to_keep=0)
    with pytest.raises(ValueError, match="step_counter"):
        tf.train.CheckpointManager(checkpoint, str(tmp_path), max_to_keep=1, checkpoint_interval=2)
    with pytest.raises(AssertionError, match="No checkpoint specified"):
        checkpoint.restore(None).assert_consumed()
    root.table = {1: tf.Variable(1.0)}
    with pytest.raises(ValueError, match="non-string key"):
        checkpoint.write(str(tmp_path / "ckpt"))


@pytest.mark.parametrize("tf", [tapeflow, tensorflow], ids=lambda tf: tf.__name__)
def test_intervals_and_functions_without_a_checkpoint(tf, tmp_path):
    step, called = tf.Variable(0), []
    manager = tf.train.CheckpointManager(
        tf.train.Checkpoint(step=step),
        str(tmp_path),
        max_to_keep=None,
        step_counter=step,
        checkpoint_interval=2,
        init_fn=lambda: called.append(1),
    )
    assert manager.restore_or_initialize() is None and called == [1]
    written = []
    for _ in range(5):
        step.assign_add(1)
        written.append(manager.save() is not None)
    assert written == [True, False, True, False, True]
    assert list(tf.train.checkpoints_iterator(str(tmp_path), timeout=0)) == [manager.latest_checkpoint]
    assert manager.restore_or_initialize() == manager.latest_checkpoint
