"""Settings of devices and of the optimizer of graphs: remembered and refused as TensorFlow does."""

import pytest

import tapeflow

tensorflow = pytest.importorskip("tensorflow")


def outcome(call):
    try:
        return repr(call())
    except Exception as error:
        return type(error), str(error)[:38]


def first_device(tf):
    return tf.config.list_physical_devices("CPU")[0]


QUESTIONS = {
    "options": lambda tf: tf.config.optimizer.get_experimental_options(),
    "options set": lambda tf: (
        tf.config.optimizer.set_experimental_options({"constant_folding": True, "none": True}),
        tf.config.optimizer.get_experimental_options(),
    ),
    "options that are none": lambda tf: tf.config.optimizer.set_experimental_options(3),
    "clusters": lambda tf: [
        (tf.config.optimizer.set_jit(each), tf.config.optimizer.get_jit()) for each in (True, False)
    ],
    "placement": lambda tf: (
        tf.config.get_soft_device_placement(),
        tf.config.set_soft_device_placement(True),
        tf.debugging.set_log_device_placement(True),
        tf.debugging.get_log_device_placement(),
        tf.debugging.set_log_device_placement(False),
        tf.debugging.get_log_device_placement(),
    ),
    "devices": lambda tf: (
        tf.config.experimental.list_physical_devices("GPU"),
        tf.config.experimental.get_visible_devices(),
        tf.config.experimental.list_physical_devices(),
    ),
    "memory": lambda tf: tf.config.experimental.set_memory_growth(first_device(tf), True),
    "memory of what is no device": lambda tf: tf.config.experimental.set_memory_growth("x", True),
    "growth": lambda tf: tf.config.experimental.get_memory_growth(first_device(tf)),
    "details": lambda tf: tf.config.experimental.get_device_details(first_device(tf)),
    "statistics": lambda tf: tf.config.experimental.get_memory_info("CPU:0"),
    "statistics of what is not here": lambda tf: tf.config.experimental.get_memory_info("GPU:0"),
    "statistics set back": lambda tf: tf.config.experimental.reset_memory_stats("CPU:0"),
    "policy": lambda tf: (
        tf.config.experimental.get_device_policy(),
        tf.config.experimental.set_device_policy("silent"),
        tf.config.experimental.get_synchronous_execution(),
    ),
    "a policy that is none": lambda tf: tf.config.experimental.set_device_policy("x"),
    "rounding": lambda tf: (
        tf.config.experimental.enable_tensor_float_32_execution(False),
        tf.config.experimental.tensor_float_32_execution_enabled(),
        tf.config.experimental.enable_tensor_float_32_execution(True),
    ),
    "eagerly": lambda tf: tf.config.experimental_functions_run_eagerly(),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", QUESTIONS)
def test_answers_are_tensorflows(name):
    ours, theirs = (outcome(lambda tf=tf: QUESTIONS[name](tf)) for tf in (tapeflow, tensorflow))
    assert ours == theirs


@pytest.mark.parametrize("name", ["py_function", "numpy_function"])
def test_python_functions_by_decorators(name):
    for tf in (tapeflow, tensorflow):

        @getattr(tf, name)(Tout=tf.float32)
        def add(x, y):
            """Adds."""
            return x + y

        assert add.__doc__ == "Adds."
        assert float(add(tf.constant(1.0), tf.constant(2.0))) == 3.0
        assert float(tf.function(lambda x, add=add: add(x, x))(tf.constant(2.0))) == 4.0
