"""`python -m tapeflow script.py arguments...`: runs a TensorFlow script on tapeflow, unchanged."""

import os
import runpy
import sys

import tapeflow


def main():
    """Runs the script named first on the command line as `__main__`, with `tensorflow` meaning tapeflow."""
    if len(sys.argv) < 2 or sys.argv[1] in ("-h", "--help"):
        print("usage: python -m tapeflow script.py [arguments...]\n\nRuns a TensorFlow script on tapeflow.")
        return 0 if len(sys.argv) > 1 else 2
    script = sys.argv[1]
    if not os.path.exists(script):
        print(f"python -m tapeflow: there is no file {script!r}.", file=sys.stderr)
        return 2
    tapeflow.install_as_tensorflow()
    sys.argv = sys.argv[1:]
    sys.path[0] = os.path.dirname(os.path.abspath(script))
    runpy.run_path(script, run_name="__main__")
    return 0


if __name__ == "__main__":
    sys.exit(main())
