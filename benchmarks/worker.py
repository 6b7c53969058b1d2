"""Serves the workloads of one library: reads [name, seconds] lines, answers with microseconds per call.

A workload is a function of no arguments, or such a function and how many calls' work it does. The name of one of
several forms of a workload is "workload: form".
"""

import gc
import importlib
import json
import sys
import time

WARM_UP_CALLS, WARM_UP_SECONDS = 5, 1.0
LONG_CALL = 1.0  # seconds; a call that takes longer is warm after two


def microseconds(function, seconds):
    """Mean time of one call over about `seconds`, after finding out how many calls that is."""
    count = 1
    while True:
        start = time.perf_counter()
        for _ in range(count):
            function()
        elapsed = time.perf_counter() - start
        if elapsed >= seconds or count >= 1 << 24:
            return 1e6 * elapsed / count
        count = max(count + 1, min(10 * count, int(1.2 * count * seconds / max(elapsed, 1e-9))))


def warm_up(function):
    """The first calls, in which functions are traced and compiled; some libraries do that behind the caller's back."""
    start = time.perf_counter()
    for call in range(WARM_UP_CALLS):
        function()
        if call > 0 and time.perf_counter() - start > LONG_CALL:
            break
    while "tapeflow" in sys.modules and time.perf_counter() - start < WARM_UP_SECONDS:
        function()
    gc.collect()


def main():
    """Prints the names of the workloads, then serves until standard input ends."""
    answer = sys.stdout
    sys.stdout = sys.stderr  # a library that prints must not garble the answers
    workloads = importlib.import_module(f"libraries.{sys.argv[2]}").WORKLOADS
    warm = set()
    print(json.dumps(list(workloads)), file=answer, flush=True)
    for line in sys.stdin:
        name, seconds = json.loads(line)
        function, calls = workloads[name] if isinstance(workloads[name], tuple) else (workloads[name], 1)
        if name not in warm:
            warm.add(name)
            try:
                warm_up(function)
            except Exception as error:  # one form that a library cannot do must not end the others
                print(json.dumps(f"{type(error).__name__}: {str(error)[:300]}"), file=answer, flush=True)
                continue
        print(microseconds(function, seconds) / calls, file=answer, flush=True)


if __name__ == "__main__":
    main()
