"""The lines of the user's program that led to this call."""

import os
import sys

from tapeflow.core import context

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(context.__file__))) + os.sep


def calling_lines(height_limit, path_limit):
    """Texts like 'File "train.py", line 3, in step: y = tf.math.log(x)', innermost last, of the user's."""
    import linecache  # it brings a tokenizer along

    frame = sys._getframe(1)
    lines = []
    while frame is not None and len(lines) < height_limit:
        path = frame.f_code.co_filename
        if not path.startswith(_PACKAGE):
            source = linecache.getline(path, frame.f_lineno, frame.f_globals).strip()
            shown = path if len(path) <= path_limit else "..." + path[-path_limit:]
            text = f'File "{shown}", line {frame.f_lineno}, in {frame.f_code.co_name}'
            lines.append(f"{text}: {source}" if source else text)
        frame = frame.f_back
    return lines[::-1]
