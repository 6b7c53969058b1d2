"""Bad input: TensorFlow's exception class, and a message that says what came, what was expected, what to do."""

import numpy as np
import pytest

import tapeflow
from tests import tally

tensorflow = pytest.importorskip("tensorflow")


class Bad:
    """A call `f(tf)` that must fail; `says` are pieces that our message must contain."""

    def __init__(self, name, call, *says):
        self.name = name
        self.call = call
        self.says = says


def _tape_used_twice(tf):
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    tape.gradient(y, x)
    tape.gradient(y, x)


def _tape_of(tf, function, **options):
    """Gradient of function(x) with respect to a watched vector."""
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
    return tape.gradient(y, x, **options)


def _custom(tf, gradients):
    @tf.custom_gradient
    def f(a, b):
        return a * b, lambda upstream: gradients(upstream)

    a, b = tf.constant(1.0), tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch([a, b])
        y = f(a, b)
    return tape.gradient(y, [a, b])


def _reentered(tf):
    with tf.GradientTape() as tape, tape:
        pass


def _number_watched(tf):
    with tf.GradientTape() as tape:
        tape.watch(3.0)


def _item_assignment(tf):
    tf.constant([1.0])[0] = 2.0


def _variable_item_assignment(tf):
    tf.Variable([1.0])[0] = 2.0


def _variable_in_place(tf):
    v = tf.Variable(1.0)
    v += 1.0


def floats(tf, *dims):
    return tf.constant(np.ones(dims, np.float32))


def ints(tf, *dims):
    return tf.constant(np.ones(dims, np.int32))


SHAPES = [
    Bad("add shapes", lambda tf: floats(tf, 2) + floats(tf, 3), "[2]", "[3]"),
    Bad("subtract shapes", lambda tf: tf.subtract(floats(tf, 2, 3), floats(tf, 4, 3)), "[2,3]", "[4,3]"),
    Bad("less shapes", lambda tf: floats(tf, 2) < floats(tf, 3), "[2]", "[3]"),
    Bad("maximum shapes", lambda tf: tf.maximum(floats(tf, 2), floats(tf, 5)), "[2]", "[5]"),
    Bad("where shapes", lambda tf: tf.where([True, False], floats(tf, 3), floats(tf, 4)), "3"),
    Bad("matmul inner size", lambda tf: tf.matmul(floats(tf, 2, 3), floats(tf, 2, 3)), "[2,3]"),
    Bad("matmul operator", lambda tf: floats(tf, 2, 3) @ floats(tf, 2, 3), "[2,3]"),
    Bad("matmul of vectors", lambda tf: tf.matmul(floats(tf, 3), floats(tf, 3))),
    Bad("matmul batches", lambda tf: tf.matmul(floats(tf, 2, 3, 3), floats(tf, 4, 3, 3))),
    Bad("matvec", lambda tf: tf.linalg.matvec(floats(tf, 2, 3), floats(tf, 2))),
    Bad("reshape size", lambda tf: tf.reshape(floats(tf, 2, 3), [4, 2]), "6", "8"),
    Bad("reshape two unknown", lambda tf: tf.reshape(floats(tf, 2, 3), [-1, -1]), "-1"),
    Bad("reshape indivisible", lambda tf: tf.reshape(floats(tf, 2, 3), [4, -1]), "6", "4"),
    Bad("reshape negative", lambda tf: tf.reshape(floats(tf, 2, 3), [-2, 3]), "-2"),
    Bad("broadcast_to", lambda tf: tf.broadcast_to(floats(tf, 3), [2, 4]), "3", "4"),
    Bad("ensure_shape", lambda tf: tf.ensure_shape(floats(tf, 3), [2]), "3", "2"),
    Bad("set_shape", lambda tf: floats(tf, 3).set_shape([2]), "(3,)", "2"),
    Bad("concat sizes", lambda tf: tf.concat([floats(tf, 2, 3), floats(tf, 2, 4)], 0), "3", "4"),
    Bad("concat ranks", lambda tf: tf.concat([floats(tf, 2, 3), floats(tf, 2)], 0)),
    Bad("concat axis", lambda tf: tf.concat([floats(tf, 2), floats(tf, 2)], 1), "1"),
    Bad("concat of scalars", lambda tf: tf.concat([tf.constant(1.0), tf.constant(2.0)], 0)),
    Bad("stack shapes", lambda tf: tf.stack([floats(tf, 2), floats(tf, 3)]), "[2]", "[3]"),
    Bad("stack axis", lambda tf: tf.stack([floats(tf, 2), floats(tf, 2)], axis=3), "3"),
    Bad("split number", lambda tf: tf.split(floats(tf, 5), 2), "5", "2"),
    Bad("split sizes", lambda tf: tf.split(floats(tf, 5), [2, 2]), "4"),
    Bad("squeeze", lambda tf: tf.squeeze(floats(tf, 2, 1), axis=0), "0", "2"),
    Bad("expand_dims", lambda tf: tf.expand_dims(floats(tf, 2), 5), "5"),
    Bad("transpose permutation", lambda tf: tf.transpose(floats(tf, 2, 3), [0, 0]), "0"),
    Bad("transpose rank", lambda tf: tf.transpose(floats(tf, 2, 3), [0, 1, 2])),
    Bad("tile multiples", lambda tf: tf.tile(floats(tf, 2, 3), [2]), "2"),
    Bad("pad rows", lambda tf: tf.pad(floats(tf, 2, 3), [[1, 1]])),
    Bad("pad negative", lambda tf: tf.pad(floats(tf, 3), [[-1, 1]]), "-1"),
    Bad("pad mode", lambda tf: tf.pad(floats(tf, 3), [[1, 1]], mode="MIRRORED"), "MIRRORED"),
    Bad("pad reflect too far", lambda tf: tf.pad(floats(tf, 2), [[4, 1]], mode="REFLECT"), "4"),
    Bad("reduce axis", lambda tf: tf.reduce_sum(floats(tf, 2, 3), axis=2), "2"),
    Bad("reduce axis negative", lambda tf: tf.reduce_max(floats(tf, 2, 3), axis=-3), "-3"),
    Bad("argmax axis", lambda tf: tf.argmax(floats(tf, 2, 3), axis=2), "2"),
    Bad("cumsum axis", lambda tf: tf.cumsum(floats(tf, 2, 3), axis=4), "4"),
    Bad("softmax axis", lambda tf: tf.nn.softmax(floats(tf, 2, 3), axis=5), "5"),
    Bad("reverse axis", lambda tf: tf.reverse(floats(tf, 2), [3]), "3"),
    Bad("roll axis", lambda tf: tf.roll(floats(tf, 2), 1, axis=4)),
    Bad("top_k too many", lambda tf: tf.math.top_k(floats(tf, 3), k=5), "5"),
    Bad("gather out of range", lambda tf: tf.gather(floats(tf, 3), [0, 7]), "7", "3"),
    Bad("gather negative", lambda tf: tf.gather(floats(tf, 3), [-1]), "-1"),
    Bad("gather axis", lambda tf: tf.gather(floats(tf, 3), [0], axis=2), "2"),
    Bad("gather_nd out of range", lambda tf: tf.gather_nd(floats(tf, 2, 2), [[5, 0]]), "5"),
    Bad("gather_nd depth", lambda tf: tf.gather_nd(floats(tf, 2), [[0, 0]])),
    Bad("scatter_nd out of range", lambda tf: tf.scatter_nd([[9]], [1.0], [4]), "9", "4"),
    Bad("scatter update shape", lambda tf: tf.tensor_scatter_nd_update(floats(tf, 4), [[0]], [1.0, 2.0])),
    Bad("embedding_lookup", lambda tf: tf.nn.embedding_lookup(floats(tf, 3, 2), [4]), "4", "3"),
    Bad("slice beyond", lambda tf: tf.slice(floats(tf, 3), [1], [5])),
    Bad("index beyond", lambda tf: floats(tf, 3)[5], "5"),
    Bad("index negative beyond", lambda tf: floats(tf, 3)[-4]),
    Bad("too many indices", lambda tf: floats(tf, 3)[0, 0]),
    Bad("float index", lambda tf: floats(tf, 3)[1.5], "1.5"),
    Bad("string index", lambda tf: floats(tf, 3)["a"], "a"),
    Bad("zero step", lambda tf: floats(tf, 3)[::0]),
    Bad("two ellipses", lambda tf: floats(tf, 3, 3)[..., 0, ...]),
    Bad("index of a scalar", lambda tf: tf.constant(1.0)[0]),
    Bad("mask shape", lambda tf: tf.boolean_mask(floats(tf, 3), [True, False])),
    Bad("mask scalar", lambda tf: tf.boolean_mask(floats(tf, 3), True)),
    Bad("unstack scalar", lambda tf: tf.unstack(tf.constant(1.0))),
    Bad("unstack number", lambda tf: tf.unstack(floats(tf, 3), num=2), "2", "3"),
    Bad("eye negative", lambda tf: tf.eye(-1)),
    Bad("zeros negative", lambda tf: tf.zeros([-1])),
    Bad("range zero step", lambda tf: tf.range(0, 3, 0)),
    Bad("einsum sizes", lambda tf: tf.einsum("ij,jk->ik", floats(tf, 2, 3), floats(tf, 2, 3))),
    Bad("einsum operands", lambda tf: tf.einsum("ij,jk->ik", floats(tf, 2, 3))),
    Bad("einsum rank", lambda tf: tf.einsum("ijk->i", floats(tf, 2, 3))),
    Bad("einsum output", lambda tf: tf.einsum("ij->iz", floats(tf, 2, 3))),
    Bad("einsum syntax", lambda tf: tf.einsum("i-j>k", floats(tf, 2))),
    Bad(
        "conv channels",
        lambda tf: tf.nn.conv2d(floats(tf, 1, 4, 4, 3), floats(tf, 2, 2, 2, 5), 1, "SAME"),
        "3",
    ),
    Bad("conv rank", lambda tf: tf.nn.conv2d(floats(tf, 4, 4), floats(tf, 2, 2, 1, 1), 1, "SAME")),
    Bad(
        "conv padding",
        lambda tf: tf.nn.conv2d(floats(tf, 1, 4, 4, 1), floats(tf, 2, 2, 1, 1), 1, "LEFT"),
        "LEFT",
    ),
    Bad(
        "conv filter too large",
        lambda tf: tf.nn.conv2d(floats(tf, 1, 2, 2, 1), floats(tf, 5, 5, 1, 1), 1, "VALID"),
    ),
    Bad("bias size", lambda tf: tf.nn.bias_add(floats(tf, 2, 3), floats(tf, 2))),
    Bad("solve shapes", lambda tf: tf.linalg.solve(floats(tf, 2, 2), floats(tf, 3, 1))),
    Bad("inverse of rectangle", lambda tf: tf.linalg.inv(floats(tf, 2, 3))),
    Bad("inverse singular", lambda tf: tf.linalg.inv(floats(tf, 2, 2))),
    Bad("cholesky of rectangle", lambda tf: tf.linalg.cholesky(floats(tf, 2, 3))),
    Bad(
        "cross entropy labels",
        lambda tf: tf.nn.sparse_softmax_cross_entropy_with_logits(ints(tf, 3), floats(tf, 2, 4)),
    ),
    Bad(
        "cross entropy shapes",
        lambda tf: tf.nn.softmax_cross_entropy_with_logits(floats(tf, 2, 3), floats(tf, 2, 4)),
    ),
]

DTYPES = [
    Bad("add dtypes", lambda tf: floats(tf, 2) + ints(tf, 2), "float", "int32"),
    Bad("multiply float64", lambda tf: tf.constant(1.0) * tf.constant(1.0, tf.float64), "float", "double"),
    Bad("compare dtypes", lambda tf: tf.constant(1) < tf.constant(1.0), "int32", "float"),
    Bad("matmul dtypes", lambda tf: tf.matmul(floats(tf, 2, 2), ints(tf, 2, 2)), "float", "int32"),
    Bad("float to int tensor", lambda tf: tf.constant(1) + 1.5, "float", "int32"),
    Bad("string to number", lambda tf: tf.constant(1.0) + "a", "a"),
    Bad("number to string", lambda tf: tf.constant("a") + 1.0),
    Bad("concat dtypes", lambda tf: tf.concat([floats(tf, 2), ints(tf, 2)], 0), "float", "int32"),
    Bad("stack dtypes", lambda tf: tf.stack([floats(tf, 2), ints(tf, 2)])),
    Bad(
        "convert dtype", lambda tf: tf.convert_to_tensor(tf.constant(1.0), dtype=tf.int32), "float32", "int32"
    ),
    Bad("exp of int", lambda tf: tf.exp(tf.constant(1)), "int32"),
    Bad("sqrt of int", lambda tf: tf.sqrt(tf.constant(4)), "int32"),
    Bad("tanh of string", lambda tf: tf.tanh(tf.constant("a")), "string"),
    Bad("sum of bool", lambda tf: tf.reduce_sum(tf.constant([True])), "bool"),
    Bad("logical and of floats", lambda tf: tf.logical_and(tf.constant(1.0), tf.constant(1.0))),
    Bad("invert float", lambda tf: ~tf.constant(1.0), "float"),
    Bad("softmax of int", lambda tf: tf.nn.softmax(ints(tf, 3))),
    Bad("abs of string", lambda tf: abs(tf.constant("a")), "string"),
    Bad("where condition", lambda tf: tf.where(tf.constant(1.0), 1.0, 2.0)),
    Bad("float indices", lambda tf: tf.gather(floats(tf, 3), [0.5]), "float"),
    Bad("unknown dtype name", lambda tf: tf.constant(1.0, dtype="floaty"), "floaty"),
    Bad("unknown dtype type", lambda tf: tf.as_dtype(dict), "dict"),
    Bad("cast name", lambda tf: tf.cast(1.0, "decimal"), "decimal"),
    Bad("cast to string", lambda tf: tf.cast(tf.constant(1.0), tf.string), "string"),
    Bad("NaN to int", lambda tf: tf.constant(float("nan"), tf.int32), "nan", "int32"),
    Bad("float to int", lambda tf: tf.constant(1.5, tf.int32), "1.5", "int32"),
    Bad("large int", lambda tf: tf.constant(2**70)),
    Bad("string as float", lambda tf: tf.constant("1.0", tf.float32), "1.0"),
    Bad("eye of string dtype", lambda tf: tf.eye(2, dtype="nothing"), "nothing"),
    Bad("bitcast sizes", lambda tf: tf.bitcast(tf.constant([1.0]), tf.float64)),
]

VALUES = [
    Bad("None", lambda tf: tf.constant(None), "None"),
    Bad("None in a list", lambda tf: tf.constant([1.0, None]), "mixed"),
    Bad("None operand", lambda tf: tf.add(tf.constant(1.0), None), "None"),
    Bad("object", lambda tf: tf.convert_to_tensor(object()), "object"),
    Bad("dict", lambda tf: tf.convert_to_tensor({"a": 1}), "dict"),
    Bad("ragged list", lambda tf: tf.constant([[1, 2], [3]]), "non-rectangular"),
    Bad("mixed list", lambda tf: tf.constant([1, "a"]), "mixed"),
    Bad("array of objects", lambda tf: tf.constant(np.array([object()]))),
    Bad("shape of constant", lambda tf: tf.constant([1, 2, 3], shape=[2, 2])),
    Bad("reshape to text", lambda tf: tf.reshape(floats(tf, 2), "ab")),
    Bad("partly known shape", lambda tf: tf.convert_to_tensor(tf.TensorShape([None, 2]))),
    Bad("shape of rank", lambda tf: tf.TensorShape([1, 2]).with_rank(3)),
    Bad("incompatible shapes merge", lambda tf: tf.TensorShape([1]).merge_with([2])),
    Bad("negative size", lambda tf: tf.TensorShape([-2]), "-2"),
    Bad("hash", lambda tf: {tf.constant(1.0): 1}, "ref()"),
    Bad("hash of a variable", lambda tf: {tf.Variable(1.0): 1}, "ref()"),
    Bad("bool of a vector", lambda tf: bool(floats(tf, 2)), "ambiguous"),
    Bad("if of a vector", lambda tf: 1 if floats(tf, 2) > 0 else 2),
    Bad("int of a vector", lambda tf: int(floats(tf, 2))),
    Bad("float of a string", lambda tf: float(tf.constant("a"))),
    Bad("len of a scalar", lambda tf: len(tf.constant(1.0)), "Scalar"),
    Bad("iteration over a scalar", lambda tf: list(tf.constant(1.0)), "scalar"),
    Bad("item assignment", _item_assignment),
    Bad("name when eager", lambda tf: tf.constant(1.0).name),
    Bad("format of a vector", lambda tf: f"{floats(tf, 2):.2f}"),
    Bad("one_hot depth", lambda tf: tf.one_hot([0], -1)),
    Bad("clip shapes", lambda tf: tf.clip_by_value(floats(tf, 2), floats(tf, 3), floats(tf, 3))),
    Bad("random shape", lambda tf: tf.random.normal([-1])),
    Bad("random int without maximum", lambda tf: tf.random.uniform([2], dtype=tf.int32), "maxval"),
    Bad("stateless seed shape", lambda tf: tf.random.stateless_normal([2], seed=[1, 2, 3])),
    Bad("dropout rate", lambda tf: tf.nn.dropout(floats(tf, 3), rate=1.5), "1.5"),
    Bad("nest structures", lambda tf: tf.nest.map_structure(lambda a, b: a, [1, 2], [1])),
    Bad("nest types", lambda tf: tf.nest.assert_same_structure([1], {"a": 1})),
    Bad("nest pack", lambda tf: tf.nest.pack_sequence_as([1, 2], [3])),
    Bad("nest keys", lambda tf: tf.nest.flatten({1: 1, "a": 2})),
    Bad("device", lambda tf: tf.device("nonsense").__enter__(), "nonsense"),
    Bad("name scope", lambda tf: tf.name_scope(None), "None"),
    Bad("module name", lambda tf: tf.Module("not a name"), "not a name"),
]

VARIABLES = [
    Bad("variable without value", lambda tf: tf.Variable(), "initial_value"),
    Bad("variable of None", lambda tf: tf.Variable([None]), "None"),
    Bad("variable dtype", lambda tf: tf.Variable(tf.constant(1.0), dtype=tf.int32), "float32", "int32"),
    Bad("variable shape", lambda tf: tf.Variable([1.0, 2.0], shape=[3]), "(2,)", "[3]"),
    Bad("variable constraint", lambda tf: tf.Variable(1.0, constraint=3), "3"),
    Bad("variable synchronization", lambda tf: tf.Variable(1.0, synchronization="auto"), "auto"),
    Bad("variable name", lambda tf: tf.Variable(1.0, name=3)),
    Bad("assign shape", lambda tf: tf.Variable([1.0, 2.0]).assign([1.0]), "(2,)", "(1,)"),
    Bad("assign dtype", lambda tf: tf.Variable(1.0).assign(tf.constant(1)), "float32", "int32"),
    Bad("assign None", lambda tf: tf.Variable(1.0).assign(None), "None"),
    Bad("assign float to int", lambda tf: tf.Variable(1).assign(1.5), "1.5", "int32"),
    Bad("assign_add shape", lambda tf: tf.Variable([1.0, 2.0]).assign_add([1.0, 2.0, 3.0]), "[2]", "[3]"),
    Bad("assign_add scalar", lambda tf: tf.Variable([1.0, 2.0]).assign_add(1.0), "[2]", "[]"),
    Bad("assign_sub dtype", lambda tf: tf.Variable(1.0).assign_sub(tf.constant(1)), "float32", "int32"),
    Bad("assign_add of bool", lambda tf: tf.Variable([True]).assign_add([True]), "bool"),
    Bad("slice assign shape", lambda tf: tf.Variable([[1.0, 2.0]])[:, 0].assign([1.0, 2.0]), "[2]", "[1]"),
    Bad("scatter without slices", lambda tf: tf.Variable([1.0]).scatter_add([1.0]), "IndexedSlices"),
    Bad(
        "scatter out of range",
        lambda tf: tf.Variable([1.0]).scatter_add(tf.IndexedSlices(tf.constant([1.0]), tf.constant([5]))),
        "5",
        "[0, 1)",
    ),
    Bad("variable scatter_nd", lambda tf: tf.Variable([1.0]).scatter_nd_add([[3]], [1.0]), "3"),
    Bad("variable in place", _variable_in_place, "assign_add"),
    Bad("variable item assignment", _variable_item_assignment),
    Bad("initial value when eager", lambda tf: tf.Variable(1.0).initial_value),
    Bad("len of a variable", lambda tf: len(tf.Variable([1.0]))),
    Bad("count past the limit", lambda tf: tf.Variable(3).count_up_to(3), "3"),
    Bad("IndexedSlices without shape", lambda tf: tf.convert_to_tensor(tf.IndexedSlices([[1.0]], [0]))),
]

GRADIENTS = [
    Bad("dead tape", _tape_used_twice, "non-persistent"),
    Bad("tape re-entered", _reentered, "recording"),
    Bad("target None", lambda tf: _tape_of(tf, lambda x: None), "None"),
    Bad("unconnected", lambda tf: _tape_of(tf, lambda x: x, unconnected_gradients="maybe"), "maybe"),
    Bad("output gradients shape", lambda tf: _tape_of(tf, lambda x: x * x, output_gradients=floats(tf, 3))),
    Bad("watch a number", _number_watched, "3.0"),
    Bad("too few cotangents", lambda tf: _custom(tf, lambda g: g)),
    Bad("too many cotangents", lambda tf: _custom(tf, lambda g: (g, g, g))),
    Bad("custom gradient not callable", lambda tf: tf.custom_gradient(lambda x: x)(tf.constant(1.0))),
]

COMPOSITE = [
    Bad("sparse rank", lambda tf: tf.SparseTensor([0, 1], [1.0, 2.0], [2])),
    Bad("sparse counts", lambda tf: tf.SparseTensor([[0], [1]], [1.0], [2]), "2", "1"),
    Bad("sparse out of bounds", lambda tf: tf.sparse.to_dense(tf.SparseTensor([[5]], [1.0], [2])), "5", "2"),
    Bad(
        "sparse order", lambda tf: tf.sparse.to_dense(tf.SparseTensor([[1], [0]], [1.0, 2.0], [2])), "reorder"
    ),
    Bad("sparse as a tensor", lambda tf: tf.convert_to_tensor(tf.SparseTensor([[0]], [1.0], [2]))),
    Bad("ragged constructor", lambda tf: tf.RaggedTensor([1], [0, 1]), "private"),
    Bad("ragged splits", lambda tf: tf.RaggedTensor.from_row_splits([1, 2, 3], [0, 2]), "2", "3"),
    Bad("ragged decreasing", lambda tf: tf.RaggedTensor.from_row_splits([1, 2, 3], [0, 2, 1, 3]), "2 1"),
    Bad("ragged lengths", lambda tf: tf.RaggedTensor.from_row_lengths([1, 2, 3], [2, 2]), "4", "3"),
    Bad("ragged depths", lambda tf: tf.ragged.constant([1, [2]]), "depth"),
    Bad("ragged index", lambda tf: tf.ragged.constant([[1], [2, 3]])[5], "5"),
    Bad("ragged inner index", lambda tf: tf.ragged.constant([[1], [2, 3]])[:, 0]),
    Bad("ragged bool", lambda tf: bool(tf.ragged.constant([[1], [2, 3]]))),
    Bad("ragged values", lambda tf: tf.ragged.constant([[1], [2, 3]]).with_values([1]), "3", "1"),
]

DEBUGGING = [
    Bad("check_numerics NaN", lambda tf: tf.debugging.check_numerics([float("nan")], "here"), "here", "NaN"),
    Bad("check_numerics int", lambda tf: tf.debugging.check_numerics([1], "here"), "int32"),
    Bad(
        "assert_equal", lambda tf: tf.debugging.assert_equal([1, 2], [1, 3], "labels"), "labels", "[2]", "[3]"
    ),
    Bad("assert_less", lambda tf: tf.debugging.assert_less(2, 1)),
    Bad("assert_positive", lambda tf: tf.debugging.assert_positive([1, -1]), "'-1'"),
    Bad("assert_near", lambda tf: tf.debugging.assert_near(1.0, 1.1)),
    Bad("assert_rank", lambda tf: tf.debugging.assert_rank([1], 2), "2", "(1,)"),
    Bad("assert_rank_in", lambda tf: tf.debugging.assert_rank_in([1], [0, 2])),
    Bad("assert_type", lambda tf: tf.debugging.assert_type(tf.constant(1), tf.float32), "int32", "float32"),
    Bad("assert_integer", lambda tf: tf.debugging.assert_integer(1.0), "float32"),
    Bad("assert_scalar", lambda tf: tf.debugging.assert_scalar([1]), "(1,)"),
    Bad("assert_shapes", lambda tf: tf.debugging.assert_shapes([(floats(tf, 2), (3,))]), "3", "(2,)"),
    Bad("assert_proper_iterable", lambda tf: tf.debugging.assert_proper_iterable("abc"), "str"),
    Bad("Assert", lambda tf: tf.Assert(False, ["reason"]), "reason"),
    Bad("print option", lambda tf: tf.print("", colour="red"), "colour"),
]

TABLE = [*SHAPES, *DTYPES, *VALUES, *VARIABLES, *GRADIENTS, *COMPOSITE, *DEBUGGING]


@pytest.mark.parametrize("bad", TABLE, ids=lambda bad: bad.name.replace(" ", "-"))
def test_bad_input_raises_what_tensorflow_raises(bad):
    with pytest.raises(Exception) as theirs:
        bad.call(tensorflow)
    with pytest.raises(Exception) as ours:
        bad.call(tapeflow)
    wanted = type(theirs.value).__name__
    assert wanted in [each.__name__ for each in type(ours.value).__mro__], (
        f"{ours.value!r}: {ours.value}\nTensorFlow raises {wanted}: {theirs.value}"
    )
    message = str(ours.value)
    assert message, "an error without a word"
    for piece in bad.says:
        assert piece in message, f"{piece!r} is not in the message: {message}"
    tally.bad_calls.add(bad.name)


def test_table_is_large_and_names_are_unique():
    assert len(TABLE) >= 80
    assert len({bad.name for bad in TABLE}) == len(TABLE)
