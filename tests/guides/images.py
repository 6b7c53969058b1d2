"""Images: convolution, edges, gradient ascent, style, adversarial examples."""

from tests.guides.program import attempt, computed


def _image(tf, size=12, channels=3, seed=1):
    rows = tf.linspace(0.0, 3.0, size)[:, None, None]
    columns = tf.linspace(0.0, 2.0, size)[None, :, None]
    noise = tf.random.stateless_uniform([size, size, channels], [seed, seed])
    return tf.clip_by_value(0.5 + 0.3 * tf.sin(rows * 2.0) * tf.cos(columns * 3.0) + 0.2 * noise, 0.0, 1.0)[
        None
    ]


def _network(tf):
    kernels = [
        tf.random.stateless_normal([3, 3, 3, 6], [1, 2]) * 0.3,
        tf.random.stateless_normal([3, 3, 6, 8], [1, 3]) * 0.2,
        tf.random.stateless_normal([8, 4], [1, 4]),
    ]

    def features(x):
        first = tf.nn.relu(tf.nn.conv2d(x, kernels[0], strides=1, padding="SAME"))
        pooled = tf.nn.max_pool2d(first, 2, 2, "VALID")
        second = tf.nn.relu(tf.nn.conv2d(pooled, kernels[1], strides=1, padding="SAME"))
        return first, second

    def classify(x):
        return tf.reduce_mean(features(x)[1], axis=[1, 2]) @ kernels[2]

    return features, classify


@computed
def deep_dream(tf):
    features, _ = _network(tf)
    image = tf.Variable(_image(tf))
    for step in range(4):
        with tf.GradientTape() as tape:
            activations = features(image)
            loss = tf.reduce_sum([tf.math.reduce_mean(each) for each in activations])
        gradients = tape.gradient(loss, image)
        gradients /= tf.math.reduce_std(gradients) + 1e-8
        image.assign(tf.clip_by_value(image + gradients * 0.01, -1, 1))
        print(f"Step {step}, loss {loss}")
    return image, gradients


@computed
def deep_dream_in_octaves(tf):
    features, _ = _network(tf)
    image = _image(tf, 8)
    for octave in range(2):
        shift = tf.random.stateless_uniform([2], [octave, 1], maxval=4, dtype=tf.int32)
        rolled = tf.roll(image, shift=shift, axis=[1, 2])
        with tf.GradientTape() as tape:
            tape.watch(rolled)
            loss = tf.reduce_mean(features(rolled)[1] ** 2)
        gradient = tf.roll(tape.gradient(loss, rolled), shift=-shift, axis=[1, 2])
        image = image + 0.05 * gradient / (tf.norm(gradient) + 1e-8)
        image = tf.repeat(tf.repeat(image, 2, axis=1), 2, axis=2)
        print(image.shape, loss.numpy())
    return image


@computed
def gram_matrix(tf):
    features, _ = _network(tf)

    def gram_matrix(input_tensor):
        result = tf.linalg.einsum("bijc,bijd->bcd", input_tensor, input_tensor)
        input_shape = tf.shape(input_tensor)
        num_locations = tf.cast(input_shape[1] * input_shape[2], tf.float32)
        return result / num_locations

    style = [gram_matrix(each) for each in features(_image(tf, seed=5))]
    content = features(_image(tf))[1]
    image = tf.Variable(_image(tf))
    m, v = tf.zeros_like(image), tf.zeros_like(image)
    for step in range(1, 4):
        with tf.GradientTape() as tape:
            outputs = features(image)
            style_loss = tf.add_n(
                [tf.reduce_mean((gram_matrix(a) - b) ** 2) for a, b in zip(outputs, style, strict=True)]
            )
            content_loss = tf.reduce_mean((outputs[1] - content) ** 2)
            loss = 1e2 * style_loss + content_loss + 1e-3 * _total_variation(tf, image)
        g = tape.gradient(loss, image)
        m, v = 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g**2
        update = (m / (1 - 0.9**step)) / (tf.sqrt(v / (1 - 0.99**step)) + 1e-1)
        image.assign(tf.clip_by_value(image - 0.02 * update, clip_value_min=0.0, clip_value_max=1.0))
        print(step, loss.numpy())
    return style, g


def _total_variation(tf, image):
    down = image[:, 1:, :, :] - image[:, :-1, :, :]
    across = image[:, :, 1:, :] - image[:, :, :-1, :]
    return tf.reduce_sum(tf.abs(down)) + tf.reduce_sum(tf.abs(across))


@computed
def total_variation(tf):
    image = tf.Variable(_image(tf))
    with tf.GradientTape() as tape:
        y = _total_variation(tf, image)
    print(y.numpy())
    return tape.gradient(y, image)


@computed
def fast_gradient_sign(tf):
    _, classify = _network(tf)
    image = _image(tf)
    label = tf.one_hot([2], 4)
    with tf.GradientTape() as tape:
        tape.watch(image)
        prediction = classify(image)
        loss = tf.nn.softmax_cross_entropy_with_logits(label, prediction)
    gradient = tape.gradient(loss, image)
    signed_grad = tf.sign(gradient)
    print(loss, tf.unique(tf.reshape(tf.cast(signed_grad, tf.int32), [-1])).y.shape)
    for epsilon in [0, 0.01, 0.1]:
        adversarial = tf.clip_by_value(image + epsilon * signed_grad, -1, 1)
        probabilities = tf.nn.softmax(classify(adversarial))
        print(
            f"Epsilon = {epsilon:0.3f}",
            tf.argmax(probabilities, axis=1).numpy(),
            f"{tf.reduce_max(probabilities):.3f}",
        )
    return signed_grad


@computed
def integrated_gradients(tf):
    _, classify = _network(tf)
    image, baseline = _image(tf, 6)[0], tf.zeros([6, 6, 3])
    alphas = tf.linspace(start=0.0, stop=1.0, num=9)
    delta = tf.expand_dims(image, 0) - tf.expand_dims(baseline, 0)
    path = tf.expand_dims(baseline, 0) + alphas[:, tf.newaxis, tf.newaxis, tf.newaxis] * delta
    with tf.GradientTape() as tape:
        tape.watch(path)
        probabilities = tf.nn.softmax(classify(path), axis=-1)[:, 1]
    gradients = tape.gradient(probabilities, path)
    trapezoid = (gradients[:-1] + gradients[1:]) / tf.constant(2.0)
    attributions = (image - baseline) * tf.math.reduce_mean(trapezoid, axis=0)
    mask = tf.reduce_sum(tf.math.abs(attributions), axis=-1)
    print(path.shape, (tf.reduce_sum(attributions) - probabilities[-1] + probabilities[0]).numpy().round(2))
    return mask


def sobel_edges_by_convolution(tf):
    image = tf.reshape(tf.range(25.0) ** 1.5, [1, 5, 5, 1])
    sobel = tf.constant([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]])
    kernel = tf.stack([sobel, tf.transpose(sobel)], axis=-1)[:, :, tf.newaxis, :]
    padded = tf.pad(image, [[0, 0], [1, 1], [1, 1], [0, 0]], mode="REFLECT")
    edges = tf.nn.conv2d(padded, kernel, strides=[1, 1, 1, 1], padding="VALID")
    print(edges.shape)
    return edges, tf.sqrt(tf.reduce_sum(edges**2, axis=-1)), tf.atan2(edges[..., 0], edges[..., 1] + 0.1)


def convolutions(tf):
    x = tf.random.stateless_normal([2, 6, 7, 4], [1, 1])
    k = tf.random.stateless_normal([3, 2, 4, 5], [1, 2])
    depthwise = tf.random.stateless_normal([3, 3, 4, 2], [1, 3])
    pointwise = tf.random.stateless_normal([1, 1, 8, 3], [1, 4])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, k, depthwise])
        ys = [
            tf.nn.conv2d(x, k, 1, "SAME"),
            tf.nn.conv2d(x, k, [2, 1], "VALID"),
            tf.nn.depthwise_conv2d(x, depthwise, [1, 1, 1, 1], "SAME"),
            tf.nn.separable_conv2d(x, depthwise, pointwise, [1, 1, 1, 1], "VALID"),
            tf.nn.bias_add(
                tf.nn.conv2d(x, k, 1, [[0, 0], [1, 1], [0, 2], [0, 0]]), [1.0, 2.0, 3.0, 4.0, 5.0]
            ),
        ]
    print([y.shape for y in ys])
    dilated = tf.nn.conv2d(x, k, 1, "SAME", dilations=2)  # TensorFlow has no gradient of it without a GPU
    up = tf.nn.conv2d_transpose(ys[1], k, [2, 6, 7, 4], [2, 1], "VALID")
    return ys, up, dilated, [tape.gradient(y, [x, k, depthwise]) for y in ys]


def other_windows(tf):
    x = tf.random.stateless_normal([2, 8, 3], [2, 1])
    k = tf.random.stateless_normal([3, 3, 2], [2, 2])
    volume = tf.random.stateless_normal([1, 4, 4, 4, 2], [2, 3])
    image = tf.random.stateless_normal([1, 6, 6, 2], [2, 4])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, image])
        pooled = [
            tf.nn.max_pool2d(image, 3, 2, "SAME"),
            tf.nn.avg_pool2d(image, 2, 2, "VALID"),
            tf.nn.max_pool1d(x, 2, 2, "VALID"),
            tf.nn.avg_pool1d(x, 3, 1, "SAME"),
            tf.nn.conv1d(x, k, 2, "SAME"),
            tf.nn.local_response_normalization(image),
            tf.nn.l2_normalize(image, axis=-1),
        ]
    third = tf.nn.conv3d(volume, tf.ones([2, 2, 2, 2, 1]), [1, 1, 1, 1, 1], "VALID")
    print([each.shape for each in pooled], third.shape)
    return pooled, third, [tape.gradient(each, [x, image]) for each in pooled]


def wrong_convolutions(tf):
    x = tf.zeros([1, 5, 5, 3])
    attempt(lambda: tf.nn.conv2d(x, tf.zeros([3, 3, 2, 4]), 1, "SAME"))
    attempt(lambda: tf.nn.conv2d(x, tf.zeros([3, 3, 3]), 1, "SAME"))
    attempt(lambda: tf.nn.conv2d(x, tf.zeros([7, 7, 3, 1]), 1, "VALID"))
    attempt(lambda: tf.nn.conv2d(x, tf.zeros([3, 3, 3, 1]), 1, "EVEN"))
    attempt(lambda: tf.nn.conv2d(x, tf.zeros([3, 3, 3, 1], tf.float64), 1, "SAME"))
    attempt(lambda: tf.nn.max_pool2d(x, 9, 1, "VALID"))
    attempt(lambda: tf.nn.max_pool2d(tf.zeros([5, 5]), 2, 1, "VALID"))
    attempt(lambda: tf.nn.bias_add(x, [1.0, 2.0]))


def pixels(tf):
    image = tf.cast(_image(tf, 4) * 255.0, tf.uint8)
    print(image.dtype, image.shape, tf.cast(image, tf.float32)[0, 0, 0] // 1.0 >= 0.0)
    grey = tf.reduce_sum(tf.cast(image, tf.float32) * [0.299, 0.587, 0.114], axis=-1, keepdims=True)
    print(tf.reverse(image, axis=[2]).shape, tf.transpose(image, [0, 2, 1, 3]).shape, grey.shape)
    print(tf.image.extract_patches(grey, [1, 2, 2, 1], [1, 2, 2, 1], [1, 1, 1, 1], "VALID").shape)
    return tf.nn.space_to_depth(grey, 2), tf.nn.depth_to_space(tf.nn.space_to_depth(grey, 2), 2), grey


def spectra(tf):
    t = tf.linspace(0.0, 1.0, 65)[:-1]
    wave = tf.sin(2.0 * 3.14159265 * 5.0 * t) + 0.5 * tf.cos(2.0 * 3.14159265 * 12.0 * t)
    spectrum = tf.signal.rfft(wave)
    print(
        spectrum.shape,
        spectrum.dtype,
        tf.argmax(tf.abs(spectrum)),
        tf.math.top_k(tf.abs(spectrum), 2).indices,
    )
    frames = tf.signal.stft(wave, frame_length=16, frame_step=8)
    print(frames.shape)
    return tf.abs(spectrum), tf.signal.irfft(spectrum), tf.abs(frames)


@computed
def mandelbrot_and_heat(tf):
    ys, xs = tf.meshgrid(tf.linspace(-1.2, 1.2, 12), tf.linspace(-2.0, 0.6, 14), indexing="ij")
    start = tf.complex(xs, ys)
    z, steps = tf.zeros_like(start), tf.zeros(start.shape, tf.int32)
    for _ in range(8):
        z = z * z + start
        steps += tf.cast(tf.abs(z) < 4.0, tf.int32)
    print(tf.reduce_sum(steps), tf.reduce_max(steps))
    u = tf.Variable(tf.zeros([1, 9, 9, 1]))
    u[:, 4, 4].assign([[1.0]])
    kernel = tf.reshape(tf.constant([0.5, 1.0, 0.5, 1.0, -6.0, 1.0, 0.5, 1.0, 0.5]), [3, 3, 1, 1])
    for _ in range(3):
        u.assign_add(0.1 * tf.nn.conv2d(u, kernel, 1, "SAME"))
    print(tf.reduce_sum(u).numpy())
    return u
