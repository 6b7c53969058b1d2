"""What users do with `tf.GradientTape`."""

import collections


def gradient_of_square(tf):
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    return tape.gradient(y, x)


def second_call_on_one_shot_tape(tf):
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    tape.gradient(y, x)
    tape.gradient(y, x)


def jacobian_after_gradient_on_one_shot_tape(tf):
    x = tf.constant([3.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    tape.gradient(y, x)
    tape.jacobian(y, x)


def persistent_tape_gives_many(tf):
    x = tf.constant(3.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x
        z = y * y
    return tape.gradient(z, x), tape.gradient(y, x), tape.gradient(z, y), tape.jacobian(z, x)


def constant_is_not_watched(tf):
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        y = x * x
    return tape.gradient(y, x)


def watch_after_the_computation_is_too_late(tf):
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        y = x * x
        tape.watch(x)
    return tape.gradient(y, x)


def watch_takes_nests(tf):
    a, b, c, d = [tf.constant(float(k)) for k in range(1, 5)]
    with tf.GradientTape() as tape:
        tape.watch({"a": a, "more": [b, (c,)]})
        y = a * b * c * d
    return tape.gradient(y, [a, b, c, d])


def watch_twice(tf):
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        tape.watch(x)
        y = x * x
    return tape.gradient(y, x)


def variables_are_watched_when_read(tf):
    v, w = tf.Variable(2.0), tf.Variable(3.0)
    frozen = tf.Variable(4.0, trainable=False)
    with tf.GradientTape() as tape:
        y = v * w * frozen
    return tape.gradient(y, [v, w, frozen])


def watch_accessed_variables_off(tf):
    v, w = tf.Variable(2.0), tf.Variable(3.0)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(w)
        y = v * w
    names = [each is w for each in tape.watched_variables()]
    return names, tape.gradient(y, [v, w])


def untrainable_variable_can_be_watched(tf):
    v = tf.Variable(2.0, trainable=False)
    with tf.GradientTape() as tape:
        tape.watch(v)
        y = v * v
    return tape.gradient(y, v)


def watched_variables_come_in_order(tf):
    v, w, u = tf.Variable(2.0), tf.Variable(3.0), tf.Variable(1.0)
    with tf.GradientTape() as tape:
        y = w * v
    watched = tape.watched_variables()
    before = [each is w for each in watched], [each is v for each in watched], len(watched)
    tape.gradient(y, v)
    return before, len(tape.watched_variables()), float(u.numpy())


def watched_variables_of_an_empty_tape(tf):
    with tf.GradientTape() as tape:
        pass
    return len(tape.watched_variables())


def assigning_a_variable_between(tf):
    v = tf.Variable(2.0)
    with tf.GradientTape(persistent=True) as tape:
        y = v * v
        v.assign(5.0)
        z = v * v
        v.assign_add(1.0)
    v.assign_sub(3.0)
    return tape.gradient(y, v), tape.gradient(z, v), tape.gradient([y, z], v)


def read_value_is_a_snapshot(tf):
    v = tf.Variable([2.0, 3.0])
    with tf.GradientTape(persistent=True) as tape:
        before = v.read_value()
        y = before * before
        v.assign([7.0, 7.0])
        z = before * v
    return tape.gradient(y, v), tape.gradient(y, before), tape.gradient(z, [v, before])


def reset_forgets(tf):
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
        tape.reset()
        tape.watch(x)
        z = x * x * x
    return tape.gradient([y, z], x)


def reset_forgets_what_was_watched(tf):
    x = tf.constant(3.0)
    v = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * v
        tape.reset()
        z = x * x
    return len(tape.watched_variables()), tape.gradient([y, z], [x, v])


def stop_recording_hides(tf):
    x = tf.constant(3.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x
        with tape.stop_recording():
            z = y * y
        w = y + 1.0
    return tape.gradient(y, x), tape.gradient(z, x), tape.gradient(w, x)


def stop_recording_lets_gradient_be_taken_inside(tf):
    x = tf.constant(3.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x
        with tape.stop_recording():
            dy = tape.gradient(y, x)
        z = dy * y
    return dy, tape.gradient(z, x)


def stop_recording_outside_the_context(tf):
    with tf.GradientTape() as tape:
        pass
    with tape.stop_recording():
        pass


def nested_tapes_to_the_fourth_order(tf):
    x = tf.constant(2.0)
    with tf.GradientTape() as t4:
        t4.watch(x)
        with tf.GradientTape() as t3:
            t3.watch(x)
            with tf.GradientTape() as t2:
                t2.watch(x)
                with tf.GradientTape() as t1:
                    t1.watch(x)
                    y = x * x * x * x * x
                d1 = t1.gradient(y, x)
            d2 = t2.gradient(d1, x)
        d3 = t3.gradient(d2, x)
    return d1, d2, d3, t4.gradient(d3, x)


def second_order_of_nonlinear_functions(tf):
    x = tf.constant([0.3, -0.7])
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = tf.tanh(x) * tf.exp(x) / (1.0 + x * x)
        first = inner.gradient(y, x)
    return first, outer.gradient(first, x)


def second_order_with_a_persistent_tape_inside(tf):
    x = tf.constant(3.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x * x
        dy = tape.gradient(y, x)
    return dy, tape.gradient(dy, x)


def gradient_inside_a_one_shot_context_stops_it(tf):
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
        dy = tape.gradient(y, x)
        z = x * x
    return dy, z


def gradient_inside_then_outside(tf):
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
        tape.gradient(y, x)
    tape.gradient(y, x)


def crossing_tapes(tf):
    x = tf.constant(3.0)
    first, second = tf.GradientTape(), tf.GradientTape()
    first.__enter__()
    first.watch(x)
    y = x * x
    second.__enter__()
    second.watch(x)
    z = y * x
    first.__exit__(None, None, None)
    w = z * z
    second.__exit__(None, None, None)
    return first.gradient(z, x), second.gradient(w, x)


def outer_tape_only_watches(tf):
    x = tf.constant(3.0)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            y = x * x
        inside = inner.gradient(y, x)
    return inside, outer.gradient(y, x)


def intermediate_tensors_are_sources(tf):
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
        z = y * y
    return tape.gradient(z, [y, x])


def target_that_is_a_source(tf):
    x = tf.constant([3.0, 4.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * 2.0
    return tape.gradient([y, x], [x, y])


def target_is_the_only_source(tf):
    x = tf.constant(3.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x
    return tape.gradient(x, x), tape.gradient(y, y)


def unwatched_target_that_is_a_source(tf):
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        pass
    return tape.gradient(x, x)


def variable_as_target(tf):
    v = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        v * v
    return tape.gradient(v, v)


def several_targets_are_summed(tf):
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y, z = x * x, x * 3.0
    return tape.gradient({"y": y, "z": [z]}, x)


def unconnected_gives_none(tf):
    x, y = tf.constant(3.0), tf.constant(4.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, y])
        z = x * x
    return (
        tape.gradient(z, y),
        tape.gradient(z, y, unconnected_gradients="zero"),
        tape.gradient(z, [x, y], unconnected_gradients=tf.UnconnectedGradients.ZERO),
        tape.gradient(z, {"x": x, "y": y}, unconnected_gradients=tf.UnconnectedGradients.NONE),
    )


def unconnected_variable_of_a_shape(tf):
    v = tf.Variable([[1.0, 2.0]])
    x = tf.constant(1.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    return tape.gradient(y, v, unconnected_gradients="zero")


def output_gradients_weigh(tf):
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x
        z = x * 3.0
    return (
        tape.gradient(y, x, output_gradients=tf.constant([1.0, 10.0])),
        tape.gradient([y, z], x, output_gradients=[tf.constant([1.0, 10.0]), tf.constant([0.0, 1.0])]),
        tape.gradient([y, z], x, output_gradients=[None, tf.constant([0.0, 1.0])]),
        tape.gradient(y, x, output_gradients=[5.0, 6.0]),
    )


def structures_of_sources(tf):
    Pair = collections.namedtuple("Pair", "left right")
    x, y = tf.constant(3.0), tf.Variable(4.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        z = x * x * y
    nests = [x], (x, y), [[x], (y,)], {"b": x, "a": {"c": y}}, Pair(x, y), [], [x, x]
    found = [tape.gradient(z, each) for each in nests]
    return found, [type(each).__name__ for each in found], list(found[3])


def broadcasting_is_summed(tf):
    x, y = tf.constant([[1.0], [2.0]]), tf.constant([1.0, 2.0, 3.0])
    scalar = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch([x, y, scalar])
        z = x * y + scalar
    return tape.gradient(z, [x, y, scalar])


def complex_numbers(tf):
    x = tf.constant([1.0 + 2.0j, 3.0 - 1.0j])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x * (2.0 + 1.0j)
    return tape.gradient(y, x)


def half_precision(tf):
    x = tf.constant([1.0, 2.0], tf.float16)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    return tape.gradient(y, x)


def casts_carry_gradients(tf):
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = tf.cast(x, tf.float64) * 3.0
        z = tf.cast(tf.cast(x, tf.int32), tf.float32)
    return tape.gradient(y, x), tape.gradient(z, x)


def python_control_flow(tf):
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x
        for _ in range(3):
            y = y * x if y < 5.0 else y + x
    return tape.gradient(y, x)


def numpy_breaks_the_connection(tf):
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.constant(x.numpy()) * 2.0
    return tape.gradient(y, x)


def entering_again_goes_on(tf):
    x = tf.constant(2.0)
    tape = tf.GradientTape()
    with tape:
        tape.watch(x)
        y = x * x
    with tape:
        z = y * x
    return tape.gradient(z, x)


def entering_while_active(tf):
    with tf.GradientTape() as tape, tape:
        pass


def gradient_before_entering(tf):
    x = tf.constant(2.0)
    tf.GradientTape().gradient(x, x)


def error_inside_the_context(tf):
    x = tf.constant(2.0)
    try:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x * x
            raise KeyError("x")
    except KeyError:
        pass
    return tape.gradient(y, x)


def target_none(tf):
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
    tape.gradient(None, x)


def integer_and_string_sources(tf):
    whole, text, x = tf.constant(2), tf.constant("a"), tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch([whole, x])
        y = x * x
    return tape.gradient(y, [whole, text, x])


def integer_target(tf):
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.cast(x, tf.int32)
    return tape.gradient(y, x)


def unknown_word_for_unconnected(tf):
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    tape.gradient(y, x, unconnected_gradients="nothing")


def gather_gives_indexed_slices(tf):
    v = tf.Variable([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    with tf.GradientTape() as tape:
        y = tf.gather(v, [0, 2, 0]) * 2.0
    found = tape.gradient(y, v)
    return type(found).__name__, found, tf.convert_to_tensor(found)


def gather_twice(tf):
    v = tf.Variable([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    with tf.GradientTape() as tape:
        y = tf.gather(v, [0, 2]) * tf.gather(v, [1, 1])
    return tf.convert_to_tensor(tape.gradient(y, v))


def gather_and_dense(tf):
    v = tf.Variable([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    with tf.GradientTape() as tape:
        y = tf.gather(v, [0, 2])[0] * v
    return tf.convert_to_tensor(tape.gradient(y, v))


def slicing(tf):
    x = tf.constant([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x[0] * x[1, ::-1] + x[:, 1, None][0]
    return tape.gradient(y, x)


def several_results_of_one_op(tf):
    x = tf.constant([1.0, 2.0, 3.0, 4.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        a, b = tf.split(x, 2)
        y = a * a
        z = a * b
    return tape.gradient(y, x), tape.gradient(z, x), tape.gradient(z, [a, b])
