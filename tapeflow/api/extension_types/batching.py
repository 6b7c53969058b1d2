"""BatchableExtensionType: extension types of which one value can stand for many, and the encoders that make it so."""

from tapeflow.api.extension_types.extension_type import (
    ExtensionType,
    ExtensionTypeSpec,
    value_of_fields,
)
from tapeflow.batching.encoders import decoded, encoded, encoded_specs
from tapeflow.core import nest
from tapeflow.core.shapes import TensorShape
from tapeflow.core.spec import TensorSpec, TypeSpec
from tapeflow.data.structure import leading, rows_of, stacked, without_leading


class ExtensionTypeBatchEncoder:
    """Says how values of a BatchableExtensionType are taken apart so that the parts can be stacked.

    By default the parts are the tensors in the fields, and a batch has an axis more in each of them and in each
    `tf.TensorShape`. Where that does not fit, the class attribute `__batch_encoder__` is an instance of a class that
    overrides these methods. Stacking what `encode` gives for several values, and decoding that, must be a batch of
    the values.
    """

    def batch(self, spec, batch_size):
        """The spec of `batch_size` (None: any number) values that `spec` describes."""

        def batched(field):
            if isinstance(field, TensorShape):
                return TensorShape([batch_size]).concatenate(field)
            return leading(field, batch_size) if _is_batchable(field) else field

        return _with_each_field(spec, batched)

    def unbatch(self, spec):
        """The spec of one of the values of which `spec` describes a batch."""

        def unbatched(field):
            if isinstance(field, TensorShape):
                return field[1:]
            return without_leading(field) if _is_batchable(field) else field

        return _with_each_field(spec, unbatched)

    def encode(self, spec, value, minimum_rank=0):
        """The value, which `spec` describes, as a nest of tensors, ragged and sparse tensors and the like.

        minimum_rank: how many axes all of them have at least; their sizes along these axes must agree.
        """
        return spec._to_components(value)

    def decode(self, spec, encoded_value):
        """The value that `spec` describes, of what `encode` gave, or of that stacked or taken apart."""
        return spec._from_components(encoded_value)

    def encoding_specs(self, spec):
        """The nest of specs of what `encode` gives for a value that `spec` describes."""
        return spec._component_specs


def _with_each_field(spec, function):
    fields = {name: nest.map_structure(function, each) for name, each in vars(spec).items()}
    return value_of_fields(type(spec), fields)


def _is_batchable(spec):
    return isinstance(spec, TensorSpec) or (isinstance(spec, TypeSpec) and hasattr(spec, "_batch"))


class BatchableSpec:
    """What specs have of which one value can stand for many."""

    __slots__ = ()

    __batch_encoder__ = ExtensionTypeBatchEncoder()

    def _batch(self, size):
        return self.__batch_encoder__.batch(self, size)

    def _unbatch(self):
        return self.__batch_encoder__.unbatch(self)

    def _batched_value(self, values, size=None):
        """One value for these, whose number the spec of the result says to be `size`."""
        specs = nest.flatten(encoded_specs(self))
        columns = zip(*[encoded(self, each) for each in values], strict=True)
        parts = [stacked(list(column), spec) for column, spec in zip(columns, specs, strict=True)]
        return decoded(self._batch(size), parts)

    def _unbatched_values(self, value):
        """The values of which this one is a batch."""
        specs = nest.flatten(encoded_specs(self))
        parts = encoded(self, value, minimum_rank=1)
        columns = [rows_of(part, spec) for part, spec in zip(parts, specs, strict=True)]
        one = self._unbatch()
        return [decoded(one, row) for row in zip(*columns, strict=True)]


class BatchableExtensionTypeSpec(BatchableSpec, ExtensionTypeSpec):
    """The parent of the classes `Spec` in batchable extension types."""

    __slots__ = ()


class BatchableExtensionType(ExtensionType, is_framework=True):
    """An ExtensionType of which one value can stand for a batch of them: in data sets, tf.map_fn and Keras.

    By default all tensors in the fields have an axis more in a batch; see `tf.experimental.ExtensionTypeBatchEncoder`.

    >>> class Vehicle(tf.experimental.BatchableExtensionType):
    ...     top_speed: tf.Tensor
    ...     mpg: tf.Tensor
    >>> batch = Vehicle([120, 150, 80], [30, 40, 12])
    >>> tf.map_fn(lambda one: one.top_speed * one.mpg, batch, fn_output_signature=tf.int32).numpy()
    array([3600, 6000,  960], dtype=int32)
    """

    __slots__ = ()

    _tf_extension_type_spec_parent = BatchableExtensionTypeSpec
