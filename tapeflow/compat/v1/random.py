"""tf.compat.v1.random: random numbers, drawn anew in each run of a session."""

from tapeflow.api import random
from tapeflow.compat.v1.exports import export
from tapeflow.compat.v1.functions import multinomial, random_gamma, random_poisson  # noqa: F401
from tapeflow.compat.v1.graphs import set_random_seed  # noqa: F401

export(globals(), random)

gamma, poisson = random_gamma, random_poisson
