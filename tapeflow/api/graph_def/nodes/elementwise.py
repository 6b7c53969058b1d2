"""Nodes that work element by element."""

import tapeflow as tf
from tapeflow.api.graph_def.table import node_op, of_tensors

of_tensors(
    {
        "Abs": tf.abs,
        "Acos": tf.acos,
        "Acosh": tf.acosh,
        "Add": tf.add,
        "AddV2": tf.add,
        "Asin": tf.asin,
        "Asinh": tf.asinh,
        "Atan": tf.atan,
        "Atan2": tf.atan2,
        "Atanh": tf.atanh,
        "BitwiseAnd": tf.bitwise.bitwise_and,
        "BitwiseOr": tf.bitwise.bitwise_or,
        "BitwiseXor": tf.bitwise.bitwise_xor,
        "Ceil": tf.math.ceil,
        "ClipByValue": tf.clip_by_value,
        "Conj": tf.math.conj,
        "Cos": tf.cos,
        "Cosh": tf.cosh,
        "Digamma": tf.math.digamma,
        "DivNoNan": tf.math.divide_no_nan,
        "Equal": tf.equal,
        "Erf": tf.math.erf,
        "Erfc": tf.math.erfc,
        "Erfinv": tf.math.erfinv,
        "Exp": tf.exp,
        "Expm1": tf.math.expm1,
        "Floor": tf.floor,
        "FloorDiv": tf.math.floordiv,
        "FloorMod": tf.math.floormod,
        "Greater": tf.greater,
        "GreaterEqual": tf.greater_equal,
        "Invert": tf.bitwise.invert,
        "IsFinite": tf.math.is_finite,
        "IsInf": tf.math.is_inf,
        "IsNan": tf.math.is_nan,
        "LeftShift": tf.bitwise.left_shift,
        "Less": tf.less,
        "LessEqual": tf.less_equal,
        "Lgamma": tf.math.lgamma,
        "Log": tf.math.log,
        "Log1p": tf.math.log1p,
        "LogicalAnd": tf.logical_and,
        "LogicalNot": tf.logical_not,
        "LogicalOr": tf.logical_or,
        "Maximum": tf.maximum,
        "Minimum": tf.minimum,
        "Mod": tf.truncatemod,
        "Mul": tf.multiply,
        "MulNoNan": tf.math.multiply_no_nan,
        "Ndtri": tf.math.ndtri,
        "Neg": tf.negative,
        "NextAfter": tf.math.nextafter,
        "NotEqual": tf.not_equal,
        "Pow": tf.pow,
        "RealDiv": tf.realdiv,
        "Reciprocal": tf.math.reciprocal,
        "Inv": tf.math.reciprocal,
        "Rint": tf.math.rint,
        "RightShift": tf.bitwise.right_shift,
        "Round": tf.round,
        "Rsqrt": tf.math.rsqrt,
        "SelectV2": tf.where,
        "Sigmoid": tf.sigmoid,
        "Sign": tf.sign,
        "Sin": tf.sin,
        "Sinh": tf.sinh,
        "Sqrt": tf.sqrt,
        "Square": tf.square,
        "SquaredDifference": tf.math.squared_difference,
        "Sub": tf.subtract,
        "Tan": tf.tan,
        "Tanh": tf.tanh,
        "TruncateDiv": tf.truncatediv,
        "TruncateMod": tf.truncatemod,
        "Xdivy": tf.math.xdivy,
        "Xlog1py": tf.math.xlog1py,
        "Xlogy": tf.math.xlogy,
        "Zeta": tf.math.zeta,
        "Polygamma": tf.math.polygamma,
        "Igamma": tf.math.igamma,
        "Igammac": tf.math.igammac,
        "Betainc": tf.math.betainc,
    }
)


@node_op("Div")
def _divide(node, x, y):
    """As in C: integers are divided towards zero."""
    return tf.truncatediv(x, y) if x.dtype.is_integer else tf.realdiv(x, y)


@node_op("AddN")
def _add_n(node, *inputs):
    return tf.add_n(list(inputs))


@node_op("Cast")
def _cast(node, x):
    return tf.cast(x, node.dtype("DstT"))


@node_op("Bitcast")
def _bitcast(node, x):
    return tf.bitcast(x, node.dtype("type"))


@node_op("Select")
def _select(node, condition, x, y):
    """A vector chooses rows, unlike what it does for SelectV2."""
    if len(condition.shape) == 1 and len(x.shape) > 1:
        condition = tf.reshape(condition, [-1, *[1] * (len(x.shape) - 1)])
    return tf.where(condition, x, y)


@node_op("Complex")
def _complex(node, real, imag):
    return tf.complex(real, imag)


@node_op("Real", "Imag", "ComplexAbs", "Angle")
def _part(node, x):
    functions = {"Real": tf.math.real, "Imag": tf.math.imag, "ComplexAbs": tf.abs, "Angle": tf.math.angle}
    return functions[node.op](x)


@node_op("ApproximateEqual")
def _approximately_equal(node, x, y):
    return tf.abs(x - y) < tf.cast(node.real("tolerance", 1e-5), x.dtype)
