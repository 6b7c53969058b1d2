"""Whether programs learn as well on tapeflow as on TensorFlow: `examples/mnist.py` in three forms, by several seeds.

    python -m benchmarks.accuracy                     five seeds of each form, on scikit-learn's digits
    python -m benchmarks.accuracy --data mnist.npz    on other data (see examples/mnist.py)

The same file runs in the environments of benchmarks/run.py, on tapeflow by `python -m tapeflow`, on TensorFlow as it
is. A mean of n seeds is known up to its standard error, the standard deviation divided by the root of n. Means that
differ by more than two standard errors of their difference are pointed out; that happens by chance about once in
thirteen comparisons of five seeds.
"""

import argparse
import math
import os
import pathlib
import re
import statistics
import subprocess
import tempfile

from benchmarks.run import ENVIRONMENT, ROOT, environment

FORMS = ("loop", "function", "fit")
LIBRARIES = {"tapeflow": ["-m", "tapeflow"], "tensorflow": []}
PACKAGES = ["keras==3.15.1", "scikit-learn", "pillow"]
PROGRAM = ROOT / "examples" / "mnist.py"
RESULT = re.compile(r"test: loss ([\d.]+), accuracy ([\d.]+)%")
DIGITS = """
import sys, numpy, tapeflow
tapeflow.install_as_tensorflow()
from examples.mnist import enlarged_digits
(x_train, y_train), (x_test, y_test) = enlarged_digits()
numpy.savez(sys.argv[1], x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
"""


def python_with_keras(library):
    """The Python of a library's environment, with Keras and what the example needs."""
    python = environment(library)
    wanted = "import keras, sklearn, PIL; assert keras.__version__ == '3.15.1'"
    variables = {**ENVIRONMENT, "KERAS_BACKEND": "numpy"}
    if subprocess.run([python, "-c", wanted], capture_output=True, env=variables).returncode:
        command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*command, *PACKAGES], check=True)
    return python


def test_results(python, library, form, seed, data, epochs):
    """(loss, accuracy in percent) of the program on images that it has not trained with."""
    command = [python, *LIBRARIES[library], PROGRAM, "--form", form, "--seed", str(seed), "--data", data]
    told = subprocess.run(
        [*command, "--epochs", str(epochs), "--verbose", "0"],
        capture_output=True,
        text=True,
        env={**ENVIRONMENT, "KERAS_BACKEND": "tensorflow"},
        cwd=tempfile.gettempdir(),
    )
    found = RESULT.search(told.stdout)
    if told.returncode or not found:
        raise RuntimeError(f"{form} on {library} failed:\n{told.stdout[-2000:]}{told.stderr[-2000:]}")
    return tuple(float(each) for each in found.groups())


def compared(ours, theirs):
    """Whether two lists of numbers have the same mean: their difference in standard errors, and words for it."""
    error = math.sqrt(statistics.variance(ours) / len(ours) + statistics.variance(theirs) / len(theirs))
    difference = statistics.mean(ours) - statistics.mean(theirs)
    distance = abs(difference) / error if error else (0.0 if difference == 0 else math.inf)
    return distance, "alike" if distance <= 2 else "DIFFERENT"


def main():
    """Prints two lines for each form."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--forms", nargs="+", choices=FORMS, default=FORMS)
    parser.add_argument("--data", help="what examples/mnist.py takes; scikit-learn's digits if not given")
    options = parser.parse_args()
    pythons = {library: python_with_keras(library) for library in LIBRARIES}
    differ = False
    with tempfile.TemporaryDirectory() as folder:
        data = options.data and os.path.abspath(options.data)
        if data is None:
            data = str(pathlib.Path(folder, "digits.npz"))
            subprocess.run([pythons["tapeflow"], "-c", DIGITS, data], check=True, env=ENVIRONMENT, cwd=ROOT)
        print(f"{'form':10}{'test':12}{'tapeflow':>20}{'TensorFlow':>20}{'standard errors':>18}", flush=True)
        for form in options.forms:
            results = {library: [] for library in LIBRARIES}
            for seed in range(options.seeds):  # in turns, so that a noisy neighbour hits both
                for library, python in pythons.items():
                    results[library].append(test_results(python, library, form, seed, data, options.epochs))
            for place, measure in enumerate(("loss", "accuracy %")):
                ours, theirs = ([each[place] for each in results[library]] for library in LIBRARIES)
                distance, words = compared(ours, theirs)
                differ |= words != "alike"
                cells = "".join(
                    f"{f'{statistics.mean(each):.4f} ± {statistics.stdev(each):.4f}':>20}"
                    for each in (ours, theirs)
                )
                print(f"{form:10}{measure:12}{cells}{distance:12.1f}  {words}", flush=True)
    return int(differ)


if __name__ == "__main__":
    raise SystemExit(main())
