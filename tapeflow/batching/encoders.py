"""Values of users' types whose parts can be stacked, as flat lists of these parts.

The TypeSpec of such a value has a `__batch_encoder__`, which makes parts of the value (`encode`), says what they are
(`encoding_specs`), and makes a value again, or a batch of values, of parts that have been stacked (`decode`, `batch`,
`unbatch`). Parts may be such values in turn. Specs of everything else, None too, stand for one part each.
"""

from tapeflow.core import nest


def has_encoder(spec):
    """Whether values of this spec are encoded."""
    return hasattr(spec, "__batch_encoder__")


def encoded_specs(specs):
    """The nest of specs with those of what encoders give in place of those that have one."""

    def leaf(spec):
        return encoded_specs(spec.__batch_encoder__.encoding_specs(spec)) if has_encoder(spec) else spec

    return nest.map_structure(leaf, specs)


def encoded(specs, values, minimum_rank=0):
    """The list of the parts of a nest of values, in the order of `nest.flatten(encoded_specs(specs))`.

    minimum_rank: how many axes they have at least.
    """
    found = []
    for spec, value in zip(nest.flatten(specs), nest.flatten(values), strict=True):
        if has_encoder(spec):
            encoder = spec.__batch_encoder__
            inner = encoder.encode(spec, value, minimum_rank)
            found += encoded(encoder.encoding_specs(spec), inner, minimum_rank)
        else:
            found.append(value)
    return found


def decoded(specs, parts):
    """The nest of values that the specs describe, of the list of their parts."""
    return _decoded(specs, iter(parts))


def _decoded(specs, parts):
    def leaf(spec):
        if not has_encoder(spec):
            return next(parts)
        encoder = spec.__batch_encoder__
        return encoder.decode(spec, _decoded(encoder.encoding_specs(spec), parts))

    return nest.map_structure(leaf, specs)


def encoder_specs(values):
    """For each leaf of a nest its spec if that has an encoder, else None."""

    def leaf(value):
        spec = getattr(value, "_type_spec", None)
        return spec if has_encoder(spec) else None

    return nest.map_structure(leaf, values)


def are_encoded(values):
    """Whether a leaf of a nest is of a type with an encoder, or such a spec."""
    return any([has_encoder(getattr(each, "_type_spec", each)) for each in nest.flatten(values)])
