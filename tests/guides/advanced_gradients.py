"""Control of recording, custom gradients, several tapes, second derivatives, jacobians."""

from tests.guides.program import attempt, computed


def stop_recording(tf):
    x = tf.Variable(2.0)
    y = tf.Variable(3.0)
    with tf.GradientTape() as t:
        x_sq = x * x
        with t.stop_recording():
            y_sq = y * y
        z = x_sq + y_sq
    grad = t.gradient(z, {"x": x, "y": y})
    print("dz/dx:", grad["x"])
    print("dz/dy:", grad["y"])


def reset(tf):
    x = tf.Variable(2.0)
    y = tf.Variable(3.0)
    reset = True
    with tf.GradientTape() as t:
        y_sq = y * y
        if reset:
            t.reset()
        z = x * x + y_sq
    grad = t.gradient(z, {"x": x, "y": y})
    print("dz/dx:", grad["x"])
    print("dz/dy:", grad["y"])


def stop_gradient(tf):
    x = tf.Variable(2.0)
    y = tf.Variable(3.0)
    with tf.GradientTape() as t:
        y_sq = y**2
        z = x**2 + tf.stop_gradient(y_sq)
    grad = t.gradient(z, {"x": x, "y": y})
    print("dz/dx:", grad["x"])
    print("dz/dy:", grad["y"])


def clipped_gradient(tf):
    @tf.custom_gradient
    def clip_gradients(y):
        def backward(dy):
            return tf.clip_by_norm(dy, 0.5)

        return y, backward

    v = tf.Variable(2.0)
    with tf.GradientTape() as t:
        output = clip_gradients(v * v)
    print(t.gradient(output, v))


def log1pexp(tf):
    @tf.custom_gradient
    def log1pexp(x):
        e = tf.exp(x)

        def grad(upstream):
            return upstream * (1 - 1 / (1 + e))

        return tf.math.log(1 + e), grad

    x = tf.constant([0.0, 100.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = log1pexp(x)
        z = tf.math.log(1 + tf.exp(x))
    print(y, tape.gradient(y, x), tape.gradient(z, x))


def custom_gradient_of_two_inputs(tf):
    @tf.custom_gradient
    def scaled(a, b):
        def backward(upstream):
            return upstream * b * 10.0, None

        return a * b, backward

    a, b = tf.Variable(2.0), tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = scaled(a, b)
    print(tape.gradient(y, [a, b]))


def custom_gradient_of_variables(tf):
    w = tf.Variable(2.0)

    @tf.custom_gradient
    def times(x):
        def backward(upstream, variables=None):
            return upstream * w, [upstream * x * 100.0 for _ in variables]

        return x * w, backward

    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = times(x)
    print(tape.gradient(y, [x, w]))


def custom_gradient_of_second_order(tf):
    @tf.custom_gradient
    def cube(x):
        def backward(upstream):
            return upstream * 3.0 * x**2

        return x**3, backward

    x = tf.Variable(2.0)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = cube(x)
        first = inner.gradient(y, x)
    print(first, outer.gradient(first, x))


def custom_gradient_errors(tf):
    @tf.custom_gradient
    def few(a, b):
        return a * b, lambda upstream: upstream

    a = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        y = few(a, a)
    attempt(lambda: tape.gradient(y, a))

    @tf.custom_gradient
    def none(a):
        return a

    attempt(lambda: none(tf.constant(1.0)))


def several_tapes(tf):
    x0 = tf.constant(0.0)
    x1 = tf.constant(0.0)
    with tf.GradientTape() as tape0, tf.GradientTape() as tape1:
        tape0.watch(x0)
        tape1.watch(x1)
        y0 = tf.math.sin(x0)
        y1 = tf.nn.sigmoid(x1)
        y = y0 + y1
        ys = tf.reduce_sum(y)
    print(tape0.gradient(ys, x0).numpy())
    print(tape1.gradient(ys, x1).numpy())


def second_derivative(tf):
    x = tf.Variable(1.0)
    with tf.GradientTape() as t2:
        with tf.GradientTape() as t1:
            y = x * x * x
        dy_dx = t1.gradient(y, x)
    d2y_dx2 = t2.gradient(dy_dx, x)
    print("dy_dx:", dy_dx.numpy())
    print("d2y_dx2:", d2y_dx2.numpy())


def fourth_derivative(tf):
    x = tf.Variable(0.5)

    def derivative(f):
        def slope(x):
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = f(x)
            return tape.gradient(y, x)

        return slope

    f = lambda x: tf.sin(2.0 * x) * tf.exp(x)
    return [
        derivative(f)(x),
        derivative(derivative(f))(x),
        derivative(derivative(derivative(derivative(f))))(x),
    ]


@computed
def input_gradient_regularization(tf):
    x = tf.constant([[0.1, 0.9, -0.4], [0.3, -0.2, 0.7]])
    kernel = tf.Variable([[0.3, -0.1], [0.2, 0.4], [-0.5, 0.1]])
    bias = tf.Variable([0.1, -0.1])
    with tf.GradientTape() as t2:
        with tf.GradientTape(watch_accessed_variables=False) as t1:
            t1.watch(x)
            y = tf.nn.relu(tf.matmul(x, kernel) + bias)
            out = tf.reduce_sum(y**2)
        g1 = t1.gradient(out, x)
        g1_mag = tf.norm(g1)
    dg1_mag = t2.gradient(g1_mag, [kernel, bias])
    print([var.shape for var in dg1_mag], g1_mag)
    return g1, dg1_mag


def jacobian_of_a_scalar_source(tf):
    x = tf.linspace(-10.0, 10.0, 200 + 1)
    delta = tf.Variable(0.0)
    with tf.GradientTape() as tape:
        y = tf.nn.sigmoid(x + delta)
    dy_dx = tape.jacobian(y, delta)
    print(y.shape)
    print(dy_dx.shape)
    return dy_dx


def jacobian_of_a_layer(tf):
    x = tf.reshape(tf.range(35.0), [7, 5]) / 35.0
    kernel = tf.Variable(tf.reshape(tf.range(50.0), [5, 10]) / 25.0 - 1.0)
    with tf.GradientTape(persistent=True) as tape:
        y = tf.nn.relu(x @ kernel)
    print(y.shape, kernel.shape)
    j = tape.jacobian(y, kernel)
    print(j.shape)
    g = tape.gradient(y, kernel)
    print("g.shape:", g.shape)
    j_sum = tf.reduce_sum(j, axis=[0, 1])
    delta = tf.reduce_max(abs(g - j_sum)).numpy()
    assert delta < 1e-3
    print("delta:", delta < 1e-3)
    return j


def hessian(tf):
    x = tf.reshape(tf.range(35.0), [7, 5]) / 35.0
    kernel1 = tf.Variable(tf.reshape(tf.range(20.0), [5, 4]) / 10.0 - 1.0)
    kernel2 = tf.Variable(tf.reshape(tf.range(12.0), [4, 3]) / 6.0 - 1.0)
    with tf.GradientTape() as t2:
        with tf.GradientTape() as t1:
            loss = tf.reduce_mean((tf.nn.relu(x @ kernel1) @ kernel2) ** 2)
        g = t1.gradient(loss, kernel1)
    h = t2.jacobian(g, kernel1)
    print(f"layer1.kernel.shape: {kernel1.shape}")
    print(f"h.shape: {h.shape}")
    n_params = tf.reduce_prod(kernel1.shape)
    g_vec = tf.reshape(g, [n_params, 1])
    h_mat = tf.reshape(h, [n_params, n_params])
    eps = 1e-3
    eye_eps = tf.eye(h_mat.shape[0]) * eps
    update = tf.linalg.solve(h_mat + eye_eps, g_vec)
    print(update.shape, n_params)
    return h_mat, g_vec


def batch_jacobian(tf):
    x = tf.reshape(tf.range(35.0), [7, 5]) / 35.0
    k1 = tf.reshape(tf.range(40.0), [5, 8]) / 20.0 - 1.0
    k2 = tf.reshape(tf.range(48.0), [8, 6]) / 24.0 - 1.0
    with tf.GradientTape(persistent=True, watch_accessed_variables=False) as tape:
        tape.watch(x)
        y = tf.nn.elu(x @ k1) @ k2
    print(y.shape)
    j = tape.jacobian(y, x)
    print(j.shape)
    j_sum = tf.reduce_sum(j, axis=2)
    j_select = tf.einsum("bxby->bxy", j)
    jb = tape.batch_jacobian(y, x)
    print(
        jb.shape, bool(tf.reduce_max(abs(jb - j_select)) < 1e-5), bool(tf.reduce_max(abs(jb - j_sum)) < 1e-5)
    )
    return jb


def batch_jacobian_that_mixes_the_batch(tf):
    x = tf.constant([[0.2, 0.5], [1.0, -1.0], [0.3, 0.4]])
    with tf.GradientTape(persistent=True, watch_accessed_variables=False) as tape:
        tape.watch(x)
        y = (x - tf.reduce_mean(x, axis=0)) * 3.0
    j = tape.jacobian(y, x)
    print(j.shape)
    attempt(lambda: tape.batch_jacobian(tf.concat([y, y], 0), x))
    return j, tape.batch_jacobian(y, x)


def jacobian_without_parallel_iterations(tf):
    x = tf.Variable([1.0, 2.0, 3.0])
    with tf.GradientTape(persistent=True) as tape:
        y = tf.cumsum(x**2)
    print(tape.jacobian(y, x), tape.jacobian(y, x, experimental_use_pfor=False))
    print(tape.jacobian(y, [x, x])[1].shape, tape.jacobian(y, {"x": x})["x"].shape)


def jacobian_of_what_is_unconnected(tf):
    x, z = tf.Variable([1.0, 2.0]), tf.Variable([[1.0]])
    with tf.GradientTape(persistent=True) as tape:
        y = x * 2.0
    print(tape.jacobian(y, z), tape.jacobian(y, z, unconnected_gradients="zero"))
    attempt(lambda: tape.jacobian([y, y], x))


def forward_accumulator(tf):
    x = tf.constant([[2.0, 3.0], [1.0, 4.0]])
    targets = tf.constant([[1.0], [-1.0]])
    kernel = tf.Variable([[0.5], [-0.25]])
    with tf.autodiff.ForwardAccumulator(kernel, tf.constant([[1.0], [0.0]])) as acc:
        loss = tf.reduce_sum((tf.tanh(tf.matmul(x, kernel)) - targets) ** 2.0)
    forward = acc.jvp(loss)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum((tf.tanh(tf.matmul(x, kernel)) - targets) ** 2.0)
    backward = tape.gradient(loss, kernel)
    print(forward.shape, backward.shape)
    return forward, tf.reduce_sum(backward * [[1.0], [0.0]])


def straight_through(tf):
    @tf.grad_pass_through
    def hard_round(x):
        return tf.round(x)

    x = tf.Variable([0.2, 1.7])
    with tf.GradientTape() as tape:
        y = hard_round(x) ** 2
    print(tape.gradient(y, x))


def gradient_of_a_recomputed_function(tf):
    w = tf.Variable([[1.0, -2.0], [0.5, 1.5]])

    @tf.recompute_grad
    def layer(x):
        return tf.tanh(x @ w)

    x = tf.constant([[0.1, 0.2]])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.reduce_sum(layer(x))
    return tape.gradient(y, [x, w])


def watch_control_by_nesting(tf):
    a, b = tf.Variable(2.0), tf.Variable(5.0)
    with tf.GradientTape(watch_accessed_variables=False) as tape_a:
        tape_a.watch(a)
        with tf.GradientTape(watch_accessed_variables=False) as tape_b:
            tape_b.watch([b])
            y = a**2 * b**3
            with tape_a.stop_recording():
                z = a * b
    print(tape_a.gradient([y, z], [a, b]), tape_b.gradient([y, z], [a, b]))
    print(len(tape_a.watched_variables()), len(tape_b.watched_variables()))


def clipping_by_global_norm(tf):
    grads = [tf.constant([3.0, 4.0]), None, tf.constant([[12.0]])]
    clipped, norm = tf.clip_by_global_norm(grads, 6.5)
    print(clipped, norm, tf.linalg.global_norm(grads))
    print(
        tf.clip_by_norm(tf.constant([3.0, 4.0]), 1.0), tf.clip_by_value(tf.constant([-3.0, 4.0]), -1.0, 1.0)
    )
