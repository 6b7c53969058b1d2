"""Order: sorting, the greatest k, places in sorted rows, permutations, unique elements and counts."""

import numpy as np

from tests.oracle.call import Call, complex_normal, integers, normal, uniform

inf, nan = np.inf, np.nan
CALLS = [
    Call("approx_top_k", normal(3, 5), 2, grad=False, reason="TensorFlow has none here"),
    *[
        Call("nn.isotonic_regression", normal(3, 9, dtype=dtype))
        for dtype in ("float32", "float64", "float16")
    ],
    Call("nn.isotonic_regression", normal(5, 3), decreasing=False, axis=0),
    *[
        Call("nn.isotonic_regression", integers(9, dtype=dtype))
        for dtype in ("int8", "int16", "int32", "int64")
    ],
    # Sorting.
    *[
        Call(name, array, axis=axis, direction=direction)
        for name in ("sort", "argsort")
        for direction in ("ASCENDING", "DESCENDING")
        for array, axis in (
            (normal(6), -1),
            (normal(3, 4), 0),
            (normal(2, 3, 4), 1),
            (integers(3, 5, high=4), -1),
            (integers(3, 5, high=4, dtype="uint8"), -1),
            (np.array([-128, 127, 5], np.int8), 0),
            (normal(4, dtype="float16"), np.array(0)),
            (normal(4, dtype="bfloat16"), 0),
            (integers(3, 0), -1),
            (np.array([1, 3, 3, 2, 3], np.float32), -1),
            (np.array([inf, 1, -inf], np.float32), -1),
        )
    ],
    Call("argsort", normal(5), stable=True),
    Call("sort", [3, 1, 2]),
    # The greatest.
    *[
        Call("math.top_k", array, k, **options)
        for array, k, options in (
            (normal(6), 2, {}),
            (normal(3, 4), 4, {}),
            (normal(2, 3, 4), 1, {}),
            (normal(3, 4), 0, {}),
            (normal(0, 4), 2, {}),
            (normal(2, 500), 7, {}),
            (integers(2, 500, high=9), 7, {}),
            (integers(2, 9, high=4), 9, {"sorted": False}),
            (integers(2, 9, high=4, dtype="uint8"), 3, {"index_type": "int64"}),
            (integers(9), 3, {"index_type": "int16"}),
            (normal(9), np.array(3), {}),
        )
    ],
    Call("math.top_k", normal(4)),
    *[
        # Without sorting, TensorFlow's order is that of its heap.
        Call(lambda tf, x: tf.sort(tf.math.top_k(x, 3, sorted=False).indices), x, name="math.top_k")
        for x in (integers(2, 9, high=4), integers(2, 500, high=9), normal(7))
    ],
    *[Call("math.approx_max_k", normal(3, 8), 3)],
    *[
        Call("math.in_top_k", targets, predictions, k)
        for targets, predictions, k in (
            (np.array([1, 0], np.int32), np.array([[1, 2, 3], [3, 3, 3]], np.float32), 1),
            (np.array([5, -1], np.int32), np.array([[1, 2, 3], [3, 3, 3]], np.float32), 1),
            (
                np.array([0, 1, 2]),
                np.array([[0.1, 0.2, 0.2], [0.2, 0.2, 0.2], [0.9, 0.1, nan]], np.float32),
                2,
            ),
            (np.array([0, 1]), np.array([[1, nan, 3], [3, inf, 3]], np.float32), 3),
            (np.array([0, 1]), np.array([[1, 2, 3], [3, 4, 3]], np.float32), 0),
            (integers(20, high=9), uniform(20, 9), np.array(4, np.int32)),
        )
    ],
    Call("math.in_top_k", [0], [[1, 2, 3]], 3),
    *[
        Call("math.invert_permutation", x)
        for x in (np.array([2, 0, 1]), np.array([3, 0, 1, 2], np.int32), np.zeros(0, np.int32))
    ],
    # Places.
    *[
        Call("searchsorted", rows, values, side=side)
        for side in ("left", "right")
        for rows, values in (
            (np.array([1, 3, 5]), np.array([0, 3, 6, 5])),
            (np.sort(integers(2, 7)), integers(2, 9)),
            (np.sort(normal(2, 3, 8)), normal(2, 3, 4)),
            (np.sort(normal(8, dtype="float64")), normal(5, dtype="float64")),
            (np.zeros((2, 0), np.float32), normal(2, 3)),
        )
    ],
    Call("searchsorted", [1, 3, 5], [2], out_type="int64"),
    Call("searchsorted", [1, 3, 5], [[2, 4]]),
    # Unique elements.
    *[
        Call(name, array, **options)
        for name in ("unique", "unique_with_counts")
        for array, options in (
            (integers(20), {"grad": False}),
            (integers(20, dtype="uint8"), {"out_idx": "int64"}),
            (np.array([nan, nan, 0.0, -0.0], np.float32), {"grad": False}),
            (np.array(["b", "a", "b"], object), {}),
            (np.array([True, False, True]), {}),
            (np.zeros(0, np.float32), {"grad": False}),
        )
    ],
    # Counts.
    *[
        Call("math.bincount", array, grad=False, **options)
        for array, options in (
            (np.array([1, 1, 2, 5]), {}),
            (np.array([1, 1, 2, 5]), {"minlength": 8}),
            (np.array([1, 1, 2, 5]), {"maxlength": 3}),
            (np.array([1, 1, 2, 5]), {"minlength": 8, "maxlength": 3}),
            (np.array([1, 1, 2, 5]), {"minlength": -2, "dtype": "float32"}),
            (np.array([1, 1, 2, 5]), {"weights": np.array([1, 2, 3, 4], np.float32)}),
            (np.array([1, 1, 2, 5]), {"weights": np.array([1, 2, 3, 4]), "minlength": 7}),
            (np.array([1, 1, 2, 5]), {"binary_output": True}),
            (integers(3, 4), {}),
            (integers(3, 4), {"axis": 0, "dtype": "int64"}),
            (integers(3, 4), {"axis": -1}),
            (integers(3, 4), {"axis": -1, "maxlength": 4}),
            (integers(3, 4), {"axis": -1, "binary_output": True, "minlength": 12}),
            (integers(3, 4), {"axis": -1, "weights": uniform(3, 4)}),
            (integers(3, 4), {"weights": uniform(3, 4)}),
            (np.zeros(0, np.int32), {}),
            (np.array(3), {}),
            (np.array([1, 1]), {"axis": -1}),
            (np.array([1, 1]), {"maxlength": 0}),
        )
    ],
    Call("math.bincount", [1.0, 2.0]),
    Call("math.bincount", [True]),
    *[
        Call("math.confusion_matrix", labels, predictions, grad=False, **options)
        for labels, predictions, options in (
            (integers(9), integers(9), {}),
            (integers(9), integers(9), {"num_classes": 12}),
            (integers(9), integers(9), {"num_classes": np.array(12), "dtype": "float32"}),
            (integers(9), integers(9), {"weights": uniform(9), "dtype": "float32"}),
            (integers(9), integers(9), {"weights": integers(9)}),
            (integers(9, 1), integers(9), {"dtype": "int64"}),
            (integers(9, high=2), integers(9, high=2), {"dtype": "bool"}),
        )
    ],
    Call("math.confusion_matrix", [1.0, 2.0], [1.0, 2.0]),
    *[
        Call("histogram_fixed_width", values, limits, bins, grad=False, **options)
        for values, limits, bins, options in (
            (np.array([-1, 0, 1.5, 2, 5, 15], np.float32), [0.0, 5.0], 5, {}),
            (normal(30), np.array([-1, 1], np.float32), 7, {"dtype": "int64"}),
            (np.arange(100) / 100, np.array([0.0, 1.0]), 7, {}),
            (integers(30), [2, 7], 4, {}),
            (np.zeros(0, np.float32), [0.0, 1.0], 3, {}),
        )
    ],
    Call("histogram_fixed_width_bins", normal(4, 5), [-1.0, 1.0], 7, grad=False),
    Call("histogram_fixed_width_bins", np.arange(20, dtype=np.float32) / 20, [0.0, 1.0], 7, grad=False),
]

BAD_CALLS = [
    Call("nn.isotonic_regression", normal(3), axis=2),
    Call("sort", normal(3), direction="x"),
    Call("sort", normal(3), direction=None),
    Call("sort", normal()),
    Call("sort", normal(3), axis=1),
    Call("sort", normal(3), axis=[0]),
    Call("sort", normal(3), axis=None),
    Call("sort", [True, False]),
    Call("sort", ["b", "a"]),
    Call("sort", complex_normal(2)),
    Call("argsort", normal(3), axis=5),
    Call("math.top_k", normal(4), 5),
    Call("math.top_k", normal(), 1),
    Call("math.top_k", normal(4), -1),
    Call("math.top_k", normal(4), [1]),
    Call("math.top_k", normal(4), 1.0),
    Call("math.top_k", normal(4), None),
    Call("math.top_k", [True], 1),
    Call("math.top_k", normal(4), 1, sorted=1),
    Call("math.top_k", normal(4), 1, index_type="float32"),
    Call("math.approx_max_k", integers(4), 1),
    Call("math.approx_max_k", normal(4), 5),
    Call("math.in_top_k", [0], normal(2, 3), 3),
    Call("math.in_top_k", [0], normal(3), 3),
    Call("math.in_top_k", [[0]], normal(1, 3), 3),
    Call("math.in_top_k", [0.0], normal(1, 3), 3),
    Call("math.in_top_k", [0], normal(1, 3), [1]),
    Call("math.in_top_k", [0], normal(1, 3), 1.0),
    Call("math.invert_permutation", [2, 0, 0]),
    Call("math.invert_permutation", [2, 0, 5]),
    Call("math.invert_permutation", [0, -1]),
    Call("math.invert_permutation", [[0]]),
    Call("math.invert_permutation", [0.0]),
    Call("searchsorted", [1, 3, 5], 2),
    Call("searchsorted", 3, [2]),
    Call("searchsorted", [1, 3, 5], [0], side="x"),
    Call("searchsorted", [1.0, 3.0], [0, 3]),
    Call("searchsorted", [[1, 3], [2, 4]], [[0, 3]]),
    Call("searchsorted", [1, 3], [0], out_type="float32"),
    Call("unique", [[1]]),
    Call("unique", 3),
    Call("unique", [1], out_idx="float32"),
    Call("math.bincount", [-1, 1]),
    Call("math.bincount", [[1]], axis=1),
    Call("math.bincount", [[[1]]], axis=-1),
    Call("math.bincount", [1, 1], weights=[1.0]),
    Call("math.bincount", np.array([1], np.uint8)),
    Call("math.bincount", [1], weights=[1.0], binary_output=True),
    Call("math.bincount", [1], weights=np.array([1], np.float16)),
    Call("math.confusion_matrix", [1, 2], [1, 2], num_classes=2),
    Call("math.confusion_matrix", [-1], [2]),
    Call("math.confusion_matrix", [1], [-2]),
    Call("math.confusion_matrix", [1, 2], [1]),
    Call("math.confusion_matrix", [1, 2], [1, 2], weights=[1]),
    Call("math.confusion_matrix", 1, 1),
    Call("math.confusion_matrix", ["a"], [1]),
    Call("histogram_fixed_width", normal(3), [5.0, 0.0]),
    Call("histogram_fixed_width", normal(3), [1.0, 1.0]),
    Call("histogram_fixed_width", normal(3), [0.0, 1.0, 2.0]),
    Call("histogram_fixed_width", normal(3), [0.0, 1.0], nbins=0),
    Call("histogram_fixed_width", np.array([nan], np.float32), [0.0, 1.0]),
    Call("histogram_fixed_width_bins", normal(3), [0.0, 1.0], nbins=0),
    Call("histogram_fixed_width_bins", integers(3), [0, 5], nbins=5),
]
