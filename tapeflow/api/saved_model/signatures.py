"""Signatures: functions of named tensors that give named tensors."""

from collections.abc import Mapping

from tapeflow.core import nest
from tapeflow.core.spec import TensorSpec
from tapeflow.function.concrete import ConcreteFunction
from tapeflow.function.generic import GenericFunction
from tapeflow.state.trackable import dependencies

DEFAULT_SIGNATURE = "serving_default"
_ATTRIBUTE = "_default_save_signature"


def canonical_signatures(root, signatures):
    """{name: ConcreteFunction} of what was given as `signatures`, or of the root's only function that can be one."""
    if signatures is None:
        signatures = _function_to_export(root)
        if signatures is None:
            return {}
    if not isinstance(signatures, Mapping):
        signatures = {DEFAULT_SIGNATURE: signatures}
    found = {}
    for name, function in signatures.items():
        if not isinstance(name, str):
            raise ValueError(f"Signature keys must be strings; got {name!r}.")
        concrete = _concrete(function)
        if concrete is None:
            raise ValueError(
                f"Expected a TensorFlow function for which to generate a signature, but got {function}. Only "
                "`tf.functions` with an input signature or concrete functions can be used as a signature."
            )
        output_names(concrete, name)
        found[name] = concrete
    return found


def _concrete(function):
    if isinstance(function, ConcreteFunction):
        return function
    if not isinstance(function, GenericFunction):
        return None
    if function.input_signature is not None:
        concrete = function.get_concrete_function()
        return (
            concrete if isinstance(concrete, ConcreteFunction) else None
        )  # several, and a signature is one program
    known = function._list_all_concrete_functions()
    return known[0] if len(known) == 1 else None


def _function_to_export(root):
    children = dependencies(root, "savedmodel")
    default = children.get(_ATTRIBUTE) or _attribute_of(root, _ATTRIBUTE)
    if default is not None:
        return default
    found = []
    for child in children.values():
        is_function = isinstance(child, GenericFunction) and child.input_signature is not None
        if is_function or isinstance(child, ConcreteFunction):
            concrete = _concrete(child)
            try:
                has_results = bool(output_names(concrete, ""))
            except ValueError:
                continue
            if has_results:
                found.append(concrete)
    return found[0] if len(found) == 1 else None


def _attribute_of(root, name):
    """The attribute; None if there is none, or if it is a property that cannot be worked out for this object."""
    try:
        return getattr(root, name, None)
    except Exception:
        return None


def argument_names(concrete):
    """The names of the tensors of a concrete function in order, each once.

    A tensor within a list or dict is called as the parameter is; the second one of a name gets a number.
    """
    found, used = [], {}
    for base in concrete._arguments.parameters:
        name = base
        while name in found:
            used[base] = used.get(base, 0) + 1
            name = f"{base}_{used[base]}"
        found.append(name)
    return found


def output_names(concrete, signature):
    """The names of the results of a concrete function in order. ValueError if they are no signature's."""
    outputs = concrete.structured_outputs
    if outputs is None:
        raise ValueError(
            f"Got a non-Tensor value None for key 'output_0' in the output of the function {concrete.name.decode()} "
            f"used to generate the SavedModel signature {signature!r}. Outputs for functions used as signatures must "
            "be a single Tensor, a sequence of Tensors, or a dictionary from string to Tensor."
        )
    if isinstance(outputs, Mapping):
        for key, value in outputs.items():
            if not isinstance(key, str) or not isinstance(value, TensorSpec):
                raise ValueError(
                    f"Got a dictionary with an unexpected entry {key!r}: {value!r} as the result of the function for "
                    f"the signature {signature!r}. Signatures return tensors under names."
                )
        return sorted(outputs)
    flat = outputs if isinstance(outputs, list | tuple) else [outputs]
    if not all([isinstance(each, TensorSpec) for each in flat]):
        raise ValueError(
            f"Got a non-flat structure {outputs!r} as the result of the function for the signature {signature!r}. "
            "Signatures have one tensor as a result, a list of tensors, or a dict of them."
        )
    return [f"output_{k}" for k in range(len(flat))]


class SignatureFunction(ConcreteFunction):
    """A signature of a loaded model: called with tensors by their names, or with one tensor; gives a dict."""

    def __init__(self, concrete, arguments, outputs):
        self.__dict__.update(concrete.__dict__)
        if len(arguments) != len(concrete._specs) or len(set(arguments)) != len(arguments):
            raise ValueError(f"a signature of the arguments {arguments}")
        flat = [each for each in nest.flatten(concrete.structured_outputs) if each is not None]
        if len(outputs) != len(flat):
            raise ValueError(f"a signature of the results {outputs}")
        self._concrete = concrete
        self._argument_names = arguments
        self._output_names = outputs

    def __getattr__(self, name):
        """What a concrete function has only when it is asked for: that of a model of TensorFlow is traced then."""
        if name in ("_callee", "_trace"):
            return getattr(self._concrete, name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    @property
    def captured_inputs(self):
        """What the program takes from outside besides its arguments: tensors and variables."""
        return self._concrete.captured_inputs

    @property
    def variables(self):
        """The variables that the program reads or assigns."""
        return self._concrete.variables

    @property
    def trainable_variables(self):
        """Those of the variables that are trainable."""
        return self._concrete.trainable_variables

    def __call__(self, *args, **kwargs):
        names = self._argument_names
        if len(args) > 1 or (args and len(names) != 1):
            raise TypeError(
                f"signature_wrapper({', '.join([f'*, {names[0]}', *names[1:]] if names else [])}) takes 0 positional "
                f"arguments, but got {len(args)}: give tensors by their names."
            )
        if args:
            kwargs = {names[0]: args[0], **kwargs}
        missing = [each for each in names if each not in kwargs]
        unknown = [each for each in kwargs if each not in names]
        if missing or unknown:
            raise TypeError(
                f"signature_wrapper missing required arguments: {', '.join(missing)}"
                if missing
                else f"signature_wrapper got unexpected keyword arguments: {', '.join(unknown)}. Expected: {names}"
            )
        tensors = [
            self._fitting(kwargs[name], spec, place)
            for place, (name, spec) in enumerate(zip(names, self._specs, strict=True))
        ]
        return dict(zip(self._output_names, self._callee(tensors), strict=True))

    @property
    def structured_input_signature(self):
        """((), {name: TensorSpec})."""
        return (), {
            name: TensorSpec(spec.shape, spec.dtype, name)
            for name, spec in zip(self._argument_names, self._specs, strict=True)
        }

    @property
    def structured_outputs(self):
        """{name: TensorSpec}."""
        flat = [each for each in nest.flatten(self._outputs) if each is not None]
        return {
            name: TensorSpec(spec.shape, spec.dtype, name)
            for name, spec in zip(self._output_names, flat, strict=True)
        }
