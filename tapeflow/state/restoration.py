"""Giving the values of a checkpoint to objects: at once to those that exist, later to those that come."""

from tapeflow.core.context import interpreting
from tapeflow.core.eager import wrap
from tapeflow.core.errors import DataLossError, NotFoundError
from tapeflow.files.bundle import BundleReader
from tapeflow.state.containers import is_container
from tapeflow.state.object_graph import GRAPH_KEY, decode, walk
from tapeflow.state.trackable import Trackable, await_child, dependencies
from tapeflow.state.waiting import DictWrapper, ListWrapper

_MOST_SHOWN = 10


class Restoration:
    """One checkpoint and the objects that have had their values from it.

    `matched` is {number of a node: object}. Objects that come into being later are matched when they become
    dependencies of a matched one.
    """

    def __init__(self, prefix, children=dependencies):
        try:
            self.reader = BundleReader(prefix)
        except NotFoundError as error:
            raise NotFoundError(
                None,
                None,
                f"Error when restoring from checkpoint or SavedModel at {prefix}: {error.message}\nPlease double-check "
                "that the path is correct. You may be missing the checkpoint suffix (e.g. the '-1' in "
                "'path/to/ckpt-1').",
            ) from None
        if GRAPH_KEY not in self.reader.entries:
            raise NotImplementedError(
                f"{prefix} has no graph of objects: it was written by name, as tf.compat.v1.train.Saver does. "
                "Read its values with tf.train.load_variable."
            )
        _, graph = self.reader.read(GRAPH_KEY)
        if graph.shape != ():
            raise DataLossError(None, None, f"{prefix}: {GRAPH_KEY} has the shape {graph.shape}, not ()")
        self.nodes = decode(graph[()], prefix)
        if not self.nodes:
            raise DataLossError(None, None, f"{prefix}: the object graph is empty")
        self.children = children
        self.matched = {}
        self.unread = set()  # (number of a node, name) of values that their object did not ask for

    def restore(self, root):
        """Gives the values to the root and to all that can be reached from it by names of the checkpoint."""
        self._match(None, None, root, 0)

    def _match(self, parent, name, value, number):
        waiting = [(parent, name, value, number)]
        while waiting:
            parent, name, value, number = waiting.pop(0)
            if number in self.matched:
                continue
            node = self.nodes[number]
            known = self.children(value)
            missing = [each for each in node.children if each not in known]
            if missing and parent is not None and type(value) in (list, dict):
                value = _replaced(parent, name, value)
            self.matched[number] = value
            self._give(value, number)
            waiting += [
                (value, each, known[each], child) for each, child in node.children.items() if each in known
            ]
            if isinstance(value, Trackable):
                for each in missing:
                    await_child(value, each, self._later(node.children[each]))

    def _later(self, number):
        return lambda parent, name, value: self._match(parent, name, value, number)

    def _give(self, value, number):
        values = self.nodes[number].values
        if not values:
            return
        if (
            not isinstance(value, Trackable)
            or type(value)._restore_from_tensors is Trackable._restore_from_tensors
        ):
            self.unread.update([(number, each) for each in values])
            return
        restored = {}
        for name, key in values.items():
            dtype, array = self.reader.read(key)
            restored[name] = wrap(array if array.ndim or array.dtype == object else array[()], dtype)
        with interpreting(None):  # objects may come into being while a program is traced
            value._restore_from_tensors(restored)

    def unmatched(self, root):
        """The objects that can be reached from the root and had no values from the checkpoint."""
        matched = {id(each) for each in self.matched.values()}
        return [
            each.value
            for each in walk(root, self.children)
            if id(each.value) not in matched
            and not (_is_structure(each.value) and not self.children(each.value))
        ]

    def paths(self):
        """{number of a node: its names from the root} of the checkpoint."""
        found, waiting = {0: ()}, [0]
        for number in waiting:
            for name, child in self.nodes[number].children.items():
                if child not in found:
                    found[child] = (*found[number], name)
                    waiting.append(child)
        return found


def _is_structure(value):
    return is_container(value) or isinstance(value, ListWrapper | DictWrapper)


def _replaced(parent, name, value):
    """A wrapper in the place of a list or dict that will have more elements, so that they are noticed."""
    wrapper = ListWrapper(value) if type(value) is list else DictWrapper(value)
    if isinstance(parent, list):
        list.__setitem__(parent, int(name), wrapper)
    elif isinstance(parent, dict):
        dict.__setitem__(parent, name, wrapper)
    elif vars(parent).get(name) is value:
        vars(parent)[name] = wrapper
    else:
        return value
    return wrapper


class LoadStatus:
    """What has become of a restoration: its methods raise AssertionError unless that is so, and return the status."""

    def __init__(self, restoration, root):
        self._restoration = restoration
        self._root = root

    def assert_consumed(self):
        """All values of the checkpoint have been given to an object, and all objects have had theirs."""
        self.assert_existing_objects_matched()
        restoration = self._restoration
        paths = restoration.paths()
        for number, node in enumerate(restoration.nodes):
            if node.values and number not in restoration.matched:
                name = ".".join(["(root)", *paths.get(number, ())])
                raise AssertionError(f"Unresolved object in checkpoint {name}: {node.values}")
        if restoration.unread:
            names = [
                f"{'.'.join(['(root)', *paths.get(number, ())])}: {name}"
                for number, name in sorted(restoration.unread)
            ]
            raise AssertionError(f"Unused attributes in these objects (the attributes listed here): {names}")
        return self

    def assert_existing_objects_matched(self):
        """All objects that exist by now have been found in the checkpoint."""
        unmatched = self._restoration.unmatched(self._root)
        if unmatched:
            raise AssertionError(
                f"Found {len(unmatched)} Python objects that were not bound to checkpointed values, likely due to "
                f"changes in the Python program. Showing {min(_MOST_SHOWN, len(unmatched))} of {len(unmatched)} "
                f"unmatched objects: {unmatched[:_MOST_SHOWN]}"
            )
        return self

    def assert_nontrivial_match(self):
        """Something besides the root has been found in the checkpoint."""
        if len(self._restoration.matched) <= 1 < len(walk(self._root, self._restoration.children)):
            raise AssertionError(
                "Nothing except the root object matched a checkpointed value. Typically this means that the checkpoint "
                f"does not match the Python program. The root object is {self._root!r}."
            )
        return self

    def expect_partial(self):
        """Says that values may remain that nobody takes; nothing is told of them in any case."""
        return self

    def initialize_or_restore(self, session=None):
        """For graphs: nothing is left to do."""

    def run_restore_ops(self, session=None):
        """For graphs: nothing is left to do."""


class NothingRestored:
    """The status when there was no checkpoint to restore: its assertions fail."""

    def assert_consumed(self):
        """AssertionError: no checkpoint was given."""
        raise AssertionError("No checkpoint specified (save_path=None); nothing is being restored.")

    assert_existing_objects_matched = assert_nontrivial_match = assert_consumed

    def expect_partial(self):
        """The status itself."""
        return self

    def initialize_or_restore(self, session=None):
        """For graphs: nothing is left to do."""

    def run_restore_ops(self, session=None):
        """AssertionError: no checkpoint was given."""
        self.assert_consumed()
