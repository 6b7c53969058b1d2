"""Sums of products by labelled axes: einsum, as one op for one operand and one for two.

The general `einsum` of the API is made of these. Equations are canonical: one letter for each axis, no
ellipsis, no spaces, and always an output. An equation of two operands is a pure contraction: no label stands
twice in one term, and each stands in at least two of the three terms. So it is closed under differentiation.
"""

import math
from functools import lru_cache

import numpy

from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.op import op
from tapeflow.ops.arithmetic import conjugate
from tapeflow.ops.broadcasting import broadcast_to
from tapeflow.ops.contraction import PRODUCTS, matmul
from tapeflow.ops.layout import reshape

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


@op("Einsum", accepts=PRODUCTS, result="same", uniform=True)
def contract(xp, a, b, *, equation):
    """Sum of products of two arrays over the labels that the output lacks: one matrix product."""
    plan = _contraction(equation)
    if a.ndim != len(plan.perm_a) or b.ndim != len(plan.perm_b):
        raise ValueError("wrong rank")  # the spec rule finds the words
    for axis_a, axis_b in plan.shared:  # reshape would not notice every misfit
        if a.shape[axis_a] != b.shape[axis_b]:
            raise ValueError("sizes differ")
    a, b = a.transpose(plan.perm_a), b.transpose(plan.perm_b)
    batch, outer_a, outer_b, inner = plan.counts
    if not inner:  # no sum: an elementwise or outer product
        a = a.reshape((*a.shape, *[1] * outer_b))
        b = b.reshape((*b.shape[:batch], *[1] * outer_a, *b.shape[batch:]))
        return (a * b).transpose(plan.perm_result)
    if outer_a == outer_b == inner == 1:
        return matmul.kernel(xp, a, b).transpose(plan.perm_result)
    edge = batch + outer_a
    lead, rows, columns = a.shape[:batch], a.shape[batch:edge], b.shape[batch + inner :]
    size = math.prod(a.shape[edge:])
    a = a.reshape((*lead, math.prod(rows), size))
    b = b.reshape((*lead, size, math.prod(columns)))
    return matmul.kernel(xp, a, b).reshape((*lead, *rows, *columns)).transpose(plan.perm_result)


class _Contraction:
    """How an equation becomes a matrix product: [batch, rows, inner] times [batch, inner, columns]."""

    __slots__ = ("counts", "perm_a", "perm_b", "perm_result", "shared")

    def __init__(self, equation):
        (labels_a, labels_b), result = split(equation)
        batch = [label for label in result if label in labels_a and label in labels_b]
        rows = [label for label in result if label in labels_a and label not in batch]
        columns = [label for label in result if label in labels_b and label not in batch]
        inner = [label for label in labels_a if label not in result]
        self.counts = len(batch), len(rows), len(columns), len(inner)
        self.perm_a = _positions(labels_a, batch + rows + inner)
        self.perm_b = _positions(labels_b, batch + inner + columns)
        self.perm_result = _positions(batch + rows + columns, result)
        self.shared = [(labels_a.index(label), labels_b.index(label)) for label in batch + inner]


_contraction = lru_cache(_Contraction)


def _positions(labels, wanted):
    return tuple([labels.index(label) for label in wanted])


def split(equation):
    """The labels of each operand of a canonical equation, and those of its output."""
    operands, result = equation.split("->")
    return operands.split(","), result


def _sizes(terms, shapes):
    """The size of every label; InvalidArgumentError if two known sizes of one label differ."""
    sizes = {}
    for position, (labels, dims) in enumerate(zip(terms, shapes, strict=True)):
        if len(labels) != len(dims):
            raise InvalidArgumentError(
                None, None, f"Expected input {position} to have rank {len(labels)} but got: {len(dims)}"
            )
        for axis, (label, size) in enumerate(zip(labels, dims, strict=True)):
            known = sizes.get(label)
            if known is None:
                sizes[label] = size
            elif size is not None and known != size:
                raise InvalidArgumentError(
                    None,
                    None,
                    f"Expected dimension {known} at axis {axis} of the input shaped "
                    f"{str(list(dims)).replace(' ', '')} but got dimension {size}",
                )
    return sizes


def _result_spec(equation, *inputs):
    if any(each.dims is None for each in inputs):
        return inputs[0].with_dims(None)
    terms, result = split(equation)
    sizes = _sizes(terms, [each.dims for each in inputs])
    return inputs[0].with_dims(tuple([sizes[label] for label in result]))


contract.spec(lambda a, b, equation: _result_spec(equation, a, b))


def _grad_a(g, b, equation):
    (labels_a, labels_b), result = split(equation)
    return contract(g, conjugate(b), equation=f"{result},{labels_b}->{labels_a}")


def _grad_b(g, a, equation):
    (labels_a, labels_b), result = split(equation)
    return contract(conjugate(a), g, equation=f"{labels_a},{result}->{labels_b}")


contract.grad(a=_grad_a, b=_grad_b)


def _batched(a, b, equation):
    (labels_a, labels_b), result = split(equation)
    extra = next(label for label in LETTERS if label not in equation)
    # An operand without a batch comes with a leading 1: it needs no label of the batch.
    if a.dims[0] == 1 != b.dims[0]:
        return contract(
            reshape(a, dims=a.dims[1:]), b, equation=f"{labels_a},{extra}{labels_b}->{extra}{result}"
        )
    if b.dims[0] == 1 != a.dims[0]:
        return contract(
            a, reshape(b, dims=b.dims[1:]), equation=f"{extra}{labels_a},{labels_b}->{extra}{result}"
        )
    return contract(a, b, equation=f"{extra}{labels_a},{extra}{labels_b}->{extra}{result}")


contract.batch(_batched, broadcasts=True)


@contract.lower
def _(e, index, a, b, equation):
    (labels_a, labels_b), result = split(equation)
    place = dict(zip(result, index, strict=True))
    inner = [label for label in labels_a if label not in result]

    def step(value, *positions):
        at = {**place, **dict(zip(inner, positions, strict=True))}
        return (
            value + a[tuple([at[label] for label in labels_a])] * b[tuple([at[label] for label in labels_b])]
        )

    return e.fold(step, [a.dims[labels_a.index(label)] for label in inner], 0)


@op("EinsumOfOne", accepts=PRODUCTS, result="same", linear=True)
def rearrange(xp, x, *, equation):
    """Takes diagonals (labels repeated in x), sums (labels left out), transposes, and lays out diagonals."""
    (labels,), result = split(equation)
    distinct, distinct_result = "".join(dict.fromkeys(labels)), "".join(dict.fromkeys(result))
    if len(distinct) < len(labels):
        _sizes([labels], [x.shape])
        x = numpy.einsum(f"{labels}->{distinct}", x)  # a view
    summed = tuple([axis for axis, label in enumerate(distinct) if label not in result])
    if summed:
        wide = xp.float32 if x.itemsize == 2 else x.dtype
        x = x.sum(axis=summed, dtype=wide).astype(x.dtype)
    kept = [label for label in distinct if label in result]
    x = xp.asarray(x).transpose(_positions(kept, distinct_result))
    if len(distinct_result) < len(result):
        sizes = dict(zip(distinct_result, x.shape, strict=True))
        whole = xp.zeros([sizes[label] for label in result], x.dtype)
        numpy.einsum(f"{result}->{distinct_result}", whole)[...] = x
        x = whole
    return x


rearrange.spec(lambda x, equation: _result_spec(equation, x))


@rearrange.lower
def _(e, index, x, equation):
    (labels,), result = split(equation)
    place = dict(zip(result, index, strict=True))
    summed = [label for label in dict.fromkeys(labels) if label not in result]

    def step(value, *positions):
        at = {**place, **dict(zip(summed, positions, strict=True))}
        return value + x[tuple([at[label] for label in labels])]

    value = e.fold(step, [x.dims[labels.index(label)] for label in summed], 0)
    for label, position in zip(result, index, strict=True):
        if place[label] is not position:  # off the diagonal of a repeated label
            value = e.select(place[label] == position, value, 0)
    return value


@rearrange.batch
def _(x, equation):
    (labels,), result = split(equation)
    extra = next(label for label in LETTERS if label not in equation)
    return rearrange(x, equation=f"{extra}{labels}->{extra}{result}")


def _grad(g, x_shape, equation):
    (labels,), result = split(equation)
    sizes = dict(zip(labels, x_shape, strict=True))
    distinct = "".join(dict.fromkeys(result))
    if len(distinct) < len(result):
        g = rearrange(g, equation=f"{result}->{distinct}")
    summed = [label for label in sizes if label not in result]
    if summed:  # what was summed over gets the same cotangent everywhere
        g = reshape(g, dims=(*[1] * len(summed), *g.dims))
        g = broadcast_to(g, dims=(*[sizes[label] for label in summed], *g.dims[len(summed) :]))
    origin = "".join(summed) + distinct
    return g if origin == labels else rearrange(g, equation=f"{origin}->{labels}")


rearrange.grad(x=_grad)
