"""Linear operators against TensorFlow's, and against the dense matrices that they stand for."""

import numpy as np
import pytest

import tapeflow
from tests.oracle.linear_operators import BAD_CALLS, OPERATORS

tensorflow = pytest.importorskip("tensorflow")

HINTS = ("is_non_singular", "is_self_adjoint", "is_positive_definite", "is_square")
FLAGS = ((False, False), (True, False), (False, True), (True, True))


def facts(tf, operator, with_others):
    """What an operator says and does, as a dict of functions without arguments.

    with_others: whether also products with operators of other classes.
    """
    draws = np.random.default_rng(3)

    def numbers(*dims):
        found = draws.standard_normal(dims)
        return tf.constant(found + 1j * found[::-1] if operator.dtype.is_complex else found)

    rows, columns = operator.shape[-2:]
    batch = operator.batch_shape
    row, column, same = numbers(2, rows), numbers(columns), numbers(*batch, rows, columns)
    found = {
        "shape": lambda: operator.shape.as_list(),
        "batch_shape": lambda: batch.as_list(),
        "tensor_rank": lambda: operator.tensor_rank,
        "dimensions": lambda: [operator.range_dimension.value, operator.domain_dimension.value],
        "dtype": lambda: operator.dtype.name,
        "name": lambda: operator.name,
        "parameters": lambda: sorted(operator.parameters),
        "variables": lambda: len(operator.variables),
        "sizes": lambda: [
            operator.shape_tensor(),
            operator.batch_shape_tensor(),
            operator.tensor_rank_tensor(),
            operator.range_dimension_tensor(),
            operator.domain_dimension_tensor(),
        ],
        "itself": lambda: operator,
        "adjoint": lambda: operator.adjoint(),
        "inverse": lambda: operator.inverse(),
        "cholesky": lambda: operator.cholesky(),
        "H.H": lambda: operator.H.H,
        "a part": lambda: operator[0],
        "tf.linalg": lambda: [
            tf.linalg.adjoint(operator),
            tf.linalg.trace(operator),
            tf.linalg.diag_part(operator),
            tf.linalg.matmul(row, operator),
            tf.linalg.matvec(operator, column),
        ],
        "add_to_tensor": lambda: operator.add_to_tensor(same),
        "another dtype": lambda: operator.matmul(tf.constant(np.ones((columns, 1), np.float32))),
        "another size": lambda: operator.matvec(tf.concat([column, column], 0)),
    }
    methods = "determinant log_abs_determinant diag_part trace eigvals cond to_dense"
    methods += " assert_non_singular assert_positive_definite assert_self_adjoint"
    for name in methods.split():
        found[name] = lambda name=name: getattr(operator, name)()
    vector = numbers(2, 1, columns), numbers(2, 1, rows)
    matrix = numbers(columns, 2), numbers(rows, 2)
    for adjoint, adjoint_arg in FLAGS:
        each = {"adjoint": adjoint, "adjoint_arg": adjoint_arg}
        argument = [tf.linalg.adjoint(x) if adjoint_arg else x for x in matrix]
        found[f"matmul {each}"] = lambda each=each, x=argument[adjoint]: operator.matmul(x, **each)
        found[f"solve {each}"] = lambda each=each, x=argument[not adjoint]: operator.solve(x, **each)
    for adjoint in (False, True):
        found[f"matvec {adjoint}"] = lambda a=adjoint: operator.matvec(vector[a], adjoint=a)
        found[f"solvevec {adjoint}"] = lambda a=adjoint: operator.solvevec(vector[not a], adjoint=a)
    for name, other in others(tf, operator, columns) if with_others else ():
        found[f"matmul of {name}"] = lambda other=other: operator @ other
        found[f"solve for {name}"] = lambda other=other: operator.solve(other)
        if rows == columns:
            found[f"matmul by {name}"] = lambda other=other: other.matmul(operator)
            found[f"solve by {name}"] = lambda other=other: other.solve(operator)
    return found


def others(tf, operator, size):
    L = tf.linalg
    dtype = operator.dtype.as_numpy_dtype
    diagonal = tf.constant(np.arange(1, size + 1).astype(dtype))
    yield "identity", L.LinearOperatorIdentity(size, dtype=operator.dtype)
    yield "scaled identity", L.LinearOperatorScaledIdentity(size, diagonal[-1], is_non_singular=True)
    yield "diag", L.LinearOperatorDiag(diagonal, is_positive_definite=True)
    yield "lower triangular", L.LinearOperatorLowerTriangular(tf.ones([size, size], operator.dtype))
    yield "zeros", L.LinearOperatorZeros(size, dtype=operator.dtype)


def outcome(fact):
    """What a fact is, in a form that both libraries share; the class of an error that it raises."""
    try:
        return described(fact())
    except Exception as error:
        return type(error).__name__


def described(value):
    if isinstance(value, list):
        return [described(each) for each in value]
    if hasattr(value, "matvec"):
        hints = [getattr(value, name) for name in HINTS]
        return [type(value).__name__, *hints, described(value.to_dense())]
    return np.asarray(value.numpy()) if hasattr(value, "numpy") else value


def agree(mine, theirs):
    if isinstance(theirs, list) and isinstance(mine, list):
        return len(mine) == len(theirs) and all(map(agree, mine, theirs))
    if isinstance(theirs, np.ndarray) and isinstance(mine, np.ndarray):
        same = mine.dtype == theirs.dtype and mine.shape == theirs.shape
        return same and np.allclose(mine, theirs, rtol=1e-7, atol=1e-7, equal_nan=True)
    return type(mine) is type(theirs) and mine == theirs


BETTER = {
    "circulant": ("adjoint", "H.H", "tf.linalg"),  # TensorFlow's adjoint is of complex64 whatever it is of
    "circulant complex": ("adjoint", "H.H", "tf.linalg"),
    "diag": ("matmul by lower triangular",),  # leading axes are not told from others
    "scaled identity": tuple(f"{verb} diag" for verb in ("matmul of", "matmul by", "solve for", "solve by")),
    "full matrix hermitian": ("assert_non_singular", "assert_positive_definite"),  # dtypes do not fit
    "low rank update": ("assert_self_adjoint",),  # calls itself without end
    "tridiag": ("matmul", "matvec", "tf.linalg"),  # leading axes do not broadcast
    "tridiag in a sequence": ("matvec",),
    "tridiag as a matrix": ("matvec",),
}
"""How facts begin that are right here and wrong in TensorFlow, by operator."""

PLAIN = [
    "diag",
    "full matrix",
    "full matrix wide",
    "identity",
    "inversion",
    "lower triangular",
    "scaled identity",
    "zeros",
]
"""Operators whose products with others are compared."""


@pytest.mark.parametrize("name", OPERATORS)
def test_operator_agrees_with_tensorflow(name):
    mine, theirs = [
        {fact: outcome(each) for fact, each in all_facts.items()}
        for all_facts in [
            facts(tf, OPERATORS[name](tf.linalg, tf.constant), name in PLAIN) for tf in (tapeflow, tensorflow)
        ]
    ]
    wrong = {
        fact: (mine[fact], theirs[fact])
        for fact in theirs
        if not (fact.startswith(BETTER.get(name, ("nothing",))) or agree(mine[fact], theirs[fact]))
    }
    assert not wrong


@pytest.mark.parametrize("call", BAD_CALLS)
def test_bad_calls_raise_what_tensorflow_raises(call):
    mine, theirs = [outcome(lambda tf=tf: call(tf.linalg)) for tf in (tapeflow, tensorflow)]
    assert isinstance(theirs, str)
    assert mine == theirs


@pytest.mark.parametrize(
    "name", [name for name in OPERATORS if "singular" not in name and "zeros" not in name]
)
def test_operator_does_what_its_matrix_does(name):
    operator = OPERATORS[name](tapeflow.linalg, tapeflow.constant)
    matrix = operator.to_dense().numpy()
    draws = np.random.default_rng(5)
    for adjoint, adjoint_arg in FLAGS:
        whole = matrix.conj().swapaxes(-1, -2) if adjoint else matrix
        x = draws.standard_normal((2, *(1,) * (matrix.ndim - 2), whole.shape[-1], 2)).astype(matrix.dtype)
        given = x.conj().swapaxes(-1, -2) if adjoint_arg else x
        found = operator.matmul(given, adjoint=adjoint, adjoint_arg=adjoint_arg).numpy()
        np.testing.assert_allclose(found, whole @ x, rtol=1e-7, atol=1e-7)
        if operator.is_square:
            given = found.conj().swapaxes(-1, -2) if adjoint_arg else found
            solved = operator.solve(given, adjoint=adjoint, adjoint_arg=adjoint_arg).numpy()
            np.testing.assert_allclose(solved, np.broadcast_to(x, solved.shape), rtol=1e-7, atol=1e-7)
    np.testing.assert_allclose(operator.diag_part(), np.diagonal(matrix, axis1=-2, axis2=-1), atol=1e-7)
    np.testing.assert_allclose(operator.trace(), np.trace(matrix, axis1=-2, axis2=-1), atol=1e-7)
    np.testing.assert_allclose(operator.adjoint().to_dense(), matrix.conj().swapaxes(-1, -2), atol=1e-7)
    singular_values = np.linalg.svd(matrix, compute_uv=False)
    np.testing.assert_allclose(np.real(operator.cond()), singular_values[..., 0] / singular_values[..., -1])
    if operator.is_square:
        determinant = np.linalg.det(matrix)
        np.testing.assert_allclose(operator.determinant(), determinant, rtol=1e-7)
        logarithm = operator.log_abs_determinant().numpy().real
        np.testing.assert_allclose(logarithm, np.log(np.abs(determinant)), atol=1e-7)
        np.testing.assert_allclose(operator.inverse().to_dense(), np.linalg.inv(matrix), atol=1e-7)
        np.testing.assert_allclose((operator @ operator).to_dense(), matrix @ matrix, atol=1e-7)
        one = np.broadcast_to(np.eye(matrix.shape[-1]), matrix.shape)
        np.testing.assert_allclose(operator.solve(operator).to_dense(), one, atol=1e-7)
