"""Programs as documents: a graph as plain lists, numbers and strings for JSON, and as arrays beside them.

A document names ops by their type names and says their parameters; nothing in it is ever run as code. Reading it looks
the ops up in the registry, checks what they are given, and calls them through a tracer, so that dtypes and shapes are
worked out anew: a document that was tampered with is a program that somebody else wrote, and no more than that.
"""

import functools
import importlib
import math
import pkgutil

import numpy

from tapeflow.core import nest, spec_registry
from tapeflow.core.dtypes import DType, as_dtype
from tapeflow.core.errors import DataLossError, OpError
from tapeflow.core.op import REGISTRY, Op
from tapeflow.core.shapes import TensorShape
from tapeflow.core.size import Size, Symbol, visible
from tapeflow.core.spec import TensorSpec, TypeSpec
from tapeflow.graph.deferred import FUNCTIONS, HOLE, DeferredCall
from tapeflow.graph.graph import Graph, Node, Value
from tapeflow.graph.replay import arguments_like, replay
from tapeflow.graph.tracing import Tracer, public_functions
from tapeflow.ops.random_state import OwnSeed
from tapeflow.ops.tables import Table, restored_table
from tapeflow.state import rows, slices

_FUNCTIONS = {
    "assign_slice": slices._assign_slice,
    "update_batches": rows._update_batches,
    "update_places": rows._update_places,
    "update_rows": rows._update_rows,
}
"""The Python functions that may stand in a parameter, by the names that documents have for them."""
_FILES = {"MatchingFiles", "ReadFile", "WriteFile"}
"""Ops that touch files by name: a model that somebody else made must not."""
_DEEPEST = 200


class GraphWriter:
    """Makes documents of graphs that share `constants`, {name: (DType, array)}."""

    def __init__(self, constants=None):
        self.constants = {} if constants is None else constants
        self._known = {}  # id of an array -> (its name, the array)
        self._tables = {}  # id of a table -> (the names of its keys and values, the table)

    def graph(self, graph):
        """The document of a graph."""
        writer = _OneGraph(self)
        inner = writer.graph(graph)
        # Symbols may bring values, and values symbols: both lists grow until everything named is in them.
        return {"program": inner, "values": writer.described_values(), "symbols": writer.described_symbols()}

    def constant(self, dtype, array):
        """The name under which the elements are kept."""
        found = self._known.get(id(array))
        if found is None:
            found = self._known[id(array)] = f"c{len(self.constants)}", array
            self.constants[found[0]] = dtype, numpy.asarray(array)
        return found[0]

    def table(self, table):
        """The names under which the keys and values of a table are kept, as they are now."""
        found = self._tables.get(id(table))
        if found is None:
            names = []
            for dtype, array in table.described():
                names.append(f"c{len(self.constants)}")
                self.constants[names[-1]] = dtype, array
            found = self._tables[id(table)] = names, table
        return found[0]


class _OneGraph:
    def __init__(self, owner):
        self.owner = owner
        self.values = {}  # Value -> its number
        self.symbols = {}  # Symbol -> its place

    def value(self, value):
        return self.values.setdefault(value, len(self.values))

    def graph(self, graph):
        return {
            "name": graph.name,
            "inputs": [self.value(each) for each in graph.inputs],
            "nodes": [self.node(each) for each in graph.nodes],
            "outputs": [self.value(each) for each in graph.outputs],
        }

    def node(self, node):
        if node.op.facts.get("calls_python"):
            raise NotImplementedError(
                f"A program that calls Python cannot be saved: it has the op {node.op.type_name}, of tf.py_function, "
                "tf.numpy_function or the like."
            )
        if node.op.type_name in _FILES:
            raise NotImplementedError(
                f"A program that touches files cannot be saved: it has {node.op.type_name}."
            )
        try:
            params = {key: encoded(each, self) for key, each in node.params.items()}
        except TypeError as error:
            raise NotImplementedError(f"The op {node.op.type_name} cannot be saved: {error}") from None
        return [
            node.op.type_name,
            [self.value(each) for each in node.inputs],
            params,
            [self.value(each) for each in node.outputs],
            node.several,
            node.name,
        ]

    def size(self, size):
        return [[[self.symbol(each) for each in product], factor] for product, factor in size.terms]

    def symbol(self, symbol):
        return self.symbols.setdefault(symbol, len(self.symbols))

    def described_values(self):
        found = []
        while len(found) < len(self.values):
            value = list(self.values)[len(found)]
            constant = None if value.constant is None else self.owner.constant(value.dtype, value.constant)
            found.append([value.dtype.name, encoded(value.dims, self), constant, value.name])
            if len(found) == len(self.values):
                self.described_symbols()
        return found

    def described_symbols(self):
        found = []
        while len(found) < len(self.symbols):
            symbol = list(self.symbols)[len(found)]
            if symbol.kind in ("axis", "element"):
                value, position = symbol.arguments
                arguments = [self.value(value), position]
            else:
                arguments = [encoded(each, self) for each in symbol.arguments]
            found.append([symbol.kind, arguments, symbol.serial])
        return found


def encoded(value, graph=None):
    """A parameter or a structure of specs as something that JSON has. TypeError for what has no such form."""
    if isinstance(value, numpy.generic) and not isinstance(value, numpy.void):
        value = value.item()
    kind = type(value)
    if value is None or kind in (bool, int, str):
        return value
    if kind is float:
        return value if math.isfinite(value) else {"float": repr(value)}
    for name, (kinds, encode) in _ENCODERS.items():
        if isinstance(value, kinds):
            return {name: encode(value, graph)}
    raise TypeError(f"there is no form on disk for {value!r} of type {kind.__name__}")


def _each(values, graph):
    return [encoded(each, graph) for each in values]


def _function(value, graph):
    function, arguments = (value.func, value.args) if isinstance(value, functools.partial) else (value, ())
    for name, known in _FUNCTIONS.items():
        if function is known:
            return [name, _each(arguments, graph)]
    raise TypeError(f"the Python function {function!r} is not one that programs on disk may name")


def _deferred_call(value, graph):
    name = value.name
    if name is None:
        raise TypeError(
            f"{value!r} waits for the rank of a tensor, and its function is none that programs on disk may name"
        )
    return [name, encoded(value.structure, graph)]


_ENCODERS = {
    "complex": (complex, lambda value, graph: [repr(value.real), repr(value.imag)]),
    "bytes": (bytes, lambda value, graph: value.hex()),
    "dtype": (DType, lambda value, graph: value.name),
    "shape": (TensorShape, lambda value, graph: None if value.rank is None else value.as_list()),
    "spec": (TensorSpec, lambda value, graph: [encoded(value.shape), value.dtype.name, value.name]),
    "composite": (TypeSpec, lambda value, graph: _composite(value)),
    "array_dtype": (
        numpy.dtype,
        lambda value, graph: value.str if value.kind in "biufcSU" else _refused(value),
    ),
    "seed": (OwnSeed, lambda value, graph: int(value)),
    "size": (Size, lambda value, graph: graph.size(value)),
    "graph": (Graph, lambda value, graph: graph.graph(value)),
    "slice": (slice, lambda value, graph: _each((value.start, value.stop, value.step), graph)),
    "ellipsis": (type(Ellipsis), lambda value, graph: True),
    "array": (
        numpy.ndarray,
        lambda value, graph: [str(value.dtype), list(value.shape), value.tobytes().hex()],
    ),
    "op": (Op, lambda value, graph: value.type_name),
    "table": (Table, lambda value, graph: graph.owner.table(value)),
    "call": (DeferredCall, _deferred_call),
    "hole": (type(HOLE), lambda value, graph: True),
    "tuple": (tuple, _each),
    "list": (list, _each),
    "dict": (
        dict,
        lambda value, graph: [[encoded(key), encoded(each, graph)] for key, each in value.items()],
    ),
    "function": ((functools.partial, type(encoded)), _function),
}
"""What is written for values that JSON does not have: {name: (their types, function)}."""


def _composite(spec):
    try:
        return [spec_registry.get_name(type(spec)), encoded(spec._serialize())]
    except ValueError as error:
        raise TypeError(str(error)) from None


def _refused(value):
    raise TypeError(f"there is no form on disk for the NumPy type {value}")


def decoded(document, graph=None, depth=0):
    """The value of which `encoded` made the document. ValueError for anything else."""
    if document is None or type(document) in (bool, int, float, str):
        return document
    if type(document) is not dict or len(document) != 1 or depth > _DEEPEST:
        raise ValueError(f"no value: {str(document)[:100]}")
    ((name, content),) = document.items()
    if name not in _DECODERS:
        raise ValueError(f"values of the unknown kind {name!r}")
    return _DECODERS[name](content, graph, depth + 1)


def _decoded_each(content, graph, depth):
    _require(type(content) is list, content)
    return [decoded(each, graph, depth) for each in content]


def _decoded_float(content, graph, depth):
    _require(content in ("nan", "inf", "-inf"), content)
    return float(content)


def _decoded_shape(content, graph, depth):
    _require(content is None or all([each is None or _is_size(each) for each in content]), content)
    return TensorShape(content)


def _decoded_spec(content, graph, depth):
    shape, dtype, name = content
    _require(name is None or type(name) is str, content)
    return TensorSpec(decoded(shape), as_dtype(dtype), name)


def _decoded_seed(content, graph, depth):
    _require(_is_size(content), content)
    return OwnSeed(content)


def _decoded_composite(content, graph, depth):
    name, state = content
    return spec_registry.read(name, decoded(state, None, depth))


def _decoded_array(content, graph, depth):
    dtype, dims, data = content
    dtype, data = _decoded_array_dtype(dtype, graph, depth), bytes.fromhex(data)
    _require(all([_is_size(each) for each in dims]) and math.prod(dims) * dtype.itemsize == len(data), dims)
    return numpy.frombuffer(data, dtype).reshape(dims)


def _decoded_array_dtype(content, graph, depth):
    dtype = numpy.dtype(str(content))
    _require(dtype.kind in "biufcSU" and dtype.fields is None, content)
    return dtype


def _decoded_dict(content, graph, depth):
    return {decoded(key): decoded(each, graph, depth) for key, each in content}


def _decoded_function(content, graph, depth):
    name, arguments = content
    _require(name in _FUNCTIONS and type(arguments) is list, content)
    arguments = _decoded_each(arguments, graph, depth)
    _require(all([type(each) is str for each in arguments]), arguments)
    return functools.partial(_FUNCTIONS[name], *arguments) if arguments else _FUNCTIONS[name]


def _decoded_call(content, graph, depth):
    name, structure = content
    public_functions.wait_for_ranks()
    _require(name in FUNCTIONS, name)
    args, kwargs = decoded(structure, graph, depth)
    _require(
        type(args) is tuple and type(kwargs) is dict and all([type(each) is str for each in kwargs]), content
    )
    return DeferredCall(FUNCTIONS[name], (args, kwargs))


def _is_size(number):
    return type(number) is int and number >= 0


def _require(condition, content):
    if not condition:
        raise ValueError(f"a damaged value: {str(content)[:100]}")


_DECODERS = {
    "float": _decoded_float,
    "complex": lambda content, graph, depth: complex(float(content[0]), float(content[1])),
    "bytes": lambda content, graph, depth: bytes.fromhex(content),
    "dtype": lambda content, graph, depth: as_dtype(str(content)),
    "shape": _decoded_shape,
    "spec": _decoded_spec,
    "composite": _decoded_composite,
    "array_dtype": _decoded_array_dtype,
    "seed": _decoded_seed,
    "size": lambda content, graph, depth: graph.size(content),
    "graph": lambda content, graph, depth: graph.graph(content, depth),
    "slice": lambda content, graph, depth: slice(*_decoded_each(content, graph, depth)),
    "ellipsis": lambda content, graph, depth: Ellipsis,
    "array": _decoded_array,
    "op": lambda content, graph, depth: known_op(content),
    "table": lambda content, graph, depth: graph.table(*content),
    "call": _decoded_call,
    "hole": lambda content, graph, depth: HOLE,
    "tuple": lambda content, graph, depth: tuple(_decoded_each(content, graph, depth)),
    "list": _decoded_each,
    "dict": _decoded_dict,
    "function": _decoded_function,
}


def known_op(type_name):
    """The op of this type name, whichever module it is in; ValueError if there is none, or if it calls Python."""
    if type_name not in REGISTRY:
        import tapeflow.ops

        for each in pkgutil.iter_modules(tapeflow.ops.__path__, "tapeflow.ops."):
            importlib.import_module(each.name)
    found = REGISTRY.get(type_name) if type(type_name) is str else None
    if found is None:
        raise ValueError(f"the unknown op {str(type_name)[:100]!r}")
    if found.facts.get("calls_python"):
        raise ValueError(f"the op {type_name}, which calls Python and is not loaded")
    if type_name in _FILES:
        raise ValueError(f"the op {type_name}, which touches files and is not loaded")
    return found


def read_graph(document, constant):
    """The Graph of a document. constant(name): (DType, array) of a constant.

    Raises DataLossError for what is no document of a program, and whatever ops raise for inputs that they do not take.
    """
    try:
        return _retraced(_Reader(document, constant).program())
    except (
        KeyError,
        IndexError,
        TypeError,
        ValueError,
        AttributeError,
        RecursionError,
        OverflowError,
    ) as error:
        if isinstance(error, OpError):
            raise
        raise DataLossError(
            None, None, f"The program is damaged: it has {error if str(error) else type(error).__name__}"
        ) from error


def _retraced(graph):
    """The graph with the specs of all nodes worked out anew, by calling their ops in a trace."""
    tracer = Tracer(graph.name)
    with tracer.tracing():
        return tracer.finish(replay(graph, arguments_like(tracer, graph.inputs)))


class _Reader:
    def __init__(self, document, constant):
        self.document = document
        self.constant = constant
        self.values = []
        self.symbols = []
        for dtype, _, name, called in document["values"]:
            value = Value(as_dtype(str(dtype)), (), name=None if called is None else str(called))
            if name is not None:
                stored, array = constant(name)
                _require(stored is value.dtype, name)
                value.constant = array if array.ndim or array.dtype == object else array[()]
            self.values.append(value)
        symbols = document["symbols"]
        self.symbols = [None] * len(symbols)
        for place in sorted(range(len(symbols)), key=lambda place: symbols[place][2]):
            self.symbols[place] = self._symbol(*symbols[place][:2])
        for value, described in zip(self.values, document["values"], strict=True):
            dims = decoded(described[1], self)
            value.dims = value.constant.shape if value.constant is not None else dims
            _require(dims is None or type(dims) is tuple, dims)

    def _symbol(self, kind, arguments):
        _require(len(arguments) == 2, arguments)
        if kind in ("axis", "element"):
            _require(arguments[1] is None or _is_size(arguments[1]), arguments)
            return Symbol(kind, (self.value(arguments[0]), arguments[1]))
        _require(kind in ("quotient", "remainder", "joined"), kind)
        return Symbol(kind, tuple([decoded(each, self) for each in arguments]))

    def value(self, number):
        _require(_is_size(number), number)
        return self.values[number]

    def table(self, keys, values):
        return restored_table(self.constant(keys), self.constant(values))

    def size(self, content):
        terms = []
        for product, factor in content:
            _require(type(factor) is int and all([_is_size(each) for each in product]), content)
            symbols = [self.symbols[each] for each in product]
            _require(None not in symbols, content)
            terms.append((tuple(symbols), factor))
        return Size(tuple(terms))

    def program(self):
        return self.graph(self.document["program"], 0)

    def graph(self, content, depth):
        _require(depth < _DEEPEST, content)
        inputs = [self.value(each) for each in content["inputs"]]
        known = set(inputs)
        _require(len(known) == len(inputs), "inputs that come twice")
        nodes = []
        for described in content["nodes"]:
            node = self._node(*described, depth=depth)
            for each in node.inputs:
                _require(
                    each in known or each.constant is not None, f"an input of {node!r} that nothing gives"
                )
            for each in node.outputs:
                _require(
                    each not in known and each.constant is None, f"an output of {node!r} that comes twice"
                )
            known.update(node.outputs)
            nodes.append(node)
        outputs = [self.value(each) for each in content["outputs"]]
        for each in outputs:
            _require(each in known or each.constant is not None, "an output that nothing gives")
        return Graph(str(content["name"]), inputs, nodes, outputs)

    def _node(self, type_name, inputs, params, outputs, several, name, depth):
        op = known_op(type_name)
        params = {key: decoded(each, self, depth + 1) for key, each in params.items()}
        unknown = params.keys() - {*op.parameters}
        missing = {*op.parameters} - {*op.defaults} - params.keys()
        _require(not unknown and not missing, f"{type_name} with the parameters {sorted(params)}")
        count = len(op.inputs)
        _require(
            len(inputs) == count or (op.rest and len(inputs) >= count), f"{type_name} of {len(inputs)} inputs"
        )
        results = tuple([self.value(each) for each in outputs])
        node = Node(
            op,
            tuple([self.value(each) for each in inputs]),
            params,
            [(each.dtype, each.dims) for each in results],
            None if name is None else str(name),
            several=bool(several),
        )
        node.outputs = results
        for index, each in enumerate(results):
            each.node, each.index = node, index
        return node


def described_structure(structure):
    """A structure of TensorSpecs and plain values as a document."""
    plain = nest.map_structure(lambda each: each, structure)
    return encoded(plain)


def spec_of(value):
    """The TensorSpec of a value of a program."""
    return TensorSpec(visible(value.dims), value.dtype, value.name)
