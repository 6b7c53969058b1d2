"""`tf.autodiff`: reverse mode and forward mode."""

from tapeflow.api.gradients import UnconnectedGradients
from tapeflow.autodiff.forward import ForwardAccumulator
from tapeflow.autodiff.tape import Tape
from tapeflow.batching import jacobian as jacobians

__all__ = ["ForwardAccumulator", "GradientTape"]


class GradientTape(Tape):
    """Records calls on the tensors it watches, to give their derivatives.

    Trainable variables are watched when they are read inside the tape's context, unless
    `watch_accessed_variables` is False; tensors with `watch`. A tape gives one gradient or jacobian and then
    lets go of what it recorded; a `persistent` one gives any number and lets go with the last reference to
    it.

    >>> v = tf.Variable(3.0)
    >>> with tf.GradientTape() as tape:
    ...     y = v * v
    >>> tape.gradient(y, v).numpy()
    np.float32(6.0)
    """

    def jacobian(
        self,
        target,
        sources,
        unconnected_gradients=UnconnectedGradients.NONE,
        parallel_iterations=None,
        experimental_use_pfor=True,
    ):
        """Derivative of every element of `target` with respect to every element of `sources`.

        target: a tensor; sources: a nest of tensors or variables. Returns, in the structure of `sources`,
        tensors of shape `target.shape + source.shape`, or None for a source that the target does not depend
        on ("zero" as `unconnected_gradients` gives zeros instead). All rows come from one walk back with
        batched cotangents; `experimental_use_pfor=False` walks once for each element and needs a persistent
        tape (RuntimeError). `parallel_iterations` only advises and changes nothing here.

        >>> x = tf.constant([1.0, 2.0])
        >>> with tf.GradientTape() as tape:
        ...     tape.watch(x)
        ...     y = x * x
        >>> tape.jacobian(y, x).numpy()
        array([[2., 0.],
               [0., 4.]], dtype=float32)
        """
        return jacobians.jacobian(
            self, target, sources, unconnected_gradients, parallel_iterations, experimental_use_pfor
        )

    def batch_jacobian(
        self,
        target,
        source,
        unconnected_gradients=UnconnectedGradients.NONE,
        parallel_iterations=None,
        experimental_use_pfor=True,
    ):
        """Jacobian of each example, where row i of `target` depends on row i of `source` only.

        target: tensor of shape [batch, ...]; source: of shape [batch, ...]; ValueError if the batches differ
        or have no further axes. Returns a tensor of shape `[batch] + target.shape[1:] + source.shape[1:]`;
        zeros if the target does not depend on the source.

        >>> x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
        >>> with tf.GradientTape() as tape:
        ...     tape.watch(x)
        ...     y = x * x
        >>> tape.batch_jacobian(y, x)[1].numpy()
        array([[6., 0.],
               [0., 8.]], dtype=float32)
        """
        return jacobians.batch_jacobian(
            self, target, source, unconnected_gradients, parallel_iterations, experimental_use_pfor
        )
