"""Gradients and the tape."""

from tests.guides.program import attempt


def tape_on_a_scalar(tf):
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = x**2
    dy_dx = tape.gradient(y, x)
    print(dy_dx.numpy(), dy_dx)


def dense_layer(tf):
    w = tf.Variable(tf.reshape(tf.range(6.0), [3, 2]) / 7.0, name="w")
    b = tf.Variable(tf.zeros(2, dtype=tf.float32), name="b")
    x = [[1.0, 2.0, 3.0]]
    with tf.GradientTape(persistent=True) as tape:
        y = x @ w + b
        loss = tf.reduce_mean(y**2)
    [dl_dw, dl_db] = tape.gradient(loss, [w, b])
    print(w.shape, dl_dw.shape)
    by_name = tape.gradient(loss, {"w": w, "b": b})
    print(sorted(by_name))
    return dl_dw, dl_db, by_name["b"]


def what_is_watched(tf):
    x0 = tf.Variable(3.0, name="x0")
    x1 = tf.Variable(3.0, name="x1", trainable=False)
    x2 = tf.Variable(2.0, name="x2") + 1.0
    x3 = tf.constant(3.0, name="x3")
    with tf.GradientTape() as tape:
        y = (x0**2) + (x1**2) + (x2**2) + x3
    grad = tape.gradient(y, [x0, x1, x2, x3])
    for g in grad:
        print(g)
    print([var.name for var in tape.watched_variables()])


def watching_a_constant(tf):
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x**2
    print(tape.gradient(y, x).numpy())


def no_automatic_watching(tf):
    x0 = tf.Variable(0.0)
    x1 = tf.Variable(10.0)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(x1)
        y0 = tf.math.sin(x0)
        y1 = tf.nn.softplus(x1)
        y = y0 + y1
        ys = tf.reduce_sum(y)
    grad = tape.gradient(ys, {"x0": x0, "x1": x1})
    print("dy/dx0:", grad["x0"])
    print("dy/dx1:", grad["x1"].numpy())


def intermediate_results(tf):
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
        z = y * y
    print(tape.gradient(z, y).numpy())


def persistent_tape(tf):
    x = tf.constant([1, 3.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x
        z = y * y
    print(tape.gradient(z, x).numpy())
    print(tape.gradient(y, x).numpy())
    del tape


def second_gradient_of_a_one_shot_tape(tf):
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    print(tape.gradient(y, x))
    attempt(
        lambda: tape.gradient(y, x),
        "A non-persistent GradientTape can only be used to compute one set of gradients",
    )
    attempt(lambda: tape.jacobian(y, x))


def several_targets(tf):
    x = tf.Variable(2.0)
    with tf.GradientTape(persistent=True) as tape:
        y0 = x**2
        y1 = 1 / x
    print(tape.gradient(y0, x).numpy(), tape.gradient(y1, x).numpy())
    print(tape.gradient({"y0": y0, "y1": y1}, x).numpy(), tape.gradient([y0, [y1]], x).numpy())
    with tf.GradientTape() as tape:
        y = x * [3.0, 4.0]
    print(tape.gradient(y, x).numpy())


def elementwise_derivative(tf):
    x = tf.linspace(-10.0, 10.0, 200 + 1)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.nn.sigmoid(x)
    return tape.gradient(y, x)


def python_control_flow(tf):
    x = tf.constant(1.0)
    v0 = tf.Variable(2.0)
    v1 = tf.Variable(2.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        if x > 0.0:
            result = v0
        else:
            result = v1**2
    dv0, dv1 = tape.gradient(result, [v0, v1])
    print(dv0)
    print(dv1)
    print(tape.gradient(result, x))


def python_loops(tf):
    x = tf.Variable(1.5)
    with tf.GradientTape() as tape:
        y, n = x, 0
        while y < 50.0:
            y, n = y * x + 1.0, n + 1
    print(n, y.numpy(), tape.gradient(y, x).numpy())


def unconnected(tf):
    x = tf.Variable(2.0)
    y = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        z = y * y
    print(tape.gradient(z, x))


def variable_replaced_by_a_tensor(tf):
    x = tf.Variable(2.0)
    for _ in range(2):
        with tf.GradientTape() as tape:
            y = x + 1
        print(isinstance(x, tf.Variable), ":", tape.gradient(y, x))
        x = x + 1


def outside_of_tensorflow(tf):
    import numpy as np

    x = tf.Variable([[1.0, 2.0], [3.0, 4.0]], dtype=tf.float32)
    with tf.GradientTape() as tape:
        x2 = x**2
        y = np.mean(x2, axis=0)
        y = tf.reduce_mean(y, axis=0)
    print(tape.gradient(y, x))


def integers_and_strings(tf):
    x = tf.constant(10)
    with tf.GradientTape() as g:
        g.watch(x)
        y = x * x
    print(g.gradient(y, x))
    s = tf.constant("text")
    with tf.GradientTape() as g:
        g.watch(s)
        y = tf.strings.length(s)
    print(g.gradient(y, s))


def integer_variable(tf):
    x = tf.Variable(10)
    with tf.GradientTape() as g:
        y = x * x
    print(g.gradient(y, x), g.watched_variables())


def cast_to_integers_and_back(tf):
    x = tf.Variable(2.5)
    with tf.GradientTape(persistent=True) as tape:
        whole = tf.cast(tf.cast(x, tf.int32), tf.float32) * x
        half = tf.cast(x, tf.float16) * 2
    print(tape.gradient(whole, x), tape.gradient(half, x))


def through_state(tf):
    x0 = tf.Variable(3.0)
    x1 = tf.Variable(0.0)
    with tf.GradientTape() as tape:
        x1.assign_add(x0)
        y = x1**2
    print(tape.gradient(y, x0))


def no_gradient_registered(tf):
    image = tf.Variable([[[0.5, 0.0, 0.0]]])
    delta = tf.Variable(0.1)
    with tf.GradientTape() as tape:
        new_image = tf.math.floor(image) + tf.round(image * delta)
    print(tape.gradient(new_image, [image, delta]))


def not_differentiable(tf):
    x = tf.Variable([3.0, 1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        best = tf.argmax(x)
        sign = tf.sign(x)
        compared = tf.cast(x > 1.5, tf.float32)
        ordered = tf.sort(x)
        hot = tf.one_hot(tf.argmax(x), 3)
    print(tape.gradient(best, x))
    print(
        tape.gradient(sign, x), tape.gradient(compared, x), tape.gradient(ordered, x), tape.gradient(hot, x)
    )


def zeros_instead_of_none(tf):
    x = tf.Variable([2.0, 2.0])
    y = tf.Variable(3.0)
    with tf.GradientTape(persistent=True) as tape:
        z = y**2
    print(tape.gradient(z, x, unconnected_gradients=tf.UnconnectedGradients.ZERO))
    print(
        tape.gradient(z, [x, y], unconnected_gradients="zero"),
        tape.gradient(z, x, unconnected_gradients="none"),
    )
    attempt(
        lambda: tape.gradient(z, x, unconnected_gradients="one"), "Unknown value for unconnected_gradients"
    )


def output_gradients(tf):
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        y = x**2
        z = 3.0 * x
    print(tape.gradient(y, x, output_gradients=tf.constant([1.0, 10.0])))
    print(tape.gradient([y, z], x, output_gradients=[tf.constant([1.0, 0.0]), tf.constant([0.0, 1.0])]))
    attempt(lambda: tape.gradient(y, x, output_gradients=tf.constant([1.0, 2.0, 3.0])))


def where_the_gradient_is_nan(tf):
    x = tf.Variable([0.0, 4.0])
    with tf.GradientTape(persistent=True) as tape:
        bad = tf.where(x > 0.0, tf.sqrt(x), 0.0)
        safe = tf.where(x > 0.0, tf.sqrt(tf.where(x > 0.0, x, 1.0)), 0.0)
        quotient = tf.math.divide_no_nan(1.0, x)
    print(tape.gradient(bad, x), tape.gradient(safe, x), tape.gradient(quotient, x))


def outside_the_context(tf):
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = x * x
    z = y * 3.0
    print(tape.gradient(z, x))
    tape = tf.GradientTape()
    attempt(lambda: tape.stop_recording().__enter__())
    with tf.GradientTape() as other:
        attempt(lambda: other.watch("x"))
        attempt(lambda: other.watch(1.0))
    with tape:
        attempt(tape.__enter__)


def not_tensors(tf):
    x = tf.Variable(2.0)
    with tf.GradientTape(persistent=True) as tape:
        y = x * x
    attempt(lambda: tape.gradient(None, x))
    print(tape.gradient([], x), tape.gradient(y, []))


def gradient_inside_the_tape(tf):
    x = tf.Variable(2.0)
    with tf.GradientTape(persistent=True) as tape:
        y = x**3
        slope = tape.gradient(y, x)
    print(slope, tape.gradient(slope, x))
    with tf.GradientTape() as tape:
        y = x**3
        print(tape.gradient(y, x))
