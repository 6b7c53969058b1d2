"""Dispatch: what functions do with values of a program's own types."""

import operator
import typing

from tests.guides.program import attempt


def _masked(tf):
    class Masked(tf.experimental.ExtensionType):
        values: tf.Tensor
        mask: tf.Tensor

    return Masked


def _parts(value, kind):
    return (value.values, value.mask) if isinstance(value, kind) else (value, True)


def one_function(tf):
    masked = _masked(tf)
    x, y = masked([1, 2], [True, False]), masked([3, 4], [True, True])

    @tf.experimental.dispatch_for_api(tf.stack)
    def stacked(values: typing.List[masked], axis=0):  # noqa: UP006
        return masked(
            tf.stack([each.values for each in values], axis), tf.stack([each.mask for each in values], axis)
        )

    print(tf.stack([x, y]), tf.stack((x, y), axis=1), tf.stack([x, y], name="both"), tf.stack([1, 2]))
    attempt(lambda: tf.stack([x, tf.constant([1, 2])]), "Attempt to convert a value")
    print(stacked([x]), stacked([x], name="again"))
    print(tf.function(lambda a, b: tf.stack([a, b]))(x, y))
    tf.experimental.unregister_dispatch_for(stacked)
    attempt(lambda: tf.stack([x, y]), "Attempt to convert a value")
    attempt(lambda: tf.experimental.unregister_dispatch_for(stacked), "was not registered")


def mixtures_in_lists(tf):
    masked = _masked(tf)

    @tf.experimental.dispatch_for_api(tf.concat)
    def joined(values: typing.List[typing.Union[masked, tf.Tensor]], axis, name=None):  # noqa: UP006, UP007
        return [_parts(each, masked)[0] for each in values], axis, name

    print(tf.concat([tf.constant([1]), masked([2], [True])], 0, name="x"), tf.concat([[1], [2]], 0))
    attempt(lambda: tf.concat([[1], masked([2], [True])], 0), "Attempt to convert a value")
    tf.experimental.unregister_dispatch_for(joined)


def signatures_in_words(tf):
    masked = _masked(tf)
    x = masked([1.0, 2.0], [True, False])

    @tf.experimental.dispatch_for_api(tf.reduce_sum, {"input_tensor": masked}, {"axis": masked})
    def summed(input_tensor, axis=None, keepdims=False):
        return "summed", isinstance(axis, masked), keepdims

    print(tf.reduce_sum(x, keepdims=True), tf.reduce_sum([1.0], axis=x), tf.reduce_sum([1.0]))
    print(tf.reduce_sum(axis=0, input_tensor=x))

    @tf.experimental.dispatch_for_api(tf.reduce_sum, {0: masked})
    def another(*args, **kwargs):
        return "another", len(args), sorted(kwargs)

    attempt(lambda: tf.reduce_sum(x), "Multiple dispatch targets that were registered with tf.dispatch_for")
    tf.experimental.unregister_dispatch_for(summed)
    print(tf.reduce_sum(x, axis=0))
    tf.experimental.unregister_dispatch_for(another)


def refused_registrations(tf):
    masked = _masked(tf)
    for_api = tf.experimental.dispatch_for_api
    attempt(lambda: for_api(len, {"x": masked}), "does not support dispatch")
    attempt(lambda: for_api(tf.function, {"func": masked}), "does not support dispatch")
    attempt(lambda: for_api(tf.meshgrid, {"x": masked}), "does not support dispatch")
    attempt(lambda: for_api(tf.stack, 3), "signatures must be dictionaries")
    attempt(
        lambda: for_api(tf.stack, {"other": masked}),
        "signature includes annotation for unknown parameter 'other'",
    )
    attempt(lambda: for_api(tf.stack, {"values": tuple[masked]}), "is not currently supported by dispatch")
    attempt(lambda: for_api(tf.stack, {"values": masked})(3), "Expected dispatch_target to be callable")
    attempt(
        lambda: for_api(tf.stack, {"values": masked})(lambda v, axis=0, name=None: v), "does not match API's"
    )
    attempt(lambda: for_api(tf.stack)(lambda values, axis=0, name=None: 0), "at least one signature")
    attempt(
        lambda: tf.experimental.unregister_dispatch_for(len), "was not registered using a `@dispatch_for_*`"
    )


def functions_of_one(tf):
    masked = _masked(tf)
    x = masked([1.0, -2.0], [True, False])

    @tf.experimental.dispatch_for_unary_elementwise_apis(masked)
    def handle(api, x):
        return masked(api(x.values), x.mask)

    print(tf.abs(x), tf.cast(x, tf.int32), tf.cast(dtype=tf.int32, x=x), tf.ones_like(x, dtype=tf.int32))
    print(
        tf.clip_by_value(x, -1.0, 0.5),
        tf.nn.relu(x),
        tf.nn.softsign(features=x, name="soft"),
        tf.negative(x),
    )
    print(
        tf.nn.leaky_relu(x, alpha=0.5),
        tf.strings.upper(masked(["a"], [True])),
        tf.image.adjust_gamma(x, 1.0).mask,
    )
    print(tf.abs(tf.constant([-1.0])), tf.abs(-1))
    attempt(lambda: tf.nn.softmax(x), "Attempt to convert a value")
    attempt(
        lambda: tf.experimental.dispatch_for_unary_elementwise_apis(masked)(handle), "already been registered"
    )

    class Derived(masked):
        more: int = 1

    print(tf.abs(Derived([-1.0], [True])))
    print(tf.function(tf.abs)(x))
    with tf.GradientTape() as tape:
        tape.watch(x.values)
        y = tf.square(x).values
    print(tape.gradient(y, x.values))
    tf.experimental.unregister_dispatch_for(handle)
    attempt(lambda: tf.abs(x), "Attempt to convert a value")


def functions_of_two(tf):
    masked = _masked(tf)
    either = typing.Union[masked, tf.Tensor]  # noqa: UP007

    @tf.experimental.dispatch_for_binary_elementwise_apis(either, either)
    def handle(api, x, y):
        (a, first), (b, second) = _parts(x, masked), _parts(y, masked)
        return masked(api(a, b), tf.logical_and(first, second))

    x, y = masked([1, -2], [True, False]), masked([[4], [5]], [[True], [False]])
    t = tf.constant([3, 4])
    print(
        tf.add(x, y),
        tf.math.multiply(x, t),
        tf.subtract(t, x),
        tf.math.equal(y=x, x=t),
        tf.maximum(x, x, name="m"),
    )
    print(tf.add(t, t), tf.math.scalar_mul(t[0], x), tf.math.floormod(x, t))
    attempt(lambda: tf.add(x, 1), "Attempt to convert a value")
    for name in ("sub", "mul", "truediv", "floordiv", "mod", "lt", "le", "gt", "ge"):
        print(name, getattr(operator, name)(t, x))
        attempt(lambda name=name: getattr(operator, name)(x, x))
    logic = masked([True, False], [True, True])
    print(
        [getattr(operator, name)(tf.constant([True, True]), logic).values for name in ("and_", "or_", "xor")]
    )
    attempt(lambda: x + t)
    attempt(lambda: t @ x)
    tf.experimental.unregister_dispatch_for(handle)
    attempt(lambda: t - x, "Attempt to convert a value")


def assertions(tf):
    masked = _masked(tf)
    x, y = masked([1, 2], [True, False]), masked([1, 3], [True, False])

    @tf.experimental.dispatch_for_binary_elementwise_assert_apis(masked, masked)
    def handle(assertion, x, y):
        both = tf.logical_and(x.mask, y.mask)
        assertion(tf.boolean_mask(x.values, both), tf.boolean_mask(y.values, both))

    tf.debugging.assert_equal(x, y)
    attempt(
        lambda: tf.debugging.assert_greater(x, y, message="not greater"),
        "not greater",
        "Condition x > y did not",
    )
    attempt(lambda: tf.debugging.assert_none_equal(x, y))
    attempt(lambda: tf.debugging.assert_equal(x, [1, 2]))


def products(tf):
    masked = _masked(tf)

    @tf.experimental.dispatch_for_api(tf.matmul)
    def product(
        a: masked,
        b,
        transpose_a=False,
        transpose_b=False,
        adjoint_a=False,
        adjoint_b=False,
        a_is_sparse=False,
        b_is_sparse=False,
        output_type=None,
        grad_a=False,
        grad_b=False,
        name=None,
    ):
        return tf.matmul(tf.where(a.mask, a.values, 0.0), b, transpose_a, transpose_b)

    print(tf.matmul(masked([[1.0, 2.0]], [[True, False]]), tf.constant([[1.0, 2.0]]), transpose_b=True))
    print(tf.matmul([[1.0, 2.0]], [[3.0], [4.0]]))
    tf.experimental.unregister_dispatch_for(product)


def values_of_rows(tf):
    """Ragged tensors beside a type of the program's own."""
    masked = _masked(tf)

    @tf.experimental.dispatch_for_unary_elementwise_apis(masked)
    def handle(api, x):
        return masked(api(x.values), x.mask)

    print(tf.abs(tf.ragged.constant([[-1], [2, -3]])), tf.abs(masked([-1], [True])), tf.abs(tf.constant(-1)))
    print(tf.add(tf.ragged.constant([[1], [2, 3]]), 1))
    tf.experimental.unregister_dispatch_for(handle)
