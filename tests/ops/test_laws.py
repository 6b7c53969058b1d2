"""Every registered op has a case, and every law holds for every case."""

import numpy as np
import pytest

import tapeflow
import tapeflow.ops
from tapeflow.core.op import REGISTRY
from tests import collect, tally
from tests.ops import cases
from tests.ops.laws import LAWS

collect.import_all(tapeflow.ops)
ENTRIES = collect.tables(cases, "CASES")


def _applies(case, name, condition):
    """Whether the law can be checked; a case that fails even here is reported by the check itself."""
    if name in case.skip:
        return False
    try:
        return condition(case)
    except Exception:
        return True


CHECKS = [
    pytest.param(case, name, check, id=f"{family}-{case.op.name}-{position}-{name}")
    for family, position, case in ENTRIES
    for name, condition, check in LAWS
    if _applies(case, name, condition)
]


@pytest.mark.parametrize("case, law, check", CHECKS)
def test_law(case, law, check):
    with np.errstate(all="ignore"):
        check(case)
    tally.laws[law] += 1
    tally.ops.add(case.op.type_name)


def _serves_programs_only(op):
    """Whether an op cannot be called by itself: control flow, calls of programs and of Python, sizes of traces."""
    return bool(op.facts.get("infers") or op.facts.get("calls_python") or op.facts.get("asks_shape"))


ELSEWHERE = {"WriteFile", "Timestamp", "RaggedRows", "StringPieces", "XlaCallModule", "OwnCopy"}
"""Ops that laws cannot speak of: one has no result, one another one each time, two have rows of many kinds, one runs
programs of JAX, one is put into programs that are finished. tests/io has the first two; the public functions made of
the next two are compared with TensorFlow's in tests/oracle/cases/ragged_functions.py; tests/alias/test_jax2tf.py has
the next and tests/function/test_iterators_in_programs.py the last."""


def test_every_op_has_a_case():
    covered = {case.op.type_name for _, _, case in ENTRIES} | ELSEWHERE
    missing = [
        repr(op) for name, op in REGISTRY.items() if name not in covered and not _serves_programs_only(op)
    ]
    assert not missing, f"{len(missing)} ops have no case in tests/ops/cases: {', '.join(missing)}"
