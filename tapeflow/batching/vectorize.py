"""Vectorizing: runs a function of one example on all examples at once, by the ops' `batch` rules.

Inside, a `BatchedTensor` stands for one example; behind it is the tensor of all of them, the examples along
its first axis. An interpreter evaluates each call on those, one level further out: eagerly, or by the next
vectorizer. Each level has its own tapes and listeners. Those that were switched on inside see calls on one
example, so a tape in there gives the gradient of each example; those from outside see the calls on all
examples.
"""

from tapeflow.batching.encoders import are_encoded, decoded, encoded, encoder_specs, has_encoder
from tapeflow.core import nest
from tapeflow.core.context import interpreting, state
from tapeflow.core.eager import evaluate
from tapeflow.core.errors import InvalidArgumentError, OperatorNotAllowedInGraphError
from tapeflow.core.log import warn_first
from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import Tensor
from tapeflow.ops.broadcasting import broadcast_to
from tapeflow.ops.creation import zeros
from tapeflow.ops.indexed_slices import IndexedSlices, densify
from tapeflow.ops.layout import reshape, stack, unstack


class BatchedTensor(Tensor):
    """One example of many: looks like a tensor of the example's shape, holds the tensor of all examples.

    physical: that tensor, examples along axis 0; vectorizer: the level that it belongs to.
    """

    __slots__ = ("physical", "vectorizer")

    def __init__(self, physical, vectorizer):
        self.physical = physical
        self.vectorizer = vectorizer
        self._dtype = physical._dtype
        self._record = None

    @property
    def dims(self):
        """The shape of one example, as a tuple."""
        return self.physical.dims[1:]

    def _alias(self):
        return BatchedTensor(self.physical, self.vectorizer)

    def __repr__(self):
        return f"<tf.Tensor: shape={self.shape}, dtype={self._dtype.name}, one of {self.vectorizer.size} examples>"

    __str__ = __repr__

    def __copy__(self):
        return self._alias()

    def __deepcopy__(self, memo):
        return self._alias()

    def __len__(self):
        if not self.dims:
            raise TypeError("Scalar tensor has no `len()`")
        return self.dims[0]

    def __iter__(self):
        if not self.dims:
            raise TypeError("Cannot iterate over a scalar tensor.")
        return iter(unstack(self, axis=0))

    def __bool__(self):
        raise OperatorNotAllowedInGraphError(
            "Using a tensor of tf.vectorized_map as a Python `bool` is not allowed: its value differs between the "
            f"{self.vectorizer.size} examples. Use tf.where to choose element by element, or tf.map_fn, which runs "
            "the examples one by one."
        )

    @property
    def _array(self):
        raise NotImplementedError(self._why_no_value())

    @property
    def numpy(self):
        """Absent: there is no value to give."""
        raise AttributeError(self._why_no_value())

    def _why_no_value(self):
        return (
            "A tensor of tf.vectorized_map has no value of its own: it stands for each of "
            f"{self.vectorizer.size} examples. It cannot become a NumPy array or a Python number, be assigned to a "
            "variable, or serve as a shape or an axis; tf.map_fn runs the examples one by one."
        )

    def __array__(self, dtype=None, copy=None):
        raise NotImplementedError(self._why_no_value())

    def _no_number(self):
        raise TypeError(self._why_no_value())

    __int__ = __float__ = __complex__ = __index__ = __reduce__ = _no_number


class Vectorizer:
    """The interpreter of one level: evaluates calls on `size` examples at once."""

    def __init__(self, size, loops=True, warns=False):
        self.size = size
        self._loops = loops  # whether an op without a rule may run example by example
        self._warns = warns
        self._outer = state.interpreter
        self._tapes = state.tapes
        self._listeners = state.listeners
        for name in (
            "constant",
            "read",
            "assign",
            "dims_of",
            "number_of",
        ):  # what a trace around this level offers
            if hasattr(self._outer, name):
                setattr(self, name, getattr(self._outer, name))

    def __call__(self, op, inputs, params):
        for tensor in inputs:
            if type(tensor) is BatchedTensor and tensor.vectorizer is self:
                return self._wrapped(self._outside(self._batched, op, inputs, params))
        if op.facts.get("stateful"):
            return self._wrapped(self._outside(self._drawn, op, inputs, params))
        if "carries" in op.facts:
            return self._outside(self._in_turn, op, inputs, params)
        # The same for all examples: our caller, the door, tells tapes and listeners of every level about it.
        outer = self._outer
        return evaluate(op, inputs, params) if outer is None else outer(op, inputs, params)

    def batch(self, physical):
        """The example that stands for the rows of `physical`."""
        return BatchedTensor(physical, self)

    def unbatch(self, tensor):
        """The tensor of all examples; one that is the same for all is repeated."""
        if type(tensor) is BatchedTensor and tensor.vectorizer is self:
            return tensor.physical
        return broadcast_to(reshape(tensor, dims=(1, *tensor.dims)), dims=(self.size, *tensor.dims))

    def _wrapped(self, result):
        if type(result) is tuple:
            return tuple([BatchedTensor(each, self) for each in result])
        return BatchedTensor(result, self)

    def _outside(self, function, *arguments):
        """Calls the function as the level outside sees it, with the interpreter, tapes and listeners of
        there.
        """
        inside = state.interpreter, state.tapes, state.listeners, state.only_tapes
        state.interpreter = self._outer
        if state.tapes is not self._tapes:
            state.tapes = tuple([each for each in state.tapes if each in self._tapes])
        state.listeners = self._listeners
        state.only_tapes = self._outer is None and not self._listeners
        try:
            return function(*arguments)
        finally:
            state.interpreter, state.tapes, state.listeners, state.only_tapes = inside

    def _is_batched(self, tensor):
        return type(tensor) is BatchedTensor and tensor.vectorizer is self

    def _batched(self, op, inputs, params):
        if op.facts.get("stateful"):
            return self._one_by_one(op, inputs, params)
        if op.family == "elementwise":
            return op(*self._aligned(inputs), **params)
        if op.batch_rule is None:
            return self._one_by_one(op, inputs, params)
        if op.batch_broadcasts:
            ready = [
                each.physical if self._is_batched(each) else reshape(each, dims=(1, *each.dims))
                for each in inputs
            ]
        else:
            ready = [self.unbatch(each) for each in inputs]
        return op.batch_rule(*ready, **params)

    def _aligned(self, inputs):
        """The inputs of an elementwise op with axes of 1 between the examples and an example of lower rank."""
        rank = max([len(each.dims) for each in inputs])
        aligned = []
        for each in inputs:
            if self._is_batched(each):
                physical = each.physical
                size, *inner = physical.dims
                if len(inner) < rank:
                    physical = reshape(physical, dims=(size, *[1] * (rank - len(inner)), *inner))
                aligned.append(physical)
            else:
                aligned.append(each)
        return aligned

    def _drawn(self, op, inputs, params):
        """A stateful op on inputs that all examples share: drawn for each of them."""
        if not inputs and "dims" in params:
            return op(**{**params, "dims": (self.size, *params["dims"])})
        return self._one_by_one(op, inputs, params)

    def _in_turn(self, op, inputs, params):
        """An op that hands on a state: each example goes on where the one before it stopped."""
        (state_before,) = inputs
        position = op.facts["carries"]
        results = []
        for _ in range(self.size):
            result = op(state_before, **params)
            state_before = result[position]
            results.append(result)
        if not results:
            return op(state_before, **params)
        batched = [BatchedTensor(stack(*parts, axis=0), self) for parts in zip(*results, strict=True)]
        batched[position] = state_before
        return tuple(batched)

    def _one_by_one(self, op, inputs, params):
        """The op on each example, for ops without a batch rule."""
        if not op.facts.get("stateful"):
            self._tell_of_loop(op)
        if not self.size:
            return self._of_no_examples(op, inputs, params)
        rows = [
            unstack(each.physical, axis=0) if self._is_batched(each) else [each] * self.size
            for each in inputs
        ]
        results = [op(*[row[k] for row in rows], **params) for k in range(self.size)]
        if type(results[0]) is tuple:
            return tuple([self._stacked(op, parts) for parts in zip(*results, strict=True)])
        return self._stacked(op, results)

    def _stacked(self, op, results):
        shapes = {each.dims for each in results}
        if len(shapes) > 1:
            raise InvalidArgumentError(
                None,
                None,
                f"{op.name} gives the examples of tf.vectorized_map results of different shapes, "
                f"{' and '.join(map(str, sorted(shapes)))}, which cannot be stacked. [Op:{op.type_name}]",
            )
        return stack(*results, axis=0)

    def _of_no_examples(self, op, inputs, params):
        examples = [zeros(each.dims, each._dtype) if self._is_batched(each) else each for each in inputs]
        result = op(*examples, **params)
        empty = [
            zeros((0, *each.dims), each._dtype) for each in (result if type(result) is tuple else (result,))
        ]
        return tuple(empty) if type(result) is tuple else empty[0]

    def _tell_of_loop(self, op):
        if not self._loops:
            raise ValueError(
                f"No pfor vectorization defined for {op.type_name}: the op {op.name!r} has no batch rule. With "
                "fallback_to_while_loop=True it runs example by example."
            )
        if self._warns:
            warn_first(1, f"Using a loop over examples for {op.type_name}, which has no batch rule")


def vectorize(function, physical, size, loops=True, warns=False):
    """`function` of examples, on all of them: takes the list `physical` of tensors with the examples along
    axis 0.

    Returns the structure that `function` returns, with tensors of all examples at its leaves.
    """
    vectorizer = Vectorizer(size, loops, warns)
    with interpreting(vectorizer):
        result = function([vectorizer.batch(each) for each in physical])
    return nest.map_structure(lambda leaf: _leaf(vectorizer, leaf), result)


def _leaf(vectorizer, leaf):
    if leaf is None:
        return None
    spec = getattr(leaf, "_type_spec", None)
    if has_encoder(spec):
        with interpreting(vectorizer):
            parts = encoded(spec, leaf)
        return decoded(spec._batch(vectorizer.size), [_leaf(vectorizer, each) for each in parts])
    if isinstance(leaf, IndexedSlices):
        with interpreting(vectorizer):
            leaf = densify(leaf)
    return vectorizer.unbatch(as_tensor(leaf))


def vectorized_map(fn, elems, fallback_to_while_loop=True, warn=True):
    """`fn` of each row of `elems`, all rows at once: like `tf.map_fn`, without the loop.

    fn: a function of one row of each tensor (in the structure of `elems`) that returns a tensor or a nest of
    them, of the same shapes for every row; elems: a tensor or a nest of them, equally long along axis 0 (a
    length of 1 is repeated). Returns the results, stacked along axis 0. Ops inside that draw random numbers
    draw anew for each row. An op without a batch rule runs row by row, with a warning if `warn`, or is a
    ValueError if `fallback_to_while_loop` is False.

    >>> tf.vectorized_map(lambda row: tf.reduce_sum(row) * row, tf.constant([[1.0, 2.0], [3.0, 4.0]])).numpy()
    array([[ 3.,  6.],
           [21., 28.]], dtype=float32)
    """
    if are_encoded(elems):
        specs = encoder_specs(elems)
        one = nest.map_structure(lambda each: None if each is None else each._unbatch(), specs)
        parts = encoded(specs, elems, minimum_rank=1)
        return vectorized_map(lambda row: fn(decoded(one, row)), parts, fallback_to_while_loop, warn)
    leaves = [as_tensor(each) for each in nest.flatten(elems)]
    if not leaves:
        raise ValueError("vectorized_map needs at least one tensor in `elems`; it got an empty structure.")
    for each in leaves:
        if not each.dims:
            raise ValueError(
                "vectorized_map runs over rows: every tensor in `elems` needs at least one axis."
            )
    lengths = sorted({each.dims[0] for each in leaves})
    size = lengths[0] if len(lengths) == 1 else max(lengths)
    if [each for each in lengths if each not in (1, size)]:
        raise InvalidArgumentError(
            None, None, f"The tensors in `elems` of vectorized_map differ in their number of rows: {lengths}."
        )
    rows = [each for each in leaves if each.dims[0] == size]
    shared = [None if each.dims[0] == size else reshape(each, dims=each.dims[1:]) for each in leaves]

    def one(batched):
        examples = iter(batched)
        leaves = [next(examples) if each is None else each for each in shared]
        return fn(nest.pack_sequence_as(elems, leaves))

    return vectorize(one, rows, size, fallback_to_while_loop, warn)
