"""Example and SequenceExample messages read into tensors by descriptions of their features."""

import itertools

import numpy

from tapeflow.api.io.features import (
    FixedLenFeature,
    FixedLenSequenceFeature,
    RaggedFeature,
    SparseFeature,
    VarLenFeature,
    assembled,
    plain_features,
)
from tapeflow.api.ragged import RaggedTensor, RaggedTensorSpec
from tapeflow.api.sparse import SparseTensor, SparseTensorSpec
from tapeflow.api.strings import as_strings
from tapeflow.core import dtypes
from tapeflow.core.arguments import int_tuple
from tapeflow.core.errors import invalid
from tapeflow.core.operands import as_tensor
from tapeflow.core.shapes import TensorShape
from tapeflow.core.spec import TensorSpec
from tapeflow.ops.example_parsing import decode_json_examples, features_parser, parse_examples
from tapeflow.ops.sequence_parsing import parse_sequence_examples

__all__ = [
    "FixedLenFeature",
    "FixedLenSequenceFeature",
    "RaggedFeature",
    "SparseFeature",
    "VarLenFeature",
    "decode_json_example",
    "parse_example",
    "parse_sequence_example",
    "parse_single_example",
    "parse_single_sequence_example",
]

_OF_EXAMPLES = (FixedLenFeature, FixedLenSequenceFeature, VarLenFeature, SparseFeature, RaggedFeature)
_OF_CONTEXTS = (FixedLenFeature, VarLenFeature, RaggedFeature)
_OF_LISTS = (FixedLenSequenceFeature, VarLenFeature, RaggedFeature)


def parse_example(serialized, features, example_names=None, name=None):
    """The features of a vector of serialized Examples, a dict of tensors, SparseTensors and RaggedTensors.

    features: a dict from keys to FixedLenFeature, FixedLenSequenceFeature, VarLenFeature, SparseFeature or
    RaggedFeature. Raises InvalidArgumentError for bytes that are no Example, for features of another dtype or size, and
    for missing ones without a default.

    >>> values = tf.train.Int64List(value=[1, 2])
    >>> features = tf.train.Features(feature={"a": tf.train.Feature(int64_list=values)})
    >>> data = tf.train.Example(features=features).SerializeToString()
    >>> tf.io.parse_example([data], {"a": tf.io.FixedLenFeature([2], tf.int64)})["a"].numpy()
    array([[1, 2]])
    """
    if not features:
        raise ValueError(f"Argument `features` cannot be None or falsy. Got {features}")
    x = as_strings(serialized, "ParseExampleV2")
    request = _Request(features, _OF_EXAMPLES)
    parts = iter(parse_examples(x, *request.defaults, plans=request.plans))
    return request.result(parts, x.dims == ())


def decode_json_example(json_examples, name=None):
    """Serialized Examples of their JSON texts, strings of any shape. InvalidArgumentError for texts that are none.

    >>> text = '{"features": {"feature": {"a": {"int64List": {"value": [7]}}}}}'
    >>> data = tf.io.decode_json_example(text)
    >>> tf.io.parse_single_example(data, {"a": tf.io.FixedLenFeature([], tf.int64)})["a"].numpy()
    np.int64(7)
    """
    return decode_json_examples(as_strings(json_examples, "DecodeJSONExample"))


def parse_single_example(serialized, features, example_names=None, name=None):
    """The features of one serialized Example, as `parse_example` gives them, without the axis of examples."""
    x = as_strings(serialized, "ParseSingleExample")
    if x.dims not in (None, ()):
        raise ValueError(f"Input serialized must be a scalar. Got shape {list(x.dims)}.")
    return parse_example(x, features)


def parse_sequence_example(
    serialized, context_features=None, sequence_features=None, example_names=None, name=None
):
    """Three dicts for a vector of serialized SequenceExamples: the features of their contexts, their lists of features,
    and for those lists that are dense tensors the numbers of steps, int64 vectors.

    context_features: a dict from keys to FixedLenFeature, VarLenFeature or RaggedFeature. sequence_features: one to
    FixedLenSequenceFeature, VarLenFeature or RaggedFeature; the second axis of the tensors is that of steps, and
    shorter lists are filled up with zeros. Errors as of `parse_example`.

    >>> step = lambda n: tf.train.Feature(int64_list=tf.train.Int64List(value=[n]))
    >>> lists = tf.train.FeatureLists(feature_list={"x": tf.train.FeatureList(feature=[step(1), step(2)])})
    >>> data = tf.train.SequenceExample(feature_lists=lists).SerializeToString()
    >>> features = {"x": tf.io.FixedLenSequenceFeature([], tf.int64)}
    >>> context, steps, lengths = tf.io.parse_sequence_example([data], sequence_features=features)
    >>> steps["x"].numpy(), lengths["x"].numpy()
    (array([[1, 2]]), array([2]))
    """
    if not (context_features or sequence_features):
        raise ValueError(
            "Both `context_features` and `sequence_features` argument are None, but at least one should have values."
        )
    x = as_strings(serialized, "ParseSequenceExampleV2")
    context = _Request(context_features or {}, _OF_CONTEXTS)
    lists = _Request(sequence_features or {}, _OF_LISTS, are_lists=True)
    if any([kind == "fixed" for kind, *_ in lists.plans]) and lists.defaults:
        raise ValueError("FixedLenSequenceFeatures of SequenceExamples have no default: it must be None.")
    parts = iter(parse_sequence_examples(x, *context.defaults, plans=context.plans, list_plans=lists.plans))
    single = x.dims == ()
    found = context.result(parts, single)
    return found, lists.result(parts, single), lists.lengths


def parse_single_sequence_example(
    serialized, context_features=None, sequence_features=None, example_name=None, name=None
):
    """Two dicts for one serialized SequenceExample: the features of its context and its lists of features, as
    `parse_sequence_example` gives them, without the axis of examples.
    """
    if not (context_features or sequence_features):
        raise ValueError(
            "Both context_features and sequence_features are None, but at least one should have values."
        )
    x = as_strings(serialized, "ParseSingleSequenceExample")
    if x.dims not in (None, ()):
        raise ValueError(f"Input serialized must be a scalar. Got shape {list(x.dims)}.")
    return parse_sequence_example(x, context_features, sequence_features)[:2]


class _Request:
    """What is read for a dict of features: a plan for each key and kind of reading, then the features made of that."""

    def __init__(self, features, allowed, are_lists=False):
        self._features, self._are_lists = features, are_lists
        self.defaults, self.lengths, self._places, plans = [], {}, {}, []
        for key in sorted(features):
            _check_kind(key, features[key], allowed)
            for name, feature in plain_features(key, features[key]):
                plan, default = _plan(name, feature, are_lists)
                place = plan[0], name
                if place in self._places:
                    if plans[self._places[place]][:3] != plan[:3]:
                        raise ValueError(f"Conflicting type {plan[2].name} for feature {name}.")
                    continue
                self._places[place] = len(plans)
                if default is not None:
                    self.defaults.append(default)
                last = plan[4:] or (None if default is None else len(self.defaults) - 1,)
                plans.append((*plan[:4], *last))
        self._check_keys()
        self.plans = tuple(plans)

    def _check_keys(self):
        """ValueError if one key is to be read in two ways."""
        keys = {
            "Dense": {key for kind, key in self._places if kind in ("fixed", "sequence")},
            "Ragged": {key for kind, key in self._places if kind == "ragged"},
            "sparse": {key for kind, key in self._places if kind == "sparse"},
        }
        for (name, some), (other, others) in itertools.combinations(keys.items(), 2):
            if some & others:
                raise ValueError(
                    f"{name} and {other.lower()} keys must not intersect; {name.lower()}_keys: {sorted(some)}, "
                    f"{other.lower()}_keys: {sorted(others)}, intersection: {some & others}"
                )

    def result(self, parts, single):
        """The dict of the features, made of an iterator over the tensors that the op gave."""
        values = [self._value(plan, parts, single) for plan in self.plans]

        def found(key, feature):
            return values[self._places[_plan(key, feature, self._are_lists)[0][0], key]]

        return {key: assembled(key, self._features[key], found) for key in sorted(self._features)}

    def _value(self, plan, parts, single):
        kind, key, *_ = plan
        if kind == "sparse":
            return SparseTensor(next(parts), next(parts), next(parts))
        if kind == "ragged":
            found, splits = next(parts), next(parts)
            if self._are_lists:
                found = RaggedTensor.from_row_splits(found, splits, validate=False)
                splits = next(parts)
            return found if single else RaggedTensor.from_row_splits(found, splits, validate=False)
        found = next(parts)
        if self._are_lists:
            self.lengths[key] = next(parts)
        return found


def _check_kind(key, feature, allowed):
    if not isinstance(feature, allowed):
        raise ValueError(f"Unsupported {type(feature).__name__} {feature} for key '{key}'")


def _plan(key, feature, is_list=False):
    """(kind, key, dtype, dims) of a feature, for a dense list whether it may be missing; the tensor of its default or
    None.
    """
    dtype = dtypes.as_dtype(feature.dtype)
    if dtype not in (dtypes.float32, dtypes.int64, dtypes.string):
        raise invalid(
            f"Value for attr 'Tdense' of {dtype.name} is not in the list of allowed values: float, int64, string",
            "ParseExampleV2",
        )
    if isinstance(feature, VarLenFeature | RaggedFeature):
        kind = "sparse" if isinstance(feature, VarLenFeature) else "ragged"
        return (kind, key, dtype, (), *([False] if is_list else [])), None
    dims = int_tuple(TensorShape(feature.shape).as_list())
    default = None if feature.default_value is None else as_tensor(feature.default_value, dtype)
    if isinstance(feature, FixedLenSequenceFeature):
        if is_list:
            return ("fixed", key, dtype, dims, bool(feature.allow_missing)), default
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
    for key, feature in features.items():
        _check_kind(key, feature, _OF_EXAMPLES)
        if isinstance(feature, SparseFeature):
            sizes = feature.size if isinstance(feature.size, list | tuple) else [feature.size]
            found[key] = SparseTensorSpec([size, *sizes], feature.dtype)
        elif isinstance(feature, RaggedFeature):
            found[key] = _ragged_spec(feature, size)
        else:
            kind, _, dtype, dims = _plan(key, feature)[0]
            if kind == "sparse":
                found[key] = SparseTensorSpec([size, None], dtype)
            else:
                found[key] = TensorSpec((size, *dims) if kind == "fixed" else (size, None, *dims), dtype)
    return found


def _ragged_spec(feature, size):
    lengths = [
        each.length if isinstance(each, RaggedFeature.UniformRowLength) else None
        for each in feature.partitions
    ]
    rank = 1 + len(lengths)
    while rank > 1 and lengths[rank - 2] is not None:  # uniform rows innermost are axes of the values
        rank -= 1
    return RaggedTensorSpec([size, None, *lengths], feature.dtype, rank, feature.row_splits_dtype)


features_parser.parse = parse_example
features_parser.specs = _specs
