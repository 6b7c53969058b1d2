"""Random streams of a session: each seeded operation reads its own, from the beginning."""

from tapeflow.ops import random_state


class _OwnSeed(int):
    """The seed of one operation in one session. It is equal to itself alone, so that no other shares its stream."""

    __slots__ = ()

    __hash__ = object.__hash__

    def __eq__(self, other):
        return self is other

    def __ne__(self, other):
        return self is not other


class OwnSeeds:
    """Makes the seeds of a graph's random operations those of one session: `own_seeds(node, seeds)`."""

    def __init__(self):
        self._seeds = {}

    def __call__(self, node, seeds):
        if seeds[0] is None:
            return seeds
        found = self._seeds.get(node)
        if found is None:
            found = self._seeds[node] = _OwnSeed(seeds[1])
            random_state.keep_stream(found)
        return seeds[0], found

    def forget(self):
        """Ends the streams."""
        for each in self._seeds.values():
            random_state.drop_stream(each)
        self._seeds = {}
