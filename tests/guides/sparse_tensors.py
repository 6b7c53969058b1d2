"""Sparse tensors: construction, printing, conversion."""

from tests.guides.program import attempt


def creating(tf):
    st1 = tf.sparse.SparseTensor(indices=[[0, 3], [2, 4]], values=[10, 20], dense_shape=[3, 10])
    print(st1)
    print(repr(st1), st1.shape, st1.dtype, st1.indices, st1.values, st1.dense_shape, st1.get_shape())
    for i, v in zip(st1.indices, st1.values, strict=True):
        print("index", i.numpy(), "value", v.numpy())
    print(tf.SparseTensor is tf.sparse.SparseTensor)


def from_and_to_dense(tf):
    st2 = tf.sparse.from_dense([[1, 0, 0, 8], [0, 0, 0, 0], [0, 0, 3, 0]])
    print(st2)
    print(tf.sparse.to_dense(st2))
    print(tf.sparse.to_dense(tf.sparse.from_dense(["a", "", "b"]), default_value="?"))
    print(tf.sparse.to_dense(st2, default_value=-1))


def order(tf):
    st = tf.SparseTensor(indices=[[1, 1], [0, 2]], values=[5.0, 7.0], dense_shape=[2, 3])
    attempt(lambda: tf.sparse.to_dense(st), "out of order")
    print(tf.sparse.to_dense(tf.sparse.reorder(st)), tf.sparse.reorder(st).indices)
    print(tf.sparse.to_dense(st, validate_indices=False))
    twice = tf.SparseTensor(indices=[[0, 1], [0, 1]], values=[1, 2], dense_shape=[2, 3])
    attempt(lambda: tf.sparse.to_dense(twice), "is repeated")


def wrong_construction(tf):
    attempt(lambda: tf.SparseTensor(indices=[[0, 3]], values=[10, 20], dense_shape=[3, 10]))
    attempt(lambda: tf.SparseTensor(indices=[0, 3], values=[10, 20], dense_shape=[3, 10]))
    attempt(lambda: tf.SparseTensor(indices=[[0, 3]], values=[10], dense_shape=[3]))
    attempt(lambda: tf.sparse.to_dense(tf.SparseTensor([[0, 30]], [10], [3, 10])))
    attempt(lambda: tf.convert_to_tensor(tf.SparseTensor([[0, 3]], [10], [3, 10])))
    attempt(lambda: tf.SparseTensor([[0, 3]], [10], [3, 10])[0])


def values_replaced(tf):
    st = tf.SparseTensor(indices=[[0, 3], [2, 4]], values=[10, 20], dense_shape=[3, 10])
    print(st.with_values([1.5, 2.5]))
    doubled = tf.SparseTensor(st.indices, st.values * 2, st.dense_shape)
    print(doubled.values, tf.sparse.to_dense(doubled)[:, 3:5])
    print(tf.SparseTensorSpec([3, None], tf.int32), tf.is_tensor(st))


def arithmetic_by_parts(tf):
    a = tf.SparseTensor([[0, 1], [1, 0]], [1.0, 2.0], [2, 2])
    attempt(lambda: print((a * 2.0).values))
    attempt(lambda: print((a / tf.constant([[1.0, 2.0], [4.0, 1.0]])).values))


def gradient_of_values(tf):
    values = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        st = tf.SparseTensor([[0, 1], [1, 0]], values, [2, 2])
        y = tf.reduce_sum(tf.sparse.to_dense(st) ** 2)
    print(tape.gradient(y, values))


def one_hot_rows(tf):
    labels = tf.constant([2, 0, 1])
    indices = tf.stack([tf.range(3, dtype=tf.int64), tf.cast(labels, tf.int64)], axis=1)
    hot = tf.SparseTensor(indices, tf.ones([3]), [3, 3])
    print(tf.sparse.to_dense(hot), bool(tf.reduce_all(tf.sparse.to_dense(hot) == tf.one_hot(labels, 3))))
