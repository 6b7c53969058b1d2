"""The laws of the package's structure: which layer may import which, one place per op, small files."""

import ast
import pathlib
import subprocess
import sys

import pytest

import tapeflow
import tapeflow.ops
from tapeflow.core.op import REGISTRY
from tests import collect

ROOT = pathlib.Path(tapeflow.__file__).parent
LAYERS = (
    "core",
    "files",
    "ops",
    "state",
    "autodiff",
    "batching",
    "graph",
    "compiler",
    "function",
    "data",
    "api",
    "compat",
    "torch",
)
"""From the innermost outwards: a module imports its own layer and those before it."""
LAZY = {"scipy", "ml_dtypes", "llvmlite", "google", "PIL", "h5py", "keras"}
"""Imported only when something needs them, inside functions."""
LONGEST_FILE = 600
HOMELESS = {"utils", "helpers", "common", "misc", "base", "impl", "manager"}
SOURCES = sorted(ROOT.rglob("*.py"))


def relative(path):
    return str(path.relative_to(ROOT.parent))


def parsed(path):
    return ast.parse(path.read_text(), relative(path))


def layer(path):
    """The layer of a file; None for those beside the layers, which may import all of them."""
    first = path.relative_to(ROOT).parts[0].removesuffix(".py")
    return first if first in LAYERS else None


def imports(nodes):
    """Absolute names of the modules imported by the import statements among `nodes`, with their lines."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: imports are absolute here"
            yield node.module, node.lineno
            if node.module == "tapeflow":
                yield from ((f"tapeflow.{alias.name}", node.lineno) for alias in node.names)


def at_import(body):
    """The statements that run when a module is imported: not those in functions."""
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield node
            yield from at_import(ast.iter_child_nodes(node))


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_imports_go_down(path):
    mine = layer(path)
    if mine is None:
        return
    allowed = LAYERS[: LAYERS.index(mine) + 1]
    for name, line in imports(ast.walk(parsed(path))):
        root, *inner = name.split(".")
        if root == "tapeflow":
            assert not inner or inner[0] in allowed, f"{relative(path)}:{line}: {mine} may not import {name}"
            assert inner or name != "tapeflow" or mine in ("api", "compat", "torch"), (
                f"{relative(path)}:{line}: {name}"
            )


@pytest.mark.parametrize("path", [each for each in SOURCES if layer(each) == "core"], ids=relative)
def test_core_imports_numpy_and_the_standard_library_only(path):
    for name, line in imports(ast.walk(parsed(path))):
        root = name.split(".")[0]
        assert root in ("tapeflow", "numpy") or root in sys.stdlib_module_names, (
            f"{relative(path)}:{line}: {name}"
        )


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_heavy_packages_are_imported_inside_functions(path):
    for name, line in imports(at_import(parsed(path).body)):
        assert name.split(".")[0] not in LAZY, f"{relative(path)}:{line}: {name} is imported with the package"


def test_importing_the_package_stays_light():
    heavy = LAZY | {"tensorflow", "torch", "jax", "inspect", "asyncio", "unittest", "multiprocessing"}
    code = (
        "import numpy, sys; before = set(sys.modules); import tapeflow; "
        f"print(sorted({heavy} & (set(sys.modules) - before)))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT.parent, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_files_are_small_and_have_a_home(path):
    num_lines = len(path.read_text().splitlines())
    assert num_lines <= LONGEST_FILE
    assert not HOMELESS & {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}


@pytest.mark.parametrize(
    "path",
    [each for each in SOURCES if layer(each) in ("core", "state", "autodiff", "batching")],
    ids=relative,
)
def test_the_engine_names_no_op(path):
    """Op type names are written in `ops/` only: what the engine needs to know of an op, the op says."""
    collect.import_all(tapeflow.ops)
    strings = {
        node.value: node.lineno
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    named = {name: line for name, line in strings.items() if name in REGISTRY}
    assert not named, f"{relative(path)} names {named}"


def test_every_op_has_one_place():
    """The kernel and the rules of an op stand in one file, but for what several families share."""
    collect.import_all(tapeflow.ops)
    kernels = {_home(op.kernel) for op in REGISTRY.values()}
    scattered = {}
    for name, op in REGISTRY.items():
        rules = [
            op.joint_grad_rule,
            op.spec_rule,
            op.jvp_rule,
            op.batch_rule,
            op.lower_rule,
            *op.grad_rules.values(),
        ]
        homes = {_home(rule) for rule in rules} & kernels | {_home(op.kernel)}
        if len(homes) > 1:
            scattered[name] = sorted(homes)
    assert not scattered


def _home(rule):
    code = getattr(rule, "__code__", None)  # a rule may be an op itself
    if code is None:
        return None
    path = pathlib.Path(code.co_filename)
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else None
