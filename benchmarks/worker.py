"""Serves the workloads of one library: reads [name, seconds] lines, answers with microseconds per call."""

import gc
import importlib
import json
import sys
import time


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


def main():
    """Prints the names of the workloads, then serves until standard input ends."""
    answer = sys.stdout
    sys.stdout = sys.stderr  # a library that prints must not garble the answers
    workloads = importlib.import_module(f"libraries.{sys.argv[1]}").WORKLOADS
    for function in workloads.values():
        function()
    print(json.dumps(list(workloads)), file=answer, flush=True)
    gc.collect()
    for line in sys.stdin:
        name, seconds = json.loads(line)
        print(microseconds(workloads[name], seconds), file=answer, flush=True)


if __name__ == "__main__":
    main()
