"""Placeholders, fetches, feeds: what a session runs and gives."""

import collections

import numpy as np

from tests.compat.case import case, ran, refused, started

Pair = collections.namedtuple("Pair", "first second")


@case
def a_placeholder_is_fed(tf):
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    y = tf.matmul(x, tf.constant([[1.0], [2.0]]))
    yield x.name, x.op.name, x.op.type, x.shape.as_list(), x.dtype.name, y.shape.as_list()
    with tf.Session() as session:
        yield session.run(y, feed_dict={x: [[1, 2], [3, 4]]}), session.run(y, {x: np.ones([1, 2])})


@case
def a_graph_def_is_imported(tf):
    graph_def = tf.GraphDef()
    for name, op, inputs in (
        ("x", "Placeholder", []),
        ("y", "Neg", ["x"]),
        ("axis", "Const", []),
        ("parts", "Split", ["axis", "y"]),
        ("sum", "AddV2", ["parts:1", "parts"]),
    ):
        node = graph_def.node.add(name=name, op=op, input=inputs)
        if op == "Placeholder":
            node.attr["dtype"].type = 1
        elif op == "Const":
            node.attr["dtype"].type = node.attr["value"].tensor.dtype = 3
            node.attr["value"].tensor.tensor_shape.SetInParent()
            node.attr["value"].tensor.int_val.append(0)
        else:
            node.attr["T"].type = 1
        if op == "Split":
            node.attr["num_split"].i = 2
    yield tf.import_graph_def(graph_def, name="in")
    total, op = tf.graph_util.import_graph_def(graph_def, return_elements=["sum:0", "sum"])
    yield total.name, op.name, [each.name for each in tf.get_default_graph().get_operations()]
    (mapped,) = tf.import_graph_def(graph_def, {"x": tf.constant([1.0, 3.0])}, ["parts:1"], name="")
    with tf.Session() as session:
        yield session.run(["in/sum:0", "in/parts:1"], {"in/x:0": [1.0, 2.0, 3.0, 4.0]}), session.run(mapped)
    yield refused(lambda: tf.import_graph_def(graph_def, {"nothing:0": total}))
    yield refused(lambda: tf.import_graph_def(graph_def, return_elements=["nothing"]))


@case
def placeholders_of_every_dtype(tf):
    for dtype, value in (
        (tf.float64, 1.5),
        (tf.int32, 3),
        (tf.int64, [1, 2]),
        (tf.bool, True),
        (tf.string, ["a"]),
    ):
        x = tf.placeholder(dtype)
        yield ran(tf, tf.identity(x), {x: value})


@case
def placeholders_without_a_shape(tf):
    x, y = tf.placeholder(tf.float32), tf.placeholder(tf.float32)
    z = tf.multiply(x, y) + 1.0
    yield z.shape.rank, z.dtype.name
    with tf.Session() as session:
        yield session.run(z, {x: 3, y: 4.5}), session.run(z, {x: [1, 3], y: [2, 4]})
        yield session.run(z, {x: np.ones([2, 2]), y: 2.0})


@case
def calls_that_need_the_rank_of_a_placeholder(tf):
    x = tf.placeholder(tf.float32)
    total, mean, last = tf.reduce_sum(x), tf.reduce_mean(x, axis=0), tf.argmax(x, -1)
    squares = tf.reduce_sum(tf.pow(x - 1.0, 2)) / 4.0
    yield total.shape.as_list(), squares.shape.as_list()
    yield ran(tf, [total, mean, last, squares], {x: [[1.0, 2.0], [4.0, 3.0]]})
    yield ran(tf, [total, mean, squares], {x: [1.0, 2.0, 4.0]})


@case
def a_placeholder_with_a_default(tf):
    x = tf.placeholder_with_default(tf.constant([1.0, 2.0]), [None], name="x")
    y = x * 2.0
    yield x.shape.as_list(), x.name, x.op.type
    with tf.Session() as session:
        yield session.run(y), session.run(y, {x: [5.0]})


@case
def intermediate_tensors_are_fed(tf):
    a, b = tf.constant(3.0), tf.constant(4.0)
    c = a + b
    d = c * 2.0
    with tf.Session() as session:
        yield (
            session.run(d),
            session.run(d, {c: 10.0}),
            session.run(d, {a: 0.0}),
            session.run([c, d], {c: 1.0}),
        )


@case
def constants_of_integers_are_fed(tf):
    n = tf.constant(3)
    m = n * n + 1
    yield ran(tf, [n, m]), ran(tf, [n, m], {n: 5})


@case
def feeds_and_fetches_by_name(tf):
    x = tf.placeholder(tf.float32, [], name="x")
    tf.identity(x * 2.0, name="y")
    with tf.Session() as session:
        yield session.run("y:0", {"x:0": 2.0}), session.run(["y:0", "y"], {"x:0": 2.0})


@case
def nests_of_fetches(tf):
    a, b = tf.constant(1.0), tf.constant([2, 3])
    v = tf.Variable(4.0)
    operation = tf.no_op()
    with started(tf) as session:
        yield session.run([a, [b, operation], (v,)])
        yield session.run({"a": a, "rest": {"b": b, "v": v}})
        yield session.run((a, b)), session.run([]), session.run({})
        found = session.run(Pair(a, [b]))
        yield type(found).__name__, found.first, found.second
        yield list(session.run(collections.OrderedDict([("z", a), ("y", b)])))


@case
def the_same_fetch_twice(tf):
    v = tf.Variable(1.0)
    add = v.assign_add(1.0)
    with started(tf) as session:
        yield session.run([add, add, add]), session.run(v)


@case
def results_are_the_callers_own(tf):
    v = tf.Variable([1.0, 2.0])
    c = tf.constant([3.0, 4.0])
    with started(tf) as session:
        for fetch in (v, c, tf.identity(v), tf.reshape(v, [2, 1])):
            session.run(fetch)[:] = 0.0
        yield session.run([v, c])
        first = session.run(v)
        session.run(v.assign_add([1.0, 1.0]))
        yield first, session.run(v)


@case
def evaluation_in_the_default_session(tf):
    x = tf.placeholder(tf.float32)
    v = tf.Variable(2.0)
    y = v * x
    with tf.Session():
        tf.global_variables_initializer().run()
        yield y.eval(feed_dict={x: 3.0}), y.eval({x: 4.0}), v.eval()
        v.assign(5.0).op.run()
        yield v.eval()
    session = tf.Session()
    session.run(v.initializer)
    yield v.eval(session), y.eval({x: 2.0}, session)
    yield refused(lambda: y.eval({x: 1.0}), "No default session is registered")
    yield refused(lambda: v.initializer.run(), "No default session is registered")


@case
def sessions_have_variables_of_their_own(tf):
    v = tf.Variable(1.0)
    add = v.assign_add(1.0)
    with started(tf) as first, started(tf) as second:
        yield first.run(add), first.run(add), second.run(add), first.run(v)


@case
def graphs_are_apart(tf):
    first, second = tf.Graph(), tf.Graph()
    with first.as_default():
        a = tf.constant(1.0, name="a")
    with second.as_default():
        b = tf.constant(2.0, name="a")
        yield tf.get_default_graph() is second, b.graph is second, a.graph is first
    yield a.name, b.name
    yield tf.Session(graph=first).run(a), tf.Session(graph=second).run(b)
    yield refused(lambda: tf.Session(graph=first).run(b), "is not an element of this graph")
    with first.as_default():
        yield refused(lambda: a + b, "must be from the same graph")


@case
def the_session_makes_its_graph_the_default_one(tf):
    graph = tf.Graph()
    with tf.Session(graph=graph) as session:
        yield tf.get_default_graph() is graph, tf.get_default_session() is session
        yield session.run(tf.constant(3) + 4), session.graph is graph
    yield tf.get_default_session() is None, tf.get_default_graph() is graph


@case
def an_interactive_session(tf):
    session = tf.InteractiveSession()
    x = tf.constant([1.0, 2.0])
    yield x.eval(), (x * 2.0).eval(), tf.get_default_session() is session
    session.close()
    yield tf.get_default_session() is None


@case
def a_callable_of_fetches(tf):
    x, y = tf.placeholder(tf.float32, []), tf.placeholder(tf.float32, [])
    call = tf.Session().make_callable(x - y, [x, y])
    yield call(5.0, 2.0), call(1.0, 1.0)


@case
def a_configuration_is_accepted(tf):
    config = tf.ConfigProto(allow_soft_placement=True, intra_op_parallelism_threads=1)
    config.gpu_options.allow_growth = True
    with tf.Session(config=config) as session:
        yield session.run(tf.constant(1.0)), config.allow_soft_placement


@case
def shapes_that_are_known_when_it_runs(tf):
    x = tf.placeholder(tf.float32, [None, 3])
    flat = tf.reshape(x, [tf.shape(x)[0] * 3])
    yield flat.shape.as_list(), tf.reshape(x, [-1, 1]).shape.as_list(), tf.shape(x).shape.as_list()
    with tf.Session() as session:
        for rows in (1, 4):
            yield session.run([flat, tf.shape(flat), tf.size(x)], {x: np.ones([rows, 3])})


@case
def labels_and_logits_from_two_placeholders(tf):
    logits, labels = tf.placeholder(tf.float32, [None, 3]), tf.placeholder(tf.int32, [None])
    loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
    right = tf.equal(tf.argmax(logits, 1), tf.cast(labels, tf.int64))
    accuracy = tf.reduce_mean(tf.cast(right, tf.float32))
    yield loss.shape.as_list(), accuracy.shape.as_list()
    feed = {logits: [[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]], labels: [2, 1]}
    yield ran(tf, [loss, accuracy], feed)


@case
def strings_and_bytes(tf):
    x = tf.placeholder(tf.string, [None])
    y = tf.strings.join([x, "!"])
    yield ran(tf, y, {x: ["a", "bc"]}), ran(tf, tf.constant("text")), ran(tf, tf.constant(["a", "b"]))


@case
def indexed_slices_and_sparse_tensors(tf):
    table = tf.Variable([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    (g,) = tf.gradients(tf.reduce_sum(tf.gather(table, [0, 2, 0])), [table])
    yield type(g).__name__
    found = ran(tf, g)
    yield type(found).__name__, found.values, found.indices, found.dense_shape
    sparse = tf.SparseTensor([[0, 1]], [2.0], [2, 2])
    found = ran(tf, sparse)
    yield type(found).__name__, found.indices, found.values, found.dense_shape


@case
def eager_execution_is_off_in_graphs(tf):
    yield tf.executing_eagerly()
    with tf.Graph().as_default():
        yield tf.executing_eagerly()


@case
def tensors_of_a_graph_are_keys(tf):
    a, b = tf.constant(1.0), tf.constant(1.0)
    yield {a: "a", b: "b"}[a], a == a, a == b, a != b, a in [b, a], len({a, b, a})
    v = tf.Variable(1.0)
    yield {v: 1}[v], v == v, v in [v]


@case
def shapes_that_python_says(tf):
    x = tf.placeholder(tf.float32)
    v = tf.Variable(1.0)
    y = tf.py_func(lambda a: a * 2.0, [x], tf.float32)
    z = y * 2.0 + v
    step = v.assign_add(tf.reduce_sum(z))
    with started(tf) as session:
        yield session.run([z, y], {x: [1.0, 2.0]}), session.run(z, {x: [[3.0]]})
        yield session.run(step, {x: [1.0]}), session.run(v)
    with tf.Session() as session:
        yield refused(lambda: session.run(z, {x: 1.0}))


@case
def sizes_that_are_computed(tf):
    x = tf.placeholder(tf.float32, [None, 2])
    n = tf.shape(x)[0]
    made = [tf.zeros(tf.stack([n, 3])), tf.range(n), tf.fill([n], 2.0), tf.squeeze(tf.reduce_sum(x, 1))]
    yield [each.shape.as_list() for each in made[:3]], ran(tf, made, {x: [[1.0, 2.0], [3.0, 4.0]]})


@case
def a_regression_without_shapes(tf):
    x, y = tf.placeholder(tf.float32), tf.placeholder(tf.float32)
    w = tf.Variable(tf.ones([2, 1]))
    loss = tf.reduce_mean(tf.square(tf.matmul(x, w) - y))
    step = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
    feed = {x: [[1.0, 2.0], [3.0, 4.0]], y: [[1.0], [2.0]]}
    with started(tf) as session:
        yield session.run([step, loss], feed), session.run(w)
