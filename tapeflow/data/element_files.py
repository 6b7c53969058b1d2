"""Files of elements of data sets: records with checksums.

The first record says what the elements are, the last one how many there are, so that a file that is not complete is
never taken for one that is. An element is the list of its tensors as messages.
"""

import gzip
import json

from tapeflow.core import nest
from tapeflow.core.eager import wrap
from tapeflow.core.errors import DataLossError, InvalidArgumentError
from tapeflow.core.spec import TensorSpec
from tapeflow.data.stored_specs import as_document, from_document
from tapeflow.data.structure import NoneSpec
from tapeflow.files.messages import Messages, read_message
from tapeflow.files.records import framed, read_records
from tapeflow.files.tensor_messages import TENSOR_TABLE, array_from_message, fill_tensor_message

_FORMAT = "tapeflow elements 1"
messages = Messages("tapeflow", {**TENSOR_TABLE, "Element": ["1 tensors TensorProto[]"]})


class ElementWriter:
    """Writes elements to a binary file that is open for writing. Only after `finish` it is a file of elements."""

    def __init__(self, file, element_spec, compression=""):
        self._file = gzip.GzipFile(fileobj=file, mode="wb", compresslevel=1, mtime=0) if compression else file
        self._write_document({"format": _FORMAT, "spec": as_document(element_spec)})
        self._specs = nest.flatten(element_spec)
        self._count = 0

    def _write_document(self, document):
        self._file.write(framed(json.dumps(document).encode()))

    def write(self, element):
        """Appends an element."""
        message = messages.Element()
        for value, spec in zip(nest.flatten(element), self._specs, strict=True):
            if isinstance(spec, NoneSpec):
                continue
            parts = [value] if isinstance(spec, TensorSpec) else nest.flatten(spec._to_components(value))
            for each in parts:
                fill_tensor_message(message.tensors.add(), each._array, each._dtype)
        self._file.write(framed(message.SerializeToString()))
        self._count += 1

    def finish(self):
        """Writes what makes the file complete, and returns the number of elements."""
        self._write_document({"elements": self._count})
        if isinstance(self._file, gzip.GzipFile):
            self._file.close()
        return self._count


def read_elements(path, compression="", element_spec=None):
    """Yields the elements of a file.

    Raises NotFoundError if there is no such file; InvalidArgumentError if its elements are not of `element_spec`;
    DataLossError for damaged files, after the elements before the damage.
    """
    records = read_records(path, compression)
    with _naming(path):
        spec = _spec_of(next(records, b""))
    if element_spec is not None:
        check_specs(element_spec, spec, path)
        spec = element_spec
    leaves, count = nest.flatten(spec), 0
    pending = next(records, None)
    for record in records:
        with _naming(path):
            element = _element(pending, spec, leaves)
        yield element
        pending, count = record, count + 1
    with _naming(path):
        found = _document(pending or b"").get("elements")
        if found != count:
            raise DataLossError(None, None, f"there are {count} elements, but {found} were written")


def stored_spec(path):
    """The element spec of a file; errors as of `read_elements`."""
    with _naming(path):
        return _spec_of(next(read_records(path), b""))


class _naming:
    """Context manager: errors in what a file says name the file."""

    def __init__(self, path):
        self._path = path

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if isinstance(error, DataLossError | InvalidArgumentError):
            raise DataLossError(None, None, f"{self._path} is damaged: {error.message}") from None


def _document(record):
    try:
        found = json.loads(record)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise DataLossError(None, None, f"a document was expected, not {record[:40]!r}")
    return found


def _spec_of(record):
    document = _document(record)
    if document.get("format") != _FORMAT:
        raise DataLossError(None, None, f"{document.get('format')!r} is no format of elements")
    return from_document(document.get("spec"))


def _element(record, spec, leaves):
    message = read_message(messages.Element, record, "an element")
    parts = iter([wrap(*array_from_message(each)) for each in message.tensors])
    found = [_leaf(each, parts) for each in leaves]
    left = sum(1 for _ in parts)
    if left:
        raise DataLossError(None, None, f"an element has {left} tensors too many")
    return nest.pack_sequence_as(spec, found)


def _leaf(spec, parts):
    if isinstance(spec, NoneSpec):
        return None
    if isinstance(spec, TensorSpec):
        return _checked(next(parts, None), spec)
    needed = nest.flatten(spec._component_specs)
    found = [_checked(next(parts, None), each) for each in needed]
    if type(spec).__name__ == "RaggedTensorSpec":
        _check_splits(found)
    return spec._from_components(nest.pack_sequence_as(spec._component_specs, found))


def _check_splits(components):
    """DataLossError unless the rows of a ragged tensor, innermost last, lie within what they are rows of."""
    values, *splits = components
    for each, inner in zip(splits, [*splits[1:], None], strict=True):
        rows = each._array
        length = values.dims[0] if inner is None else inner.dims[0] - 1
        if not rows.size or rows[0] != 0 or rows[-1] != length or (rows[1:] < rows[:-1]).any():
            raise DataLossError(None, None, f"the rows of a ragged tensor do not fit: {rows[:10].tolist()}")


def _checked(tensor, spec):
    if tensor is None:
        raise DataLossError(None, None, "an element has too few tensors")
    # Sizes are not compared: the spec of a function that cannot be traced is that of its first result.
    rank = spec.shape.rank
    if tensor._dtype is not spec.dtype or (rank is not None and rank != len(tensor.dims)):
        raise DataLossError(
            None,
            None,
            f"an element has a tensor {tensor.dtype.name}{list(tensor.dims)} in the place of {spec}",
        )
    return tensor


def check_specs(wanted, found, path):
    """InvalidArgumentError unless elements of the spec that was found in a file fit the one that is wanted."""
    try:
        nest.assert_same_structure(wanted, found, check_types=False)
    except (ValueError, TypeError) as error:
        raise InvalidArgumentError(
            None, None, f"{path} holds elements of another structure: {error}"
        ) from None
    pairs = zip(nest.flatten(wanted), nest.flatten(found), strict=True)
    for place, (mine, other) in enumerate(pairs):
        dtypes = getattr(mine, "dtype", None), getattr(other, "dtype", None)
        if dtypes[0] != dtypes[1]:
            names = [getattr(each, "name", each) for each in dtypes]
            raise InvalidArgumentError(
                None,
                None,
                f"Data type mismatch at component {place}: expected {names[0]} but got {names[1]}: {path}",
            )
        if type(mine) is not type(other) or not mine.is_compatible_with(other):
            raise InvalidArgumentError(
                None,
                None,
                f"Incompatible shapes at component {place}: expected {getattr(mine, 'shape', mine)} but got "
                f"{getattr(other, 'shape', other)}: {path}",
            )
