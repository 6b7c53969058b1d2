"""The laws: what is true of every op, whatever it computes. Each is a function of one case.

Derivatives are checked in the real inner product <a, b> = Re sum conj(a) b, in which TensorFlow's cotangents
of complex tensors are gradients as well; numbers stand for pairs of reals there. Differences are taken along
random directions, which no wrong gradient survives, in steps h and 2h, so that their error is of the order of
h⁴.
"""

import itertools
import zlib

import numpy as np

from tapeflow.autodiff.tape import Tape
from tapeflow.core import dtypes as types
from tapeflow.core.convert import array_from_value
from tapeflow.core.dtypes import FLOATS, FLOATS_AND_COMPLEX, INTEGERS, from_array_dtype
from tapeflow.core.eager import spec_rule, wrap
from tapeflow.core.errors import OpError
from tapeflow.core.spec import TensorSpec
from tapeflow.ops.indexed_slices import IndexedSlices, densify
from tests.ops import lowering

STEP = 1e-4
_WIDE = frozenset((types.float64, types.complex128))


# From arrays to tensors and back ----------------------------------------------------------------------------


def tensor(array):
    """A Tensor of a NumPy array."""
    array = array_from_value(np.asarray(array), None)
    return wrap(
        array[()] if array.ndim == 0 and array.dtype != object else array, from_array_dtype(array.dtype)
    )


def call(case, arrays):
    """The results of the case's op on `arrays`, as a tuple of Tensors."""
    return several(case.op(*map(tensor, arrays), **case.params))


def several(result):
    return result if isinstance(result, tuple) else (result,)


def array(result):
    return np.asarray(densify(result)._array if isinstance(result, IndexedSlices) else result._array)


def random(case, what):
    return np.random.default_rng(zlib.crc32(f"{case!r} {what}".encode()))


def like(stream, template):
    """Normal numbers of the shape and dtype of `template`."""
    values = stream.standard_normal(template.shape)
    if np.iscomplexobj(template):
        values = values + 1j * stream.standard_normal(template.shape)
    return np.asarray(values, template.dtype)


def direction(stream, template):
    """A direction to move an input in: symmetric where the input is, since such ops read one triangle only."""
    values = like(stream, template)
    if template.ndim >= 2 and template.shape[-1] == template.shape[-2] > 1:
        adjoint = np.conj(np.swapaxes(template, -1, -2))
        if np.array_equal(template, adjoint):
            values = values + np.conj(np.swapaxes(values, -1, -2))
        elif np.array_equal(template, np.tril(template)):
            values = np.tril(values)
        elif np.array_equal(template, np.triu(template)):
            values = np.triu(values)
    return values


def inner(some, others):
    """<a, b> in reals, over lists of arrays."""
    return sum(float(np.real(np.sum(np.conj(a) * b))) for a, b in zip(some, others, strict=True))


def moved(arrays, positions, directions, step):
    arrays = list(arrays)
    for position, towards in zip(positions, directions, strict=True):
        arrays[position] = arrays[position] + step * towards
    return arrays


def slope(function, arrays, positions, directions):
    """Derivative of a function of arrays, into reals, along the directions of those at `positions`."""
    near = function(moved(arrays, positions, directions, STEP)) - function(
        moved(arrays, positions, directions, -STEP)
    )
    far = function(moved(arrays, positions, directions, 2 * STEP)) - function(
        moved(arrays, positions, directions, -2 * STEP)
    )
    return (8 * near - far) / (12 * STEP)


def assert_close(found, expected, rtol, scale, what):
    assert np.isfinite(expected), (
        f"{what}: the differences are {expected}; the case is no point of differentiability"
    )
    assert abs(found - expected) <= rtol * max(abs(expected), scale), (
        f"{what}: {found} by the rule, {expected} by differences"
    )


# Which inputs and outputs have derivatives ------------------------------------------------------------------


def rule_of(op, position):
    if op.joint_grad_rule is not None:
        return op.joint_grad_rule
    return op.grad_rules.get(op.inputs[position] if position < len(op.inputs) else op.rest, "missing")


def active(case):
    """Positions of the floating inputs that have (or should have) a gradient rule."""
    return [
        position
        for position, each in enumerate(case.inputs)
        if each.dtype in (np.float64, np.complex128) and rule_of(case.op, position) is not None
    ]


def differentiable(case):
    return case.grad and bool(active(case)) and any(each._dtype in _WIDE for each in call(case, case.inputs))


def twice_differentiable(case):
    return case.second and differentiable(case)


def floating(outputs):
    return [each for each in outputs if each._dtype in _WIDE]


def pull_back(case, arrays, cotangents, tape=None, seeds=None):
    """Cotangents of the active inputs (zeros where there is none) as tensors, with the inputs and outputs."""
    positions = active(case)
    tensors = [tensor(each) for each in arrays]
    inside = Tape()
    with inside:
        watched = [tensors[position] for position in positions]
        inside.watch(watched)
        if tape is not None:
            tape.watch([*watched, *seeds])
        outputs = floating(several(case.op(*tensors, **case.params)))
    seeds = seeds or [tensor(each) for each in cotangents]
    gradients = inside.gradient(outputs, watched, output_gradients=seeds, unconnected_gradients="zero")
    return [densify(each) if isinstance(each, IndexedSlices) else each for each in gradients], watched


# Laws of values ---------------------------------------------------------------------------------------------


def value(case):
    """The kernel gives what the reference gives."""
    expected = several(case.reference(*case.inputs))
    for found, right in zip(call(case, case.inputs), expected, strict=True):
        if found._dtype in FLOATS_AND_COMPLEX:
            np.testing.assert_allclose(array(found), right, rtol=max(case.rtol * 1e-3, 1e-12), atol=1e-12)
        else:
            np.testing.assert_array_equal(array(found), right)


def consistent(case):
    """What a tensor says of its dtype is true of its array."""
    for each in call(case, case.inputs):
        assert np.asarray(each._array).dtype == each._dtype.array_dtype
        assert each.dims == np.shape(each._array)


def spec(case):
    """The spec rule foretells shape and dtype of the result, from shapes that are known fully and partly."""
    rule = spec_rule(case.op)
    results = call(case, case.inputs)
    specs = [TensorSpec(each.shape, from_array_dtype(each.dtype)) for each in case.inputs]
    for found, result in zip(several(rule(*specs, **case.params)), results, strict=True):
        assert found.dtype is result._dtype, f"the rule says {found.dtype}, the kernel gave {result._dtype}"
        assert found.shape.is_compatible_with(result.shape), (
            f"the rule says {found.shape}, the kernel {result.shape}"
        )
        assert "spec_unknown" in case.skip or found.shape.is_fully_defined(), (
            f"{found.shape} from known shapes"
        )
    for vague in _vaguer(specs):
        for found, result in zip(several(rule(*vague, **case.params)), results, strict=True):
            assert found.dtype is result._dtype
            assert found.shape.is_compatible_with(result.shape), (
                f"{found.shape} for {vague}, not {result.shape}"
            )


def _vaguer(specs):
    """The specs with every size unknown, and with each single size unknown."""
    yield [each.with_dims((None,) * len(each.dims)) for each in specs]
    for position, each in enumerate(specs):
        for axis in range(len(each.dims)):
            dims = (*each.dims[:axis], None, *each.dims[axis + 1 :])
            yield [*specs[:position], each.with_dims(dims), *specs[position + 1 :]]


def dtypes(case):
    """The op works in every dtype that it accepts, and the result has the dtype that follows from it."""
    reference = call(case, case.inputs)
    wide = from_array_dtype(case.inputs[0].dtype)
    for dtype in sorted((case.op.accepts or FLOATS) & FLOATS, key=lambda each: each.name):
        arrays = [
            each.astype(dtype.array_dtype) if each.dtype == np.float64 else each for each in case.inputs
        ]
        for found, right in zip(call(case, arrays), reference, strict=True):
            assert np.asarray(found._array).dtype == found._dtype.array_dtype, (
                f"{dtype}: the array has another dtype"
            )
            assert found.dims == right.dims
            if case.op.result == "same" or (right._dtype is wide and wide is types.float64):
                assert found._dtype is dtype, f"{dtype} in, {found._dtype} out"
    if case.op.accepts:
        for dtype in sorted(case.op.accepts & INTEGERS, key=lambda each: each.name):
            arrays = [
                each.astype(dtype.array_dtype) if each.dtype == np.float64 else each for each in case.inputs
            ]
            try:
                results = call(case, arrays)
            except OpError:  # 3 / 0 and the like: the numbers were made for floats
                continue
            for found in results:
                assert np.asarray(found._array).dtype == found._dtype.array_dtype, (
                    f"{dtype}: the array has another dtype"
                )


def takes_floats(case):
    return case.inputs and case.inputs[0].dtype == np.float64


def empty_and_scalar(case):
    """Elementwise ops take tensors without elements and without axes."""
    for dims in ((), (0,), (2, 0)):
        arrays = [np.resize(each.ravel()[:1], dims).astype(each.dtype) for each in case.inputs]
        for found in call(case, arrays):
            assert found.dims == dims
            assert np.asarray(found._array).dtype == found._dtype.array_dtype


def unusual(case):
    """Elementwise ops take what is not finite and do not mix it with its neighbours."""
    (result,) = call(case, case.inputs)
    for odd in (np.nan, np.inf, -np.inf, 0.0):
        arrays = [_with(each, odd) for each in case.inputs]
        (found,) = call(case, arrays)
        assert found.dims == result.dims and found._dtype is result._dtype
        touched = np.zeros(result.dims, bool)
        for each, moved in zip(case.inputs, arrays, strict=True):
            touched = touched | ((each != moved) & ~(np.isnan(each) & np.isnan(moved)))
        np.testing.assert_array_equal(
            array(found)[~touched], array(result)[~touched], err_msg=f"beside {odd}"
        )


def lower(case):
    """The `lower` rule, element by element, gives what the kernel gives, also where it is not finite."""
    points = [case.inputs]
    if case.op.family == "elementwise":
        points += [[_with(each, odd) for each in case.inputs] for odd in (np.nan, np.inf, -np.inf, 0.0)]
    for arrays in points:
        (result,) = call(case, arrays)
        found = lowering.interpret(case.op, [np.asarray(each) for each in arrays], case.params, result.dims)
        np.testing.assert_allclose(found, array(result), rtol=1e-12, atol=1e-12, err_msg=f"of {arrays}")


def expand(case):
    """The `expand` rule gives what the kernel gives, in dtype, shape and value."""
    inputs = list(map(tensor, case.inputs))
    result = case.op.expand_rule(*inputs, **{**case.op.defaults, **case.params})
    if result is None:
        return  # the rule does not apply
    for found, right in zip(several(result), call(case, case.inputs), strict=True):
        assert found._dtype is right._dtype and found.dims == right.dims
        np.testing.assert_allclose(array(found), array(right), rtol=1e-12, atol=1e-12)


def _with(values, odd):
    """The array with `odd` as its first element, if it is one of floats."""
    values = values.copy()
    if values.dtype == np.float64 and values.size:
        values.reshape(-1)[0] = odd
    return values


# Laws of derivatives ----------------------------------------------------------------------------------------


def gradient(case):
    """The gradient rules give the slopes of the kernel."""
    positions = active(case)
    stream = random(case, "gradient")
    cotangents = [like(stream, array(each)) for each in floating(call(case, case.inputs))]
    found = [array(each) for each in pull_back(case, case.inputs, cotangents)[0]]
    for each, position in zip(found, positions, strict=True):
        assert each.shape == case.inputs[position].shape, (
            f"the cotangent of input {position} has shape {each.shape}"
        )
        assert each.dtype == case.inputs[position].dtype, (
            f"the cotangent of input {position} is of {each.dtype}"
        )

    def projected(arrays):
        return inner(cotangents, [array(each) for each in floating(call(case, arrays))])

    for k, position in enumerate(positions):
        for _ in range(2):
            towards = direction(stream, case.inputs[position])
            expected = slope(projected, case.inputs, [position], [towards])
            scale = max(1.0, abs(projected(case.inputs)))
            assert_close(inner([found[k]], [towards]), expected, case.rtol, scale, f"input {position}")


def second_gradient(case):
    """The gradient rules, differentiated again, give the slopes of the first gradient."""
    positions = active(case)
    stream = random(case, "second")
    cotangents = [like(stream, array(each)) for each in floating(call(case, case.inputs))]
    weights = [like(stream, case.inputs[position]) for position in positions]
    outer = Tape()
    with outer:
        seeds = [tensor(each) for each in cotangents]
        gradients, watched = pull_back(case, case.inputs, None, outer, seeds)
    second = outer.gradient(
        gradients,
        [*watched, *seeds],
        output_gradients=[tensor(each) for each in weights],
        unconnected_gradients="zero",
    )
    second = [array(each) for each in second]
    inputs = [*case.inputs, *cotangents]
    count = len(case.inputs)

    def projected(arrays):
        return inner(weights, [array(each) for each in pull_back(case, arrays[:count], arrays[count:])[0]])

    scale = max(1.0, abs(projected(inputs)))
    for found, position in zip(second, [*positions, *range(count, len(inputs))], strict=True):
        towards = direction(stream, inputs[position])
        expected = slope(projected, inputs, [position], [towards])
        what = f"input {position}" if position < count else f"cotangent {position - count}"
        assert_close(inner([found], [towards]), expected, 5 * case.rtol, scale, what)


def duality(case):
    """Forward and reverse mode are transposes of each other: <jvp(t), g> = <t, vjp(g)>."""
    from tapeflow.autodiff.forward import ForwardAccumulator

    positions = active(case)
    stream = random(case, "duality")
    cotangents = [like(stream, array(each)) for each in floating(call(case, case.inputs))]
    tangents = [direction(stream, case.inputs[position]) for position in positions]
    tensors = [tensor(each) for each in case.inputs]
    primals = [tensors[position] for position in positions]
    with ForwardAccumulator(primals, [tensor(each) for each in tangents]) as accumulator:
        outputs = floating(several(case.op(*tensors, **case.params)))
    pushed = [array(each) for each in accumulator.jvp(outputs, unconnected_gradients="zero")]
    pulled = [array(each) for each in pull_back(case, case.inputs, cotangents)[0]]
    forward, reverse = inner(cotangents, pushed), inner(tangents, pulled)
    scale = sum(np.sum(np.abs(a * b)) for a, b in zip(cotangents, pushed, strict=True))
    assert_close(forward, reverse, 1e-9, max(1.0, scale), "forward against reverse")


# Laws of batches --------------------------------------------------------------------------------------------


def examples(case, count=3):
    """Other inputs for which the op is defined, too: lists of arrays, the case's own inputs first."""
    found = [list(case.inputs)]
    for k in range(1, count):
        arrays = []
        for position, each in enumerate(case.inputs):
            other = _variant(each, k)
            try:
                call(case, [*case.inputs[:position], other, *case.inputs[position + 1 :]])
            except (OpError, ValueError, TypeError):
                other = each
            arrays.append(other)
        found.append(arrays)
    return found


def _variant(each, k):
    if each.dtype.kind in "fc":
        return (each * (1 - 0.03 * k)).astype(each.dtype)
    return np.roll(each.ravel(), k).reshape(each.shape)


def batch(case):
    """A call on stacked examples gives the stacked results, whichever of the inputs are batched."""
    from tapeflow.batching.vectorize import vectorized_map

    for mix in _mixes(len(case.inputs)):
        rows = examples(case)
        for row in rows:
            for position in range(len(row)):
                if position not in mix:
                    row[position] = case.inputs[position]
        try:
            expected = [call(case, row) for row in rows]
        except OpError:  # variants that fit alone need not fit together
            rows = [list(case.inputs)] * len(rows)
            expected = [call(case, row) for row in rows]
        if len({tuple(each.dims for each in results) for results in expected}) > 1:
            continue  # the shape depends on the values: nothing to stack
        stacked = [tensor(np.stack([row[position] for row in rows])) for position in mix]
        fixed = [tensor(each) for each in case.inputs]

        def one(batched, mix=mix, fixed=fixed):
            inputs = list(fixed)
            for position, each in zip(mix, batched, strict=True):
                inputs[position] = each
            return case.op(*inputs, **case.params)

        found = several(vectorized_map(one, stacked))
        for k, each in enumerate(found):
            right = np.stack([array(results[k]) for results in expected])
            assert each._dtype is expected[0][k]._dtype
            if each._dtype in FLOATS_AND_COMPLEX:
                np.testing.assert_allclose(
                    array(each), right, rtol=1e-9, atol=1e-9, err_msg=f"batched inputs {mix}"
                )
            else:
                np.testing.assert_array_equal(array(each), right, err_msg=f"batched inputs {mix}")


def _mixes(count):
    """Sets of batched inputs: all of them for up to three inputs; the whole and the singles for more."""
    if count <= 3:
        return [mix for size in range(1, count + 1) for mix in itertools.combinations(range(count), size)]
    return [tuple(range(count)), *[(position,) for position in range(count)]]


def jacobian(case):
    """The jacobian by one batched walk back is that by a loop over the elements of the result."""
    from tapeflow.batching.jacobian import jacobian as jacobian_of

    positions = active(case)
    tensors = [tensor(each) for each in case.inputs]
    sources = [tensors[position] for position in positions]
    tape = Tape(persistent=True)
    with tape:
        tape.watch(sources)
        outputs = floating(several(case.op(*tensors, **case.params)))
    for output in outputs:
        found = jacobian_of(tape, output, sources, unconnected_gradients="zero")
        expected = jacobian_of(
            tape, output, sources, unconnected_gradients="zero", experimental_use_pfor=False
        )
        for ours, loop in zip(found, expected, strict=True):
            np.testing.assert_allclose(array(ours), array(loop), rtol=1e-9, atol=1e-9)


# Laws of programs --------------------------------------------------------------------------------------------


def program_of(case):
    """(the graph of one call, the arrays that it takes)."""
    from tapeflow.graph.tracing import trace

    tensors = [tensor(each) for each in case.inputs]
    graph = trace(
        lambda *inputs: case.op(*inputs, **case.params), [(each._dtype, each.dims) for each in tensors]
    )
    return graph, [each._array for each in tensors]


def assert_like_eager(case, found, rtol):
    """What a program gives is what the call gives: dtypes, shapes, values."""
    expected = call(case, case.inputs)
    assert len(found) == len(expected)
    for ours, right in zip(found, expected, strict=True):
        right = array(right)
        assert np.asarray(ours).dtype == right.dtype and np.shape(ours) == right.shape
        if right.dtype.kind in "fc":
            np.testing.assert_allclose(ours, right, rtol=rtol, atol=rtol)
        else:
            np.testing.assert_array_equal(ours, right)


def traced(case):
    """Tracing changes nothing: a program on NumPy's kernels gives what the call gives."""
    from tapeflow.graph.execute import run

    graph, arrays = program_of(case)
    assert_like_eager(case, run(graph, arrays), 1e-15)


def traced_for_any_size(case):
    """A program traced without sizes gives what the call gives, and so does the one specialized to the sizes."""
    from tapeflow.core.size import UnknownSizeError
    from tapeflow.graph.execute import run
    from tapeflow.graph.replay import specialize
    from tapeflow.graph.tracing import trace

    tensors = [tensor(each) for each in case.inputs]
    specs = [(each._dtype, (None,) * len(each.dims)) for each in tensors]
    try:
        graph = trace(lambda *inputs: case.op(*inputs, **case.params), specs)
    except (UnknownSizeError, ValueError):  # it needs numbers: whoever traces does so for those that it has
        return
    arrays = [each._array for each in tensors]
    assert_like_eager(case, run(graph, arrays), 1e-15)
    known = specialize(graph, [each.dims for each in tensors])
    assert_like_eager(case, run(known, arrays), 1e-15)


def compiled(case):
    """Compiling changes nothing but the last bits."""
    from tapeflow.compiler import compile_graph

    graph, arrays = program_of(case)
    assert_like_eager(case, compile_graph(graph)(*arrays), 1e-11)


def expanded(case):
    """What an op is in simpler ops is what its kernel computes."""
    found = case.op.expand_rule(*[tensor(each) for each in case.inputs], **case.params)
    if found is not None:
        assert_like_eager(case, [each._array for each in several(found)], 1e-12)


def is_program(case):
    """Whether a case can be a program of its own: not a draw that differs from call to call."""
    return not (case.op.facts.get("stateful") or case.op.facts.get("calls_python"))


LAWS = (
    ("value", lambda case: case.reference is not None, value),
    ("consistent", lambda case: True, consistent),
    ("spec", lambda case: spec_rule(case.op) is not None, spec),
    ("dtypes", takes_floats, dtypes),
    ("empty", lambda case: case.op.family == "elementwise" and case.inputs, empty_and_scalar),
    ("unusual", lambda case: case.op.family == "elementwise" and takes_floats(case), unusual),
    ("lower", lambda case: case.op.lower_rule is not None, lower),
    ("expand", lambda case: case.op.expand_rule is not None, expand),
    ("gradient", differentiable, gradient),
    ("second", twice_differentiable, second_gradient),
    ("duality", differentiable, duality),
    ("batch", lambda case: bool(case.inputs), batch),
    ("jacobian", differentiable, jacobian),
    ("traced", is_program, traced),
    ("any size", lambda case: is_program(case) and bool(case.inputs), traced_for_any_size),
    ("compiled", is_program, compiled),
    ("expanded", lambda case: case.op.expand_rule is not None, expanded),
)
"""(name, which cases it applies to, check)."""
