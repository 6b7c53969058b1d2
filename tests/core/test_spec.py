import pickle

import numpy as np
import pytest

from tapeflow.core import dtypes
from tapeflow.core.shapes import TensorShape
from tapeflow.core.spec import BoundedTensorSpec, TensorSpec, TypeSpec

tensorflow = pytest.importorskip("tensorflow")


class PairSpec(TypeSpec):
    """The spec of a made-up composite value: a shape, a dtype and an option."""

    def __init__(self, shape, dtype, option):
        self.shape, self.dtype, self.option = TensorShape(shape), dtypes.as_dtype(dtype), option

    def _serialize(self):
        return self.shape, self.dtype, self.option


class TheirPairSpec(tensorflow.TypeSpec):
    def __init__(self, shape, dtype, option):
        self.shape, self.dtype = tensorflow.TensorShape(shape), tensorflow.as_dtype(dtype)
        self.option = option

    value_type = _component_specs = property(lambda self: None)

    def _to_components(self, value):
        return value

    def _from_components(self, components):
        return components

    def _serialize(self):
        return self.shape, self.dtype, self.option


TheirPairSpec.__name__ = "PairSpec"

OURS = {"S": TensorSpec, "B": BoundedTensorSpec, "P": PairSpec, "i": dtypes.int32, "f": dtypes.float32}
THEIRS = {
    "S": tensorflow.TensorSpec,
    "B": pytest.importorskip("tensorflow.python.framework.tensor").BoundedTensorSpec,
    "P": TheirPairSpec,
    "i": tensorflow.int32,
    "f": tensorflow.float32,
}


def test_tensor_spec_behaves_as_tensorflows(assert_same_outcomes):
    table = """
        S((2, None))
        S([2], i, 'x')
        S(None)
        S(3)
        S([2], 'float64')
        S([2], np.int8)
        S([2], 'foo')
        S([2], None)
        S([2]).shape
        S([2]).dtype
        S([2]).name
        S([2], name='x').name
        S([2]) == S((2,))
        S([2]) == S([3])
        S([2], name='a') == S([2])
        S([2]) == 2
        S([2]) != S([3])
        hash(S([2])) == hash(S((2,)))
        S([1]) in {S([1]): 1}
        S.from_spec(S([2], name='z'))
        S.from_spec(S([2]), 'n')
        S.from_spec(S([2], name='z'), 'n')
        S.from_tensor(np.ones(2))
        S.from_tensor(3)
        S([2]).is_compatible_with(S([None]))
        S([2]).is_compatible_with(S([2], i))
        S([2]).is_compatible_with(np.ones(2, np.float32))
        S([2]).is_compatible_with('a')
        S([2]).is_subtype_of(S([None]))
        S([None]).is_subtype_of(S([2]))
        S([2], name='a').is_subtype_of(S([2]))
        S([2]).is_subtype_of(S([2], name='a'))
        S([2]).is_subtype_of(S([2], i))
        S([2]).is_subtype_of(3)
        S([2]).most_specific_common_supertype([])
        S([2]).most_specific_common_supertype([S([3])])
        S([2]).most_specific_common_supertype([S([3]), S([2, 3])])
        S([2]).most_specific_common_supertype([3])
        S([2], i).most_specific_common_supertype([S([3])])
        S([2], name='a').most_specific_common_supertype([S([3], name='a')])
        S([2], name='a').most_specific_common_supertype([S([3])])
        S([2]).most_specific_compatible_type(S([3]))
        S([2]).most_specific_compatible_type(S([3], i))
        S([2]).most_specific_compatible_type(3)
        S([2], i, 'k')._serialize()
        S._deserialize(S([2])._serialize())
    """
    assert_same_outcomes(table, OURS, THEIRS)


def test_bounded_tensor_spec_behaves_as_tensorflows(assert_same_outcomes):
    table = """
        B([2], f, 0, 1)
        B([2], f, [0, 1], [2, 3])
        B([2], f, 0, 1, 'n')
        B([None, 2], f, 0, 1)
        B([3, 2], f, [0, 0], 1.0)
        B([2], i, 0.5, 1).minimum
        B([2], f, 0, 1).maximum
        B([2], f, [0, 1, 2], 1)
        B([2], f, None, 1)
        B([2], f, 0, None)
        B([2], f, 0, 1) == B([2], f, 0, 1)
        B([2], f, 0, 1) == B([2], f, 0, 2)
        B([2], f, 0, 1) == S([2])
        S([2]) == B([2], f, 0, 1)
        hash(B([2], f, 0, 1)) == hash(B([2], f, 0, 1))
        B.from_spec(S([2]))
        B.from_spec(B([2], f, 0, 1))
        B.from_spec(S([2], i, 'q'))
        B([2], f, 0, 1).is_subtype_of(S([2]))
        B([2], f, 0, 1).is_subtype_of(B([2], f, 0, 2))
        B([2], f, 0, 1).most_specific_common_supertype([B([3], f, 0, 1)])
        B([2], f, 0, 1)._serialize()
    """
    assert_same_outcomes(table, OURS, THEIRS)


def test_type_spec_follows_from_its_serialization(assert_same_outcomes):
    table = """
        P([2], f, 1)
        P([2], f, 1) == P([2], f, 1)
        P([2], f, 1) == P([2], f, 2)
        P([2], f, 1) == P([2], i, 1)
        hash(P([2], f, [1])) == hash(P([2], f, [1]))
        P([2], f, 1).is_compatible_with(P([None], f, 1))
        P([2], f, 1).is_compatible_with(P([None], f, 2))
        P([2], f, 1).is_compatible_with(P([3], f, 1))
        P([2], f, 1).is_compatible_with(S([2]))
        P([2], f, 1).is_subtype_of(P([None], f, 1))
        P([None], f, 1).is_subtype_of(P([2], f, 1))
        P([2], f, 1).is_subtype_of(P([2], f, 2))
        P([2], f, 1).is_subtype_of(S([2]))
        P([2], f, 1).most_specific_common_supertype([P([3], f, 1)])
        P([2], f, 1).most_specific_common_supertype([P([3], i, 1)])
        P([2], f, 1).most_specific_common_supertype([P([3], f, 2)])
        P([2], f, (1, 'a')).most_specific_common_supertype([P([3], f, (1, 'a'))])
        P([2], f, (1, 'a')).most_specific_common_supertype([P([3], f, (1, 'b'))])
        P([2], f, {'a': 1}).most_specific_common_supertype([P([3], f, {'a': 1})])
        P([2], f, {'a': 1}).most_specific_common_supertype([P([3], f, {'b': 1})])
        P([2], f, 1).most_specific_compatible_type(P([3], f, 2))
    """
    assert_same_outcomes(table, OURS, THEIRS)


@pytest.mark.parametrize(
    "spec",
    [
        TensorSpec([2, None], "int32", "x"),
        BoundedTensorSpec([2], "float32", 0, [1, 2]),
        PairSpec([2], "float32", {"a": (1, 2)}),
    ],
)
def test_spec_pickles(spec):
    assert pickle.loads(pickle.dumps(spec)) == spec


def test_specs_of_results_come_from_specs_of_operands():
    spec = TensorSpec([2, None], "int32", "x")
    assert spec.dims == (2, None)
    assert spec.with_shape(3, None, 4) == TensorSpec([3, None, 4], "int32")
    assert spec.with_dims(None) == TensorSpec(None, "int32")
    assert spec.with_dtype(dtypes.float32) == TensorSpec([2, None])


def test_bounds_are_read_only():
    with pytest.raises(ValueError, match="read-only"):
        BoundedTensorSpec([2], "float32", [0, 0], 1).minimum[0] = 5


def test_unfinished_type_spec_says_what_is_missing():
    with pytest.raises(NotImplementedError, match="must define _serialize"):
        repr(TypeSpec())
    assert np.all(BoundedTensorSpec([2], "int8", 0, 1).maximum == 1)
