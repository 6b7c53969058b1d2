import collections
import dataclasses
import types

import pytest

from tapeflow.core import nest
from tapeflow.core.spec import CompositeTensor, TensorSpec, TypeSpec

tensorflow = pytest.importorskip("tensorflow")

P = collections.namedtuple("P", "x y")
Q = collections.namedtuple("Q", "x y")
OTHER_P = collections.namedtuple("P", "x y")


class L(list):
    pass


class D(dict):
    pass


class T(tuple):
    __slots__ = ()


class MySeq(collections.abc.Sequence):
    def __init__(self, items):
        self.items = items

    def __getitem__(self, i):
        return self.items[i]

    def __len__(self):
        return len(self.items)


class A:
    """Looks like a class made by attrs."""

    __attrs_attrs__ = (types.SimpleNamespace(name="a"), types.SimpleNamespace(name="b"))

    def __init__(self, a, b):
        self.a, self.b = a, b

    def __repr__(self):
        return f"A({self.a}, {self.b})"


@dataclasses.dataclass
class M:
    a: object
    b: object
    mask: bool = True

    def __tf_flatten__(self):
        return (self.mask,), (self.a, self.b)

    @classmethod
    def __tf_unflatten__(cls, metadata, components):
        return cls(*components, mask=metadata[0])


class PairSpec(TypeSpec):
    """The spec of `Pair`, whose tensors are all alike."""

    def __init__(self, kind):
        self.kind = kind

    _component_specs = property(lambda self: (TensorSpec([]), TensorSpec([])))

    def _from_components(self, components):
        return Pair(*components, self.kind)

    def _serialize(self):
        return (self.kind,)


class Pair(CompositeTensor):
    def __init__(self, first, second, kind="plain"):
        self.first, self.second, self.kind = first, second, kind

    def _to_components(self):
        return self.first, self.second

    @property
    def _type_spec(self):
        return PairSpec(self.kind)


NAMES = {"P": P, "Q": Q, "OTHER_P": OTHER_P, "L": L, "D": D, "T": T, "A": A, "M": M, "MySeq": MySeq}
NAMES |= {"OD": collections.OrderedDict, "DD": collections.defaultdict, "collections": collections}
OURS = NAMES | {"n": nest}
THEIRS = NAMES | {"n": tensorflow.nest}


def test_flatten_behaves_as_tensorflows(assert_same_outcomes):
    table = """
        n.flatten(3)
        n.flatten(None)
        n.flatten([1, (2, {'b': 3, 'a': 4})])
        n.flatten(OD([('b', 1), ('a', 2)]))
        n.flatten('abc')
        n.flatten(np.ones(2))
        n.flatten(P(1, [2, 3]))
        n.flatten(A(1, [2]))
        n.flatten(M(1, [2]))
        n.flatten({1, 2})
        n.flatten(range(2))
        n.flatten({'a': 1}.values())
        n.flatten({'b': 1, 'a': 2}.keys())
        n.flatten(L([1]))
        n.flatten(D(a=1))
        n.flatten(T((1, 2)))
        n.flatten(MySeq([1, 2]))
        n.flatten([])
        n.flatten([[], {}])
        n.flatten(collections.deque([1]))
        n.flatten(frozenset([1]))
        n.flatten(b'x')
        n.flatten(x for x in [1])
        n.flatten({(1, 2): 1, (0, 1): 2})
        n.flatten([[None, 1], None])
        n.flatten(collections.UserDict(b=1, a=2))
        n.flatten(collections.UserList([1]))
        n.flatten({'a': 1}.items())
    """
    assert_same_outcomes(table, OURS, THEIRS)


def test_is_nested_behaves_as_tensorflows(assert_same_outcomes):
    table = """
        n.is_nested(3)
        n.is_nested('a')
        n.is_nested([])
        n.is_nested({})
        n.is_nested(())
        n.is_nested({1})
        n.is_nested(np.ones(2))
        n.is_nested(range(2))
        n.is_nested(A(1, 2))
        n.is_nested(M(1, 2))
        n.is_nested(P(1, 2))
        n.is_nested(MySeq([]))
        n.is_nested({}.values())
        n.is_nested({}.keys())
        n.is_nested(None)
        n.is_nested(collections.deque())
        n.is_nested({}.items())
        n.is_nested(b'')
        n.is_nested(collections.UserList([1]))
    """
    assert_same_outcomes(table, OURS, THEIRS)


def test_pack_sequence_as_behaves_as_tensorflows(assert_same_outcomes):
    table = """
        n.pack_sequence_as([1, (2, 3)], [4, 5, 6])
        n.pack_sequence_as(1, [4])
        n.pack_sequence_as(1, [4, 5])
        n.pack_sequence_as([1, 2], [4])
        n.pack_sequence_as([1, 2], [4, 5, 6])
        n.pack_sequence_as([1], 4)
        n.pack_sequence_as({'b': 1, 'a': 2}, [1, 2])
        n.pack_sequence_as(OD([('b', 1), ('a', 2)]), [1, 2])
        n.pack_sequence_as(DD(list, {'b': 1, 'a': 2}), [1, 2])
        n.pack_sequence_as(P(1, 2), [3, 4])
        n.pack_sequence_as(A(1, 2), [3, 4])
        n.pack_sequence_as(M(1, 2), [3, 4])
        n.pack_sequence_as(L([1]), [2])
        type(n.pack_sequence_as(L([1]), [2]))
        type(n.pack_sequence_as(D(a=1), [2]))
        type(n.pack_sequence_as(T((1, )), [2]))
        n.pack_sequence_as(MySeq([1]), [2])
        n.pack_sequence_as('abc', ['x'])
        n.pack_sequence_as('abc', ['x', 'y'])
        n.pack_sequence_as([], [])
        n.pack_sequence_as([], [1])
        n.pack_sequence_as({'a': 1}.values(), [2])
        n.pack_sequence_as([1, 2], np.array([1, 2]))
        n.pack_sequence_as([1, 2], (3, 4))
        n.pack_sequence_as(1, [])
        n.pack_sequence_as(None, [5])
        n.pack_sequence_as({1: 2, 'a': 3}, [1, 2])
        n.pack_sequence_as(range(2), [1, 2])
        n.pack_sequence_as(collections.UserList([1]), [1])
    """
    assert_same_outcomes(table, OURS, THEIRS)


def test_map_structure_behaves_as_tensorflows(assert_same_outcomes):
    table = """
        n.map_structure(lambda x: x+1, [1, (2, {'a': 3})])
        n.map_structure(lambda x, y: x+y, [1, 2], [3, 4])
        n.map_structure(lambda x, y: x+y, [1, 2], [3, [4]])
        n.map_structure(lambda x, y: x+y, [1, 2], (3, 4))
        n.map_structure(lambda x, y: x+y, [1, 2], (3, 4), check_types=False)
        n.map_structure(lambda x: x)
        n.map_structure(3, [1])
        n.map_structure(lambda x: x, 1, foo=2)
        n.map_structure(lambda x, y: (x, y), {'a': 1}, {'b': 1})
        n.map_structure(lambda x, y: (x, y), P(1, 2), Q(3, 4))
        n.map_structure(lambda x: x, {'b': 1, 'a': 2})
        n.map_structure(lambda x: None, [1])
        n.map_structure(lambda x: x, A(1, 2))
        n.map_structure(lambda x: x, M(1, 2))
        n.map_structure(lambda x, y: (x, y), M(1, 2), M(1, 2, False))
        n.map_structure(lambda x, y: (x, y), [1], [[2]])
        n.map_structure(lambda x, y: (x, y), 1, [2])
        n.map_structure(lambda x, y: (x, y), [None], [3])
        n.map_structure(lambda x: x, [])
        n.map_structure(lambda x, y: (x, y), OD([('b', 1), ('a', 2)]), {'a': 3, 'b': 4})
        n.map_structure(lambda x, y: (x, y), DD(int, {'b': 1, 'a': 2}), {'a': 3, 'b': 4})
        n.map_structure(lambda x, y: (x, y), [1], [2], check_types=False, expand_composites=False)
    """
    assert_same_outcomes(table, OURS, THEIRS)


def test_assert_same_structure_behaves_as_tensorflows(assert_same_outcomes):
    table = """
        n.assert_same_structure([1, 2], [3, 4])
        n.assert_same_structure([1, 2], [3])
        n.assert_same_structure([1, 2], (3, 4))
        n.assert_same_structure([1, 2], (3, 4), check_types=False)
        n.assert_same_structure(1, [2])
        n.assert_same_structure([1], 2)
        n.assert_same_structure(1, 2)
        n.assert_same_structure({'a': 1}, {'b': 1})
        n.assert_same_structure({'a': 1}, {'a': [1]})
        n.assert_same_structure([1, [2, 3]], [1, [2, [3]]])
        n.assert_same_structure([[1], 2], [1, [2]])
        n.assert_same_structure(P(1, 2), Q(1, 2))
        n.assert_same_structure(P(1, 2), collections.namedtuple('Z', 'x y')(1, 2))
        n.assert_same_structure(P(1, 2), (1, 2))
        n.assert_same_structure(L([1]), [1])
        n.assert_same_structure(D(a=1), {'a': 1})
        n.assert_same_structure({'a': 1}, [1])
        n.assert_same_structure(OD(a=1), {'a': 2})
        n.assert_same_structure(A(1, 2), A(3, 4))
        n.assert_same_structure(M(1, 2), M(3, 4, False))
        n.assert_same_structure({'a': 1, 'b': 2}, {'a': 1})
        n.assert_same_structure([1, 2], [3, [4]])
        n.assert_same_structure([1, [2]], [3, 4])
        n.assert_same_structure('ab', 'cd')
        n.assert_same_structure(np.ones(2), [1])
        n.assert_same_structure({'a': [1, 2], 'b': 3}, {'a': [1], 'b': [3, 4]})
        n.assert_same_structure(T((1, 2)), (1, 2))
        n.assert_same_structure(None, [])
        n.assert_same_structure([], [])
        n.assert_same_structure([], ())
        n.assert_same_structure([], [], check_types=False)
        n.assert_same_structure([1], {'a': 1}, check_types=False)
        n.assert_same_structure({'a': 1}, {'b': 1}, check_types=False)
        n.assert_same_structure(MySeq([1]), [1])
    """
    assert_same_outcomes(table, OURS, THEIRS)


def test_named_tuples_of_one_name_are_the_same_structure(assert_same_outcomes):
    assert_same_outcomes("n.assert_same_structure(P(1, 2), OTHER_P(1, 2))", OURS, THEIRS)


@pytest.mark.parametrize("function", [nest.flatten, tensorflow.nest.flatten])
def test_flatten_needs_sortable_keys(function):
    with pytest.raises(TypeError):
        function({1: 2, "a": 3})


def test_pack_sequence_as_refuses_a_dict_of_values():
    with pytest.raises(TypeError, match="incompatible type `<class 'dict'>`"):
        nest.pack_sequence_as([1, 2], {"a": 1, "b": 2})


def test_composite_is_a_leaf_unless_expanded():
    pair = Pair(1, 2)
    assert nest.flatten([pair, 3]) == [pair, 3]
    assert nest.flatten([pair, 3], expand_composites=True) == [1, 2, 3]
    assert not nest.is_nested(pair)


def test_composite_is_rebuilt_from_its_components():
    doubled = nest.map_structure(lambda x: 2 * x, {"pair": Pair(1, 2, "odd")}, expand_composites=True)["pair"]
    assert (doubled.first, doubled.second, doubled.kind) == (2, 4, "odd")


def test_spec_of_composite_expands_to_specs_of_tensors():
    spec = PairSpec("plain")
    assert nest.flatten(spec) == [spec]
    assert nest.flatten(spec, expand_composites=True) == [TensorSpec([]), TensorSpec([])]
    assert nest.pack_sequence_as(spec, [1, 2], expand_composites=True).second == 2


def test_composites_are_compared_by_their_specs():
    nest.assert_same_structure([Pair(1, 2)], [Pair(3, 4)], expand_composites=True)
    nest.assert_same_structure([Pair(1, 2)], [PairSpec("plain")], expand_composites=True)
    nest.assert_same_structure([Pair(1, 2)], [5])
    with pytest.raises(ValueError, match="Incompatible CompositeTensor TypeSpecs"):
        nest.assert_same_structure([Pair(1, 2)], [Pair(3, 4, "odd")], expand_composites=True)
    with pytest.raises(ValueError, match="is a sequence, while"):
        nest.assert_same_structure([Pair(1, 2)], [5], expand_composites=True)


def test_types_seen_do_not_pile_up(monkeypatch):
    monkeypatch.setattr(nest, "_MOST_TYPES_REMEMBERED", 100)
    for _ in range(2 * nest._MOST_TYPES_REMEMBERED):
        nest.flatten(type("Leaf", (), {})())
    assert len(nest._CONTAINER_OF_TYPE) <= nest._MOST_TYPES_REMEMBERED
    assert nest.flatten([1, (2, {"a": 3})]) == [1, 2, 3]


@pytest.mark.parametrize(
    "structure",
    [
        1,
        (1, [2, 3]),
        {"b": 1, "a": (2, None)},
        {"a": 1, "b": {"c": None}},
        collections.OrderedDict(b=1, a=[2]),
        (),
        None,
    ],
)
def test_a_packer_packs_as_pack_sequence_as_does(structure):
    leaves = [each for each in nest.flatten(structure) if each is not None]
    values = iter([10 * each for each in leaves])
    found = nest.packer(structure)(values)
    expected = nest.map_structure(lambda each: None if each is None else 10 * each, structure)
    assert found == expected and type(found) is type(expected)
    assert repr(found) == repr(expected) and not list(values)
