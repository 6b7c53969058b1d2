"""Programs made at random do under tf.function what they do without it, or are refused: no value is ever made up."""

import linecache

import pytest

import tapeflow as tf
from tests.autograph.generated import Writer
from tests.plans import planned

_GROUPS, _EACH = 10, 12


def _made(seed):
    """The function of a seed; its source can be found as that of a file."""
    source = Writer(seed).source()
    name = f"<generated program {seed}>"
    linecache.cache[name] = len(source), None, source.splitlines(True), name
    names = {"tf": tf, "__name__": __name__}
    exec(compile(source, name, "exec"), names)
    return names["generated"], source


def _outcome(function, number):
    """The number that a call gives, or None, or the exception that it raises."""
    try:
        found = function(tf.constant(number))
        return None if found is None else int(found)
    except (NameError, TypeError, ValueError, NotImplementedError, tf.errors.InvalidArgumentError) as error:
        return error


@pytest.mark.parametrize("group", range(_GROUPS))
def test_generated_program_gives_what_python_gives(group):
    agreed = 0
    for seed in range(group * _EACH, (group + 1) * _EACH):
        function, source = _made(seed)
        staged = planned(function)
        for number in (0, 1, 2, 3, 5):
            found = _outcome(staged, number)
            if isinstance(found, Exception):
                continue  # refused: by which words is for other tests
            assert found == _outcome(function, number), f"seed {seed}, a = {number}\n{source}"
            agreed += 1
    assert agreed > _EACH
