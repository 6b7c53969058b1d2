"""Ops that read and write whole files: each happens when the program runs, in its turn."""

import os

import numpy

from tapeflow.core.dtypes import string
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.op import no_gradient, op
from tapeflow.core.spec import TensorSpec
from tapeflow.files.filesystem import matching_paths, path_text, system_errors
from tapeflow.files.replacement import replaced_file

_STRING = frozenset((string,))


def _scalar(array, what, type_name):
    if numpy.shape(array):
        raise InvalidArgumentError(
            None,
            None,
            f"Input {what} tensor must be scalar, but had shape: {list(array.shape)} [Op:{type_name}]",
        )
    return array.item() if isinstance(array, numpy.ndarray) else array


def _string_array(data):
    found = numpy.empty((), object)
    found[()] = data
    return found


@op("ReadFile", accepts=_STRING, result=string, effect=True)
def read_file(xp, filename):
    """The bytes of a file."""
    path = path_text(_scalar(filename, "filename", "ReadFile"))
    with system_errors(path), open(path, "rb") as file:
        return _string_array(file.read())


@op("WriteFile", accepts=_STRING, effect=True)
def write_file(xp, filename, contents):
    """Makes a file of bytes, with the folders above it; there is no result."""
    path = path_text(_scalar(filename, "filename", "WriteFile"))
    data = _scalar(contents, "contents", "WriteFile")
    with system_errors(path):
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with replaced_file(path) as file:
            file.write(data)
    return ()


@op("MatchingFiles", accepts=_STRING, result=string, effect=True)
def matching_files(xp, pattern):
    """The sorted paths that fit the patterns, each as often as it fits one."""
    found = []
    for each in numpy.asarray(pattern, object).reshape(-1).tolist():
        found += matching_paths(path_text(each))
    result = numpy.empty(len(found), object)
    result[:] = [os.fsencode(each) for each in sorted(found)]
    return result


read_file.spec(lambda filename: TensorSpec((), string))
write_file.spec(lambda filename, contents: ())
matching_files.spec(lambda pattern: TensorSpec((None,), string))
no_gradient(read_file, write_file, matching_files)
