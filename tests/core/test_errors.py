import pickle

import pytest

import tapeflow as tf
from tapeflow.core import errors

tensorflow = pytest.importorskip("tensorflow")

THEIRS = tensorflow.errors
CODES = [name for name in dir(THEIRS) if name.isupper()]
STATUS_ERRORS = [
    name
    for name in dir(THEIRS)
    if isinstance(getattr(THEIRS, name), type)
    and issubclass(getattr(THEIRS, name), THEIRS.OpError)
    and name != "OpError"
]


def test_codes_are_tensorflows():
    assert {name: getattr(errors, name) for name in CODES} == {name: getattr(THEIRS, name) for name in CODES}


@pytest.mark.parametrize("name", STATUS_ERRORS)
def test_status_error_behaves_as_tensorflows(name):
    ours, theirs = (getattr(module, name)(None, None, "what came") for module in (errors, THEIRS))
    assert [base.__name__ for base in type(theirs).__mro__] == [
        base.__name__ for base in type(ours).__mro__ if base.__name__ != "_StatusError"
    ]
    assert (str(ours), repr(ours), ours.args) == (str(theirs), repr(theirs), theirs.args)
    for attribute in ("message", "node_def", "op", "error_code", "experimental_payloads"):
        assert getattr(ours, attribute) == getattr(theirs, attribute)


def test_status_errors_are_all_there():
    assert len(STATUS_ERRORS) == 16


@pytest.mark.parametrize("name", STATUS_ERRORS)
def test_status_error_pickles(name):
    error = getattr(errors, name)(None, None, "message", {"key": "value"})
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.message, again.error_code) == (type(error), "message", error.error_code)
    assert again.experimental_payloads == {"key": "value"}


def test_a_code_may_stand_for_details():
    """Keras gives it when it raises an error of a layer again with more words."""
    for module in (errors, THEIRS):
        error = module.InvalidArgumentError(None, None, "message", 3)
        assert (error.message, error.error_code, error.experimental_payloads) == ("message", 3, 3)


def test_op_error_pickles_with_its_code():
    again = pickle.loads(pickle.dumps(errors.OpError(None, None, "message", 77)))
    assert (again.message, again.error_code) == ("message", 77)


def test_op_error_names_its_operation():
    class Operation:
        name = "product"
        traceback = (("model.py", 3, "call", "a @ b"),)
        _original_op = None

    ours, theirs = (module.InternalError(None, Operation(), "broken") for module in (errors, THEIRS))
    assert str(ours) == str(theirs)
    assert ours.op.name == "product"


@pytest.mark.parametrize("arguments", [(), ("message",), (None, None)])
def test_status_error_needs_its_arguments(arguments):
    for module in (errors, THEIRS):
        with pytest.raises(TypeError, match="missing"):
            module.InvalidArgumentError(*arguments)


def test_graph_errors_are_python_errors():
    assert issubclass(errors.OperatorNotAllowedInGraphError, TypeError)
    assert issubclass(errors.InaccessibleTensorError, ValueError)


def test_results_that_find_no_memory_are_told_as_tensorflow_does():
    wide, tall = tf.ones([1 << 24]), tf.ones([1 << 24, 1])
    with pytest.raises(
        errors.ResourceExhaustedError, match=r"OOM when allocating tensor.*16777216.*\[Op:Mul\]"
    ):
        tf.multiply(wide, tall)
    with pytest.raises(errors.ResourceExhaustedError, match="OOM when allocating tensor"):
        tf.function(tf.multiply, jit_compile=False)(wide, tall)
    with pytest.raises(errors.ResourceExhaustedError, match="OOM when allocating tensor"):
        tf.function(tf.multiply, jit_compile=True)(wide, tall)


@pytest.mark.parametrize(
    "make",
    [
        lambda: tf.ones([1 << 50]),
        lambda: tf.zeros([1 << 50]),
        lambda: tf.fill([1 << 50], 2.0),
        lambda: tf.range(1 << 50),
        lambda: tf.eye(1 << 25),
        lambda: tf.random.normal([1 << 46]),
    ],
)
def test_tensors_that_find_no_memory_are_told_as_tensorflow_does(make):
    with pytest.raises(errors.ResourceExhaustedError, match="OOM when allocating tensor"):
        make()
