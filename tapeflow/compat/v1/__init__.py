"""tf.compat.v1: TensorFlow 1's way, on the same machinery. Graphs are built first, and run in sessions.

    import tapeflow.compat.v1 as tf
    tf.disable_v2_behavior()

Graphs and sessions are explained in docs/graphs_and_sessions.md.
"""

import importlib

# ruff: noqa: F401, F403 - names are there to be handed on; what a module exports stands in its __all__
import tapeflow
from tapeflow.api import bitwise as _bitwise
from tapeflow.api import debugging as _debugging
from tapeflow.api import image as _image
from tapeflow.api import linalg as _linalg
from tapeflow.api import signal as _signal
from tapeflow.api import sparse as _sparse
from tapeflow.api import strings as _strings
from tapeflow.compat import dimension_at_index, dimension_value
from tapeflow.compat.graphs.fetches import SparseTensorValue
from tapeflow.compat.v1.exports import export, module_of, public_names

# What TensorFlow 2 has, too; what comes after takes the place of some of it. Modules of one name are not to hide ours.
_OWN = ("app", "data", "flags", "initializers", "logging", "losses", "math", "nn", "random", "train")
export(globals(), tapeflow, [each for each in public_names(tapeflow) if each not in _OWN])

bitwise = module_of("bitwise", _bitwise)
debugging = module_of("debugging", _debugging)
image = module_of("image", _image)
linalg = module_of("linalg", _linalg)
signal = module_of("signal", _signal)
sparse = module_of("sparse", _sparse)
strings = module_of("strings", _strings)

from tapeflow.compat.v1 import (  # noqa: E402
    aliases,
    app,
    flags,
    initializers,
    logging,
    losses,
    math,
    nn,
    random,
    train,
)
from tapeflow.compat.v1.aliases import *  # noqa: E402
from tapeflow.compat.v1.collections import *  # noqa: E402
from tapeflow.compat.v1.configuration import *  # noqa: E402
from tapeflow.compat.v1.functions import *  # noqa: E402
from tapeflow.compat.v1.graphs import *  # noqa: E402
from tapeflow.compat.v1.initializers import *  # noqa: E402
from tapeflow.compat.v1.older_sparse import *  # noqa: E402
from tapeflow.compat.v1.scattering import *  # noqa: E402
from tapeflow.compat.v1.variable_scope import *  # noqa: E402
from tapeflow.compat.v1.variables import *  # noqa: E402
from tapeflow.core.shapes import Dimension  # noqa: E402

__version__ = VERSION = tapeflow.__version__
OpError = tapeflow.errors.OpError


def __getattr__(name):
    if name == "SummaryMetadata":  # a message, made when it is first asked for
        from tapeflow.files.event_messages import messages

        return messages.SummaryMetadata
    if name in ("AttrValue", "GraphDef", "NodeDef"):
        from tapeflow.files.saved_model_messages import messages as graph_messages

        return getattr(graph_messages, name)
    if name in ("graph_util", "import_graph_def"):
        module = importlib.import_module("tapeflow.compat.v1.graph_util")
        return module if name == "graph_util" else module.import_graph_def
    if name == "data":
        return importlib.import_module("tapeflow.compat.v1.data")
    raise AttributeError(
        f"tapeflow.compat.v1 has no {name!r}. If TensorFlow has it, it is not here yet: docs/roadmap.md says what "
        "comes next."
    )
