"""tf.function: a Python function that is traced once for each kind of arguments and then runs as a program."""

import copy
import functools
import threading
import weakref

from tapeflow.compiler import begin as begin_compiler
from tapeflow.core import nest
from tapeflow.core.context import state
from tapeflow.core.size import NEEDS_SIZES, UnknownSizeError
from tapeflow.core.spec import TensorSpec
from tapeflow.function import streams
from tapeflow.function.concrete import ConcreteFunction
from tapeflow.function.generic import GenericFunction, TracedFunction
from tapeflow.function.reading import NOT_NOW, reader_for
from tapeflow.function.retracing import Retracing
from tapeflow.function.several import ByRank, ByShape
from tapeflow.function.signature import Signature, quick_key
from tapeflow.function.trace import refuse_creation

_MOST_READERS = 8
"""For the streams of so many kinds of elements a function keeps its programs."""

_eagerly = False


def run_functions_eagerly(run_eagerly):
    """Whether functions under tf.function run as plain Python from now on."""
    global _eagerly
    _eagerly = bool(run_eagerly)


def functions_run_eagerly():
    """Whether functions under tf.function run as plain Python."""
    return _eagerly


class Options:
    """What tf.function was told: jit_compile, autograph, reduce_retracing and the name of the function."""

    __slots__ = ("attributes", "autograph", "jit_compile", "name", "reduce_retracing")

    def __init__(self, name, jit_compile, autograph, reduce_retracing, attributes):
        self.name = name
        self.jit_compile = jit_compile
        self.autograph = autograph
        self.reduce_retracing = reduce_retracing
        self.attributes = attributes


class Function(TracedFunction):
    """A function that runs as a program; see `tf.function`."""

    def __init__(self, python_function, input_signature, options, skips_first=False, convert=None):
        self._python_function = python_function
        self._options = options
        self._convert = convert
        self._given_signature = input_signature
        self._skips_first = skips_first
        functools.update_wrapper(self, python_function, updated=())
        self._lock = threading.RLock()
        self._forget()
        if input_signature is not None:
            _ = self._signature  # which says what does not fit the parameters

    def _forget(self):
        self._traces = {}  # key -> (Arguments, ConcreteFunction)
        self._quick = {}  # quick key -> ConcreteFunction
        self._count = 0
        self._creates_variables = None  # whether the first trace made some; None: not traced yet
        self._retracing = Retracing(self._options.name)
        self._target = None
        self._readers = []  # (specs of the elements of streams, Reader or None)
        self._latest_stream = self._latest_reader = None
        self._only_python = set()  # keys of calls with streams for which it cannot be traced

    @functools.cached_property
    def _signature(self):
        return Signature(self._python_function, self._given_signature, self._skips_first)

    # Calling.

    def __call__(self, *args, **kwargs):
        key, tensors = (None, None) if kwargs else quick_key(args)
        if key is not None:
            concrete = self._quick.get(key)
            if concrete is not None and not _eagerly:
                return concrete.call_tensors(tensors)
        if _eagerly:
            return self._python_function(*args, **kwargs)
        if streams.among(args, kwargs):
            return self._call_with_streams(args, kwargs)
        concrete, found = self._concrete(args, kwargs)
        if key is not None and self._given_signature is None and tensors and len(tensors) == len(found):
            self._quick[key] = concrete
        return concrete.call_tensors(found)

    def _call_with_streams(self, args, kwargs):
        if state.interpreter is not None:  # a program around this one takes the elements
            return self._traceable()(*args, **kwargs)
        latest = self._latest_stream
        if latest is not None and len(args) == 1 and latest() is args[0] and not kwargs:
            return self._latest_reader(args)
        reader = self._reader_for(args, kwargs)
        if reader is None:
            return self._call_with_handles(args, kwargs)
        return self._python_function(*args, **kwargs) if reader is NOT_NOW else reader(args)

    def _reader_for(self, args, kwargs):
        """What takes the elements of these streams and then runs a program; None if that cannot be."""
        if kwargs or self._given_signature is not None or not all(map(streams.is_readable, args)):
            return None
        specs = tuple([each.element_spec for each in args])
        with self._lock:
            found = [reader for known, reader in self._readers if known == specs]
            if not found:
                count = self._count
                found = [reader_for(self._traceable(), args, self._concrete_for_elements)]
                if found[0] is NOT_NOW:
                    return NOT_NOW
                if found[0] is None:
                    self._count = count
                self._readers = [*self._readers[1 - _MOST_READERS :], (specs, found[0])]
            if found[0] is not None:
                self._remember(args, found[0])
        return found[0]

    def _remember(self, args, reader):
        if len(args) == 1:
            self._latest_stream, self._latest_reader = weakref.ref(args[0]), reader

    def _call_with_handles(self, args, kwargs):
        """Runs a program that takes the elements itself; what cannot be traced like that runs as Python."""
        if streams.without_handle(args, kwargs):
            return self._python_function(*args, **kwargs)
        signature = self._signature
        arguments = signature.arguments(*signature.bind(args, kwargs))
        tensors = arguments.tensors
        concrete = self._known(arguments)
        if concrete is None:
            concrete = self._traced_with_handles(arguments)
            if concrete is None:
                return self._python_function(*args, **kwargs)
        if not kwargs and len(tensors) == 1:
            self._remember(
                args, lambda found: concrete.call_tensors(nest.flatten(found[0], expand_composites=True))
            )
        return concrete.call_tensors(tensors)

    def _traced_with_handles(self, arguments):
        """The ConcreteFunction; None if it must run as Python."""
        key = self._key(arguments)
        with self._lock:
            try:
                if key not in self._only_python:
                    return self._known(arguments) or self._trace(arguments)
            except (NotImplementedError, UnknownSizeError):
                self._only_python = {*list(self._only_python)[1 - _MOST_READERS :], key}
        return None

    def _concrete_for_elements(self, function, specs, tensors):
        self._count += 1
        inner = Function(function, tuple(specs), self._options)
        inner._creates_variables = self._creates_variables
        concrete = inner._concrete(tensors, {})[0]
        self._creates_variables = inner._creates_variables
        return concrete

    def _concrete(self, args, kwargs):
        """The ConcreteFunction for a call, and the tensors of the call."""
        signature = self._signature
        arguments = signature.arguments(*signature.bind(args, kwargs))
        tensors = arguments.tensors
        found = self._known(arguments)
        if found is not None:
            self._retracing.called()
            return found, tensors
        with self._lock:
            found = self._known(arguments)
            if found is None:
                found = self._trace(arguments)
        return found, tensors

    def _known(self, arguments):
        key = self._key(arguments)
        entry = self._traces.get(key)
        if entry is None:
            return self._wider(arguments) if self._options.reduce_retracing else None
        if not entry[0].is_alive:
            return None
        return entry[1]

    def _key(self, arguments):
        """The key of the trace that serves the call: with an input signature, that signature's."""
        if self._given_signature is None:
            return arguments.key
        return "signature", arguments.key[len(self._given_signature) :]

    def _wider(self, arguments):
        """A trace for less specific shapes that serves the call, too."""
        for known, concrete in self._traces.values():
            if _leaves_but_shapes(known) == _leaves_but_shapes(arguments) and all(
                [
                    spec.shape.is_subtype_of(wide.shape)
                    for spec, wide in zip(arguments.specs, concrete._specs, strict=True)
                ]
            ):
                return concrete
        return None

    # Tracing.

    def _trace(self, arguments):
        self._traces = {key: entry for key, entry in self._traces.items() if entry[0].is_alive}
        specs = self._specs(arguments)
        known = [entry[0] for entry in self._traces.values()]
        if any([each.shape.rank is None for each in specs]):
            concrete = self._traced_for_any_rank(arguments, specs)
        else:
            wide = streams.wide(arguments, specs) if self._given_signature is None else None
            concrete = self._first_traced(arguments, specs, wide)
        self._traces[self._key(arguments)] = arguments, concrete
        if streams.source_among(arguments):
            self._forget_sources()
            self._retracing.called()  # nobody is to be warned of that
        else:
            self._retracing.traced(arguments, known)
        arguments.let_go()
        return concrete

    def _traced_for_any_rank(self, arguments, specs):
        """One trace for all ranks; for a function that asks for them, one for each that comes."""
        arguments.specs = list(specs)
        try:
            return self._first_traced(arguments, specs)
        except NEEDS_SIZES as error:  # what fails for a rank, too, is the user's own error
            return ByRank(self, arguments, specs, error)

    def _forget_sources(self):
        """Lets the traces go that were made for data sets, but for the last ones."""
        keys = [key for key, (arguments, _) in self._traces.items() if streams.source_among(arguments)]
        for key in keys[: -streams.MOST_SOURCES]:
            del self._traces[key]

    def _first_traced(self, arguments, specs, wide=None):
        """As `_traced`, for the function's very first trace, too: that may make variables, for the specs `wide`."""
        if self._creates_variables is not None:
            return self._traced(arguments, specs, refuse_creation)
        created = []
        concrete = self._traced_for_any(arguments, wide, created) if wide else None
        if concrete is None:
            concrete = self._traced(arguments, specs, created.append)
        self._creates_variables = bool(created)
        if created:  # what runs from now on must not make them again
            concrete = self._traced(arguments, specs, refuse_creation)
        return concrete

    def _traced_for_any(self, arguments, specs, created):
        """A trace for all elements of a stream, so that variables are made for any of them; None if it fails."""
        try:
            return self._traced(arguments, specs, created.append)
        except Exception:  # told of the shapes that the call has, if they do not mend it
            created.clear()
            return None

    def _specs(self, arguments):
        """The specs to trace for: those of the arguments, or wider ones that serve other calls, too."""
        specs = arguments.specs
        if self._given_signature is not None:
            given = nest.flatten(list(self._given_signature), expand_composites=True)
            wide = [
                TensorSpec(wide.shape, wide.dtype, wide.name or spec.name)
                for wide, spec in zip(given, specs, strict=False)
            ]
            return [*wide, *specs[len(given) :]]
        if self._options.reduce_retracing:
            mine = _leaves_but_shapes(arguments)
            for known, _ in self._traces.values():
                if _leaves_but_shapes(known) == mine:
                    specs = [_joined(a, b) for a, b in zip(specs, known.specs, strict=True)]
        return specs

    def _traced(self, arguments, specs, on_create):
        """Traces for the specs; if that fails for sizes that are not known, for the shapes of this call.

        What fails for them, too, is the user's own error, and is told of the shapes that the call has.
        """
        self._count += 1
        if self._options.jit_compile:
            begin_compiler()
        function = self._traceable()
        try:
            return ConcreteFunction(function, arguments, specs, self._signature, self._options, on_create)
        except NEEDS_SIZES as error:
            exact = [
                TensorSpec(each.shape, each.dtype, spec.name)
                for each, spec in zip(arguments.specs, specs, strict=True)
            ]
            if all([each.shape.is_fully_defined() for each in specs]) or not all(
                [each.shape.is_fully_defined() for each in exact]
            ):
                if not isinstance(error, UnknownSizeError):
                    raise
                raise NotImplementedError(
                    f"{self._options.name} cannot be traced for unknown sizes: {error}"
                ) from error
        concrete = ConcreteFunction(function, arguments, exact, self._signature, self._options, on_create)
        return ByShape(self, function, arguments, specs, concrete)

    def _traceable(self):
        """The Python function, converted by AutoGraph if that is wanted."""
        if self._target is None:
            function = self._python_function
            self._target = function if self._convert is None else self._convert(function, requested=True)
        return self._target

    def get_concrete_function(self, *args, **kwargs):
        """The ConcreteFunction for arguments like these: values, or TensorSpecs in place of tensors.

        >>> f = tf.function(lambda x: x + 1)
        >>> f.get_concrete_function(tf.TensorSpec([None], tf.float32))(tf.constant([1.0, 2.0])).numpy()
        array([2., 3.], dtype=float32)
        """
        if self._given_signature is not None and not args and not kwargs:
            args = self._given_signature
        return self._concrete(args, kwargs)[0]

    # What it is.

    @property
    def python_function(self):
        """The function as it was given."""
        return self._python_function

    @property
    def input_signature(self):
        """The input signature that was given, or None."""
        return self._given_signature

    @property
    def function_spec(self):
        """The signature that calls are bound to."""
        return self._signature

    @property
    def name(self):
        """The name of the function."""
        return self._options.name

    @property
    def jit_compile(self):
        """Whether it is compiled before the first call returns (True), in the background (None) or never (False)."""
        return self._options.jit_compile

    def experimental_get_tracing_count(self):
        """How often the Python function has been traced.

        >>> f = tf.function(lambda x: x + 1)
        >>> _ = f(tf.constant(1)), f(tf.constant(2)), f(tf.constant(1.0))
        >>> f.experimental_get_tracing_count()
        2
        """
        return self._count

    def pretty_printed_concrete_signatures(self, verbose=True):
        """The signatures of all traces, as text."""
        return "\n\n".join([each.pretty_printed_signature(verbose) for _, each in self._traces.values()])

    def explain(self, *args, **kwargs):
        """The compiled program for these arguments as a table: each step with its ops, shape, bytes, share of time.

        The operations are floating-point ones. A program with effects is not run, so that it has no share of time.

        >>> softmax = tf.function(tf.nn.softmax)
        >>> print(softmax.explain(tf.ones([64, 64])).split("\\n")[0])
        step        bytes   operations   time  what
        """
        concrete, tensors = self._concrete(args, kwargs)
        return concrete.explain(tensors)

    def experimental_get_compiler_ir(self, *args, **kwargs):
        """The compiler's own text is shown by TAPEFLOW_SHOW=llvm: always raises NotImplementedError."""
        raise NotImplementedError(
            "There is no HLO here: run with TAPEFLOW_SHOW=plan,loops,llvm to see every stage."
        )

    def __get__(self, instance, owner=None):
        return self if instance is None else _BoundFunction(self._of(instance), instance)

    def _of(self, instance):
        """The function of its own, with its own traces, that the method is for this instance."""
        try:
            by_instance = _bound.setdefault(self, weakref.WeakKeyDictionary())
            found = by_instance.get(instance)
        except TypeError:  # the instance has no hash, or no weak references
            return self._bind(instance)
        if found is None:
            found = by_instance[instance] = self._bind(instance)
        return found

    def _bind(self, instance):
        method = _Method(self._python_function, instance)
        return Function(method, self._given_signature, self._options, False, self._convert)

    def __copy__(self):
        return self._with(self._python_function)

    def __deepcopy__(self, memo):
        """Is not traced yet; a method belongs to the copy of its object, if that is copied, too."""
        return self._with(copy.deepcopy(self._python_function, memo))

    def _with(self, python_function):
        return Function(
            python_function, self._given_signature, self._options, self._skips_first, self._convert
        )

    def __reduce__(self):
        raise TypeError("A tf.function cannot be pickled: pickle the Python function and decorate it again.")

    def __repr__(self):
        return f"<tf.function {self._options.name}>"


_bound: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()


class _BoundFunction(GenericFunction):
    """A method under tf.function, taken from its instance: keeps the instance as long as it is needed itself."""

    __slots__ = ("__self__", "_function")

    def __init__(self, function, instance):
        self._function = function
        self.__self__ = instance

    def __call__(self, *args, **kwargs):
        return self._function(*args, **kwargs)

    def __getattr__(self, name):
        return getattr(self._function, name)

    def __deepcopy__(self, memo):
        instance = copy.deepcopy(self.__self__, memo)
        return self._function._with(self._function._python_function.__func__).__get__(instance)

    def __repr__(self):
        return f"<bound method of {self._function!r}>"


class _Method:
    """A method that does not keep its instance alive."""

    def __init__(self, function, instance):
        functools.update_wrapper(self, function, updated=())
        self.__wrapped_function__ = function
        try:
            self._instance = weakref.ref(instance)
        except TypeError:
            self._instance = lambda: instance
        import inspect

        try:
            signature = inspect.signature(function)
            self.__signature__ = signature.replace(parameters=list(signature.parameters.values())[1:])
        except (TypeError, ValueError):
            pass
        del self.__wrapped__

    @property
    def __self__(self):
        instance = self._instance()
        if instance is None:
            raise ReferenceError(f"The object that {self.__name__} belongs to is gone.")
        return instance

    @property
    def __func__(self):
        return self.__wrapped_function__

    def __call__(self, *args, **kwargs):
        return self.__wrapped_function__(self.__self__, *args, **kwargs)


def _leaves_but_shapes(arguments):
    """What must be equal for one trace with wider shapes to serve several calls."""
    found = []
    for path, part in arguments.leaves:
        is_tensor = type(part) is tuple and len(part) == 2 and (part[1] is None or type(part[1]) is tuple)
        found.append(
            (path, part[0], None if part[1] is None else len(part[1])) if is_tensor else (path, part)
        )
    return found


def _joined(a, b):
    return TensorSpec(a.shape.most_specific_compatible_shape(b.shape), a.dtype, a.name)
