"""What the tables covered, printed at the end of a run; workers of a parallel run send theirs to the first
process.
"""

from collections import Counter

laws = Counter()
"""Law -> how many checks of it ran."""
ops = set()
"""Ops that some law was checked for."""
functions = set()
"""Public functions whose results were compared with TensorFlow's."""
gradients = set()
"""Those of them whose gradients were compared too."""
bad_calls = set()
"""Calls whose exceptions were compared with TensorFlow's."""


def lines():
    """The summary of a run."""
    if ops:
        yield f"{len(ops)} ops × {len(laws)} laws: {sum(laws.values())} checks"
    if functions:
        yield f"{len(functions)} public functions agree with TensorFlow, {len(gradients)} of them with gradients"
    if bad_calls:
        yield f"{len(bad_calls)} bad calls raise what TensorFlow raises"


def dump():
    """The tally in types that travel between processes."""
    return dict(laws), *map(sorted, (ops, functions, gradients, bad_calls))


def merge(dumped):
    """Adds the tally of another process."""
    laws.update(dumped[0])
    for mine, theirs in zip((ops, functions, gradients, bad_calls), dumped[1:], strict=True):
        mine.update(theirs)
