"""Reads reports of Keras' own tests and prints a table by folder, beside TensorFlow's own results.

python scripts/keras/table.py REPORT.xml [REPORT.xml ...] [--failures FILE]
"""

import argparse
import collections
import json
import pathlib
import xml.etree.ElementTree as ElementTree

BASELINE = pathlib.Path(__file__).with_name("tensorflow_baseline.json")
PARTS = ("layers", "backend")
"""Folders that are told apart by their subfolders."""


def folder(file):
    """The folder below keras/src that a test file counts for."""
    parts = file.split("/")[2:-1]
    return "/".join(parts[:2]) if parts and parts[0] in PARTS else "/".join(parts[:1]) or "."


def read(report):
    """Pairs of a test's id and its outcome: "passed", "failed" or "skipped"."""
    for case in ElementTree.parse(report).iter("testcase"):
        kinds = {child.tag for child in case}
        outcome = "failed" if kinds & {"failure", "error"} else "skipped" if "skipped" in kinds else "passed"
        module, _, owner = case.get("classname").rpartition("_test")
        file = module.replace(".", "/") + "_test.py"
        yield f"{file}::{owner.lstrip('.')}::{case.get('name')}", outcome


def first_line(case):
    """What failed, in one line."""
    for child in case:
        if child.tag in ("failure", "error"):
            return (child.get("message") or "").strip().split("\n")[0][:300]
    return ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("reports", nargs="+")
    parser.add_argument(
        "--failures", help="a file for the ids of what failed, with the first line of each error"
    )
    arguments = parser.parse_args()
    counts = collections.defaultdict(collections.Counter)
    failures = []
    expected = json.loads(BASELINE.read_text())["failed_on_tensorflow"] if BASELINE.exists() else []
    expected = set(expected)
    for report in arguments.reports:
        for name, outcome in read(report):
            file = name.split("::")[0]
            if outcome == "failed" and name in expected:
                outcome = "failed there too"
            counts[folder(file)][outcome] += 1
        for case in ElementTree.parse(report).iter("testcase"):
            message = first_line(case)
            if message:
                failures.append(f"{case.get('classname')}::{case.get('name')}\t{message}")
    columns = ("passed", "failed", "failed there too", "skipped")
    print(f"{'folder':32}" + "".join(f"{column:>18}" for column in columns) + f"{'share':>9}")
    total = collections.Counter()
    for name in sorted(counts):
        total.update(counts[name])
        _print_row(name, counts[name], columns)
    _print_row("all", total, columns)
    if arguments.failures:
        pathlib.Path(arguments.failures).write_text("\n".join(sorted(failures)) + "\n")


def _print_row(name, row, columns):
    run = row["passed"] + row["failed"]
    share = f"{row['passed'] / run:9.2%}" if run else f"{'-':>9}"
    print(f"{name:32}" + "".join(f"{row[column]:18}" for column in columns) + share)


if __name__ == "__main__":
    main()
