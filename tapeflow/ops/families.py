"""Constructors of op families beyond the elementwise one, which `core.op` has."""

from tapeflow.core.op import Op


def reduction(type_name=None, result="same", **options):
    """Decorator: an op that reduces the `axes` of one tensor. Spec and batching need no rule.

    Its parameters are canonical: `axes` a sorted tuple of non-negative ints, `keepdims` a bool.
    """

    def make(kernel):
        op = Op(kernel, type_name, result=result, family="reduction", **options)

        def spec(x, *, axes, keepdims, **params):
            reduced = x.with_dims(kept_dims(x.dims, axes, keepdims))
            return reduced if op.result == "same" else reduced.with_dtype(op.result)

        op.spec(spec)
        op.batch(lambda x, *, axes, **params: op(x, axes=tuple([axis + 1 for axis in axes]), **params))
        return op

    return make


def kept_dims(dims, axes, keepdims):
    """The shape after reducing `axes`: without them, or with 1 in their place."""
    if dims is None:
        return None
    if keepdims:
        return tuple([1 if axis in axes else size for axis, size in enumerate(dims)])
    return tuple([size for axis, size in enumerate(dims) if axis not in axes])
