"""CheckpointView: the objects of a checkpoint, without restoring them."""

import os
from collections import deque

from tapeflow.core.log import get_logger
from tapeflow.state.checkpoint_reading import CheckpointReader, TrackableView
from tapeflow.state.object_graph import GRAPH_KEY, decode
from tapeflow.state.trackable import Trackable


class CheckpointView:
    """The objects whose values a checkpoint holds: nodes with numbers, 0 the root.

    save_path: where it was written to, as `tf.train.Checkpoint.save` returns it. NotFoundError if there is none,
    ValueError if it holds values by names only, as TensorFlow 1 wrote them.

    >>> import tempfile
    >>> path = tf.train.Checkpoint(v=tf.Variable(1.0)).write(f"{tempfile.mkdtemp()}/checkpoint")
    >>> view = tf.train.CheckpointView(path)
    >>> view.children(0), view.descendants()
    ({'v': 1}, [0, 1])
    """

    def __init__(self, save_path):
        path = os.fspath(save_path)
        reader = CheckpointReader(path)
        if not reader.has_tensor(GRAPH_KEY):
            raise ValueError(
                f"The checkpoint {path!r} holds values by names only, without the objects that they belong to."
            )
        self._nodes = decode(reader.get_tensor(GRAPH_KEY), path)

    def children(self, node_id):
        """{name: number} of the nodes that a node depends on."""
        return dict(self._nodes[node_id].children)

    def descendants(self):
        """The list of the numbers of all nodes, nearest to the root first."""
        found, waiting = [0], deque([0])
        while waiting:
            for child in self._nodes[waiting.popleft()].children.values():
                if child not in found:
                    found.append(child)
                    waiting.append(child)
        return found

    def match(self, obj):
        """{number: object} of the nodes that restoring the checkpoint into this Trackable would reach.

        ValueError if it is no Trackable.
        """
        if not isinstance(obj, Trackable):
            raise ValueError(f"Expected a Trackable, got {obj!r} of type {type(obj)}.")
        found, waiting = {0: obj}, deque([0])
        while waiting:
            node = waiting.popleft()
            known = TrackableView.children(found[node])
            for name, child in self._nodes[node].children.items():
                if name not in known:
                    continue
                if child not in found:
                    found[child] = known[name]
                    waiting.append(child)
                elif found[child] is not known[name] and child:
                    get_logger().warning(
                        "Two objects stand where the checkpoint has one: %s and %s.",
                        found[child],
                        known[name],
                    )
        return found

    def diff(self, obj):
        """(what `match` gives, the numbers of the other nodes, the objects that no node matches)."""
        matched = self.match(obj)
        reached = {id(each) for each in matched.values()}
        only_here = [node for node in self.descendants() if node not in matched]
        only_there = [each for each in TrackableView(obj).descendants() if id(each) not in reached]
        return matched, only_here, only_there
