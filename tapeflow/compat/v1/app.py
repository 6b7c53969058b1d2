"""tf.compat.v1.app: running a script's `main`."""

import sys

from tapeflow.compat.v1 import flags

__all__ = ["flags", "run"]


def run(main=None, argv=None):
    """Calls the script's `main`, or another one, with those arguments that are no flags, and exits."""
    main = main or sys.modules["__main__"].main
    sys.exit(main(flags.FLAGS(sys.argv if argv is None else argv)))
