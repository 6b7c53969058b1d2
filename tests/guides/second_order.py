"""Newton's method, Hessian-vector products, and optimisation by hand."""

from tests.guides.program import computed


def _rosenbrock(tf, x):
    return tf.reduce_sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def _hessian(tf, f, x):
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        gradient = inner.gradient(y, x)
    return gradient, outer.jacobian(gradient, x)


@computed
def newton(tf):
    x = tf.constant([-1.2, 1.0, 0.8], dtype=tf.float64)
    for step in range(8):
        gradient, hessian = _hessian(tf, lambda x: _rosenbrock(tf, x), x)
        if tf.norm(gradient) < 1e-9:
            break
        x -= tf.squeeze(tf.linalg.solve(hessian, gradient[:, tf.newaxis]), axis=-1)
        print(step, x.numpy())
    return x, hessian


def hessian_vector_products(tf):
    x = tf.constant([0.5, -0.5, 1.5], dtype=tf.float64)
    v = tf.constant([1.0, 2.0, -1.0], dtype=tf.float64)
    f = lambda x: _rosenbrock(tf, x)
    _, hessian = _hessian(tf, f, x)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        dot = tf.reduce_sum(inner.gradient(y, x) * v)
    backward_over_backward = outer.gradient(dot, x)
    with tf.autodiff.ForwardAccumulator(x, v) as accumulator:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = f(x)
        gradient = tape.gradient(y, x)
    forward_over_backward = accumulator.jvp(gradient)
    with tf.GradientTape() as tape:
        tape.watch(x)
        with tf.autodiff.ForwardAccumulator(x, v) as accumulator:
            y = f(x)
        slope = accumulator.jvp(y)
    backward_over_forward = tape.gradient(slope, x)
    return tf.linalg.matvec(hessian, v), backward_over_backward, forward_over_backward, backward_over_forward


def double_backward_jvp(tf):
    x = tf.constant([0.3, 0.7])
    v = tf.constant([1.0, -1.0])
    f = lambda x: tf.stack([x[0] * x[1], tf.sin(x[0]), tf.exp(x[1])])
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        u = tf.ones_like(y)
        outer.watch(u)
        with tf.GradientTape() as again:
            again.watch(x)
            y = f(x)
        product = again.gradient(y, x, output_gradients=u)
    return outer.gradient(product, u, output_gradients=v)


@computed
def conjugate_gradients(tf):
    a = tf.constant([[4.0, 1.0, 0.0], [1.0, 3.0, 0.5], [0.0, 0.5, 2.0]], tf.float64)
    b = tf.constant([1.0, 2.0, 3.0], tf.float64)
    x = tf.zeros_like(b)
    r = b - tf.linalg.matvec(a, x)
    p = r
    for _ in range(3):
        ap = tf.linalg.matvec(a, p)
        alpha = tf.tensordot(r, r, 1) / tf.tensordot(p, ap, 1)
        x = x + alpha * p
        rest = r - alpha * ap
        p = rest + tf.tensordot(rest, rest, 1) / tf.tensordot(r, r, 1) * p
        r = rest
        print(float(tf.norm(r)) < 1e-8)
    return (
        x,
        tf.linalg.solve(a, b[:, None]),
        tf.linalg.cholesky(a),
        tf.linalg.cholesky_solve(tf.linalg.cholesky(a), b[:, None]),
    )


@computed
def gauss_newton(tf):
    t = tf.linspace(0.0, 2.0, 9)
    data = 2.5 * tf.exp(-1.3 * t)
    parameters = tf.Variable([1.0, -0.5])
    for _ in range(6):
        with tf.GradientTape() as tape:
            residual = parameters[0] * tf.exp(parameters[1] * t) - data
        jacobian = tape.jacobian(residual, parameters)
        step = tf.linalg.lstsq(jacobian, residual[:, None], fast=False)
        parameters.assign_sub(step[:, 0])
        print(parameters.numpy())
    return jacobian


def hessian_diagonal_and_trace(tf):
    x = tf.Variable([[0.1, 0.2], [0.3, 0.4]])
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = tf.reduce_sum(tf.sin(x) * tf.exp(x))
        g = inner.gradient(y, x)
    h = tf.reshape(outer.jacobian(g, x), [4, 4])
    return tf.linalg.diag_part(h), tf.linalg.trace(h), tf.linalg.eigvalsh(h)


def laplacian_and_divergence(tf):
    points = tf.constant([[0.1, 0.5], [1.0, -1.0], [2.0, 0.3]])
    with tf.GradientTape() as outer:
        outer.watch(points)
        with tf.GradientTape() as inner:
            inner.watch(points)
            u = tf.sin(points[:, 0]) * points[:, 1] ** 3
        g = inner.gradient(u, points)
    return tf.linalg.trace(outer.batch_jacobian(g, points))


def third_order_along_directions(tf):
    x = tf.Variable([1.0, 2.0])
    v = tf.constant([1.0, -1.0])
    with tf.GradientTape() as t3:
        with tf.GradientTape() as t2:
            with tf.GradientTape() as t1:
                y = x[0] ** 3 * x[1] ** 2
            g = t1.gradient(y, x)
        hv = t2.gradient(g, x, output_gradients=v)
    print(g, hv)
    return t3.gradient(hv, x, output_gradients=v)


@computed
def natural_gradient(tf):
    logits = tf.Variable([0.1, -0.3, 0.2])
    for _ in range(3):
        with tf.GradientTape(persistent=True) as tape:
            log_p = tf.nn.log_softmax(logits)
            loss = -log_p[1]
        scores = tape.jacobian(log_p, logits)
        fisher = tf.einsum("k,ki,kj->ij", tf.exp(log_p), scores, scores) + 0.01 * tf.eye(3)
        gradient = tape.gradient(loss, logits)
        logits.assign_sub(0.1 * tf.linalg.matvec(tf.linalg.inv(fisher), gradient))
        print(loss.numpy(), logits.numpy())


@computed
def meta_learning(tf):
    w = tf.Variable(0.3)
    rate = tf.Variable(0.1)
    x, y = tf.constant([1.0, 2.0]), tf.constant([2.0, 4.0])
    for _ in range(3):
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                loss = tf.reduce_mean((w * x - y) ** 2)
            fast = w - rate * inner.gradient(loss, w)
            after = tf.reduce_mean((fast * x - y) ** 2)
        dw, drate = outer.gradient(after, [w, rate])
        w.assign_sub(0.05 * dw)
        rate.assign_sub(0.001 * drate)
        print(loss.numpy(), after.numpy(), w.numpy(), rate.numpy())
