"""The workloads in TensorFlow's words, for TensorFlow and for tapeflow: the same code, to the letter."""

from libraries import data


def workloads(tf):
    """{name: function of no arguments}."""
    x, y = tf.constant(1.5), tf.constant(2.5)
    a, b = tf.constant(data.square[0]), tf.constant(data.square[1])
    million = tf.constant(data.million)
    v = tf.Variable(3.0)
    images, labels = tf.constant(data.images), tf.constant(data.labels)
    network = [tf.Variable(weight) for weight in data.weights]

    def gradient():
        with tf.GradientTape() as tape:
            z = v * v
        return tape.gradient(z, v)

    def second_order():
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                z = v * v
            first = inner.gradient(z, v)
        return outer.gradient(first, v)

    def chain():
        with tf.GradientTape() as tape:
            z = v
            for _ in range(100):
                z = z * x
                z = z + y
        return tape.gradient(z, v)

    def step():
        w1, b1, w2, b2 = network
        with tf.GradientTape() as tape:
            hidden = tf.nn.relu(tf.matmul(images, w1) + b1)
            logits = tf.matmul(hidden, w2) + b2
            loss = tf.reduce_mean(
                tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
            )
        for variable, gradient in zip(network, tape.gradient(loss, network), strict=True):
            variable.assign_sub(data.RATE * gradient)
        return loss

    return {
        "scalar add": lambda: x + y,
        "matmul 10x10": lambda: tf.matmul(a, b),
        "gradient of v*v": gradient,
        "second order of v*v": second_order,
        "chain of 200": chain,
        "MLP SGD step": step,
        "softmax 1M": lambda: tf.nn.softmax(million),
        "tanh 1M": lambda: tf.tanh(million),
    }
