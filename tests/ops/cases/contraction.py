"""Matrix products and einsum."""

import numpy as np

from tapeflow.ops import contraction, einsum
from tests.ops.case import Case, complex_normal, normal


def product(left, right, a, b, **flags):
    """A case of matmul with stacks of matrices `left` x a and `right` x b."""

    def reference(a, b):
        a = np.swapaxes(a, -1, -2) if flags.get("transpose_a") else a
        b = np.swapaxes(b, -1, -2) if flags.get("transpose_b") else b
        return a @ b

    return Case(contraction.matmul, normal(*left, *a), normal(*right, *b), reference=reference, **flags)


def contraction_of(equation, *dims, make=normal):
    """A case of the binary einsum op."""
    inputs = [make(*each) for each in dims]
    return Case(einsum.contract, *inputs, equation=equation, reference=lambda a, b: np.einsum(equation, a, b))


CASES = [
    product((), (), (2, 3), (3, 4)),
    product((), (), (2, 3), (3, 4), transpose_a=False, transpose_b=False),
    product((), (), (3, 2), (3, 4), transpose_a=True),
    product((), (), (2, 3), (4, 3), transpose_b=True),
    product((), (), (3, 2), (4, 3), transpose_a=True, transpose_b=True),
    product((3,), (3,), (2, 3), (3, 4)),
    product((3,), (3,), (3, 2), (4, 3), transpose_a=True, transpose_b=True),
    product((3,), (), (2, 3), (3, 4)),
    product((3,), (), (3, 2), (4, 3), transpose_a=True, transpose_b=True),
    product((2, 3), (), (2, 3), (4, 3), transpose_b=True),
    product((), (3,), (2, 3), (3, 4)),
    product((), (3,), (3, 2), (3, 4), transpose_a=True),
    product((2, 1), (3,), (2, 3), (3, 4)),
    product((1,), (2,), (2, 3), (4, 3), transpose_b=True),
    product((), (), (1, 1), (1, 1)),
    Case(contraction.matmul, complex_normal(2, 3), complex_normal(3, 4), reference=np.matmul),
    Case(
        contraction.matmul, complex_normal(2, 3, 2), complex_normal(4, 3), transpose_a=True, transpose_b=True
    ),
    contraction_of("ab,bc->ac", (2, 3), (3, 4)),
    contraction_of("zab,zbc->zca", (2, 2, 3), (2, 3, 4)),
    contraction_of("bqhd,bkhd->bhqk", (2, 3, 2, 2), (2, 4, 2, 2)),
    contraction_of("a,b->ba", (2,), (3,)),
    contraction_of("ab,ab->ba", (2, 3), (2, 3)),
    contraction_of("ab,cb->acb", (2, 3), (4, 3)),
    contraction_of("abc,bca->", (2, 3, 2), (3, 2, 2)),
    contraction_of("abcd,dc->ba", (2, 3, 2, 2), (2, 2)),
    contraction_of("a,->a", (2,), ()),
    contraction_of(",->", (), ()),
    contraction_of("ab,bc->ac", (2, 3), (3, 2), make=complex_normal),
    *[
        Case(
            einsum.rearrange,
            normal(*dims),
            equation=equation,
            reference=lambda x, equation=equation: np.einsum(equation, x),
        )
        for equation, dims in (
            ("ab->ba", (2, 3)),
            ("ab->b", (2, 3)),
            ("ab->", (2, 3)),
            ("aab->ba", (3, 3, 2)),
            ("aab->b", (3, 3, 2)),
            ("aba->ab", (3, 2, 3)),
            ("aa->", (3, 3)),
            ("->", ()),
        )
    ],
    Case(einsum.rearrange, normal(3), equation="a->aa", reference=np.diag),
    Case(einsum.rearrange, normal(2, 3), equation="ab->bba"),
    Case(einsum.rearrange, complex_normal(3, 3), equation="aa->a"),
]
