"""Name scopes: prefixes of the names that variables and modules made inside them get."""

import threading

from tapeflow.core.context import state


class _Thread(threading.local):
    prefix = ""
    """The scopes that this thread is in, each followed by a slash."""


_thread = _Thread()


def current_prefix():
    """The prefix of names made now: "" or "outer/inner/"."""
    return _thread.prefix


class name_scope:
    """Context manager: names made inside begin with the name of the scope. `as` gives the whole prefix.

    name: a string; one that ends in "/" starts anew from the top, an empty one leaves all scopes.
    Raises ValueError if it is no string.

    >>> with tf.name_scope("outer"), tf.name_scope("inner") as prefix:
    ...     v = tf.Variable(1.0, name="v")
    >>> prefix, v.name
    ('outer/inner/', 'outer/inner/v:0')
    """

    def __init__(self, name):
        if not isinstance(name, str):
            raise ValueError(f"name for name_scope must be a string, not {name!r}.")
        self._name = name
        self._outer = []

    @property
    def name(self):
        """The name that was given."""
        return self._name

    def __enter__(self):
        if getattr(state.interpreter, "is_open", False):  # a graph that sessions run has scopes of its own
            scope = state.interpreter.name_scope(self._name)
            self._outer.append(scope)
            return scope.__enter__()
        self._outer.append(_thread.prefix)
        name = self._name
        if name and not name.endswith("/"):
            # A leading slash is how some callers say "from the top"; TensorFlow takes it so, too.
            name = f"{name}/" if name.startswith("/") else f"{_thread.prefix}{name}/"
        _thread.prefix = name
        return name

    def __exit__(self, *exception):
        outer = self._outer.pop()
        if isinstance(outer, str):
            _thread.prefix = outer
        else:
            outer.__exit__(*exception)
