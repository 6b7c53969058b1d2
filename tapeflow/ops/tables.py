"""Looking keys up in a table, as ops: it happens when the program runs, in the table as it is then."""

import numpy

from tapeflow.core.op import no_gradient, op
from tapeflow.core.spec import spec_of


@op("LookupTableFind", effect=True, any_rank=True)
def find(xp, keys, default, *, table):
    """The value of each key: of the shape of `keys` and that of a value; `default` where there is none."""
    return numpy.asarray(table.find(numpy.asarray(keys), numpy.asarray(default)))[()]


@find.spec
def _(keys, default, table):
    dims = None if keys.dims is None else (*keys.dims, *table.value_dims)
    return spec_of(dims, default.dtype)


no_gradient(find)
