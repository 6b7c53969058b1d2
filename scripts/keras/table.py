"""Reads reports of Keras' own tests and prints a table by folder, beside TensorFlow's own results.

python scripts/keras/table.py REPORT.xml [REPORT.xml ...] [--failures FILE] [--known FILE]

With --known, a file of lines `test id, tab, reason`, the status is 1 if another test failed.
"""

import argparse
import collections
import json
import pathlib
import sys
import xml.etree.ElementTree as ElementTree

BASELINE = pathlib.Path(__file__).with_name("tensorflow_baseline.json")
PARTS = ("layers", "backend")
"""Folders that are told apart by their subfolders."""


def folder(file):
    """The folder below keras/src that a test file counts for."""
    parts = file.split("/")[2:-1]
    return "/".join(parts[:2]) if parts and parts[0] in PARTS else "/".join(parts[:1]) or "."


def read(report):
    """For each test its id, its outcome, "passed", "failed" or "skipped", and what failed, in one line."""
    for case in ElementTree.parse(report).iter("testcase"):
        kinds = {child.tag for child in case}
        outcome = "failed" if kinds & {"failure", "error"} else "skipped" if "skipped" in kinds else "passed"
        yield identity(case.get("classname"), case.get("name")), outcome, first_line(case)


def identity(owner, name):
    """The test's id: file::class::name, file::name without a class, or the file alone that cannot be imported."""
    module, found, owner = owner.rpartition("_test")
    if not found:
        return name.replace(".", "/") + ".py"
    parts = [module.replace(".", "/") + "_test.py", *owner.split(".")[1:], name]
    return "::".join(parts)


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
    parser.add_argument("--known", help="a file with the ids of what may fail")
    arguments = parser.parse_args()
    counts = collections.defaultdict(collections.Counter)
    outcomes, failures = {}, []
    expected = set(json.loads(BASELINE.read_text())["failed_on_tensorflow"]) if BASELINE.exists() else set()
    for report in arguments.reports:
        for name, outcome, message in read(report):
            outcomes[name] = outcome
            if outcome == "failed":
                failures.append(f"{name}\t{message}")
                outcome = "failed there too" if name in expected else "failed"
            counts[folder(name.split("::")[0])][outcome] += 1
    columns = ("passed", "failed", "failed there too", "skipped")
    print(f"{'folder':32}" + "".join(f"{column:>18}" for column in columns) + f"{'share':>9}")
    total = collections.Counter()
    for name in sorted(counts):
        total.update(counts[name])
        _print_row(name, counts[name], columns)
    _print_row("all", total, columns)
    if arguments.failures:
        pathlib.Path(arguments.failures).write_text("\n".join(sorted(failures)) + "\n")
    if arguments.known:
        return compare(outcomes, known(arguments.known), expected)
    return 0


def known(file):
    """The ids of what may fail; empty lines and those that begin with # say nothing."""
    lines = pathlib.Path(file).read_text().splitlines()
    return {line.split("\t")[0] for line in lines if line.strip() and not line.startswith("#")}


def compare(outcomes, may_fail, expected):
    """Says which tests failed that may not, and which may that passed; 1 if there are any of the former."""
    failed = {name for name, outcome in outcomes.items() if outcome == "failed"} - may_fail - expected
    passed = {name for name in may_fail if outcomes.get(name) == "passed"}
    for name in sorted(passed):
        print(f"passes now, take it from the known failures: {name}")
    for name in sorted(failed):
        print(f"failed: {name}")
    if failed:
        print(f"{len(failed)} tests failed that are not known to fail.")
    return 1 if failed else 0


def _print_row(name, row, columns):
    run = row["passed"] + row["failed"]
    share = f"{row['passed'] / run:9.2%}" if run else f"{'-':>9}"
    print(f"{name:32}" + "".join(f"{row[column]:18}" for column in columns) + share)


if __name__ == "__main__":
    sys.exit(main())
