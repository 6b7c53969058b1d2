import copy
import pickle

import pytest

from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.shapes import Dimension, TensorShape, as_shape, broadcast_shapes, unknown_shape

tensorflow = pytest.importorskip("tensorflow")


def test_tensor_shape_behaves_as_tensorflows(assert_same_outcomes):
    table = """
        TS(None)
        TS([])
        TS([2, None])
        TS((2, 3))
        TS(3)
        TS([-1, 2])
        TS([-2])
        TS([1.0])
        TS([1.5])
        TS([2, 'a'])
        TS(TS([1]))
        TS([np.int64(3)])
        TS(np.array([1, 2]))
        TS([True])
        str(TS([2, None]))
        str(TS(None))
        str(TS([]))
        str(TS([2]))
        TS([2, 3]).rank
        TS(None).rank
        TS(None).ndims
        TS([2, None]).dims
        TS(None).dims
        TS([2, None])._dims
        TS(None)._dims
        TS([2, None]).as_list()
        TS(None).as_list()
        TS([2, None]).is_fully_defined()
        TS([]).is_fully_defined()
        TS([2, 3]).with_rank(2)
        TS([2, 3]).with_rank(3)
        TS(None).with_rank(2)
        TS([2]).with_rank_at_least(2)
        TS([2, 3]).with_rank_at_least(1)
        TS([2, 3]).with_rank_at_most(1)
        TS(None).with_rank_at_most(2)
        TS([2]).assert_has_rank(1)
        TS([2]).assert_has_rank(2)
        TS(None).assert_has_rank(2)
        TS([2]).assert_same_rank([1, 2])
        TS([2]).assert_same_rank([1])
        TS([2]).assert_is_compatible_with([3])
        TS([2]).assert_is_compatible_with([None])
        TS(None).assert_is_fully_defined()
        TS([None]).assert_is_fully_defined()
        TS([2, None]).merge_with([None, 3])
        TS([2, None]).merge_with([3, 3])
        TS([2]).merge_with([2, 3])
        TS(None).merge_with([1])
        TS([1]).merge_with(None)
        TS([2]).concatenate([3])
        TS([2]).concatenate(TS(None))
        TS(None).concatenate([2])
        TS([2, 3]).most_specific_compatible_shape([2, 4])
        TS([2, 3]).most_specific_compatible_shape([2])
        TS([2]).is_compatible_with([2, 3])
        TS([2, None]).is_compatible_with([2, 3])
        TS([2, 3]).is_subtype_of(TS([2, None]))
        TS([2, None]).is_subtype_of(TS([2, 3]))
        TS([2]).is_subtype_of(TS(None))
        TS(None).is_subtype_of(TS(None))
        TS(None).is_subtype_of(TS([2]))
        TS([2]).is_subtype_of(3)
        TS([2]).num_elements()
        TS([2, None]).num_elements()
        TS([]).num_elements()
        TS(None).num_elements()
        TS([1]).most_specific_common_supertype([TS([2])])
        TS([1, 2]).most_specific_common_supertype([TS([1, 3])])
        TS([1]).most_specific_common_supertype([TS([1, 2])])
        list(TS([2, None]))
        list(TS(None))
        TS([1, 2, 3])[1:]
        TS([1, 2, 3])[0]
        TS([1, None])[-1]
        TS([1, 2])[5]
        TS(None)[0]
        TS(None)[1:]
        TS(None)[1:3]
        TS(None)[:2]
        TS(None)[-1:]
        TS(None)[:-1]
        TS(None)[::2]
        TS([1, 2, 3])[::2]
        TS([1, 2, 3])[::-1]
        TS(None)[1:3:2]
        TS(None)[3:1]
        TS(None)[:]
        len(TS([1]))
        len(TS(None))
        bool(TS([]))
        bool(TS(None))
        bool(TS([0]))
        TS([1, 2]) == (1, 2)
        TS([1, 2]) == [1, 2]
        TS([1, 2]) == None
        TS(None) == None
        TS(None) == TS(None)
        TS(None) != TS(None)
        TS(None) == (1, )
        TS([None]) == [None]
        TS([None]) == TS([None])
        TS([1]) == 'a'
        TS([1]) == 1
        TS([1]) != 'a'
        TS([1]) != [1]
        TS([None]) != [None]
        TS([1]) == {}
        hash(TS([1, 2]))
        hash((1, 2))
        TS([1])+[2]
        (2, )+TS([1])
        [2]+TS([1])
        TS([1])+TS(None)
        TS(None)+[1]
        TS([1])+3
        TS([1]).__concat__([2])
        TS([1])+None
        TS([2]).foo
        TS([1])*2
        [0]*TS([1])
        TS([1]).index(1)
        TS([1]) in [TS([1])]
        1 in TS([1])
        TS([2**40])
        TS([2**63])
        TS(2.0)
        TS([[1]])
        TS({1})
        TS([None, '-'])
        TS(-1)
        TS(range(2))
        TS((i for i in (1, 2)))
        TS(True)
        TS(np.int32(3))
        TS([np.float32(3)])
        TS(b'ab')
    """
    assert_same_outcomes(table, {"TS": TensorShape}, {"TS": tensorflow.TensorShape})


def test_dimension_behaves_as_tensorflows(assert_same_outcomes):
    table = """
        D(3)
        D(None)
        str(D(3))
        str(D(None))
        D(3).value
        D(3)+2
        D(3)+None
        2+D(3)
        D(3)-2
        2-D(3)
        D(3)*2
        2*D(3)
        D(7)//2
        7//D(2)
        D(7)/2
        D(7)%2
        7%D(2)
        D(3) == 3
        D(None) == 3
        D(3) == D(None)
        D(3) != 3
        D(3) != None
        D(3) < 4
        D(3) < None
        D(3) <= 3
        D(3) > 3
        D(3) >= 3
        int(D(3))
        int(D(None))
        D(3).__index__()
        hash(D(3))
        D(3).is_compatible_with(3)
        D(3).is_compatible_with(4)
        D(3).is_compatible_with(None)
        D(3).merge_with(None)
        D(3).merge_with(4)
        D(3).assert_is_compatible_with(4)
        D(-1)
        D('a')
        D(2.0)
        D(D(3))
        D(2.5)
        D(True)
        D(7)%None
        D(None)*0
        range(5)[D(3)]
        bool(D(0))
        bool(D(None))
        D(3) == 'a'
        D(3)+'a'
        2/D(3)
        D(3)+D(4)
    """
    assert_same_outcomes(table, {"D": Dimension}, {"D": tensorflow.compat.v1.Dimension})


def test_tensor_shape_refuses_strings():
    with pytest.raises(TypeError, match="Failed to convert 'abc' to a shape"):
        TensorShape("abc")


@pytest.mark.parametrize("dims", [None, (), (2, None)])
def test_tensor_shape_pickles_and_copies(dims):
    shape = TensorShape(dims)
    assert pickle.loads(pickle.dumps(shape)) == shape
    assert copy.deepcopy(shape) == shape


def test_trusted_shape_equals_checked_one():
    assert TensorShape._trusted((2, None)) == TensorShape([2, None])
    assert as_shape(TensorShape([2])) == as_shape(2) == TensorShape([2])
    assert unknown_shape(2) == TensorShape([None, None])
    assert unknown_shape() == TensorShape(None)


@pytest.mark.parametrize(
    "first, second",
    [
        ((2, 3), (3,)),
        ((2, None), (1, 3)),
        ((None,), (3,)),
        ((None,), (1,)),
        ((None,), (None,)),
        ((2, 1), (None, 5)),
        ((0,), (1,)),
        ((2, 3), ()),
        (None, (2,)),
    ],
)
def test_broadcast_shapes_agrees_with_tensorflow(first, second):
    theirs = tensorflow.broadcast_static_shape(tensorflow.TensorShape(first), tensorflow.TensorShape(second))
    expected = None if theirs.rank is None else tuple(theirs)
    assert broadcast_shapes(first, second) == broadcast_shapes(second, first) == expected
    assert broadcast_shapes(TensorShape(first), TensorShape(second)) == expected


@pytest.mark.parametrize(
    "first, second", [((2, 3), (4,)), ((2,), (3,)), ((0,), (2,)), ((2, None, 3), (5, 1, 4))]
)
def test_broadcast_shapes_refuses_incompatible_shapes(first, second):
    with pytest.raises(InvalidArgumentError, match="Incompatible shapes: "):
        broadcast_shapes(first, second)


def test_broadcast_shapes_uses_tensorflows_words():
    with pytest.raises(InvalidArgumentError) as caught:
        broadcast_shapes((2, 3), (4,))
    assert str(caught.value) == "Incompatible shapes: [2,3] vs. [4]"


def test_broadcast_shapes_takes_any_number():
    assert broadcast_shapes() == ()
    assert broadcast_shapes((3,)) == (3,)
    assert broadcast_shapes((3,), (2, 1), (4, 1, 1)) == (4, 2, 3)
