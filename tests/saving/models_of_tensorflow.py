"""Models that the real TensorFlow writes, and what it says of them: `write_models(tensorflow, folder)`."""

import pathlib

import numpy

chance = numpy.random.default_rng(7)


def floats(*dims):
    return chance.normal(size=dims).astype("float32")


X, IMAGES, ROWS = floats(4, 6), floats(2, 9, 9, 3), floats(3, 5, 4)
NUMBERS = numpy.array([[3, 1, 2], [0, 5, 4]], "int32")
TEXTS = ["The cat sat", "on, the Mat", "", "dog"]


def write_models(tf, folder):
    """Writes each model; gives {name: (method, arguments, results, gradients to trainable variables or None)}."""
    made = {}
    for make in (simple, network, attention, control, recurrent, texts, reversal, operations):
        model, method, args = make(tf, folder)
        tf.saved_model.save(model, str(folder / make.__name__))
        tf.config.run_functions_eagerly(True)  # quicker than TensorFlow's optimization of graphs
        try:
            with tf.GradientTape() as tape:
                found = getattr(model, method)(*map(tf.constant, args))
                total = tf.add_n(
                    [
                        tf.reduce_sum(each * each)
                        for each in tf.nest.flatten(found)
                        if each.dtype is tf.float32
                    ]
                    or [tf.constant(0.0)]
                )
            names = sorted(name for name, each in vars(model).items() if isinstance(each, tf.Variable))
            gradients = tape.gradient(total, [getattr(model, name) for name in names])
        finally:
            tf.config.run_functions_eagerly(False)
        plain = [None if each is None else tf.convert_to_tensor(each).numpy() for each in gradients]
        made[make.__name__] = (
            method,
            args,
            tf.nest.map_structure(lambda each: each.numpy(), found),
            dict(zip(names, plain, strict=True)),
        )
    without = tf.saved_model.SaveOptions(experimental_custom_gradients=False)
    tf.saved_model.save(reversal(tf, folder)[0], str(folder / "without"), options=without)
    return made


def simple(tf, folder):
    class Model(tf.Module):
        def __init__(self):
            self.v = tf.Variable([1.0, -2.0, 3.0, 4.0, 0.5, 6.0], name="weights")
            self.count = tf.Variable(0, trainable=False)
            self.parts = [tf.Variable(1.5), {"a": tf.Variable([2])}, (tf.Variable("text"),)]
            self.constant = tf.constant([[1.0], [2.0], [3.0], [4.0]])
            self.concrete = self.either.get_concrete_function(tf.TensorSpec([], tf.float32), flag=True)

        @tf.function(input_signature=[tf.TensorSpec([None, 6], tf.float32)])
        def call(self, x):
            self.count.assign_add(1)
            return x * self.v + self.constant

        @tf.function
        def either(self, x, flag=False, *, more=None):
            """Traced for several kinds of arguments below."""
            y = x["a"] + x["b"][0] if isinstance(x, dict) else x
            y = -y if flag else y
            return (y, {"more": y + more}) if more is not None else (y, {})

        @tf.function(input_signature=[tf.RaggedTensorSpec([None, None], tf.float32)])
        def ragged(self, rows):
            return rows * 2.0, tf.reduce_sum(rows, axis=1)

    model = Model()
    model.either(tf.constant(1.0))
    model.either({"a": tf.constant([1.0, 2.0]), "b": [tf.constant(1.0)]}, True)
    model.either(tf.constant([1, 2]), more=tf.constant(3))
    return model, "call", [X]


def network(tf, folder):
    class Model(tf.Module):
        def __init__(self):
            self.filters = tf.Variable(floats(3, 3, 3, 4) / 3)
            self.depthwise = tf.Variable(floats(3, 3, 4, 2) / 3)
            self.up = tf.Variable(floats(2, 2, 5, 8) / 3)
            self.scale, self.offset = tf.Variable(floats(4)), tf.Variable(floats(4))
            self.kernel, self.bias = tf.Variable(floats(5, 3)), tf.Variable(floats(3))

        @tf.function(input_signature=[tf.TensorSpec([None, 9, 9, 3], tf.float32)])
        def call(self, x):
            x = tf.pad(x, [[0, 0], [1, 0], [0, 1], [0, 0]])
            x = tf.nn.conv2d(x, self.filters, 2, "SAME")
            x, _, _ = tf.compat.v1.nn.fused_batch_norm(
                x, self.scale, self.offset, [0.1] * 4, [1.5] * 4, is_training=False
            )
            x = tf.nn.leaky_relu(x, 0.1) + tf.nn.relu6(x) * tf.sigmoid(x)
            x = tf.nn.depthwise_conv2d(x, self.depthwise, [1, 1, 1, 1], "SAME")
            x = tf.nn.max_pool2d(x, 2, 1, "SAME") + tf.nn.avg_pool2d(x, 3, 1, "SAME")
            x = tf.image.resize(x, [4, 6])
            x = tf.nn.conv2d_transpose(x, self.up, [tf.shape(x)[0], 8, 12, 5], 2)
            x = tf.nn.gelu(tf.reduce_mean(x, [1, 2])) @ self.kernel
            return tf.nn.softmax(tf.nn.bias_add(x, self.bias))

    return Model(), "call", [IMAGES]


def attention(tf, folder):
    class Model(tf.Module):
        def __init__(self):
            self.table = tf.Variable(floats(7, 8))
            self.q, self.k = tf.Variable(floats(8, 2, 4)), tf.Variable(floats(8, 2, 4))
            self.gamma = tf.Variable(floats(8))

        @tf.function(input_signature=[tf.TensorSpec([None, None], tf.int32)])
        def call(self, numbers):
            x = tf.nn.embedding_lookup(self.table, numbers)
            q, k = (tf.einsum("btd,dhk->bhtk", x, each) for each in (self.q, self.k))
            size = tf.shape(numbers)[1]
            mask = tf.linalg.band_part(tf.ones([size, size]), -1, 0)
            scores = tf.matmul(q, k, transpose_b=True) / 2.0 - 1e9 * (1.0 - mask)
            y = tf.transpose(tf.nn.softmax(scores) @ q, [0, 2, 1, 3])
            y = x + tf.reshape(y, [tf.shape(y)[0], -1, 8])
            mean, variance = tf.nn.moments(y, -1, keepdims=True)
            y = (y - mean) * tf.math.rsqrt(variance + 1e-3) * self.gamma
            return {"y": y, "best": tf.argmax(y[:, -1], -1), "top": tf.math.top_k(y, 2).values}

    return Model(), "call", [NUMBERS]


def control(tf, folder):
    class Model(tf.Module):
        def __init__(self):
            self.v = tf.Variable(1.5)

        @tf.function
        def inner(self, x):
            return x * self.v

        @tf.function(input_signature=[tf.TensorSpec([None, 6], tf.float32), tf.TensorSpec([], tf.int32)])
        def call(self, x, n):
            def assigned():
                return self.inner(x) + 1.0

            y = tf.cond(tf.reduce_sum(x) > 0.0, assigned, lambda: x - self.v)
            i, z = tf.while_loop(
                lambda i, z: i < n, lambda i, z: (i + 1, z * self.v - tf.cast(i, z.dtype)), (0, y)
            )
            w = tf.switch_case(n % 3, [lambda: z, lambda: z * 2.0, lambda: tf.sin(z)])
            mapped = tf.map_fn(lambda row: tf.reduce_max(row) * self.v, x)
            grown = tf.while_loop(
                lambda i, rows: i < n,
                lambda i, rows: (i + 1, tf.concat([rows, rows[-1:] + 1.0], 0)),
                (0, x[:1]),
                shape_invariants=(tf.TensorShape([]), tf.TensorShape([None, 6])),
            )[1]
            for place in tf.range(n):
                if z[0, place] > 0.0:
                    w += z[:, place : place + 1]
            return y, z, w, mapped, grown, i

    return Model(), "call", [X, numpy.int32(4)]


def recurrent(tf, folder):
    class Model(tf.Module):
        def __init__(self):
            self.kernel, self.recurrent = tf.Variable(floats(4, 12) / 2), tf.Variable(floats(3, 12) / 2)
            self.bias = tf.Variable(floats(12))

        @tf.function(input_signature=[tf.TensorSpec([None, None, 4], tf.float32)])
        def call(self, x):
            steps = tf.shape(x)[1]
            rows = tf.TensorArray(tf.float32, steps).unstack(tf.transpose(x, [1, 0, 2]))
            out = tf.TensorArray(tf.float32, steps)
            zero = tf.zeros([tf.shape(x)[0], 3])

            def step(t, out, h, c):
                z = rows.read(t) @ self.kernel + h @ self.recurrent + self.bias
                i, f, g = tf.split(z[:, :9], 3, axis=1)
                c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
                h = tf.sigmoid(z[:, 9:]) * tf.tanh(c)
                return t + 1, out.write(t, h), h, c

            _, out, h, c = tf.while_loop(lambda t, *rest: t < steps, step, (0, out, zero, zero))
            return tf.transpose(out.stack(), [1, 0, 2]), h, c

    return Model(), "call", [ROWS]


def texts(tf, folder):
    words = folder / "words.txt"
    pathlib.Path(words).write_text("the\ncat\nmat\n")

    class Model(tf.Module):
        def __init__(self):
            self.words = tf.lookup.StaticVocabularyTable(
                tf.lookup.TextFileInitializer(
                    str(words),
                    tf.string,
                    tf.lookup.TextFileIndex.WHOLE_LINE,
                    tf.int64,
                    tf.lookup.TextFileIndex.LINE_NUMBER,
                ),
                2,
            )
            self.lengths = tf.lookup.StaticHashTable(
                tf.lookup.KeyValueTensorInitializer(["the", "cat"], [3.0, 30.0]), -1.0
            )
            self.seen = tf.lookup.experimental.MutableHashTable(tf.string, tf.int64, -7)
            self.asset = tf.saved_model.Asset(str(words))

        @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
        def call(self, text):
            text = tf.strings.regex_replace(tf.strings.lower(text), "[,.]", "")
            pieces = tf.strings.split(text)
            dense = pieces.to_tensor("")
            numbers = self.words.lookup(dense)
            hashes = tf.strings.to_hash_bucket_fast(text, 100)
            joined = tf.strings.join([text, tf.strings.as_string(hashes)], "-")
            lines = tf.strings.regex_full_match(self.asset.asset_path, ".*words.txt")
            return (
                numbers,
                self.lengths.lookup(dense),
                pieces.row_lengths(),
                joined,
                lines,
                self.seen.lookup(dense),
                self.lengths.size(),
            )

    model = Model()
    model.seen.insert(["cat", "dog"], [8, 9])
    return model, "call", [TEXTS]


def reversal(tf, folder):
    @tf.custom_gradient
    def reversed_gradient(x):
        y = tf.sin(x)
        return x * 2.0, lambda g: -g * y

    class Model(tf.Module):
        def __init__(self):
            self.v = tf.Variable([0.5, 1.5])

        @tf.function(input_signature=[tf.TensorSpec([2], tf.float32)])
        def call(self, x):
            return reversed_gradient(self.v * x) + tf.nn.silu(self.v)

    return Model(), "call", [numpy.array([1.0, 2.0], "float32")]


def operations(tf, folder):
    """One of many nodes each, so that inputs and attributes are taken for what they are."""
    raw, square = tf.raw_ops, floats(3, 4, 4)

    class Model(tf.Module):
        @tf.function(
            input_signature=[
                tf.TensorSpec([4, 6], tf.float32),
                tf.TensorSpec([2, 3], tf.int32),
                tf.TensorSpec([4], tf.string),
                tf.TensorSpec([2, 9, 9, 3], tf.float32),
            ]
        )
        def call(self, x, n, text, images):
            spd = tf.matmul(square, square, transpose_b=True) + 4.0 * tf.eye(4)
            unit = tf.sigmoid(x)
            found = {
                "unary": [
                    f(unit * 0.9 + 0.05)
                    for f in (
                        *(
                            tf.acos,
                            tf.asin,
                            tf.atan,
                            tf.atanh,
                            tf.cos,
                            tf.cosh,
                            tf.exp,
                            tf.math.expm1,
                            tf.math.erf,
                        ),
                        *(
                            tf.math.digamma,
                            tf.math.lgamma,
                            tf.math.log,
                            tf.math.log1p,
                            tf.math.reciprocal,
                            tf.sqrt,
                        ),
                        *(
                            tf.math.rsqrt,
                            tf.sinh,
                            tf.tan,
                            tf.nn.elu,
                            tf.nn.selu,
                            tf.nn.softplus,
                            tf.nn.softsign,
                        ),
                        *(tf.math.erfinv, tf.math.ndtri, tf.nn.log_softmax, tf.math.erfc, tf.square, tf.sign),
                    )
                ],
                "rounded": [
                    f(x * 3.0) for f in (tf.floor, tf.math.ceil, tf.round, tf.math.rint, tf.math.is_nan)
                ],
                "binary": [
                    f(x * 3.0, unit + 0.5)
                    for f in (
                        *(
                            tf.atan2,
                            tf.math.floordiv,
                            tf.math.floormod,
                            tf.maximum,
                            tf.math.squared_difference,
                        ),
                        *(tf.truncatemod, tf.math.xlogy, tf.math.xdivy, tf.math.divide_no_nan, tf.less_equal),
                    )
                ],
                "integers": [
                    n // 2,
                    n % 4,
                    tf.bitwise.left_shift(n, n),
                    tf.bitwise.invert(n),
                    n & 3,
                    -n,
                    abs(n - 3),
                ],
                "reduced": [
                    *(
                        tf.reduce_prod(x, 0),
                        tf.reduce_any(x > 1, 1, True),
                        tf.reduce_all(x < 2),
                        tf.reduce_min(x, [0, 1]),
                    ),
                    *(tf.cumsum(x, 1, exclusive=True, reverse=True), tf.math.cumprod(x, 0), tf.nn.l2_loss(x)),
                    *(
                        tf.argmin(x, 1, tf.int32),
                        tf.math.reduce_euclidean_norm(x, 1),
                        tf.reduce_logsumexp(x, 1),
                    ),
                ],
                "arranged": [
                    *(
                        tf.reverse(x, [1]),
                        tf.roll(x, [1, 2], [0, 1]),
                        tf.tile(n, [2, 1]),
                        tf.stack([x, x], 1),
                    ),
                    *(tf.unstack(n, axis=1), tf.split(x, [1, 2, 3], 1), tf.squeeze(x[None, :, None], [0, 2])),
                    *(
                        x[1:3, ::-2, tf.newaxis],
                        x[..., 1],
                        tf.gather(x, n, axis=1),
                        tf.gather_nd(x, [[0, 1], [2, 3]]),
                    ),
                    *(
                        tf.one_hot(n, 4, 5.0, -1.0, 0),
                        tf.pad(x, [[1, 0], [0, 2]], "REFLECT"),
                        tf.repeat(n, 2, 0),
                    ),
                    *(
                        tf.reverse_sequence(x, [1, 2, 6, 3], 1),
                        tf.broadcast_to(x[:1], [2, 6]),
                        tf.where(x > 1.0),
                    ),
                    *(
                        tf.nn.space_to_depth(images[:, :8, :8], 2),
                        tf.space_to_batch(images[:, :8, :8], [2, 2], [[0, 0]] * 2),
                    ),
                    *(
                        tf.linspace(0.0, 1.0, 5),
                        tf.range(2, 9, 3),
                        tf.fill([2], 1.5),
                        tf.zeros_like(n),
                        tf.size(x),
                    ),
                    *(
                        tf.dynamic_partition(x[0], [0, 1, 0, 1, 1, 0], 2),
                        tf.math.invert_permutation([2, 0, 1]),
                    ),
                    tf.dynamic_stitch([[0, 2], [1]], [[1.0, 3.0], [2.0]]),
                ],
                "places": [
                    *(tf.math.top_k(x, 2), tf.unique([3, 1, 3]), tf.searchsorted([1, 3, 5], n[0], "right")),
                    *(tf.scatter_nd([[1], [3]], x[:2], [5, 6]), tf.tensor_scatter_nd_max(x, [[0, 1]], [9.0])),
                    *(
                        tf.math.segment_mean(x, [0, 0, 1, 1]),
                        tf.math.unsorted_segment_max(x, [2, 0, 0, 2], 3),
                    ),
                    *(tf.math.in_top_k([0, 1, 2, 3], x, 2), tf.math.bincount(n, minlength=7, maxlength=7)),
                    *(
                        raw.Bucketize(input=x, boundaries=[-0.5, 0.5]),
                        tf.math.bincount(n, axis=-1, binary_output=True),
                    ),
                ],
                "linear": [
                    *(
                        tf.linalg.cholesky(spd),
                        tf.linalg.inv(spd),
                        tf.linalg.det(spd),
                        tf.linalg.solve(spd, square),
                    ),
                    *(
                        tf.linalg.triangular_solve(spd, square, adjoint=True),
                        tf.linalg.slogdet(spd),
                        tf.linalg.eigh(spd)[0],
                    ),
                    *(
                        tf.linalg.diag(x),
                        tf.linalg.diag_part(square, k=(-1, 1)),
                        tf.linalg.set_diag(square, x[:3, :4]),
                    ),
                    *(
                        tf.einsum("ij,ij->i", x, x),
                        tf.abs(tf.signal.rfft(x)),
                        tf.matmul(x, x, transpose_a=True),
                    ),
                ],
                "images": [
                    *(tf.image.resize(images, [5, 13], method) for method in ("nearest", "bicubic", "area")),
                    *(tf.image.resize(images, [4, 5], antialias=True), tf.image.adjust_contrast(images, 2.0)),
                    raw.ResizeBilinear(images=images, size=[5, 12], align_corners=True),
                    *(
                        tf.image.rgb_to_hsv(tf.abs(images)),
                        tf.image.extract_patches(images, *[[1, 2, 2, 1]] * 2, [1] * 4, "SAME"),
                    ),
                    tf.image.crop_and_resize(images, [[0.1, 0.0, 0.8, 1.0]], [1], [3, 4]),
                    *(
                        tf.nn.local_response_normalization(images),
                        tf.nn.max_pool_with_argmax(images, 2, 2, "VALID"),
                    ),
                ],
                "losses": [
                    tf.nn.softmax_cross_entropy_with_logits(tf.nn.softmax(x[::-1]), x),
                    tf.nn.sparse_softmax_cross_entropy_with_logits([0, 5, 1, 2], x),
                    raw.FusedBatchNormV3(
                        x=images,
                        scale=[1.0] * 3,
                        offset=[0.5] * 3,
                        mean=[0.0] * 3,
                        variance=[1.0] * 3,
                        is_training=True,
                    )[:3],
                ],
                "strings": [
                    *(
                        tf.strings.upper(text),
                        tf.strings.length(text, "UTF8_CHAR"),
                        tf.strings.substr(text, 0, 2),
                    ),
                    *(
                        tf.strings.to_number(tf.strings.as_string(n)),
                        tf.strings.as_string(x, precision=2),
                        tf.strings.strip(text),
                    ),
                    *(
                        tf.strings.reduce_join(text, 0, separator="-"),
                        tf.strings.to_hash_bucket_strong(text, 9, [1, 2]),
                    ),
                ],
                "random": [
                    tf.random.stateless_uniform([3], [1, 2]),
                    tf.random.stateless_normal([3], [1, 2]),
                    tf.random.stateless_uniform([3], [1, 2], 0, 9, tf.int32),
                ],
                "cast": [
                    tf.cast(x, tf.int32),
                    tf.bitcast(x, tf.int32),
                    tf.complex(x, x),
                    tf.math.real(tf.complex(x, x)),
                ],
            }
            return found

    return Model(), "call", [X, NUMBERS, TEXTS, IMAGES]
