"""What users do with custom gradients, recomputation, pass-through and stopped gradients."""

import inspect


def _log1pexp(tf):
    @tf.custom_gradient
    def log1pexp(x):
        e = tf.exp(x)
        return tf.math.log(1.0 + e), lambda upstream: upstream * (1.0 - 1.0 / (1.0 + e))

    return log1pexp


def _gradients(tf, function, *sources):
    with tf.GradientTape() as tape:
        tape.watch(sources)
        result = function(*sources)
    return result, tape.gradient(result, sources)


def _second(tf, function, x):
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = function(x)
        first = inner.gradient(y, x)
    return first, outer.gradient(first, x)


def custom_gradient_is_stable(tf):
    return _gradients(tf, _log1pexp(tf), tf.constant(100.0))


def custom_gradient_without_a_tape(tf):
    return _log1pexp(tf)(tf.constant(1.0))


def decorated_functions_show_their_arguments(tf):
    @tf.custom_gradient
    def scaled(x, factor):
        return x * factor, lambda upstream: (upstream * factor, None)

    recomputed = tf.recompute_grad(lambda x, y: x * y)
    return [inspect.getfullargspec(each).args for each in (scaled, recomputed)]


def custom_gradient_of_second_order(tf):
    return _second(tf, _log1pexp(tf), tf.constant([0.5, 1.5]))


def custom_gradient_with_its_own_second_order(tf):
    @tf.custom_gradient
    def cube(x):
        @tf.custom_gradient
        def first(upstream):
            def second(upstream_of_first):
                return upstream_of_first * 7.0

            return upstream * 3.0 * x * x, second

        return x * x * x, first

    return _second(tf, cube, tf.constant(2.0))


def custom_gradient_of_the_identity(tf):
    @tf.custom_gradient
    def doubled_backwards(x):
        return x, lambda g: g * 2.0

    return _gradients(tf, lambda x: doubled_backwards(x) * x, tf.constant(3.0))


def custom_gradient_ignores_what_happens_inside(tf):
    @tf.custom_gradient
    def one(x):
        return x * x * x, lambda g: g

    return _gradients(tf, one, tf.constant(3.0))


def custom_gradient_of_several_results(tf):
    @tf.custom_gradient
    def pair(x, y):
        return (x * y, {"sum": x + y}), lambda a, b: (a * y + b, a * x + b)

    x, y = tf.constant([1.0, 2.0]), tf.constant([3.0, 5.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, y])
        product, total = pair(x, y)
    return (
        tape.gradient(product, [x, y]),
        tape.gradient(total["sum"], [x, y]),
        tape.gradient([product, total], [x, y]),
    )


def custom_gradient_of_a_list(tf):
    @tf.custom_gradient
    def dot(vectors):
        a, b = vectors
        return a * b, lambda g: [g * b, g * a]

    a, b = tf.constant([1.0, 2.0]), tf.constant([3.0, 4.0])
    with tf.GradientTape() as tape:
        tape.watch([a, b])
        y = dot([a, b])
    return tape.gradient(y, [a, b])


def custom_gradient_with_keywords(tf):
    @tf.custom_gradient
    def scaled(x, *, factor=1.0):
        return x * factor, lambda g: g * factor * 10.0

    return _gradients(tf, lambda x: scaled(x, factor=2.0), tf.constant(3.0))


def custom_gradient_that_returns_none(tf):
    @tf.custom_gradient
    def blocked(x, y):
        return x * y, lambda g: (None, g)

    return _gradients(tf, blocked, tf.constant(3.0), tf.constant(4.0))


def custom_gradient_of_a_method(tf):
    class Layer:
        factor = 3.0

        @tf.custom_gradient
        def call(self, x, y):
            return x * self.factor + y, lambda g: (g * self.factor * 2.0, g)

    return _gradients(tf, Layer().call, tf.constant(3.0), tf.constant(4.0))


def custom_gradient_with_variables(tf):
    v = tf.Variable(3.0)

    @tf.custom_gradient
    def scaled(x):
        def grad(g, variables=None):
            assert len(variables) == 1 and variables[0] is v
            return g * v * 2.0, [g * x * 5.0]

        return x * v, grad

    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = scaled(x)
    return tape.gradient(y, [x, v])


def custom_gradient_takes_variables_as_any_keyword(tf):
    v = tf.Variable(3.0)

    @tf.custom_gradient
    def scaled(x):
        return x * v, lambda g, **options: (g, [g for _ in options["variables"]])

    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = scaled(x)
    return tape.gradient(y, [x, v])


def custom_gradient_that_does_not_take_variables(tf):
    v = tf.Variable(3.0)

    @tf.custom_gradient
    def scaled(x):
        return x * v, lambda g: g

    return _gradients(tf, scaled, tf.constant(2.0))


def custom_gradient_with_too_few_variable_gradients(tf):
    v = tf.Variable(3.0)

    @tf.custom_gradient
    def scaled(x):
        return x * v, lambda g, variables: (g, [])

    return _gradients(tf, scaled, tf.constant(2.0))


def custom_gradient_with_a_variable_argument(tf):
    v = tf.Variable(3.0)

    @tf.custom_gradient
    def scaled(x, v):
        return x * v, lambda g: (g * v, g * x)

    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = scaled(x, v)
    return tape.gradient(y, [x, v])


def custom_gradient_with_variable_arguments_in_a_function(tf):
    """The function gets what they are: a gradient function that takes variables is not asked for them."""
    v = tf.Variable(3.0)
    seen = []

    @tf.custom_gradient
    def scaled(x, factor):
        seen.append(isinstance(factor, tf.Variable))
        return x * factor, lambda g, variables=None: (g * factor, g * x)

    @tf.function
    def gradients(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = scaled(x, v)
        return tape.gradient(y, [x, v])

    return gradients(tf.constant(2.0)), seen


def custom_gradient_with_too_few_gradients(tf):
    @tf.custom_gradient
    def product(x, y):
        return x * y, lambda g: g

    return _gradients(tf, product, tf.constant(2.0), tf.constant(3.0))


def custom_gradient_without_a_gradient_function(tf):
    return tf.custom_gradient(lambda x: x)(tf.constant([1.0, 2.0]))


def custom_gradient_in_a_chain(tf):
    f = _log1pexp(tf)
    return _second(tf, lambda x: f(f(x) * x) * x, tf.constant(0.3))


def custom_gradient_keeps_its_name(tf):
    return tf.custom_gradient(_gradients).__name__, _log1pexp(tf).__name__


def custom_gradient_called_as_a_function(tf):
    return _gradients(tf, tf.custom_gradient(lambda x: (x * 2.0, lambda g: g * 9.0)), tf.constant(1.0))


def custom_gradient_jacobian(tf):
    f = _log1pexp(tf)
    x = tf.constant([0.5, 1.5, 2.5])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return tape.jacobian(y, x)


def recompute_grad_gives_the_gradient(tf):
    return _gradients(
        tf, tf.recompute_grad(lambda x, y: tf.tanh(x * y) * y), tf.constant(0.3), tf.constant(0.7)
    )


def recompute_grad_with_variables(tf):
    v = tf.Variable([1.0, 2.0])
    f = tf.recompute_grad(lambda x: tf.tanh(x * v))
    x = tf.constant([0.3, 0.7])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x) * v
    return tape.gradient(y, [x, v])


def recompute_grad_with_keywords(tf):
    f = tf.recompute_grad(lambda x, power=1: x * x if power == 2 else x)
    return _gradients(tf, lambda x: f(x, power=2), tf.constant(3.0))


def recompute_grad_of_several_results(tf):
    f = tf.recompute_grad(lambda x: (x * x, tf.exp(x)))
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        square, exponential = f(x)
        y = square * exponential
    return tape.gradient(y, x)


def recompute_grad_in_a_chain(tf):
    f = tf.recompute_grad(lambda x: tf.tanh(x) * x)
    return _gradients(tf, lambda x: f(f(f(x))), tf.constant([0.3, 0.7]))


def grad_pass_through_rounding(tf):
    v = tf.Variable(1.4)
    with tf.GradientTape() as tape:
        y = tf.grad_pass_through(tf.round)(v * 2.0)
    return y, tape.gradient(y, v)


def grad_pass_through_with_a_variable_inside(tf):
    v, x = tf.Variable(4.0), tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.grad_pass_through(lambda x: x * v)(x)
    return y, tape.gradient(y, [x, v])


def stop_gradient_cuts(tf):
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.stop_gradient(x * x) * x
    return y, tape.gradient(y, x)


def recompute_grad_with_a_variable_argument(tf):
    v, x = tf.Variable(3.0), tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.recompute_grad(lambda x, v: tf.tanh(x * v))(x, v)
    return tape.gradient(y, [x, v])


def recompute_grad_of_a_bound_method(tf):
    class Layer:
        def __init__(self):
            self.v = tf.Variable(0.5)

        def call(self, x):
            return tf.tanh(x * self.v)

    layer, x = Layer(), tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.recompute_grad(layer.call)(x)
    return tape.gradient(y, [x, layer.v])


def grad_pass_through_a_bound_method(tf):
    class Layer:
        def call(self, x):
            return tf.round(x)

    return _gradients(tf, tf.grad_pass_through(Layer().call), tf.constant(1.4))
