"""The tape: marks what is watched while it records, and gives gradients by walking back over the records."""

import threading

from tapeflow.autodiff.backward import backpropagate
from tapeflow.autodiff.record import Token, make_leaf
from tapeflow.core import nest
from tapeflow.core.context import ThreadState, start_listening, state, stop_listening
from tapeflow.core.dtypes import FLOATS_AND_COMPLEX
from tapeflow.core.eager import SILENT, restore, silence
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.log import warn_first
from tapeflow.core.operands import as_tensor
from tapeflow.core.spec import CompositeTensor
from tapeflow.core.tensor import Tensor
from tapeflow.ops.creation import filled_like, zeros

_watching = threading.Lock()


class Tape:
    """What `tf.GradientTape` and its relatives share: recording, watching and the walk back."""

    def __init__(self, persistent=False, watch_accessed_variables=True):
        self._persistent = persistent
        self._watch_accessed_variables = watch_accessed_variables
        self._token = None
        self._recording = False
        self._watched = {}

    def __enter__(self):
        self._push()
        return self

    def __exit__(self, kind, value, traceback):
        if self._recording:
            self._pop()

    def __del__(self):
        token = self.__dict__.get("_token")
        if token is not None:
            token.finish()

    def _push(self):
        if self._recording:
            raise ValueError(
                "Tape is still recording, This can happen if you try to re-enter an already-active tape."
            )
        if self._token is None:
            self._token = Token(self._watch_accessed_variables)
        state.tapes = (*state.tapes, self._token)
        start_listening(self._token)
        self._recording = True

    def _pop(self):
        if not self._recording:
            raise ValueError("Tape is not recording.")
        token = self._token
        tapes = state.tapes
        state.tapes = (
            tapes[:-1] if tapes[-1] is token else tuple([each for each in tapes if each is not token])
        )
        stop_listening()
        self._recording = False

    def watch(self, tensor):
        """Lets gradients with respect to `tensor`, any nest of tensors and variables, be asked for.

        Only floating and complex tensors have gradients; others are left alone with a warning.
        """
        if self._token is None:
            raise RuntimeError(
                "watch() needs a tape that has been entered: call it inside the tape's `with` block."
            )
        for each in sources_in(tensor, expand_composites=True):
            dtype = each.dtype
            if dtype not in FLOATS_AND_COMPLEX:
                warn_first(
                    5, "The dtype of the watched tensor must be floating (e.g. tf.float32), got %r", dtype
                )
                continue
            if isinstance(each, Tensor):
                watch(self._token, each)
            else:
                watch_variable(self._token, each)

    def stop_recording(self):
        """Context manager: calls inside it are not recorded, which saves their memory.

        >>> x = tf.constant(3.0)
        >>> with tf.GradientTape() as tape:
        ...     tape.watch(x)
        ...     y = x * x
        ...     with tape.stop_recording():
        ...         print(float(y))
        9.0
        """
        if self._token is None:
            raise RuntimeError("Trying to stop recording a tape which is not recording.")
        return _Stopped(self)

    def reset(self):
        """Forgets everything recorded and watched so far and goes on recording."""
        self._pop()
        self._token.finish()
        self._token = None
        self._push()

    def watched_variables(self):
        """The variables that this tape watches, in the order in which they were made."""
        if self._token is not None:
            self._watched = self._token.variables
        return tuple(sorted(self._watched.values(), key=_age))

    def take_gradients(self, targets, sources, cotangents):
        """Cotangents of the flat `sources`, each a Tensor, IndexedSlices or None.

        `targets` and `cotangents` are flat lists of tensors; a cotangent None is a tensor of ones.
        """
        token = self._token
        wanted = set()
        serials = []
        for source in sources:
            record = source._record
            if record is not None and token in record.tapes:
                wanted.add(record.serial)
                serials.append(record.serial)
            else:
                serials.append(None)
        seeds = []
        for target, g in zip(targets, cotangents, strict=True):
            record = target._record
            if record is not None and token in record.tapes and target._dtype in FLOATS_AND_COMPLEX:
                seeds.append((record, filled_like(target, 1) if g is None else g))
        loud = silence(SILENT)  # once for all the calls of the walk
        try:
            if self._persistent:
                found = backpropagate(token, seeds, wanted)
            else:
                self._watched = token.variables
                self._token = None
                found = backpropagate(token, seeds, wanted, release=True)
                token.finish()
        finally:
            restore(loud)
        if None in serials:
            return [
                _weight_of(source, targets, cotangents) if serial is None else found.get(serial)
                for serial, source in zip(serials, sources, strict=True)
            ]
        return [found.get(serial) for serial in serials]

    def open_for_gradient(self):
        """Checks that gradients can still be asked for, and stops a one-shot tape."""
        if self._token is None:
            raise RuntimeError(
                "A non-persistent GradientTape can only be used to compute one set of gradients (or jacobians)"
            )
        if self._recording:
            if not self._persistent:
                self._pop()
            else:
                warn_first(
                    1,
                    "Calling GradientTape.gradient on a persistent tape inside its context is significantly "
                    "less efficient than calling it outside the context (it causes the gradient ops to be "
                    "recorded on the tape, leading to increased CPU and memory usage). Only call "
                    "GradientTape.gradient inside the context if you actually want to trace the gradient in "
                    "order to compute higher order derivatives.",
                )

    def gradient(self, target, sources, output_gradients=None, unconnected_gradients="none"):
        """Gradient of the sum of `target` with respect to each of `sources`, in the structure of `sources`.

        target: any nest of tensors; several are added up, weighted by `output_gradients` (same structure;
          ones by default). Returns Tensors, `IndexedSlices` where only some rows were read, or None for a
          source that no target depends on ("zero" as `unconnected_gradients` gives zeros instead). Raises
          RuntimeError for the second call on a tape that is not persistent.

        >>> x = tf.constant(3.0)
        >>> with tf.GradientTape() as tape:
        ...     tape.watch(x)
        ...     y = x * x
        >>> tape.gradient(y, x)
        <tf.Tensor: shape=(), dtype=float32, numpy=6.0>
        """
        self.open_for_gradient()
        if target is None:
            raise TypeError(
                "Argument `target` should be a list or nested structure of Tensors, Variables or "
                "CompositeTensors to be differentiated, but received None."
            )
        zero = unconnected_gradients != "none" and zeros_wanted(unconnected_gradients)
        if isinstance(target, Tensor) and target._dtype in FLOATS_AND_COMPLEX:
            targets = [target]
        else:
            targets = [self.as_target(each) for each in sources_in(target, error=TypeError)]
        flat_sources = sources_in(sources, error=TypeError)
        if output_gradients is None:
            cotangents = [None] * len(targets)
        else:
            cotangents = _weights_for(targets, output_gradients)
        found = self.take_gradients(targets, flat_sources, cotangents)
        for source, g in zip(flat_sources, found, strict=True):
            if g is None and source.dtype not in FLOATS_AND_COMPLEX:
                _warn_of_dtype("source", source.dtype)
        if zero:
            found = filled_with_zeros(found, flat_sources)
        if flat_sources is sources:
            return found
        if flat_sources and flat_sources[0] is sources:
            return found[0]
        rest = iter(found)
        return nest.pack_sequence_as(sources, [_like(each, rest) for each in nest.flatten(sources)])

    def as_target(self, target):
        """`target` as a tensor, read on this tape if it is a variable."""
        if isinstance(target, Tensor):
            tensor = target
        else:
            with self if not self._recording else _Nothing():
                tensor = as_tensor(target)
        if tensor._dtype not in FLOATS_AND_COMPLEX:
            _warn_of_dtype("target", tensor._dtype)
        return tensor


def _like(source, gradients):
    """The next of the gradients; for a composite source a value like it, or None."""
    if not isinstance(source, CompositeTensor):
        return next(gradients)
    parts = None if hasattr(source, "_record") else source._differentiable()
    if isinstance(parts, list):
        found = [next(gradients) for _ in parts]
        return source._with_gradient(found) if any([g is not None for g in found]) else None
    g = next(gradients)
    return None if g is None else source._with_gradient(g)


def _age(variable):
    return int(variable._unique_id.rpartition("_")[2])


def _weight_of(source, targets, cotangents):
    """The cotangent of an unwatched source: None, unless it is a target itself."""
    total = None
    for target, g in zip(targets, cotangents, strict=True):
        if target is source and target._dtype in FLOATS_AND_COMPLEX:
            g = filled_like(target, 1) if g is None else g
            total = g if total is None else total + g
    return total


class _Nothing:
    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass


class _Stopped:
    """See Tape.stop_recording."""

    def __init__(self, tape):
        self._tape = tape

    def __enter__(self):
        self._tape._pop()

    def __exit__(self, *exception):
        self._tape._push()


def _warn_of_dtype(role, dtype):
    warn_first(
        5,
        "The dtype of the %s tensor must be floating (e.g. tf.float32) when calling GradientTape.gradient, got %r",
        role,
        dtype,
    )


def zeros_wanted(unconnected):
    unconnected = getattr(unconnected, "value", unconnected)
    if unconnected not in ("none", "zero"):
        raise ValueError(f"Unknown value for unconnected_gradients: {unconnected!r}; it is 'none' or 'zero'.")
    return unconnected == "zero"


def filled_with_zeros(cotangents, sources, rows=()):
    """The cotangents of `sources` with zeros, of their shapes after `rows`, instead of None."""
    return [_zeros(source, rows) if g is None else g for g, source in zip(cotangents, sources, strict=True)]


def _zeros(source, rows):
    if isinstance(source, Tensor) and source.dims is None and not rows:
        return filled_like(source, 0)
    return zeros((*rows, *source.shape.as_list()), source.dtype)


def _weights_for(targets, output_gradients):
    """The weights of the targets as tensors; of composite ones, those of what is differentiable."""
    weights = nest.flatten(output_gradients)
    if len(weights) != len(targets):
        raise ValueError(
            f"output_gradients holds {len(weights)} tensors for {len(targets)} targets; it needs one, or None, "
            "for each."
        )
    found = []
    for g, target in zip(weights, targets, strict=True):
        if isinstance(g, CompositeTensor) and not hasattr(g, "__tf_tensor__"):
            g = g._differentiable()
        elif g is not None:
            g = as_tensor(g, None if isinstance(g, Tensor) or hasattr(g, "__tf_tensor__") else target._dtype)
            if g._dtype is not target._dtype:
                raise InvalidArgumentError(
                    None,
                    None,
                    f"The target is a {target._dtype.name} tensor, but its weight in output_gradients is a "
                    f"{g._dtype.name} tensor; convert it with tf.cast.",
                )
        found.append(g)
    return found


def sources_in(nested, expand_composites=False, error=ValueError):
    """The tensors and variables of a nest; of composite tensors what is differentiable, or (expanded) everything.

    A list of nothing but tensors and variables is returned itself. Raises `error` for what is neither.
    """
    if isinstance(nested, Tensor):
        return [nested]
    if type(nested) is list:
        for each in nested:
            if not hasattr(each, "_record"):
                return [leaf for each in nested for leaf in sources_in(each, expand_composites, error)]
        return nested
    elif hasattr(nested, "_record"):
        return [nested]
    else:
        leaves = nest.flatten(nested, expand_composites)
    found = []
    for leaf in leaves:
        if not hasattr(leaf, "_record"):
            if isinstance(leaf, CompositeTensor):
                parts = leaf._differentiable()
                found += parts if isinstance(parts, list) else [parts]
                continue
            leaf = getattr(leaf, "handle", leaf)  # a Keras variable stands for the variable behind it
            if not hasattr(leaf, "_record"):
                raise error(
                    f"Passed in object {leaf!r} of type {type(leaf).__name__!r}, not tf.Tensor or tf.Variable "
                    "or ExtensionType."
                )
        found.append(leaf)
    return found


def watch(token, tensor):
    """Marks `tensor` as watched by the recording `token`."""
    with _watching:
        tensor._record = _also_on(token, tensor._record)


def watch_variable(token, variable):
    """Marks `variable` as watched by the recording `token`."""
    token.variables[id(variable)] = variable
    with variable._lock:  # against other tapes that watch it, and assignments that replace its tensor
        tensor = variable._holder()
        tensor._record = _also_on(token, tensor._record)


def _also_on(token, record):
    """The record, now also on the tape `token`; a new leaf if all the tapes it was on are finished."""
    active = state.tapes
    tapes = [] if record is None else [each for each in record.tapes if not each.finished]
    if not tapes:
        return make_leaf(active if len(active) == 1 and active[0] is token else (token,))
    if token not in tapes:
        tapes.append(token)
    record.tapes = active if len(tapes) == len(active) and set(tapes) == set(active) else tuple(tapes)
    return record


def _read_variable(variable):
    """Called when a trainable variable is read while tapes record: those that want to watch it do."""
    tapes = state.tapes
    record = variable._record
    if record is not None and record.tapes is tapes:
        return
    if len(tapes) == 1 and (record is None or (len(record.tapes) == 1 and record.tapes[0].finished)):
        _watch_afresh(tapes, variable)
        return
    for token in tapes:
        if token.watch_accessed_variables and (record is None or token not in record.tapes):
            watch_variable(token, variable)
            record = variable._record


def _watch_afresh(tapes, variable):
    """What _read_variable comes to in every step of a training loop, without the general case's questions."""
    token = tapes[0]
    if not token.watch_accessed_variables:
        return
    with variable._lock:
        tensor = variable._holder()
        record = tensor._record
        if record is None or _all_finished(record.tapes):
            tensor._record = make_leaf(tapes)
            token.variables[id(variable)] = variable
            return
    watch_variable(token, variable)  # another thread was quicker


def _all_finished(tapes):
    for token in tapes:
        if not token.finished:
            return False
    return True


ThreadState.read_variable = staticmethod(_read_variable)
