"""Finds public functions by their names."""

import importlib
import pkgutil

import tapeflow


def resolve(library, name):
    """The attribute `name` ("math.tanh") of a library."""
    found = library
    for part in name.split("."):
        found = getattr(found, part)
    return found


class Ours:
    """`tapeflow` under its public names; what the root does not export yet is looked up in the modules of
    `api`.
    """

    def __getattr__(self, name):
        try:
            return getattr(tapeflow, name)
        except AttributeError:
            found = _Namespace([name])
            return found if found.is_package() else found()

    def resolve(self, name):
        """The public function `name`."""
        try:
            return resolve(tapeflow, name)
        except AttributeError:
            *parts, last = name.split(".")
            return getattr(_Namespace(parts), last)


class _Namespace:
    def __init__(self, parts):
        self._parts = parts

    def is_package(self):
        try:
            importlib.import_module(".".join(["tapeflow.api", *self._parts]))
        except ModuleNotFoundError:
            return False
        return True

    def __call__(self):
        return getattr(_Namespace([]), self._parts[-1])

    def __getattr__(self, name):
        for module in _modules(".".join(["tapeflow.api", *self._parts])):
            if name in getattr(module, "__all__", ()) or (self._parts and hasattr(module, name)):
                return getattr(module, name)
        raise AttributeError(f"tapeflow has no {'.'.join([*self._parts, name])}")


def _modules(prefix):
    try:
        package = importlib.import_module(prefix)
    except ModuleNotFoundError:
        return
    yield package
    for each in pkgutil.walk_packages(getattr(package, "__path__", ()), prefix + "."):
        yield importlib.import_module(each.name)
