"""Which public functions wait for the number of axes of a tensor that a program does not know (`graph/deferred.py`).

All that may ask for it: the functions of these modules, but for those that go by the elements. They are given a
door when a program meets its first tensor of unknown rank, and are as they were written until then.
"""

import functools
import types

from tapeflow.api import (
    arrays,
    bitwise,
    casting,
    clipping,
    debugging,
    functional,
    image,
    linalg,
    math,
    nn,
    random,
    selection,
    signal,
    sparse,
    strings,
)
from tapeflow.core.overloads import overload_in_programs
from tapeflow.graph.deferred import FUNCTIONS, defer_if_waiting, part_of
from tapeflow.graph.deferred_gradients import record_unknown_ranks
from tapeflow.graph.tracing import public_functions

_MODULES = {
    "": (arrays, casting, clipping, selection),
    "bitwise.": (bitwise,),
    "debugging.": (debugging,),
    "image.": (image,),
    "linalg.": (linalg,),
    "math.": (math, math.special),
    "nn.": (nn,),
    "random.": (random,),
    "signal.": (signal,),
    "sparse.": (sparse,),
    "strings.": (strings,),
}
_AT_ONCE = """broadcast_static_shape constant convert_to_tensor create_rng_state disable_check_numerics
    disable_traceback_filtering enable_check_numerics enable_traceback_filtering ensure_shape
    experimental_create_rng_state get_global_generator get_log_device_placement get_static_value is_numeric_tensor
    is_tensor set_global_generator set_log_device_placement set_seed"""
"""What does not ask for the number of axes, or is about what is known now."""


@functools.cache
def wait_for_ranks():
    """Gives the functions their doors, and programs on disk their names."""
    from tapeflow.api.ragged.overloads.elements import ONE, TWO

    at_once = _AT_ONCE.split()
    by_elements = {
        getattr(module, name)
        for table in (ONE, TWO)
        for module, names in table.items()
        for name in names.split()
    }
    by_elements -= {
        arrays.ones_like,
        arrays.zeros_like,
        casting.bitcast,
        nn.dropout,
        debugging.check_numerics,
    }
    for prefix, modules in _MODULES.items():
        for module in modules:
            for name in getattr(module, "__all__", None) or vars(module):
                function = getattr(module, name)
                if not isinstance(function, types.FunctionType) or name.startswith("_") or name in at_once:
                    continue
                if function not in by_elements:
                    FUNCTIONS.setdefault(prefix + name, function)
    for function in set(FUNCTIONS.values()):
        overload_in_programs(function, functools.partial(defer_if_waiting, function))
    overload_in_programs(
        functional.vectorized_map, functools.partial(defer_if_waiting, functional.vectorized_map)
    )
    FUNCTIONS["getitem"] = part_of
    record_unknown_ranks()


public_functions.wait_for_ranks = wait_for_ranks
