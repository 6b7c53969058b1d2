"""Runs all calls in one mode in TensorFlow and here, in a process of its own, and writes what differs.

    python -m tests.numpy_behavior.comparing MODE REPORT [FAMILY...]

The mode holds for a whole process. REPORT gets a JSON object: for each call "" or what differs.
"""

import json
import sys

import numpy as np
import tensorflow

import tapeflow
from tests.numpy_behavior import cases
from tests.numpy_behavior.call import T, V

MODES = {
    "off": None,
    "legacy": {},
    "prefer_float32": {"prefer_float32": True},
    "safe": {"dtype_conversion_mode": "safe"},
    "all": {"dtype_conversion_mode": "all"},
}
INSIDE = ("legacy",)
"""The modes in which calls give inside of functions what TensorFlow gives outside."""
TOGETHER = 40
"""How many calls stand in one function."""
TOLERANCES = {
    "float16": 2e-3,
    "bfloat16": 2e-2,
    "float32": 2e-5,
    "float64": 2e-7,
    "complex64": 2e-5,
    "complex128": 2e-7,
}


def made(library, value):
    """An argument with its tensors and variables made by the library."""
    if isinstance(value, T):
        make = library.Variable if isinstance(value, V) else library.constant
        return make(value.values, library.as_dtype(value.values.dtype))
    if isinstance(value, list | tuple):
        return type(value)([made(library, each) for each in value])
    return value


def prepared(library, call):
    """The function of a call, and its arguments made by the library."""
    tnp = library.experimental.numpy
    if callable(call.function):
        function = lambda *args, **kwargs: call.function(library, tnp, *args, **kwargs)
    else:
        function = tnp
        for part in call.function.split("."):
            function = getattr(function, part)
    args = [made(library, each) for each in call.args]
    return function, args, {key: made(library, value) for key, value in call.kwargs.items()}


def outcome(function, args, kwargs):
    """("gives", the result) or ("raises", the error)."""
    try:
        return "gives", function(*args, **kwargs)
    except Exception as error:
        return "raises", error


def run(library, call):
    """What comes of a call outside of functions."""
    library.random.set_seed(7)
    try:
        function, args, kwargs = prepared(library, call)
    except AttributeError as error:
        return "raises", error
    return outcome(function, args, kwargs)


def run_inside(library, calls):
    """What comes of each of several calls inside of one tf.function whose arguments are their tensors."""
    library.random.set_seed(7)
    ready = [prepared(library, call) for call in calls]
    is_argument = lambda each: library.is_tensor(each) and not isinstance(each, library.Variable)
    tensors = [each for _, args, _ in ready for each in args if is_argument(each)]
    traced = []

    @library.function(autograph=False)
    def program(*tensors):
        given = iter(tensors)
        for function, args, kwargs in ready:
            now = [next(given) if is_argument(each) else each for each in args]
            traced.append(outcome(function, now, kwargs))
        return [found if way == "gives" and has_tensors(library, found) else None for way, found in traced]

    try:
        results = program(*tensors)
    except Exception as error:  # of one of the calls, while the program runs: which one, halves tell
        if len(calls) == 1:
            return [("raises", error)]
        middle = len(calls) // 2
        return run_inside(library, calls[:middle]) + run_inside(library, calls[middle:])
    return [
        (way, found if result is None else result)
        for (way, found), result in zip(traced[-len(calls) :], results, strict=True)
    ]


def has_tensors(library, result):
    return any(library.is_tensor(each) for each in library.nest.flatten(result))


def difference(call, mine, theirs, strict):
    """What differs between two outcomes, in words; "" if nothing does."""
    (way, found), (their_way, expected) = mine, theirs
    if their_way == "raises":
        if way == "gives":
            refused = strict and call.name not in cases.MORE
            return f"gives {found!r}, TensorFlow raises {expected!r}" if refused else ""
        names = [each.__name__ for each in type(found).__mro__]
        kind = type(expected).__name__
        kind = "InvalidArgumentError" if kind == "NotFoundError" else kind  # no kernel for a dtype
        if strict and kind not in names:
            return f"raises {found!r}, TensorFlow {expected!r}"
        return "" if str(found) or isinstance(found, AssertionError) else "an error without a word"
    if way == "raises":
        return f"raises {found!r}, TensorFlow gives {expected!r}"
    return _unlike(call, found, expected)


def _unlike(call, found, expected):
    if isinstance(expected, list | tuple) and not hasattr(expected, "as_list"):
        if not isinstance(found, list | tuple) or len(found) != len(expected):
            return f"gives {found!r}, TensorFlow {expected!r}"
        return next(filter(None, [_unlike(call, a, b) for a, b in zip(found, expected, strict=True)]), "")
    if not tensorflow.is_tensor(expected):
        if hasattr(expected, "as_list"):
            found, expected = found.as_list(), expected.as_list()
        if isinstance(expected, tensorflow.DType):
            found, expected = found.name, expected.name
        if isinstance(expected, float | np.ndarray | np.generic) and not isinstance(expected, np.dtype):
            same = np.array_equal(found, expected, equal_nan=np.asarray(expected).dtype.kind in "fc")
            return (
                "" if same and not tapeflow.is_tensor(found) else f"gives {found!r}, TensorFlow {expected!r}"
            )
        return "" if found == expected else f"gives {found!r}, TensorFlow {expected!r}"
    if not tapeflow.is_tensor(found):
        return f"gives {found!r}, TensorFlow the tensor {expected!r}"
    if found.dtype.name != expected.dtype.name or tuple(found.shape) != tuple(expected.shape):
        return f"gives {found!r}, TensorFlow {expected!r}"
    if ("weak=True" in repr(found)) != ("weak=True" in repr(expected)):
        return f"gives {found!r}, TensorFlow {expected!r}"
    if isinstance(call.rtol, str):  # only the kind of result can be compared
        return ""
    values, right = np.asarray(found.numpy()), np.asarray(expected.numpy())
    tolerance = TOLERANCES.get(right.dtype.name)
    if tolerance is None:
        same = np.array_equal(values, right)
    else:
        if right.dtype.name == "bfloat16":
            values, right = values.astype(np.float32), right.astype(np.float32)
        tolerance = call.rtol or tolerance
        same = np.allclose(values, right, rtol=tolerance, atol=tolerance, equal_nan=True)
    return "" if same else f"gives {found!r}, TensorFlow {expected!r}"


def main(mode, report, *families):
    if MODES[mode] is not None:
        for library in (tapeflow, tensorflow):
            library.experimental.numpy.experimental_enable_numpy_behavior(**MODES[mode])
    chosen = [each for each in cases.named(mode) if not families or each[0].split("-")[0] in families]
    verdicts, inside = {}, []
    for name, call in chosen:
        mine, theirs = [run(library, call) for library in (tapeflow, tensorflow)]
        verdicts[f"{name}-eager"] = difference(call, mine, theirs, strict=mode != "off")
        if not call.eager and theirs[0] != "raises":
            inside.append((name, call, theirs))
    if mode in INSIDE:
        for start in range(0, len(inside), TOGETHER):
            part = inside[start : start + TOGETHER]
            found = run_inside(tapeflow, [call for _, call, _ in part])
            for (name, call, theirs), mine in zip(part, found, strict=True):
                verdicts[f"{name}-function"] = difference(call, mine, theirs, strict=True)
    with open(report, "w") as file:
        json.dump(verdicts, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
