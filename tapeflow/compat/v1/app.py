"""tf.compat.v1.app: running a script's `main`."""

import sys

__all__ = ["run"]


def run(main=None, argv=None):
    """Calls `main`, that of the script by default, with the arguments of the command line, and exits."""
    main = main or sys.modules["__main__"].main
    sys.exit(main(sys.argv if argv is None else argv))
