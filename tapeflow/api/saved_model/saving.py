"""tf.saved_model.save: objects, variables and programs in a folder."""

import ctypes
import inspect
import json
import os
import shutil
import tempfile

from tapeflow.api.saved_model.layout import CONSTANTS, DOCUMENT, FORMAT, KNOWN, VARIABLES, VERSION
from tapeflow.api.saved_model.signatures import argument_names, canonical_signatures, output_names
from tapeflow.core import nest
from tapeflow.core.spec import CompositeTensor
from tapeflow.core.tensor import EagerTensor
from tapeflow.files.bundle import write_bundle
from tapeflow.files.replacement import replaced_file, synchronize_folder
from tapeflow.function.concrete import ConcreteFunction
from tapeflow.function.generic import GenericFunction
from tapeflow.graph.serialization import GraphWriter, encoded
from tapeflow.state.object_graph import value_key
from tapeflow.state.saving import save_objects
from tapeflow.state.trackable import Trackable, dependencies
from tapeflow.state.variable import Variable


class SaveOptions:
    """How a model is saved. What says something only of graphs of TensorFlow's own is accepted and has no effect."""

    def __init__(
        self,
        namespace_whitelist=None,
        save_debug_info=False,
        function_aliases=None,
        experimental_debug_stripper=False,
        experimental_io_device=None,
        experimental_variable_policy=None,
        experimental_custom_gradients=True,
        experimental_image_format=False,
        experimental_skip_saver=False,
        experimental_sharding_callback=None,
        extra_tags=None,
    ):
        self.namespace_whitelist = list(namespace_whitelist or ())
        self.save_debug_info = save_debug_info
        self.function_aliases = dict(function_aliases or {})
        self.experimental_io_device = experimental_io_device
        self.experimental_custom_gradients = experimental_custom_gradients
        self.extra_tags = extra_tags


def save(obj, export_dir, signatures=None, options=None):
    """Saves a trackable object with its variables and the programs of its functions.

    obj: a `tf.Module` or another trackable object. Functions under `tf.function` in its attributes and methods are
    saved with the programs that they have been traced to, and with that for their input signature.
    export_dir: the folder, made or replaced as a whole.
    signatures: a function with an input signature, a concrete function, or a dict of such; by default the only one
    that the object has.

    Programs are kept as a document of ops and constants that `load` reads: no Python code is saved, and none is run by
    loading. Variables are a checkpoint in TensorFlow's format. Raises ValueError for an object that is not trackable,
    AssertionError for a function with a variable that is no dependency of the object, and NotImplementedError for
    programs that call Python.

    >>> import tempfile
    >>> class Scale(tf.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.factor = tf.Variable(2.0)
    ...     @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    ...     def __call__(self, x):
    ...         return x * self.factor
    >>> folder = tempfile.mkdtemp() + "/scale"
    >>> tf.saved_model.save(Scale(), folder)
    >>> tf.saved_model.load(folder)(tf.constant([1.0, 2.0])).numpy()
    array([2., 4.], dtype=float32)
    """
    if not isinstance(obj, Trackable):
        raise ValueError(
            f"Expected an object of type `Trackable`, such as `tf.Module` or a subclass of the `Trackable` class, for "
            f"export. Got {obj} with type {type(obj)}."
        )
    export_dir = os.path.abspath(os.fspath(export_dir))
    signatures = canonical_signatures(obj, signatures)
    os.makedirs(os.path.dirname(export_dir), exist_ok=True)
    folder = tempfile.mkdtemp(
        prefix=f".{os.path.basename(export_dir)}.", suffix=".part", dir=os.path.dirname(export_dir)
    )
    try:
        _write(obj, folder, signatures, {} if options is None else options.function_aliases)
        os.chmod(folder, 0o777 & ~_umask())
        _put(folder, export_dir)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _umask():
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _write(obj, folder, signatures, aliases):
    for each in (VARIABLES, CONSTANTS):
        os.makedirs(os.path.dirname(os.path.join(folder, each)))
    os.makedirs(os.path.join(folder, "assets"))
    document = _Document(obj, os.path.join(folder, VARIABLES))
    content = document.content(signatures, aliases)
    write_bundle(os.path.join(folder, CONSTANTS), document.writer.constants)
    with replaced_file(os.path.join(folder, DOCUMENT)) as file:
        file.write(json.dumps(content, separators=(",", ":")).encode())


def _put(folder, target):
    """Puts a complete folder in the place of another, at one moment where the system can do that."""
    parent = os.path.dirname(target)
    if not os.path.lexists(target):
        os.rename(folder, target)
    elif os.path.islink(target) or not os.path.isdir(target) or set(os.listdir(target)) - KNOWN:
        _put_into(folder, target)
    elif not _exchanged(folder, target):
        old = tempfile.mkdtemp(prefix=f".{os.path.basename(target)}.", suffix=".old", dir=parent)
        os.rename(target, os.path.join(old, "model"))
        os.rename(folder, target)
        shutil.rmtree(old, ignore_errors=True)
    synchronize_folder(parent)


def _put_into(folder, target):
    """Copies the files into a folder that has others, too; the document comes last."""
    for place, _, files in sorted(os.walk(folder), reverse=True):
        inside = os.path.join(target, os.path.relpath(place, folder))
        os.makedirs(inside, exist_ok=True)
        for each in files:
            os.replace(os.path.join(place, each), os.path.join(inside, each))


def _exchanged(first, second):
    """Whether the two names could be exchanged, renameat2(2) with RENAME_EXCHANGE."""
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    if rename is None:
        return False
    here, exchange = -100, 2
    return rename(here, os.fsencode(first), here, os.fsencode(second), exchange) == 0


def _variable_of(value):
    """The variable that an object stands for, if it is one that wraps a variable."""
    if not isinstance(value, Variable) and getattr(value, "_should_act_as_resource_variable", False):
        handle = getattr(value, "handle", None)
        if isinstance(handle, Variable):
            return handle
    return value


def _is_function(value):
    return isinstance(value, GenericFunction | ConcreteFunction)


class _Document:
    """What is known of all objects while the document is made."""

    def __init__(self, root, variables):
        self.writer = GraphWriter()
        self._children = {}  # asked for once: it may make lists, whose identity counts
        self._kept = []
        self.found = save_objects(root, variables, self.children)
        self.numbers = {id(each.value): number for number, each in enumerate(self.found)}
        self.functions = []
        self._function_numbers = {}

    def children(self, value):
        known = self._children.get(id(value))
        if known is None:
            known = {}
            if not _is_function(value):
                known = {
                    name: _variable_of(child)
                    for name, child in dependencies(value, "savedmodel").items()
                    if isinstance(child, Trackable | GenericFunction | list | dict | tuple)
                }
            self._children[id(value)] = known
            self._kept.append(value)
        return known

    def content(self, signatures, aliases):
        nodes = [self.node(each) for each in self.found]
        described = {
            name: {
                "function": self.function(each),
                "arguments": argument_names(each),
                "outputs": output_names(each, name),
            }
            for name, each in signatures.items()
        }
        return {
            "format": FORMAT,
            "version": VERSION,
            "nodes": nodes,
            "functions": self.functions,
            "signatures": described,
            "aliases": {name: self.alias(each) for name, each in aliases.items()},
        }

    def alias(self, function):
        if isinstance(function, ConcreteFunction):
            return {
                "name": function._name,
                "concrete": [self.function(function)],
                "signature": _signature(function._signature),
            }
        if isinstance(function, GenericFunction):
            return self.polymorphic(function)
        raise TypeError(
            f"Unsupported type {type(function)}. Functions in `function_aliases` should be created by tf.function, or "
            "concrete functions."
        )

    def node(self, found):
        value = found.value
        described = {"kind": "object", "children": found.children}
        if isinstance(value, Variable):
            described.update(
                kind="variable",
                key=value_key(found.path, "VARIABLE_VALUE"),
                dtype=value.dtype.name,
                shape=encoded(value.shape),
                trainable=value.trainable,
                name=value._name,
                synchronization=value.synchronization.name,
                aggregation=value.aggregation.name,
            )
        elif isinstance(value, ConcreteFunction):
            described.update(kind="concrete function", function=self.function(value))
        elif isinstance(value, GenericFunction):
            described.update(kind="function", **self.polymorphic(value))
        else:
            for name, kind in (("list", list), ("dict", dict), ("tuple", tuple)):
                if isinstance(value, kind):
                    described["kind"] = name
        return described

    def polymorphic(self, function):
        concrete = function._list_all_concrete_functions_for_serialization()
        return {
            "name": function.__name__,
            "concrete": [self.function(each) for each in concrete],
            "signature": _signature(function.function_spec),
        }

    def function(self, concrete):
        """The number of the description of a concrete function."""
        found = self._function_numbers.get(id(concrete))
        if found is None:
            described = self._described(concrete)
            found = self._function_numbers[id(concrete)] = len(self.functions)
            self.functions.append(described)
            self._kept.append(concrete)
        return found

    def _described(self, concrete):
        trace = concrete._trace
        args, kwargs = concrete._arguments.assembled(concrete._specs)
        try:
            return {
                "name": concrete._name,
                "graph": self.writer.graph(trace.graph),
                "captures": [self._capture(each, concrete) for each in trace.captures],
                "updates": [[self._number(variable, concrete), place] for variable, place in trace.updates],
                "signature": _signature(concrete._signature),
                "args": encoded(list(_plain(args))),
                "kwargs": encoded(_plain(kwargs)),
                "outputs": encoded(_plain(concrete._outputs)),
            }
        except TypeError as error:
            raise NotImplementedError(f"The function {concrete._name} cannot be saved: {error}") from None

    def _capture(self, captured, concrete):
        if isinstance(captured, Variable):
            return self._number(captured, concrete)
        if type(captured) is not EagerTensor:
            raise NotImplementedError(
                f"The function {concrete._name} captures {captured!r}, which cannot be saved."
            )
        return self.writer.constant(captured._dtype, captured._array)

    def _number(self, variable, concrete):
        if hasattr(variable, "_distributed_container"):  # a copy for one of several replicas
            variable = variable._distributed_container()
        number = self.numbers.get(id(variable))
        if number is None:
            raise AssertionError(
                f"Tried to export a function which references an 'untracked' resource: {concrete._name} uses the "
                f"variable {variable.name}. TensorFlow objects (e.g. tf.Variable) captured by functions must be "
                "'tracked' by assigning them to an attribute of a tracked object or assigned to an attribute of the "
                "main object directly."
            )
        return number


def _plain(structure):
    """The structure with containers of plain types, so that it has a form on disk."""
    if isinstance(structure, CompositeTensor):
        raise TypeError(f"{structure!r} is a composite of several tensors")
    if isinstance(structure, dict):
        return {key: _plain(each) for key, each in structure.items()}
    if isinstance(structure, tuple) and nest.is_nested(structure):
        return tuple([_plain(each) for each in structure])
    if isinstance(structure, list):
        return [_plain(each) for each in structure]
    return structure


def _signature(signature):
    """The parameters of a function, and its input signature."""
    parameters = []
    for each in signature._signature.parameters.values():
        has_default = each.default is not inspect.Parameter.empty
        try:
            default = encoded(_plain(each.default)) if has_default else None
        except TypeError:
            default = None  # a Python object, which nobody can give when the function is loaded
        parameters.append([each.name, int(each.kind), has_default, default])
    given = signature.input_signature
    return {"parameters": parameters, "input_signature": None if given is None else encoded(_plain(given))}
