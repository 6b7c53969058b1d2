"""Nested structures, `tf.nest`: lists, tuples, dicts, named tuples and the like with values at their leaves.

Mappings are walked in the order of their sorted keys, so that equal dicts flatten equally whatever the order
of insertion; packing gives back the order of the structure. Whatever is not a known container is a leaf, None
too. A composite tensor is a leaf unless `expand_composites` is set.
"""

from collections import defaultdict
from collections.abc import Mapping, MappingView, Sequence

from tapeflow.core.spec import CompositeTensor, TensorSpec, TypeSpec


class _Container:
    """How containers of a type are taken apart, `children(value)`, and made, `rebuild(value, children)`."""

    __slots__ = ("children", "is_composite", "rebuild")

    def __init__(self, children, rebuild, is_composite=False):
        self.children = children
        self.rebuild = rebuild
        self.is_composite = is_composite


def _sorted_keys(mapping):
    try:
        return sorted(mapping)
    except TypeError:
        raise TypeError("nest only supports dicts with sortable keys.") from None


def _rebuild_mapping(mapping, children):
    by_key = dict(zip(_sorted_keys(mapping), children, strict=True))
    pairs = [(key, by_key[key]) for key in mapping]
    if isinstance(mapping, defaultdict):
        return type(mapping)(mapping.default_factory, pairs)
    try:
        return type(mapping)(pairs)
    except TypeError as error:
        raise TypeError(
            f"Error creating an object of type {type(mapping)} like {mapping}. Note that it must accept a "
            "single positional argument representing an iterable of key-value pairs, in addition to self. "
            f"Cause: {error}"
        ) from error


def _attribute_values(value):
    return [getattr(value, field.name) for field in type(value).__attrs_attrs__]


_SEQUENCE = _Container(lambda value: value, lambda value, children: type(value)(children))
_NAMED_TUPLE = _Container(lambda value: value, lambda value, children: type(value)(*children))
_VIEW = _Container(list, lambda value, children: list(children))  # ranges and views cannot hold new values
_MAPPING = _Container(lambda value: [value[key] for key in _sorted_keys(value)], _rebuild_mapping)
_ATTRIBUTES = _Container(_attribute_values, lambda value, children: type(value)(*children))
_FLATTENABLE = _Container(
    lambda value: list(value.__tf_flatten__()[1]),
    lambda value, children: type(value).__tf_unflatten__(value.__tf_flatten__()[0], tuple(children)),
)
_COMPOSITE = _Container(
    lambda value: [value._type_spec._to_components(value)],
    lambda value, children: value._type_spec._from_components(children[0]),
    is_composite=True,
)
_COMPOSITE_SPEC = _Container(
    lambda spec: [spec._component_specs],
    lambda spec, children: spec._from_components(children[0]),
    is_composite=True,
)

_CONTAINER_OF_TYPE = {list: _SEQUENCE, tuple: _SEQUENCE, dict: _MAPPING}
_MOST_TYPES_REMEMBERED = 4096  # programs that make classes without end must not fill the memory


def _find_container(kind):
    """Decides once for each type what it is; None for a leaf."""
    if issubclass(kind, (str, bytes, bytearray, memoryview, TensorSpec)):
        found = None
    elif issubclass(kind, CompositeTensor):
        found = _COMPOSITE
    elif issubclass(kind, TypeSpec):
        found = _COMPOSITE_SPEC
    elif issubclass(kind, tuple) and hasattr(kind, "_fields"):
        found = _NAMED_TUPLE
    elif issubclass(kind, Mapping):
        found = _MAPPING
    elif issubclass(kind, (range, MappingView)):
        found = _VIEW
    elif hasattr(kind, "__tf_flatten__") and hasattr(kind, "__tf_unflatten__"):
        found = _FLATTENABLE
    elif hasattr(kind, "__attrs_attrs__"):
        found = _ATTRIBUTES
    elif issubclass(kind, Sequence):
        found = _SEQUENCE
    else:
        found = None
    if len(_CONTAINER_OF_TYPE) >= _MOST_TYPES_REMEMBERED:
        _CONTAINER_OF_TYPE.clear()
    _CONTAINER_OF_TYPE[kind] = found
    return found


def _container(value, expand_composites=False):
    """The `_Container` that says how to take `value` apart, or None if it is a leaf."""
    kind = type(value)
    found = _CONTAINER_OF_TYPE[kind] if kind in _CONTAINER_OF_TYPE else _find_container(kind)
    if found is not None and found.is_composite and not expand_composites:
        return None
    return found


def is_nested(seq):
    """Whether `seq` is a container, rather than a leaf.

    >>> tf.nest.is_nested([1, 2]), tf.nest.is_nested("ab"), tf.nest.is_nested(tf.constant([1, 2]))
    (True, False, False)
    """
    return _container(seq) is not None


def flatten(structure, expand_composites=False):
    """The list of the leaves of `structure`; dicts in the order of their sorted keys.

    Args:
      structure: a nest, or a single leaf.
      expand_composites: whether composite tensors are taken apart into the tensors that they are made of.

    Raises TypeError for a dict whose keys cannot be sorted.

    >>> tf.nest.flatten([1, (2, {"b": 3, "a": None})])
    [1, 2, None, 3]
    """
    leaves = []
    _collect(structure, expand_composites, leaves)
    return leaves


def _collect(structure, expand_composites, leaves):
    container = _container(structure, expand_composites)
    if container is None:
        leaves.append(structure)
    else:
        for child in container.children(structure):
            _collect(child, expand_composites, leaves)


def pack_sequence_as(structure, flat_sequence, expand_composites=False):
    """A nest like `structure` whose leaves are the values of `flat_sequence`, in the order of `flatten`.

    Args:
      structure: a nest, or a single leaf.
      flat_sequence: a list or tuple with one value for each leaf.
      expand_composites: whether composite tensors are taken apart and put together.

    Raises TypeError if `flat_sequence` is not a sequence, and ValueError if it has another number of values.

    >>> tf.nest.pack_sequence_as({"b": 0, "a": (0, 0)}, [1, 2, 3])
    {'b': 3, 'a': (1, 2)}
    """
    container = _container(flat_sequence)
    if container is None or container is _MAPPING:
        raise TypeError(
            f"Attempted to pack value:\n  {flat_sequence!s}\n"
            f"into a structure, but found incompatible type `{type(flat_sequence)}` instead."
        )
    values = list(flat_sequence)
    if _container(structure, expand_composites) is None:
        if len(values) != 1:
            raise ValueError(
                f"The target structure is of type `{type(structure)}`\n  {structure!s}\n"
                f"However the input is a sequence ({type(flat_sequence)}) of length {len(values)}.\n"
                f"  {flat_sequence!s}\nnest cannot guarantee that it is safe to map one to the other."
            )
        return values[0]
    unused = iter(values)
    try:
        packed = _pack(structure, unused, expand_composites)
        fits = next(unused, unused) is unused
    except _TooFewError:
        fits = False
    if not fits:
        raise ValueError(
            f"Could not pack sequence. Structure had {len(flatten(structure, expand_composites))} atoms, but "
            f"flat_sequence had {len(values)} items.  "
            f"Structure: {structure!s}, flat_sequence: {flat_sequence!s}."
        )
    return packed


def packer(structure, expand_composites=False):
    """A function that makes a nest like `structure` of the values that an iterator gives; for many calls.

    None in the structure stays None and takes no value.
    """
    kind = type(structure)
    if structure is None:
        return lambda values: None
    if _container(structure, expand_composites) is None:
        return next
    if kind is tuple or kind is list:
        parts = [packer(each, expand_composites) for each in structure]
        return lambda values: kind([part(values) for part in parts])
    if kind is dict:
        parts = {key: packer(structure[key], expand_composites) for key in _sorted_keys(structure)}
        if list(parts) == list(structure):
            return lambda values: {key: part(values) for key, part in parts.items()}

        def pack_dict(values):
            found = {key: part(values) for key, part in parts.items()}
            return {key: found[key] for key in structure}

        return pack_dict
    if isinstance(structure, TypeSpec):
        pack_components, from_components = (
            packer(structure._component_specs, expand_composites),
            structure._from_components,
        )
        return lambda values: from_components(pack_components(values))
    leaves = flatten(structure, expand_composites)

    def pack(values):
        found = [None if each is None else next(values) for each in leaves]
        return pack_sequence_as(structure, found, expand_composites)

    return pack


def narrowed(spec, tensor_specs):
    """A composite spec like `spec` whose tensors are of these specs, in order, as far as it can say so.

    tensor_specs: an iterator.
    """
    if isinstance(spec, TensorSpec):
        return next(tensor_specs)
    components = spec._component_specs
    parts = [narrowed(each, tensor_specs) for each in flatten(components)]
    return spec._with_component_specs(pack_sequence_as(components, parts))


class _TooFewError(Exception):
    """There are fewer values than leaves."""


def _pack(structure, values, expand_composites):
    container = _container(structure, expand_composites)
    if container is None:
        for value in values:
            return value
        raise _TooFewError
    children = [_pack(child, values, expand_composites) for child in container.children(structure)]
    return container.rebuild(structure, children)


def map_structure(func, *structure, **kwargs):
    """A nest like the first one whose leaves are `func(leaf of the first, leaf of the second, ...)`.

    Args:
      func: a callable with as many arguments as there are structures.
      *structure: nests of the same structure.
      check_types: whether their containers must be of the same types; True unless given.
      expand_composites: whether composite tensors are taken apart; False unless given.

    Raises TypeError or ValueError as `assert_same_structure` does.

    >>> tf.nest.map_structure(lambda x, y: x + y, {"a": 1, "b": [2]}, {"a": 10, "b": [20]})
    {'a': 11, 'b': [22]}
    """
    if not callable(func):
        raise TypeError(f"func must be callable, got: {func}")
    if not structure:
        raise ValueError("Must provide at least one structure")
    check_types = kwargs.pop("check_types", True)
    expand_composites = kwargs.pop("expand_composites", False)
    if kwargs:
        raise ValueError(
            "Only valid keyword arguments are `check_types` and `expand_composites`, "
            f"not: `{'`, `'.join(kwargs)}`"
        )
    for other in structure[1:]:
        assert_same_structure(structure[0], other, check_types, expand_composites)
    leaves = [flatten(nest, expand_composites) for nest in structure]
    return pack_sequence_as(
        structure[0], [func(*group) for group in zip(*leaves, strict=True)], expand_composites
    )


def assert_same_structure(nest1, nest2, check_types=True, expand_composites=False):
    """Checks that two nests have their leaves in the same places.

    Args:
      nest1, nest2: the nests.
      check_types: whether containers must be of the same types and dicts have the same keys. All dict-like
        types count as the same, all lists too, and named tuples of the same name and fields.
      expand_composites: whether composite tensors are compared by their specs, not as leaves.

    Raises TypeError if types of containers differ and ValueError if their sizes, keys or depths do.

    >>> tf.nest.assert_same_structure([1, (2, 3)], ["x", ("y", "z")])
    """
    difference = _difference(nest1, nest2, check_types, expand_composites)
    if difference is None:
        return
    error_class, explanation = difference
    raise error_class(
        "The two structures don't have the same nested structure.\n\n"
        f"First structure: {_described(nest1)}\n\nSecond structure: {_described(nest2)}\n\n"
        f"More specifically: {explanation}\n"
        f"Entire first structure:\n{map_structure(_dot, nest1)}\n"
        f"Entire second structure:\n{map_structure(_dot, nest2)}"
    )


def _difference(first, second, check_types, expand_composites):
    """The first place where two nests differ, as (exception class, explanation), or None."""
    container, other = _container(first, expand_composites), _container(second, expand_composites)
    if container is None and other is None:
        return None
    if container is None or other is None:
        nested, leaf = (second, first) if container is None else (first, second)
        explanation = (
            f'Substructure "{_described(nested)}" is a sequence, while substructure "{_described(leaf)}"'
        )
        return ValueError, explanation + " is not"
    if container.is_composite and other.is_composite:
        return _composite_difference(first, second)
    if check_types:
        if not _same_type(first, second):
            return TypeError, (
                "The two namedtuples don't have the same sequence type. "
                f"First structure {_described(first)} has type {type(first).__name__}, "
                f"while second structure {_described(second)} has type {type(second).__name__}"
            )
        if container is _MAPPING and set(first) != set(second):
            return ValueError, (
                "The two dictionaries don't have the same set of keys. "
                f"First structure has keys {_described(list(first))}, "
                f"while second structure has keys {_described(list(second))}"
            )
    children, others = list(container.children(first)), list(other.children(second))
    if len(children) != len(others):
        return ValueError, (
            "The two structures don't have the same number of elements. "
            f"First structure: {_described(first)}. Second structure: {_described(second)}"
        )
    for a, b in zip(children, others, strict=True):
        found = _difference(a, b, check_types, expand_composites)
        if found is not None:
            return found
    return None


def _composite_difference(first, second):
    specs = [value if isinstance(value, TypeSpec) else value._type_spec for value in (first, second)]
    if specs[0].most_specific_common_supertype([specs[1]]) is not None:
        return None
    explanation = f"{_described(specs[0])} vs. {_described(specs[1])}"
    return ValueError, f"Incompatible CompositeTensor TypeSpecs: {explanation}"


def _same_type(first, second):
    kind, other = type(first), type(second)
    if kind is other:
        return True
    if isinstance(first, Mapping):
        return isinstance(second, Mapping)
    if isinstance(first, list):
        return isinstance(second, list)
    return (
        _container(first) is _NAMED_TUPLE
        and _container(second) is _NAMED_TUPLE
        and kind.__name__ == other.__name__
        and kind._fields == other._fields
    )


def _described(value):
    return f"type={type(value).__name__} str={value!s}"


class _Dot:
    """Stands for a leaf in messages."""

    def __repr__(self):
        return "."


def _dot(_, dot=_Dot()):  # noqa: B008 - one dot is enough
    return dot


def flatten_up_to_one(value):
    """The children of a container, one level deep, in the order of `flatten`."""
    return list(_container(value).children(value))


def pack_sequence_as_one(value, children):
    """A container like `value` with these children, one level deep."""
    return _container(value).rebuild(value, children)
