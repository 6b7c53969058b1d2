"""Slicing, gathering and scattering."""

from tests.guides.program import attempt


def slice_function(tf):
    t1 = tf.constant([0, 1, 2, 3, 4, 5, 6, 7])
    print(tf.slice(t1, begin=[1], size=[3]))
    print(t1[1:4], t1[-3:])
    t2 = tf.constant([[0, 1, 2, 3, 4], [5, 6, 7, 8, 9], [10, 11, 12, 13, 14], [15, 16, 17, 18, 19]])
    print(t2[:-1, 1:3])
    t3 = tf.reshape(tf.range(1, 33, 2), [4, 2, 2])
    print(tf.slice(t3, begin=[1, 1, 0], size=[1, 1, 2]))
    print(tf.slice(t3, [0, 0, 1], [-1, 1, 1]))
    attempt(lambda: tf.slice(t1, [6], [4]))
    attempt(lambda: tf.slice(t1, [0, 0], [1, 1]))


def strided(tf):
    t = tf.reshape(tf.range(24), [2, 3, 4])
    print(t[0, ::2, ::-1], t[..., -1], t[:, tf.newaxis, 1].shape, t[1:, 2:0:-1, 1:3])
    print(tf.strided_slice(t, [0, 0, 0], [2, 3, 4], [1, 2, 3]))
    i = tf.constant(1)
    print(t[i, i:, : i + 1], t[i][i][i])
    print(t[5:], t[0:0].shape)
    attempt(lambda: t[..., ..., 0])
    attempt(lambda: t[::0], "strides[0] must be non-zero")
    attempt(lambda: t[2])


def gathering(tf):
    t1 = tf.constant([0, 1, 2, 3, 4, 5, 6, 7])
    print(tf.gather(t1, indices=[0, 3, 6]), t1[::3])
    alphabet = tf.constant(list("abcdefghijklmnopqrstuvwxyz"))
    print(tf.gather(alphabet, indices=[2, 0, 19, 18]))
    t = tf.reshape(tf.range(20), [4, 5])
    print(tf.gather(t, [3, 0]), tf.gather(t, [4, 1], axis=1), tf.gather(t, [[0, 1], [2, 3]]).shape)
    print(tf.gather(t, [[0, 1], [4, 4], [2, 3], [0, 0]], batch_dims=1, axis=1))
    attempt(lambda: tf.gather(t, [4]), "indices[0] = 4 is not in [0, 4)")
    attempt(lambda: tf.gather(t, [-1]))
    attempt(lambda: tf.gather(t, [0.5]))


def gathering_points(tf):
    t4 = tf.constant([[0, 5], [1, 6], [2, 7], [3, 8], [4, 9]])
    print(tf.gather_nd(t4, indices=[[2], [3], [0]]))
    t5 = tf.reshape(tf.range(18), [2, 3, 3])
    print(tf.gather_nd(t5, indices=[[0, 0, 0], [1, 2, 1]]))
    print(tf.gather_nd(t5, indices=[[[0, 0], [0, 2]], [[1, 0], [1, 2]]]))
    print(tf.gather_nd(t5, [[[0, 1]], [[2, 2]]], batch_dims=1))
    attempt(lambda: tf.gather_nd(t5, [[2, 0]]), "does not index into param shape")


def scattering(tf):
    t6 = tf.constant([10])
    indices = tf.constant([[1], [3], [5], [7], [9]])
    data = tf.constant([2, 4, 6, 8, 10])
    print(tf.scatter_nd(indices=indices, updates=data, shape=t6))
    t7 = tf.constant([[0, 1], [2, 3], [4, 5]])
    new = tf.scatter_nd([[0, 0], [2, 1]], tf.gather_nd(t7, [[0, 1], [1, 0]]), [3, 2])
    print(new)
    print(tf.scatter_nd([[1], [1]], [[1, 2], [10, 20]], [3, 2]))
    attempt(lambda: tf.scatter_nd([[5]], [1], [3]))
    attempt(lambda: tf.scatter_nd([[0]], [1, 2], [3]))


def scattering_into_tensors(tf):
    t = tf.constant([[0, 1, 2], [3, 4, 5]])
    where = [[0, 1], [1, 2]]
    print(tf.tensor_scatter_nd_update(t, where, [-1, -2]), tf.tensor_scatter_nd_add(t, where, [10, 20]))
    print(tf.tensor_scatter_nd_sub(t, where, [10, 20]), tf.tensor_scatter_nd_max(t, where, [3, 3]))
    print(
        tf.tensor_scatter_nd_min(t, [[0]], [[-1, 5, 1]]), tf.tensor_scatter_nd_update(t, [[1]], [[7, 8, 9]])
    )
    attempt(lambda: tf.tensor_scatter_nd_update(t, [[2, 0]], [1]))
    attempt(lambda: tf.tensor_scatter_nd_update(t, [[0, 0]], [1.5]))


def masks(tf):
    t = tf.constant([[1.0, -2.0], [-3.0, 4.0]])
    print(
        tf.boolean_mask(t, t > 0),
        t[t > 0],
        tf.boolean_mask(t, [True, False]),
        tf.boolean_mask(t, [True, False], axis=1),
    )
    print(
        tf.where(t > 0),
        tf.where(t > 0, t, tf.zeros_like(t)),
        tf.where(t > 0, t, 0.0),
        tf.sequence_mask([1, 3]),
    )
    attempt(lambda: tf.boolean_mask(t, [True]))
    print(tf.math.count_nonzero(t > 0), tf.reduce_any(t > 3), tf.reduce_all(t > 3, axis=1))


def gradients_through_slices(tf):
    x = tf.Variable(tf.reshape(tf.range(12.0), [3, 4]))
    with tf.GradientTape(persistent=True) as tape:
        row, part = x[1], x[::2, 1:3]
        picked = tf.gather(x, [0, 0, 2], axis=1)
        points = tf.gather_nd(x, [[0, 1], [2, 3], [0, 1]])
        masked = tf.boolean_mask(x, x > 5.0)
        put = tf.tensor_scatter_nd_update(x, [[0, 0]], [0.0])
    for each in (row, part, picked, points, masked, put):
        print(tape.gradient(each, x))
    rows = tape.gradient(tf.constant(0.0), x)
    print(rows)


def gather_rows_gives_indexed_slices(tf):
    table = tf.Variable([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(tf.gather(table, [2, 0, 2]) ** 2)
    gradient = tape.gradient(y, table)
    print(type(gradient).__name__, gradient.dense_shape)
    print(tf.convert_to_tensor(gradient), gradient.indices, gradient.values)
    print(gradient)
    table.assign_sub(0.5 * gradient) if False else table.scatter_sub(gradient)
    print(table.numpy())


def stacking_windows(tf):
    series = tf.range(10)
    windows = tf.stack([series[i : i + 4] for i in range(0, 7, 2)])
    print(windows, windows[:, :-1], windows[:, -1])
    print(
        tf.map_fn(lambda row: tf.reduce_sum(row), windows),
        tf.vectorized_map(lambda row: row * row[0], windows),
    )
    print(
        tf.dynamic_partition(series, tf.cast(series % 3, tf.int32), 3),
        tf.dynamic_stitch([[0, 2], [1]], [[1, 2], [3]]),
    )
