"""Finds public functions by their names."""

import importlib
import pathlib
import types

import tapeflow
import tapeflow.ops.operators


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
        found = getattr(tapeflow, name, None)
        if found is None or (isinstance(found, types.ModuleType) and ".api" not in found.__name__):
            found = _Namespace([name])
            return found if found.is_package() else found()
        return found

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
        return next(_modules(".".join(["tapeflow.api", *self._parts])), None) is not None

    def __call__(self):
        return getattr(_Namespace([]), self._parts[-1])

    def __getattr__(self, name):
        for module in _modules(".".join(["tapeflow.api", *self._parts])):
            if name in getattr(module, "__all__", ()) or (self._parts and hasattr(module, name)):
                return getattr(module, name)
        for module in () if self._parts else _modules("tapeflow.state"):
            if hasattr(module, name):
                return getattr(module, name)
        raise AttributeError(f"tapeflow has no {'.'.join([*self._parts, name])}")


def _modules(prefix):
    root = pathlib.Path(tapeflow.__file__).parent.parent
    folder = root.joinpath(*prefix.split("."))
    for path in [folder.with_suffix(".py"), *sorted(folder.rglob("*.py"))]:
        if path.exists():
            name = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
            yield importlib.import_module(name)
