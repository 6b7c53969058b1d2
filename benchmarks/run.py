"""Times tapeflow beside TensorFlow, PyTorch and JAX in one run and prints ratios to the fastest peer.

Each library runs in a process and a virtual environment of its own. The processes take turns: one repetition of one
workload at a time, in an order that rotates, so that a noisy neighbour hits all alike. The figure of a workload is the
fastest repetition. Only the ratios mean anything; times differ from machine to machine and from hour to hour.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import venv

ROOT = pathlib.Path(__file__).resolve().parent.parent
REQUIREMENTS = {
    "tapeflow": ["--editable", str(ROOT)],
    "tensorflow": ["tensorflow-cpu==2.21.0"],
    "torch": ["torch==2.13.0", "numpy"],
    "jax": ["jax==0.10.2"],
}
ENVIRONMENT = {  # what a user has: bytecode is kept
    **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
    "JAX_PLATFORMS": "cpu",
}
IMPORTS = {"tapeflow": "tapeflow", "tensorflow": "tensorflow", "torch": "torch", "jax": "jax"}
TARGETS = {  # the greatest ratio to the fastest peer that we accept
    "scalar add": 0.65,
    "matmul 10x10": 1.15,
    "gradient of v*v": 0.55,
    "second order of v*v": 0.65,
    "chain of 200": 0.60,
    "MLP SGD step": 1.0,
}


def environment(library):
    """The Python of the library's virtual environment, made if it is not there."""
    folder = ROOT / f".venv-bench-{library}"
    python = folder / "bin" / "python"
    stamp = folder / ".installed"
    wanted = "\n".join(REQUIREMENTS[library])
    if not stamp.exists() or stamp.read_text() != wanted:
        print(f"Installing {library} into {folder.name} ...", file=sys.stderr)
        venv.create(folder, with_pip=True)
        command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*command, *REQUIREMENTS[library]], check=True)
        stamp.write_text(wanted)
    return python


class Worker:
    """A process that runs the workloads of one library, one repetition at a time."""

    def __init__(self, library):
        self.library = library
        self.python = environment(library)
        self._process = subprocess.Popen(
            [self.python, ROOT / "benchmarks" / "worker.py", library],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=ENVIRONMENT,
        )
        self.workloads = self._answer()

    def _answer(self):
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"The {self.library} worker ended; its error stands above.")
        return json.loads(line)

    def run(self, workload, seconds):
        """Microseconds per call of the workload, over about `seconds`."""
        self._process.stdin.write(json.dumps([workload, seconds]) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def stop(self):
        """Ends the process."""
        self._process.stdin.close()
        self._process.wait()


def import_microseconds(worker):
    """Wall time of `import library` in a fresh interpreter, best of six."""

    def best(statement):
        script = f"import time; s = time.perf_counter(); {statement}; print(time.perf_counter() - s)"
        command = [worker.python, "-c", script]
        runs = [subprocess.check_output(command, text=True, env=ENVIRONMENT) for _ in range(6)]
        return min(float(run.splitlines()[-1]) for run in runs)

    return 1e6 * best(f"import {IMPORTS[worker.library]}")


def measure(workers, names, rounds, seconds):
    """{workload: {library: best microseconds}}; the workers take turns."""
    best = {name: {} for name in names}
    for turn in range(rounds):
        order = workers[turn % len(workers) :] + workers[: turn % len(workers)]
        for name in names:
            for worker in order:
                if name in worker.workloads:
                    time = worker.run(name, seconds)
                    best[name][worker.library] = min(time, best[name].get(worker.library, time))
        print(f"\rround {turn + 1} of {rounds}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return best


def print_table(best, libraries):
    """One row a workload: microseconds of each library, our ratio to the fastest peer, and the target."""
    peers = [library for library in libraries if library != "tapeflow"]
    print(f"{'us':24}" + "".join(f"{library:>12}" for library in libraries) + f"{'ratio':>9}{'target':>9}")
    missed = []
    for name, times in best.items():
        cells = "".join(
            f"{times[library]:12.2f}" if library in times else f"{'-':>12}" for library in libraries
        )
        others = [times[library] for library in peers if library in times]
        ratio = times["tapeflow"] / min(others) if others and "tapeflow" in times else None
        target = TARGETS.get(name)
        if ratio is not None and target is not None and ratio > target:
            missed.append(name)
        print(
            f"{name:24}{cells}"
            + (f"{ratio:9.2f}" if ratio is not None else f"{'-':>9}")
            + (f"{target:9.2f}" if target is not None else "")
        )
    print(f"over the target: {', '.join(missed)}" if missed else "every target is met")


def main():
    """See --help."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=0.02, help="length of one repetition")
    parser.add_argument("--only", help="workloads whose name contains this")
    parser.add_argument("--libraries", nargs="+", default=list(REQUIREMENTS), choices=list(REQUIREMENTS))
    options = parser.parse_args()
    workers = [Worker(library) for library in options.libraries]
    try:
        names = [name for name in workers[0].workloads if not options.only or options.only in name]
        best = measure(workers, names, options.rounds, options.seconds)
        if not options.only or options.only in "import":
            best["import"] = {worker.library: import_microseconds(worker) for worker in workers}
    finally:
        for worker in workers:
            worker.stop()
    print_table(best, options.libraries)


if __name__ == "__main__":
    main()
