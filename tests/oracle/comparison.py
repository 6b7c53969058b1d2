"""Runs a call in either library and brings what comes out into one form, to be compared."""

import zlib

import numpy as np

TOLERANCES = {
    "float16": 4e-3,
    "bfloat16": 3e-2,
    "float32": 1e-5,
    "complex64": 1e-5,
    "float64": 1e-9,
    "complex128": 1e-9,
}


def convert(value, tensor):
    """`value` with `tensor` applied to the NumPy arrays in it."""
    if isinstance(value, np.ndarray):
        return tensor(value)
    if isinstance(value, dict):
        return {key: convert(each, tensor) for key, each in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*[convert(each, tensor) for each in value])
    if isinstance(value, list | tuple):
        return type(value)([convert(each, tensor) for each in value])
    return value


def leaves(value):
    """The values in a result, in order; composite tensors are taken apart."""
    if isinstance(value, dict):
        return [leaf for key in sorted(value) for leaf in leaves(value[key])]
    if isinstance(value, list | tuple):
        return [leaf for each in value for leaf in leaves(each)]
    kind = type(value).__name__
    if kind == "SparseTensor":
        return [value.indices, value.values, value.dense_shape]
    if kind == "IndexedSlices":
        return [value.indices, value.values]
    if kind == "RaggedTensor":
        return [value.flat_values, *value.nested_row_splits]
    return [value]


def is_tensor(value):
    return hasattr(value, "dtype") and hasattr(value, "numpy")


def is_floating(value):
    return is_tensor(value) and value.dtype.name in TOLERANCES


def plain(value):
    """A leaf that is no tensor in a form that both libraries share."""
    kind = type(value).__name__
    if kind == "TensorShape":
        return None if value.rank is None else list(value.as_list())
    if kind == "DType":
        return value.name
    if kind in ("TensorSpec", "UnconnectedGradients"):
        return repr(value)
    return value


def run(library, function, call):
    """The result of the call, and a function that gives its gradients for the cotangents of its floating
    leaves.
    """
    inputs = []

    def tensor(array):
        made = library.constant(array.tolist() if array.dtype == object else array)
        inputs.append(made)
        return made

    args = convert(call.args, tensor)
    kwargs = convert(call.kwargs, tensor)
    sources = [each for each in inputs if is_floating(each)]
    if not (call.grad and sources):
        return function(*args, **kwargs), None
    with library.GradientTape() as tape:
        tape.watch(sources)
        result = function(*args, **kwargs)

    def gradients(cotangents):
        targets = [each for each in leaves(result) if is_floating(each)]
        return tape.gradient(
            targets, sources, output_gradients=[library.constant(each) for each in cotangents]
        )

    return result, gradients


def cotangents_of(result, call):
    """Fixed random numbers like the floating leaves of a result."""
    stream = np.random.default_rng(zlib.crc32(call.name.encode()))
    found = []
    for each in leaves(result):
        if is_floating(each):
            values = stream.standard_normal(tuple(each.shape))
            if each.dtype.name.startswith("complex"):
                values = values + 1j * stream.standard_normal(tuple(each.shape))
            found.append(np.asarray(values).astype(each.dtype.as_numpy_dtype))
    return found


def assert_same(ours, theirs, call, what):
    """Equal dtypes, shapes and, within the tolerance of the dtype, elements."""
    ours, theirs = leaves(ours), leaves(theirs)
    assert len(ours) == len(theirs), f"{what}: {len(ours)} results, TensorFlow gives {len(theirs)}"
    for position, (mine, right) in enumerate(zip(ours, theirs, strict=True)):
        where = f"{what} {position}"
        if not is_tensor(right):
            assert plain(mine) == plain(right), f"{where}: {mine!r}, TensorFlow gives {right!r}"
            continue
        assert is_tensor(mine), f"{where}: {mine!r}, TensorFlow gives {right!r}"
        assert mine.dtype.name == right.dtype.name, (
            f"{where}: {mine.dtype.name}, TensorFlow gives {right.dtype.name}"
        )
        assert tuple(mine.shape) == tuple(right.shape), (
            f"{where}: {mine.shape}, TensorFlow gives {right.shape}"
        )
        found, expected = np.asarray(mine.numpy()), np.asarray(right.numpy())
        if right.dtype.name not in TOLERANCES:
            np.testing.assert_array_equal(found, expected, err_msg=where)
            continue
        if right.dtype.name == "bfloat16":
            found, expected = found.astype(np.float32), expected.astype(np.float32)
        tolerance = TOLERANCES[right.dtype.name]
        finite = expected[np.isfinite(expected)]
        size = float(np.max(np.abs(finite))) if finite.size else 1.0
        rtol = tolerance if call.rtol is None else call.rtol
        atol = rtol * min(max(size, 1e-3), 1.0) if call.atol is None else call.atol
        np.testing.assert_allclose(found, expected, rtol=rtol, atol=atol, err_msg=where)
