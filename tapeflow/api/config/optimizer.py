"""tf.config.optimizer: what programs say to TensorFlow's optimizer of graphs, remembered and without effect here.

How functions are compiled is said by `tf.function(jit_compile=...)` and TAPEFLOW_COMPILE.
"""

__all__ = ["get_experimental_options", "get_jit", "set_experimental_options", "set_jit"]

OPTIONS = (
    "layout_optimizer",
    "constant_folding",
    "shape_optimization",
    "remapping",
    "arithmetic_optimization",
    "dependency_optimization",
    "loop_optimization",
    "function_optimization",
    "debug_stripper",
    "scoped_allocator_optimization",
    "pin_to_host_optimization",
    "implementation_selector",
    "auto_mixed_precision",
    "disable_meta_optimizer",
    "disable_model_pruning",
    "min_graph_nodes",
)

_options = {}
_jit = ""


def set_experimental_options(options):
    """Remembers options from a dict of names and bools; names that TensorFlow does not know are left out.

    >>> tf.config.optimizer.set_experimental_options({"constant_folding": True})
    >>> tf.config.optimizer.get_experimental_options()["constant_folding"]
    True
    """
    options = dict(options)
    _options.update({name: options[name] for name in OPTIONS if options.get(name) is not None})


def get_experimental_options():
    """The options that have been set, and the two that TensorFlow always has.

    >>> tf.config.optimizer.get_experimental_options()["disable_meta_optimizer"]
    False
    """
    usual = {"disable_model_pruning": False, "disable_meta_optimizer": False}
    return {**{name: value for name, value in _options.items() if name not in usual}, **usual, **_options}


def set_jit(enabled):
    """Remembers whether TensorFlow was to compile clusters of ops: "autoclustering" or True, "" or False."""
    global _jit
    _jit = "autoclustering" if enabled in (True, "autoclustering") else ""


def get_jit():
    """What `set_jit` said last: "autoclustering" or "".

    >>> tf.config.optimizer.get_jit()
    ''
    """
    return _jit
