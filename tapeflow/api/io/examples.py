"""Example messages read into tensors by a description of their features."""

from collections import namedtuple

import numpy

from tapeflow.api.casting import cast
from tapeflow.api.ragged import RaggedTensor, RaggedTensorSpec
from tapeflow.api.sparse import SparseTensor, SparseTensorSpec
from tapeflow.api.strings import as_strings
from tapeflow.core import dtypes
from tapeflow.core.arguments import int_tuple
from tapeflow.core.errors import invalid
from tapeflow.core.operands import as_tensor
from tapeflow.core.shapes import TensorShape
from tapeflow.core.spec import TensorSpec
from tapeflow.ops.example_parsing import features_parser, parse_examples

__all__ = [
    "FixedLenFeature",
    "FixedLenSequenceFeature",
    "RaggedFeature",
    "VarLenFeature",
    "parse_example",
    "parse_single_example",
]


class FixedLenFeature(namedtuple("FixedLenFeature", "shape dtype default_value", defaults=[None])):
    """A feature of a known shape; without `default_value` every example must have it."""


class FixedLenSequenceFeature(
    namedtuple("FixedLenSequenceFeature", "shape dtype allow_missing default_value", defaults=[False, None])
):
    """A feature of any number of elements of a shape; shorter ones are filled up. `allow_missing` must be True."""


class VarLenFeature(namedtuple("VarLenFeature", "dtype")):
    """A feature of any number of elements, read into a SparseTensor."""


class RaggedFeature(
    namedtuple(
        "RaggedFeature",
        "dtype value_key partitions row_splits_dtype validate",
        defaults=[None, (), dtypes.int32, False],
    )
):
    """A feature of any number of elements, read into a RaggedTensor. Partitions raise NotImplementedError."""


def parse_example(serialized, features, example_names=None, name=None):
    """The features of a vector of serialized Examples, a dict of tensors, SparseTensors and RaggedTensors.

    features: a dict from keys to FixedLenFeature, FixedLenSequenceFeature, VarLenFeature or RaggedFeature. Raises
    InvalidArgumentError for bytes that are no Example, for features of another dtype or size, and for missing ones
    without a default.

    >>> values = tf.train.Int64List(value=[1, 2])
    >>> features = tf.train.Features(feature={"a": tf.train.Feature(int64_list=values)})
    >>> data = tf.train.Example(features=features).SerializeToString()
    >>> tf.io.parse_example([data], {"a": tf.io.FixedLenFeature([2], tf.int64)})["a"].numpy()
    array([[1, 2]])
    """
    if not features:
        raise ValueError(f"Argument `features` cannot be None or falsy. Got {features}")
    x = as_strings(serialized, "ParseExampleV2")
    plans, defaults = [], []
    for key in sorted(features):
        plan, default = _plan(key, features[key])
        if default is not None:
            defaults.append(default)
            plan = (*plan, len(defaults) - 1)
        else:
            plan = (*plan, None)
        plans.append(plan)
    parts = iter(parse_examples(x, *defaults, plans=tuple(plans)))
    found = {}
    for key, (kind, *_) in zip(sorted(features), plans, strict=True):
        if kind == "sparse":
            found[key] = SparseTensor(next(parts), next(parts), next(parts))
        elif kind == "ragged":
            values, splits = next(parts), next(parts)
            splits = cast(splits, features[key].row_splits_dtype)
            found[key] = (
                values if x.dims == () else RaggedTensor.from_row_splits(values, splits, validate=False)
            )
        else:
            found[key] = next(parts)
    return found


def parse_single_example(serialized, features, example_names=None, name=None):
    """The features of one serialized Example, as `parse_example` gives them, without the axis of examples."""
    x = as_strings(serialized, "ParseSingleExample")
    if x.dims not in (None, ()):
        raise ValueError(f"Input serialized must be a scalar. Got shape {list(x.dims)}.")
    return parse_example(x, features)


def _plan(key, feature):
    """(kind, key, dtype, dims) of a feature, and the tensor of its default or None."""
    if not isinstance(feature, FixedLenFeature | FixedLenSequenceFeature | VarLenFeature | RaggedFeature):
        raise ValueError(f"Unsupported {type(feature).__name__} {feature} for key '{key}'")
    dtype = dtypes.as_dtype(feature.dtype)
    if dtype not in (dtypes.float32, dtypes.int64, dtypes.string):
        raise invalid(
            f"Value for attr 'Tdense' of {dtype.name} is not in the list of allowed values: float, int64, string",
            "ParseExampleV2",
        )
    if isinstance(feature, VarLenFeature):
        return ("sparse", key, dtype, ()), None
    if isinstance(feature, RaggedFeature):
        if feature.partitions:
            raise NotImplementedError("RaggedFeature with partitions is not there.")
        return ("ragged", feature.value_key or key, dtype, ()), None
    dims = int_tuple(TensorShape(feature.shape).as_list())
    default = None if feature.default_value is None else as_tensor(feature.default_value, dtype)
    if isinstance(feature, FixedLenSequenceFeature):
        if not feature.allow_missing:
            raise ValueError("Unsupported: FixedLenSequenceFeature requires allow_missing to be True.")
        return ("sequence", key, dtype, dims), default
    if default is not None and default.dims != dims and int(numpy.prod(default.dims)) != 1:
        raise ValueError(f"The default of feature {key} has shape {list(default.dims)}, not {list(dims)}.")
    return ("fixed", key, dtype, dims), default


def _specs(features, size):
    """The dict of the TypeSpecs of what `parse_example` gives for a vector of `size` Examples (None: any number)."""
    if not features:
        raise invalid(
            "Length for attr 'output_types' of 0 must be at least minimum 1", "ParseExampleDatasetV2"
        )
    found = {}
    for key in features:
        feature = features[key]
        kind, _, dtype, dims = _plan(key, feature)[0]
        if kind == "sparse":
            found[key] = SparseTensorSpec([size, None], dtype)
        elif kind == "ragged":
            found[key] = RaggedTensorSpec([size, None], dtype, 1, feature.row_splits_dtype)
        else:
            found[key] = TensorSpec((size, *dims) if kind == "fixed" else (size, None, *dims), dtype)
    return found


features_parser.parse = parse_example
features_parser.specs = _specs
