"""Times tapeflow beside TensorFlow, PyTorch and JAX in one run and prints ratios to the fastest peer.

Each library runs in a process and a virtual environment of its own. The processes take turns: one repetition of one
workload at a time, in a random order, after a rest in which the threads of the one before go to sleep, so that what
disturbs hits all alike. The figure of a workload is the
fastest repetition. Only the ratios mean anything; times differ from machine to machine and from hour to hour.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import venv
from random import Random

REST_SECONDS = 0.03
"""Before each turn: libraries have threads wait in a loop for a while after their last job."""

ROOT = pathlib.Path(__file__).resolve().parent.parent
KERAS = "keras==3.15.1"
REQUIREMENTS = {
    "tapeflow": ["--editable", f"{ROOT}[keras]", KERAS],
    "tensorflow": ["tensorflow-cpu==2.21.0", KERAS],
    "torch": ["torch==2.13.0", "numpy", KERAS],
    "jax": ["jax==0.10.2", KERAS],
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
    "eager tanh 1M": 1.0,
    "eager softmax 1M": 1.0,
    "eager layer norm 1M": 1.0,
    "eager matmul 1024": 1.0,
    "eager CNN step": 1.0,
    "compiled MLP SGD step": 0.6,
    "compiled MLP Adam step": 0.6,
    "compiled softmax 1024x1024": 0.65,
    "compiled layer norm 1024x1024": 0.65,
    "compiled CNN step": 1.0,
    "compiled GPT block step": 1.0,
    "compiled Newton 10,000": 1.0,
    "compiled RNN 50 gradient": 1.0,
    "first call of a plan": 1.0,
    "first call compiled": 1.0,
    "first call from the cache": 0.33,
}
FIRST_CALLS = {  # name: the case of first_call.py, the libraries, whether tapeflow's cache on disk is filled before
    "first call of a plan": ("plan", ("tapeflow", "tensorflow"), False),
    "first call compiled": ("compiled", ("tapeflow", "jax"), False),
    "first call from the cache": ("compiled", ("tapeflow", "jax"), True),  # JAX's without one
    "first call chain of 100": ("chain of 100", ("tapeflow", "tensorflow", "jax"), False),
    "first call chain of 1000": ("chain of 1000", ("tapeflow", "tensorflow", "jax"), False),
}
GROWTH_TARGET = 12.0  # how much longer ten times the ops may take to compile


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
    """A process that runs the workloads of one library, one repetition at a time; `module` has them."""

    def __init__(self, library, module=None):
        self.library = library
        self.python = environment(library)
        self._process = subprocess.Popen(
            [self.python, ROOT / "benchmarks" / "worker.py", library, module or library],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=ENVIRONMENT,
        )
        self._failed = set()
        self.workloads = self._answer()

    def _answer(self):
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"The {self.library} worker ended; its error stands above.")
        return json.loads(line)

    def forms(self, workload):
        """What follows the workload's name in the names of its forms; "" for the only one."""
        names = [name for name in self.workloads if name == workload or name.startswith(f"{workload}: ")]
        return [name.removeprefix(workload) for name in names]

    def run(self, workload, seconds):
        """Microseconds per call of the workload, over about `seconds`; None for one that failed."""
        if workload in self._failed:
            return None
        self._process.stdin.write(json.dumps([workload, seconds]) + "\n")
        self._process.stdin.flush()
        answer = self._answer()
        if isinstance(answer, str):
            self._failed.add(workload)
            print(f"\n{self.library}, {workload}: {answer}", file=sys.stderr)
            return None
        return answer

    def stop(self):
        """Ends the process."""
        self._process.stdin.close()
        self._process.wait()


def import_microseconds(python, statement, environment=ENVIRONMENT):
    """Wall time of an import statement in a fresh interpreter, best of six."""
    script = f"import time; s = time.perf_counter(); {statement}; print(time.perf_counter() - s)"
    runs = [subprocess.check_output([python, "-c", script], text=True, env=environment) for _ in range(6)]
    return 1e6 * min(float(run.splitlines()[-1]) for run in runs)


def first_calls(libraries, names, rounds):
    """{name: {library: best microseconds}} of first calls, each in a process of its own."""
    best = {name: {} for name in names}
    with tempfile.TemporaryDirectory() as filled:
        for turn in range(-1, rounds):  # the first round fills the cache and is not counted
            for name in names:
                case, able, cached = FIRST_CALLS[name]
                for library in [each for each in libraries if each in able]:
                    time = _first_call(library, case, filled if cached else None)
                    if turn >= 0:
                        best[name][library] = min(time, best[name].get(library, time))
            print(f"\rfirst calls, round {turn + 1} of {rounds}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return best


def _first_call(library, case, cache):
    with tempfile.TemporaryDirectory() as empty:
        variables = {**ENVIRONMENT, "TAPEFLOW_CACHE_DIR": cache or empty}
        command = [environment(library), ROOT / "benchmarks" / "first_call.py", library, case]
        return float(subprocess.check_output(command, text=True, env=variables).splitlines()[-1])


def measure(workers, names, rounds, seconds):
    """{workload: {library: {form: best microseconds}}}; the workers take turns, in another order each round."""
    best = {name: {} for name in names}
    random = Random(0)
    for turn in range(rounds if names else 0):
        for name in names:
            for worker in random.sample(workers, len(workers)):
                for form in worker.forms(name):
                    time.sleep(REST_SECONDS)
                    found = worker.run(name + form, seconds)
                    if found is not None:
                        forms = best[name].setdefault(worker.library, {})
                        forms[form] = min(found, forms.get(form, found))
            if turn == 0:
                print(f"\r{name:40}", end="", file=sys.stderr, flush=True)
        print(f"\rround {turn + 1} of {rounds}{'':30}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return best


def print_table(best, libraries, targets=TARGETS):
    """One row a workload: microseconds of each library, our ratio to the fastest peer, and the target."""
    peers = [library for library in libraries if library != "tapeflow"]
    print(f"{'us':32}" + "".join(f"{library:>12}" for library in libraries) + f"{'ratio':>9}{'target':>9}")
    missed = []
    for name, times in best.items():
        cells = "".join(
            f"{times[library]:12.1f}" if library in times else f"{'-':>12}" for library in libraries
        )
        others = [times[library] for library in peers if library in times]
        ratio = times["tapeflow"] / min(others) if others and "tapeflow" in times else None
        target = targets.get(name)
        if ratio is not None and target is not None and ratio > target:
            missed.append(name)
        print(
            f"{name:32}{cells}"
            + (f"{ratio:9.2f}" if ratio is not None else f"{'-':>9}")
            + (f"{target:9.2f}" if target is not None else "")
        )
    print(f"over the target: {', '.join(missed)}" if missed else "every target is met")


def print_growth(best):
    """How compile time grows with the number of ops."""
    small, large = (best.get(f"first call chain of {count}", {}) for count in (100, 1000))
    for library in large:
        target = f" (target {GROWTH_TARGET:.0f})" if library == "tapeflow" else ""
        print(f"{library}, 1,000 ops / 100 ops: {large[library] / small[library]:.1f}{target}")


def print_forms(best):
    """The times of workloads in several forms, in microseconds."""
    for name, libraries in best.items():
        for library, forms in libraries.items():
            if len(forms) > 1:
                times = "; ".join([f"{form.removeprefix(': ')} {time:.1f}" for form, time in forms.items()])
                print(f"  {name}, {library}: {times}")


def main():
    """See --help."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=0.02, help="length of one repetition")
    parser.add_argument("--only", help="workloads whose name contains this")
    parser.add_argument("--forms", action="store_true", help="print the time of each form of a workload")
    parser.add_argument("--first-rounds", type=int, default=5, help="how many processes time each first call")
    parser.add_argument("--libraries", nargs="+", default=list(REQUIREMENTS), choices=list(REQUIREMENTS))
    options = parser.parse_args()
    chosen = lambda name: not options.only or options.only in name
    forms, workers = {}, []
    try:
        if not (options.only or "").startswith("first"):
            workers.extend([Worker(library) for library in options.libraries])
        names = dict.fromkeys(name.partition(": ")[0] for worker in workers for name in worker.workloads)
        forms = measure(workers, [name for name in names if chosen(name)], options.rounds, options.seconds)
        best = {
            name: {library: min(times.values()) for library, times in libraries.items()}
            for name, libraries in forms.items()
        }
        if workers and chosen("import"):
            best["import"] = {
                worker.library: import_microseconds(worker.python, f"import {IMPORTS[worker.library]}")
                for worker in workers
            }
    finally:
        for worker in workers:
            worker.stop()
    firsts = [name for name in FIRST_CALLS if chosen(name)]
    best |= first_calls(options.libraries, firsts, options.first_rounds) if firsts else {}
    print_table({name: times for name, times in best.items() if times}, options.libraries)
    if options.forms:
        print_forms(forms)
    print_growth(best)


if __name__ == "__main__":
    main()
