"""Programs for XLA, as JAX exports them: an op that has JAX compile and run a module.

A module is a portable artifact of StableHLO, whose `main` takes arrays of which some sizes may be unknown. For the
shapes that come it gets a new `main` of static types, its shapes are refined, and JAX's compiler makes an executable
of it, which is kept. JAX is imported when the first module is run: whoever has one has JAX.
"""

import contextlib
import functools
import io

import numpy

from tapeflow.core import dtypes as types
from tapeflow.core.dtypes import from_array_dtype
from tapeflow.core.errors import InternalError, InvalidArgumentError, NotFoundError, OpError
from tapeflow.core.op import op
from tapeflow.core.spec import TensorSpec

_ELEMENTS = {
    "i1": types.bool,
    "i8": types.int8,
    "i16": types.int16,
    "i32": types.int32,
    "i64": types.int64,
    "ui8": types.uint8,
    "ui16": types.uint16,
    "ui32": types.uint32,
    "ui64": types.uint64,
    "f16": types.float16,
    "bf16": types.bfloat16,
    "f32": types.float32,
    "f64": types.float64,
    "f8E4M3FN": types.float8_e4m3fn,
    "f8E5M2": types.float8_e5m2,
    "complex<f32>": types.complex64,
    "complex<f64>": types.complex128,
}
"""Types of elements by StableHLO's names."""
_KEPT = 256


@op("XlaCallModule", any_rank=True)
def call_module(xp, *values, module, dtypes, shapes, platforms, disabled_checks=(), shardy=False):
    """The tuple of results of `module` on arrays of any shapes and dtypes that it takes.

    module: bytes, a portable artifact of StableHLO; dtypes, shapes: of the results, a size that depends on those of the
    arguments being None; platforms: names in capitals ("CPU"), for which the module was made, in its own order;
    disabled_checks: with "platform" among them it is run on another one, too; shardy: whether shardings are written
    as Shardy does. Source: TensorFlow's op of this name, StableHLO's specification.
    Raises NotImplementedError if JAX is not installed, or if the module calls Python; NotFoundError if none of the
    platforms is here; InvalidArgumentError for what is no module, or does not fit together.
    """
    arrays = [numpy.asarray(each) for each in values]
    executable, device = _executable(
        module,
        tuple([(from_array_dtype(each.dtype), each.shape) for each in arrays]),
        platforms,
        disabled_checks,
        shardy,
    )
    results = _run(executable, device, arrays)
    found = [TensorSpec(each.shape, from_array_dtype(each.dtype)) for each in results]
    _check_results(found, dtypes, shapes)
    return tuple([each if each.ndim else each[()] for each in results])


@call_module.spec
def _(*values, module, dtypes, shapes, platforms, disabled_checks=(), shardy=False):
    known = [each.dims is not None and all([type(size) is int for size in each.dims]) for each in values]
    if all(known) and any([None in dims for dims in shapes]):
        arguments = tuple([(each.dtype, each.dims) for each in values])
        with contextlib.suppress(NotImplementedError, NotFoundError):  # the call will say so
            _, place = _device(platforms, disabled_checks)
            _, found = _refined(module, arguments, place, shardy)
            _check_results(found, dtypes, shapes)
            return found
    return tuple([TensorSpec(dims, dtype) for dims, dtype in zip(shapes, dtypes, strict=True)])


def _check_results(found, dtypes, shapes):
    """What was promised of the results must hold: programs around the call were made for it."""
    if len(found) != len(dtypes) or len(found) != len(shapes):
        raise _refusal(f"the module has {len(found)} results, {len(dtypes)} were promised")
    for each, dtype, dims in zip(found, dtypes, shapes, strict=True):
        if each.dtype is not dtype or not each.shape.is_compatible_with(dims):
            raise _refusal(
                f"a result is {each.dtype.name}{list(each.dims)}, {dtype.name}{list(dims)} was promised"
            )


def _refusal(text):
    return InvalidArgumentError(None, None, f"{text[:1].upper()}{text[1:]}. [Op:XlaCallModule]")


def _jax():
    try:
        import jax
        import jax.extend.backend
        import jax.extend.mlir
        import jax.extend.mlir.dialects.func
        import jax.extend.mlir.dialects.stablehlo
        import jax.extend.mlir.ir
    except ImportError as error:
        raise NotImplementedError(
            "XlaCallModule runs a program for XLA, which JAX compiles: install the package jax, in a version that has "
            f"jax.extend.mlir ({error})."
        ) from error
    return jax


def _device(platforms, disabled_checks):
    """The device to run on, and the number of its platform that the module takes, None if it takes none."""
    jax = _jax()
    for index, each in enumerate(platforms):
        with contextlib.suppress(RuntimeError):  # there is no such device
            return jax.devices(each.lower())[0], index if len(platforms) > 1 else None
    if platforms and "platform" not in disabled_checks:
        raise NotFoundError(
            None,
            None,
            f"The platforms of this machine are not among those required by the module: {list(platforms)}. "
            "[Op:XlaCallModule]",
        )
    return jax.devices()[0], 0 if len(platforms) > 1 else None


@functools.lru_cache(_KEPT)
def _executable(module, arguments, platforms, disabled_checks, shardy):
    """(what runs the module on arguments of these dtypes and shapes, its device)"""
    jax = _jax()
    device, place = _device(platforms, disabled_checks)
    refined, _ = _refined(module, arguments, place, shardy)
    options = jax.extend.backend.get_compile_options(num_replicas=1, num_partitions=1)
    try:
        return device.client.compile_and_load(refined, [device], options), device
    except RuntimeError as error:
        raise InternalError(
            None, None, f"XLA does not compile the module: {error} [Op:XlaCallModule]"
        ) from error


def _run(executable, device, arrays):
    jax = _jax()
    try:
        with jax.enable_x64(True):  # or arrays of 64 bits are narrowed on their way
            placed = [jax.device_put(each, device) for each in arrays]
        results = executable.execute_sharded(placed).disassemble_into_single_device_arrays()
        return [numpy.array(each) for (each,) in results]
    except RuntimeError as error:
        raise InternalError(None, None, f"The module has failed: {error} [Op:XlaCallModule]") from error


@functools.lru_cache(_KEPT)
def _refined(module, arguments, platform, shardy):
    """(the module for arguments of these dtypes and shapes, in MLIR's bytecode, the specs of its results)"""
    ir = _jax().extend.mlir.ir
    try:
        with ir.Context(), ir.Location.unknown():
            return _with_static_shapes(module, arguments, platform, shardy)
    except (OpError, NotImplementedError):
        raise
    except Exception as error:  # of many classes, depending on who finds fault
        raise _refusal(f"the module does not take these arguments, or is none: {error}") from error


def _with_static_shapes(module, arguments, platform, shardy):
    mlir = _jax().extend.mlir
    parsed = mlir.deserialize_portable_artifact(module)
    _wrap_main(parsed, arguments, platform)
    parsed.operation.verify()
    written = io.BytesIO()
    parsed.operation.write_bytecode(written)
    refined = mlir.refine_polymorphic_shapes(
        written.getvalue(), enable_shape_assertions=True, validate_static_shapes=True, enable_shardy=shardy
    )
    parsed = mlir.ir.Module.parse(refined)
    _check_calls(parsed)
    main = mlir.ir.SymbolTable(parsed.operation)["main"]
    return refined, tuple([_spec_of(each) for each in main.type.results])


def _spec_of(kind):
    ir = _jax().extend.mlir.ir
    ranked = ir.RankedTensorType(kind)
    return TensorSpec(tuple(ranked.shape), _ELEMENTS[str(ranked.element_type)])


def _wrap_main(module, arguments, platform):
    """Puts before `main` another one that takes arrays of the shapes of `arguments` and none for the platform."""
    mlir = _jax().extend.mlir
    ir, func, stablehlo = mlir.ir, mlir.dialects.func, mlir.dialects.stablehlo
    table = ir.SymbolTable(module.operation)
    main = table["main"]
    inputs, results = list(main.type.inputs), list(main.type.results)
    table.set_symbol_name(main, "main_of_any_shapes")
    ir.SymbolTable.set_visibility(main, "private")
    taken = [ir.RankedTensorType(each) for each in inputs[platform is not None :]]
    if len(taken) != len(arguments):
        raise _refusal(f"the module takes {len(taken)} arguments, not {len(arguments)}")
    given = []
    for (dtype, dims), each in zip(arguments, taken, strict=True):
        if _ELEMENTS[str(each.element_type)] is not dtype:
            raise _refusal(f"the module takes {each}, not {dtype.name}{list(dims)}")
        given.append(ir.RankedTensorType.get(dims, each.element_type))
    with ir.InsertionPoint(module.body):
        static = func.FuncOp("main", ir.FunctionType.get(given, results), visibility="public")
    with ir.InsertionPoint(static.add_entry_block()):
        passed = []
        if platform is not None:
            number = stablehlo.constant(ir.DenseElementsAttr.get(numpy.array(platform, "int32")))
            passed.append(stablehlo.convert(inputs[0], number))
        passed += [stablehlo.convert(kind, each) for kind, each in zip(taken, static.arguments, strict=True)]
        called = func.CallOp(results, ir.FlatSymbolRefAttr.get("main_of_any_shapes"), passed)
        func.ReturnOp(called.results)


def _check_calls(module):
    """A module is data, perhaps somebody else's: it must not name Python functions of this process."""
    ir = _jax().extend.mlir.ir
    operations = []
    module.operation.walk(lambda each: operations.append(each) or ir.WalkResult.ADVANCE)
    for each in operations:
        if each.name == "stablehlo.custom_call":
            target = ir.StringAttr(each.attributes["call_target_name"]).value
            if "callback" in target or target.startswith("tf."):
                raise NotImplementedError(f"XlaCallModule: a module that calls {target} is not run.")
