"""TensorFlow's ordinary functions of ragged tensors."""

import numpy as np

from tests.oracle.call import Call, booleans, integers, normal, uniform

ROWS = [2, 0, 3]


def of(name, function, *args, **kwargs):
    return Call(function, *args, name=name, **kwargs)


def on(name, *args, also=(), lengths=ROWS, values=None, **kwargs):
    """The public function of a ragged tensor and further arguments."""

    def call(tf, v, *others):
        function = tf
        for part in name.split("."):
            function = getattr(function, part)
        return function(tf.RaggedTensor.from_row_lengths(v, lengths), *others, *args, **kwargs)

    return Call(call, normal(sum(lengths)) if values is None else values, *also, name=name)


def deep(tf, values):
    """Shape [3, None, None]."""
    return tf.RaggedTensor.from_nested_row_lengths(values, [[2, 0, 1], [2, 0, 3]])


def rows(tf, values, lengths=ROWS):
    return tf.RaggedTensor.from_row_lengths(values, lengths)


MATRIX = normal(5, 2)


def _matrices(tf, values, rows, columns):
    """Matrices of several sizes: [batch, (rows), (columns)], or [batch, (rows), columns] for one number of columns."""
    if isinstance(columns, int):
        whole = tf.reshape(values[: sum(rows) * columns], [-1, columns])
        return tf.RaggedTensor.from_row_lengths(whole, rows)
    inner = [width for count, width in zip(rows, columns) for _ in range(count)]  # noqa: B905
    return tf.RaggedTensor.from_nested_row_lengths(values[: sum(inner)], [rows, inner])


def _product(tf, x, y, first, second, **options):
    return tf.matmul(_matrices(tf, x, *first), _matrices(tf, y, *second), **options)


def _product_with_dense(tf, x, y, deep=False, **options):
    a, b = _matrices(tf, x, [2, 0, 3], 4), tf.reshape(y, [3, 4, 2])
    if deep:
        a, b = tf.RaggedTensor.from_row_lengths(a, [2, 1]), tf.RaggedTensor.from_row_lengths(b, [2, 1])
    return tf.matmul(a, b, **options)


def _even_product(tf, x, y):
    return tf.matmul(tf.RaggedTensor.from_row_lengths(x[:6], [2, 2, 2]), tf.reshape(y[:4], [2, 2]))


def _resized(tf, values, rows, columns, **options):
    inner = [width for count, width in zip(rows, columns) for _ in range(count)]  # noqa: B905
    pixels = tf.reshape(values[: 2 * sum(inner)], [-1, 2])
    return tf.image.resize(tf.RaggedTensor.from_nested_row_lengths(pixels, [rows, inner]), [3, 2], **options)


def _written(tf, values, **options):
    return tf.strings.format("{}, {}", [deep(tf, values), values], **options)


QUOTED = np.array([b"a", b"it's", b"\\", b"", b"\xc3\xa9"], object)
LARGE = normal(24), normal(24)

CALLS = [
    of("matmul", _product, *LARGE, ([2, 3], [3, 2]), ([3, 2], [2, 4])),
    of("matmul", _product, *LARGE, ([2, 3], 2), ([4, 1], 2), transpose_b=True),
    of("matmul", _product, *LARGE, ([3, 2], [2, 3]), ([3, 2], [1, 2]), transpose_a=True),
    of("matmul", _product, *LARGE, ([2, 3], [2, 2]), ([2, 2], 3)),
    of("matmul", _product_with_dense, *LARGE),
    of("matmul", _product_with_dense, *LARGE, deep=True),
    of("matmul", _even_product, *LARGE),
    of(
        "gather",
        lambda tf, x: tf.gather(rows(tf, x, [2, 3]), rows(tf, [1, 0, 1], [1, 0, 2]), axis=1),
        normal(5),
    ),
    of(
        "gather",
        lambda tf, x: tf.gather(tf.expand_dims(rows(tf, x, [2, 3]), 0), rows(tf, [1, 0], [0, 2]), axis=2),
        normal(5),
    ),
    of("gather", lambda tf, x: tf.gather(deep(tf, x)[:1], rows(tf, [1, 0, 0], [1, 2]), axis=1), normal(5)),
    of("image.resize", _resized, normal(60), [2, 3], [4, 2]),
    of("image.resize", _resized, normal(60), [3, 1], [2, 5], method="bicubic", antialias=True),
    *[
        of("strings.format", _written, values, **options)
        for values in (normal(5) * 100, integers(5), QUOTED)
        for options in ({}, {"summarize": 1}, {"summarize": -1})
    ],
    *[
        on(name, values=uniform(5, low=0.2, high=0.9))
        for name in ("abs", "math.log", "math.erf", "acos", "math.lgamma")
    ],
    *[
        on(f"nn.{name}")
        for name in ("relu", "elu", "selu", "silu", "leaky_relu", "softsign", "relu6", "gelu")
    ],
    *[
        on(f"math.{name}")
        for name in ("sigmoid", "tanh", "sign", "floor", "is_nan", "softplus", "square", "negative")
    ],
    on("math.logical_not", values=booleans(5)),
    on("cast", "int32"),
    on("cast", dtype="float64"),
    on("zeros_like"),
    on("ones_like", dtype="int64"),
    on("clip_by_value", -0.5, 0.5),
    on("identity"),
    on("size"),
    on("rank"),
    on("stop_gradient"),
    of("shape", lambda tf, v: tf.shape(rows(tf, v))[0], normal(5)),
    of("shape", lambda tf, v: tf.shape(rows(tf, v))[2], MATRIX),
    of("shape", lambda tf, v: tf.shape(rows(tf, v)).inner_shape, MATRIX),
    # Two that broadcast.
    *[
        of(
            f"math.{name}",
            lambda tf, a, b, n=name: getattr(tf.math, n)(rows(tf, a), rows(tf, b)),
            normal(5),
            normal(5),
        )
        for name in (
            "add",
            "subtract",
            "multiply",
            "divide",
            "maximum",
            "less",
            "equal",
            "squared_difference",
        )
    ],
    of("add", lambda tf, a: tf.add(rows(tf, a), 1.0), normal(5)),
    of("add", lambda tf, a: tf.add(y=rows(tf, a), x=1.0), normal(5)),
    of("add", lambda tf, a, b: tf.add(rows(tf, a), b), normal(5), normal(3, 1)),
    of("add", lambda tf, a, b: tf.add(b, rows(tf, a)), normal(5), normal(1, 1)),
    of("add", lambda tf, a, b: tf.add(rows(tf, a), b), MATRIX, normal(2)),
    of("add", lambda tf, a, b: tf.add(rows(tf, a), b), MATRIX, normal(3, 1, 1)),
    of("multiply", lambda tf, a, b: tf.multiply(deep(tf, a), b), normal(5), normal(3, 1, 1)),
    of(
        "multiply",
        lambda tf, a, b: tf.multiply(deep(tf, a), tf.expand_dims(rows(tf, b, [2, 0, 1]), 2)),
        normal(5),
        normal(3),
    ),
    of("RaggedTensor", lambda tf, a, b: rows(tf, a) * rows(tf, b) - 2.0, normal(5), normal(5)),
    of("RaggedTensor", lambda tf, a, b: rows(tf, a) + b, normal(5), normal(3, 1)),
    of(
        "RaggedTensor",
        lambda tf, a: (rows(tf, a) > 0.0, -rows(tf, a), abs(rows(tf, a)), 2.0 / rows(tf, a)),
        normal(5),
    ),
    of("RaggedTensor", lambda tf, a: rows(tf, a) == rows(tf, a), normal(5)),
    of("add_n", lambda tf, a, b: tf.add_n([rows(tf, a), rows(tf, b), rows(tf, a)]), normal(5), normal(5)),
    of(
        "where",
        lambda tf, c, a, b: tf.where(rows(tf, c), rows(tf, a), rows(tf, b)),
        booleans(5),
        normal(5),
        normal(5),
    ),
    of("where", lambda tf, c, a: tf.where(rows(tf, c), rows(tf, a), 0.0), booleans(5), normal(5)),
    of("where", lambda tf, c: tf.where(rows(tf, c)), np.array([True, False, False, True, True])),
    of("one_hot", lambda tf, v: tf.one_hot(rows(tf, v), 4), integers(5, low=0, high=4)),
    # Reductions.
    *[
        on(f"math.reduce_{name}", axis=axis, keepdims=keepdims, lengths=[2, 1, 3], values=normal(6))
        for name in ("sum", "prod", "max", "min", "mean")
        for axis in (None, 0, 1, -1)
        for keepdims in (False, True)
    ],
    *[
        of("math.reduce_sum", lambda tf, v, a=axis: tf.reduce_sum(deep(tf, v), axis=a), normal(5))
        for axis in (None, 0, 1, 2, [1, 2], [0, 2], -1, [0, 1, 2])
    ],
    *[
        of("math.reduce_sum", lambda tf, v, a=axis: tf.reduce_sum(rows(tf, v), axis=a), MATRIX)
        for axis in (None, 0, 1, 2, [1, 2])
    ],
    of("math.reduce_mean", lambda tf, v: tf.reduce_mean(rows(tf, v, [2, 3]), axis=1), integers(5)),
    of("math.reduce_variance", lambda tf, v: tf.math.reduce_variance(rows(tf, v, [2, 3]), axis=1), normal(5)),
    of("math.reduce_std", lambda tf, v: tf.math.reduce_std(rows(tf, v, [2, 3]), axis=1), normal(5)),
    *[
        on(f"reduce_{name}", axis=axis, values=booleans(5))
        for name in ("all", "any")
        for axis in (None, 0, 1)
    ],
    on("nn.softmax", lengths=[2, 3]),
    on("cumsum", axis=1),
    of("cumsum", lambda tf, v: tf.cumsum(rows(tf, v), axis=2), MATRIX),
    of(
        "math.unsorted_segment_sum",
        lambda tf, v: tf.math.unsorted_segment_sum(rows(tf, v), [1, 0, 1], 2),
        normal(5),
    ),
    # Axes, rows and pieces.
    *[
        of(
            "concat",
            lambda tf, a, b, axis=axis: tf.concat([deep(tf, a), deep(tf, b)], axis),
            normal(5),
            normal(5),
        )
        for axis in (0, 1, 2, -1)
    ],
    of("concat", lambda tf, a, b: tf.concat([rows(tf, a), b], 1), normal(5), normal(3, 2)),
    of("concat", lambda tf, a, b: tf.concat([b, rows(tf, a)], 0), normal(5), normal(3, 2)),
    of(
        "concat",
        lambda tf, a, b: tf.concat([rows(tf, a), rows(tf, b, [1, 2, 2])], axis=1),
        normal(5),
        normal(5),
    ),
    *[
        of(
            "stack",
            lambda tf, a, b, axis=axis: tf.stack([rows(tf, a), rows(tf, b)], axis),
            normal(5),
            normal(5),
        )
        for axis in (0, 1, 2)
    ],
    of("stack", lambda tf, a, b: tf.stack([rows(tf, a), rows(tf, b, [1, 4])], axis=0), normal(5), normal(5)),
    *[
        of("expand_dims", lambda tf, v, axis=axis: tf.expand_dims(rows(tf, v), axis), MATRIX)
        for axis in (0, 1, 2, 3, -1)
    ],
    of("squeeze", lambda tf, v: tf.squeeze(tf.expand_dims(rows(tf, v), 0), [0]), normal(5)),
    of("squeeze", lambda tf, v: tf.squeeze(tf.expand_dims(rows(tf, v), 1), 1), normal(5)),
    of("squeeze", lambda tf, v: tf.squeeze(tf.expand_dims(rows(tf, v), 2), -1), normal(5)),
    *[on("tile", multiples) for multiples in ([2, 1], [1, 2], [2, 3])],
    of("tile", lambda tf, v: tf.tile(rows(tf, v), [1, 2, 2]), MATRIX),
    *[on("reverse", axis) for axis in ([0], [1], [0, 1])],
    on("reshape", [-1]),
    of("reshape", lambda tf, v: tf.reshape(rows(tf, v), [-1, 5]), MATRIX),
    of("split", lambda tf, v: tf.split(rows(tf, v), 3), normal(5)),
    of("split", lambda tf, v: tf.split(rows(tf, v), [1, 2]), normal(5)),
    of("gather", lambda tf, v: tf.gather(rows(tf, v), [2, 0, 2]), normal(5)),
    of("gather", lambda tf, v: tf.gather(rows(tf, v), 2), normal(5)),
    of("gather", lambda tf, v: tf.gather(rows(tf, v), [[2, 0], [1, 1]]), normal(5)),
    of("gather", lambda tf, v, i: tf.gather(v, rows(tf, i)), normal(4), integers(5, low=0, high=4)),
    of("gather", lambda tf, v, i: tf.gather(rows(tf, v), rows(tf, i)), normal(5), integers(5, low=0, high=3)),
    of("gather", lambda tf, v: tf.gather(rows(tf, v, [2, 3]), [[1, 0], [2, 2]], batch_dims=1), normal(5)),
    of(
        "gather",
        lambda tf, v, i: tf.gather(v, rows(tf, i), batch_dims=1),
        normal(3, 4),
        integers(5, low=0, high=4),
    ),
    of("gather", lambda tf, v: tf.gather(rows(tf, v, [2, 3]), [1, 0], axis=1), normal(5)),
    of("gather_nd", lambda tf, v: tf.gather_nd(rows(tf, v), [[0, 1], [2, 2]]), normal(5)),
    of("gather_nd", lambda tf, v: tf.gather_nd(rows(tf, v), [[2], [0]]), normal(5)),
    of("gather_nd", lambda tf, v: tf.gather_nd(deep(tf, v), [[0, 0, 1], [2, 0, 2]]), normal(5)),
    # Strings.
    of("strings.length", lambda tf: tf.strings.length(tf.ragged.constant([["a", "bcd"], ["ef"]]))),
    of(
        "strings.join",
        lambda tf: tf.strings.join([tf.ragged.constant([["a", "b"], ["c"]]), "!"], separator="-"),
    ),
    *[
        of(
            "strings.reduce_join",
            lambda tf, a=axis: tf.strings.reduce_join(tf.ragged.constant([["a", "b"], ["c"]]), axis=a),
        )
        for axis in (0, 1)
    ],
    of("strings.as_string", lambda tf, v: tf.strings.as_string(rows(tf, v)), integers(5)),
]

CALLS += [
    of("ragged.range", lambda tf: tf.ragged.range([0, 5, 8], [3, 3, 12])),
    of("ragged.range", lambda tf: tf.ragged.range([3, 0, 2])),
    of("ragged.range", lambda tf: tf.ragged.range(5, [0, 3, 9], [-2, -1, 2])),
    of("ragged.range", lambda tf: tf.ragged.range([0.0, 1.0], 2.0, 0.75, row_splits_dtype="int32")),
    of("ragged.range", lambda tf, a: tf.ragged.range(a), integers(4, low=0, high=5)),
    of("ragged.row_splits_to_segment_ids", lambda tf: tf.ragged.row_splits_to_segment_ids([0, 2, 2, 3])),
    of("ragged.segment_ids_to_row_splits", lambda tf: tf.ragged.segment_ids_to_row_splits([0, 0, 2])),
    of("ragged.segment_ids_to_row_splits", lambda tf: tf.ragged.segment_ids_to_row_splits([0, 0, 2], 5)),
    of("ragged.boolean_mask", lambda tf, v, m: tf.ragged.boolean_mask(v, m), normal(3, 4), booleans(3, 4)),
    of("ragged.boolean_mask", lambda tf, v, m: tf.ragged.boolean_mask(v, m), normal(3, 4), booleans(3)),
    of(
        "ragged.boolean_mask",
        lambda tf, v, m: tf.ragged.boolean_mask(rows(tf, v), rows(tf, m)),
        normal(5),
        booleans(5),
    ),
    of(
        "ragged.boolean_mask",
        lambda tf, v: tf.ragged.boolean_mask(rows(tf, v), [True, False, True]),
        normal(5),
    ),
    of(
        "ragged.boolean_mask",
        lambda tf, v, m: tf.ragged.boolean_mask(v, m),
        normal(2, 3, 2),
        booleans(2, 3, 2),
    ),
    of(
        "ragged.boolean_mask",
        lambda tf, v, m: tf.ragged.boolean_mask(deep(tf, v), deep(tf, m)),
        normal(5),
        booleans(5),
    ),
    of(
        "ragged.stack_dynamic_partitions",
        lambda tf, v: tf.ragged.stack_dynamic_partitions(v, [3, 0, 2, 0, 3], 5),
        normal(5),
    ),
    of(
        "ragged.stack_dynamic_partitions",
        lambda tf, v, p: tf.ragged.stack_dynamic_partitions(rows(tf, v), rows(tf, p), 4),
        normal(5),
        integers(5, low=0, high=4),
    ),
    of(
        "ragged.cross",
        lambda tf: tf.ragged.cross([tf.ragged.constant([["a"], ["b", "c"]]), tf.constant([["d"], ["e"]])]),
    ),
    of(
        "ragged.cross",
        lambda tf: tf.ragged.cross([tf.ragged.constant([[1], [2, 3]]), tf.ragged.constant([["d"], []])]),
    ),
    of(
        "ragged.cross_hashed",
        lambda tf: tf.ragged.cross_hashed(
            [tf.ragged.constant([["a"], ["b", "c"]]), tf.constant([["d"], ["e"]])], 100
        ),
    ),
    of(
        "ragged.cross_hashed",
        lambda tf: tf.ragged.cross_hashed(
            [tf.ragged.constant([[1], [2, 3]]), tf.constant([["d"], ["e"]])], hash_key=17
        ),
    ),
    *[
        of(
            "ragged.stack",
            lambda tf, a, b, axis=axis: tf.ragged.stack([rows(tf, a), rows(tf, b, [1, 3, 1])], axis),
            normal(5),
            normal(5),
        )
        for axis in (0, 1)
    ],
    of("ragged.stack", lambda tf, a, b: tf.ragged.stack([a, b], 1), normal(3, 2), normal(3, 2)),
    # Rows one by one.
    of("map_fn", lambda tf, v: tf.map_fn(lambda x: x * 2.0, rows(tf, v)), normal(5)),
    of(
        "map_fn",
        lambda tf, v: tf.map_fn(tf.reduce_sum, rows(tf, v), fn_output_signature=tf.float32),
        normal(5),
    ),
    of("map_fn", lambda tf, v: tf.map_fn(lambda x: x[::-1], deep(tf, v)), normal(5)),
    of(
        "map_fn",
        lambda tf, n: tf.map_fn(tf.range, n, fn_output_signature=tf.RaggedTensorSpec([None], tf.int32)),
        integers(4, low=0, high=5),
    ),
    of(
        "map_fn",
        lambda tf, n: tf.map_fn(
            tf.ragged.range, n, fn_output_signature=tf.RaggedTensorSpec([2, None], tf.int32)
        ),
        integers(3, 2, low=0, high=5),
    ),
    of(
        "map_fn",
        lambda tf, v: tf.map_fn(
            lambda x: tf.sparse.reduce_sum(x),
            tf.SparseTensor([[0, 1], [2, 0], [2, 2]], v, [4, 3]),
            fn_output_signature=tf.float32,
        ),
        normal(3),
        grad=False,
        reason="TensorFlow has no gradient of the rows of a SparseTensor",
    ),
    # What sparse tensors are taken by.
    *[
        of(
            name,
            lambda tf, v, n=name: getattr(tf, n)(tf.SparseTensor([[0, 1], [2, 0], [2, 2]], v, [4, 3])),
            normal(3),
            grad=False,
        )
        for name in ("shape", "size", "rank", "abs", "sign", "square", "tanh", "negative", "sin", "identity")
    ],
    of(
        "cast",
        lambda tf, v: tf.cast(tf.SparseTensor([[0, 1], [2, 0], [2, 2]], v, [4, 3]), "int32"),
        normal(3),
        grad=False,
    ),
]

IDS = np.array([1, 3, 0, 2, 2])
CALLS += [
    of("nn.embedding_lookup", lambda tf, t, i: tf.nn.embedding_lookup(t, rows(tf, i)), normal(4, 3), IDS),
    *[
        of(
            f"nn.{name}",
            lambda tf, t, i, w, n=name, c=combiner: getattr(tf.nn, n)(
                t, rows(tf, i), rows(tf, w), combiner=c
            ),
            normal(4, 3),
            IDS,
            uniform(5) + 0.1,
            rtol=1e-5,
        )
        for name in ("embedding_lookup_sparse", "safe_embedding_lookup_sparse")
        for combiner in ("sum", "mean", "sqrtn")
    ],
]


def counted(tf, values):
    return tf.SparseTensor([[0, 1], [2, 0], [2, 2]], values, [4, 3])


CALLS += [
    *[
        of("math.bincount", lambda tf, v, o=options: tf.math.bincount(rows(tf, v), **o), integers(5))
        for options in (
            {},
            {"axis": -1},
            {"axis": -1, "minlength": 12},
            {"axis": -1, "binary_output": True},
            {"maxlength": 4},
        )
    ],
    *[
        of("math.bincount", lambda tf, v, o=options: tf.math.bincount(counted(tf, v), **o), integers(3))
        for options in ({}, {"axis": -1}, {"axis": 0, "dtype": "int64"})
    ],
    of(
        "math.bincount",
        lambda tf, v, w: tf.math.bincount(rows(tf, v), weights=rows(tf, w), axis=-1),
        integers(5),
        uniform(5),
        grad=False,
        reason="the length of the result depends on the numbers",
    ),
    of("dynamic_partition", lambda tf, v: tf.dynamic_partition(rows(tf, v), [0, 1, 0], 2), normal(5)),
    of("debugging.assert_less", lambda tf, v: (tf.debugging.assert_less(rows(tf, v), 9.0), v)[1], normal(5)),
    of("io.encode_base64", lambda tf: tf.io.encode_base64(tf.ragged.constant([["a", "bc"], []]))),
]

CALLS += [
    of(
        "gather",
        lambda tf, v, i, a=axis: tf.gather(v, rows(tf, i), axis=a),
        normal(3, 4, 5),
        integers(5, low=0, high=4),
    )
    for axis in (1, 2, -1)
]

BAD_CALLS = [
    of("matmul", _product, *LARGE, ([2, 3], [3, 2]), ([2, 2], [2, 4])),
    of("matmul", _product, *LARGE, ([2, 3], [3, 2]), ([3, 2], [2, 4]), transpose_a=True, adjoint_a=True),
    of("matmul", lambda tf, x: tf.matmul(rows(tf, x), [[1.0]]), normal(5)),
    of("matmul", lambda tf, x: tf.matmul(deep(tf, x), [[1.0]]), normal(5)),
    of("matmul", lambda tf, x: tf.matmul(rows(tf, x), rows(tf, tf.cast(x, tf.float64))), normal(5)),
    of("image.resize", lambda tf, x: tf.image.resize(deep(tf, x), [2, 2]), normal(5)),
    of("strings.format", _written, QUOTED, summarize=0),
]
