"""Isotonic regression."""

from tapeflow.core.arguments import canonical_axis
from tapeflow.core.operands import as_tensor
from tapeflow.ops import isotonic
from tapeflow.ops.layout import move_axis

__all__ = ["isotonic_regression"]


def isotonic_regression(inputs, decreasing=True, axis=-1):
    """(output, segments): the falling sequences that are closest to those along `axis`, by least squares.

    Rising ones unless `decreasing`. Both results have the shape of inputs. int8 and int16 give float32, other integers
    float64. segments, int32, numbers the stretches in which the output is constant. Gradients are means over segments.

    Best and Chakravarti, Mathematical Programming 47 (1990). Raises InvalidArgumentError for an axis that there is not.

    >>> output, segments = tf.nn.isotonic_regression([3.0, 1.0, 2.0])
    >>> output.numpy(), segments.numpy()
    (array([3. , 1.5, 1.5], dtype=float32), array([0, 1, 1], dtype=int32))
    """
    x = as_tensor(inputs)
    last = len(x.dims) - 1
    axis = canonical_axis(axis, len(x.dims))
    rows = move_axis(x, axis, last)
    output, segments = isotonic.isotonic_regression(rows if decreasing else -rows)
    output, segments = (move_axis(each, last, axis) for each in (output, segments))
    return (output if decreasing else -output), segments
