"""A run of a session made ready: from what is fed and what variables are, by a program, to what was asked for."""

import sys
import threading

import numpy

from tapeflow.compat.graphs.eager_part import EagerPart
from tapeflow.compat.graphs.fetches import Fetches
from tapeflow.compat.graphs.part import Part
from tapeflow.compat.graphs.seeds import OwnSeeds
from tapeflow.core import nest
from tapeflow.core.convert import array_from_value
from tapeflow.core.dtypes import string
from tapeflow.core.errors import FailedPreconditionError, NotFoundError
from tapeflow.core.shapes import TensorShape
from tapeflow.core.size import Size, visible
from tapeflow.core.spec import CompositeTensor
from tapeflow.core.tensor import Tensor
from tapeflow.function.program import Program
from tapeflow.graph.graph import Node
from tapeflow.graph.inference import REFUSALS
from tapeflow.state.variable import Variable


class Values:
    """What a session remembers between its runs: the values of variables, and where random streams are."""

    def __init__(self):
        self.arrays = {}
        self.seeds = OwnSeeds()
        self.lock = threading.RLock()

    def clear(self):
        """Forgets everything."""
        self.arrays.clear()
        self.seeds.forget()


def flat_feeds(feed_dict):
    """A feed_dict without nests: a tuple, or a tensor made of several, stands for as many keys as it has parts."""
    if not isinstance(feed_dict, dict):
        raise TypeError(f"feed_dict must be a dictionary, not {feed_dict!r}.")
    for key in feed_dict:
        if type(key) is tuple or isinstance(key, CompositeTensor):
            flat = {}
            for each, value in feed_dict.items():
                flat.update(_parts(each, value))
            return flat
    return feed_dict


def _parts(key, value):
    """Pairs of the keys that are no nests in a key of a feed_dict, and what is fed for each."""
    if isinstance(key, CompositeTensor) and not isinstance(key, Variable):
        parts = [each for each in nest.flatten(key, expand_composites=True) if each is not None]
        if not isinstance(value, tuple | list) or not 2 <= len(value) <= len(parts):  # a shape may be known
            raise ValueError(
                f"Cannot feed {value!r} for {key!r}: it needs its {len(parts)} parts, in a tuple."
            )
        return list(zip(parts, value, strict=False))
    if type(key) is not tuple:
        return [(key, value)]
    return list(zip(nest.flatten(key), nest.flatten(value), strict=True))


class Prepared:
    """The fetches and the keys of the feeds of a run; called with what is fed, it runs."""

    def __init__(self, graph, fetches, feed_dict):
        self._graph = graph
        self._fetches = Fetches(graph, fetches)
        self._feeds = [_Feed(graph, key) for key in feed_dict]
        self._values = [each.value for each in self._feeds]
        self._by_rank = [each for each, feed in enumerate(self._feeds) if feed.dims is None]
        self._exact = False  # whether the program asks for numbers behind the sizes of what is fed
        self._uncertain = ()
        self._programs = {}
        self._only = None
        self._is_traced = True

    def __call__(self, values, feed_dict):
        arrays = []
        if feed_dict:
            for feed, given in zip(self._feeds, feed_dict.values(), strict=True):
                arrays.append(feed.array(given))
        if self._is_traced:
            try:
                program = self._only or self._program(values, arrays)
            except NotImplementedError:
                self._is_traced = False
            else:
                return self._fetches.pack(program(values, arrays))
        return self._fetches.pack(self._run_at_once(values, arrays))

    def _run_at_once(self, values, arrays):
        """The results of a part that cannot be traced."""
        elements = self._fetches.elements
        with values.lock:
            kept = values.arrays
            part = EagerPart(self._graph, elements, self._values, arrays, kept, _uninitialized, values.seeds)
            kept.update({variable: _copied(array) for variable, array in part.written.items()})
        rest = iter([_shown(_copied(array)) for array in part.results])
        return [None if isinstance(each, Node) else next(rest) for each in elements]

    def _program(self, values, arrays):
        """The program for arrays of such shapes, in a session where such variables have values."""
        key = self._key(values, arrays)
        found = self._programs.get(key)
        if found is None:
            try:
                part = self._part(values, arrays)
            except REFUSALS:
                if self._exact or all([feed.is_known for feed in self._feeds]):
                    raise
                self._exact = True
                part = self._part(values, arrays)
            self._uncertain = sorted(part.uncertain, key=id)
            found = self._programs[self._key(values, arrays)] = _Program(part, self._fetches.elements)
            if not (self._exact or self._by_rank or self._uncertain):
                self._only = found
        return found

    def _key(self, values, arrays):
        if self._exact:
            shapes = tuple([each.shape for each in arrays])
        else:
            shapes = tuple([arrays[place].ndim for place in self._by_rank])
        return shapes, tuple([each in values.arrays for each in self._uncertain])

    def _part(self, values, arrays):
        dims = []
        for feed, array in zip(self._feeds, arrays, strict=True):
            if self._exact:
                dims.append(array.shape)
            else:
                dims.append((None,) * array.ndim if feed.dims is None else visible(feed.dims))
        return Part(
            self._graph,
            self._fetches.elements,
            self._values,
            dims,
            lambda variable: variable in values.arrays,
            values.seeds,
        )


class _Feed:
    """One key of a feed_dict."""

    def __init__(self, graph, key):
        try:
            tensor = graph.as_graph_element(key, allow_operation=False)
        except (TypeError, ValueError, KeyError) as error:
            message = error.args[0] if error.args else error
            raise TypeError(f"Cannot interpret feed_dict key as Tensor: {message}") from error
        self.value = tensor.value
        if not graph.is_feedable(tensor):
            raise ValueError(f"Tensor {tensor!r} may not be fed.")
        self.name = tensor.name
        self.dims = self.value.dims
        self._dtype = self.value.dtype
        self._array_dtype = self._dtype.array_dtype
        self.is_known = self.dims is not None and not any([type(size) is Size for size in self.dims])

    def array(self, given):
        """What is fed as an array of the tensor's dtype; ValueError if its shape does not fit."""
        if type(given) is numpy.ndarray and given.dtype == self._array_dtype and self._dtype is not string:
            array = given
        else:
            array = self._converted(given)
        dims = self.dims
        if dims is not None and (
            array.ndim != len(dims)
            or (array.shape != dims if self.is_known else not _fits(array.shape, dims))
        ):
            raise ValueError(
                f"Cannot feed value of shape {array.shape!r} for Tensor {self.name!r}, which has shape "
                f"{str(TensorShape(visible(dims)))!r}"
            )
        return array if array.ndim or self._dtype is string else array[()]

    def _converted(self, given):
        if isinstance(given, Tensor | Variable):
            raise TypeError(
                "The value of a feed cannot be a tf.Tensor object. Acceptable feed values include Python scalars, "
                f"strings, lists, numpy ndarrays, or TensorHandles. For reference, the tensor object was {given!r} "
                f"which was passed to the argument `feed_dict` with key {self.name!r}."
            )
        if self._dtype is string:
            return array_from_value(given, string)
        if isinstance(given, int) and not self._holds(given):
            raise TypeError(
                f"Type of feed value {given} with type {type(given)} is not compatible with Tensor type "
                f"{self._array_dtype}. Try explicitly setting the type of the feed tensor to a larger type."
            )
        return numpy.asarray(given, self._array_dtype)

    def _holds(self, number):
        try:
            return self._array_dtype.type(number) == number
        except OverflowError:
            return False


def _fits(shape, dims):
    return all([type(size) is Size or size == length for size, length in zip(dims, shape, strict=True)])


class _Program:
    """A Part as a program that runs. Called with what the session remembers and the fed arrays, it gives the results.

    Arrays of variables are the session's own, so that the program may write new values into them: what somebody
    else can see is copied, by its count of references.
    """

    def __init__(self, part, elements):
        self._read = part.read
        self._asked = part.asked
        self._only_updated = part.only_updated
        self._num_results = part.num_results
        self._written = list(zip(part.written, part.places, strict=True))
        aliases = {part.num_results + k: place for k, place in enumerate(part.places) if place is not None}
        self._reused = list(aliases.values())
        self._program = Program(part.graph, None, aliases)
        self._strings = [value.dtype is string for value in part.graph.outputs]
        self._gaps = [isinstance(each, Node) for each in elements]

    def __call__(self, values, arrays):
        with values.lock:
            kept = values.arrays
            for variable in self._read:
                array = kept.get(variable)
                if array is None:
                    raise _uninitialized(variable, variable in self._only_updated)
                arrays.append(array)
            array = None
            for place in self._reused:
                if type(arrays[place]) is numpy.ndarray and (
                    sys.getrefcount(arrays[place]) > UNSHARED or arrays[place].base is not None
                ):
                    arrays[place] = arrays[place].copy()
            for variable in self._asked:
                arrays.append(numpy.bool_(variable in kept))
            results = list(self._program.run(arrays))
            position = self._num_results
            for variable, place in self._written:
                if place is None or results[position] is not arrays[place]:
                    _make_own(results, position)
                kept[variable] = results[position]
                position += 1
            del results[self._num_results :]
        del arrays[:]
        return self._handed_out(results)

    def _handed_out(self, results):
        """The results as arrays of the caller's own, with None for operations."""
        for position in range(len(results)):
            _make_own(results, position)
            results[position] = _shown(results[position])
        if len(results) == len(self._gaps):
            return results
        rest = iter(results)
        return [None if gap else next(rest) for gap in self._gaps]


def _shown(array):
    """An array as users get it: without axes, a scalar or bytes."""
    return array[()] if type(array) is numpy.ndarray and not array.ndim else array


def _copied(array):
    return array.copy() if type(array) is numpy.ndarray else array


def _make_own(results, position):
    """Copies a result if somebody else can see its elements: it shows part of another, or is a constant, or was fed."""
    if type(results[position]) is numpy.ndarray and (
        sys.getrefcount(results[position]) > FRESH or results[position].base is not None
    ):
        results[position] = results[position].copy()


def _uninitialized(variable, is_updated):
    name = variable._name
    return (NotFoundError if is_updated else FailedPreconditionError)(
        None,
        None,
        f"Could not find variable {name}. This could mean that the variable has been deleted. In TF1, it can also mean "
        f"the variable is uninitialized. Debug info: container=localhost, status error message=Resource "
        f"localhost/{name} does not exist.\\n\\t [[{{{{node {name}}}}}]]",
    )


def _counts():
    """How often an array of a session, and a result, are referred to when nobody else can see them."""
    kept = {"variable": numpy.zeros(1)}
    arrays = []
    array = kept.get("variable")
    arrays.append(array)
    array = None
    results = [numpy.zeros(1)]
    return sys.getrefcount(arrays[0]), sys.getrefcount(results[0])


UNSHARED, FRESH = _counts()
