"""Variables that are shared by their names: get_variable and variable_scope."""

import contextlib
import enum

from tapeflow.compat.graphs.graph import Graph, get_default_graph
from tapeflow.compat.v1.collections import GraphKeys
from tapeflow.compat.v1.initializers import glorot_uniform_initializer, zeros_initializer
from tapeflow.compat.v1.variables import Variable
from tapeflow.core.context import state
from tapeflow.core.dtypes import as_dtype, float32
from tapeflow.core.shapes import as_shape

__all__ = [
    "AUTO_REUSE",
    "VariableScope",
    "get_local_variable",
    "get_variable",
    "get_variable_scope",
    "no_regularizer",
    "variable_op_scope",
    "variable_scope",
]


class _ReuseMode(enum.Enum):
    """Whether a variable that is there is taken: AUTO_REUSE takes it, and makes it if it is not there."""

    AUTO_REUSE = 1


AUTO_REUSE = _ReuseMode.AUTO_REUSE


class _Store:
    """The variables of one graph by their names, the scope in force, and how often names of scopes were asked for."""

    def __init__(self):
        self.variables = {}
        self.scope = VariableScope(False)
        self.counts = {}


def _store():
    graph = get_default_graph()
    if not isinstance(graph, Graph):
        raise NotImplementedError(
            "get_variable inside a tf.function is not there: make the variable outside."
        )
    if graph.scopes is None:
        graph.scopes = _Store()
    return graph.scopes


def no_regularizer(_):
    """A regularizer that adds nothing, in place of that of the scope."""


class VariableScope:
    """What `get_variable` takes from its surroundings: the beginning of names, and defaults."""

    def __init__(
        self,
        reuse,
        name="",
        initializer=None,
        regularizer=None,
        caching_device=None,
        partitioner=None,
        custom_getter=None,
        name_scope="",
        dtype=float32,
        use_resource=None,
        constraint=None,
    ):
        self._reuse = reuse
        self._name = name
        self._initializer = initializer
        self._regularizer = regularizer
        self._custom_getter = custom_getter
        self._name_scope = name_scope
        self._dtype = dtype
        self._constraint = constraint
        self._caching_device = caching_device
        self._use_resource = use_resource
        if partitioner is not None:
            raise NotImplementedError("Partitioned variables are not there.")

    name = property(lambda self: self._name, doc="The beginning of names, without a slash at the end.")
    original_name_scope = property(lambda self: self._name_scope, doc="The name scope that it opened.")
    reuse = property(lambda self: self._reuse, doc="Whether variables that are there are taken.")
    initializer = property(lambda self: self._initializer, doc="The initializer by default.")
    regularizer = property(lambda self: self._regularizer, doc="The regularizer by default.")
    dtype = property(lambda self: self._dtype, doc="The dtype by default.")
    constraint = property(lambda self: self._constraint, doc="The constraint by default.")
    custom_getter = property(lambda self: self._custom_getter, doc="What is called in place of get_variable.")
    partitioner = None

    def reuse_variables(self):
        """From here on variables must be there, and are taken."""
        self._reuse = True

    def set_initializer(self, initializer):
        """Sets the initializer by default."""
        self._initializer = initializer

    def set_regularizer(self, regularizer):
        """Sets the regularizer by default."""
        self._regularizer = regularizer

    def set_dtype(self, dtype):
        """Sets the dtype by default."""
        self._dtype = as_dtype(dtype)

    def set_custom_getter(self, custom_getter):
        """Sets what is called in place of get_variable."""
        self._custom_getter = custom_getter

    def global_variables(self):
        """The global variables whose names begin with the scope."""
        return get_default_graph().get_collection(GraphKeys.GLOBAL_VARIABLES, self._prefix)

    def trainable_variables(self):
        """The trainable variables whose names begin with the scope."""
        return get_default_graph().get_collection(GraphKeys.TRAINABLE_VARIABLES, self._prefix)

    @property
    def _prefix(self):
        return self._name + "/" if self._name else None

    def get_variable(self, name, shape=None, dtype=None, initializer=None, regularizer=None, **options):
        """See `tf.compat.v1.get_variable`."""
        full = f"{self._name}/{name}" if self._name else name
        reuse = options.pop("reuse", None)
        options["constraint"] = options.get("constraint") or self._constraint
        getter = options.pop("custom_getter", None) or self._custom_getter
        options.update(
            shape=shape,
            dtype=dtype or self._dtype,
            initializer=self._initializer if initializer is None else initializer,
            regularizer=self._regularizer if regularizer is None else regularizer,
            reuse=self._reuse if reuse is None else reuse,
        )
        if getter is not None:
            return getter(getter=_get, name=full, **options)
        return _get(full, **options)


def _get(
    name,
    shape=None,
    dtype=float32,
    initializer=None,
    regularizer=None,
    reuse=None,
    trainable=None,
    collections=None,
    validate_shape=True,
    constraint=None,
    synchronization=None,
    aggregation=None,
    **ignored,
):
    """The variable of this full name: that which is there, or another."""
    store = _store()
    dtype = as_dtype(dtype)
    shape = as_shape(shape)
    found = store.variables.get(name)
    if found is not None:
        if not reuse:
            raise ValueError(
                f"Variable {name} already exists, disallowed. Did you mean to set reuse=True or "
                "reuse=tf.AUTO_REUSE in VarScope?"
            )
        if not shape.is_compatible_with(found.shape):
            raise ValueError(
                f"Trying to share variable {name}, but specified shape {shape} and found shape {found.shape}."
            )
        if dtype is not found.dtype:
            raise ValueError(
                f"Trying to share variable {name}, but specified dtype {dtype.name} and found dtype "
                f"{found.dtype.name}."
            )
        return found
    if reuse is True:
        raise ValueError(
            f"Variable {name} does not exist, or was not created with tf.get_variable(). Did you mean to set "
            "reuse=tf.AUTO_REUSE in VarScope?"
        )
    value = _initial_value(name, shape, dtype, initializer)
    graph = state.interpreter
    with graph.name_scope("") if isinstance(graph, Graph) else contextlib.nullcontext():
        made = Variable(
            value,
            trainable=trainable,
            collections=collections,
            validate_shape=validate_shape,
            name=name,
            dtype=None if callable(initializer) or initializer is None else dtype,
            constraint=constraint,
            synchronization=synchronization,
            aggregation=aggregation,
        )
    if not isinstance(graph, Graph):  # eager variables belong to whoever holds them
        return made
    store.variables[name] = made
    if regularizer is not None and regularizer is not no_regularizer:
        with graph.name_scope(name + "/Regularizer/"):
            loss = regularizer(made)
        if loss is not None:
            graph.add_to_collection(GraphKeys.REGULARIZATION_LOSSES, loss)
    return made


def _initial_value(name, shape, dtype, initializer):
    if initializer is not None and not callable(initializer):
        if shape.is_fully_defined():
            raise ValueError("If initializer is a constant, do not specify shape.")
        return initializer
    if not shape.is_fully_defined():
        raise ValueError(f"Shape of a new variable ({name}) must be fully defined, but instead was {shape}.")
    if initializer is None:
        if dtype.is_floating:
            initializer = glorot_uniform_initializer()
        elif dtype.is_integer or dtype.is_bool:
            initializer = zeros_initializer()
        else:
            raise ValueError(f"An initializer for variable {name} of {dtype} is required")
    elif isinstance(initializer, type):
        initializer = initializer()
    if _takes_shape(initializer):
        return lambda: initializer(shape.as_list(), dtype=dtype)
    return initializer


def _takes_shape(initializer):
    code = getattr(initializer, "__code__", None)
    return code is None or code.co_argcount > 0 or bool(code.co_flags & 0x0C)


def get_variable(
    name,
    shape=None,
    dtype=None,
    initializer=None,
    regularizer=None,
    trainable=None,
    collections=None,
    caching_device=None,
    partitioner=None,
    validate_shape=True,
    use_resource=None,
    custom_getter=None,
    constraint=None,
    synchronization=None,
    aggregation=None,
):
    """The variable of this name within the variable scope: one that is there, if the scope says to reuse it.

    Raises ValueError for a name that is taken, or that is not there, as the scope has it; for a shape or dtype that is
    not that of the variable which is there; for a new variable without a known shape.

    >>> with tf.Graph().as_default():
    ...     with tf.compat.v1.variable_scope("layer", reuse=tf.compat.v1.AUTO_REUSE):
    ...         w = tf.compat.v1.get_variable("w", [2, 3])
    ...         again = tf.compat.v1.get_variable("w", [2, 3])
    >>> w.name, again is w
    ('layer/w:0', True)
    """
    if partitioner is not None:
        raise NotImplementedError("Partitioned variables are not there.")
    return get_variable_scope().get_variable(
        name,
        shape,
        dtype,
        initializer,
        regularizer,
        trainable=trainable,
        collections=collections,
        validate_shape=validate_shape,
        custom_getter=custom_getter,
        constraint=constraint,
        synchronization=synchronization,
        aggregation=aggregation,
    )


def get_local_variable(name, shape=None, dtype=None, initializer=None, regularizer=None, **options):
    """As get_variable, for a variable that is not trained, in the collection LOCAL_VARIABLES."""
    collections = [*(options.pop("collections", None) or ()), GraphKeys.LOCAL_VARIABLES]
    options["trainable"] = False
    return get_variable(name, shape, dtype, initializer, regularizer, collections=collections, **options)


def get_variable_scope():
    """The variable scope in force."""
    return _store().scope


class variable_scope(contextlib.AbstractContextManager):
    """Context manager: names of variables begin with the scope, and `get_variable` takes its defaults from it.

    name_or_scope: a name, or a VariableScope to enter again; default_name: a name to be made unique, if that is None;
    reuse: True, False, None (as outside) or AUTO_REUSE. `as` gives the VariableScope. A name scope is opened, too.
    """

    def __init__(
        self,
        name_or_scope,
        default_name=None,
        values=None,
        initializer=None,
        regularizer=None,
        caching_device=None,
        partitioner=None,
        custom_getter=None,
        reuse=None,
        dtype=None,
        use_resource=None,
        constraint=None,
        auxiliary_name_scope=True,
    ):
        if name_or_scope is None and default_name is None:
            raise TypeError("If default_name is None then name_or_scope is required")
        if name_or_scope is not None and not isinstance(name_or_scope, str | VariableScope):
            raise TypeError("VariableScope: name_or_scope must be a string or VariableScope.")
        if reuse not in (None, True, False, AUTO_REUSE):
            raise ValueError("The reuse parameter must be True or False or None.")
        self._given = name_or_scope
        self._default = default_name
        self._settings = {
            "initializer": initializer,
            "regularizer": regularizer,
            "partitioner": partitioner,
            "custom_getter": custom_getter,
            "dtype": None if dtype is None else as_dtype(dtype),
            "constraint": constraint,
        }
        self._reuse = reuse
        self._opens_names = auxiliary_name_scope
        self._entered = []

    def __enter__(self):
        if self._reuse and self._given is None:
            raise ValueError("reuse=True cannot be used without a name_or_scope")
        store = _store()
        outer = store.scope
        counts = dict(store.counts)
        if self._given is None:
            name = _joined(
                outer.name, _unique_scope(store, _joined(outer.name, self._default)).rpartition("/")[2]
            )
            shown, source = self._default, outer
        elif isinstance(self._given, VariableScope):
            name, source = self._given.name, self._given
            shown = name.rpartition("/")[2]
        else:
            name, shown, source = _joined(outer.name, self._given), self._given, outer
        if self._given is not None:
            _count_scope(store, name)
        graph = state.interpreter
        names = contextlib.nullcontext(shown)
        if isinstance(graph, Graph) and self._opens_names and shown:
            names = graph.name_scope(shown)
        name_scope = names.__enter__()
        reuse = self._reuse or source.reuse or (outer.reuse if source is outer else False)
        made = {key: getattr(source, key) if each is None else each for key, each in self._settings.items()}
        if self._settings["custom_getter"] is not None and source.custom_getter is not None:
            made["custom_getter"] = _composed(self._settings["custom_getter"], source.custom_getter)
        store.scope = VariableScope(reuse, name, name_scope=name_scope, **made)
        self._entered.append((store, outer, counts, names))
        return store.scope

    def __exit__(self, *exception):
        store, outer, counts, names = self._entered.pop()
        inside = store.scope.name + "/"
        for key in [each for each in store.counts if each.startswith(inside)]:
            if key in counts:
                store.counts[key] = counts[key]
            else:
                del store.counts[key]
        store.scope = outer
        names.__exit__(*exception)


def variable_op_scope(values, name_or_scope, default_name=None, **options):
    """The older order of the arguments of `variable_scope`."""
    return variable_scope(name_or_scope, default_name, values, **options)


def _joined(outer, name):
    return f"{outer}/{name}" if outer and name else outer or name


def _unique_scope(store, name):
    if not store.counts.get(name):
        _count_scope(store, name)
        return name
    count = 1
    while store.counts.get(f"{name}_{count}"):
        count += 1
    _count_scope(store, f"{name}_{count}")
    return f"{name}_{count}"


def _count_scope(store, name):
    store.counts[name] = store.counts.get(name, 0) + 1


def _composed(inner, outer):
    def composed(getter, *args, **kwargs):
        def through_outer(*given, **options):
            return outer(*given, getter=getter, **options)

        return inner(*args, getter=through_outer, **kwargs)

    return composed
