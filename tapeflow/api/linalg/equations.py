"""Equations of einsum as users write them, made canonical: one letter for each axis, and an output."""

import re
from functools import lru_cache

import numpy

from tapeflow.core.errors import InvalidArgumentError
from tapeflow.ops.einsum import LETTERS

_TERM = r"[a-zA-Z]*(?:\.\.\.[a-zA-Z]*)?"
_EQUATION = rf"{_TERM}(?:,{_TERM})*(?:->{_TERM})?"
# NumPy's searches that stand for those that TensorFlow offers.
_SEARCHES = {
    **dict.fromkeys(("greedy", "eager", "opportunistic", "auto", "auto-hq"), "greedy"),
    **dict.fromkeys(("random-greedy", "random-greedy-128"), "greedy"),
    **dict.fromkeys(
        ("optimal", "branch-all", "branch-2", "branch-1", "dp", "dynamic-programming"), "optimal"
    ),
}


def labelled_terms(equation, shapes):
    """([(labels, new shape or None) of each input], labels of the output), with labels in place of ellipses.

    An input whose axis of size 1 broadcasts against others loses that axis: its new shape is given.
    """
    terms, result, letters = _parsed(equation, tuple([len(dims) for dims in shapes]))
    if not letters:
        return [(labels, None) for labels in terms], result
    sizes = _broadcast_sizes(terms, shapes, letters)
    squeezed = []
    for labels, dims in zip(terms, shapes, strict=True):
        kept = [
            axis for axis, label in enumerate(labels) if label not in letters or dims[axis] == sizes[label]
        ]
        if len(kept) < len(dims):
            squeezed.append(("".join([labels[axis] for axis in kept]), tuple([dims[axis] for axis in kept])))
        else:
            squeezed.append((labels, None))
    return squeezed, result


def _broadcast_sizes(terms, shapes, letters):
    sizes = {}
    for labels, dims in zip(terms, shapes, strict=True):
        for label, size in zip(labels, dims, strict=True):
            if label in letters and sizes.setdefault(label, size) != size:
                if 1 not in (size, sizes[label]):
                    shown = " vs. ".join([str(list(each)).replace(" ", "") for each in shapes])
                    raise InvalidArgumentError(None, None, f"Invalid broadcasting dimensions: {shown}")
                sizes[label] = sizes[label] if size == 1 else size
    return sizes


@lru_cache(256)
def _parsed(equation, ranks):
    """(labels of each input, labels of the output, those that stand for axes of ellipses)."""
    plain = equation.replace(" ", "")
    if not re.fullmatch(_EQUATION, plain):
        raise ValueError(f"Subscripts have incorrect format: {equation}")
    left, arrow, result = plain.partition("->")
    terms = left.split(",")
    if len(terms) != len(ranks):
        raise ValueError(f'Got {len(ranks)} inputs for equation "{equation}", expecting {len(terms)}')
    if not arrow:
        names = left.replace(",", "").replace(".", "")
        result = "".join([label for label in sorted(set(names)) if names.count(label) == 1])
    names = result.replace(".", "")
    for label in names:
        if names.count(label) > 1:
            raise ValueError(f"Output subscripts contain a label appearing more than once: {equation}")
        if label not in left:
            raise ValueError(
                f"Output subscripts contain the label {label} not present in the input subscripts."
            )
    counts = [
        _ellipsis_rank(term, rank, position)
        for position, (term, rank) in enumerate(zip(terms, ranks, strict=True))
    ]
    letters = _fresh_letters(plain, max(counts, default=0))
    if letters and "..." not in result:
        raise InvalidArgumentError(
            None,
            None,
            f"Output contains {len(letters)} broadcasting dimension(s) but no ellipsis (...) was found in the "
            "output subscripts.",
        )
    terms = [
        term.replace("...", letters[len(letters) - count :])
        for term, count in zip(terms, counts, strict=True)
    ]
    return terms, result.replace("...", letters), frozenset(letters)


def _ellipsis_rank(term, rank, position):
    """How many axes the ellipsis of a term stands for."""
    named = len(term.replace("...", ""))
    if "..." not in term and named != rank:
        raise InvalidArgumentError(
            None, None, f"Expected input {position} to have rank {named} but got: {rank} [Op:Einsum]"
        )
    if named > rank:
        raise InvalidArgumentError(
            None, None, f"Expected input {position} to have rank at least {named} but got: {rank} [Op:Einsum]"
        )
    return rank - named


def _fresh_letters(equation, count):
    free = [letter for letter in LETTERS if letter not in equation]
    if count > len(free):
        raise NotImplementedError(
            f"einsum knows {len(LETTERS)} labels; {equation!r} needs {count} for its ellipsis."
        )
    return "".join(free[:count])


@lru_cache(256)
def binary_steps(labels_a, labels_b, result):
    """(equation to apply to a first or None, to b or None, equation of the contraction that remains)."""
    first, rest_a = _own_step(labels_a, labels_b, result)
    second, rest_b = _own_step(labels_b, labels_a, result)
    return first, second, f"{rest_a},{rest_b}->{result}"


def _own_step(labels, others, result):
    """What an operand can do alone: diagonals of repeated labels, and sums over those nobody else has."""
    kept = "".join([label for label in dict.fromkeys(labels) if label in others or label in result])
    return (f"{labels}->{kept}" if kept != labels else None), kept


def contraction_path(terms, result, shapes, optimize):
    """The order in which to contract: pairs of positions, each pair's result going to the end of the list."""
    if optimize not in _SEARCHES:
        raise KeyError(f"Path optimizer {optimize!r} not found, valid options are {set(_SEARCHES)}.")
    stand_ins = [numpy.broadcast_to(numpy.float32(0), dims) for dims in shapes]
    try:
        _, *path = numpy.einsum_path(
            f"{','.join(terms)}->{result}", *stand_ins, optimize=_SEARCHES[optimize]
        )[0]
    except ValueError as error:
        raise InvalidArgumentError(None, None, f"{error} [Op:Einsum]") from error
    count = len(terms)
    for group in path:
        last, *others = sorted(group, reverse=True)
        for other in others:
            yield last, other
            count -= 1
            last = count - 1
