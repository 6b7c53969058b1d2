"""Other names for what is here: `import tensorflow` finds tapeflow, and `from tapeflow.math import exp` a namespace.

TensorFlow's own Keras is the package `keras`, which says `import tensorflow`. `install_as_tensorflow()` answers to
that name for this process, as PyMySQL does for MySQLdb; the package Keras stays as it is. Nothing happens unless
somebody calls it (or asks for `tapeflow.keras`).
"""

import importlib
import importlib.machinery
import os
import sys
import types

import tapeflow

TENSORFLOW_VERSION = "2.21.0"
"""The version of TensorFlow whose behaviour is the model: programs ask for it to find out what they may use."""

PRIVATE = {
    "tensorflow.compiler.tf2xla.python.xla": "api.xla",
    "tensorflow.compiler.xla.xla_data_pb2": "compat.internal.xla_data",
    "tensorflow.core.util.event_pb2": "api.summary.event_messages",
    "tensorflow.python.compiler.xla.experimental.xla_sharding": "compat.internal.xla_sharding",
    "tensorflow.python.data.experimental.ops.distribute": "data.distribution",
    "tensorflow.python.eager.context": "compat.internal.eager_context",
    "tensorflow.python.framework.config": "api.config.determinism",
    "tensorflow.python.framework.tensor_util": "compat.internal.tensor_util",
    "tensorflow.python.framework.type_spec_registry": "compat.internal.type_spec_registry",
    "tensorflow.python.lib.io.tf_record": "api.io.records",
    "tensorflow.python.ops.linalg.sparse.sparse_csr_matrix_ops": "api.sparse.csr",
    "tensorflow.python.ops.math_ops": "api.math",
    "tensorflow.python.ops.ragged.ragged_tensor": "api.ragged",
    "tensorflow.python.trackable.data_structures": "compat.internal.data_structures",
    "tensorflow.experimental.dtensor": "api.distribute.dtensor",
}
"""TensorFlow's private modules that Keras 3 and JAX import from, and where their names lie below `tapeflow`."""


ADAPTED = {
    "keras.src.saving.saving_lib": "keras_files.load_saving_whole_files",
    "keras.src.legacy.saving.legacy_h5_format": "keras_files.load_saving_whole_files",
    "jax.experimental.jax2tf.jax2tf": "jax_containers.load_with_wrapping_modules",
}
"""Modules of others that are executed by a function of ours under the alias, which lies in `compat.internal`.

Keras' modules that write files replace files as a whole; JAX's finds the containers that modules may hold.
"""


class _Namespace(types.ModuleType):
    """A package of TensorFlow that only leads to others, such as `tensorflow.python`."""

    __path__ = ()


class _TensorFlow(types.ModuleType):
    """The module `tensorflow`: tapeflow under another name."""

    __path__ = ()
    __file__ = tapeflow.__file__
    __version__ = TENSORFLOW_VERSION

    def __getattr__(self, name):
        if name.startswith("__") and name != "__internal__":
            raise AttributeError(name)
        value = getattr(tapeflow, name)
        if vars(tapeflow).get(name) is value:
            vars(self)[name] = value  # found without coming here from now on
        return value

    def __dir__(self):
        return dir(tapeflow)


class _Finder:
    """Finds the modules below a public name: namespaces by walking attributes, private ones in the table."""

    def __init__(self, root):
        self.root = root
        self.sought = set()  # a namespace may ask for a module of its own name

    def find_spec(self, name, path=None, target=None):
        if name in self.sought or (name != self.root and not name.startswith(self.root + ".")):
            return None
        self.sought.add(name)
        try:
            module = _module(name, self.root)
        finally:
            self.sought.remove(name)
        if module is None:
            return None
        return importlib.machinery.ModuleSpec(name, _Loader(module), is_package=True)


class _Loader:
    """Puts a module that exists already under the name that was asked for."""

    def __init__(self, module):
        self.module = module

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        if self.module.__spec__ is None:  # importlib.util.find_spec takes it from the module that is loaded
            self.module.__spec__ = module.__spec__
        sys.modules[module.__name__] = self.module


class _AdaptingFinder:
    """Finds the modules of `ADAPTED` where they lie, and has them executed by the functions named there."""

    def find_spec(self, name, path=None, target=None):
        if name not in ADAPTED:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None:
            execute = spec.loader.exec_module
            place, _, function = ADAPTED[name].partition(".")

            def exec_module(module):
                adapting = importlib.import_module(f"tapeflow.compat.internal.{place}")
                getattr(adapting, function)(execute, module)

            spec.loader.exec_module = exec_module
        return spec


def _module(name, root):
    if name == "tensorflow":
        return _TensorFlow("tensorflow")
    if root == "tensorflow":
        if name in PRIVATE:
            return importlib.import_module(f"tapeflow.{PRIVATE[name]}")
        if any(private.startswith(name + ".") for private in PRIVATE) and name != "tensorflow.experimental":
            return _Namespace(name)
    parent, _, last = name.rpartition(".")
    owner = tapeflow if parent == root else importlib.import_module(parent)
    try:
        value = getattr(owner, last)
    except AttributeError:
        return None if parent == owner.__name__ else _submodule(owner, last)
    return value if isinstance(value, types.ModuleType) else None


def _submodule(owner, last):
    """A module of the package that is known under another name: `tensorflow.keras.layers` is one of Keras."""
    try:
        return importlib.import_module(f"{owner.__name__}.{last}")
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith(owner.__name__):
            return None
        raise


def install_as_tensorflow():
    """Makes `import tensorflow` find tapeflow from now on, in this process; Keras then runs on it.

    Calling it again changes nothing. RuntimeError if the real TensorFlow has been imported already, or Keras with
    another backend.

        import tapeflow

        tapeflow.install_as_tensorflow()
        import keras
    """
    present = sys.modules.get("tensorflow")
    if isinstance(present, _TensorFlow):
        return
    if present is not None:
        raise RuntimeError(
            "The real TensorFlow is imported in this process already, so `tensorflow` cannot mean tapeflow. "
            "Call tapeflow.install_as_tensorflow() before anything imports tensorflow (or Keras)."
        )
    keras = sys.modules.get("keras")
    if keras is not None and keras.config.backend() != "tensorflow":
        raise RuntimeError(
            f"Keras is imported already, with the backend {keras.config.backend()!r}. Call "
            "tapeflow.install_as_tensorflow() first, or set KERAS_BACKEND=tensorflow."
        )
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    sys.meta_path[:0] = [_Finder("tensorflow"), _AdaptingFinder()]
    importlib.import_module("tensorflow")


def keras():
    """Keras on tapeflow, what TensorFlow calls `tf.keras`."""
    install_as_tensorflow()
    try:
        return importlib.import_module("keras._tf_keras.keras")
    except ModuleNotFoundError as error:
        if error.name != "keras":
            raise
        raise ModuleNotFoundError(
            "tapeflow.keras needs the package keras: install `tapeflow[keras]`.", name="keras"
        ) from error


def find_public_names():
    """Called once by the package: `from tapeflow.math import exp` finds the namespace `tapeflow.math`."""
    sys.meta_path.append(_Finder("tapeflow"))
