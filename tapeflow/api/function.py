"""tf.function."""

from tapeflow.api import unknown_ranks  # noqa: F401 (it lets public functions wait)
from tapeflow.function.function import Function, Options

__all__ = ["function"]


def function(
    func=None,
    input_signature=None,
    autograph=True,
    jit_compile=None,
    reduce_retracing=False,
    experimental_implements=None,
    experimental_autograph_options=None,
    experimental_attributes=None,
    experimental_relax_shapes=None,
    experimental_compile=None,
    experimental_follow_type_hints=None,
):
    """Makes a Python function of tensors a program: traced on the first call, compiled when it is called again.

    Args:
      func: the function; without it, a decorator with these options is returned.
      input_signature: a list of nests of `tf.TensorSpec`: one trace serves all calls that fit; others are refused.
      autograph: whether Python's `if`, `while`, `for` and the like on tensors become part of the program.
      jit_compile: True compiles before the first call returns; otherwise (None or False, which is TensorFlow's "not by
        XLA") a program that is called again with the same shapes, and takes its time, is compiled in the background.
      reduce_retracing: whether shapes that differ between calls become unknown sizes of one trace.
      experimental_implements, experimental_attributes, experimental_autograph_options: kept as attributes of the
        function; they change nothing here.
      experimental_relax_shapes, experimental_compile: the older names of reduce_retracing and jit_compile.
      experimental_follow_type_hints: no longer known to TensorFlow either; must be None.

    Python values among the arguments are part of the program: another value is another trace. So are side
    effects: they happen while tracing, once. Variables may be made in the first call only. Raises TypeError for
    what cannot be an argument or a result.

    >>> @tf.function
    ... def power(x, n):
    ...     y = tf.ones_like(x)
    ...     for _ in tf.range(n):
    ...         y *= x
    ...     return y
    >>> power(tf.constant(2.0), tf.constant(10)).numpy()
    np.float32(1024.0)
    """
    if experimental_follow_type_hints is not None:
        raise ValueError("experimental_follow_type_hints is deprecated and has no effect: leave it out.")
    if jit_compile is not None and experimental_compile is not None:
        raise ValueError("Give jit_compile alone: experimental_compile is its older name.")
    attributes = {
        "experimental_implements": experimental_implements,
        "experimental_autograph_options": experimental_autograph_options,
        "experimental_attributes": experimental_attributes,
    }

    def decorate(inner):
        name = getattr(inner, "__name__", type(inner).__name__)
        name = getattr(getattr(inner, "func", None), "__name__", name)  # of a functools.partial
        options = Options(
            name,
            experimental_compile if jit_compile is None else jit_compile,
            autograph,
            bool(reduce_retracing or experimental_relax_shapes),
            attributes,
        )
        signature = None if input_signature is None else tuple(input_signature)
        return Function(inner, signature, options, convert=_converter() if autograph else None)

    return decorate if func is None else decorate(func)


def _converter():
    from tapeflow.graph.autograph import convert

    return convert
