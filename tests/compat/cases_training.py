"""Optimizers, losses, learning rates, moving averages: numbers after some steps."""

import numpy as np

from tests.compat.case import case, ran, refused, started

X = np.linspace(-1.0, 1.0, 12, dtype=np.float32).reshape(4, 3)
Y = np.array([[1.0], [0.0], [2.0], [-1.0]], np.float32)


def model(tf):
    x, y = tf.placeholder(tf.float32, [None, 3]), tf.placeholder(tf.float32, [None, 1])
    w = tf.get_variable("w", initializer=tf.constant([[0.5], [-0.25], [1.0]]))
    b = tf.get_variable("b", [1], initializer=tf.zeros_initializer())
    return tf.reduce_mean(tf.square(tf.matmul(x, w) + b - y)), {x: X, y: Y}


def trained(tf, optimizer, num_steps=5):
    loss, feed = model(tf)
    step = optimizer.minimize(loss)
    with started(tf) as session:
        losses = [session.run([loss, step], feed)[0] for _ in range(num_steps)]
        slots = [
            optimizer.get_slot(v, name)
            for name in optimizer.get_slot_names()
            for v in tf.trainable_variables()
        ]
        return losses, session.run(tf.trainable_variables()), session.run(slots)


@case
def gradient_descent(tf):
    yield trained(tf, tf.train.GradientDescentOptimizer(0.1))


@case
def momentum(tf):
    yield trained(tf, tf.train.MomentumOptimizer(0.1, 0.9))


@case
def nesterov_momentum(tf):
    yield trained(tf, tf.train.MomentumOptimizer(0.1, 0.9, use_nesterov=True))


@case
def adam(tf):
    yield trained(tf, tf.train.AdamOptimizer(0.05, epsilon=1e-4))


@case
def adagrad(tf):
    yield trained(tf, tf.train.AdagradOptimizer(0.5))


@case
def adadelta(tf):
    yield trained(tf, tf.train.AdadeltaOptimizer(1.0, epsilon=1e-3))


@case
def root_mean_squares(tf):
    yield trained(tf, tf.train.RMSPropOptimizer(0.05, momentum=0.5))


@case
def centered_root_mean_squares(tf):
    yield trained(tf, tf.train.RMSPropOptimizer(0.05, centered=True))


@case
def gradients_are_computed_and_applied(tf):
    loss, feed = model(tf)
    optimizer = tf.train.GradientDescentOptimizer(0.1)
    pairs = optimizer.compute_gradients(loss)
    yield [variable.name for _, variable in pairs], [g.shape.as_list() for g, _ in pairs]
    clipped = [(tf.clip_by_value(g, -0.1, 0.1), variable) for g, variable in pairs]
    step = optimizer.apply_gradients(clipped)
    with started(tf) as session:
        session.run(step, feed)
        yield session.run(tf.trainable_variables())


@case
def some_of_the_variables(tf):
    loss, feed = model(tf)
    w, b = tf.trainable_variables()
    step = tf.train.GradientDescentOptimizer(0.1).minimize(loss, var_list=[b])
    with started(tf) as session:
        session.run(step, feed)
        yield session.run([w, b])


@case
def steps_are_counted(tf):
    loss, feed = model(tf)
    count = tf.train.get_or_create_global_step()
    step = tf.train.GradientDescentOptimizer(0.1).minimize(loss, global_step=count)
    with started(tf) as session:
        for _ in range(3):
            session.run(step, feed)
        yield session.run(count), step.name, step in tf.get_collection(tf.GraphKeys.TRAIN_OP)


@case
def learning_rates_that_are_fed(tf):
    loss, feed = model(tf)
    rate = tf.placeholder(tf.float32, [])
    step = tf.train.GradientDescentOptimizer(rate).minimize(loss)
    with started(tf) as session:
        session.run(step, {**feed, rate: 0.1})
        session.run(step, {**feed, rate: 0.0})
        yield session.run(tf.trainable_variables())


@case
def gradients_by_rows(tf):
    for make in (
        lambda: tf.train.GradientDescentOptimizer(0.1),
        lambda: tf.train.MomentumOptimizer(0.1, 0.9),
        lambda: tf.train.AdamOptimizer(0.1),
        lambda: tf.train.AdagradOptimizer(0.1),
        lambda: tf.train.RMSPropOptimizer(0.1),
    ):
        with tf.Graph().as_default():
            table = tf.Variable(np.ones([4, 2], np.float32))
            ids = tf.placeholder(tf.int32, [None])
            loss = tf.reduce_sum(tf.square(tf.gather(table, ids)))
            step = make().minimize(loss)
            with started(tf) as session:
                for rows in ([0, 2, 2], [1], [0]):
                    session.run(step, {ids: rows})
                yield session.run(table)


@case
def constraints_hold_after_a_step(tf):
    v = tf.get_variable("v", initializer=tf.constant([1.0, -1.0]), constraint=tf.nn.relu)
    step = tf.train.GradientDescentOptimizer(1.0).minimize(tf.reduce_sum(v * tf.constant([2.0, -0.5])))
    with started(tf) as session:
        session.run(step)
        yield session.run(v)


@case
def losses_of_examples(tf):
    labels, predictions = tf.constant([[1.0, 0.0], [0.0, 1.0]]), tf.constant([[0.5, 0.25], [2.0, -1.0]])
    weights = tf.constant([[1.0], [0.0]])
    for reduction in ("SUM_BY_NONZERO_WEIGHTS", "NONE", "SUM", "MEAN", "SUM_OVER_BATCH_SIZE"):
        options = {"reduction": getattr(tf.losses.Reduction, reduction), "loss_collection": None}
        yield ran(tf, tf.losses.mean_squared_error(labels, predictions, **options))
        yield ran(tf, tf.losses.mean_squared_error(labels, predictions, weights, **options))
    for loss in (tf.losses.absolute_difference, tf.losses.huber_loss, tf.losses.hinge_loss):
        yield ran(tf, loss(labels, predictions)), ran(tf, loss(labels, predictions, weights=2.0))
    yield ran(tf, tf.losses.log_loss(labels, tf.nn.sigmoid(predictions)))
    yield ran(tf, tf.losses.cosine_distance(labels, predictions, axis=1))
    yield ran(tf, tf.losses.softmax_cross_entropy(labels, predictions))
    yield ran(
        tf, tf.losses.softmax_cross_entropy(labels, predictions, label_smoothing=0.1, weights=[1.0, 2.0])
    )
    yield ran(tf, tf.losses.sigmoid_cross_entropy(labels, predictions, label_smoothing=0.1))
    yield ran(tf, tf.losses.sparse_softmax_cross_entropy([0, 1], predictions))
    yield len(tf.losses.get_losses()), ran(tf, tf.losses.get_total_loss())
    yield refused(lambda: tf.losses.mean_squared_error(labels, tf.ones([3])))
    yield refused(lambda: tf.losses.mean_squared_error(None, predictions))


@case
def names_of_losses(tf):
    a = tf.placeholder(tf.float32, [None, 2])
    loss = tf.losses.mean_squared_error(a, a + 1.0)
    other = tf.losses.mean_squared_error(a, a, scope="mine")
    yield (
        loss.name,
        other.name,
        loss.shape.as_list(),
        [each.name for each in tf.get_collection(tf.GraphKeys.LOSSES)],
    )


@case
def decaying_learning_rates(tf):
    step = tf.placeholder(tf.int32, [])
    rates = [
        tf.train.exponential_decay(0.1, step, 10, 0.5),
        tf.train.exponential_decay(0.1, step, 10, 0.5, staircase=True),
        tf.train.inverse_time_decay(0.1, step, 10, 0.5),
        tf.train.natural_exp_decay(0.1, step, 10, 0.5),
        tf.train.polynomial_decay(0.1, step, 20, 0.01, power=2.0),
        tf.train.polynomial_decay(0.1, step, 20, 0.01, cycle=True),
        tf.train.piecewise_constant(step, [5, 15], [1.0, 0.5, 0.1]),
        tf.train.cosine_decay(0.1, step, 20),
    ]
    for count in (0, 5, 15, 25):
        yield ran(tf, rates, {step: count})


@case
def moving_averages(tf):
    v = tf.Variable([1.0, 2.0], name="v")
    average = tf.train.ExponentialMovingAverage(0.5)
    change = v.assign_add([1.0, 1.0])
    with tf.control_dependencies([change]):
        update = average.apply([v])
    with started(tf) as session:
        session.run(update)
        session.run(update)
        yield session.run([v, average.average(v)]), average.average(v).name, average.average_name(v)
    yield [each.name for each in tf.moving_average_variables()]


@case
def two_optimizers_of_one_loss(tf):
    loss, feed = model(tf)
    first = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
    second = tf.train.AdamOptimizer(0.1).minimize(loss)
    with started(tf) as session:
        session.run(first, feed)
        session.run(second, feed)
        yield session.run(tf.trainable_variables()), session.run(loss, feed)


@case
def updates_before_the_step(tf):
    """As the statistics of batch normalization were kept."""
    loss, feed = model(tf)
    mean = tf.Variable(0.0, trainable=False)
    tf.add_to_collection(tf.GraphKeys.UPDATE_OPS, mean.assign(mean * 0.9 + loss * 0.1))
    with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
        step = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
    with started(tf) as session:
        session.run(step, feed)
        session.run(step, feed)
        yield session.run(mean), session.run(loss, feed)


@case
def a_saver_comes_later(tf):
    yield hasattr(tf.train, "Saver")


@case
def moving_averages_of_tensors(tf):
    x = tf.placeholder(tf.float32, [3, 2])
    mean = tf.reduce_mean(x, 0, name="mean")
    average = tf.train.ExponentialMovingAverage(0.5)
    update = average.apply([mean])
    with tf.control_dependencies([update]):
        same = tf.identity(mean)
    with started(tf) as session:
        session.run(same, {x: np.ones([3, 2])})
        session.run(same, {x: np.ones([3, 2])})
        yield session.run(average.average(mean)), average.average(mean).name


@case
def normalization_that_is_trained_and_used(tf):
    x = tf.placeholder(tf.float32, [None, 2])
    training = tf.placeholder(tf.bool, [])
    mean, variance = tf.nn.moments(x, [0])
    kept_mean = tf.Variable(tf.zeros([2]), trainable=False)
    kept_variance = tf.Variable(tf.ones([2]), trainable=False)

    def trained():
        first = tf.assign(kept_mean, kept_mean * 0.9 + mean * 0.1)
        second = tf.assign(kept_variance, kept_variance * 0.9 + variance * 0.1)
        with tf.control_dependencies([first, second]):
            return tf.nn.batch_normalization(x, mean, variance, None, None, 1e-3)

    y = tf.cond(
        training, trained, lambda: tf.nn.batch_normalization(x, kept_mean, kept_variance, None, None, 1e-3)
    )
    data = [[1.0, 2.0], [3.0, 5.0], [2.0, 2.0]]
    with started(tf) as session:
        yield session.run(y, {x: data, training: True}), session.run([kept_mean, kept_variance])
        yield session.run(y, {x: data, training: False}), session.run([kept_mean, kept_variance])


@case
def two_networks_against_each_other(tf):
    def network(x, name):
        with tf.variable_scope(name, reuse=tf.AUTO_REUSE):
            w = tf.get_variable("w", [2, 2], initializer=tf.constant_initializer([[0.1, 0.2], [-0.3, 0.4]]))
            return tf.tanh(tf.matmul(x, w))

    real, noise = tf.placeholder(tf.float32, [None, 2]), tf.placeholder(tf.float32, [None, 2])
    fake = network(noise, "maker")
    one, other = network(real, "judge"), network(fake, "judge")
    of_judge = tf.reduce_mean(other) - tf.reduce_mean(one)
    of_maker = -tf.reduce_mean(other)
    judges = tf.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES, scope="judge")
    makers = tf.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES, scope="maker")
    judge_step = tf.train.GradientDescentOptimizer(0.1).minimize(of_judge, var_list=judges)
    maker_step = tf.train.GradientDescentOptimizer(0.1).minimize(of_maker, var_list=makers)
    with started(tf) as session:
        for _ in range(3):
            session.run(judge_step, {real: [[1.0, 2.0]], noise: [[0.5, -0.5]]})
            session.run(maker_step, {noise: [[0.5, -0.5]]})
        yield session.run(judges + makers), [each.name for each in judges + makers]


@case
def a_recurrent_network_by_hand(tf):
    x = tf.placeholder(tf.float32, [None, 4, 2])
    w = tf.get_variable("w", [5, 3], initializer=tf.random_uniform_initializer(-0.5, 0.5, seed=1))
    state = tf.zeros([tf.shape(x)[0], 3])
    for piece in tf.unstack(x, axis=1):
        state = tf.tanh(tf.matmul(tf.concat([piece, state], 1), w))
    loss = tf.reduce_sum(state)
    step = tf.train.AdamOptimizer(0.01, epsilon=1e-3).minimize(loss)
    data = np.linspace(-1.0, 1.0, 24).reshape(3, 4, 2)
    with started(tf) as session:
        yield [session.run([loss, step], {x: data})[0] for _ in range(4)], session.run(w)
