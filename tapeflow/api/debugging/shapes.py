"""tf.debugging.assert_shapes: sizes that several tensors share."""

from tapeflow.api.staging import staged
from tapeflow.core.operands import as_tensor

__all__ = ["assert_shapes"]

_ANY_LEADING = ("...", "*", ...)


@staged
def assert_shapes(shapes, data=None, summarize=None, message=None, name=None):
    """Asserts that tensors have shapes, and that symbols mean the same size everywhere.

    Args:
      shapes: a list of (tensor, shape) pairs (or a dict from one to the other). A shape is a sequence of
        sizes:
        ints, "1" and the like, symbols (other strings), or None, "." and "_" for any size; "...", "*" or
        Ellipsis in the first place stand for any number of leading axes. A plain string is a sequence of
        characters.
      message: what the error begins with.
      data, summarize: what the error of a graph would show.

    Raises ValueError for a tensor that does not fit.

    >>> tf.debugging.assert_shapes([(tf.ones([8, 3]), ("batch", 3)), (tf.ones([8]), ("batch",))])
    >>> tf.debugging.assert_shapes([(tf.ones([8, 3]), ("batch", 3)), (tf.ones([7]), ("batch",))])
    Traceback (most recent call last):
    ...
    ValueError: Specified by tensor shape=(8, 3) dtype=float32 dimension 0.  Tensor shape=(7,) dtype=float32
    dimension 0 must have size 8.  Received size 7, shape (7,)
    """
    start = f"{message}.  " if message else ""
    sizes = {}  # symbol -> its size, and where it was seen first
    for tensor, wanted in list(shapes.items()) if isinstance(shapes, dict) else shapes:
        tensor = as_tensor(tensor)
        dims = tensor.dims
        described = f"Tensor shape={dims} dtype={tensor.dtype.name}"
        wanted = list(wanted) if hasattr(wanted, "__iter__") else [wanted]
        leading = bool(wanted) and wanted[0] in _ANY_LEADING
        if any(entry in _ANY_LEADING for entry in wanted[1:]):
            raise ValueError(
                f"{start}{described}: the symbol `...` or `*` for any number of axes is only allowed as the first "
                f"entry, not in {wanted}."
            )
        wanted = wanted[leading:]
        if len(dims) < len(wanted) if leading else len(dims) != len(wanted):
            least = "at least " if leading else ""
            raise ValueError(
                f"{start}Tensor must have rank {least}{len(wanted)}.  Received rank {len(dims)}, shape {dims}"
            )
        first = len(dims) - len(wanted)
        for axis, entry in enumerate(wanted, first):
            size, source = _expected(entry, sizes, dims[axis], f"{described} dimension {axis}")
            if size is not None and size != dims[axis]:
                raise ValueError(
                    f"{start}{source}.  {described} dimension {axis} must have size {size}.  "
                    f"Received size {dims[axis]}, shape {dims}"
                )


def _expected(entry, sizes, found, place):
    """The size that an entry of a shape asks for (None: any), and who says so."""
    if entry is None or entry in (".", "_"):
        return None, None
    if isinstance(entry, str) and not entry.isdigit():
        size, first = sizes.setdefault(entry, (found, place))
        return size, f"Specified by {first[0].lower()}{first[1:]}"
    return int(entry), "Specified explicitly"
