"""How often the tests of killed programs kill one: a few times, or as often as the environment says.

TAPEFLOW_KILLS=200 scripts/test tests/saving tests/data -k killed
"""

import os

KILLS = int(os.environ.get("TAPEFLOW_KILLS", "20"))
