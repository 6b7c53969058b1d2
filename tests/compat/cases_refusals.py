"""What graphs and sessions refuse, and in which words."""

import numpy as np

from tests.compat.case import case, refused, started


@case
def a_placeholder_without_a_value(tf):
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    y = x * 2.0
    with tf.Session() as session:
        yield refused(lambda: session.run(y), "You must feed a value for placeholder tensor 'x'", "[?,2]")
        yield refused(lambda: session.run(x.op), "You must feed a value for placeholder tensor")
        yield session.run(y, {x: [[1, 2]]})


@case
def values_that_do_not_fit(tf):
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    n = tf.placeholder(tf.int32, [])
    with tf.Session() as session:
        for value in ([1.0, 2.0], np.ones([2, 3]), 1.0):
            yield refused(
                lambda value=value: session.run(x, {x: value}), "Cannot feed value of shape", "for Tensor"
            )
        yield refused(lambda: session.run(x, {x: "text"}))
        yield refused(lambda: session.run(x, {x: [[1.0], [1.0, 2.0]]}))
        yield refused(lambda: session.run(n, {n: 2**40}))
        yield refused(
            lambda: session.run(x, {x: tf.ones([1, 2])}), "The value of a feed cannot be a tf.Tensor"
        )


@case
def keys_that_are_no_tensors(tf):
    x = tf.placeholder(tf.float32, name="x")
    with tf.Session() as session:
        yield refused(lambda: session.run(x, {"y:0": 1.0}), "Cannot interpret feed_dict key as Tensor")
        yield refused(lambda: session.run(x, {"x": 1.0}), "Cannot interpret feed_dict key as Tensor")
        yield refused(lambda: session.run(x, {3: 1.0}), "Cannot interpret feed_dict key as Tensor")
        yield refused(lambda: session.run(x, {tf.no_op(): 1.0}), "Cannot interpret feed_dict key as Tensor")
        yield refused(lambda: session.run(x, [x]))


@case
def fetches_that_are_none(tf):
    tf.constant(1.0, name="a")
    with tf.Session() as session:
        yield refused(lambda: session.run(None), "has invalid type", "Cannot be None")
        yield refused(lambda: session.run(3), "must be a string or Tensor")
        yield refused(lambda: session.run([1.5]), "must be a string or Tensor")
        yield refused(lambda: session.run("missing:0"), "cannot be interpreted as a Tensor")
        yield refused(lambda: session.run("missing"), "cannot be interpreted as a Tensor")
        yield refused(lambda: session.run(np.ones(2)))


@case
def a_closed_session(tf):
    session = tf.Session()
    x = tf.constant(1.0)
    yield session.run(x)
    session.close()
    yield refused(lambda: session.run(x), "Attempted to use a closed Session.")
    with tf.Session() as session:
        pass
    yield refused(lambda: session.run(x), "Attempted to use a closed Session.")


@case
def a_variable_without_a_value(tf):
    v = tf.Variable(1.0, name="v")
    y = v + 1.0
    with tf.Session() as session:
        yield refused(lambda: session.run(v), "v")
        yield refused(lambda: session.run(y))
        yield refused(lambda: session.run(v.assign_add(1.0)))
        session.run(v.initializer)
        yield session.run(y)
    with tf.Session() as session:
        yield refused(lambda: session.run(y))


@case
def a_finalized_graph(tf):
    x = tf.constant(1.0)
    tf.get_default_graph().finalize()
    yield refused(lambda: tf.constant(2.0) + x, "Graph is finalized and cannot be modified.")
    yield refused(lambda: tf.placeholder(tf.float32), "Graph is finalized and cannot be modified.")
    yield refused(lambda: tf.Variable(1.0), "Graph is finalized and cannot be modified.")
    yield tf.get_default_graph().finalized, tf.Session().run(x)


@case
def an_empty_graph(tf):
    yield refused(lambda: tf.Session().run(None), "The Session graph is empty")
    yield refused(lambda: tf.get_default_graph().get_tensor_by_name("x:0"), "does not exist")


@case
def python_values_of_tensors(tf):
    x = tf.constant([1.0, 2.0])
    for call in (
        lambda: bool(x),
        lambda: float(tf.placeholder(tf.float32, [])),
        lambda: list(tf.placeholder(tf.float32, [None])),
        lambda: np.asarray(tf.placeholder(tf.float32, [])),
        lambda: len(x),
    ):
        yield refused(call)


@case
def dtypes_and_shapes_are_checked_when_the_graph_is_built(tf):
    x, n = tf.placeholder(tf.float32, [2]), tf.placeholder(tf.int32, [2])
    yield refused(lambda: x + n)
    yield refused(lambda: tf.add(x, tf.zeros([3])))
    yield refused(lambda: tf.matmul(tf.ones([2, 3]), tf.ones([2, 3])))
    yield refused(lambda: tf.reshape(x, [3]))
    yield refused(lambda: tf.concat([tf.ones([1, 2]), tf.ones([1, 3])], 0))


@case
def what_fails_while_it_runs(tf):
    x = tf.placeholder(tf.float32, [None])
    n = tf.placeholder(tf.int32, [])
    with tf.Session() as session:
        total = x + tf.constant([1.0, 2.0])
        yield refused(lambda: session.run(total, {x: [1.0, 2.0, 3.0]}))
        yield refused(lambda: session.run(tf.gather([1.0, 2.0], n), {n: 7}))
        checked = tf.debugging.assert_positive(n, message="not positive")
        with tf.control_dependencies([checked]):
            same = tf.identity(n)
        yield session.run(same, {n: 3})
        yield refused(lambda: session.run(same, {n: -3}), "not positive")


@case
def initial_values_that_are_wrong(tf):
    yield refused(lambda: tf.Variable())
    yield refused(lambda: tf.Variable(1.0, collections="v"))
    yield refused(lambda: tf.Variable([1.0, 2.0], shape=[3]))
    yield refused(lambda: tf.Variable("a", dtype=tf.float32))
    v = tf.Variable([1.0, 2.0])
    yield refused(lambda: v.assign([1.0, 2.0, 3.0]))
    yield refused(lambda: v.assign(tf.constant([1, 2])))


@case
def an_optimizer_without_gradients(tf):
    v = tf.Variable(1.0)
    x = tf.placeholder(tf.float32, [])
    optimizer = tf.train.GradientDescentOptimizer(0.1)
    yield refused(lambda: optimizer.minimize(x * 2.0), "No gradients provided for any variable")
    yield refused(lambda: optimizer.minimize(v * 2.0, var_list=[]), "No variables to optimize")
    yield refused(lambda: optimizer.apply_gradients([]), "No variables provided")
    yield refused(lambda: optimizer.apply_gradients([(None, v)]), "No gradients provided for any variable")
    yield refused(lambda: tf.train.GradientDescentOptimizer(0.1, name=""))


@case
def grad_ys_of_the_wrong_number(tf):
    x = tf.constant(1.0)
    yield refused(lambda: tf.gradients([x * x], [x], grad_ys=[1.0, 2.0]), "Passed 2 grad_ys for 1 ys")


@case
def a_default_session_of_another_graph(tf):
    other = tf.Graph()
    x = tf.constant(1.0)
    with tf.Session(graph=other):
        yield refused(lambda: x.eval(), "different from the session's graph")


@case
def a_variable_of_another_graph(tf):
    v = tf.Variable(1.0)
    with tf.Graph().as_default():
        tf.constant(1.0, name="a")
        yield refused(lambda: tf.Session().run(v))


@case
def a_session_started_twice(tf):
    with started(tf) as session:
        pass

    def run_again():
        with session:  # left again, so that its graph does not stay the default one of what follows
            return session.run(tf.constant(1.0))

    yield refused(run_again)
