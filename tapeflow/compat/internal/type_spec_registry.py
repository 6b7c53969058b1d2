"""`tensorflow.python.framework.type_spec_registry`: TypeSpecs by the names under which they are written into files."""

from tapeflow.core.spec_registry import get_name, lookup, register

__all__ = ["get_name", "lookup", "register"]
