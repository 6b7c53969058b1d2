"""Networks and their training steps in TensorFlow's words, of variables that are made once."""

from libraries import data


def cross_entropy(tf, labels, logits):
    """The mean over the examples."""
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits))


def perceptron(tf, network, images):
    """Logits [batch, 10]."""
    w1, b1, w2, b2 = network
    hidden = tf.nn.relu(tf.matmul(images, w1) + b1)
    return tf.matmul(hidden, w2) + b2


def descend(variables, gradients):
    """One step of gradient descent, in place."""
    for variable, gradient in zip(variables, gradients, strict=True):
        variable.assign_sub(data.RATE * gradient)


def perceptron_step(tf):
    """A function of no arguments that trains a perceptron by one step; its body traces as a whole."""
    network = [tf.Variable(weight) for weight in data.weights]

    def step(images, labels):
        with tf.GradientTape() as tape:
            loss = cross_entropy(tf, labels, perceptron(tf, network, images))
        descend(network, tape.gradient(loss, network))
        return loss

    return step, (tf.constant(data.images), tf.constant(data.labels))


def adam_step(tf):
    """The same with Adam."""
    network = [tf.Variable(weight) for weight in data.weights]
    means = [tf.Variable(tf.zeros_like(variable)) for variable in network]
    squares = [tf.Variable(tf.zeros_like(variable)) for variable in network]
    count = tf.Variable(0.0)

    def step(images, labels):
        with tf.GradientTape() as tape:
            loss = cross_entropy(tf, labels, perceptron(tf, network, images))
        gradients = tape.gradient(loss, network)
        count.assign_add(1.0)
        correction = tf.sqrt(1.0 - data.SECOND_DECAY**count) / (1.0 - data.FIRST_DECAY**count)
        rate = data.ADAM_RATE * correction
        for variable, gradient, mean, square in zip(network, gradients, means, squares, strict=True):
            mean.assign_add((gradient - mean) * (1.0 - data.FIRST_DECAY))
            square.assign_add((tf.square(gradient) - square) * (1.0 - data.SECOND_DECAY))
            variable.assign_sub(rate * mean / (tf.sqrt(square) + data.TINY))
        return loss

    return step, (tf.constant(data.images), tf.constant(data.labels))


def convolutional_step(tf):
    """Two 3x3 convolutions with max-pools, two dense layers, gradient descent."""
    network = [tf.Variable(weight) for weight in data.convolutions]

    def step(pictures, labels):
        f1, c1, f2, c2, w1, b1, w2, b2 = network
        with tf.GradientTape() as tape:
            x = tf.nn.relu(tf.nn.conv2d(pictures, f1, strides=1, padding="SAME") + c1)
            x = tf.nn.max_pool2d(x, 2, 2, "VALID")
            x = tf.nn.relu(tf.nn.conv2d(x, f2, strides=1, padding="SAME") + c2)
            x = tf.nn.max_pool2d(x, 2, 2, "VALID")
            logits = perceptron(tf, [w1, b1, w2, b2], tf.reshape(x, [-1, 7 * 7 * 64]))
            loss = cross_entropy(tf, labels, logits)
        descend(network, tape.gradient(loss, network))
        return loss

    return step, (tf.constant(data.pictures), tf.constant(data.labels))


def layer_norm(tf, x, scale, offset):
    """x normalized over its last axis."""
    mean = tf.reduce_mean(x, axis=-1, keepdims=True)
    variance = tf.reduce_mean(tf.square(x - mean), axis=-1, keepdims=True)
    return (x - mean) * tf.math.rsqrt(variance + data.EPSILON) * scale + offset


def attention(tf, x, weights, bias):
    """The attention of each position to itself and to those before it; x: [batch, sequence, width]."""
    size = data.WIDTH // data.HEADS
    joined = tf.matmul(tf.reshape(x, [-1, data.WIDTH]), weights) + bias
    joined = tf.reshape(joined, [data.BATCH, data.SEQUENCE, 3, data.HEADS, size])
    query, key, value = tf.unstack(tf.transpose(joined, [2, 0, 3, 1, 4]))
    scores = tf.matmul(query, key, transpose_b=True) * size**-0.5 + data.hidden_part
    found = tf.matmul(tf.nn.softmax(scores), value)
    return tf.reshape(tf.transpose(found, [0, 2, 1, 3]), [-1, data.WIDTH])


def block(tf, x, weights):
    """A transformer's block with layer norms before its two parts; x and the result: [batch, sequence, width]."""
    s1, o1, joined, joined_bias, output, output_bias, s2, o2, w1, b1, w2, b2 = weights
    y = tf.matmul(attention(tf, layer_norm(tf, x, s1, o1), joined, joined_bias), output) + output_bias
    x = tf.reshape(x, [-1, data.WIDTH]) + y
    hidden = tf.nn.gelu(tf.matmul(layer_norm(tf, x, s2, o2), w1) + b1, approximate=True)
    x = x + tf.matmul(hidden, w2) + b2
    return tf.reshape(x, [data.BATCH, data.SEQUENCE, data.WIDTH])


def block_step(tf):
    """Forward, backward with respect to all weights, gradient descent."""
    weights = [tf.Variable(weight) for weight in data.block]

    def step(sentences, targets):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(block(tf, sentences, weights) - targets))
        descend(weights, tape.gradient(loss, weights))
        return loss

    return step, (tf.constant(data.sentences), tf.constant(data.targets))


def newton(tf):
    """10,000 steps towards the square root of 2."""

    def root(a):
        z = a
        for _ in tf.range(data.ITERATIONS):
            z = z - (z * z - a) / (2.0 * z)
        return z

    return root, (tf.constant(2.0),)


def recurrent_gradient(tf):
    """Gradients of a tanh network of 50 steps with respect to its weights."""
    weights = [tf.Variable(weight) for weight in data.recurrent]

    def gradient(sequence):
        into, onward, bias = weights
        with tf.GradientTape() as tape:
            h = tf.zeros([32, 64])
            for t in tf.range(data.STEPS):
                h = tf.tanh(tf.matmul(sequence[t], into) + tf.matmul(h, onward) + bias)
            loss = tf.reduce_mean(tf.square(h))
        return tape.gradient(loss, weights)

    return gradient, (tf.constant(data.sequence),)


def row_softmax(tf):
    """Softmax over the last axis of 1024 x 1024."""
    return lambda x: tf.nn.softmax(x), (tf.constant(data.rows),)


def row_norm(tf):
    """Layer norm over the last axis of 1024 x 1024."""
    arguments = tf.constant(data.rows), tf.constant(data.scale), tf.constant(data.offset)
    return lambda x, scale, offset: layer_norm(tf, x, scale, offset), arguments
