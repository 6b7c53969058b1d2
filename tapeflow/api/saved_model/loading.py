"""tf.saved_model.load: the objects, variables and functions of a folder."""

import contextlib
import inspect
import keyword
import os

from tapeflow.api.extension_types import anonymous  # noqa: F401 - stands in for types that are not there
from tapeflow.api.saved_model.layout import CONSTANTS, DOCUMENT, VARIABLES, foreign_document, read_document
from tapeflow.api.saved_model.loaded import CallableObject, LoadedObject, add_untracked, open_bundle
from tapeflow.api.saved_model.signatures import SignatureFunction
from tapeflow.core.eager import wrap
from tapeflow.core.errors import DataLossError, OpError
from tapeflow.function.restored import RestoredConcreteFunction, RestoredFunction, restored_signature
from tapeflow.graph.serialization import decoded, read_graph
from tapeflow.state.options import VariableAggregation, VariableSynchronization
from tapeflow.state.variable import Variable

SERVE = "serve"
_DAMAGED = (KeyError, IndexError, TypeError, ValueError, AttributeError, RecursionError)


class LoadOptions:
    """How a model is loaded. What says something only of several machines is accepted and has no effect."""

    def __init__(
        self,
        allow_partial_checkpoint=False,
        experimental_io_device=None,
        experimental_skip_checkpoint=False,
        experimental_variable_policy=None,
        experimental_load_function_aliases=False,
    ):
        self.allow_partial_checkpoint = allow_partial_checkpoint
        self.experimental_io_device = experimental_io_device
        self.experimental_skip_checkpoint = experimental_skip_checkpoint
        self.experimental_load_function_aliases = experimental_load_function_aliases


def load(export_dir, tags=None, options=None):
    """The object that `tf.saved_model.save` saved: its variables, functions, lists and dicts, without its class.

    The model may be one that TensorFlow saved. Functions run the saved programs; what they are called with must fit one
    of these. `signatures` is a dict of the signatures, which take tensors by name and give dicts. Nothing in the folder
    is run as code. With `tf.saved_model.LoadOptions(experimental_load_function_aliases=True)`, `function_aliases` is a
    dict of the functions that `tf.saved_model.SaveOptions(function_aliases=...)` named. Tables are what they were when
    the model was saved.

    Raises OSError if there is no model, ValueError for tags that no graph has, and DataLossError or NotFoundError for a
    damaged one, with the file. A function of TensorFlow with operations that are not known here raises
    NotImplementedError when it is called.
    """
    export_dir = os.fspath(export_dir)
    tags = [tags] if isinstance(tags, str) else tags
    foreign = foreign_document(export_dir)
    if foreign is not None:
        from tapeflow.api.saved_model.foreign import choose_graph, load_foreign

        meta_graph = choose_graph(foreign, tags)
        with _naming(foreign, export_dir):
            return load_foreign(foreign, meta_graph)
    document = read_document(export_dir)
    if tags is not None and set(tags) != {SERVE}:
        raise ValueError(
            f"MetaGraphDef associated with tags {list(tags)} could not be found in SavedModel, with available tags "
            f"[{{'{SERVE}'}}]."
        )
    with _naming(os.path.join(export_dir, DOCUMENT), export_dir):
        loader = _Loader(export_dir, document)
        root = loader.root()
        if options is not None and options.experimental_load_function_aliases:
            add_untracked(root, "function_aliases", loader.aliases())
        return root


@contextlib.contextmanager
def _naming(path, export_dir):
    """Makes what fails while a file is read a DataLossError that names the file."""
    try:
        yield
    except NotImplementedError:
        raise
    except _DAMAGED as error:
        if isinstance(error, OpError):
            raise
        raise DataLossError(
            None, None, f"{path} is damaged: {error if str(error) else type(error).__name__}"
        ) from error
    except DataLossError as error:
        if export_dir in error.message:
            raise
        raise DataLossError(None, None, f"{path}: {error.message}") from error


class _Loader:
    def __init__(self, export_dir, document):
        self.variables = open_bundle(os.path.join(export_dir, VARIABLES))
        self.constants = open_bundle(os.path.join(export_dir, CONSTANTS))
        self.read = {}
        self.nodes = document["nodes"]
        self.objects = [None] * len(self.nodes)
        self.document = document
        self.functions = {}

    def root(self):
        for number, node in enumerate(self.nodes):
            children = node["children"]
            if type(children) is not dict or not all(
                [type(child) is int and 0 <= child < len(self.nodes) for child in children.values()]
            ):
                raise ValueError(f"node {number} has children that are not there")
            self.objects[number] = self.made(node)
        for number, node in enumerate(self.nodes):
            if node["kind"] in ("function", "concrete function"):
                self.objects[number] = self.function(node)
        for number, node in enumerate(self.nodes):
            if node["kind"] == "tuple":
                self.tuple_of(number, ())
        for node, value in zip(self.nodes, self.objects, strict=True):
            self.fill(node, value)
        root = self.objects[0]
        if not isinstance(root, LoadedObject):
            raise ValueError("the root is no object")
        signatures = {
            name: SignatureFunction(
                self.concrete(each["function"]), _strings(each["arguments"]), _strings(each["outputs"])
            )
            for name, each in self.document["signatures"].items()
        }
        add_untracked(root, "signatures", signatures)
        return root

    def aliases(self):
        return {str(name): self.polymorphic(each) for name, each in self.document.get("aliases", {}).items()}

    def made(self, node):
        """The object of a node without its children; None for functions and tuples, which are made later."""
        kind = node["kind"]
        if kind == "object":
            return CallableObject() if "__call__" in node["children"] else LoadedObject()
        if kind == "variable":
            return self.variable(node)
        if kind in ("list", "dict"):
            return [] if kind == "list" else {}
        if kind not in ("function", "concrete function", "tuple"):
            raise ValueError(f"an object of the unknown kind {kind!r}")
        return None

    def variable(self, node):
        dtype, array = self.variables.read(str(node["key"]))
        if dtype.name != node["dtype"] or type(node["trainable"]) is not bool:
            raise ValueError(
                f"the variable {node['name']} of dtype {node['dtype']}, whose value is of {dtype.name}"
            )
        return Variable(
            wrap(array if array.ndim or array.dtype == object else array[()], dtype),
            trainable=node["trainable"],
            name=str(node["name"]),
            shape=decoded(node["shape"]),
            synchronization=VariableSynchronization[node["synchronization"]],
            aggregation=VariableAggregation[node["aggregation"]],
        )

    def tuple_of(self, number, within):
        if number in within:
            raise ValueError("a tuple that is within itself")
        if self.objects[number] is None:
            children = self.nodes[number]["children"]
            places = sorted(children, key=int)
            for each in places:
                if self.nodes[children[each]]["kind"] == "tuple":
                    self.tuple_of(children[each], (*within, number))
            self.objects[number] = tuple([self.objects[children[each]] for each in places])
        return self.objects[number]

    def fill(self, node, value):
        children = node["children"]
        if isinstance(value, LoadedObject):
            for name, child in children.items():
                if (name.startswith("__") and name != "__call__") or name.startswith("_self_"):
                    raise ValueError(f"an attribute of the name {name!r}, which cannot be set")
                vars(value)[name] = self.objects[child]
            if isinstance(value, CallableObject) and not callable(vars(value)["__call__"]):
                raise ValueError("a __call__ that is no function")
        elif isinstance(value, list):
            value += [self.objects[children[each]] for each in sorted(children, key=int)]
        elif isinstance(value, dict):
            value.update({name: self.objects[child] for name, child in children.items()})

    def function(self, node):
        if node["kind"] == "concrete function":
            return self.concrete(node["function"])
        return self.polymorphic(node)

    def polymorphic(self, node):
        concrete = [self.concrete(each) for each in node["concrete"]]
        return RestoredFunction(str(node["name"]), _signature(str(node["name"]), node["signature"]), concrete)

    def concrete(self, number):
        found = self.functions.get(number)
        if found is None:
            if type(number) is not int or number < 0:
                raise ValueError(f"a function of the number {number!r}")
            found = self.functions[number] = self._concrete(self.document["functions"][number])
        return found

    def _concrete(self, described):
        name = str(described["name"])
        updates = [(self._variable(each), place) for each, place in described["updates"]]
        return RestoredConcreteFunction(
            name,
            read_graph(described["graph"], self.constant),
            [self._captured(each) for each in described["captures"]],
            updates,
            _signature(name, described["signature"]),
            decoded(described["args"]),
            decoded(described["kwargs"]),
            decoded(described["outputs"]),
        )

    def _captured(self, capture):
        if type(capture) is int:
            return self._variable(capture)
        dtype, array = self.constant(capture)
        return wrap(array if array.ndim or array.dtype == object else array[()], dtype)

    def _variable(self, number):
        if type(number) is not int or number < 0 or not isinstance(self.objects[number], Variable):
            raise ValueError(f"a program that captures the object {number!r}, which is no variable")
        return self.objects[number]

    def constant(self, name):
        if type(name) is not str:
            raise ValueError(f"a constant of the name {name!r}")
        if name not in self.read:
            self.read[name] = self.constants.read(name)
        return self.read[name]


def _strings(values):
    if type(values) is not list or not all([type(each) is str for each in values]):
        raise ValueError(f"names that are none: {str(values)[:100]}")
    return values


def _signature(name, described):
    parameters = []
    for called, kind, has_default, default in described["parameters"]:
        if (
            not str(called).isidentifier()
            or keyword.iskeyword(called)
            or kind not in list(inspect._ParameterKind)
        ):
            raise ValueError(f"a parameter of the name {called!r}")
        parameters.append((called, kind, bool(has_default), decoded(default)))
    given = decoded(described["input_signature"])
    return restored_signature(name, parameters, given)
