"""Order, choices, loops, random numbers, functions of TensorFlow 2 in graphs."""

import numpy as np

from tests.compat.case import case, ran, refused, started


@case
def reads_after_assignments(tf):
    v = tf.Variable(1.0)
    with tf.control_dependencies([v.assign(5.0)]):
        after = v.read_value()
        also = tf.identity(v)
    with started(tf) as session:
        yield session.run(after), session.run(also), session.run(v)


@case
def one_after_the_other(tf):
    v = tf.Variable(1.0)
    first = v.assign_add(1.0)
    with tf.control_dependencies([first]):
        second = v.assign(v * 10.0)
    with tf.control_dependencies([second]):
        third = v.assign_sub(3.0)
    with started(tf) as session:
        yield session.run(third), session.run(v)


@case
def groups(tf):
    a, b = tf.Variable(1.0), tf.Variable(2.0)
    both = tf.group(a.assign_add(1.0), [b.assign_add(1.0)], name="both")
    yield both.name, both.type, both.outputs == [] or list(both.outputs)
    with started(tf) as session:
        yield session.run(both), session.run([a, b])
        yield session.run(tf.group()), session.run(tf.no_op())
    yield refused(lambda: tf.group(3)), refused(lambda: tf.group(a, what=1))


@case
def tensors_that_wait_for_each_other(tf):
    v = tf.Variable(1.0)
    x = tf.constant(2.0)
    y, nothing, z = tf.tuple([x, None, v.assign_add(1.0)])
    with started(tf) as session:
        yield session.run(y), session.run(v), nothing, z.shape.as_list()


@case
def constants_wait_too(tf):
    v = tf.Variable(1.0)
    with tf.control_dependencies([v.assign_add(1.0)]):
        c = tf.constant(7.0)
        n = tf.no_op()
    with started(tf) as session:
        yield session.run(c), session.run(v), session.run(n), session.run(v)


@case
def dependencies_are_left_out(tf):
    v = tf.Variable(1.0)
    with tf.control_dependencies([v.assign_add(1.0)]):
        with tf.control_dependencies(None):
            free = tf.identity(3.0)
        bound = tf.identity(4.0)
    with started(tf) as session:
        yield session.run(free), session.run(v), session.run(bound), session.run(v)
    yield refused(lambda: tf.control_dependencies([3]).__enter__())


@case
def only_what_is_needed_runs(tf):
    calls = []

    def seen(x):
        calls.append(float(x))
        return x

    x = tf.placeholder(tf.float32, [])
    y = tf.py_func(seen, [x], tf.float32)
    y.set_shape([])
    z = x + 1.0
    w = y * y
    with tf.Session() as session:
        session.run(z, {x: 1.0})
        yield list(calls)
        yield session.run([w, y, w], {x: 2.0}), list(calls)
        session.run(w, {y: 5.0})
        yield list(calls)


@case
def choices(tf):
    x = tf.placeholder(tf.float32, [])
    y = tf.cond(x > 0.0, lambda: x * 2.0, lambda: x - 1.0)
    z = tf.cond(tf.less(x, 0.0), true_fn=lambda: [x, x + 1.0], false_fn=lambda: [x, x])
    for value in (3.0, -3.0):
        yield ran(tf, [y, z], {x: value})
    yield refused(lambda: tf.cond(True, lambda: x, lambda: x)), refused(lambda: tf.cond(x > 0.0, x, x))
    w = tf.case(
        [(x > 1.0, lambda: tf.constant(1)), (x > 0.0, lambda: tf.constant(2))], default=lambda: tf.constant(3)
    )
    yield [ran(tf, w, {x: value}) for value in (2.0, 0.5, -1.0)]


@case
def assignments_in_branches(tf):
    v = tf.Variable(1.0)
    flag = tf.placeholder(tf.bool, [])
    result = tf.cond(flag, lambda: v.assign_add(10.0), lambda: tf.identity(v))
    with started(tf) as session:
        yield session.run(result, {flag: False}), session.run(v)
        yield session.run(result, {flag: True}), session.run(v)


@case
def operations_in_branches(tf):
    v = tf.Variable(1.0)
    flag = tf.placeholder(tf.bool, [])
    step = tf.cond(flag, lambda: tf.group(v.assign(5.0)), lambda: tf.no_op())
    with started(tf) as session:
        session.run(step, {flag: False})
        yield session.run(v)
        session.run(step, {flag: True})
        yield session.run(v)


@case
def loops(tf):
    n = tf.placeholder(tf.int32, [])
    i, total = tf.while_loop(lambda i, s: i < n, lambda i, s: [i + 1, s + i], [0, 0])
    single = tf.while_loop(lambda i: i < n, lambda i: i + 2, [tf.constant(0)])
    kept = tf.while_loop(lambda i: i < n, lambda i: i + 2, [tf.constant(0)], return_same_structure=True)
    at_most = tf.while_loop(lambda i: i < n, lambda i: i + 1, [0], maximum_iterations=3)
    yield type(kept).__name__
    yield ran(tf, [i, total, single, kept, at_most], {n: 5}), ran(tf, [i, total], {n: 0})
    yield refused(lambda: tf.while_loop(1, 2, [n]))


@case
def loops_whose_shapes_change(tf):
    n = tf.constant(3)
    _, grown = tf.while_loop(
        lambda i, x: i < n,
        lambda i, x: [i + 1, tf.concat([x, x], 0)],
        [tf.constant(0), tf.ones([1])],
        shape_invariants=[n.get_shape(), tf.TensorShape([None])],
    )
    yield grown.shape.as_list(), ran(tf, grown)


@case
def functions_of_rows(tf):
    x = tf.placeholder(tf.float32, [None, 2])
    doubled = tf.map_fn(lambda row: row * 2.0, x)
    total = tf.foldl(lambda a, row: a + row, x)
    sums = tf.scan(lambda a, row: a + row, x)
    yield ran(tf, [doubled, total, sums], {x: [[1.0, 2.0], [3.0, 4.0]]})


@case
def random_numbers_are_drawn_in_each_run(tf):
    x = tf.random_normal([4])
    y = x + 0.0
    with tf.Session() as session:
        a, b = session.run([x, y])
        c = session.run(x)
        yield np.array_equal(a, b), np.array_equal(a, c)


@case
def seeded_numbers_begin_anew_in_each_session(tf):
    x = tf.random_uniform([3], seed=5)
    y = tf.random_normal([3], seed=5)
    z = tf.random_uniform([3], seed=5)
    n = tf.random_uniform([3], 0, 100, tf.int32, seed=7)
    for _ in range(2):
        with tf.Session() as session:
            yield session.run(x), session.run(x), session.run([y, z, n])


@case
def seeds_of_the_graph_and_of_the_operation(tf):
    tf.set_random_seed(11)
    x = tf.random_uniform([3], seed=5)
    y = tf.truncated_normal([3], seed=6)
    yield ran(tf, [x, y])


@case
def the_seed_of_the_graph_alone(tf):
    tf.set_random_seed(11)
    tf.nn.moments(tf.ones([3, 2]), [0])
    x = tf.random_uniform([3])
    y = tf.random_uniform([3], seed=2)
    z = tf.random_normal([3])
    v = tf.get_variable("v", [2, 3])
    w = tf.cond(tf.constant(True), lambda: tf.random_uniform([1]), lambda: tf.zeros([1]))
    with started(tf) as session:
        yield session.run([x, y, z, v, w]), session.run([x, z, v, w])


@case
def dropout_in_a_graph(tf):
    keep = tf.placeholder(tf.float32, [])
    x = tf.ones([1000])
    y = tf.nn.dropout(x, keep_prob=keep)
    with tf.Session() as session:
        yield session.run(y, {keep: 1.0}).sum(), 300 < (session.run(y, {keep: 0.5}) == 0.0).sum() < 700
        yield sorted(set(session.run(y, {keep: 0.5}).tolist()))


@case
def functions_of_tensorflow_2(tf):
    @tf.function
    def square(x):
        return x * x

    x = tf.placeholder(tf.float32, [2])
    y = square(x) + square(x + 1.0)
    (g,) = tf.gradients(y, [x])
    yield y.shape.as_list(), ran(tf, [y, g], {x: [1.0, 2.0]})


@case
def functions_of_tensorflow_2_that_assign(tf):
    v = tf.Variable(1.0)

    @tf.function
    def bump(x):
        v.assign_add(x)
        return x * 2.0

    y = bump(tf.constant(3.0))
    with started(tf) as session:
        yield session.run(y), session.run(v), session.run(y), session.run(v)


@case
def printing_in_a_graph(tf):
    x = tf.placeholder(tf.float32, [])
    y = tf.Print(x, [x], "x is ")
    operation = tf.print("the value:", x)
    with tf.control_dependencies([operation]):
        z = x * 2.0
    yield y.dtype.name, y.shape.as_list(), ran(tf, [y, z], {x: 2.0})


@case
def assertions_in_a_graph(tf):
    x = tf.placeholder(tf.float32, [])
    with tf.control_dependencies([tf.Assert(x > 0.0, [x])]):
        y = tf.sqrt(x)
    with tf.Session() as session:
        yield session.run(y, {x: 4.0}), refused(lambda: session.run(y, {x: -4.0}))
