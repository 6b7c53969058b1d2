"""The syntax tree of a function, found in its source file; also of one of several lambdas on a line."""

import ast
import copy
import linecache
import re

_functions: dict[str, tuple] = {}  # file -> (its text, {(name, first line): the functions that begin there})


class NoSourceError(Exception):
    """The source of a function cannot be found."""


def tree_of(function):
    """The ast node (FunctionDef or Lambda) of a Python function, for the caller to alter.

    NoSourceError if it is not to be found.
    """
    code = function.__code__
    if code.co_name != "<lambda>":
        node = _parsed_alone(code)
        if node is not None:
            return node
    candidates = _functions_of(code).get((code.co_name, code.co_firstlineno), [])
    if len(candidates) > 1:
        first = _first_position(code)
        candidates = [node for node in candidates if _body_start(node) == first] or candidates
    if len(candidates) != 1:
        raise NoSourceError(
            f"{len(candidates)} functions {code.co_name!r} begin at line {code.co_firstlineno}"
        )
    return copy.deepcopy(candidates[0])


_BEGINNING = re.compile(r"\s*(async\s+)?def\s")
_GOES_ON = re.compile(r"\s*([)\]}#]|$)")


def _parsed_alone(code):
    """The tree of a function whose lines can be told from those around it by their indentation; else None.

    Files are long, and mostly few of their functions are needed.
    """
    lines = linecache.getlines(code.co_filename)
    start = end = code.co_firstlineno - 1
    if start >= len(lines):
        return None
    indentation = _indentation(lines[start])
    while end < len(lines) and not _BEGINNING.match(lines[end]):  # decorators
        end += 1
    end += 1
    while end < len(lines) and (_indentation(lines[end]) > indentation or _GOES_ON.match(lines[end])):
        end += 1
    block = "".join(lines[start:end])
    try:  # the lines of a text within may begin anywhere: what is cut off there does not parse
        tree = ast.parse(f"if 1:\n{block}" if indentation else block)
    except SyntaxError:
        return None
    found = tree.body[0].body if indentation else tree.body
    if len(found) != 1 or not isinstance(found[0], ast.FunctionDef) or found[0].name != code.co_name:
        return None
    return ast.increment_lineno(found[0], start - 1 if indentation else start)


def _indentation(line):
    return len(line) - len(line.lstrip())


def _functions_of(code):
    """All functions in the file of a code object, by name and first line."""
    text = "".join(linecache.getlines(code.co_filename))
    if not text:
        raise NoSourceError(f"there is no source file {code.co_filename}")
    known = _functions.get(code.co_filename)
    if known is None or known[0] != text:
        try:
            tree = ast.parse(text)
        except SyntaxError as error:
            raise NoSourceError(f"the source file does not parse: {error}") from error
        found = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.Lambda):
                found.setdefault((_name(node), _first_line(node)), []).append(node)
        known = _functions[code.co_filename] = text, found
    return known[1]


def _name(node):
    return "<lambda>" if isinstance(node, ast.Lambda) else node.name


def _first_line(node):
    decorators = getattr(node, "decorator_list", None)
    return decorators[0].lineno if decorators else node.lineno


def _first_position(code):
    """(line, column) of the leftmost instruction of a lambda's body."""
    places = [(line, column) for line, _, column, _ in code.co_positions() if line is not None and column]
    return min(places) if places else None


def _body_start(node):
    inner = (
        [(each.lineno, each.col_offset) for each in ast.walk(node.body) if hasattr(each, "col_offset")]
        if isinstance(node, ast.Lambda)
        else [(node.lineno, node.col_offset)]
    )
    return min(inner)
