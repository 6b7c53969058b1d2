"""Memory: the peak of a deep network's gradient beside PyTorch's, and what long runs leave behind.

The network has 200 tanh layers of width 128 and takes 4,096 examples. Its figures are the highest resident size of a
fresh process less its size before the pass, in MiB. The long runs are a tape that records a million calls whose results
are dropped, and 10,000 training steps of a perceptron; their figures are how much the resident size has grown from the
first tenth to the end.
"""

import subprocess
import sys

from run import environment

COMMON = """
import resource, numpy as np
LAYERS, WIDTH, EXAMPLES = 200, 128, 4096
random = np.random.default_rng(0)
def array(*dims):
    return (random.standard_normal(dims) / WIDTH**0.5).astype("float32")
def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 2**20
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
"""
PLAIN = """
import tapeflow as tf
x = tf.constant(array(EXAMPLES, WIDTH))
network = [(tf.Variable(array(WIDTH, WIDTH)), tf.Variable(array(WIDTH))) for _ in range(LAYERS)]
variables = [variable for layer in network for variable in layer]
def layers(x, part):
    for weights, bias in part:
        x = tf.tanh(tf.matmul(x, weights) + bias)
    return x
"""
CODE = {
    "tapeflow": PLAIN
    + """
def run():
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layers(x, network))
    return tape.gradient(loss, variables)
""",
    "recompute_grad": PLAIN
    + """
def run():
    with tf.GradientTape() as tape:
        y = x
        for start in range(0, LAYERS, 20):
            y = tf.recompute_grad(lambda y, part=network[start : start + 20]: layers(y, part))(y)
        loss = tf.reduce_sum(y)
    return tape.gradient(loss, variables)
""",
    "torch": """
import torch
x = torch.tensor(array(EXAMPLES, WIDTH))
network = [[torch.tensor(array(WIDTH, WIDTH), requires_grad=True), torch.tensor(array(WIDTH), requires_grad=True)]
           for _ in range(LAYERS)]
variables = [variable for layer in network for variable in layer]
def run():
    y = x
    for weights, bias in network:
        y = torch.tanh(y @ weights + bias)
    return torch.autograd.grad(y.sum(), variables)
""",
}
LONG_RUNS = {
    "a million dropped results on one tape": """
import tapeflow as tf
x = tf.constant(array(100))
def run():
    with tf.GradientTape() as tape:
        tape.watch(x)
        for k in range(1_000_000):
            y = tf.sin(x * 2.0)
            if k == 100_000:
                early = resident()
    tape.gradient(y, x)
    return early
""",
    "10,000 steps of a perceptron": """
import tapeflow as tf
x, labels = tf.constant(array(32, 784)), tf.constant(random.integers(0, 10, 32).astype("int32"))
shapes = (784, 128), (128,), (128, 10), (10,)
network = w1, b1, w2, b2 = [tf.Variable(array(*dims)) for dims in shapes]
def run():
    for k in range(10_000):
        with tf.GradientTape() as tape:
            logits = tf.matmul(tf.nn.relu(tf.matmul(x, w1) + b1), w2) + b2
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
            loss = tf.reduce_mean(losses)
        for variable, gradient in zip(network, tape.gradient(loss, network)):
            variable.assign_sub(0.01 * gradient)
        if k == 1_000:
            early = resident()
    return early
""",
}
MEASURE = """
before = resident()
gradients = run()
print(peak() - before)
"""


def main():
    """Prints one line a library and the ratios to PyTorch."""
    figures = {}
    for name, code in CODE.items():
        python = environment("torch" if name == "torch" else "tapeflow")
        figures[name] = float(subprocess.check_output([python, "-c", COMMON + code + MEASURE], text=True))
        print(f"{name:16}{figures[name]:10.0f} MiB", flush=True)
    for name, code in LONG_RUNS.items():
        program = COMMON + code + "early = run()\nprint(resident() - early)"
        grown = float(subprocess.check_output([environment("tapeflow"), "-c", program], text=True))
        print(f"{name}: grown by {grown:.1f} MiB")
    print(f"tapeflow / torch: {figures['tapeflow'] / figures['torch']:.2f} (target 1.10)")
    print(f"recompute_grad / tapeflow: {figures['recompute_grad'] / figures['tapeflow']:.2f} (target 0.67)")


if __name__ == "__main__":
    sys.exit(main())
