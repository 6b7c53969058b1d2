"""Constants, and what is no function on tensors, against TensorFlow's."""

import threading

import numpy as np
import pytest

import tapeflow

tensorflow = pytest.importorskip("tensorflow")

CONSTANTS = [f"saved_model.{name}" for name in dir(tapeflow.saved_model) if name.isupper()]
CONSTANTS += [f"AggregationMethod.{name}" for name in vars(tapeflow.AggregationMethod) if name.isupper()]


def test_constants_are_those_of_tensorflow():
    def values(library):
        found = {}
        for path in CONSTANTS:
            owner, name = path.split(".")
            found[path] = getattr(getattr(library, owner), name)
        return found

    assert len(CONSTANTS) > 20
    assert values(tapeflow) == values(tensorflow)


def test_gradients_by_differences_agree_with_tensorflow():
    def jacobians(tf):
        def function(x, z, rows):
            return tf.exp(x)[:, None] * z + tf.cast(tf.gather(rows, [1, 1]), z.dtype)

        arguments = [[0.1, 0.2], [[1.0 + 2j, -1j]], [[3.0], [4.0]]]
        dtypes = (tf.float64, tf.complex128, tf.float64)
        tensors = [tf.constant(each, dtype) for each, dtype in zip(arguments, dtypes, strict=True)]
        return tf.test.compute_gradient(lambda x, *rest: function(tf.cast(x, tf.complex128), *rest), tensors)

    for mine, theirs in zip(jacobians(tapeflow), jacobians(tensorflow), strict=True):
        for found, expected in zip(mine, theirs, strict=True):
            assert found.dtype == expected.dtype
            np.testing.assert_allclose(found, expected, atol=1e-6)


def test_gradients_by_differences_want_a_list():
    for library in (tapeflow, tensorflow):
        with pytest.raises(ValueError):
            library.test.compute_gradient(lambda x: x, library.constant(1.0))


def coordinated(tf, error):
    """What a Coordinator says of threads, one of which meets an error."""
    coordinator = tf.train.Coordinator()
    ended = []

    def fail():
        with coordinator.stop_on_exception():
            raise error

    def wait():
        ended.append(coordinator.wait_for_stop(20))

    threads = [threading.Thread(target=each) for each in (wait, fail)]
    coordinator.register_thread(threads[0])
    for each in threads:
        each.start()
    found = [
        _raised(lambda: coordinator.join(threads[1:])),
        ended,
        coordinator.should_stop(),
        coordinator.joined,
    ]
    found += [
        _raised(coordinator.raise_requested_exception),
        _raised(lambda: coordinator.request_stop((type(error), error, None))),
    ]
    coordinator.clear_stop()
    found += [coordinator.should_stop(), coordinator.joined, _raised(coordinator.raise_requested_exception)]
    slow = threading.Event()
    late = threading.Thread(target=slow.wait, name="late")
    late.start()
    coordinator.request_stop()
    found.append(_raised(lambda: coordinator.join([late], stop_grace_period_secs=0.01)))
    coordinator.join([late], stop_grace_period_secs=0.01, ignore_live_threads=True)
    slow.set()
    late.join()
    return found


def _raised(function):
    try:
        return function()
    except Exception as error:
        return type(error).__name__, str(error)


def test_coordinator_stops_threads_as_tensorflow_does():
    assert coordinated(tapeflow, KeyError("a")) == coordinated(tensorflow, KeyError("a"))
    done = [tf.errors.OutOfRangeError(None, None, "done") for tf in (tapeflow, tensorflow)]
    assert coordinated(tapeflow, done[0]) == coordinated(tensorflow, done[1])


def averaged(tf):
    """Averages of variables after some steps, eagerly and in a function."""
    first, second = tf.Variable([1.0, 2.0], name="first"), tf.Variable(3.0, tf.float64, name="second")
    averages = tf.train.ExponentialMovingAverage(0.9, num_updates=4)
    found = [averages.average(first), averages.name]
    averages.apply([first])

    @tf.function
    def step():
        first.assign_add([1.0, 1.0])
        averages.apply([first, second])

    step()
    step()
    found += [averages.average(first).numpy().tolist(), averages.average(second).numpy().item()]
    found += [
        averages.average(first).trainable,
        averages.average(first).dtype.name,
        averages.average(first).name,
    ]
    found.append(_raised(lambda: averages.apply([tf.Variable(1)]))[0])
    found.append(_raised(lambda: averages.apply([tf.constant(1.0)]))[0])
    return found


def test_moving_averages_are_those_of_tensorflow():
    assert averaged(tapeflow) == averaged(tensorflow)


DEVICE_NAMES = [
    "",
    "/cpu:0",
    "/job:a/replica:1/task:2/device:GPU:*",
    "GPU",
    "/device:TPU:3",
    "/job:a",
    "/task:1/gpu:2",
]
NO_DEVICE_NAMES = ["/disk:0", "/cpu:0/gpu:1", "/cpu:x", "/task:x", "/job:a:b"]


def devices(tf):
    """What DeviceSpecs say of names, and of each other."""
    specs = [tf.DeviceSpec.from_string(name) for name in DEVICE_NAMES]
    found = [repr(each) for each in specs] + [each.to_string() for each in specs]
    found += [first.make_merged_spec(second).to_string() for first in specs for second in specs]
    found += [
        specs[2].replace(task=5, job=None).to_string(),
        specs[0] == tf.DeviceSpec(),
        hash(specs[0]) == hash(""),
    ]
    found += [tf.DeviceSpec(device_type="cpu").device_type, specs[0].parse_from_string("/cpu:1").to_string()]
    found += [_raised(lambda name=name: tf.DeviceSpec.from_string(name))[0] for name in NO_DEVICE_NAMES]
    with tf.device(tf.DeviceSpec(device_type="CPU", device_index=0)):
        found.append(tf.constant(1.0).device)
    found.append(_raised(lambda: tf.config.experimental.get_memory_usage("CPU:0"))[0])
    return found


def test_device_specs_are_those_of_tensorflow():
    assert devices(tapeflow) == devices(tensorflow)


def test_types_of_functions_and_tensors():
    for tf in (tapeflow, tensorflow):
        types = tf.types.experimental
        assert types.PolymorphicFunction is types.GenericFunction
        assert isinstance(tf.function(lambda: 1), types.PolymorphicFunction)
    for value in (tapeflow.constant(1), tapeflow.Variable(1), 1, 1.5, "a", [1], np.ones(2)):
        assert isinstance(value, tapeflow.types.experimental.TensorLike)
    assert not isinstance({}, tapeflow.types.experimental.TensorLike)


def viewed(tf, folder):
    """What a CheckpointView says of a checkpoint, and of objects that partly fit it."""

    def objects(*names):
        root = tf.Module()
        for name in names:
            setattr(root, name, tf.Module())
            getattr(root, name).v = tf.Variable(1.0)
        return root

    root = objects("a", "b")
    path = tf.train.Checkpoint(a=root.a, again=root.a, b=root.b).write(str(folder / "checkpoint"))
    view = tf.train.CheckpointView(path)
    other = objects("b", "c")
    matched, only_here, only_there = view.diff(other)
    found = [view.children(0), [view.children(each) for each in view.descendants()], view.descendants()]
    names = {id(other): "", id(other.b): "b", id(other.b.v): "b.v", id(other.c): "c", id(other.c.v): "c.v"}
    found += [{node: names[id(each)] for node, each in matched.items()}, only_here]
    found += [[names[id(each)] for each in only_there], view.match(other) == matched]
    found += [_raised(lambda: view.match(1))[0], _raised(lambda: tf.train.CheckpointView(path + "x"))[0]]
    return found


def test_checkpoint_views_are_those_of_tensorflow(tmp_path):
    folders = [tmp_path / name for name in ("mine", "theirs")]
    for folder in folders:
        folder.mkdir()
    assert viewed(tapeflow, folders[0]) == viewed(tensorflow, folders[1])
