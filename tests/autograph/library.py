"""The library that a table of cases is made for: its functions say `tf`, as a user's do.

TensorFlow's AutoGraph knows `set_loop_options` only by a global name. So every module of cases is loaded twice, once
for each library (`table.load`), and takes `tf` from here.
"""

import tapeflow as tf

__all__ = ["tf"]
