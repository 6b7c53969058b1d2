"""Keras on tapeflow beside Keras on TensorFlow, PyTorch and JAX: training, importing, and the peak of memory.

Each backend runs in a process and a virtual environment of its own (those of run.py); the processes take turns.
Only the ratios to the best other backend mean anything.
"""

import argparse
import subprocess
import sys

import run

TARGETS = {  # the greatest ratio to the best other backend that we accept
    "eager step": 0.33,
    "compiled step": 0.50,
    "fit MLP": 0.50,
    "fit MLP by 8": 0.50,
    "fit CNN": 1.00,
    "fit LSTM": 1.00,
    "slices, shuffle, batch": 0.50,
    "import keras": 0.50,
    "peak of fit MLP": 0.50,
}
LIBRARIES = ("tapeflow", "tensorflow", "torch", "jax")
IMPORTS = {  # imports and memory are compared with TensorFlow's alone
    "tapeflow": "import tapeflow; tapeflow.install_as_tensorflow(); import keras",
    "tensorflow": "import keras",
}
MEMORY = """
import resource, sys
sys.argv[1:] = [{library!r}]
sys.path.insert(0, {folder!r})
from libraries import keras_models
keras_models.WORKLOADS["fit MLP"]()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def variables(library):
    """The environment variables under which Keras takes the backend."""
    backend = "tensorflow" if library == "tapeflow" else library
    return {**run.ENVIRONMENT, "KERAS_BACKEND": backend}


def peak_kibibytes(library):
    """The greatest resident size of a process that imports Keras and trains for one epoch."""
    script = MEMORY.format(library=library, folder=str(run.ROOT / "benchmarks"))
    command = [run.environment(library), "-c", script]
    return float(subprocess.check_output(command, text=True, env=variables(library)).splitlines()[-1])


def main():
    """See --help."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.1, help="length of one repetition")
    parser.add_argument("--only", default="", help="workloads whose name contains this")
    parser.add_argument("--libraries", nargs="+", default=LIBRARIES, choices=LIBRARIES)
    options = parser.parse_args()
    workers = [run.Worker(library, "keras_models") for library in options.libraries]
    try:
        names = dict.fromkeys(name for worker in workers for name in worker.workloads)
        names = [name for name in names if options.only in name]
        forms = run.measure(workers, names, options.rounds, options.seconds)
    finally:
        for worker in workers:
            worker.stop()
    best = {
        name: {library: times[""] for library, times in libraries.items()}
        for name, libraries in forms.items()
    }
    if options.only in "import keras":
        best["import keras"] = {
            library: run.import_microseconds(run.environment(library), IMPORTS[library], variables(library))
            for library in options.libraries
            if library in IMPORTS
        }
    run.print_table(best, options.libraries, TARGETS)
    if options.only in "peak of fit MLP":
        print("The peak in KiB, so the ratio is one of memory:")
        libraries = [library for library in options.libraries if library in IMPORTS]
        peaks = {"peak of fit MLP": {library: peak_kibibytes(library) for library in libraries}}
        run.print_table(peaks, options.libraries, TARGETS)


if __name__ == "__main__":
    sys.exit(main())
