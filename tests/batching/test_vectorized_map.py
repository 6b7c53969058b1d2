"""`tf.vectorized_map` gives what the loop over examples gives, whatever the function is made of."""

import numpy as np
import pytest

import tapeflow as tf
from tapeflow.batching.vectorize import BatchedTensor
from tapeflow.core import log, nest

ROWS = np.random.default_rng(0).standard_normal((3, 2, 4)).astype("float32")
PLACES = np.array([0, 1, 1], "int32")

FUNCTIONS = {
    "arithmetic": lambda x, i: abs(-x) ** 2.0 // 0.1 % 2.0 + x / 3.0 - 1.0,
    "numpy_operands": lambda x, i: x * np.float32(2) + np.ones(4, "float32"),
    "comparison": lambda x, i: (x > 0.0, x == x, tf.equal(i, 1)),
    "where": lambda x, i: tf.where(x > 0.0, x, 0.0),
    "shape": lambda x, i: (tf.shape(x), tf.size(x), tf.rank(x), tf.reshape(x, [tf.shape(x)[1], -1])),
    "like": lambda x, i: (tf.zeros_like(x), tf.ones_like(x) * x),
    "reductions": lambda x, i: (tf.reduce_mean(x, axis=-1), tf.reduce_max(x), tf.argmax(x, axis=-1)),
    "indexing": lambda x, i: (x[0], x[:, ::-1], x[..., None], x[0, 1:3], x[-1, -1]),
    "index_by_an_example": lambda x, i: (x[i], tf.gather(x, i), tf.one_hot(i, 4)),
    "iteration": lambda x, i: [row * 2.0 for row in x],
    "lists_of_tensors": lambda x, i: (tf.stack([x, x[::-1]]), tf.convert_to_tensor([x[0, 0], 1.0])),
    "concat_split": lambda x, i: tf.split(tf.concat([x, x], 0), 2, axis=1),
    "gather": lambda x, i: tf.gather(x, [0, 3], axis=1),
    "products": lambda x, i: (tf.matmul(x, x, transpose_b=True), tf.einsum("ij,kj->ik", x, x)),
    "product_with_a_constant": lambda x, i: (tf.matmul(x, tf.ones([4, 2])), tf.linalg.matvec(x, tf.ones(4))),
    "layout": lambda x, i: (
        tf.transpose(x),
        tf.expand_dims(x, 0),
        tf.tile(x, [2, 1]),
        tf.repeat(x, 2, axis=0),
    ),
    "padding": lambda x, i: tf.pad(x, [[1, 1], [0, 2]]),
    "networks": lambda x, i: (
        tf.nn.softmax(x),
        tf.nn.relu(x),
        tf.nn.moments(x, [0]),
        tf.nn.l2_normalize(x, 0),
    ),
    "convolution": lambda x, i: tf.nn.conv1d(x[None], tf.ones([2, 4, 3]), 1, "SAME"),
    "sorting": lambda x, i: (tf.sort(x), tf.math.top_k(x, 2)),
    "scans": lambda x, i: tf.cumsum(x, axis=1),
    "linear_algebra": lambda x, i: tf.linalg.det(x[:, :2]),
    "scatter": lambda x, i: tf.tensor_scatter_nd_update(x, [[0]], [x[1]]),
    "fill": lambda x, i: tf.fill([2], x[0, 0]),
    "no_rule": lambda x, i: tf.unique_with_counts(tf.cast(x[0] > 9.0, tf.int32))[0],
    "map_in_map": lambda x, i: tf.map_fn(lambda row: row * 2.0, x),
    "vectorized_map_in_it": lambda x, i: tf.vectorized_map(lambda row: row * tf.cast(i, tf.float32), x),
    "constants": lambda x, i: (1.0, tf.constant([1, 2]), None),
    "variables": lambda x, i: x * tf.Variable(2.0),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_vectorized_map_is_the_loop(name):
    function = FUNCTIONS[name]
    found = tf.vectorized_map(
        lambda row: function(*row), (tf.constant(ROWS), tf.constant(PLACES)), warn=False
    )
    expected = [
        function(tf.constant(row), tf.constant(place)) for row, place in zip(ROWS, PLACES, strict=True)
    ]
    columns = zip(*[nest.flatten(each) for each in expected], strict=True)
    for ours, loop in zip(nest.flatten(found), columns, strict=True):
        if loop[0] is None:
            assert ours is None
        else:
            loop = tf.stack([tf.convert_to_tensor(each) for each in loop])
            assert ours.dtype == loop.dtype
            np.testing.assert_allclose(ours.numpy(), loop.numpy(), rtol=1e-5, atol=1e-6)


def test_without_fallback_an_op_without_a_rule_is_an_error():
    with pytest.raises(ValueError, match="No pfor vectorization defined for UniqueV2"):
        tf.vectorized_map(lambda x: tf.unique(x)[0], tf.zeros([2, 3]), fallback_to_while_loop=False)


def test_the_loop_is_told_once(caplog):
    log._times_told.clear()
    for _ in range(2):
        tf.vectorized_map(lambda x: tf.unique(x)[0], tf.zeros([2, 3]))
    assert len([record for record in caplog.records if "Unique" in record.getMessage()]) == 1


def test_results_of_different_shapes_cannot_be_stacked():
    with pytest.raises(tf.errors.InvalidArgumentError, match="different shapes"):
        tf.vectorized_map(lambda x: tf.unique(x)[0], tf.constant([[1, 1], [1, 2]]), warn=False)


def test_an_example_says_what_it_is():
    seen = []

    def function(x):
        seen.append(
            (repr(x), x.shape.as_list(), x.dtype, len(x), isinstance(x, tf.Tensor), hasattr(x, "numpy"))
        )
        return x

    tf.vectorized_map(function, tf.zeros([3, 2]))
    text = "<tf.Tensor: shape=(2,), dtype=float32, one of 3 examples>"
    assert seen == [(text, [2], tf.float32, 2, True, False)]


def test_an_example_has_no_value():
    def refuse(function, error):
        with pytest.raises(error, match="examples"):
            tf.vectorized_map(function, tf.constant([1.0, 2.0]))

    refuse(lambda x: x if x > 0.0 else -x, TypeError)
    refuse(float, TypeError)
    refuse(int, TypeError)
    refuse(np.asarray, NotImplementedError)
    refuse(lambda x: x.numpy(), AttributeError)
    refuse(lambda x: tf.Variable(1.0).assign(x), NotImplementedError)


def test_an_example_that_leaks_is_not_another_maps():
    leaked = []
    tf.vectorized_map(lambda x: leaked.append(x) or x, tf.constant([1.0, 2.0]))
    assert isinstance(leaked[0], BatchedTensor)
    with pytest.raises(NotImplementedError, match="examples"):
        leaked[0] + 1.0


def test_random_numbers_are_drawn_for_each_example():
    for function in (
        lambda x: tf.random.normal([4]),
        lambda x: tf.random.shuffle(tf.range(100)),
        lambda x: tf.random.gamma([2], 3.0),
        lambda x: tf.nn.dropout(tf.ones(100), 0.5),
    ):
        found = tf.vectorized_map(function, tf.zeros(3)).numpy()
        assert len({row.tobytes() for row in found}) == 3


def test_a_generator_goes_on_from_example_to_example():
    one, other = tf.random.Generator.from_seed(3), tf.random.Generator.from_seed(3)
    found = tf.vectorized_map(lambda x: one.normal([2]), tf.zeros(3), warn=False)
    np.testing.assert_array_equal(found.numpy(), np.stack([other.normal([2]).numpy() for _ in range(3)]))
    np.testing.assert_array_equal(one.state.numpy(), other.state.numpy())


def test_no_rows_and_one_row():
    assert tf.vectorized_map(lambda x: tf.linalg.det(x), tf.zeros([0, 2, 2])).shape == [0]
    assert tf.vectorized_map(lambda x: x * 2.0, tf.ones([1, 2])).shape == [1, 2]


def test_jacobian_takes_no_loop_over_outputs(monkeypatch):
    """However many outputs there are, each op of the walk back runs once."""
    monkeypatch.setenv("TAPEFLOW_COMPILE", "never")  # kernels that others have compiled are not counted
    from tapeflow.ops import contraction

    calls = []
    kernel = contraction.matmul.kernel
    monkeypatch.setattr(
        contraction.matmul, "kernel", lambda *inputs, **params: calls.append(1) or kernel(*inputs, **params)
    )
    w, v = tf.ones([16, 32]), tf.ones([32, 64])
    counts = []
    for size in (2, 64):
        calls.clear()
        x = tf.ones([1, 16])
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.matmul(tf.tanh(tf.matmul(x, w)), v[:, :size])
        assert tape.jacobian(y, x).shape == [1, size, 1, 16]
        counts.append(len(calls))
    assert 0 < counts[0] == counts[1] <= 4
