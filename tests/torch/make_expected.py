"""Writes expected.json: what PyTorch gives for the cases. Run it where PyTorch is installed:

python -m tests.torch.make_expected
"""

import json
import pathlib

import torch
import torch.nn.functional

from tests.torch import run

EXPECTED = pathlib.Path(__file__).with_name("expected.json")


def main():
    """Runs every case in PyTorch."""
    expected = {"torch": torch.__version__.partition("+")[0]}
    for kind, (runner, sources) in run.KINDS.items():
        expected[kind] = {}
        for name, source in sources.items():
            try:
                expected[kind][name] = runner(torch, torch.nn.functional, source)
            except Exception as error:
                raise SystemExit(f"{kind} case {name!r}: {error!r}") from error
    missing = [name for name, found in expected["error"].items() if found is None]
    if missing:
        raise SystemExit(f"No errors: {missing}")
    lines = []  # a line for each case, so that changes can be read
    for kind, found in expected.items():
        if isinstance(found, str):
            lines.append(f"{json.dumps(kind)}: {json.dumps(found)}")
        else:
            rows = ",\n".join(f"  {json.dumps(name)}: {json.dumps(each)}" for name, each in found.items())
            lines.append(f"{json.dumps(kind)}: {{\n{rows}\n}}")
    EXPECTED.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print({kind: len(found) for kind, found in expected.items() if isinstance(found, dict)})


if __name__ == "__main__":
    main()
