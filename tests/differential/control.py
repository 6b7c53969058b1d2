"""Programs of loops, choices, variables and tapes within."""

import numpy as np

from tests.arrays import normal
from tests.differential.program import table

PROGRAMS, program = table()
x = normal(4)
matrix = 0.3 * normal(4, 4)
count = np.int32(5)


@program(x, second=True)
def choice(tf, a):
    if tf.reduce_sum(a) > 0.0:
        return a * a
    return tf.sin(a)


@program(-np.abs(x), second=True)
def other_choice(tf, a):
    if tf.reduce_sum(a) > 0.0:
        b = a * a
    else:
        b = tf.exp(a) * a
    return b


@program(x, count, second=True)
def counted_loop(tf, a, n):
    for i in tf.range(n):
        a = tf.sin(a) + tf.cast(i, a.dtype) * 0.1
    return a


@program(x)
def fixed_loop(tf, a):
    total = tf.zeros_like(a)
    for i in tf.range(4):
        total += a ** tf.cast(i, a.dtype)
    return total


@program(np.abs(x) + 0.5, second=True)
def dynamic_loop(tf, a):
    while tf.reduce_sum(a) < 50.0:
        a = a * 1.5 + 0.1
    return a


@program(x, matrix, second=True)
def recurrent(tf, a, w):
    h = tf.reshape(a, [1, 4])
    for _ in tf.range(6):
        h = tf.tanh(h @ w + 0.1)
    return h


@program(x, matrix)
def gated(tf, a, w):
    h = c = tf.reshape(a, [1, 4])
    for _ in tf.range(5):
        gate = tf.sigmoid(h @ w)
        c = gate * c + (1.0 - gate) * tf.tanh(h @ w)
        h = gate * tf.tanh(c)
    return h, c


@program(normal(5, 4), matrix)
def over_rows(tf, rows, w):
    h = tf.zeros([4], rows.dtype)
    for row in rows:
        h = tf.tanh(row + tf.linalg.matvec(w, h))
    return h


@program(x, count)
def broken_loop(tf, a, n):
    for i in tf.range(20):
        if i >= n:
            break
        if i % 2 == 0:
            continue
        a = a * 1.1 + tf.cast(i, a.dtype)
    return a


@program(x)
def nested_loops(tf, a):
    for i in tf.range(3):
        for _ in tf.range(i + 1):
            a = a * 0.9 + 0.1
    return a


@program(x)
def loop_with_choice(tf, a):
    for i in tf.range(4):
        if i % 2 == 0:
            a = tf.sin(a)
        else:
            a = a * a
    return a


@program(x)
def cond_function(tf, a):
    return tf.cond(a[0] > a[1], lambda: a[0] * a, lambda: a[1] * a * a)


@program(x, np.int32(1))
def switch(tf, a, index):
    return tf.switch_case(index, [lambda: a, lambda: a * a, lambda: a * a * a])


@program(x)
def case_function(tf, a):
    return tf.case([(a[0] > 10.0, lambda: a), (a[0] > -10.0, lambda: 2.0 * a)], default=lambda: 3.0 * a)


@program(x, second=True)
def while_function(tf, a):
    return tf.while_loop(lambda i, b: i < 4, lambda i, b: (i + 1, tf.sin(b)), (tf.constant(0), a))[1]


@program(x)
def bounded_while(tf, a):
    found = tf.while_loop(
        lambda b: tf.reduce_sum(b) < 1e9, lambda b: (b * b + 1.0,), (a,), maximum_iterations=3
    )
    return found[0]


@program(normal(5, 3), second=True)
def mapped(tf, rows):
    return tf.map_fn(lambda row: tf.reduce_sum(row) * row, rows)


@program(normal(5))
def scanned(tf, values):
    return tf.scan(lambda total, value: total * 0.5 + value, values), tf.foldl(lambda a, b: a * b, values)


@program(normal(5))
def scanned_back(tf, values):
    return (
        tf.scan(lambda total, value: total + value * value, values, reverse=True),
        tf.foldr(lambda a, b: a - b, values),
    )


@program(x)
def written_array(tf, a):
    array = tf.TensorArray(a.dtype, size=3)
    for i in tf.range(3):
        array = array.write(i, a * tf.cast(i, a.dtype))
    return array.stack()


@program(x)
def growing_array(tf, a):
    array = tf.TensorArray(a.dtype, size=0, dynamic_size=True, clear_after_read=False)
    for i in tf.range(4):
        a = a * 0.5
        array = array.write(i, a)
    return array.stack(), array.read(2)


@program(x)
def appended(tf, a):
    rows = []
    for i in range(3):
        rows.append(a * float(i))
    return tf.stack(rows)


@program(x, second=True)
def tape_inside(tf, a):
    with tf.GradientTape() as tape:
        tape.watch(a)
        b = tf.reduce_sum(a * a * a)
    return tape.gradient(b, a)


@program(x)
def tapes_nested(tf, a):
    with tf.GradientTape() as outer:
        outer.watch(a)
        with tf.GradientTape() as inner:
            inner.watch(a)
            b = tf.reduce_sum(tf.sin(a) * a)
        first = inner.gradient(b, a)
    return first, outer.gradient(first, a)


@program(x)
def persistent_tape(tf, a):
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(a)
        b, c = a * a, tf.exp(a)
    return tape.gradient(b, a), tape.gradient(c, a)


@program(x)
def tape_around_loop(tf, a):
    with tf.GradientTape() as tape:
        tape.watch(a)
        b = a
        for _ in tf.range(3):
            b = tf.tanh(b) * 1.5
    return tape.gradient(b, a)


@program(x)
def tape_in_loop(tf, a):
    for _ in tf.range(5):
        with tf.GradientTape() as tape:
            tape.watch(a)
            loss = tf.reduce_sum(tf.square(a - 1.0))
        a -= 0.1 * tape.gradient(loss, a)
    return a


@program(x)
def jacobian(tf, a):
    with tf.GradientTape() as tape:
        tape.watch(a)
        b = tf.sin(a) * a[0]
    return tape.jacobian(b, a)


@program(x)
def custom(tf, a):
    @tf.custom_gradient
    def f(z):
        return z * z, lambda g: g * 10.0

    return f(a)


@program(x)
def python_choice(tf, a):
    for k in range(3):
        if k == 1:
            a = a * 2.0
    return a if len(a.shape) == 1 else -a


@program(x)
def logic(tf, a):
    s = tf.reduce_sum(a)
    if (s > -100.0 and s < 100.0) or not s > 0.0:
        a = a + 1.0
    return a * 2.0 if 0.0 < tf.abs(s) < 100.0 else a


@program(x)
def local_functions(tf, a):
    def f(z):
        if tf.reduce_sum(z) > 0.0:
            return z
        return -z

    g = lambda z: f(z) * 2.0
    return g(a) + f(-a)


@program(np.float64(2.0), second=True)
def newton(tf, a):
    z = a
    for _ in tf.range(8):
        z = z - (z * z - a) / (2.0 * z)
    return z


@program(np.float32(2.0))
def newton_until(tf, a):
    z = a
    while tf.abs(z * z - a) > 1e-3:
        z = z - (z * z - a) / (2.0 * z)
    return z


@program(x, gradient=False)
def python_call(tf, a):
    b = tf.py_function(lambda z: z * 2.0, [a], a.dtype)
    b.set_shape([4])
    return b + 1.0
