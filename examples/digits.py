"""Real handwritten digits, classified by a small network that is trained with GradientTape in a hand-written loop.

The data are the 1,797 scans of 8x8 pixels that ship with scikit-learn (E. Alpaydin, C. Kaynak: Optical Recognition of
Handwritten Digits, UCI Machine Learning Repository, 1998). Adam is written out (D. Kingma, J. Ba: Adam: A Method for
Stochastic Optimization, 2015, algorithm 1). The picture goes to output/digits.png.
"""

import argparse
import pathlib

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from tqdm import tqdm

import tapeflow as tf


def load_data(seed):
    """Training and test images, scaled to [0, 1] and flattened to 64 numbers, with their labels."""
    digits = load_digits()
    images = (digits.data / 16.0).astype("float32")
    labels = digits.target.astype("int32")
    return train_test_split(images, labels, test_size=0.25, random_state=seed, stratify=labels)


def glorot_uniform(fan_in, fan_out, seed):
    """Weights of a layer, uniform with the variance of X. Glorot, Y. Bengio (2010), equation 16."""
    limit = (6.0 / (fan_in + fan_out)) ** 0.5
    return tf.random.stateless_uniform([fan_in, fan_out], seed=[seed, fan_in], minval=-limit, maxval=limit)


class Network:
    """A perceptron with two hidden layers: 64-128-64-10."""

    sizes = (64, 128, 64, 10)

    def __init__(self, seed):
        self.layers = []
        for fan_in, fan_out in zip(self.sizes, self.sizes[1:], strict=False):
            weights = tf.Variable(glorot_uniform(fan_in, fan_out, seed), name="weights")
            self.layers.append((weights, tf.Variable(tf.zeros([fan_out]), name="bias")))
        self.variables = [variable for layer in self.layers for variable in layer]

    def __call__(self, x):
        """Logits, shape (examples, 10)."""
        for weights, bias in self.layers[:-1]:
            x = tf.nn.relu(tf.matmul(x, weights) + bias)
        weights, bias = self.layers[-1]
        return tf.matmul(x, weights) + bias


class Adam:
    """Algorithm 1 of Kingma and Ba, with its recommended constants."""

    def __init__(self, variables, rate=0.002, beta1=0.9, beta2=0.999, epsilon=1e-7):
        self.variables, self.rate, self.epsilon = variables, rate, epsilon
        self.beta1, self.beta2 = beta1, beta2
        self.steps = 0
        self.means = [tf.Variable(tf.zeros_like(variable)) for variable in variables]
        self.squares = [tf.Variable(tf.zeros_like(variable)) for variable in variables]

    def apply(self, gradients):
        """One step down the gradients."""
        self.steps += 1
        rate = self.rate * (1 - self.beta2**self.steps) ** 0.5 / (1 - self.beta1**self.steps)
        for variable, gradient, mean, square in zip(
            self.variables, gradients, self.means, self.squares, strict=True
        ):
            mean.assign_add((1 - self.beta1) * (gradient - mean))
            square.assign_add((1 - self.beta2) * (gradient * gradient - square))
            variable.assign_sub(rate * mean / (tf.sqrt(square) + self.epsilon))


def accuracy(network, images, labels):
    """The share of images whose most likely digit is the label."""
    predicted = tf.argmax(network(images), axis=1, output_type=tf.int32)
    return float(tf.reduce_mean(tf.cast(tf.equal(predicted, labels), tf.float32)))


def train(network, images, labels, epochs, batch_size, seed):
    """Trains in place; returns the mean loss of every epoch."""
    optimizer = Adam(network.variables)
    shuffle = np.random.default_rng(seed)
    losses = []
    progress = tqdm(range(epochs), desc="training", unit="epoch")
    for _ in progress:
        order = shuffle.permutation(len(images))
        total = 0.0
        for start in range(0, len(order), batch_size):
            chosen = order[start : start + batch_size]
            x, target = tf.constant(images[chosen]), tf.constant(labels[chosen])
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(
                    tf.nn.sparse_softmax_cross_entropy_with_logits(labels=target, logits=network(x))
                )
            optimizer.apply(tape.gradient(loss, network.variables))
            total += float(loss) * len(chosen)
        losses.append(total / len(order))
        progress.set_postfix(loss=f"{losses[-1]:.4f}")
    return losses


def draw(path, losses, network, images, labels):
    """A picture of the loss curve and of the first test images with what the network takes them for."""
    columns = 8
    shown = slice(0, 3 * columns)
    probabilities = tf.nn.softmax(network(tf.constant(images[shown]))).numpy()
    figure = plt.figure(figsize=(13, 4.6), layout="constrained")
    left, right = figure.subfigures(1, 2, width_ratios=[1, 1.5])
    axes = left.subplots()
    axes.semilogy(range(1, len(losses) + 1), losses)
    axes.set(xlabel="epoch", ylabel="mean cross-entropy", title="Training loss")
    axes.grid(alpha=0.3)
    right.suptitle("Test images: prediction (probability); red where it is wrong")
    for axes, image, label, share in zip(
        right.subplots(3, columns).flat, images[shown], labels[shown], probabilities, strict=True
    ):
        axes.imshow(image.reshape(8, 8), cmap="gray_r")
        guess = int(share.argmax())
        axes.set_title(
            f"{guess} ({share[guess]:.0%})", fontsize=8, color="black" if guess == label else "red"
        )
        axes.axis("off")
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".part")
    figure.savefig(unfinished, format="png", dpi=110)
    unfinished.replace(path)
    plt.close(figure)


def main():
    """Trains, reports and draws; see --help."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--picture", type=pathlib.Path, default=pathlib.Path("output/digits.png"))
    options = parser.parse_args()
    train_images, test_images, train_labels, test_labels = load_data(options.seed)
    print(f"{len(train_images)} training and {len(test_images)} test images of handwritten digits")
    network = Network(options.seed)
    losses = train(network, train_images, train_labels, options.epochs, options.batch_size, options.seed)
    draw(options.picture, losses, network, test_images, test_labels)
    print(f"training accuracy {accuracy(network, train_images, train_labels):.2%}")
    print(f"test accuracy {accuracy(network, test_images, test_labels):.2%}")
    print(f"picture: {options.picture}")


if __name__ == "__main__":
    main()
