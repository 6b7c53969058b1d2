"""Tensors among Python's and NumPy's own: protocols, conversions, mixed arithmetic."""

import copy
import operator
import pickle

import numpy as np

from tests.guides.program import attempt


def numpy_functions_on_tensors(tf):
    x, n = tf.constant([[1.0, 2.0], [3.0, 4.0]]), tf.constant([1, 2, 3])
    for function in (
        np.sum,
        np.mean,
        np.max,
        np.argmax,
        np.sort,
        np.transpose,
        np.ravel,
        np.shape,
        np.size,
        np.isnan,
    ):
        print(function.__name__, repr(function(x)))
    print(
        repr(np.dot(x, x)),
        repr(np.concatenate([x, x])),
        repr(np.stack([n, n])),
        np.allclose(x, x),
        np.array_equal(n, [1, 2, 3]),
    )
    print(
        repr(np.where(n > 1, n, 0)),
        repr(np.clip(x, 1, 2)),
        repr(np.einsum("ij->i", x)),
        repr(np.linalg.norm(x)),
    )


def mixed_arithmetic(tf):
    x, n, v = tf.constant([[1.0, 2.0], [3.0, 4.0]]), tf.constant([1, 2, 3]), tf.Variable([1.0, 2.0, 3.0])
    print(
        repr(np.float64(2) * x),
        repr(x * np.int64(3)),
        repr(np.array([1, 2, 3]) + n),
        repr(n + np.array([1, 2, 3])),
    )
    print(
        repr(np.eye(2, dtype=np.float32) @ x),
        repr(np.ones(3, np.float32) * v),
        repr(v * np.ones(3)),
        repr(np.array([1, 2, 3]) == n),
    )
    attempt(lambda: n + np.array([1.5, 2.5, 3.5]))
    attempt(lambda: n * np.float32(1.5))
    print(repr([10, 20, 30] + n), repr((1.0, 2.0) * x))


def arrays_of_tensors(tf):
    i, v = tf.constant(1), tf.Variable([1.0, 2.0])
    print(
        repr(np.array([i, i])),
        repr(np.array([v, v])),
        np.zeros(i),
        np.arange(5)[tf.constant([0, 2])],
        np.ones(3)[i],
    )
    print(
        np.arange(3)[tf.constant([1, 2, 3]) > 1],
        repr(np.asarray(v, dtype=np.float64)),
        np.asarray(tf.constant(["a"])),
    )


def python_protocols(tf):
    i, x, n = tf.constant(3), tf.constant([[1.5, 2.5]]), tf.constant([3, 1, 2])
    print(
        int(i),
        float(i),
        complex(i),
        operator.index(i),
        list(range(i)),
        [*n],
        sum(n),
        max(n),
        min(n),
    )
    print(
        [int(each) for each in sorted(n)],
        next(zip(n, "abc", strict=True)),
        tuple(n)[1],
        pow(i, 2),
        dict(enumerate(n))[2],
    )
    print(
        list(map(float, x[0])),
        f"{x[0, 0]:.2f}",
        f"{i:>5}",
        f"{i:05d}",
        f"{tf.constant(0.5):.0%}",
        f"{tf.constant(1e6):,.0f}",
    )
    attempt(lambda: float(x))
    attempt(lambda: {n})


def copies_and_pickles(tf):
    x = tf.constant([[1.0, 2.0]])
    v = tf.Variable([1.0, 2.0], name="kept")
    print(copy.copy(x), copy.deepcopy(x))
    again = copy.deepcopy(v)
    again.assign([5.0, 6.0])
    print(v.numpy(), again.numpy(), again.name)
    print(pickle.loads(pickle.dumps(x)))
    print([each.numpy() for each in copy.deepcopy([v, x])])


def made_of_numpy_values(tf):
    for value in (
        np.float64(1),
        np.int64(2),
        np.bool_(True),
        np.str_("a"),
        np.array(5),
        np.float16(1.5),
        np.complex64(1j),
    ):
        print(repr(tf.constant(value)))
    print(
        repr(tf.constant(np.ones((2, 3)).T)),
        repr(tf.constant(np.arange(3.0)[::-1])),
        repr(tf.constant(np.array(["a", "bc"]))),
    )
    print(repr(tf.constant([np.float64(1), 2])), repr(tf.constant([np.array([1, 2]), np.array([3, 4])])))
    attempt(lambda: tf.constant(np.array([1, "a"], dtype=object)))
    attempt(lambda: tf.constant(np.array([object()])))
    attempt(lambda: tf.constant(np.datetime64("2020-01-01")))


def shapes_from_everywhere(tf):
    x, w = tf.zeros([2, 3]), tf.Variable(2)
    print(
        tf.ones([w, w]),
        tf.zeros(tf.shape(x)).shape,
        tf.reshape(x, [tf.shape(x)[1], -1]).shape,
        tf.fill(x.shape, 1),
    )
    print(
        tf.reshape(x, tf.TensorShape([6])).shape,
        tf.range(w),
        tf.zeros(np.array([1, 2])),
        tf.ones((tf.constant(1), 2)),
    )
    print(tf.broadcast_to(1.0, x.shape), tf.tile([1], [w]), tf.zeros(x.shape[1:]))


def nests(tf):
    structure = {"b": tf.constant(1), "a": [tf.constant(2), (tf.constant(3),)]}
    print(tf.nest.flatten(structure), tf.nest.map_structure(lambda each: each * 10, structure))
    print(tf.nest.pack_sequence_as([1, [2]], [3, 4]), tf.nest.is_nested(structure))
    attempt(lambda: tf.nest.assert_same_structure([1], [[1]]))
    attempt(lambda: tf.nest.pack_sequence_as([1], [3, 4]))


def checks(tf):
    n = tf.constant([1, 2, 3])
    tf.debugging.assert_equal(n, [1, 2, 3])
    tf.debugging.assert_shapes([(n, ("N",)), (tf.zeros([3, 2]), ("N", 2))])
    attempt(lambda: tf.debugging.assert_equal(n, [1, 2, 4], message="unequal"), "unequal")
    attempt(lambda: tf.debugging.assert_less(n, 2))
    attempt(lambda: tf.debugging.assert_rank(n, 2))
    attempt(lambda: tf.debugging.assert_near(1.0, 1.1))
    attempt(lambda: tf.debugging.check_numerics(tf.constant([1.0, np.nan]), "found"), "found")
    attempt(lambda: tf.Assert(tf.reduce_all(n > 2), [n]))
    attempt(lambda: tf.ensure_shape(n, [None, 3]))


def errors_can_be_caught(tf):
    try:
        tf.matmul(tf.zeros([2, 3]), tf.zeros([2, 3]))
    except tf.errors.InvalidArgumentError as error:
        print(
            type(error).__name__,
            isinstance(error, tf.errors.OpError),
            "Matrix size-incompatible" in error.message,
        )
        print(error.error_code, error.op)
    try:
        tf.constant(1) + tf.constant(1.0)
    except (TypeError, tf.errors.InvalidArgumentError) as error:
        print(type(error).__name__)


def subgradients_at_corners(tf):
    v = tf.Variable([0.0, 0.0, 1.0])
    with tf.GradientTape(persistent=True) as tape:
        corners = [
            tf.abs(v),
            tf.nn.relu(v),
            tf.maximum(v, 0.0),
            tf.minimum(v, 0.0),
            tf.maximum(v, v),
            tf.reduce_max(v * 0.0),
            tf.clip_by_value(v, 0.0, 1.0),
            v**0,
            tf.norm(v * 0.0),
            tf.reduce_prod(v),
            v % 2.0,
            tf.sign(v),
            tf.sort(v),
            tf.nn.top_k(v, 2).values,
            tf.where(v > 0.0, v, 1.0),
            tf.nn.leaky_relu(v),
            tf.nn.elu(v),
            tf.nn.relu6(v),
            tf.sqrt(v),
        ]
    for y in corners:
        print(repr(tape.gradient(y, v)))


def devices(tf):
    with tf.device("CPU:0"):
        a = tf.Variable([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
        b = tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
        c = tf.matmul(a, b)
    print(c, c.device.endswith("CPU:0"), a.device == c.device)
