"""What a session is asked for: a nest of tensors, variables, operations and names."""

import collections

from tapeflow.compat.graphs.operations import Operation
from tapeflow.compat.graphs.variable import GraphVariable
from tapeflow.core import nest
from tapeflow.core.spec import CompositeTensor
from tapeflow.ops.indexed_slices import IndexedSlices

IndexedSlicesValue = collections.namedtuple("IndexedSlicesValue", ["values", "indices", "dense_shape"])
SparseTensorValue = collections.namedtuple("SparseTensorValue", ["indices", "values", "dense_shape"])


def key_of(fetches):
    """A key of dictionaries for what is asked for: equal for nests of the same things."""
    kind = type(fetches)
    if kind is list or kind is tuple:
        return kind, tuple([key_of(each) for each in fetches])
    if isinstance(fetches, tuple):
        return kind, tuple([key_of(each) for each in fetches])
    if isinstance(fetches, dict):
        return kind, tuple(fetches), tuple([key_of(each) for each in fetches.values()])
    return id(fetches) if isinstance(fetches, CompositeTensor) else fetches


class Fetches:
    """The things asked for in `elements` (nodes and values, each once), and how to pack their results."""

    def __init__(self, graph, fetches):
        self._graph = graph
        self._places = {}
        self.elements = []
        self.kept = fetches  # so that no other object gets the id of one of them
        self.pack = self._packer(fetches)

    def _place(self, element):
        if element not in self._places:
            self._places[element] = len(self.elements)
            self.elements.append(element)
        return self._places[element]

    def _packer(self, fetch):
        """A function of the list of results, one for each element, that gives what this fetch stands for."""
        if fetch is None:
            raise TypeError(f'Argument `fetch` = {fetch} has invalid type "NoneType". Cannot be None')
        if isinstance(fetch, tuple) and hasattr(fetch, "_fields"):
            parts = [self._packer(each) for each in fetch]
            return lambda results: type(fetch)(*[part(results) for part in parts])
        if isinstance(fetch, list | tuple):
            parts = [self._packer(each) for each in fetch]
            kind = type(fetch)
            return lambda results: kind([part(results) for part in parts])
        if isinstance(fetch, dict):
            parts = {key: self._packer(each) for key, each in fetch.items()}
            kind = fetch.__class__
            if isinstance(fetch, collections.defaultdict):
                kind = dict
            return lambda results: kind([(key, part(results)) for key, part in parts.items()])
        if isinstance(fetch, CompositeTensor) and not isinstance(fetch, GraphVariable):
            return self._composite(fetch)
        return self._single(fetch)

    def _composite(self, fetch):
        if isinstance(fetch, IndexedSlices):
            shape = fetch.dense_shape
            values, indices = self._packer(fetch.values), self._packer(fetch.indices)
            dense = (lambda results: None) if shape is None else self._dense(shape)
            return lambda results: IndexedSlicesValue(values(results), indices(results), dense(results))
        leaves = [self._packer(each) for each in nest.flatten(fetch, expand_composites=True)]
        if type(fetch).__name__ == "SparseTensor":
            return lambda results: SparseTensorValue(*[leaf(results) for leaf in leaves])
        raise NotImplementedError(
            f"Sessions do not give values of a {type(fetch).__name__} yet: fetch its parts."
        )

    def _dense(self, shape):
        if hasattr(shape, "tracer"):
            return self._packer(shape)
        return lambda results: shape.numpy()

    def _single(self, fetch):
        try:
            found = self._graph.as_graph_element(fetch)
        except TypeError as error:
            raise TypeError(
                f'Argument `fetch` = {fetch} has invalid type "{type(fetch).__name__}" must be a string or Tensor. '
                f"({error})"
            ) from error
        except (ValueError, KeyError) as error:
            message = error.args[0] if error.args else error
            raise ValueError(
                f"Fetch argument {fetch!r} cannot be interpreted as a Tensor. ({message})"
            ) from error
        if isinstance(found, Operation):
            self._place(found.node)
            return lambda results: None
        place = self._place(found.value)
        return lambda results: results[place]
