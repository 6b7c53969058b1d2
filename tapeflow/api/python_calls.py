"""Python functions as parts of programs: tf.py_function, tf.numpy_function."""

import functools

from tapeflow.api.arrays import ensure_shape
from tapeflow.core import nest
from tapeflow.core.dtypes import as_dtype
from tapeflow.core.operands import as_tensor
from tapeflow.core.spec import CompositeTensor, TensorSpec, TypeSpec
from tapeflow.ops.python_calls import call_python

__all__ = ["numpy_function", "py_function"]


def py_function(func=None, inp=None, Tout=None, name=None):
    """Calls a Python function on eager tensors, when the program runs; gradients flow through it.

    func: takes the tensors of the list `inp`, returns a tensor or a list of them; Tout: the dtype or dtypes of
    the result (an empty list: there is none). Both may be composite tensors, too: TypeSpecs in Tout say of which kind
    the results are. Inside a tf.function the shape of the result is unknown; tell it
    by `tf.ensure_shape`. Without func, a decorator. Raises InvalidArgumentError if a result has another dtype.

    >>> @tf.function
    ... def f(x):
    ...     return tf.py_function(lambda x: x.numpy() ** 2, [x], tf.float32)
    >>> f(tf.constant(3.0)).numpy()
    np.float32(9.0)
    """
    if func is None:
        return _decorator(py_function, Tout)
    if any([isinstance(each, CompositeTensor | TypeSpec) for each in nest.flatten([inp, Tout])]):
        return _called_on_composites(func, inp, Tout)
    return _called(func, inp, Tout, lambda values: values, True)


def numpy_function(func=None, inp=None, Tout=None, stateful=True, name=None):
    """Calls a Python function on NumPy arrays, when the program runs; there is no gradient.

    func: takes an array for each tensor of the list `inp`, returns an array or a list of them; Tout: the dtype
    or dtypes of the result; stateful: whether it may give other results for the same arrays. Without func, a
    decorator.

    >>> import numpy
    >>> tf.numpy_function(numpy.sin, [tf.constant(0.0)], tf.float32).numpy()
    np.float32(0.0)
    """
    if func is None:
        return _decorator(numpy_function, Tout)
    return _called(func, inp, Tout, lambda values: [each.numpy() for each in values], False)


def _decorator(call, output_dtypes):
    """What makes a function of tensors of a Python function: `@tf.py_function(Tout=...)`."""

    def decorate(function):
        @functools.wraps(function)
        def called(*args):
            return call(function, args, output_dtypes)

        return called

    return decorate


def _called_on_composites(func, inp, promised):
    """tf.py_function with composite values: the program hands over the tensors that they are made of."""
    inputs = list(inp) if isinstance(inp, list | tuple) else [inp]
    several = isinstance(promised, list | tuple)
    specs = [
        each if isinstance(each, TypeSpec) else TensorSpec(None, as_dtype(each))
        for each in (promised if several else [promised])
    ]

    def of_tensors(*tensors):
        result = func(*nest.pack_sequence_as(inputs, tensors, expand_composites=True))
        results = list(result) if several and isinstance(result, list | tuple) else [result]
        for value, spec in zip(results, specs, strict=True):
            if not isinstance(spec, TensorSpec) and not spec.is_compatible_with(value):
                raise ValueError(
                    f"py_function: func={func} returned {result!r}, which did not match Tout={promised!r}."
                )
        return nest.flatten(results, expand_composites=True)

    flat = nest.flatten(specs, expand_composites=True)
    tensors = nest.flatten(inputs, expand_composites=True)
    found = _called(of_tensors, tensors, [each.dtype for each in flat], lambda values: values, True)
    found = [
        each if spec.shape.rank is None else ensure_shape(each, spec.shape)
        for each, spec in zip(found, flat, strict=True)
    ]
    packed = nest.pack_sequence_as(specs, found, expand_composites=True)
    return packed if several else packed[0]


def _called(func, inp, output_dtypes, prepare, differentiable):
    if not callable(func):
        raise ValueError(f"Expected a function for `func`, got {func!r}.")
    inputs = [as_tensor(each) for each in (inp if isinstance(inp, list | tuple) else [inp])]
    several = isinstance(output_dtypes, list | tuple)
    dtypes = tuple([as_dtype(each) for each in (output_dtypes if several else [output_dtypes])])

    def function(*values):
        found = func(*prepare(values))
        if found is None:
            found = []
        return nest.flatten(found) if isinstance(found, list | tuple) else [found]

    found = call_python(*inputs, function=function, dtypes=dtypes, differentiable=differentiable)
    return list(found) if several else found[0]
