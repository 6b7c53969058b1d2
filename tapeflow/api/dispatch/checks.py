"""Type annotations of signatures as checks of arguments."""

import types
import typing

from tapeflow.core.overloads import COMPOSITE_MATCH, MATCH, NO_MATCH
from tapeflow.core.spec import CompositeTensor


def check_of(annotation):
    """The check of an annotation: a class, None, a union of annotations or a list of one. ValueError for others."""
    if annotation is None:
        annotation = type(None)
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        return lambda value: _is_instance(value, annotation)
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        options = [check_of(each) for each in arguments]
        return lambda value: max([option(value) for option in options])
    if origin is list and len(arguments) == 1:
        check = check_of(arguments[0])
        return lambda value: _is_list(value, check)
    raise ValueError(
        f"Type annotation {annotation} is not currently supported by dispatch.  Supported annotations: type objects,  "
        "List[...], and Union[...]"
    )


def _is_instance(value, kind):
    if not isinstance(value, kind):
        return NO_MATCH
    return COMPOSITE_MATCH if isinstance(value, CompositeTensor) else MATCH


def _is_list(value, check):
    if not isinstance(value, list | tuple):
        return NO_MATCH
    found = [check(each) for each in value]
    return NO_MATCH if NO_MATCH in found else max(found, default=MATCH)
