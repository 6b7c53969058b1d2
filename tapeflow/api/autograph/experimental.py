"""tf.autograph.experimental: what is left unconverted, and what is said of loops."""

import enum

from tapeflow.graph.autograph.conversion import do_not_convert
from tapeflow.graph.autograph.options import set_loop_options

__all__ = ["Feature", "do_not_convert", "set_loop_options"]


class Feature(enum.Enum):
    """What AutoGraph converts; everything is always on here."""

    ALL = "ALL"
    AUTO_CONTROL_DEPS = "AUTO_CONTROL_DEPS"
    ASSERT_STATEMENTS = "ASSERT_STATEMENTS"
    BUILTIN_FUNCTIONS = "BUILTIN_FUNCTIONS"
    EQUALITY_OPERATORS = "EQUALITY_OPERATORS"
    LISTS = "LISTS"
    NAME_SCOPES = "NAME_SCOPES"
