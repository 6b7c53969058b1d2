"""Functions whose arguments differ from TensorFlow 2's: control flow, layout, random numbers, printing."""

import sys

import numpy

from tapeflow.api import arrays, control_flow, functional, linalg, printing, python_calls, random, strings
from tapeflow.api.selection import where as _where
from tapeflow.compat.graphs.graph import Graph
from tapeflow.compat.graphs.operations import Operation
from tapeflow.compat.v1.exports import renamed
from tapeflow.compat.v1.math import chosen
from tapeflow.core.context import state
from tapeflow.core.dtypes import bool as boolean
from tapeflow.core.dtypes import float32, int32
from tapeflow.core.operands import as_tensor, operands
from tapeflow.graph.tracing import current
from tapeflow.ops.layout import reshape
from tapeflow.ops.selection import identity

__all__ = [
    "Print",
    "batch_gather",
    "case",
    "cond",
    "constant",
    "expand_dims",
    "gather",
    "map_fn",
    "multinomial",
    "norm",
    "ones_like",
    "py_func",
    "random_gamma",
    "random_normal",
    "random_poisson",
    "random_shuffle",
    "random_uniform",
    "shape",
    "size",
    "squeeze",
    "substr",
    "transpose",
    "truncated_normal",
    "where",
    "while_loop",
    "zeros_like",
]

random_uniform = renamed(random.uniform)
random_normal = renamed(random.normal)
truncated_normal = renamed(random.truncated_normal)
random_shuffle = renamed(random.shuffle)
random_poisson = renamed(
    lambda lam, shape, dtype=float32, seed=None, name=None: random.poisson(shape, lam, dtype, seed)
)


@renamed
def random_gamma(shape, alpha, beta=None, dtype=float32, seed=None, name=None):
    """`tf.random.gamma`."""
    return random.gamma(shape, alpha, beta, dtype, seed)


@renamed
def multinomial(logits, num_samples, seed=None, name=None, output_dtype=None):
    """`tf.random.categorical`."""
    return random.categorical(logits, num_samples, output_dtype, seed)


# Control flow.


def _branch(function):
    """The branch; an operation that it returns counts as the tensor True, which is there when that has run."""

    def call():
        result = function()
        if (result is None and current() is not None) or isinstance(result, Operation):
            return as_tensor(True)
        return result

    return call


@renamed
def _cond(pred, true_fn, false_fn, name=None):
    if isinstance(pred, bool):
        raise TypeError("pred must not be a Python bool", pred)
    return control_flow.cond(pred, true_fn, false_fn)


def cond(pred, true_fn=None, false_fn=None, strict=False, name=None, fn1=None, fn2=None):
    """`true_fn()` if the bool scalar `pred` is true, else `false_fn()`; fn1 and fn2 are older names of them.

    A list of one tensor comes as that tensor unless `strict`.
    """
    true_fn = chosen("true_fn", true_fn, "fn1", fn1)
    false_fn = chosen("false_fn", false_fn, "fn2", fn2)
    for what, function in (("true_fn", true_fn), ("false_fn", false_fn)):
        if not callable(function):
            raise TypeError(f"'{what}' must be callable.")
    if current() is None:
        result = control_flow.cond(pred, true_fn, false_fn)
    else:
        result = _cond(pred, _branch(true_fn), _branch(false_fn), name=name or "cond")
    return result[0] if type(result) in (list, tuple) and len(result) == 1 and not strict else result


def case(pred_fn_pairs, default=None, exclusive=False, strict=False, name="case"):
    """What the function of the first true predicate returns; `default()` if none is true."""
    pairs = list(pred_fn_pairs.items()) if isinstance(pred_fn_pairs, dict) else pred_fn_pairs
    return _case(pairs, default, exclusive, strict, name=name)


_case = renamed(control_flow.case)


@renamed
def _while_loop(cond, body, loop_vars, shape_invariants, maximum_iterations, name=None):
    return control_flow.while_loop(
        cond, body, loop_vars, shape_invariants, maximum_iterations=maximum_iterations
    )


def while_loop(
    cond,
    body,
    loop_vars,
    shape_invariants=None,
    parallel_iterations=10,
    back_prop=True,
    swap_memory=False,
    name=None,
    maximum_iterations=None,
    return_same_structure=False,
):
    """The loop variables, after `body` has run on them as long as `cond` holds.

    A single one comes without its list, unless `return_same_structure` is true. The other arguments but
    `maximum_iterations` and `shape_invariants` only advise.
    """
    if not callable(cond):
        raise TypeError("'cond' must be callable.")
    if not callable(body):
        raise TypeError("'body' must be callable.")
    found = _while_loop(cond, body, loop_vars, shape_invariants, maximum_iterations, name=name or "while")
    if not return_same_structure and type(found) in (list, tuple) and len(found) == 1:
        return found[0]
    return found


map_fn = renamed(functional.map_fn)


@renamed
def py_func(func, inp, Tout, stateful=True, name=None):
    """Calls a Python function of NumPy arrays, each time a session runs it."""
    return python_calls.numpy_function(func, inp, Tout, stateful)


# Layout.


@renamed
def constant(value, dtype=None, shape=None, name="Const", verify_shape=False):
    """A constant. Fewer elements than `shape` has are filled up with the last one, unless `verify_shape` is true."""
    if shape is not None and not verify_shape:
        dims = [int(each) for each in shape] if not isinstance(shape, int) else [shape]
        values = numpy.asarray(value)
        missing = int(numpy.prod(dims)) - values.size
        if values.ndim and missing < 0:
            raise ValueError(
                f"Too many elements provided. Takes at most {values.size + missing:d}, but got {values.size:d}"
            )
        if values.ndim and values.size and missing > 0:
            if values.dtype.kind in "if" and not hasattr(value, "dtype") and dtype is None:
                values = values.astype("int32" if values.dtype.kind == "i" else "float32")
            value = numpy.concatenate([values.ravel(), numpy.repeat(values.ravel()[-1:], missing)])
    return arrays.constant(value, dtype, shape)


@renamed
def expand_dims(input, axis=None, name=None, dim=None):
    """`tf.expand_dims`; dim is an older name of axis."""
    axis = chosen("axis", axis, "dim", dim)
    if axis is None:
        raise ValueError("Must specify an axis argument to tf.expand_dims()")
    return arrays.expand_dims(input, axis)


@renamed
def squeeze(input, axis=None, name=None, squeeze_dims=None):
    """`tf.squeeze`; squeeze_dims is an older name of axis."""
    return arrays.squeeze(input, chosen("axis", axis, "squeeze_dims", squeeze_dims))


@renamed
def transpose(a, perm=None, name="transpose", conjugate=False):
    """`tf.transpose`."""
    return arrays.transpose(a, perm, conjugate)


@renamed
def gather(params, indices, validate_indices=None, name=None, axis=None, batch_dims=0):
    """`tf.gather`."""
    return arrays.gather(params, indices, axis=axis, batch_dims=batch_dims)


@renamed
def batch_gather(params, indices, name=None):
    """The elements at the indices along the last axis of `indices`, all axes before it being batch axes."""
    return arrays.gather(params, indices, axis=-1, batch_dims=len(as_tensor(indices).dims) - 1)


_indices = renamed(_where)


@renamed
def _selected(condition, x, y, name=None):
    condition = as_tensor(condition, boolean) if not hasattr(condition, "dtype") else as_tensor(condition)
    x, y = operands(x, y)
    if len(condition.dims) == 1 and len(x.dims) > 1:
        condition = reshape(condition, dims=condition.dims + (1,) * (len(x.dims) - 1))
    elif condition.dims != x.dims and condition.dims:
        condition.shape.assert_is_compatible_with(x.shape)
    x.shape.assert_is_compatible_with(y.shape)
    return _where(condition, x, y)


def where(condition, x=None, y=None, name=None):
    """Elements of x where the condition holds, of y elsewhere: all of one shape, or the condition a vector for rows.

    Without x and y, the indices where it holds.
    """
    if x is None and y is None:
        return _indices(condition, name=name)
    if x is None or y is None:
        raise ValueError("x and y must both be non-None or both be None.")
    return _selected(condition, x, y, name=name)


@renamed
def shape(input, name=None, out_type=int32):
    """`tf.shape`."""
    return arrays.shape(input, out_type)


@renamed
def size(input, name=None, out_type=int32):
    """`tf.size`."""
    return arrays.size(input, out_type)


@renamed
def zeros_like(tensor, dtype=None, name=None, optimize=True):
    """`tf.zeros_like`."""
    return arrays.zeros_like(tensor, dtype)


@renamed
def ones_like(tensor, dtype=None, name=None, optimize=True):
    """`tf.ones_like`."""
    return arrays.ones_like(tensor, dtype)


@renamed
def norm(tensor, ord="euclidean", axis=None, keepdims=None, name=None, keep_dims=None):
    """`tf.norm`; keep_dims is an older name of keepdims."""
    return linalg.norm(tensor, ord, axis, bool(chosen("keepdims", keepdims, "keep_dims", keep_dims)))


@renamed
def substr(input, pos, len, name=None, unit="BYTE"):
    """`tf.strings.substr`."""
    return strings.substr(input, pos, len, unit)


def Print(input_, data, message=None, first_n=None, summarize=None, name=None):
    """`input_`; each time that is computed, the message and the data are printed to standard error.

    first_n: print that often only, which is a NotImplementedError here unless it is None or -1.
    """
    if first_n not in (None, -1):
        raise NotImplementedError("Printing for some times only is not there.")
    graph = state.interpreter
    shown = [message or "", *data]
    options = {"output_stream": sys.stderr, "sep": "", "summarize": 3 if summarize is None else summarize}
    if not isinstance(graph, Graph):
        printing.print(*shown, **options)
        return identity(as_tensor(input_))
    with graph.control_dependencies([renamed(printing.print)(*shown, **options)]):
        return identity(as_tensor(input_))
