"""Which generator to use, and the streams that seeds name."""

import enum

from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import Tensor
from tapeflow.ops.random import stateless_random_get_key_counter

__all__ = ["Algorithm"]


class Algorithm(enum.Enum):
    """A generator of random numbers: `PHILOX`, `THREEFRY` or `AUTO_SELECT`.

    On CPUs there is Philox only, which `AUTO_SELECT` stands for. Both are described in Salmon et al.,
    "Parallel Random
    Numbers: As Easy as 1, 2, 3" (2011).

    >>> tf.random.Algorithm.PHILOX.value
    1
    """

    PHILOX = 1
    THREEFRY = 2
    AUTO_SELECT = 3


_BY_NAME = {"philox": 1, "threefry": 2, "autoselect": 3}


def algorithm_number(alg):
    """The number of an algorithm given as a number, a name, an `Algorithm` or a scalar tensor.

    Raises ValueError for names that there are not, TypeError for values that name nothing.
    """
    if isinstance(alg, int):
        return alg
    if isinstance(alg, Algorithm):
        return alg.value
    if isinstance(alg, Tensor):
        return int(alg)
    if isinstance(alg, str):
        number = _BY_NAME.get(alg.strip().lower().replace("-", "").replace("_", ""))
        if number is None:
            raise ValueError(unsupported(alg))
        return number
    raise TypeError(f"Can't convert argument `alg` (of value {alg} and type {type(alg)}) to int.")


def unsupported(alg):
    """The message for an algorithm that there is not."""
    if isinstance(alg, str):
        names = "philox", "threefry", "auto_select"
    else:
        names = 1, 2, 3
    return (
        f"Argument `alg` got unsupported value {alg}. Supported values are {names[0]} for the Philox "
        f"algorithm, {names[1]} for the ThreeFry algorithm, and {names[2]} for auto-selection."
    )


def key_and_counter(seed, alg="auto_select"):
    """The stream that a seed of two integers names: its key (uint64 [1]) and counter (uint64 [2])."""
    if alg != "auto_select":
        number = Algorithm.AUTO_SELECT.value if alg is None else algorithm_number(alg)
        if number == Algorithm.THREEFRY.value:
            raise InvalidArgumentError(
                None,
                None,
                "CPU devices don't support the ThreeFry algorithm; use alg='philox' or 'auto_select'.",
            )
        if number not in (Algorithm.PHILOX.value, Algorithm.AUTO_SELECT.value):
            raise ValueError(unsupported(alg))
    return stateless_random_get_key_counter(as_tensor(seed))
