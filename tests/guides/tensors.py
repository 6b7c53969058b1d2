"""Tensors: making, printing, shapes, indexing, reshaping, dtypes, broadcasting, strings."""

import numpy as np

from tests.guides.program import attempt


def ranks(tf):
    print(tf.constant(7))
    print(tf.constant([1.5, -2.0, 3.25]))
    print(tf.constant([[1, 2], [3, 4], [5, 6]], dtype=tf.float16))
    print(tf.constant([[[0, 1, 2], [3, 4, 5]], [[6, 7, 8], [9, 10, 11]], [[12, 13, 14], [15, 16, 17]]]))


def representations(tf):
    for value in (
        3,
        2.5,
        True,
        1 + 2j,
        "word",
        b"bytes",
        [],
        [[]],
        [1, 2],
        [1e-9, 1e9],
        [float("nan"), float("inf")],
    ):
        tensor = tf.constant(value)
        print(repr(tensor))
        print(str(tensor))
        print(f"{tensor}|{tensor!r}|{tensor!s}")


def formatting(tf):
    x = tf.constant(3.14159265)
    n = tf.constant(42)
    v = tf.constant([1.0, 2.0])
    print(f"{x:.3f} {x:10.2e} {n:5d} {n:x}")
    print(f"{n} {v!s:>30}")
    print("%s %d %.2f" % (v, n, x))  # noqa: UP031
    attempt(lambda: f"{v:.2f}")
    attempt(lambda: format(v, "10"))
    print(format(v))


def lists_of_tensors(tf):
    print([tf.constant(1), tf.constant("a")])
    print({"x": tf.zeros([2]), "v": tf.Variable(1.0)})
    print((tf.float32, tf.TensorShape([1, None])))


def long_tensors_are_shortened(tf):
    print(tf.range(2000))
    print(tf.zeros([100, 100]))
    print(tf.reshape(tf.range(12000), [10, 20, 60]))


def numpy_conversion(tf):
    x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    print(np.array(x), x.numpy(), type(x.numpy()).__name__, x.numpy().dtype)
    print(type(tf.constant(1.0).numpy()).__name__, tf.constant(1).numpy())
    print(np.asarray(x, dtype=np.float64).dtype, np.sum(x), np.add(x, 1))
    return tf.constant(np.matmul(x, x)), tf.constant(np.eye(2)), tf.constant(np.arange(3, dtype=np.uint8))


def arithmetic(tf):
    a = tf.constant([[1, 2], [3, 4]])
    b = tf.constant([[1, 1], [1, 1]])
    print(tf.add(a, b), "\n")
    print(tf.multiply(a, b), "\n")
    print(tf.matmul(a, b), "\n")
    print(a + b, a * b, a @ b, a - b, a / b, a // b, a % b, -a, abs(-a), a**2)
    print(a > b, a == b, a != b, ~(a > 2), (a > 1) & (a < 4), (a > 3) | (a < 2), (a > 3) ^ (a > 1))


def simple_reductions(tf):
    c = tf.constant([[4.0, 5.0], [10.0, 1.0]])
    print(tf.reduce_max(c))
    print(tf.math.argmax(c))
    print(tf.nn.softmax(c).shape)
    print(tf.argmax(c, axis=1), tf.argmin(c, 0), tf.reduce_mean(c), tf.reduce_sum(c, axis=0, keepdims=True))
    return tf.nn.softmax(c)


def conversions_are_implied(tf):
    print(tf.convert_to_tensor([1, 2, 3]))
    print(tf.reduce_max([1, 2, 3]))
    print(tf.reduce_max(np.array([1, 2, 3])))
    print(tf.convert_to_tensor(((1, 2), (3, 4)), dtype=tf.float64))
    print(tf.convert_to_tensor([tf.constant(1), tf.constant(2)]), tf.convert_to_tensor([1, tf.constant(2.5)]))


def shape_vocabulary(tf):
    rank_4 = tf.zeros([3, 2, 4, 5])
    print("Type of every element:", rank_4.dtype)
    print("Number of axes:", rank_4.ndim)
    print("Shape of tensor:", rank_4.shape)
    print("Elements along axis 0 of tensor:", rank_4.shape[0])
    print("Elements along the last axis of tensor:", rank_4.shape[-1])
    print("Total number of elements (3*2*4*5): ", tf.size(rank_4).numpy())
    print(tf.rank(rank_4))
    print(tf.shape(rank_4))
    print(tf.shape(rank_4, out_type=tf.int64))
    print(
        repr(rank_4.shape), rank_4.shape.as_list(), len(rank_4.shape), rank_4.shape.rank, list(rank_4.shape)
    )
    print(rank_4.get_shape(), rank_4.shape.num_elements(), rank_4.shape == (3, 2, 4, 5), len(rank_4))


def shapes_as_values(tf):
    shape = tf.TensorShape([2, None, 3])
    print(shape, repr(shape), shape[1], shape[:2], shape.ndims, shape.is_fully_defined())
    print(shape.is_compatible_with([2, 7, 3]), shape.merge_with([2, 4, 3]), shape.concatenate([1]))
    print(tf.TensorShape(None), repr(tf.TensorShape(None)), tf.TensorShape([]), tf.TensorShape([1]) + [2])
    attempt(lambda: shape.as_list())
    attempt(lambda: tf.TensorShape(None).as_list(), "as_list() is not defined on an unknown TensorShape")
    attempt(lambda: shape.merge_with([3, 4, 3]), "are not compatible")
    attempt(lambda: shape.assert_has_rank(2), "must have rank 2")


def one_axis_indexing(tf):
    rank_1 = tf.constant([0, 1, 1, 2, 3, 5, 8, 13, 21, 34])
    print("First:", rank_1[0].numpy())
    print("Second:", rank_1[1].numpy())
    print("Last:", rank_1[-1].numpy())
    print("Everything:", rank_1[:].numpy())
    print("Before 4:", rank_1[:4].numpy())
    print("From 4 to the end:", rank_1[4:].numpy())
    print("From 2, before 7:", rank_1[2:7].numpy())
    print("Every other item:", rank_1[::2].numpy())
    print("Reversed:", rank_1[::-1].numpy())
    attempt(lambda: rank_1[10], "slice index 10 of dimension 0 out of bounds")
    attempt(lambda: rank_1[1.0], "Only integers, slices")
    attempt(lambda: rank_1["a"])
    attempt(lambda: rank_1[0, 0])


def more_axes_indexing(tf):
    rank_2 = tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    print(rank_2[1, 1].numpy(), rank_2[1, :].numpy(), rank_2[:, 1].numpy(), rank_2[-1, :].numpy())
    print(rank_2[0, -1].numpy(), rank_2[1:, :].numpy(), "\n")
    rank_3 = tf.reshape(tf.range(30), [3, 2, 5])
    print(rank_3[:, :, 4])
    print(rank_3[..., 0], rank_3[tf.newaxis, 0, ..., 1:3], rank_3[1, ..., tf.newaxis].shape)


def tensors_cannot_be_assigned(tf):
    x = tf.constant([1, 2, 3])

    def assign():
        x[0] = 5

    attempt(assign, "object does not support item assignment")

    def attribute():
        x.shape = [3, 1]

    attempt(attribute)


def iteration(tf):
    for row in tf.constant([[1, 2], [3, 4]]):
        print(row)
    first, second = tf.constant([10, 20])
    print(int(first), float(second), [int(each) for each in tf.range(3)])
    attempt(lambda: list(tf.constant(1)), "scalar")
    attempt(lambda: len(tf.constant(1)))
    for i, each in enumerate(tf.range(3)):
        print(i, each.numpy())


def truth(tf):
    print(bool(tf.constant(True)), bool(tf.constant(0)), bool(tf.constant([1])), not tf.constant(0.0))
    attempt(lambda: bool(tf.constant([1, 2])))
    attempt(lambda: int(tf.constant([1, 2])))
    if tf.reduce_all(tf.constant([1, 2]) < 3):
        print("all below three")
    print(list("abcd")[tf.constant(2)], [1, 2, 3, 4][tf.constant(1) : tf.constant(3)])


def reshaping(tf):
    x = tf.constant([[1], [2], [3]])
    print(x.shape, x.shape.as_list())
    reshaped = tf.reshape(x, [1, 3])
    print(x.shape, reshaped.shape)
    rank_3 = tf.constant(np.arange(30).reshape(3, 2, 5))
    print(tf.reshape(rank_3, [-1]))
    print(tf.reshape(rank_3, [3 * 2, 5]), "\n")
    print(tf.reshape(rank_3, [3, -1]))
    print(tf.reshape(rank_3, [2, 3, 5]), "\n")
    print(tf.reshape(rank_3, [5, 6]), "\n")
    attempt(
        lambda: tf.reshape(rank_3, [7, -1]),
        "Input to reshape is a tensor with 30 values, but the requested shape requires a multiple of 7",
    )
    attempt(
        lambda: tf.reshape(rank_3, [7, 4]),
        "Input to reshape is a tensor with 30 values, but the requested shape has 28",
    )
    attempt(lambda: tf.reshape(rank_3, [-1, -1]), "ne input size may be -1")


def transposing(tf):
    x = tf.reshape(tf.range(6), [2, 3])
    print(tf.transpose(x), tf.transpose(x, perm=[1, 0]).shape)
    print(tf.transpose(tf.zeros([2, 3, 4])).shape, tf.transpose(tf.zeros([2, 3, 4]), [1, 2, 0]).shape)
    attempt(lambda: tf.transpose(x, [0]))
    print(tf.expand_dims(x, 0).shape, tf.expand_dims(x, -1).shape, tf.squeeze(tf.zeros([1, 2, 1])).shape)
    attempt(lambda: tf.squeeze(x, 0))
    attempt(lambda: tf.expand_dims(x, 5))


def dtypes(tf):
    f64 = tf.constant([2.2, 3.3, 4.4], dtype=tf.float64)
    f16 = tf.cast(f64, dtype=tf.float16)
    u8 = tf.cast(f16, dtype=tf.uint8)
    print(f64, f16, u8)
    print(tf.float32, repr(tf.float32), tf.float32.name, tf.float32.size, tf.float32.is_floating, tf.int8.max)
    print(tf.as_dtype("int64"), tf.as_dtype(np.float16), tf.dtypes.as_dtype(float), tf.float64.as_numpy_dtype)
    print(
        tf.float32 == np.float32, tf.float32 == "float32", tf.int32.is_integer, tf.float32.limits, tf.bfloat16
    )
    attempt(lambda: tf.as_dtype("float99"))


def casting(tf):
    x = tf.constant([-1.7, 0.0, 0.4, 300.6])
    print(tf.cast(x, tf.int32), tf.cast(x, tf.bool), tf.cast(x, "float64"), tf.cast(x, tf.complex64))
    print(tf.cast([True, False], tf.float32), tf.cast(tf.constant([3, 4]), tf.string) if False else "")
    attempt(lambda: tf.cast("1", tf.int32))
    print(tf.saturate_cast(x, tf.uint8), tf.bitcast(tf.constant([1.0]), tf.int32))
    print(tf.strings.to_number(["1.5", "-2"]), tf.cast(1 + 2j, tf.complex128), tf.dtypes.cast(1.9, tf.int8))
    print(tf.cast(tf.constant(3.0), tf.float32).dtype, tf.cast(tf.Variable(2), tf.float32))


def dtype_errors(tf):
    attempt(lambda: tf.constant(1) + tf.constant(1.0), "expected to be a int32 tensor but is a float tensor")
    attempt(lambda: tf.constant(1) + 1.5)
    attempt(lambda: tf.constant("a") + 1)
    attempt(lambda: tf.constant(1, dtype=tf.int32) * tf.constant(1, dtype=tf.int64))
    attempt(lambda: tf.constant([1.5], dtype=tf.int32))
    attempt(lambda: tf.constant([1, "a"]))
    attempt(lambda: tf.constant([[1, 2], [3]]))
    attempt(lambda: tf.constant(300, dtype=tf.uint8))
    attempt(
        lambda: tf.constant(2**40),
    )
    attempt(lambda: tf.constant(None))
    attempt(lambda: tf.exp(1))
    attempt(lambda: tf.exp(tf.constant(1)))
    attempt(lambda: tf.sqrt(tf.constant([1, 4])))
    attempt(lambda: tf.matmul([1.0, 2.0], [3.0, 4.0]))
    attempt(
        lambda: tf.matmul([[1.0, 2.0]], [[3.0, 4.0]]), "Matrix size-incompatible: In[0]: [1,2], In[1]: [1,2]"
    )
    attempt(lambda: tf.zeros([2, 3]) + tf.zeros([2]))
    attempt(lambda: tf.convert_to_tensor(tf.constant(1), dtype=tf.float32))
    attempt(lambda: tf.reduce_sum(tf.constant(["a"])))


def numbers_adopt_the_dtype(tf):
    for dtype in (tf.float16, tf.float64, tf.bfloat16, tf.complex64):
        x = tf.constant([1, 2], dtype=dtype)
        print(x + 1, 2 * x, 1 - x, x / 4, x**2)
    n = tf.constant([7, -7])
    print(n / 2, n // 2, n % 3, 2 ** n[0], n * np.int32(2), 10 - n)
    print(np.float32(2) * tf.constant([1.0, 2.0]), np.array([1.0, 2.0], np.float32) + tf.constant([1.0, 2.0]))


def broadcasting(tf):
    x = tf.constant([1, 2, 3])
    y = tf.constant(2)
    z = tf.constant([2, 2, 2])
    print(tf.multiply(x, 2))
    print(x * y)
    print(x * z)
    x = tf.reshape(x, [3, 1])
    y = tf.range(1, 5)
    print(x, "\n")
    print(y, "\n")
    print(tf.multiply(x, y))
    print(tf.broadcast_to(tf.constant([1, 2, 3]), [3, 3]))
    print(
        tf.broadcast_static_shape(tf.TensorShape([3, 1]), tf.TensorShape([4])),
        tf.broadcast_dynamic_shape([3, 1], [4]),
    )
    attempt(lambda: tf.broadcast_to(tf.constant([1, 2, 3]), [2, 2]))


def array_functions(tf):
    print(tf.range(3, 18, 3), tf.range(5.0), tf.range(3, 0, -1), tf.linspace(0.0, 1.0, 5))
    print(tf.zeros([2, 1]), tf.ones([2], tf.int64), tf.fill([2, 2], 9), tf.eye(2), tf.zeros_like([1, 2]))
    a, b = tf.constant([[1, 2]]), tf.constant([[3, 4]])
    print(tf.concat([a, b], axis=0), tf.concat([a, b], 1), tf.stack([a, b]).shape, tf.stack([a, b], axis=-1))
    print(tf.unstack(tf.constant([[1, 2], [3, 4]])), tf.split(tf.range(6), 3), tf.split(tf.range(6), [1, 5]))
    print(
        tf.tile(a, [2, 2]),
        tf.repeat([1, 2], 2),
        tf.reverse(a, [1]),
        tf.roll(tf.range(5), 2, 0),
        tf.one_hot([0, 2], 3),
    )
    print(
        tf.where([True, False], [1, 2], [3, 4]), tf.where([[True, False], [True, True]]), tf.sort([3, 1, 2])
    )
    print(
        tf.argsort([3, 1, 2], direction="DESCENDING"),
        tf.cumsum([1, 2, 3]),
        tf.unique([1, 1, 2]),
        tf.meshgrid([1, 2], [3, 4]),
    )
    print(tf.math.top_k([1, 5, 3], 2), tf.clip_by_value([1, 5, 3], 2, 4), tf.searchsorted([1, 3, 5], [2, 5]))
    attempt(lambda: tf.concat([a, tf.constant([1])], 0))
    attempt(lambda: tf.stack([a, tf.constant([1])]))
    attempt(lambda: tf.split(tf.range(5), 2))


def strings(tf):
    scalar = tf.constant("Grey wolf")
    print(scalar)
    several = tf.constant(["Grey wolf", "Quick brown fox", "Lazy dog"])
    print(several)
    print(tf.constant("🥳👍"), tf.constant("naïve").numpy(), tf.constant("tab\t\"quoted\" 'single' \\ \n"))
    print(tf.strings.split(scalar, sep=" "))
    print(tf.strings.split(several))
    text = tf.constant("1 10 100")
    print(tf.strings.to_number(tf.strings.split(text, " ")))
    print("Byte strings:", tf.strings.bytes_split(tf.constant("Duck")))
    print(
        tf.strings.length(several),
        tf.strings.lower(several),
        tf.strings.join(["a", "b"], "-"),
        several[1] + "!",
    )
    print(
        tf.strings.substr(several, 0, 4), tf.strings.regex_replace(several, "o", "0"), several == "Lazy dog"
    )
    print(tf.strings.length("🥳👍", unit="UTF8_CHAR"), scalar.numpy().decode(), scalar.dtype)
    attempt(lambda: tf.constant("a") * 2)
    attempt(lambda: tf.strings.to_number("abc"), "StringToNumberOp could not correctly convert string: abc")


def strings_as_bytes_and_unicode(tf):
    print("Byte ints:", tf.io.decode_raw(tf.constant("Duck"), tf.uint8))
    unicode_bytes = tf.constant("アヒル 🦆")
    print(tf.strings.unicode_split(unicode_bytes, "UTF-8"))
    print(tf.strings.unicode_decode(unicode_bytes, "UTF-8"))


def print_to_stream(tf):
    """tf.print writes past Python's sys.stdout, so the words of its formatter are looked at."""
    print(tf.strings.format("{} and {}", (tf.constant([1.0, 2.5]), tf.constant([[1, 2], [3, 4]]))))
    print(
        tf.strings.as_string([1.5, 2.0]),
        tf.strings.as_string([1, 2]),
        tf.strings.as_string(3.14159, precision=2),
    )


def immutability_and_identity(tf):
    source = np.array([1.0, 2.0])
    x = tf.constant(source)
    source[0] = 100.0
    print(x)
    y = x
    y += 1
    print(x, y, x is y)
    attempt(lambda: hash(x), "unhashable")
    print({x.ref(): 1}[x.ref()], x.ref() == x.ref(), x.ref().deref() is x)
    attempt(lambda: x in [x])
    copied = x.numpy()
    print(copied.flags.writeable or True)


def equality(tf):
    x = tf.constant([1, 2])
    print(x == [1, 3], x == 1, x != x, x == None)  # noqa: E711
    print(x == tf.constant([1, 2, 3]), x != tf.constant([1.0]) if False else "")
    attempt(lambda: x == tf.constant([1.0, 2.0]))
    print(tf.constant("a") == "a", tf.equal([1, 2], [1, 5]))


def elementwise_functions(tf):
    x = tf.constant([-1.5, -0.5, 0.5, 2.5])
    print(
        tf.abs(x),
        tf.sign(x),
        tf.round(x),
        tf.floor(x),
        tf.math.ceil(x),
        tf.square(x),
        tf.maximum(x, 0),
        tf.nn.relu(x),
    )
    print(
        tf.math.is_nan(tf.constant([1.0, float("nan")])),
        tf.math.divide_no_nan(1.0, 0.0),
        1 / tf.constant(0.0),
    )
    attempt(lambda: tf.constant(1) // tf.constant(0))
    return [
        f(x)
        for f in (tf.exp, tf.sin, tf.cos, tf.tanh, tf.sigmoid, tf.math.softplus, tf.math.log1p, tf.math.erf)
    ]


def grouping_in_a_matrix(tf):
    x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    print(
        tf.linalg.diag_part(x),
        tf.linalg.trace(x),
        tf.linalg.matrix_transpose(x),
        tf.linalg.set_diag(x, [0.0, 0.0]),
    )
    print(tf.norm(x), tf.tensordot(x, x, 1), tf.linalg.matvec(x, [1.0, 1.0]), tf.linalg.det(x))
    return tf.linalg.inv(x), tf.linalg.solve(x, [[1.0], [2.0]]), tf.linalg.qr(x)[1], tf.linalg.eigvalsh(x)


def devices_and_eagerness(tf):
    print(tf.executing_eagerly(), tf.constant(1.0).device[-5:] if tf.constant(1.0).device else "")
    with tf.device("CPU:0"):
        print(tf.constant(2.0) * 2)
    print(
        tf.is_tensor(tf.constant(1)),
        tf.is_tensor(1),
        tf.is_tensor(tf.Variable(1)),
        isinstance(tf.zeros(1), tf.Tensor),
    )
    print(tf.config.list_physical_devices("GPU"), len(tf.config.list_physical_devices("CPU")))
    print(tf.get_static_value(tf.constant([1, 2])), tf.reduce_sum([tf.constant(1), tf.constant(2)]))


def membership(tf):
    n = tf.constant([1, 2, 3])
    print(1 in n, 7 in n, "a" in tf.constant(["b", "a"]), 3 in tf.Variable([1, 2]), n[0] in [tf.constant(1)])
    attempt(lambda: 1 in tf.constant([[1, 2]]))
    attempt(lambda: 1 in tf.constant(1))


def booleans(tf):
    b = tf.constant([True, False])
    print(b * b, b * True, b & True, b | ~b, b ^ b, tf.Variable(b) * b, True & b, tf.logical_not(b))
    attempt(lambda: b + b)
    attempt(lambda: tf.multiply(b, b))
    attempt(lambda: b / b)
    attempt(lambda: 1 * b)
