"""Module: an object that finds the variables in its attributes."""

import functools
import re

from tapeflow.core import nest
from tapeflow.state.name_scope import current_prefix, name_scope
from tapeflow.state.trackable import AutoTrackable
from tapeflow.state.variable import Variable


class Module(AutoTrackable):
    """A container of variables and other modules, wherever they are in its attributes.

    Lists, tuples and dicts in attributes are searched, too. Attributes are visited in the order of their
    names, dicts in that of their keys, and a module's own variables come before those of the modules in it;
    each is found once.

    name: a Python identifier; by default the class's name in snake_case. Raises ValueError if it is no
    identifier.

    >>> class Dense(tf.Module):
    ...     def __init__(self, size):
    ...         super().__init__()
    ...         self.weights = tf.Variable(tf.ones([size, size]), name="weights")
    ...         self.bias = tf.Variable(tf.zeros([size]), name="bias", trainable=False)
    >>> [v.name for v in Dense(2).variables], len(Dense(2).trainable_variables)
    (['bias:0', 'weights:0'], 1)
    """

    # The attributes that are not searched; subclasses add to it under TensorFlow's name for it.
    _TF_MODULE_IGNORED_PROPERTIES: frozenset[str] = frozenset(
        ("_self_dependencies", "_self_untracked", "_self_waiting")
    )

    def __init__(self, name=None):
        if name is None:
            name = _snake_case(type(self).__name__)
        elif not isinstance(name, str):
            raise TypeError(f"The name of a module is a string, not {name!r}.")
        elif not name.isidentifier():
            raise ValueError(
                f"{name!r} is not a valid module name. Module names must be valid Python identifiers "
                "(e.g. a valid class name)."
            )
        self._name = name
        self._name_scope = name_scope(f"{current_prefix()}{name}/")

    @property
    def name(self):
        """The name given to it, without scopes."""
        return self._name

    @property
    def name_scope(self):
        """The scope for names made in its methods, a context manager."""
        return self._name_scope

    @property
    def variables(self):
        """All variables in it, a tuple."""
        return tuple(self._flatten(predicate=_is_variable))

    @property
    def trainable_variables(self):
        """The variables in it that are trainable, a tuple."""
        return tuple(self._flatten(predicate=lambda each: _is_variable(each) and each.trainable))

    @property
    def non_trainable_variables(self):
        """The variables in it that are not trainable, a tuple."""
        return tuple(self._flatten(predicate=lambda each: _is_variable(each) and not each.trainable))

    @property
    def submodules(self):
        """All modules in it, themselves and in each other, a tuple.

        >>> outer = tf.Module("outer")
        >>> outer.parts = [tf.Module("first"), tf.Module("second")]
        >>> [each.name for each in outer.submodules]
        ['first', 'second']
        """
        return tuple(self._flatten(predicate=_is_module))

    @classmethod
    def with_name_scope(cls, method):
        """Decorator: names made in the method begin with the module's scope.

        >>> class Lazy(tf.Module):
        ...     @tf.Module.with_name_scope
        ...     def build(self):
        ...         return tf.Variable(0.0, name="v")
        >>> Lazy().build().name
        'lazy/v:0'
        """

        @functools.wraps(method)
        def scoped(self, *args, **kwargs):
            with self.name_scope:
                return method(self, *args, **kwargs)

        return scoped

    def _flatten(self, recursive=True, predicate=None):
        """Iterates over the leaves of its attributes that the predicate takes, then of modules in it."""
        seen = {id(self)}
        waiting = [self]
        while waiting:
            module = waiting.pop()
            found = []
            for leaf in _leaves(module):
                if id(leaf) in seen:
                    continue
                seen.add(id(leaf))
                if predicate is None or predicate(leaf):
                    yield leaf
                if recursive and _is_module(leaf):
                    found.append(leaf)
            waiting += reversed(found)


def _leaves(module):
    attributes = vars(module)
    for name in sorted(attributes.keys() - module._TF_MODULE_IGNORED_PROPERTIES):
        try:
            leaves = nest.flatten(attributes[name])
        except TypeError:  # a dict whose keys cannot be sorted has no deterministic order
            raise ValueError(
                f"Error processing property {name!r} of {module!r}: its dict has keys that cannot be sorted; "
                "give them one type."
            ) from None
        yield from leaves


def _is_variable(value):
    return isinstance(value, Variable)


def _is_module(value):
    return isinstance(value, Module)


def _snake_case(name):
    """HTTPServerX2 -> http_server_x2."""
    return re.sub("(?<=[a-z0-9])(?=[A-Z])|(?<=.)(?=[A-Z][a-z])", "_", name).lower()
