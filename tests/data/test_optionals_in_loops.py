"""Optionals as loop variables and data sets of functions that cannot be traced, as Keras' trainer uses them."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
import tensorflow

import tapeflow
import tapeflow as tf


def test_a_loop_outside_of_a_trace_carries_optionals():
    iterator = iter(tf.data.Dataset.range(3))

    def body(count, total, following):
        return (
            count + 1,
            tf.experimental.Optional.from_value(total.get_value() + following.get_value()),
            (iterator.get_next_as_optional()),
        )

    count, total, following = tf.while_loop(
        lambda count, total, following: following.has_value(),
        body,
        [0, tf.experimental.Optional.from_value(tf.constant(0, tf.int64)), iterator.get_next_as_optional()],
    )
    assert int(count) == 3
    assert int(total.get_value()) == 3
    assert not following.has_value()


def test_the_spec_of_a_map_that_is_not_traced_is_that_of_its_first_element():
    dataset = tf.data.Dataset.range(2).map(lambda x: tf.constant(int(x), tf.int32))
    assert dataset.element_spec == tf.TensorSpec([], tf.int32)


def test_the_alias_can_be_found():
    program = (
        "import importlib.util, tapeflow; tapeflow.install_as_tensorflow(); "
        "assert importlib.util.find_spec('tensorflow').name == 'tensorflow'"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def _several_steps(tf, num_steps, unrolled, calls):
    """Keras' way of running several steps at once; what calls give, and the variable, up to the end of the data."""
    data = tf.data.Dataset.from_tensor_slices(np.arange(1.0, 11.0, dtype="float32")).batch(2)
    v = tf.Variable(1.0)
    nothing = tf.experimental.Optional.empty(None)

    def step(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((v * x - 1.0) ** 2)
        v.assign_sub(0.01 * tape.gradient(loss, v))
        return {"loss": loss, "sum": tf.reduce_sum(x)}

    def goes_on(position, outputs, inputs):
        return tf.logical_and(tf.less(position, num_steps), inputs.has_value())

    def run(iterator):
        def one(position, outputs, inputs):
            def some():
                found = tf.experimental.Optional.from_value(step(inputs.get_value()))
                nothing._element_spec = found.element_spec
                return found

            def none():
                outputs._element_spec = nothing._element_spec
                return outputs

            outputs_after = tf.cond(goes_on(position, outputs, inputs), some, none)
            following = tf.cond(
                tf.less(position + 1, num_steps), lambda: iterator.get_next_as_optional(), lambda: inputs
            )
            return position + 1, outputs_after, following

        def body(*carried):
            for _ in range(unrolled):
                carried = one(*carried)
            return carried

        first = iterator.get_next_as_optional()
        _, outputs, _ = tf.while_loop(goes_on, body, [tf.constant(0), nothing, first])
        outputs._element_spec = nothing.element_spec
        return outputs

    run = tf.function(run, reduce_retracing=True, autograph=False)
    found, iterator = [], iter(data)
    for _ in range(calls):
        outputs = run(iterator)
        has_value = bool(outputs.has_value())
        found.append(
            (
                has_value,
                {k: float(x) for k, x in outputs.get_value().items()} if has_value else None,
                float(v),
            )
        )
    return found, run


@pytest.mark.parametrize(
    ("num_steps", "unrolled", "calls"), [(2, 1, 4), (5, 1, 2), (7, 1, 2), (4, 2, 3), (1, 1, 6)]
)
@pytest.mark.parametrize("mode", ["background", "now"])
def test_several_steps_at_once_are_those_of_tensorflow(num_steps, unrolled, calls, mode, monkeypatch):
    monkeypatch.setenv("TAPEFLOW_COMPILE", mode)
    mine, run = _several_steps(tapeflow, num_steps, unrolled, calls)
    theirs, _ = _several_steps(tensorflow, num_steps, unrolled, calls)
    for (a, values, v), (b, their_values, w) in zip(mine, theirs, strict=True):
        assert a == b
        np.testing.assert_allclose(v, w, rtol=1e-5)
        if b:
            assert values.keys() == their_values.keys()
            np.testing.assert_allclose([*values.values()], [*their_values.values()], rtol=1e-5)
    assert run.experimental_get_tracing_count() == 1
    assert not run._only_python


_FIT = """
import json, sys
if sys.argv[1] == "tapeflow":
    import tapeflow
    tapeflow.install_as_tensorflow()
import keras, numpy
x = numpy.random.default_rng(0).uniform(size=(330, 12)).astype("float32")
y = (x.sum(1) > 6).astype("int32")
found = []
for steps in (1, 4):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.layers.Input((12,)), keras.layers.Dense(16, "relu")])
    model.add(keras.layers.Dropout(0.2))
    model.add(keras.layers.Dense(2))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, metrics=["accuracy"], steps_per_execution=steps)
    counts = []
    count = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: counts.append(batch))
    history = model.fit(x, y, batch_size=32, epochs=3, verbose=0, callbacks=[count]).history
    result = [*history["loss"], *history["accuracy"], *model.evaluate(x, y, verbose=0)]
    result.append(float(numpy.abs(model.predict(x, verbose=0)).sum()))
    found.append([result, counts, int(model.optimizer.iterations)])
print(json.dumps(found))
"""


def test_fit_with_several_steps_at_once_gives_what_it_gives_with_one():
    found = {}
    for library in ("tapeflow", "tensorflow"):
        variables = {**os.environ, "KERAS_BACKEND": "tensorflow"}
        command = [sys.executable, "-c", _FIT, library]
        text = subprocess.run(command, check=True, capture_output=True, text=True, env=variables).stdout
        found[library] = json.loads(text.splitlines()[-1])
    (one, _, _), (several, _, _) = found["tapeflow"]
    np.testing.assert_allclose(several, one, rtol=1e-5)
    for (mine, my_counts, mine_in_all), (theirs, their_counts, theirs_in_all) in zip(
        *found.values(), strict=True
    ):
        np.testing.assert_allclose(mine, theirs, rtol=1e-4)
        assert my_counts == their_counts
        assert mine_in_all == theirs_in_all
