"""Where the syntax trees of functions come from: their own lines, or the whole file."""

import ast
import linecache
import types

import pytest

import tapeflow as tf
from tapeflow.graph.autograph import source
from tapeflow.graph.autograph.source import NoSourceError, tree_of


def _functions(code):
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            if constant.co_flags & 0x1 and not constant.co_flags & 0x2A0 and "<" not in constant.co_name:
                yield constant
            yield from _functions(constant)


@pytest.mark.parametrize(
    "name", ["argparse", "dataclasses", "doctest", "inspect", "tarfile", "typing", "enum"]
)
def test_functions_parsed_alone_are_as_in_their_file(name):
    filename = __import__(name).__file__
    with open(filename, encoding="utf-8") as file:
        module = compile(file.read(), filename, "exec")
    checked = 0
    for code in _functions(module):
        alone = source._parsed_alone(code)
        in_file = source._functions_of(code)[code.co_name, code.co_firstlineno]
        if alone is None:
            continue
        wanted = [ast.dump(each, include_attributes=True) for each in in_file]
        assert ast.dump(alone, include_attributes=True) in wanted
        checked += 1
    assert checked > 10


TEXT = '''
class Outer:
    @property
    @(
        lambda function: function
    )
    def method(
        self, x=(
    1,
)
    ):
# a comment at the margin
        text = """
not indented
        """

        return text, x


def last(x): return x
if 1:
	def by_tab(x):
		return x
def broken(x):
    return "\\
at the margin"
def after(): pass
'''


def test_lines_that_do_not_look_like_the_functions_own(tmp_path):
    path = tmp_path / "odd.py"
    path.write_text(TEXT)
    space = {}
    exec(compile(TEXT, str(path), "exec"), space)
    for function in (
        space["Outer"].__dict__["method"].fget,
        *[space[k] for k in ("last", "by_tab", "broken", "after")],
    ):
        code = function.__code__
        (wanted,) = source._functions_of(code)[code.co_name, code.co_firstlineno]
        assert ast.dump(tree_of(function), include_attributes=True) == ast.dump(
            wanted, include_attributes=True
        )


def test_trees_are_the_callers_own():
    def function(x):
        return x

    lambda_ = lambda x: x
    for each in (function, lambda_):
        tree_of(each).args.args[0].arg = "altered"
        assert tree_of(each).args.args[0].arg == "x"


def test_a_file_that_has_changed_says_so(tmp_path):
    path, space = tmp_path / "changed.py", {}
    exec(compile("\n\ndef function(x):\n    return x\n", str(path), "exec"), space)
    path.write_text("x = 1\n")
    with pytest.raises(NoSourceError):
        tree_of(space["function"])


def test_a_function_of_a_library_is_converted_if_it_is_asked_for():
    text = "def choose(x):\n    if x > 0:\n        return x\n    return -x\n"
    linecache.cache["<library>"] = len(text), None, text.splitlines(keepends=True), "<library>"
    space = {"__name__": "keras.of_a_test"}
    exec(compile(text, "<library>", "exec"), space)
    assert float(tf.function(space["choose"])(tf.constant(-2.0))) == 2.0
    with pytest.raises(TypeError, match="symbolic"):
        tf.function(lambda x: space["choose"](x))(tf.constant(-2.0))
