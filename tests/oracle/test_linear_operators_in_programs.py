"""Linear operators in traced functions, under tapes, and with variables, against TensorFlow's."""

import numpy as np
import pytest

import tapeflow
from tests.oracle.linear_operators import OPERATORS
from tests.oracle.test_linear_operators import agree, described

tensorflow = pytest.importorskip("tensorflow")


def in_programs(tf, make):
    """Results of functions that take and give an operator, and gradients with respect to its parts."""
    operator = make(tf.linalg, tf.constant)
    columns = operator.shape[-1]
    x = tf.cast(tf.reshape(tf.range(2 * columns), [columns, 2]), operator.dtype)

    @tf.function
    def product(given, x):
        return given.matmul(x), given.to_dense(), given

    with tf.GradientTape() as tape:
        parts = tf.nest.flatten(operator, expand_composites=True)
        tape.watch(parts)
        found = operator.matmul(x)
        total = tf.reduce_sum(tf.math.real(found * found))
    gradients = [each for each in tape.gradient(total, parts) if each is not None]
    return described([*product(operator, x), gradients])


@pytest.mark.parametrize("name", ["block diag", "circulant", "low rank update"])
def test_operator_in_programs_agrees_with_tensorflow(name):
    mine, theirs = [in_programs(tf, OPERATORS[name]) for tf in (tapeflow, tensorflow)]
    assert agree(mine, theirs), (mine, theirs)


def test_operators_of_one_kind_share_a_trace():
    def traces(tf):
        count = []

        @tf.function
        def solve(operator, rhs):
            count.append(1)
            return operator.solvevec(rhs)

        found = [solve(tf.linalg.LinearOperatorDiag([1.0, each]), [2.0, 2.0]) for each in (1.0, 2.0)]
        found.append(solve(tf.linalg.LinearOperatorDiag([1.0, 2.0], is_positive_definite=True), [2.0, 2.0]))
        return len(count), [each.numpy().tolist() for each in found]

    assert traces(tapeflow) == traces(tensorflow)


def variables(tf):
    """What happens with an operator of a variable before and after an assignment."""
    factor = tf.Variable([[2.0, 0.0], [1.0, 4.0]])
    operator = tf.linalg.LinearOperatorLowerTriangular(factor)

    @tf.function
    def solve(operator, rhs):
        return operator.solvevec(rhs)

    with tf.GradientTape() as tape:
        before = solve(operator, [2.0, 9.0])
        total = tf.reduce_sum(before)
    (gradient,) = tape.gradient(total, operator.trainable_variables)
    factor.assign([[1.0, 0.0], [0.0, 1.0]])
    after = solve(operator, [2.0, 9.0])
    given = tf.function(lambda: operator)()
    return described([before, after, gradient, given])


def test_operators_read_their_variables_when_they_are_used():
    assert agree(variables(tapeflow), variables(tensorflow))


def unknown_sizes(tf):
    """Operators made in a function of what has unknown sizes."""

    @tf.function(input_signature=[tf.TensorSpec([None, None], tf.float64), tf.TensorSpec([], tf.int32)])
    def combine(rows, size):
        L = tf.linalg
        diagonal = L.LinearOperatorDiag(rows)
        identity = L.LinearOperatorIdentity(size, dtype=tf.float64)
        both = L.LinearOperatorBlockDiag([diagonal, identity])
        square = L.LinearOperatorFullMatrix(tf.constant([[1.0, 2.0], [3.0, 4.0]], tf.float64))
        pairs = L.LinearOperatorKronecker([diagonal, square])
        grid = L.LinearOperatorToeplitz(rows, rows)
        wide = tf.ones([tf.shape(rows)[-1], 1], tf.float64)
        return [
            both.shape_tensor(),
            both.to_dense(),
            pairs.diag_part(),
            pairs.trace(),
            grid.matmul(wide),
            identity.trace(),
            (diagonal @ diagonal).solve(wide),
        ]

    return combine(tf.constant([[1.0, 2.0, 3.0]], tf.float64), tf.constant(2))


def test_sizes_may_be_unknown():
    assert agree(described(list(unknown_sizes(tapeflow))), described(list(unknown_sizes(tensorflow))))


def gradients_steps(tf):
    """Conjugate gradients, eagerly and in a function."""
    matrix = np.array([[4.0, 1.0, 0.0], [1.0, 3.0, 0.5], [0.0, 0.5, 2.0]])
    operator = tf.linalg.LinearOperatorFullMatrix(matrix, is_self_adjoint=True, is_positive_definite=True)
    rhs = tf.constant([[1.0, 2.0, 3.0], [0.5, -1.0, 2.0]], tf.float64)
    solve = tf.linalg.experimental.conjugate_gradient
    inverse = tf.linalg.LinearOperatorDiag(1 / np.diag(matrix), is_positive_definite=True)
    return described(
        [
            *solve(operator, rhs),
            *solve(operator, rhs, preconditioner=inverse, x=tf.ones_like(rhs), max_iter=2),
            *tf.function(solve)(operator, rhs, tol=1e-2),
        ]
    )


def test_conjugate_gradient_agrees_with_tensorflow():
    assert agree(gradients_steps(tapeflow), gradients_steps(tensorflow))


def test_gradients_by_operators_of_variables_are_operators():
    factor = tapeflow.Variable([3.0, 4.0])
    operator = tapeflow.linalg.LinearOperatorDiag(factor)
    with tapeflow.GradientTape() as tape:
        total = tapeflow.reduce_sum(operator.matvec([1.0, 2.0]))
    gradient = tape.gradient(total, operator)
    assert isinstance(gradient, tapeflow.linalg.LinearOperatorDiag)
    assert gradient.diag.numpy().tolist() == [1.0, 2.0]


def test_operators_are_batches_of_operators():
    """TensorFlow means to do so, but calls a method of the spec with too few arguments."""
    tf = tapeflow
    operator = tf.linalg.LinearOperatorBlockDiag(
        [
            tf.linalg.LinearOperatorDiag([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]),
            tf.linalg.LinearOperatorScaledIdentity(1, [7.0, 8.0, 9.0]),
        ]
    )
    whole = operator.to_dense().numpy()
    dense = tf.map_fn(lambda each: each.to_dense(), operator, fn_output_signature=tf.float32)
    data = tf.data.Dataset.from_tensor_slices(operator)
    assert (dense.numpy() == whole).all()
    assert (np.array([each.to_dense() for each in data]) == whole).all()
    assert (np.concatenate([each.to_dense() for each in data.batch(2)]) == whole).all()
