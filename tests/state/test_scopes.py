"""Scopes that decide where and how calls run, and the devices there are."""

import pytest

import tapeflow as tf

DEVICES = [
    "/CPU:0",
    "CPU:0",
    "/GPU:1",
    "/device:GPU:0",
    "/job:localhost/replica:0/task:0/device:CPU:0",
    "/cpu:0",
    "/CPU",
    "",
    None,
]
NO_DEVICES = ["nonsense", "/CPU:x", "/disk:0", "/job:a/disk:1"]


@pytest.mark.parametrize("name", DEVICES)
def test_device_accepts_what_tensorflow_accepts(name):
    with tf.device(name):
        assert tf.constant(1.0).device.endswith("CPU:0")


@pytest.mark.parametrize("name", NO_DEVICES)
def test_device_refuses_what_is_none(name):
    with pytest.raises(ValueError, match="device spec"):
        tf.device(name)


def test_device_refuses_functions():
    with pytest.raises(RuntimeError):
        tf.device(lambda op: "/CPU:0")


def test_logical_device_names_a_device():
    with tf.device(tf.config.list_logical_devices()[0]):
        pass


def test_control_dependencies_call_functions():
    called = []
    with tf.control_dependencies([tf.constant(1.0), lambda: called.append(True)]):
        assert called
    with tf.control_dependencies(None) as nothing:
        assert nothing is None


def test_init_scope_leaves_tapes_and_tracers():
    x = tf.constant([1.0, 2.0])
    seen = []

    def function(each):
        seen.append(tf.executing_eagerly())
        with tf.init_scope():
            seen.append(tf.executing_eagerly())
        return each * 2.0

    tf.vectorized_map(function, x)
    assert seen[-2:] == [False, True]
    with tf.GradientTape() as tape:
        tape.watch(x)
        with tf.init_scope():
            y = x * x
    assert tape.gradient(y, x) is None


def test_group_and_no_op_are_nothing():
    assert tf.group(tf.constant(1.0), name="g") is None
    assert tf.no_op() is None
    with pytest.raises(ValueError, match="color"):
        tf.group(color=1)


def test_cpu_cannot_be_hidden():
    tf.config.set_visible_devices([], "GPU")
    tf.config.set_visible_devices(tf.config.list_physical_devices())
    with pytest.raises(NotImplementedError):
        tf.config.set_visible_devices([])
    with pytest.raises(ValueError, match="GPU"):
        tf.config.set_visible_devices(tf.config.PhysicalDevice("/physical_device:GPU:0", "GPU"))


def test_current_name_scope_is_told():
    assert tf.get_current_name_scope() == ""
    with tf.name_scope("outer"), tf.name_scope("inner"):
        assert tf.get_current_name_scope() == "outer/inner"
        with tf.name_scope(""):
            assert tf.get_current_name_scope() == ""


def test_traced_tensors_are_symbolic():
    found = []

    @tf.function
    def trace(x):
        found.extend([tf.is_symbolic_tensor(x), tf.is_symbolic_tensor(2 * x), tf.is_symbolic_tensor(1)])
        return x

    assert not tf.is_symbolic_tensor(trace(tf.constant(1.0)))
    assert found == [True, True, False]
