"""Names of operations and scopes, finding things by them, collections."""

from tests.compat.case import case, ran, refused


@case
def names_that_are_given(tf):
    x = tf.placeholder(tf.float32, [2, 2], name="x")
    for make in (
        lambda: tf.add(x, x, name="sum"),
        lambda: tf.matmul(x, x, name="product"),
        lambda: tf.identity(x, name="same"),
        lambda: tf.reduce_mean(x, name="mean"),
        lambda: tf.nn.relu(x, name="relu"),
        lambda: tf.nn.softmax(x, name="probabilities"),
        lambda: tf.constant(1.0, name="one"),
        lambda: tf.reshape(x, [4], name="flat"),
        lambda: tf.argmax(x, 1, name="classes"),
        lambda: tf.cast(x, tf.int32, name="whole"),
        lambda: tf.concat([x, x], 0, name="both"),
        lambda: tf.stack([x, x], name="stacked"),
        lambda: tf.no_op(name="nothing"),
        lambda: tf.group(x, name="grouped"),
        lambda: tf.square(x, "squared"),
    ):
        yield make().name


@case
def names_by_default(tf):
    x = tf.placeholder(tf.float32, [2, 2])
    n = tf.constant(2)
    for made in (
        x,
        n,
        tf.add(x, x),
        x + x,
        x * x,
        x - x,
        x / x,
        x**2.0,
        -x,
        x < x,
        x @ x,
        tf.multiply(x, x),
        tf.subtract(x, x),
        tf.divide(x, x),
        tf.matmul(x, x),
        tf.square(x),
        tf.sqrt(x),
        tf.exp(x),
        tf.log(x),
        tf.tanh(x),
        tf.sigmoid(x),
        tf.reduce_sum(x),
        tf.reduce_mean(x),
        tf.reduce_max(x),
        tf.argmax(x, 1),
        tf.cast(x, tf.int32),
        tf.equal(x, x),
        tf.identity(x),
        tf.reshape(x, [4]),
        tf.transpose(x),
        tf.expand_dims(x, 0),
        tf.squeeze(x),
        tf.concat([x, x], 0),
        tf.stack([x, x]),
        tf.nn.relu(x),
        tf.nn.softmax(x),
        tf.zeros([2]),
        tf.ones([2]),
        tf.zeros_like(x),
        tf.ones_like(x),
        tf.one_hot(n, 3),
        tf.gather(x, 0),
        tf.maximum(x, x),
        tf.minimum(x, x),
        tf.pow(x, x),
        tf.abs(x),
        tf.negative(x),
        tf.logical_not(x < x),
        tf.tile(x, [1, 2]),
        tf.clip_by_value(x, 0.0, 1.0),
        tf.stop_gradient(x),
        tf.no_op(),
        tf.group(x),
        tf.random_normal([2]),
        tf.random_uniform([2]),
        tf.nn.l2_loss(x),
        tf.add_n([x, x]),
        tf.where(x < x, x, x),
    ):
        yield made.name


@case
def names_are_unique(tf):
    yield [tf.constant(1.0, name="a").name for _ in range(3)], tf.constant(1.0, name="A").name
    yield (
        [tf.placeholder(tf.float32).name for _ in range(2)],
        [tf.placeholder(tf.int32, name="x").name for _ in range(2)],
    )
    a = tf.constant(1.0, name="p_1")
    b, c = tf.constant(1.0, name="p"), tf.constant(1.0, name="p")
    yield a.name, b.name, c.name


@case
def scopes_of_names(tf):
    with tf.name_scope("a") as outer:
        x = tf.constant(1.0, name="x")
        with tf.name_scope("b") as inner:
            y = tf.add(x, x, name="y")
    with tf.name_scope("a") as again:
        z = tf.constant(1.0, name="x")
    with tf.name_scope(outer):
        w = tf.constant(1.0, name="x")
    with tf.name_scope("a"), tf.name_scope(None) as none:
        u = tf.constant(1.0, name="u")
    yield outer, inner, again, none, x.name, y.name, z.name, w.name, u.name
    with tf.name_scope(None, "default", [x]) as scope:
        yield scope, tf.constant(1.0, name="k").name
    yield refused(lambda: tf.name_scope("a b").__enter__(), "is not a valid root scope name")
    yield refused(lambda: tf.constant(1.0, name="a b"))


@case
def functions_open_scopes(tf):
    x = tf.placeholder(tf.float32, [3, 4], name="x")
    mean, variance = tf.nn.moments(x, [0])
    yield mean.name.startswith("moments/"), variance.name.startswith("moments/")
    a, b = tf.split(x, 2, axis=1)
    yield a.name, b.name
    c, d = tf.unstack(tf.ones([2, 3]), name="rows")
    yield c.name, d.name
    values, indices = tf.nn.top_k(x, 2, name="top")
    yield values.name, indices.name


@case
def things_by_name(tf):
    x = tf.placeholder(tf.float32, [2], name="x")
    y = tf.add(x, 1.0, name="s/y")
    graph = tf.get_default_graph()
    yield graph.get_tensor_by_name("x:0") is x or graph.get_tensor_by_name("x:0") == x
    yield graph.get_tensor_by_name("s/y:0").name, graph.get_operation_by_name("s/y").name, y.op.name
    yield graph.get_operation_by_name("s/y").type in ("AddV2", "Add"), graph.get_operation_by_name("x").type
    for call in (
        lambda: graph.get_tensor_by_name("x"),
        lambda: graph.get_tensor_by_name("missing"),
        lambda: graph.get_tensor_by_name("missing:0"),
        lambda: graph.get_tensor_by_name("x:1"),
        lambda: graph.get_tensor_by_name("x:a"),
        lambda: graph.get_tensor_by_name(3),
        lambda: graph.get_operation_by_name("missing"),
        lambda: graph.get_operation_by_name("x:0"),
        lambda: graph.get_operation_by_name(3),
    ):
        yield refused(call)
    yield ran(tf, graph.get_tensor_by_name("s/y:0"), {"x:0": [1.0, 2.0]})


@case
def operations_know_their_neighbours(tf):
    x = tf.placeholder(tf.float32, [2], name="x")
    y = tf.multiply(x, x, name="y")
    z = tf.identity(y, name="z")
    with tf.control_dependencies([z]):
        w = tf.no_op(name="w")
    yield [each.name for each in y.op.inputs], [each.name for each in y.op.outputs], z.op.inputs[0].op.name
    yield [each.name for each in w.control_inputs], list(w.outputs), y.op.graph is tf.get_default_graph()
    yield y.op == y.op, y.op is None, {y.op: 1}[tf.get_default_graph().get_operation_by_name("y")]
    found = [each.name for each in tf.get_default_graph().get_operations()]
    yield [each for each in found if each in ("x", "y", "z", "w")]


@case
def elements_of_the_graph(tf):
    x = tf.constant(1.0, name="x")
    v = tf.Variable(1.0, name="v")
    graph = tf.get_default_graph()
    yield (
        graph.as_graph_element("x:0").name,
        graph.as_graph_element("x").name,
        graph.as_graph_element(x) is not None,
    )
    yield (
        refused(lambda: graph.as_graph_element(3)),
        refused(lambda: graph.as_graph_element(x, allow_tensor=False)),
    )
    yield (
        graph.is_feedable(x),
        v.op.name,
        graph.unique_name("x"),
        graph.unique_name("fresh", mark_as_used=False),
    )
    yield graph.unique_name("fresh"), graph.unique_name("fresh"), graph.building_function
    graph.prevent_feeding(x)
    yield graph.is_feedable(x), refused(lambda: tf.Session().run(x, {x: 1.0}), "may not be fed")


@case
def collections_of_the_graph(tf):
    a = tf.constant(1.0, name="scope/a")
    b = tf.constant(1.0, name="b")
    tf.add_to_collection("c", a)
    tf.add_to_collection("c", b)
    tf.add_to_collection("c", 3)
    tf.add_to_collections(["c", "d"], 4)
    yield len(tf.get_collection("c")), tf.get_collection("d"), tf.get_collection("missing")
    yield (
        [each.name for each in tf.get_collection("c", "scope")],
        [each.name for each in tf.get_collection("c", "b")],
    )
    tf.get_collection("d").append(5)
    yield tf.get_collection("d")
    tf.get_collection_ref("d").append(5)
    yield tf.get_collection("d"), sorted(tf.get_default_graph().get_all_collection_keys())
    tf.get_default_graph().clear_collection("c")
    yield tf.get_collection("c")


@case
def keys_of_collections(tf):
    for key in (
        "GLOBAL_VARIABLES",
        "TRAINABLE_VARIABLES",
        "UPDATE_OPS",
        "LOSSES",
        "REGULARIZATION_LOSSES",
        "SUMMARIES",
    ):
        yield getattr(tf.GraphKeys, key)


@case
def names_of_what_optimizers_make(tf):
    w = tf.Variable([1.0, 2.0], name="w")
    loss = tf.reduce_sum(w * w)
    step = tf.train.get_or_create_global_step()
    for optimizer in (
        tf.train.GradientDescentOptimizer(0.1),
        tf.train.MomentumOptimizer(0.1, 0.9),
        tf.train.AdamOptimizer(0.1),
        tf.train.AdagradOptimizer(0.1),
        tf.train.RMSPropOptimizer(0.1),
        tf.train.AdadeltaOptimizer(0.1),
    ):
        yield optimizer.minimize(loss).name, optimizer.get_name(), optimizer.get_slot_names()
        yield [each.name for each in optimizer.variables()]
    yield [each.name for each in tf.global_variables()], [each.name for each in tf.trainable_variables()]
    yield tf.train.AdamOptimizer(0.1).minimize(loss, step, name="train").name
    with tf.name_scope("training"):
        yield tf.train.GradientDescentOptimizer(0.1).minimize(loss, step).name


@case
def a_seed_of_the_graph(tf):
    tf.set_random_seed(3)
    yield tf.get_default_graph().seed
