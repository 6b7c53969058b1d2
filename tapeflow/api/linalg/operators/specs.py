"""TypeSpecs of operators: the specs of their parameters that are tensors, and the other parameters."""

import numpy

from tapeflow.api.arrays.conversion import get_static_value
from tapeflow.api.extension_types.batching import BatchableSpec, ExtensionTypeBatchEncoder
from tapeflow.api.linalg.operators.hints import NAMES
from tapeflow.core import nest, spec_registry
from tapeflow.core.operands import as_tensor
from tapeflow.core.spec import CompositeTensor, TensorSpec, TypeSpec
from tapeflow.core.tensor import Tensor
from tapeflow.data.structure import leading, without_leading
from tapeflow.state.variable import Variable


class _Encoder(ExtensionTypeBatchEncoder):
    """Parts of operators are their parameters that are tensors, which have an axis more in a batch."""

    def batch(self, spec, batch_size):
        return _with_each(spec, lambda each: leading(each, batch_size))

    def unbatch(self, spec):
        return _with_each(spec, without_leading)


def _with_each(spec, function):
    return spec._with_component_specs(nest.map_structure(function, spec._component_specs))


class LinearOperatorSpec(BatchableSpec, TypeSpec):
    """The parent of the specs that the classes of operators have.

    param_specs: {parameter: nest of TypeSpecs}; non_tensor_params: {parameter: value}; prefer_static_fields: the
    parameters that are values if they are known when a program is traced.
    """

    __slots__ = ("_non_tensor_params", "_param_specs", "_prefer_static_fields")

    __batch_encoder__ = _Encoder()

    def __init__(self, param_specs, non_tensor_params, prefer_static_fields):
        self._param_specs = param_specs
        self._non_tensor_params = non_tensor_params
        self._prefer_static_fields = tuple(prefer_static_fields)

    @classmethod
    def from_operator(cls, operator):
        """The spec of an operator."""
        specs, others = {}, {}
        for name in sorted({*operator._composite_tensor_fields, *NAMES}):
            value = _parameter(operator, name)
            found = nest.map_structure(_spec_of, value)
            if any([isinstance(each, TypeSpec) for each in nest.flatten(found)]):
                specs[name] = found
            else:
                others[name] = value
        return cls(specs, others, operator._composite_tensor_prefer_static_fields)

    @property
    def _component_specs(self):
        return self._param_specs

    def _with_component_specs(self, specs):
        return type(self)(specs, self._non_tensor_params, self._prefer_static_fields)

    def _to_components(self, value):
        return {name: _parameter(value, name) for name in self._param_specs}

    def _from_components(self, components):
        return self.value_type(**self._non_tensor_params, **components)

    def _serialize(self):
        return self._param_specs, self._non_tensor_params, self._prefer_static_fields


def _parameter(operator, name):
    """The parameter of that name: an attribute, public or not, or what the constructor was called with.

    Sizes are what the constructor was called with, since attributes of these names tell shapes. What was left out
    stays so, but for hints.
    """
    if name not in NAMES and operator.parameters.get(name, name) is None:
        return None
    is_static = name in operator._composite_tensor_prefer_static_fields
    if is_static and name in operator.parameters:
        return _static(operator.parameters[name])
    for attribute in (name, f"_{name}"):
        if hasattr(operator, attribute):
            return getattr(operator, attribute)
    if name in operator.parameters:
        return operator.parameters[name]
    raise ValueError(
        f"The operator {operator!r} names {name!r} among its fields, but has neither an attribute `{name}` or "
        f"`_{name}` nor a parameter {name!r}."
    )


def _static(value):
    """Sizes as numbers, if they are known, else as a tensor."""
    if isinstance(value, list | tuple) and any([isinstance(each, Tensor) for each in value]):
        value = as_tensor(value)
    if isinstance(value, Tensor):
        known = get_static_value(value)
        value = value if known is None else known
    return value.tolist() if isinstance(value, numpy.ndarray | numpy.generic) else value


def _spec_of(value):
    if isinstance(value, Tensor | Variable):
        return TensorSpec(value.shape, value.dtype)
    return value._type_spec if isinstance(value, CompositeTensor) else value


def add_spec(cls):
    """Gives a class of operators the class of its specs, registered under TensorFlow's name."""
    name = f"{cls.__name__}Spec"
    spec = type(
        name, (LinearOperatorSpec,), {"value_type": cls, "__slots__": (), "__module__": cls.__module__}
    )
    cls._spec_class = spec
    if cls.__module__.startswith("tapeflow.") and name.startswith("LinearOperator"):  # one of TensorFlow's
        spec_registry.register(f"tf.linalg.{name}")(spec)
