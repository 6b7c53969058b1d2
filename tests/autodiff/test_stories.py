"""Derivatives behave as TensorFlow's, story by story.

A story is a function of the library. It must end alike with both: values, dtypes, shapes, or the class of the
error.
"""

import logging

import pytest

import tapeflow
from tapeflow.core import log
from tests.autodiff import stories_custom, stories_forward, stories_jacobian, stories_tape
from tests.oracle.call import Call
from tests.oracle.comparison import assert_same

tensorflow = pytest.importorskip("tensorflow")
LIKE_ALL = Call("story")
STORIES = [
    story
    for module in (stories_tape, stories_custom, stories_forward, stories_jacobian)
    for name, story in vars(module).items()
    if callable(story) and story.__module__ == module.__name__ and not name.startswith("_")
]


def outcome(story, library):
    """What the story returns, or the exception that ends it."""
    try:
        return story(library), None
    except Exception as error:
        return None, error


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_story_ends_as_with_tensorflow(story):
    expected, expected_error = outcome(story, tensorflow)
    found, error = outcome(story, tapeflow)
    if expected_error is None:
        if error is not None:
            raise error
        assert_same(found, expected, LIKE_ALL, "result")
    else:
        assert type(error).__name__ == type(expected_error).__name__, (
            f"{error!r} instead of {expected_error!r}"
        )


def second_call(library):
    x = library.constant(3.0)
    with library.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    tape.gradient(y, x)
    with pytest.raises(RuntimeError) as error:
        tape.gradient(y, x)
    return str(error.value)


def test_second_call_says_what_tensorflow_says():
    assert second_call(tapeflow) == second_call(tensorflow)


def warnings_of(library, logger, caplog):
    """What the logger says when gradients of integers and strings are asked for."""
    caplog.clear()
    named = logging.getLogger(logger)
    propagates, named.propagate = named.propagate, True
    whole, text, x = library.constant(2), library.constant("a"), library.constant(2.0)
    with library.GradientTape(persistent=True) as tape:
        tape.watch([whole, x])
        y = x * x
        n = library.cast(x, library.int32)
        tape.gradient(y, x)
    assert tape.gradient([y, n], [whole, text]) == [None, None]
    named.propagate = propagates
    return [record.getMessage() for record in caplog.records if record.name == logger]


def test_warnings_are_tensorflows(caplog):
    log._times_told.clear()
    ours = warnings_of(tapeflow, "tapeflow", caplog)
    theirs = warnings_of(tensorflow, "tensorflow", caplog)  # says each of them a few times in a process
    assert set(theirs) <= set(ours)
    assert [each.rpartition("got ")[2] for each in ours if "got" in each] == [
        "tf.int32",  # watched
        "tf.int32",  # target
        "tf.int32",  # source
        "tf.string",
    ]
