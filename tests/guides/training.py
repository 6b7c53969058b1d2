"""Training by hand: linear and logistic regression, perceptrons, optimizers written out."""

import numpy as np

from tests.guides.program import attempt, computed


def _line(tf):
    tf.random.set_seed(1)
    x = tf.cast(tf.linspace(-2.0, 2.0, 201), tf.float32)
    noise = tf.random.normal(shape=[201])
    return x, x * 3.0 + 2.0 + noise


@computed
def linear_regression(tf):
    class Line(tf.Module):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.w = tf.Variable(5.0)
            self.b = tf.Variable(0.0)

        def __call__(self, x):
            return self.w * x + self.b

    def loss(target, predicted):
        return tf.reduce_mean(tf.square(target - predicted))

    x, y = _line(tf)
    model = Line()
    print("Variables:", model.variables)
    print("Untrained loss: %1.6f" % loss(y, model(x)).numpy())  # noqa: UP031
    weights, biases = [], []
    for epoch in range(10):
        with tf.GradientTape() as t:
            current = loss(y, model(x))
        dw, db = t.gradient(current, [model.w, model.b])
        model.w.assign_sub(0.1 * dw)
        model.b.assign_sub(0.1 * db)
        weights.append(model.w.numpy())
        biases.append(model.b.numpy())
        print(
            f"Epoch {epoch:2d}: W = {model.w.numpy():1.2f}, b = {model.b.numpy():1.2f}, loss={loss(y, model(x)):2.5f}"
        )
    return tf.constant(weights), tf.constant(biases)


@computed
def least_squares_in_closed_form(tf):
    x, y = _line(tf)
    design = tf.stack([x, tf.ones_like(x)], axis=1)
    normal = tf.linalg.solve(tf.transpose(design) @ design, tf.transpose(design) @ y[:, tf.newaxis])
    direct = tf.linalg.lstsq(design, y[:, tf.newaxis])
    print(normal.shape, direct)
    q, r = tf.linalg.qr(design)
    return normal, tf.linalg.triangular_solve(r, tf.transpose(q) @ y[:, None], lower=False)


def _polynomial(tf):
    x = tf.linspace(-2.0, 2.0, 201)
    x = tf.cast(x, tf.float32)
    tf.random.set_seed(22)
    return x, x**2 + 2 * x - 5 + tf.random.normal(shape=[201])


@computed
def polynomial_with_minibatches(tf):
    x, y = _polynomial(tf)
    coefficients = tf.Variable([0.0, 0.0, 0.0], name="coefficients")
    tf.random.set_seed(9)
    for epoch in range(4):
        order = tf.random.shuffle(tf.range(201))
        for start in range(0, 201, 32):
            rows = order[start : start + 32]
            xb, yb = tf.gather(x, rows), tf.gather(y, rows)
            with tf.GradientTape() as tape:
                predicted = tf.linalg.matvec(tf.stack([xb**0, xb, xb**2], axis=1), coefficients)
                loss = tf.reduce_mean((predicted - yb) ** 2)
            coefficients.assign_sub(0.05 * tape.gradient(loss, coefficients))
        print(f"{epoch}: {loss.numpy():.4f}", coefficients.numpy())
    return coefficients


@computed
def quick_overview_fit(tf):
    class Model(tf.Module):
        def __init__(self, units):
            self.dense1 = tf.Variable(tf.random.stateless_normal([1, units], [1, 1]) * 0.5, name="d1")
            self.bias1 = tf.Variable(tf.zeros([units]))
            self.dense2 = tf.Variable(tf.random.stateless_normal([units, 1], [1, 2]) * 0.5, name="d2")

        def __call__(self, x):
            x = tf.nn.relu(x[:, tf.newaxis] @ self.dense1 + self.bias1)
            return tf.squeeze(x @ self.dense2, axis=1)

    x, y = _polynomial(tf)
    model = Model(16)
    variables = model.variables
    for step in range(20):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(y - model(x)))
        for v, g in zip(variables, tape.gradient(loss, variables), strict=True):
            v.assign_sub(0.01 * g)
        if step % 5 == 0:
            print(f"Mean squared error: {loss.numpy():0.3f}")
    return model(x), [v.shape for v in variables]


def _two_clouds(tf):
    x = tf.random.stateless_normal([60, 3], [3, 7])
    y = tf.cast(
        x @ [[1.0], [-2.0], [0.5]] + 0.3 * tf.random.stateless_normal([60, 1], [3, 8]) > 0.0, tf.float32
    )
    return x, tf.squeeze(y, axis=1)


@computed
def logistic_regression(tf):
    class Normalize(tf.Module):
        def __init__(self, x):
            self.mean = tf.Variable(tf.math.reduce_mean(x, axis=0))
            self.std = tf.Variable(tf.math.reduce_std(x, axis=0))

        def norm(self, x):
            return (x - self.mean) / self.std

        def unnorm(self, x):
            return (x * self.std) + self.mean

    def log_loss(y_pred, y):
        ce = tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=y_pred)
        return tf.reduce_mean(ce)

    class LogisticRegression(tf.Module):
        def __init__(self):
            self.built = False

        def __call__(self, x, train=True):
            if not self.built:
                rand_w = tf.random.uniform(shape=[x.shape[-1], 1], seed=22)
                rand_b = tf.random.uniform(shape=[], seed=22)
                self.w = tf.Variable(rand_w)
                self.b = tf.Variable(rand_b)
                self.built = True
            z = tf.squeeze(tf.add(tf.matmul(x, self.w), self.b), axis=1)
            return z if train else tf.sigmoid(z)

    def accuracy(y_pred, y):
        classes = tf.cast(y_pred >= 0.5, tf.float32)
        return tf.reduce_mean(tf.cast(tf.equal(classes, y), tf.float32))

    tf.random.set_seed(22)
    x, y = _two_clouds(tf)
    norm_x = Normalize(x)
    x_norm = norm_x.norm(x)
    log_reg = LogisticRegression()
    print(log_reg(x_norm[:5], train=False))
    for epoch in range(30):
        with tf.GradientTape() as tape:
            loss = log_loss(log_reg(x_norm), y)
        grads = tape.gradient(loss, log_reg.variables)
        for g, v in zip(grads, log_reg.variables, strict=True):
            v.assign_sub(0.3 * g)
        if epoch % 10 == 0:
            print(
                f"Epoch: {epoch}, loss: {loss:.3f}, accuracy: {accuracy(log_reg(x_norm, train=False), y):.3f}"
            )
    predicted = tf.cast(log_reg(x_norm, train=False) >= 0.5, tf.int32)
    print(tf.math.confusion_matrix(tf.cast(y, tf.int32), predicted, num_classes=2))
    return log_reg.w, norm_x.unnorm(x_norm)


def _perceptron(tf):
    def xavier_init(shape):
        in_dim, out_dim = shape
        limit = tf.sqrt(6.0) / tf.sqrt(tf.cast(in_dim + out_dim, tf.float32))
        return tf.random.uniform(shape=(in_dim, out_dim), minval=-limit, maxval=limit, seed=22)

    class DenseLayer(tf.Module):
        def __init__(self, out_dim, activation=tf.identity):
            self.out_dim = out_dim
            self.activation = activation
            self.built = False

        def __call__(self, x):
            if not self.built:
                self.in_dim = x.shape[1]
                self.w = tf.Variable(xavier_init((self.in_dim, self.out_dim)))
                self.b = tf.Variable(tf.zeros(shape=(self.out_dim,)))
                self.built = True
            return self.activation(tf.add(tf.matmul(x, self.w), self.b))

    class MLP(tf.Module):
        def __init__(self, layers):
            self.layers = layers

        def __call__(self, x, preds=False):
            for layer in self.layers:
                x = layer(x)
            return x

    return MLP([DenseLayer(8, tf.nn.relu), DenseLayer(6, tf.nn.relu), DenseLayer(3)])


class _Adam:
    def __init__(self, tf, learning_rate=1e-3, beta_1=0.9, beta_2=0.999, ep=1e-7):
        self.tf, self.beta_1, self.beta_2, self.learning_rate, self.ep = tf, beta_1, beta_2, learning_rate, ep
        self.t, self.v_dvar, self.s_dvar, self.built = 1.0, [], [], False

    def apply_gradients(self, grads, variables):
        tf = self.tf
        if not self.built:
            for var in variables:
                self.v_dvar.append(tf.Variable(tf.zeros(shape=var.shape)))
                self.s_dvar.append(tf.Variable(tf.zeros(shape=var.shape)))
            self.built = True
        for i, (d_var, var) in enumerate(zip(grads, variables, strict=True)):
            self.v_dvar[i].assign(self.beta_1 * self.v_dvar[i] + (1 - self.beta_1) * d_var)
            self.s_dvar[i].assign(self.beta_2 * self.s_dvar[i] + (1 - self.beta_2) * tf.square(d_var))
            v_dvar_bc = self.v_dvar[i] / (1 - (self.beta_1**self.t))
            s_dvar_bc = self.s_dvar[i] / (1 - (self.beta_2**self.t))
            var.assign_sub(self.learning_rate * (v_dvar_bc / (tf.sqrt(s_dvar_bc) + self.ep)))
        self.t += 1.0


@computed
def perceptron_with_adam(tf):
    tf.random.set_seed(3)
    x = tf.random.stateless_uniform([64, 4], [1, 5])
    y = tf.cast(tf.argmax(x[:, :3], axis=1), tf.int32)
    model, adam = _perceptron(tf), _Adam(tf, learning_rate=0.02)
    model(x[:1])
    print([v.shape for v in model.trainable_variables], len(model.submodules))
    for epoch in range(12):
        for start in range(0, 64, 16):
            xb, yb = x[start : start + 16], y[start : start + 16]
            with tf.GradientTape() as tape:
                logits = model(xb)
                loss = tf.reduce_mean(
                    tf.nn.sparse_softmax_cross_entropy_with_logits(labels=yb, logits=logits)
                )
            adam.apply_gradients(tape.gradient(loss, model.variables), model.variables)
        if epoch % 4 == 3:
            right = tf.equal(tf.argmax(model(x), 1, output_type=tf.int32), y)
            print(f"{epoch} {loss.numpy():.3f} {tf.reduce_mean(tf.cast(right, tf.float32)).numpy():.2f}")
    return tf.nn.softmax(model(x))


@computed
def momentum_and_rmsprop(tf):
    def bowl(x):
        return 0.5 * tf.reduce_sum(tf.constant([1.0, 20.0]) * x**2)

    for rule in ("momentum", "nesterov", "rmsprop", "adagrad"):
        x, memory = tf.Variable([2.0, 1.0]), tf.Variable([0.0, 0.0])
        for _ in range(15):
            at = x - 0.02 * 0.8 * memory if rule == "nesterov" else tf.convert_to_tensor(x)
            with tf.GradientTape() as tape:
                tape.watch(at)
                y = bowl(at)
            g = tape.gradient(y, at)
            if rule in ("momentum", "nesterov"):
                memory.assign(0.8 * memory + g)
                x.assign_sub(0.02 * memory)
            elif rule == "rmsprop":
                memory.assign(0.9 * memory + 0.1 * tf.square(g))
                x.assign_sub(0.05 * g * tf.math.rsqrt(memory + 1e-7))
            else:
                memory.assign_add(g * g)
                x.assign_sub(0.3 * g / (tf.sqrt(memory) + 1e-7))
        print(rule, x.numpy(), bowl(x).numpy())


@computed
def decay_clipping_and_weight_penalty(tf):
    w = tf.Variable(tf.random.stateless_normal([4, 2], [0, 1]) * 3.0)
    x, y = tf.random.stateless_normal([10, 4], [0, 2]), tf.random.stateless_normal([10, 2], [0, 3])
    for step in range(5):
        rate = 0.1 * 0.9 ** tf.cast(step, tf.float32)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.math.squared_difference(x @ w, y)) + 0.01 * tf.nn.l2_loss(w)
        (g,), norm = tf.clip_by_global_norm([tape.gradient(loss, w)], 1.0)
        w.assign_sub(rate * g)
        print(step, rate.numpy(), loss.numpy(), norm.numpy())
    return w


@computed
def losses(tf):
    logits = tf.constant([[2.0, -1.0, 0.5], [0.1, 0.2, 0.3]])
    labels = tf.constant([0, 2])
    hot = tf.one_hot(labels, 3)
    print(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))
    print(tf.nn.softmax_cross_entropy_with_logits(labels=hot, logits=logits))
    print(tf.nn.sigmoid_cross_entropy_with_logits(labels=hot, logits=logits), tf.nn.log_softmax(logits))
    print(tf.nn.weighted_cross_entropy_with_logits(hot, logits, 2.0), tf.nn.l2_loss(logits))
    print(
        tf.math.in_top_k(labels, logits, 1), tf.nn.top_k(logits, 2), tf.math.reduce_logsumexp(logits, axis=1)
    )
    attempt(lambda: tf.nn.softmax_cross_entropy_with_logits(labels=tf.one_hot([0], 2), logits=logits))
    attempt(lambda: tf.nn.sparse_softmax_cross_entropy_with_logits(labels=[0.5, 1.0], logits=logits))
    attempt(lambda: tf.nn.sparse_softmax_cross_entropy_with_logits(labels=[0], logits=logits))


@computed
def batch_normalisation_by_hand(tf):
    x = tf.random.stateless_normal([8, 3], [4, 4]) * 2.0 + 1.0
    gamma, beta = tf.Variable(tf.ones([3])), tf.Variable(tf.zeros([3]))
    moving = tf.Variable(tf.zeros([3]), trainable=False)
    with tf.GradientTape() as tape:
        mean, variance = tf.nn.moments(x, axes=[0])
        moving.assign(0.9 * moving + 0.1 * mean)
        y = tf.nn.batch_normalization(x, mean, variance, beta, gamma, 1e-3)
        loss = tf.reduce_sum(tf.tanh(y) ** 2)
    print(moving, [v.shape for v in tape.watched_variables()])
    return y, tape.gradient(loss, [gamma, beta])


@computed
def embedding_and_attention(tf):
    table = tf.Variable(tf.random.stateless_normal([7, 4], [1, 9]))
    words = tf.constant([[1, 2, 3], [4, 1, 0]])
    with tf.GradientTape() as tape:
        x = tf.nn.embedding_lookup(table, words)
        scores = tf.matmul(x, x, transpose_b=True) / tf.sqrt(4.0)
        mask = tf.linalg.band_part(tf.ones([3, 3]), -1, 0)
        scores += (1.0 - mask) * -1e9
        weights = tf.nn.softmax(scores, axis=-1)
        y = tf.einsum("bij,bjd->bid", weights, x)
        loss = tf.reduce_mean(y**2)
    gradient = tape.gradient(loss, table)
    print(type(gradient).__name__, gradient.dense_shape, weights)
    table.assign_sub(0.1 * tf.convert_to_tensor(gradient))
    return y, table


@computed
def recurrence(tf):
    kernel = tf.Variable(tf.random.stateless_normal([2, 5], [2, 2]) * 0.5)
    recurrent = tf.Variable(tf.random.stateless_normal([5, 5], [2, 3]) * 0.3)
    x = tf.random.stateless_normal([3, 6, 2], [2, 4])
    with tf.GradientTape() as tape:
        state, states = tf.zeros([3, 5]), []
        for each in tf.unstack(x, axis=1):
            state = tf.tanh(each @ kernel + state @ recurrent)
            states.append(state)
        loss = tf.reduce_sum(tf.stack(states, axis=1) ** 2)
    print(loss.numpy())
    return tape.gradient(loss, [kernel, recurrent])


@computed
def gaussian_by_maximum_likelihood(tf):
    data = tf.random.stateless_normal([200], [6, 6], mean=1.5, stddev=0.7)
    mean, log_scale = tf.Variable(0.0), tf.Variable(0.0)
    for _ in range(40):
        with tf.GradientTape() as tape:
            z = (data - mean) * tf.exp(-log_scale)
            loss = tf.reduce_mean(0.5 * z**2 + log_scale + 0.5 * tf.math.log(2.0 * np.pi))
        for v, g in zip((mean, log_scale), tape.gradient(loss, (mean, log_scale)), strict=True):
            v.assign_sub(0.2 * g)
    print(mean.numpy(), tf.exp(log_scale).numpy(), loss.numpy())
    print(tf.reduce_mean(data).numpy(), tf.math.reduce_std(data).numpy())


@computed
def a_quadratic_by_its_gradient(tf):
    """f(x) = x² + 2x - 5 and its slope, as a first look at gradients."""
    x = tf.Variable(1.0)

    def f(x):
        return x**2 + 2 * x - 5

    print(f(x))
    with tf.GradientTape() as tape:
        y = f(x)
    g_x = tape.gradient(y, x)
    print(g_x)
    while abs(g_x) > 1e-3:
        x.assign_sub(0.3 * g_x)
        with tf.GradientTape() as tape:
            y = f(x)
        g_x = tape.gradient(y, x)
    print(f"{x.numpy():.2f} {y.numpy():.2f}", x)
