"""Elementary functions as LLVM instructions, on single numbers or on vectors.

`emit_function(builder, "tanh", value)` writes the function where the builder stands, in straight line, so that a loop
over vectors stays one. What only few arguments need branches or loops in a private function, which LLVM inlines.
Results are within a few units in the last place (the tests say how many), with NaN, infinities and zeros as in
NumPy. They never need subnormal numbers: where the processor takes those for 0, so do the functions, and results
below the least normal number are 0.
"""

from tapeflow.compiler.vector_math import (
    division,
    error_function,
    exponential,
    inverse_trigonometric,
    logarithm,
    power,
    rounding,
    trigonometric,
)
from tapeflow.compiler.vector_math.lanes import Lanes, lane_type

_FLOATING = {
    "exp": exponential.exp,
    "exp_nonpositive": exponential.exp_nonpositive,
    "expm1": exponential.expm1,
    "sinh": exponential.sinh,
    "cosh": exponential.cosh,
    "tanh": exponential.tanh,
    "sigmoid": exponential.sigmoid,
    "log": logarithm.log,
    "log1p": logarithm.log1p,
    "arcsinh": logarithm.arcsinh,
    "arccosh": logarithm.arccosh,
    "arctanh": logarithm.arctanh,
    "power": power.power,
    "sin": trigonometric.sin,
    "cos": trigonometric.cos,
    "tan": trigonometric.tan,
    "arcsin": inverse_trigonometric.arcsin,
    "arccos": inverse_trigonometric.arccos,
    "arctan": inverse_trigonometric.arctan,
    "arctan2": inverse_trigonometric.arctan2,
    "erf": error_function.erf,
    "erfc": error_function.erfc,
    "sqrt": rounding.sqrt,
    "abs": rounding.absolute,
    "sign": rounding.sign,
    "floor": rounding.floor,
    "ceil": rounding.ceil,
    "trunc": rounding.trunc,
    "rint": rounding.rint,
    "maximum": rounding.maximum,
    "minimum": rounding.minimum,
    "isnan": rounding.isnan,
    "isfinite": rounding.isfinite,
    "isinf": rounding.isinf,
    "copysign": rounding.copysign,
    "nextafter": rounding.nextafter,
    "fmod": division.fmod,
    "remainder": division.remainder,
}
_SIGNED = {
    "abs": rounding.absolute,
    "sign": rounding.sign,
    "maximum": rounding.maximum,
    "minimum": rounding.minimum,
    "floor_divide": division.floor_divide,
    "remainder": division.modulo,
    "power": division.integer_power,
    "population_count": division.population_count,
}
_UNSIGNED = {
    "abs": rounding.unsigned_absolute,
    "sign": rounding.unsigned_sign,
    "maximum": rounding.unsigned_maximum,
    "minimum": rounding.unsigned_minimum,
    "floor_divide": division.unsigned_divide,
    "remainder": division.unsigned_modulo,
    "power": division.integer_power,
    "population_count": division.population_count,
}
FUNCTIONS = frozenset(_FLOATING)
"""The names of the functions of float and double: NumPy's, else scipy.special's."""
INTEGER_FUNCTIONS = frozenset(_SIGNED)
"""Those of integers of any width, in the result type of the operands."""


def emit_function(builder, name, *values, fma=True, scales=False, unsigned=False):
    """The function of that name of LLVM values of one type: float, double, an integer or a vector of them.

    `fma`, `scales`: what the target has, see Lanes; `unsigned`: whether integers are. Questions
    (`isnan`) give bits (i1). NotImplementedError for a function that is not there for the type.
    """
    if hasattr(lane_type(values[0].type), "width"):
        table = _UNSIGNED if unsigned else _SIGNED
    else:
        table = _FLOATING
    if name not in table:
        raise NotImplementedError(f"The compiler has no function {name!r} of {values[0].type}.")
    return table[name](*[Lanes(builder, value, fma, scales) for value in values]).value
