"""Saved models that TensorFlow wrote: objects, variables, tables and functions of a saved_model.pb."""

import os

from tapeflow.api.graph_def.program import Library
from tapeflow.api.saved_model.layout import VARIABLES
from tapeflow.api.saved_model.loaded import CallableObject, LoadedObject, add_untracked, open_bundle
from tapeflow.api.saved_model.signatures import SignatureFunction
from tapeflow.api.saved_model.structures import parameters_of, structure_of
from tapeflow.core import nest
from tapeflow.core.dtypes import as_dtype
from tapeflow.core.eager import wrap
from tapeflow.core.errors import DataLossError
from tapeflow.core.operands import as_tensor
from tapeflow.core.spec import TensorSpec
from tapeflow.files.saved_model_messages import dims_of, read_saved_model
from tapeflow.files.tensor_messages import array_from_message
from tapeflow.function.restored import DeferredConcreteFunction, RestoredFunction, restored_signature
from tapeflow.state.object_graph import GRAPH_KEY
from tapeflow.state.object_graph import decode as decode_object_graph
from tapeflow.state.options import VariableAggregation, VariableSynchronization
from tapeflow.state.variable import Variable

_CONTAINERS = {
    "trackable_list_wrapper": list,
    "trackable_dict_wrapper": dict,
    "trackable_tuple_wrapper": tuple,
}
_FUNCTIONS = ("function", "bare_concrete_function")
_SIGNATURES = "signature_map"


class Asset(LoadedObject):
    """A file of a loaded model; `asset_path` is a string tensor."""

    def __init__(self, path):
        self.asset_path = as_tensor(path)


class _Captured:
    """A tensor of a function around, which a saved gradient function reads."""

    def __init__(self, name):
        self.name = name


def load_foreign(path, meta_graph):
    """The root object of a graph of the saved model in the file `path`."""
    return _Loader(os.path.dirname(path), meta_graph).root()


def choose_graph(path, tags):
    """The message of the graph with the tags, a list, or of the only one for None, in the saved model of the file.

    ValueError if there is none, NotImplementedError if it has no objects.
    """
    graphs = read_saved_model(path).meta_graphs
    available = [set(each.meta_info_def.tags) for each in graphs]
    if tags is None:
        if len(graphs) != 1:
            raise ValueError(
                f"Importing a SavedModel with `tf.saved_model.load` requires a `tags=` argument if there is more than "
                f"one MetaGraph. Got `tags=None`, but there are {len(graphs)} MetaGraphs in the SavedModel with tag "
                f"sets: {[sorted(each) for each in available]}. Pass a `tags=` argument to load this SavedModel."
            )
        found = graphs[0]
    elif set(tags) in available:
        found = graphs[available.index(set(tags))]
    else:
        raise ValueError(
            f"MetaGraphDef associated with tags {list(tags)} could not be found in SavedModel, with available tags "
            f"{[sorted(each) for each in available]}."
        )
    if not found.object_graph_def.nodes:
        raise NotImplementedError(
            f"{path} holds a graph of TensorFlow 1 without objects, which is not read. Its variables are: "
            "tf.train.load_checkpoint takes the folder."
        )
    return found


class _Loader:
    def __init__(self, folder, meta_graph):
        self.folder = folder
        self.meta_graph = meta_graph
        self.nodes = meta_graph.object_graph_def.nodes
        self.described = meta_graph.object_graph_def.concrete_functions
        library = meta_graph.graph_def.library
        self.library = Library(library.function, library.registered_gradients, self.gradient_captures, folder)
        self.constants = {each.name: each for each in meta_graph.graph_def.node if each.op == "Const"}
        self.objects = [None] * len(self.nodes)
        self.concrete_functions = {}
        self.resources = {}
        self.children = [self._children(node) for node in self.nodes]

    def _children(self, node):
        found = {each.local_name: each.node_id for each in node.children}
        if not all([0 <= each < len(self.nodes) for each in found.values()]):
            raise ValueError(f"an object has children that are not there: {found}")
        return found

    def root(self):
        self.make_variables()
        for functions in (False, True):  # what they capture is made before them
            for number, node in enumerate(self.nodes):
                if (node.WhichOneof("kind") in _FUNCTIONS) is functions and self.objects[number] is None:
                    self.objects[number] = self.made(number, node)
        for number in range(len(self.nodes)):
            self.tuple_of(number, ())
            if self.nodes[number].WhichOneof("kind") == "resource":
                self.objects[number] = self.resource(number)
        for number in range(len(self.nodes)):
            self.fill(number)
        root = self.objects[0]
        if not isinstance(root, LoadedObject):
            raise ValueError("the root is no object")
        add_untracked(root, "signatures", self.signatures())
        info = self.meta_graph.meta_info_def
        add_untracked(root, "tensorflow_version", info.tensorflow_version)
        add_untracked(root, "tensorflow_git_version", info.tensorflow_git_version)
        return root

    def signatures(self):
        number = self.children[0].get("signatures")
        return {} if number is None else self.objects[number]

    # Objects.

    def made(self, number, node):
        """The object of a node without its children; None for tuples and resources, which are made later."""
        kind = node.WhichOneof("kind")
        if kind == "user_object":
            container = _CONTAINERS.get(node.user_object.identifier)
            if container is not None:
                return container() if container is not tuple else None
            if node.user_object.identifier == _SIGNATURES:
                return {}
            return CallableObject() if "__call__" in self.children[number] else LoadedObject()
        if kind == "asset":
            return Asset(self.asset(node.asset.asset_file_def_index))
        if kind == "constant":
            return self.constant(node.constant.operation)
        if kind == "function":
            return self.function(node.function)
        if kind == "bare_concrete_function":
            return self.bare(node.bare_concrete_function)
        if kind == "captured_tensor":
            return _Captured(node.captured_tensor.name)
        if kind in ("variable", "resource"):
            return None
        raise ValueError(f"the object {number} is of a kind that is not known")

    def asset(self, number):
        if not 0 <= number < len(self.meta_graph.asset_file_def):
            raise ValueError(f"a file of the number {number}, which is not there")
        name = self.meta_graph.asset_file_def[number].filename
        folder = os.path.realpath(os.path.join(self.folder, "assets"))
        path = os.path.realpath(os.path.join(folder, name))
        if os.path.commonpath([folder, path]) != folder:
            raise ValueError(f"a file {name!r} outside of the folder of the model's files")
        return path

    def constant(self, name):
        node = self.constants.get(name)
        if node is None:
            raise ValueError(f"a constant {name!r} that is not there")
        return wrap(*array_from_message(node.attr["value"].tensor))

    def tuple_of(self, number, within):
        node = self.nodes[number]
        if node.user_object.identifier != "trackable_tuple_wrapper" or self.objects[number] is not None:
            return
        if number in within:
            raise ValueError("a tuple that is within itself")
        places = self.numbered(number)
        for each in places:
            self.tuple_of(each, (*within, number))
        self.objects[number] = tuple([self.objects[each] for each in places])

    def numbered(self, number):
        """The numbers of children in the order of their names, which are numbers, too."""
        found = {int(name): child for name, child in self.children[number].items() if name.isdecimal()}
        return [found[place] for place in sorted(found)]

    def fill(self, number):
        value, children = self.objects[number], self.children[number]
        if isinstance(value, Asset | RestoredFunction):
            return
        if isinstance(value, LoadedObject):
            for name, child in children.items():
                if (name.startswith("__") and name != "__call__") or name.startswith("_self_"):
                    raise ValueError(f"an attribute of the name {name!r}, which cannot be set")
                if number or name != "signatures":
                    vars(value)[name] = self.objects[child]
            if isinstance(value, CallableObject) and not callable(vars(value)["__call__"]):
                raise ValueError("a __call__ that is no function")
        elif isinstance(value, list):
            value += [self.objects[each] for each in self.numbered(number)]
        elif self.nodes[number].user_object.identifier == _SIGNATURES:
            value.update(
                {name: self.signature(name, self.objects[child]) for name, child in children.items()}
            )
        elif isinstance(value, dict):
            value.update({name: self.objects[child] for name, child in children.items()})

    def signature(self, name, function):
        if isinstance(function, RestoredFunction):
            function = function.get_concrete_function()
        if not isinstance(function, DeferredConcreteFunction):
            raise ValueError(f"the signature {name!r} is no function")
        args, kwargs = function.structured_input_signature
        names = sorted(kwargs)
        if args or not isinstance(function.structured_outputs, dict):
            raise ValueError(
                f"the signature {name!r} does not take tensors by their names and give them by names"
            )
        return SignatureFunction(function, names, sorted(function.structured_outputs))

    # Variables.

    def make_variables(self):
        wanted = [k for k, node in enumerate(self.nodes) if node.WhichOneof("kind") == "variable"]
        self.bundle, self.values = None, {}
        prefix = os.path.join(self.folder, VARIABLES)
        if not wanted and not os.path.exists(f"{prefix}.index"):
            return
        self.bundle = open_bundle(prefix)
        self.values = self._values(prefix)
        for number in wanted:
            self.objects[number] = self.variable(number, self.nodes[number].variable)

    def _values(self, prefix):
        """For each object {name: name in the checkpoint}, whose graph has the same names of children."""
        _, message = self.bundle.read(GRAPH_KEY)
        saved = decode_object_graph(message.reshape(-1)[0], prefix)
        found, waiting = {0: 0}, [0]
        while waiting and saved:
            number = waiting.pop()
            for name, child in saved[found[number]].children.items():
                mine = self.children[number].get(name)
                if mine is not None and mine not in found:
                    found[mine] = child
                    waiting.append(mine)
        return {number: saved[each].values for number, each in found.items()} if saved else {}

    def variable(self, number, described):
        key = self.values.get(number, {}).get("VARIABLE_VALUE")
        if key is None:
            raise ValueError(f"the variable {described.name!r} has no value in the checkpoint")
        dtype, array = self.bundle.read(key)
        dims = dims_of(described.shape)
        value = wrap(array if array.ndim or array.dtype == object else array[()], dtype)
        if dtype is not as_dtype(described.dtype) or not value.shape.is_compatible_with(dims):
            raise ValueError(
                f"the variable {described.name!r} of dtype {as_dtype(described.dtype).name} and shape {dims} has a "
                f"value of dtype {dtype.name} and shape {list(value.dims)}"
            )
        return Variable(
            value,
            trainable=described.trainable,
            name=described.name or None,
            shape=dims,
            synchronization=VariableSynchronization(described.synchronization),
            aggregation=VariableAggregation(described.aggregation),
        )

    # Tables.

    def resource(self, number):
        """What the functions of a resource make; an exception, to be raised where it is used, if they cannot be run."""
        if number not in self.resources:
            self.resources[number] = ValueError("a table that is filled from itself")
            try:
                self.resources[number] = self._resource(number)
            except NotImplementedError as error:
                self.resources[number] = error
        return self.resources[number]

    def _resource(self, number):
        (made,) = self.run_child(number, "_create_resource")
        self.resources[number] = made
        self.run_child(number, "_initialize")
        for key in self.values.get(
            number, {}
        ).values():  # a table that changes has its entries in the checkpoint
            parts = {name: f"{key}-{name.rpartition('-')[2]}" for name in ("table-keys", "table-values")}
            if all([each in self.bundle.entries for each in parts.values()]):
                read = {name: wrap(*reversed(self.bundle.read(each))) for name, each in parts.items()}
                made._restore_from_tensors(read)
        return made

    def run_child(self, number, name):
        child = self.children[number].get(name)
        function = None if child is None else self.objects[child]
        if not isinstance(function, RestoredFunction) or not function.concrete_functions:
            raise ValueError(f"a resource without the function {name!r}")
        called = self.nodes[child].function.concrete_functions[0]
        return self.library.call(called, self.captures(called))

    # Functions.

    def function(self, described):
        names = list(described.concrete_functions)
        parameters, input_signature = parameters_of(described.function_spec)
        name = self.readable(names[0]) if names else "function"
        signature = restored_signature(name, parameters, input_signature)
        return RestoredFunction(name, signature, [self.concrete(each, signature) for each in names])

    def bare(self, described):
        name = described.concrete_function_name
        args, kwargs = self.arguments(name)
        keywords = list(described.argument_keywords)
        if described.HasField("function_spec") and described.function_spec.HasField("fullargspec"):
            parameters, _ = parameters_of(described.function_spec)
        else:
            parameters = [(each, 1, False, None) for each in keywords[: len(args)]]
            parameters += [(each, 3, False, None) for each in kwargs]
        return self.concrete(name, restored_signature(self.readable(name), parameters, None))

    def readable(self, name):
        """The name of the Python function, without what the trace put around it."""
        base = name.removeprefix("__inference_")
        stem, _, number = base.rpartition("_")
        return stem if stem and number.isdecimal() else base

    def arguments(self, name):
        if name not in self.described:
            raise ValueError(f"a function {name!r} that is not described")
        args, kwargs = structure_of(self.described[name].canonicalized_input_signature)
        return tuple(args), dict(kwargs)

    def concrete(self, name, signature):
        found = self.concrete_functions.get(name)
        if found is None:
            args, kwargs = self.arguments(name)
            outputs = structure_of(self.described[name].output_signature)
            program = self.library.program(name)
            found = self.concrete_functions[name] = DeferredConcreteFunction(
                self.readable(name),
                self.runner(name, outputs),
                _Captures(self, name),
                signature,
                args,
                kwargs,
                outputs,
            )
            count = len(found._specs) + len(self.described[name].bound_inputs)
            if len(program.parameters) != count:
                raise ValueError(
                    f"the function {name!r} takes {len(program.parameters)} inputs; its arguments and what it captures "
                    f"are {count}"
                )
        return found

    def runner(self, name, outputs):
        """The function of flat tensors."""
        flat = [each for each in nest.flatten(outputs, expand_composites=True) if each is not None]

        def run(*tensors):
            unread = [each for each in flat if not isinstance(each, TensorSpec)]
            if unread:
                raise NotImplementedError(f"The function {name!r} returns {unread[0]!r}.")
            found = self.library.call(name, [*tensors, *self.captures(name)])
            if len(found) != len(flat):
                raise DataLossError(
                    None,
                    None,
                    f"the function {name!r} gives {len(found)} tensors, and {len(flat)} are described",
                )
            return found

        return run

    def captures(self, name):
        """What a function captures: tensors, variables and tables."""
        found = [self.captured(number) for number in self.described[name].bound_inputs]
        for each in found:
            if isinstance(each, Exception):
                raise each
        return found

    def captured(self, number):
        if not 0 <= number < len(self.nodes):
            raise ValueError(f"a function captures the object {number}, which is not there")
        kind = self.nodes[number].WhichOneof("kind")
        if kind == "resource":
            return self.resource(number)
        found = self.objects[number]
        if kind == "asset":
            return found.asset_path
        if kind in ("variable", "constant", "captured_tensor"):
            return found
        raise ValueError(f"a function captures the object {number}, which is no tensor, variable or table")

    def gradient_captures(self, name):
        """(what a saved gradient function captures, whether there is a tensor for each of its results).

        What it captures of the function around is the name of that as a str.
        """
        captured = [each.name if isinstance(each, _Captured) else each for each in self.captures(name)]
        outputs = structure_of(self.described[name].output_signature)
        return captured, [each is not None for each in nest.flatten(outputs)]


class _Captures:
    """What a function captures, looked up when it is asked for: tables are made after functions."""

    def __init__(self, loader, name):
        self._loader, self._name = loader, name

    def __iter__(self):
        return iter(self._loader.captures(self._name))
