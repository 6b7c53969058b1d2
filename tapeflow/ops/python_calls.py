"""A call of the user's own Python, as an op: it happens when the program runs, once and in its turn."""

import traceback
from collections.abc import Callable

import numpy

from tapeflow.core.context import outside_iterators
from tapeflow.core.convert import array_from_value
from tapeflow.core.dtypes import FLOATS_AND_COMPLEX, from_array_dtype
from tapeflow.core.eager import wrap
from tapeflow.core.errors import InvalidArgumentError, OpError, UnknownError
from tapeflow.core.op import no_gradient, op
from tapeflow.core.size import visible
from tapeflow.core.spec import TensorSpec
from tapeflow.core.tensor import EagerTensor
from tapeflow.ops.layout import ensure_shape


@op("EagerPyFunc", effect=True, calls_python=True, any_rank=True)
def call_python(xp, *values, function, dtypes, differentiable):
    """The list of results of `function` on eager tensors, converted to `dtypes`."""
    tensors = [wrap(each, from_array_dtype(each.dtype)) for each in values]
    results = _results(function, tensors, dtypes)
    return tuple([_array(each, dtype) for each, dtype in zip(results, dtypes, strict=True)])


def _results(function, tensors, dtypes):
    try:
        with outside_iterators():
            found = list(function(*tensors))
    except OpError:
        raise
    except Exception as error:
        text = "".join(traceback.format_exception(error))
        raise UnknownError(None, None, f"{type(error).__name__}: {error}\n{text} [Op:EagerPyFunc]") from error
    if len(found) != len(dtypes):
        raise InvalidArgumentError(
            None,
            None,
            f"The Python function returned {len(found)} values, but {len(dtypes)} were promised. [Op:EagerPyFunc]",
        )
    return found


def _array(value, dtype):
    if hasattr(value, "__tf_tensor__"):
        value = value.__tf_tensor__(None, None)
    if isinstance(value, EagerTensor):
        value = value._array
    is_array = isinstance(value, numpy.ndarray | numpy.generic)
    if is_array and dtype.array_dtype != value.dtype and value.dtype.kind not in "US":
        raise InvalidArgumentError(
            None,
            None,
            f"The Python function returned a value of dtype {value.dtype}, but {dtype.name} was promised. "
            "[Op:EagerPyFunc]",
        )
    return array_from_value(value, dtype)


@call_python.spec
def _(*values, function, dtypes, differentiable):
    return tuple([TensorSpec(None, each) for each in dtypes])


def _gradient(g, values, function, dtypes, differentiable):
    """The cotangents of the inputs: the function runs once more, under a tape, when they are asked for."""
    if not differentiable:
        return [None] * len(values)
    cotangents = g if type(g) is tuple else (g,)
    places = [place for place, each in enumerate(values) if each._dtype in FLOATS_AND_COMPLEX]
    count = len(values)

    def pull(*tensors):
        return tape.pulled_back(function, tensors[:count], tensors[count:], places)

    found = call_python(
        *values,
        *cotangents,
        function=pull,
        dtypes=tuple([values[place]._dtype for place in places]),
        differentiable=True,
    )
    results = [None] * count
    for place, each in zip(places, found, strict=True):
        dims = values[place].dims
        results[place] = each if dims is None else ensure_shape(each, dims=visible(dims))
    return results


class _Tape:
    """What differentiates a Python function; `autodiff`, a layer above, provides it."""

    __slots__ = ("pulled_back",)
    pulled_back: Callable


tape = _Tape()
call_python.grad(values=_gradient)


@op("PyEffect", effect=True, calls_python=True, any_rank=True)
def perform(xp, *values, function):
    """Calls `function` on eager tensors for what it does; there is no result."""
    with outside_iterators():
        function(*[wrap(each, from_array_dtype(each.dtype)) for each in values])
    return ()


perform.spec(lambda *values, function: ())
no_gradient(perform)
