"""Functions of rows: `tf.map_fn` runs them one by one, `tf.vectorized_map` all at once."""

from tapeflow.api.arrays import range
from tapeflow.api.composite_rows import checked, joined, mismatch, num_rows, spec_of_rows, traced_rows
from tapeflow.api.composite_rows import rows as rows_of
from tapeflow.api.ragged import RaggedTensor, RaggedTensorSpec
from tapeflow.api.sparse import SparseTensor, SparseTensorSpec
from tapeflow.api.type_specs import type_spec_from_value
from tapeflow.batching.encoders import are_encoded, decoded, encoded, encoded_specs, has_encoder
from tapeflow.batching.vectorize import vectorized_map
from tapeflow.core import nest
from tapeflow.core.dtypes import DType, as_dtype, int64
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.core.size import may_agree, may_equal
from tapeflow.core.spec import TensorSpec, TypeSpec
from tapeflow.core.tensor import Tensor
from tapeflow.data import structure
from tapeflow.graph.functional import for_loop
from tapeflow.graph.tracing import current
from tapeflow.ops.creation import zeros
from tapeflow.ops.layout import stack, unstack
from tapeflow.ops.selection import stop_gradient

__all__ = ["map_fn", "vectorized_map"]


def map_fn(
    fn,
    elems,
    dtype=None,
    parallel_iterations=None,
    back_prop=True,
    swap_memory=False,
    infer_shape=True,
    name=None,
    fn_output_signature=None,
):
    """`fn` of each row of `elems`, one after the other, and the results stacked along axis 0.

    fn: takes one row of each tensor, in the structure of `elems`; elems: a tensor or a nest of them, equally
    long along axis 0; fn_output_signature (or its old name `dtype`): the structure, dtypes and, as
    `tf.TensorSpec`s, shapes of what `fn` returns, if these are not the structure and dtypes of `elems`;
    back_prop: False stops gradients. `parallel_iterations` and `swap_memory` only advise and change nothing
    here.

    Raises ValueError if `elems` has no tensors, has scalars, or its lengths or the results' structures or
    shapes differ; InvalidArgumentError if a result has another dtype than promised.

    >>> tf.map_fn(lambda row: tf.reduce_sum(row), tf.constant([[1, 2], [3, 4]])).numpy()
    array([3, 7], dtype=int32)
    """
    signature = dtype if fn_output_signature is None else fn_output_signature
    if are_encoded([elems, signature]):
        return _of_encoded(fn, elems, signature, back_prop)
    leaves = [_tensor(each) for each in nest.flatten(elems)]
    _check_lengths(elems, leaves)
    if signature is None:
        specs = [each.dtype if isinstance(each, Tensor) else spec_of_rows(each) for each in leaves]
        signature = nest.pack_sequence_as(elems, specs)
    promised = [_spec(each) for each in nest.flatten(signature)]
    if current() is not None:
        stacked = _traced_rows(fn, elems, leaves, signature, promised)
        return nest.pack_sequence_as(
            signature, stacked if back_prop else [_without_gradient(each) for each in stacked]
        )
    rows = zip(
        *[unstack(each, axis=0) if isinstance(each, Tensor) else rows_of(each) for each in leaves],
        strict=True,
    )
    results = []
    for row in rows:
        result = fn(nest.pack_sequence_as(elems, list(row)))
        nest.assert_same_structure(signature, result)
        results.append(
            [_checked(each, spec) for each, spec in zip(nest.flatten(result), promised, strict=True)]
        )
    if results:
        stacked = [
            _stacked(parts, spec) for parts, spec in zip(zip(*results, strict=True), promised, strict=True)
        ]
    else:
        stacked = [
            zeros(_dims_of_none(spec), spec.dtype) if isinstance(spec, TensorSpec) else joined([], spec)
            for spec in promised
        ]
    if not back_prop:
        stacked = [_without_gradient(each) for each in stacked]
    return nest.pack_sequence_as(signature, stacked)


def _of_encoded(fn, elems, signature, back_prop):
    """tf.map_fn of the parts that encoders make of batchable extension types."""
    specs = nest.map_structure(type_spec_from_value, elems)
    one = nest.map_structure(structure.without_leading, specs)
    promised = one if signature is None else signature

    def of_parts(row):
        result = fn(decoded(one, row))
        nest.assert_same_structure(promised, result)
        for each, spec in zip(nest.flatten(result), nest.flatten(promised), strict=True):
            if has_encoder(spec) and not spec.is_compatible_with(each):
                raise mismatch(each, spec)
        return encoded(promised, result)

    parts = encoded(specs, elems, minimum_rank=1)
    found = map_fn(
        of_parts, parts, back_prop=back_prop, fn_output_signature=nest.flatten(encoded_specs(promised))
    )
    count = parts[0].dims[0] if isinstance(parts[0], Tensor) else num_rows(parts[0])
    count = count if type(count) is int else None
    batched = nest.map_structure(
        lambda each: structure.leading(each, count) if has_encoder(each) else each, promised
    )
    return decoded(batched, found)


def _traced_rows(fn, elems, leaves, signature, promised):
    """The stacked results, by a loop of the program that is traced."""
    if not all(
        [isinstance(each, Tensor) for each in leaves] + [isinstance(each, TensorSpec) for each in promised]
    ):

        def of_row(row):
            result = fn(row)
            nest.assert_same_structure(signature, result)
            return result

        first = leaves[0]
        count = first.dims[0] if isinstance(first, Tensor) else num_rows(first)
        count = first.dense_shape[0] if count is None else as_tensor(count, int64)
        numbers = range(count)
        return traced_rows(of_row, nest.pack_sequence_as(elems, leaves), promised, _checked, numbers)

    def body(row):
        result = fn(row)
        nest.assert_same_structure(signature, result)
        flat = zip(nest.flatten(result), promised, strict=True)
        return [], [_checked(each, spec) for each, spec in flat]

    return for_loop(nest.pack_sequence_as(elems, leaves), body, [])[1]


def _tensor(value):
    return value if isinstance(value, RaggedTensor | SparseTensor) else as_tensor(value)


def _check_lengths(elems, leaves):
    if not leaves:
        raise ValueError(
            f"elems must be a Tensor or (possibly nested) sequence of Tensors. Got {elems}, which does not "
            "contain any Tensors."
        )
    lengths = []
    for each in leaves:
        if not isinstance(each, Tensor):
            lengths.append(num_rows(each))
        elif each.dims is None:
            continue
        elif not each.dims:
            raise ValueError("Elements in elems must be 1+ dimensional Tensors, not scalars")
        else:
            lengths.append(each.dims[0])
    for each in lengths:
        if not may_equal(each, lengths[0]):
            raise ValueError(f"Dimensions {lengths[0]} and {each} are not compatible")


def _spec(promise):
    if isinstance(promise, TensorSpec):
        return promise
    if isinstance(promise, RaggedTensorSpec | SparseTensorSpec):
        return promise
    if isinstance(promise, TypeSpec):
        raise TypeError(f"map_fn can not generate {promise} outputs")
    return TensorSpec(None, promise if isinstance(promise, DType) else as_dtype(promise))


def _checked(value, spec):
    if not isinstance(spec, TensorSpec):
        return checked(value, spec)
    tensor = as_tensor(value, None if hasattr(value, "dtype") else spec.dtype)
    if tensor.dtype is not spec.dtype:
        raise InvalidArgumentError(
            None,
            None,
            f"TensorArray dtype is {spec.dtype.name} but Op is trying to write dtype {tensor.dtype.name}: "
            "say what fn returns with fn_output_signature.",
        )
    if not spec.shape.is_compatible_with(tensor.shape):
        raise ValueError(f"Incompatible shape for value ({tensor.shape}), expected ({spec.shape})")
    return tensor


def _without_gradient(value):
    if isinstance(value, Tensor):
        return stop_gradient(value)
    return nest.map_structure(stop_gradient, value, expand_composites=True)


def _stacked(parts, spec):
    if not isinstance(spec, TensorSpec):
        return joined(list(parts), spec)
    first = parts[0].shape
    for each in parts:
        if not may_agree(each.dims, parts[0].dims):
            raise ValueError(f"Incompatible shape for value ({each.shape}), expected ({first})")
    return stack(*parts, axis=0)


def _dims_of_none(spec):
    """The shape of no results: TensorFlow says (0,) where it knows nothing of an element's shape."""
    return (0, *spec.dims) if spec.shape.is_fully_defined() else (0,)
