"""Random streams of a session: each seeded operation reads its own, from the beginning."""

from tapeflow.ops.random_state import OwnSeed


class OwnSeeds:
    """Makes the seeds of a graph's random operations those of one session: `own_seeds(node, seeds)`."""

    def __init__(self):
        self._seeds = {}

    def __call__(self, node, seeds):
        if seeds[0] is None:
            return seeds
        found = self._seeds.get(node)
        if found is None:
            found = self._seeds[node] = OwnSeed(seeds[1])
        return seeds[0], found

    def forget(self):
        """Ends the streams."""
        self._seeds = {}
