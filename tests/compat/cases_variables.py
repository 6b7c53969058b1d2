"""Variables: their names, collections, initializers, assignments, sharing by name."""

import numpy as np

from tests.compat.case import case, ran, refused, started


def names(values):
    return [each.name for each in values]


@case
def a_variable_and_its_operations(tf):
    v = tf.Variable([[1.0, 2.0]], name="v")
    yield (
        v.name,
        v.op.name,
        v.op.type,
        v.initializer.name,
        v.initializer.type,
        v.shape.as_list(),
        v.dtype.base_dtype.name,
    )
    yield v.trainable, v.initial_value.shape.as_list(), v.graph is tf.get_default_graph()
    with tf.Session() as session:
        yield (
            session.run(v.initializer),
            session.run(v),
            session.run(v.initial_value),
            session.run(v.read_value()),
        )


@case
def names_of_variables(tf):
    yield names([tf.Variable(1.0), tf.Variable(2.0), tf.Variable(1.0, name="w"), tf.Variable(1.0, name="w")])
    with tf.name_scope("scope"):
        yield names([tf.Variable(1.0), tf.Variable(1.0, name="w")])
    with tf.name_scope("scope"):
        yield names([tf.Variable(1.0, name="w")])


@case
def lists_of_variables(tf):
    a = tf.Variable(1.0, name="a")
    b = tf.Variable(1.0, name="b", trainable=False)
    c = tf.Variable(1.0, name="c", collections=[tf.GraphKeys.LOCAL_VARIABLES], trainable=False)
    d = tf.Variable(1, name="d", collections=["mine"])
    yield names(tf.global_variables()), names(tf.trainable_variables()), names(tf.local_variables())
    yield (
        names(tf.get_collection("mine")),
        names(tf.global_variables("a")),
        names(tf.global_variables(scope="b")),
    )
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        yield session.run([a, b]), refused(lambda: session.run(c))
        session.run(tf.local_variables_initializer())
        yield session.run(c), refused(lambda: session.run(d))
        session.run(tf.variables_initializer([d]))
        yield session.run(d)


@case
def initial_values_from_other_variables(tf):
    a = tf.Variable([1.0, 2.0], name="a")
    b = tf.Variable(a.initial_value * 2.0, name="b")
    yield ran(tf, [a, b])


@case
def initializers_draw_anew(tf):
    v = tf.Variable(tf.random_normal([3]))
    with tf.Session() as session:
        session.run(v.initializer)
        first = session.run(v)
        yield np.array_equal(first, session.run(v))
        session.run(v.initializer)
        yield np.array_equal(first, session.run(v))


@case
def which_variables_have_values(tf):
    a = tf.Variable(1.0, name="a")
    tf.Variable(1.0, name="b")
    report = tf.report_uninitialized_variables()
    is_there = tf.is_variable_initialized(a)
    with tf.Session() as session:
        yield session.run([report, is_there])
        session.run(a.initializer)
        yield session.run([report, is_there])
        session.run(tf.global_variables_initializer())
        yield session.run(report)


@case
def assignments(tf):
    v = tf.Variable([1.0, 2.0], name="v")
    x = tf.placeholder(tf.float32, [2])
    set_it, add, subtract = v.assign(x), v.assign_add(x), v.assign_sub(x)
    with started(tf) as session:
        yield session.run(set_it, {x: [5.0, 6.0]}), session.run(v)
        yield session.run(add, {x: [1.0, 1.0]}), session.run(subtract, {x: [3.0, 0.0]}), session.run(v)
        yield session.run(add.op, {x: [1.0, 1.0]}), session.run(v)
        yield session.run(tf.assign(v, [0.0, 0.0])), session.run(tf.assign_add(v, [1.0, 2.0]))
        yield session.run(tf.assign_sub(v, [1.0, 1.0])), add.op.type, set_it.op.type


@case
def results_of_assignments_are_tensors(tf):
    v = tf.Variable(1.0)
    after = v.assign(5.0) + 1.0
    chained = v.assign_add(1.0).assign_add(2.0)
    with started(tf) as session:
        yield session.run(after), session.run(v), session.run(chained), session.run(v)


@case
def assignments_without_a_read(tf):
    v = tf.Variable(1.0)
    operation = v.assign(2.0, read_value=False)
    with started(tf) as session:
        yield type(operation).__name__, session.run(operation), session.run(v)


@case
def load_gives_a_value(tf):
    v = tf.Variable([1.0, 2.0])
    with tf.Session() as session:
        v.load([3.0, 4.0], session)
        yield session.run(v)


@case
def variables_of_other_dtypes(tf):
    n = tf.Variable(3, name="n")
    flag = tf.Variable(True)
    text = tf.Variable("a")
    step = n.assign_add(2)
    with started(tf) as session:
        yield (
            session.run([n, flag, text]),
            session.run(step),
            session.run(text.assign("b")),
            session.run(text),
        )


@case
def get_variable_makes_and_takes(tf):
    with tf.variable_scope("a") as scope:
        w = tf.get_variable("w", [2, 3])
        yield w.name, w.shape.as_list(), w.dtype.base_dtype.name, scope.name, scope.original_name_scope
    with tf.variable_scope("a", reuse=True):
        yield tf.get_variable("w") is w or tf.get_variable("w").name, tf.get_variable("w", [2, 3]).name
        yield refused(lambda: tf.get_variable("missing", [1]), "does not exist")
        yield refused(lambda: tf.get_variable("w", [3, 3]), "specified shape")
        yield refused(lambda: tf.get_variable("w", dtype=tf.int32), "specified dtype")
    with tf.variable_scope("a"):
        yield refused(lambda: tf.get_variable("w", [2, 3]), "already exists, disallowed")
    yield names(tf.global_variables())


@case
def reuse_as_it_comes(tf):
    def layer(x):
        with tf.variable_scope("layer", reuse=tf.AUTO_REUSE):
            w = tf.get_variable("w", [2, 2], initializer=tf.ones_initializer())
            return tf.matmul(x, w)

    x = tf.ones([1, 2])
    y = layer(layer(x))
    yield names(tf.global_variables()), ran(tf, y)


@case
def reuse_variables_from_here_on(tf):
    with tf.variable_scope("s") as scope:
        v = tf.get_variable("v", [1])
        yield scope.reuse
        scope.reuse_variables()
        yield tf.get_variable("v", [1]) is v, bool(scope.reuse)
    with tf.variable_scope(scope):
        yield bool(tf.get_variable_scope().reuse), tf.get_variable_scope().name
    with tf.variable_scope(scope, reuse=True), tf.variable_scope("inner"):
        yield bool(tf.get_variable_scope().reuse), tf.get_variable_scope().name


@case
def nested_scopes(tf):
    with tf.variable_scope("a"):
        with tf.variable_scope("b"):
            v = tf.get_variable("v", [1])
            y = tf.add(v, 1.0, name="y")
        with tf.name_scope("names"):
            w = tf.get_variable("w", [1])
            u = tf.Variable([1.0], name="u")
            z = tf.identity(w, name="z")
    yield v.name, y.name, w.name, u.name, z.name


@case
def scopes_entered_again(tf):
    with tf.variable_scope("a"):
        first = tf.identity(1.0, name="x")
    with tf.variable_scope("a") as scope:
        second = tf.identity(1.0, name="x")
        v = tf.get_variable("v", [1])
    with tf.variable_scope(scope):
        third = tf.identity(1.0, name="x")
        w = tf.get_variable("w", [1])
    yield first.name, second.name, third.name, v.name, w.name


@case
def scopes_with_names_by_default(tf):
    found = []
    for _ in range(3):
        with tf.variable_scope(None, default_name="layer"):
            found.append(tf.get_variable("w", [1]).name)
    with tf.variable_scope("layer"):
        found.append(refused(lambda: tf.get_variable("w", [1]).name))
    yield found
    yield refused(lambda: tf.variable_scope(None))
    yield refused(lambda: tf.variable_scope(None, "x", reuse=True).__enter__())


@case
def defaults_of_scopes(tf):
    with tf.variable_scope("a", initializer=tf.constant_initializer(3.0), dtype=tf.float64):
        v = tf.get_variable("v", [2])
        with tf.variable_scope("b", initializer=tf.ones_initializer()):
            w = tf.get_variable("w", [2])
    yield v.dtype.base_dtype.name, w.dtype.base_dtype.name, ran(tf, [v, w])


@case
def initializers_of_get_variable(tf):
    for initializer, shape in (
        (tf.zeros_initializer(), [2]),
        (tf.ones_initializer, [2]),
        (tf.constant_initializer([1.0, 2.0, 3.0, 4.0]), [2, 2]),
        (tf.constant([1, 2]), None),
        (np.array([1.5, 2.5], np.float32), None),
        (tf.constant_initializer(7), [1, 3]),
    ):
        with tf.variable_scope(None, "v"):
            kind = tf.int32 if getattr(initializer, "dtype", None) == tf.int32 else tf.float32
            yield ran(tf, tf.get_variable("v", shape, dtype=kind, initializer=initializer))
    yield refused(
        lambda: tf.get_variable("x", [2], initializer=tf.constant([1.0, 2.0])), "do not specify shape"
    )
    yield refused(lambda: tf.get_variable("y"))
    yield refused(lambda: tf.get_variable("z", [None, 2]))


@case
def seeded_initializers(tf):
    for initializer in (
        tf.random_normal_initializer(seed=1),
        tf.random_uniform_initializer(-1, 1, seed=2),
        tf.truncated_normal_initializer(stddev=0.1, seed=3),
        tf.glorot_uniform_initializer(seed=4),
        tf.glorot_normal_initializer(seed=5),
        tf.variance_scaling_initializer(2.0, "fan_in", "uniform", seed=6),
    ):
        with tf.variable_scope(None, "v"):
            yield ran(tf, tf.get_variable("v", [3, 4], initializer=initializer))


@case
def regularizers_give_losses(tf):
    with tf.variable_scope("a", regularizer=lambda v: 0.5 * tf.reduce_sum(v * v)):
        tf.get_variable("w", [2], initializer=tf.constant_initializer(3.0))
        tf.get_variable("b", [2], initializer=tf.constant_initializer(1.0), regularizer=tf.no_regularizer)
    losses = tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)
    yield len(losses), ran(tf, losses), ran(tf, tf.losses.get_regularization_loss())


@case
def a_custom_getter(tf):
    def mine(getter, name, *args, **kwargs):
        return getter(name + "_mine", *args, **kwargs) * 2.0

    with tf.variable_scope("a", custom_getter=mine):
        v = tf.get_variable("v", [1], initializer=tf.ones_initializer())
    yield names(tf.global_variables()), ran(tf, v)


@case
def local_variables_by_name(tf):
    v = tf.get_local_variable("v", [1], initializer=tf.zeros_initializer())
    yield v.trainable, names(tf.local_variables()), names(tf.global_variables())


@case
def a_global_step(tf):
    step = tf.train.get_or_create_global_step()
    yield step.name, step.dtype.base_dtype.name, tf.train.get_global_step() is step
    yield tf.train.get_or_create_global_step() is step, refused(tf.train.create_global_step)
    with started(tf) as session:
        session.run(step.assign_add(1))
        yield tf.train.global_step(session, step)


@case
def operators_of_variables(tf):
    v = tf.Variable([1.0, 2.0])
    results = [v + 1.0, 1.0 - v, v * v, -v, v / 2.0, v[0], v[:1], v**2, v > 1.0, tf.convert_to_tensor(v)]
    yield ran(tf, results)


@case
def rows_of_variables(tf):
    v = tf.Variable([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    updates = [
        tf.scatter_update(v, [0, 2], [[0.0, 0.0], [9.0, 9.0]]),
        tf.scatter_add(v, [1, 1], [[1.0, 1.0], [2.0, 2.0]]),
        tf.scatter_sub(v, 0, [1.0, 1.0]),
        tf.scatter_max(v, [0], [[7.0, -7.0]]),
        tf.scatter_nd_update(v, [[0, 1]], [8.0]),
        tf.scatter_nd_add(v, [[2]], [[1.0, 1.0]]),
    ]
    with started(tf) as session:
        for each in updates:
            yield session.run(each), session.run(v)


@case
def initializers_under_their_shorter_names(tf):
    for name in ("zeros", "ones", "constant"):
        yield ran(tf, tf.get_variable(name, [2], initializer=getattr(tf.initializers, name)()))
    yield ran(tf, tf.get_variable("v", [2, 3], initializer=tf.initializers.glorot_normal(seed=3)))
    yield ran(tf, tf.get_variable("w", [2, 3], initializer=tf.initializers.variance_scaling(seed=3)))
    yield ran(tf, tf.get_variable("i", [2, 2], initializer=tf.initializers.identity()))
