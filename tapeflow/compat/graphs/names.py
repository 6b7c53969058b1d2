"""Names in a graph: unique, with the scopes that they were made in before them."""

import contextlib
import re

_OPERATION = re.compile(r"^[A-Za-z0-9.][A-Za-z0-9_.\\/>-]*$")
_SCOPE = re.compile(r"^[A-Za-z0-9_.\\/>-]*$")


class Names:
    """The names in use in one graph, and the scope that names are made in."""

    def __init__(self):
        self.scope = ""  # without a slash at the end
        self._used = {}  # name in lower case -> how often it was asked for

    def unique(self, name, reserve=True):
        """`name` within the scope, with a number if it is taken; one that ends in a slash is taken as it is."""
        if name.endswith("/"):
            return name[:-1]
        if not _OPERATION.match(name) and not self.scope:
            raise ValueError(f"'{name}' is not a valid root scope name")
        if self.scope:
            if not _SCOPE.match(name):
                raise ValueError(f"'{name}' is not a valid scope name")
            name = f"{self.scope}/{name}"
        key = name.lower()
        count = self._used.get(key, 0)
        if reserve:
            self._used[key] = count + 1
        if not count:
            return name
        taken = key
        while taken in self._used:
            taken = f"{key}_{count}"
            count += 1
        if reserve:
            self._used[taken] = 1
        return f"{name}_{count - 1}"

    @contextlib.contextmanager
    def within(self, name):
        """Context manager: names are made in this scope of the graph; gives the scope and a slash, or ""."""
        outer = self.scope
        if name and name.endswith("/"):
            self.scope = name[:-1]
        else:
            self.scope = self.unique(name) if name else ""
        try:
            yield f"{self.scope}/" if self.scope else ""
        finally:
            self.scope = outer
