"""Peak memory of a deep network's forward and backward pass: tapeflow, tapeflow with recompute_grad, and PyTorch.

200 tanh layers of width 128 on 4,096 examples. Each figure is the highest resident size of a fresh process less its size
before the pass, in MiB.
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
    print(f"tapeflow / torch: {figures['tapeflow'] / figures['torch']:.2f} (target 1.10)")
    print(f"recompute_grad / tapeflow: {figures['recompute_grad'] / figures['tapeflow']:.2f} (target 0.67)")


if __name__ == "__main__":
    sys.exit(main())
