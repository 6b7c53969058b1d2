"""Gathers the tables of cases that lie in the modules of a package."""

import importlib
import pkgutil


def tables(package, name):
    """Every (module name, position, entry) of the lists called `name` in the modules of `package`."""
    found = []
    for each in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{package.__name__}.{each.name}")
        found += [(each.name, position, entry) for position, entry in enumerate(getattr(module, name, ()))]
    return found


def import_all(package):
    """Imports every module below `package` and returns them."""
    return [
        importlib.import_module(each.name)
        for each in pkgutil.walk_packages(package.__path__, package.__name__ + ".")
    ]
