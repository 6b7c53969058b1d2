import re

import numpy as np
import pytest

from tapeflow.core import dtypes


@pytest.fixture(autouse=True, scope="session")
def extension_types():
    """The scalar types that NumPy lacks, which an upper layer registers in the package."""

    def load():
        import ml_dtypes

        return ml_dtypes

    dtypes.provide_extension_types(load)


def _outcome(source, names):
    """The repr of what an expression evaluates to, or the class and message of its exception."""
    try:
        text = repr(eval(source, dict(names, np=np)))
    except Exception as error:
        text = f"{type(error).__name__}: {error}"
    return re.sub(r" at 0x[0-9a-f]+", "", text)


@pytest.fixture
def assert_same_outcomes():
    """Evaluates each line of a table with our names and with TensorFlow's, and compares what comes out."""

    def check(table, ours, theirs):
        sources = [line.strip() for line in table.strip().splitlines()]
        different = [
            f"{source}\n  ours:   {_outcome(source, ours)}\n  theirs: {_outcome(source, theirs)}"
            for source in sources
            if _outcome(source, ours) != _outcome(source, theirs)
        ]
        assert not different, "\n" + "\n".join(different)

    return check
