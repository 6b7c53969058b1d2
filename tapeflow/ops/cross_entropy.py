"""Softmax and the cross entropies of it: each one kernel, stable for logits of any size."""

import functools

import numpy

from tapeflow.core.dtypes import FLOATS
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.fusion import fusible
from tapeflow.core.op import elementwise, no_gradient, op
from tapeflow.ops.arithmetic import exp, exp_nonpositive, log, negative
from tapeflow.ops.broadcasting import reduce_sum
from tapeflow.ops.comparison import greater
from tapeflow.ops.creation import full, ones
from tapeflow.ops.encoding import one_hot
from tapeflow.ops.layout import reshape
from tapeflow.ops.logistic import sigmoid
from tapeflow.ops.reduction import reduce_greatest
from tapeflow.ops.selection import select
from tapeflow.ops.summation import ones_of

_MANY_ROWS = 64
"""From how many losses on it is worth asking for a compiled kernel of their gradient."""
_sum, _maximum = numpy.add.reduce, numpy.maximum.reduce


def _shifted(x, axis):
    """x minus its maximum along `axis`, as an array of its own; 16-bit floats become 32-bit ones."""
    if x.dtype.itemsize == 2:
        x = x.astype(numpy.float32)
    return x - _maximum(x, axis=axis, keepdims=True)


@op("Softmax", accepts=FLOATS, result="same", rows="axis")
def softmax(xp, x, *, axis):
    """exp(x) divided by its sum along `axis`."""
    if not x.size:
        return x
    result = _shifted(x, axis)
    numpy.exp(result, out=result)
    result /= _sum(result, axis=axis, keepdims=True)
    return result.astype(x.dtype, copy=False)


@fusible(rows="axis")
def _softmax_gradient(g, y, axis):
    return (g - reduce_sum(g * y, axes=(axis,), keepdims=True)) * y


softmax.spec(lambda x, axis: x)
softmax.grad(x=_softmax_gradient)
softmax.batch(lambda x, axis: softmax(x, axis=axis + 1))


@op("LogSoftmax", accepts=FLOATS, result="same", rows="axis")
def log_softmax(xp, x, *, axis):
    """The logarithm of softmax."""
    if not x.size:
        return x
    result = _shifted(x, axis)
    result -= numpy.log(_sum(numpy.exp(result), axis=axis, keepdims=True))
    return result.astype(x.dtype, copy=False)


log_softmax.spec(lambda x, axis: x)


@fusible(rows="axis")
def _log_softmax_gradient(g, y, axis):
    return g - exp(y) * reduce_sum(g, axes=(axis,), keepdims=True)


log_softmax.grad(x=_log_softmax_gradient)
log_softmax.batch(lambda x, axis: log_softmax(x, axis=axis + 1))


# Cross entropies between a distribution over the last axis and softmax(logits). For each there is an op of its
# gradient, so that going back is one kernel too: `upstream` is the cotangent of the losses.


@op("SoftmaxCrossEntropyWithLogits", accepts=FLOATS, result="same", uniform=True, rows=-1)
def cross_entropy(xp, logits, labels):
    """[..., classes] and labels of the same shape to the losses [...]."""
    shifted = _shifted(logits, -1)
    sums = numpy.log(_sum(numpy.exp(shifted), axis=-1, keepdims=True))
    numpy.subtract(sums, shifted, out=shifted)
    shifted *= labels
    return _sum(shifted, axis=-1).astype(logits.dtype, copy=False)


@op(
    "SoftmaxCrossEntropyWithLogitsGrad", accepts=FLOATS, result="same", uniform=True, rows=0, large=_MANY_ROWS
)
def cross_entropy_grad(xp, upstream, logits, labels):
    """upstream [..., 1] times softmax(logits) - labels. The labels are taken to be a distribution."""
    result = _shifted(logits, -1)
    numpy.exp(result, out=result)
    result /= _sum(result, axis=-1, keepdims=True)
    result -= labels
    result *= upstream[..., None]
    return result.astype(logits.dtype, copy=False)


@op("SparseSoftmaxCrossEntropyWithLogits", accepts=FLOATS, result="same", rows=-1)
def sparse_cross_entropy(xp, logits, labels):
    """[..., classes] and the numbers [...] of the right classes to the losses [...]."""
    if labels.ndim != 1:
        return sparse_cross_entropy.kernel(xp, _flat(logits), labels.reshape(-1)).reshape(labels.shape)
    # As unsigned numbers, negative labels are out of range as well.
    unsigned = labels.view(numpy.uint32 if labels.itemsize == 4 else numpy.uint64)
    shifted = _shifted(logits, -1)
    try:
        right = shifted[_rows(labels), unsigned]
    except IndexError:
        raise _no_such_class(labels, unsigned, logits.shape[-1]) from None
    losses = numpy.log(_row_sums(numpy.exp(shifted, out=shifted)))
    losses -= right
    return losses if losses.dtype == logits.dtype else losses.astype(logits.dtype)


@op("SparseSoftmaxCrossEntropyWithLogitsGrad", accepts=FLOATS, result="same", rows=0, large=_MANY_ROWS)
def sparse_cross_entropy_grad(xp, upstream, logits, labels):
    """upstream [..., 1] times the difference of softmax(logits) and the distributions that the labels stand for."""
    result = _flat(_shifted(logits, -1))
    numpy.exp(result, out=result)
    result /= _row_sums(result)[:, None]
    labels = labels.reshape(-1)
    classes = result.shape[1]
    if classes <= _FEW:
        result -= _distributions(classes, result.dtype).take(labels, 0)
    else:
        result[_rows(labels), labels] -= 1
    result *= upstream.reshape(-1, 1)
    if result.dtype != logits.dtype:
        result = result.astype(logits.dtype)
    return result.reshape(logits.shape)


def _row_sums(x):
    """The sums of the rows of a matrix of numbers in [0, 1]; by BLAS if they are short."""
    count = x.shape[1]
    return x.dot(ones_of(count, x.dtype)) if count <= _FEW else _sum(x, axis=1)


_FEW = 256
"""Up to this many classes it pays to keep vectors of ones and rows of zeros and a one."""


@functools.lru_cache(maxsize=16)
def _distributions(classes, dtype):
    """The distributions that stand for the classes: the rows of the identity."""
    return numpy.eye(classes, dtype=dtype)


def _flat(logits):
    return logits if logits.ndim == 2 else logits.reshape(-1, logits.shape[-1])


_NUMBERS = numpy.arange(1024)


def _rows(labels):
    """The numbers of the rows."""
    return _NUMBERS[: labels.size] if labels.size <= 1024 else numpy.arange(labels.size)


def _no_such_class(labels, unsigned, classes):
    return InvalidArgumentError(
        None,
        None,
        f"Received a label value of {labels[unsigned >= classes][0]} which is outside the valid range of "
        f"[0, {classes}).  Label values: {' '.join(map(str, labels.tolist()))} "
        "[Op:SparseSoftmaxCrossEntropyWithLogits]",
    )


def _losses(logits, labels, depth):
    """The spec of the losses; `depth`: how many axes of labels are axes of classes."""
    if logits.dims is None or labels.dims is None:
        return logits.with_dims(None)
    expected = logits.dims if depth else logits.dims[:-1]
    if not logits.dims or logits.dims[-1] == 0:
        raise InvalidArgumentError(
            None, None, f"Must have at least one class, but got logits shape {list(logits.dims)}"
        )
    if len(expected) != len(labels.dims) or any(
        a != b and None not in (a, b) for a, b in zip(expected, labels.dims, strict=True)
    ):
        raise InvalidArgumentError(
            None,
            None,
            f"logits and labels do not fit: logits_size={list(logits.dims)} labels_size={list(labels.dims)}",
        )
    return logits.with_dims(logits.dims[:-1])


def _expanded(x):
    return reshape(x, dims=(*x.dims, 1))


def _softmax_cotangent(g, upstream, logits):
    """The cotangent of logits in upstream [..., 1] * (softmax(logits) - constant), given that of the result."""
    return _softmax_gradient(
        _expanded(upstream) * g, softmax(logits, axis=len(logits.dims) - 1), len(logits.dims) - 1
    )


def _inner(a, b):
    return reduce_sum(a * b, axes=(len(a.dims) - 1,), keepdims=False)


cross_entropy.spec(lambda logits, labels: _losses(logits, labels, 1))
cross_entropy.batch(cross_entropy)
cross_entropy.grad(
    logits=lambda g, logits, labels: cross_entropy_grad(g, logits, labels),
    labels=lambda g, logits: _expanded(g) * -log_softmax(logits, axis=len(logits.dims) - 1),
)
cross_entropy_grad.spec(lambda upstream, logits, labels: logits)
cross_entropy_grad.batch(cross_entropy_grad)
cross_entropy_grad.grad(
    upstream=lambda g, logits, labels: _inner(g, softmax(logits, axis=len(logits.dims) - 1) - labels),
    logits=lambda g, upstream, logits: _softmax_cotangent(g, upstream, logits),
    labels=lambda g, upstream: g * -_expanded(upstream),
)

sparse_cross_entropy.spec(lambda logits, labels: _losses(logits, labels, 0))
sparse_cross_entropy.batch(sparse_cross_entropy)
sparse_cross_entropy.grad(
    logits=lambda g, logits, labels: sparse_cross_entropy_grad(g, logits, labels), labels=None
)
sparse_cross_entropy_grad.spec(lambda upstream, logits, labels: logits)
sparse_cross_entropy_grad.batch(sparse_cross_entropy_grad)
sparse_cross_entropy_grad.grad(
    upstream=lambda g, logits, labels: _inner(
        g, sparse_cross_entropy_grad(ones(labels.dims, logits._dtype), logits, labels)
    ),
    logits=lambda g, upstream, logits: _softmax_cotangent(g, upstream, logits),
    labels=None,
)


# In simpler ops, for the compiler, which makes one loop over the rows of them again.


def _rows_shifted(logits, axis):
    if logits._dtype.size < 4 or 0 in logits.dims:
        return None
    return logits - reduce_greatest(logits, axes=(axis,), keepdims=True)


@softmax.expand
def _(x, axis):
    shifted = _rows_shifted(x, axis)
    if shifted is None:
        return None
    powers = exp_nonpositive(shifted)
    # The sum lies between 1 and the number of classes: its inverse is harmless, and a division takes far longer.
    return powers * (1.0 / reduce_sum(powers, axes=(axis,), keepdims=True))


@log_softmax.expand
def _(x, axis):
    shifted = _rows_shifted(x, axis)
    if shifted is None:
        return None
    return shifted - log(reduce_sum(exp_nonpositive(shifted), axes=(axis,), keepdims=True))


@cross_entropy.expand
def _(logits, labels):
    last = len(logits.dims) - 1
    shifted = _rows_shifted(logits, last)
    if shifted is None:
        return None
    sums = log(reduce_sum(exp_nonpositive(shifted), axes=(last,), keepdims=True))
    return reduce_sum((sums - shifted) * labels, axes=(last,), keepdims=False)


@cross_entropy_grad.expand
def _(upstream, logits, labels):
    if logits._dtype.size < 4 or 0 in logits.dims:
        return None
    return _expanded(upstream) * (softmax(logits, axis=len(logits.dims) - 1) - labels)


@elementwise("CheckClass", result="same", large=None)
def check_class(xp, labels, *, classes):
    """The labels, if each is the number of a class."""
    unsigned = labels.view(numpy.uint32 if labels.dtype.itemsize == 4 else numpy.uint64)
    if (unsigned >= classes).any():
        raise _no_such_class(numpy.ravel(labels), numpy.ravel(unsigned), classes)
    return labels


check_class.spec(lambda labels, classes: labels)
check_class.lower(lambda e, labels, classes: e.required(labels, e.logical_and(labels >= 0, labels < classes)))
no_gradient(check_class)


def _hot(labels, logits):
    """The distributions that the labels stand for."""
    last = len(logits.dims) - 1
    on, off = full((), 1, logits._dtype), full((), 0, logits._dtype)
    return one_hot(
        check_class(labels, classes=logits.dims[last]), on, off, depth=logits.dims[last], axis=last
    )


@sparse_cross_entropy.expand
def _(logits, labels):
    last = len(logits.dims) - 1
    shifted = _rows_shifted(logits, last)
    if shifted is None:
        return None
    sums = log(reduce_sum(exp_nonpositive(shifted), axes=(last,), keepdims=False))
    chosen = select(
        greater(_hot(labels, logits), full((), 0, logits._dtype)), shifted, full((), 0, logits._dtype)
    )
    return sums - reduce_sum(chosen, axes=(last,), keepdims=False)


@sparse_cross_entropy_grad.expand
def _(upstream, logits, labels):
    if logits._dtype.size < 4 or 0 in logits.dims:
        return None
    hot = _hot(labels, logits)
    return _expanded(upstream) * (softmax(logits, axis=len(logits.dims) - 1) - hot)


@elementwise("SigmoidCrossEntropyWithLogits", accepts=FLOATS)
def sigmoid_cross_entropy(xp, a, b):
    """Cross entropy of the probability b and of sigmoid(a), for logits a."""
    return xp.maximum(a, 0) - a * b + xp.log1p(xp.exp(-abs(a)))


sigmoid_cross_entropy.grad(a=fusible(lambda g, a, b: g * (sigmoid(a) - b)), b=lambda g, a: g * negative(a))
sigmoid_cross_entropy.lower(lambda e, a, b: e.maximum(a, 0.0) - a * b + e.log1p(e.exp(-e.abs(a))))


@op("L2Loss", accepts=FLOATS, result="same")
def l2_loss(xp, x):
    """Half the sum of the squares."""
    flat = xp.reshape(x, -1)
    if x.dtype.itemsize == 2:
        flat = flat.astype(numpy.float32)
    return (xp.dot(flat, flat) * 0.5).astype(x.dtype)


@l2_loss.expand
def _(x):
    return 0.5 * reduce_sum(x * x, axes=tuple(range(len(x.dims))), keepdims=False)


l2_loss.spec(lambda x: x.with_dims(()))
l2_loss.grad(x=lambda g, x: g * x)


@l2_loss.batch
def _(x):
    return 0.5 * reduce_sum(x * x, axes=tuple(range(1, len(x.dims))), keepdims=False)
