"""Variables: making, assigning, snapshots, placement, scattering."""

import numpy as np

from tests.guides.program import attempt


def creating(tf):
    my_tensor = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    my_variable = tf.Variable(my_tensor)
    flags = tf.Variable([False, False, False, True])
    complex_variable = tf.Variable([5 + 4j, 6 + 1j])
    for each in (my_variable, flags, complex_variable, tf.Variable("text"), tf.Variable(3), tf.Variable(())):
        print(each)
        print(str(each), repr(each))
        print("Shape: ", each.shape, "DType: ", each.dtype, "As NumPy: ", each.numpy())


def like_a_tensor(tf):
    v = tf.Variable([[1.0, 2.0], [3.0, 4.0]])
    print("A variable:", v)
    print("Viewed as a tensor:", tf.convert_to_tensor(v))
    print("Index of highest value:", tf.math.argmax(v))
    print("Copying and reshaping: ", tf.reshape(v, [1, 4]))
    print(v + 1, v @ v, v[0], v[0, 1], v[:, 1], -v, v > 2.0, v == v, 1 - v, v**2, v / 2, abs(v))
    print([*v], tf.reduce_sum(v), v.read_value(), v.value(), np.array(v))
    attempt(lambda: len(v))
    attempt(lambda: len(tf.Variable(1.0)))


def assigning(tf):
    a = tf.Variable([2.0, 3.0])
    a.assign([1, 2])
    print(a)
    attempt(lambda: a.assign([1.0, 2.0, 3.0]), "Cannot assign value to variable")
    print(a.assign_add([2, 3]).numpy(), a.assign_sub([7.0, 9.0]).numpy(), a)
    print(a.assign([5.0, 6.0], read_value=False), a.assign(tf.constant([0.5, 0.5])).numpy())
    attempt(lambda: a.assign(tf.constant([1, 2])))
    attempt(lambda: a.assign("x"))
    attempt(lambda: a.assign_add(tf.constant([1.0], tf.float64)))
    attempt(lambda: tf.Variable([1, 2]).assign([1.5, 2.5]))
    print(a.numpy())


def copies_do_not_share(tf):
    a = tf.Variable([2.0, 3.0])
    b = tf.Variable(a)
    a.assign([5, 6])
    print(a.numpy(), b.numpy())
    print(a.assign_add([2, 3]).numpy())
    print(a.assign_sub([7, 9]).numpy())
    source = np.array([1.0, 2.0])
    c = tf.Variable(source)
    source[:] = 9.0
    print(c.numpy())


def reads_are_snapshots(tf):
    v = tf.Variable([1.0, 2.0])
    before = v.read_value()
    doubled = v * 2
    also = tf.convert_to_tensor(v)
    array = v.numpy()
    v.assign_add([10.0, 10.0])
    v[0].assign(100.0)
    print(before, doubled, also, array, v.numpy())


def augmented_assignment_is_refused(tf):
    v = tf.Variable(1.0)

    def add():
        w = v
        w += 1.0

    def multiply():
        w = v
        w *= 2.0

    attempt(add, "`variable += value` with `tf.Variable`s is not supported")
    attempt(multiply)
    print(v.numpy())


def names(tf):
    a = tf.Variable([1.0, 2.0], name="Mark")
    b = tf.Variable(a + 1, name="Mark")
    print(a, b, a == b, a.name, b.name)
    with tf.name_scope("outer"):
        c = tf.Variable(1.0, name="inner")
        print(c.name, tf.Variable(1.0).name)
        with tf.name_scope("deep") as scope:
            print(scope, tf.Variable(0, name="leaf").name)


def trainable(tf):
    step = tf.Variable(1, trainable=False)
    print(step.trainable, tf.Variable(1).trainable, tf.Variable(1.0).trainable, step)
    with tf.GradientTape() as tape:
        y = tf.Variable(2.0, trainable=False) * tf.Variable(3.0)
    print([v.numpy() for v in tape.watched_variables()], y)


def dtype_and_shape_arguments(tf):
    print(tf.Variable(1, dtype=tf.float64), tf.Variable([1, 2], dtype="float16"))
    loose = tf.Variable([1.0], shape=tf.TensorShape([None]))
    loose.assign([1.0, 2.0, 3.0])
    print(loose.shape, loose.numpy())
    free = tf.Variable(1.0, shape=tf.TensorShape(None))
    free.assign([[1.0, 2.0]])
    print(free.shape, free, tf.shape(free))
    attempt(lambda: loose.assign([[1.0]]))
    attempt(lambda: tf.Variable([1.0, 2.0], shape=[3]))
    attempt(lambda: tf.Variable(), "initial_value")
    attempt(lambda: tf.Variable(None))
    attempt(lambda: tf.Variable(1.5, dtype=tf.int32))


def initial_value_by_a_function(tf):
    v = tf.Variable(lambda: tf.ones([2]) * 3)
    w = tf.Variable(initial_value=tf.zeros_initializer()([2, 2]), name="w")
    print(v, w, tf.Variable(tf.ones_initializer()([2], dtype=tf.int32)))


def scattering(tf):
    v = tf.Variable([1.0, 2.0, 3.0, 4.0])
    v.scatter_nd_update([[0], [2]], [10.0, 30.0])
    print(v.numpy())
    v.scatter_nd_add([[3]], [1.0])
    v.scatter_nd_sub([[3], [3]], [1.0, 1.0])
    print(v.numpy())
    v.scatter_update(tf.IndexedSlices(tf.constant([0.0]), tf.constant([1])))
    v.scatter_add(tf.IndexedSlices(tf.constant([5.0, 5.0]), tf.constant([1, 1])))
    print(v.numpy(), v.sparse_read([0, 3]), v.gather_nd([[1]]))
    attempt(lambda: v.scatter_nd_update([[4]], [1.0]))


def slice_assignment(tf):
    v = tf.Variable(tf.zeros([3, 3]))
    v[1].assign([1.0, 2.0, 3.0])
    v[:, 2].assign(tf.constant([7.0, 8.0, 9.0]))
    v[0, 0].assign(5.0)
    print(v.numpy())

    def set_item():
        v[0] = 1.0

    attempt(set_item, "object does not support item assignment")
    attempt(lambda: v[0].assign([1.0, 2.0]))


def identity_and_hash(tf):
    v = tf.Variable(1.0)
    print({v.ref(): "a"}[v.ref()], v.ref().deref() is v)
    attempt(lambda: hash(v), "Variable is unhashable")
    attempt(lambda: {v: 1})
    print(bool(v), float(v), int(tf.Variable(3)), f"{v.numpy():.2f}")
    attempt(lambda: f"{v:.2f}")
    print(v.device.endswith("CPU:0"), v.get_shape(), v.shape.rank)


def counting(tf):
    step = tf.Variable(0, dtype=tf.int64, trainable=False)
    for _ in range(3):
        step.assign_add(1)
    print(step, step.numpy(), int(step))
    total = tf.Variable(0.0)
    for value in tf.constant([1.0, 2.0, 3.5]):
        total.assign_add(value)
        print(total.numpy(), end=" ")
    print(tf.Variable(5).assign_sub(2).numpy(), step + 1)


def deferred_use_in_functions(tf):
    weights = [tf.Variable(tf.ones([2, 2]) * i, name=f"w{i}") for i in range(3)]
    print(
        tf.add_n(weights),
        tf.stack(weights).shape,
        tf.concat(weights, 0).shape,
        tf.nest.map_structure(tf.reduce_sum, weights),
    )
    print(
        tf.where(weights[1] > 0.0, weights[1], weights[2]),
        tf.squeeze(weights[0]),
        tf.cast(weights[2], tf.int32),
    )
    v = tf.Variable([1.0, 2.0])
    print(
        np.sum(v),
        np.array([1.0, 1.0], np.float32) * v,
        v * np.float32(2),
        tf.math.reduce_std(v),
        max(v),
        sum(v),
    )
