"""tf.gradients: of several tensors, with weights, through stops, loops, choices, to any order."""

import numpy as np

from tests.compat.case import case, ran, refused


@case
def of_placeholders_and_variables(tf):
    x = tf.placeholder(tf.float32, [None, 2])
    w = tf.Variable([[1.0], [2.0]])
    y = tf.reduce_sum(tf.square(tf.matmul(x, w)))
    found = tf.gradients(y, [w, x])
    yield type(found).__name__, [each.shape.as_list() for each in found]
    yield ran(tf, found, {x: [[1.0, 2.0], [3.0, 4.0]]})


@case
def of_one_source_without_a_list(tf):
    x = tf.constant(3.0)
    found = tf.gradients(x * x, x)
    yield len(found), ran(tf, found)


@case
def of_several_targets(tf):
    x, y = tf.constant(2.0), tf.constant(3.0)
    yield ran(tf, tf.gradients([x * y, x * x, y], [x, y]))


@case
def with_weights(tf):
    x = tf.constant([1.0, 2.0])
    y, z = x * x, x * 3.0
    yield ran(tf, tf.gradients([y, z], [x], grad_ys=[[1.0, 10.0], None]))
    weights = tf.placeholder(tf.float32, [2])
    yield ran(tf, tf.gradients(y, x, grad_ys=weights), {weights: [2.0, 3.0]})


@case
def of_what_is_not_connected(tf):
    x, y = tf.constant(2.0), tf.constant(3.0)
    n = tf.constant(2)
    yield (
        tf.gradients(x * x, [y]),
        tf.gradients(tf.cast(n, tf.float32), [n]),
        tf.gradients(tf.stop_gradient(x) * 2.0, [x]),
    )
    yield ran(tf, tf.gradients(x * x, [x, y], unconnected_gradients="zero"))
    yield tf.gradients(tf.cast(tf.argmax(tf.stack([x, y])), tf.float32), [x])
    yield refused(lambda: tf.gradients(x * x, [y], unconnected_gradients="one"))


@case
def with_stops(tf):
    a = tf.constant(2.0)
    b = a * 3.0
    yield ran(tf, tf.gradients(a + b, [a, b])), ran(tf, tf.gradients(a + b, [a, b], stop_gradients=[a, b]))
    c = b * b
    yield ran(tf, tf.gradients(c * a, [a], stop_gradients=[b])), tf.gradients(c * 2.0, [b], stop_gradients=c)
    v = tf.Variable(2.0)
    w = v * v
    yield ran(tf, tf.gradients(w * v, [v], stop_gradients=[w]))


@case
def of_intermediate_tensors(tf):
    x = tf.constant(2.0)
    y = x * x
    z = y * y
    yield ran(tf, tf.gradients(z, [x, y, z]))


@case
def of_higher_order(tf):
    x = tf.placeholder(tf.float32, [])
    y = x**4.0
    for _ in range(4):
        (y,) = tf.gradients(y, [x])
        yield ran(tf, y, {x: 2.0})


@case
def of_gradients_of_variables(tf):
    v = tf.Variable([1.0, 2.0])
    (g,) = tf.gradients(tf.reduce_sum(v**3.0), [v])
    (h,) = tf.gradients(tf.reduce_sum(g * g), [v])
    yield ran(tf, [g, h])


@case
def through_placeholders_without_a_shape(tf):
    x, y = tf.placeholder("float"), tf.placeholder("float")
    w, b = tf.Variable(0.5, name="weight"), tf.Variable(0.1, name="bias")
    cost = tf.reduce_sum(tf.pow(tf.add(tf.multiply(x, w), b) - y, 2)) / 4.0
    found = tf.gradients(cost, [w, b])
    yield ran(tf, found, {x: 1.0, y: 2.0}), ran(tf, found, {x: [1.0, 2.0], y: [2.0, 3.0]})


@case
def through_a_choice(tf):
    x = tf.placeholder(tf.float32, [])
    y = tf.cond(x > 1.0, lambda: x * x, lambda: 3.0 * x)
    g = tf.gradients(y, [x])
    yield ran(tf, [y, g], {x: 2.0}), ran(tf, [y, g], {x: 0.5})


@case
def through_a_loop(tf):
    x = tf.placeholder(tf.float32, [])
    n = tf.placeholder(tf.int32, [])
    _, y = tf.while_loop(lambda i, y: i < n, lambda i, y: (i + 1, y * x), [tf.constant(0), tf.constant(1.0)])
    (g,) = tf.gradients(y, [x])
    yield ran(tf, [y, g], {x: 2.0, n: 3}), ran(tf, [y, g], {x: 3.0, n: 2})


@case
def through_lookups(tf):
    table = tf.Variable(np.arange(8.0, dtype=np.float32).reshape(4, 2))
    ids = tf.placeholder(tf.int32, [None])
    rows = tf.nn.embedding_lookup(table, ids)
    (g,) = tf.gradients(tf.reduce_sum(rows * rows), [table])
    yield ran(tf, tf.convert_to_tensor(g), {ids: [0, 2, 2]})


@case
def through_a_custom_gradient(tf):
    @tf.custom_gradient
    def clipped(x):
        return x * x, lambda g: tf.clip_by_value(g * 2.0 * x, -1.0, 1.0)

    x = tf.constant(3.0)
    yield ran(tf, tf.gradients(clipped(x), [x]))


@case
def names_of_gradients(tf):
    x = tf.constant(3.0)
    (g,) = tf.gradients(x * x, [x])
    (h,) = tf.gradients(x * x, [x], name="mine")
    yield g.name.startswith("gradients/"), h.name.startswith("mine/"), g.op.graph is tf.get_default_graph()


@case
def a_tape_in_a_graph(tf):
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    yield ran(tf, tape.gradient(y, x))
