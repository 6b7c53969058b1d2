"""Handing on the ordinary functions, so that in a graph what they make gets their names."""

import types

from tapeflow.compat.graphs.calls import named
from tapeflow.compat.v1.operation_names import NAMES

_LAYERS = {
    "api",
    "autodiff",
    "batching",
    "compat",
    "compiler",
    "core",
    "data",
    "function",
    "graph",
    "ops",
    "state",
}


def operation_name(function_name):
    """What the operation of a function is called if nobody says."""
    found = NAMES.get(function_name)
    if found is not None:
        return found
    return "".join([word.capitalize() for word in function_name.strip("_").split("_")])


def renamed(function):
    """A function of one's own, so that in a graph what it makes gets its name."""
    return named(function, operation_name(function.__name__))


def public_names(module):
    """The names in a module that do not begin with an underscore, but for the parts of a package."""
    own = module.__name__ + "."
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and not (isinstance(value, types.ModuleType) and value.__name__.startswith(own) and name in _LAYERS)
    ]


def export(namespace, module, names=None):
    """Puts the public names of a module into a namespace; functions so that what they make gets their names."""
    for name in names or getattr(module, "__all__", None) or public_names(module):
        value = getattr(module, name)
        namespace[name] = renamed(value) if isinstance(value, types.FunctionType) else value


def module_of(name, module):
    """A module with what another has, as `export` puts it."""
    made = types.ModuleType(f"tapeflow.compat.v1.{name}", module.__doc__)
    export(vars(made), module)
    return made
