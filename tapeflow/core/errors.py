"""The exceptions that a program can catch: TensorFlow's tree, `tf.errors`.

Every class below `OpError` stands for one canonical status code. Errors are raised tersely,
`InvalidArgumentError(None, None, "what came, what was expected, what to do")`: there is no graph node to name
when the program runs eagerly.
"""

OK = 0
CANCELLED = 1
UNKNOWN = 2
INVALID_ARGUMENT = 3
DEADLINE_EXCEEDED = 4
NOT_FOUND = 5
ALREADY_EXISTS = 6
PERMISSION_DENIED = 7
RESOURCE_EXHAUSTED = 8
FAILED_PRECONDITION = 9
ABORTED = 10
OUT_OF_RANGE = 11
UNIMPLEMENTED = 12
INTERNAL = 13
UNAVAILABLE = 14
DATA_LOSS = 15
UNAUTHENTICATED = 16


class OpError(Exception):
    """An op could not do its work; the subclasses say in which way.

    Args:
      node_def: the description of the failed graph node, or None when eager.
      op: the failed graph operation, or None when eager.
      message: what went wrong.
      error_code: the canonical status code.
      payloads: optionally a dict with more details, given back by `experimental_payloads`.

    >>> error = tf.errors.InvalidArgumentError(None, None, "Incompatible shapes: [2] vs. [3]")
    >>> str(error), error.error_code
    ('Incompatible shapes: [2] vs. [3]', 3)
    """

    def __init__(self, node_def, op, message, error_code, *payloads):
        # TensorFlow gives its errors no `args`: their repr is a bare `InvalidArgumentError()`.
        super().__init__()
        self._node_def = node_def
        self._op = op
        self._message = message
        self._error_code = error_code
        # Taken as it comes, as TensorFlow does: Keras gives the code here when it raises an error of a layer again.
        self._experimental_payloads = payloads[0] if payloads else {}

    @property
    def message(self):
        """What went wrong."""
        return self._message

    @property
    def op(self):
        """The graph operation that failed, or None."""
        return self._op

    @property
    def node_def(self):
        """The description of the graph node that failed, or None."""
        return self._node_def

    @property
    def error_code(self):
        """The canonical status code, one of the constants of `tf.errors`."""
        return self._error_code

    @property
    def experimental_payloads(self):
        """More details, as a dict."""
        return self._experimental_payloads

    def __str__(self):
        if self._op is None:
            return self._message
        import traceback  # only a graph's errors need it

        stack = "".join(traceback.format_list(self._op.traceback or []))
        return f"{self._message}\n\nOriginal stack trace for {self._op.name!r}:\n{stack}"

    def __reduce__(self):
        return type(self), (
            self._node_def,
            self._op,
            self._message,
            self._error_code,
            *self._payload_arguments(),
        )

    def _payload_arguments(self):
        return (self._experimental_payloads,) if self._experimental_payloads else ()


class _StatusError(OpError):
    """An `OpError` whose code is fixed by its class."""

    _code = UNKNOWN

    def __init__(self, node_def, op, message, *payloads):
        super().__init__(node_def, op, message, self._code, *payloads)

    def __reduce__(self):
        return type(self), (self._node_def, self._op, self._message, *self._payload_arguments())


class CancelledError(_StatusError):
    """The work was cancelled, usually by the caller."""

    _code = CANCELLED


class UnknownError(_StatusError):
    """Something failed and nothing more precise is known."""

    _code = UNKNOWN


class InvalidArgumentError(_StatusError):
    """An argument is wrong whatever the state of the program: a shape, a dtype, a value."""

    _code = INVALID_ARGUMENT


def invalid(message, op_name=None):
    """An InvalidArgumentError in TensorFlow's form: what is wrong, then the type name of the op, if it is known."""
    return InvalidArgumentError(None, None, f"{message} [Op:{op_name}]" if op_name else message)


class DeadlineExceededError(_StatusError):
    """The time allowed was over before the work was done."""

    _code = DEADLINE_EXCEEDED


class NotFoundError(_StatusError):
    """Something asked for, such as a file, does not exist."""

    _code = NOT_FOUND


class AlreadyExistsError(_StatusError):
    """Something to be created exists already."""

    _code = ALREADY_EXISTS


class PermissionDeniedError(_StatusError):
    """The caller is known but may not do this."""

    _code = PERMISSION_DENIED


class UnauthenticatedError(_StatusError):
    """The caller has not proved who it is."""

    _code = UNAUTHENTICATED


class ResourceExhaustedError(_StatusError):
    """Memory, disk space or a quota is used up."""

    _code = RESOURCE_EXHAUSTED


def out_of_memory(error, op_name=None):
    """ResourceExhaustedError for Python's own MemoryError."""
    message = f"OOM when allocating tensor: {error}"
    return ResourceExhaustedError(None, None, f"{message} [Op:{op_name}]" if op_name else message)


class FailedPreconditionError(_StatusError):
    """The program is not in the state that the operation needs, as a variable without a value."""

    _code = FAILED_PRECONDITION


class AbortedError(_StatusError):
    """The work was given up, usually because of a concurrent change."""

    _code = ABORTED


class OutOfRangeError(_StatusError):
    """An iteration went past the end of its range, as a data set that is used up."""

    _code = OUT_OF_RANGE


class UnimplementedError(_StatusError):
    """The operation is not implemented for these arguments."""

    _code = UNIMPLEMENTED


class InternalError(_StatusError):
    """An invariant of the package itself is broken."""

    _code = INTERNAL


class UnavailableError(_StatusError):
    """A service cannot be reached now; trying again may help."""

    _code = UNAVAILABLE


class DataLossError(_StatusError):
    """Data is lost or damaged beyond recovery."""

    _code = DATA_LOSS


class OperatorNotAllowedInGraphError(TypeError):
    """A symbolic tensor was used where a concrete Python value is needed, as in a plain `if`."""


class InaccessibleTensorError(TypeError, ValueError):
    """A tensor of one traced function was used outside of it."""
