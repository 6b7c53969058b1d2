"""Discrete Fourier transforms of the last axes, or of any.

Transforms of complex tensors keep the dtype, complex64 or complex128; those of real tensors keep the
precision.
"""

import math

from tapeflow.api.signal.sizes import at_least_rank, resized
from tapeflow.core.arguments import canonical_axis, int_tuple
from tapeflow.core.dtypes import complex64, complex128, float32, float64
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import Tensor
from tapeflow.ops import spectral
from tapeflow.ops.casting import cast
from tapeflow.ops.layout import move_axis, roll

__all__ = [
    "fft",
    "fft2d",
    "fft3d",
    "fftnd",
    "fftshift",
    "ifft",
    "ifft2d",
    "ifft3d",
    "ifftnd",
    "ifftshift",
    "irfft",
    "irfft2d",
    "irfft3d",
    "irfftnd",
    "rfft",
    "rfft2d",
    "rfft3d",
    "rfftnd",
]


def _complex(value, rank, type_name):
    tensor = value if isinstance(value, Tensor) else _complex_from(value)
    if len(tensor.dims) < rank:
        raise InvalidArgumentError(
            None,
            None,
            f"Input must have rank of at least {rank} but got: {list(tensor.dims)} [Op:{type_name}]",
        )
    return tensor


def _complex_from(value):
    tensor = as_tensor(value)
    if tensor._dtype in (complex64, complex128):
        return tensor
    return cast(tensor, complex128 if tensor._dtype is float64 else complex64)


def fft(input, name=None):
    """Fourier transform of the last axis of a complex tensor: sum of x[n] exp(-2 pi i k n / N) over n.

    >>> tf.signal.fft(tf.constant([1, 0, 0, 0], tf.complex64)).numpy()
    array([1.+0.j, 1.+0.j, 1.+0.j, 1.+0.j], dtype=complex64)
    """
    return spectral.fft(_complex(input, 1, "FFT"))


def ifft(input, name=None):
    """Inverse of `tf.signal.fft`: mean of x[k] exp(2 pi i k n / N) over k.

    >>> tf.signal.ifft(tf.constant([4, 0, 0, 0], tf.complex64)).numpy()
    array([1.+0.j, 1.+0.j, 1.+0.j, 1.+0.j], dtype=complex64)
    """
    return spectral.ifft(_complex(input, 1, "IFFT"))


def fft2d(input, name=None):
    """Fourier transform of the last two axes of a complex tensor.

    >>> tf.signal.fft2d(tf.ones([2, 2], tf.complex64)).numpy()
    array([[4.+0.j, 0.+0.j],
           [0.+0.j, 0.+0.j]], dtype=complex64)
    """
    return spectral.fft2d(_complex(input, 2, "FFT2D"))


def ifft2d(input, name=None):
    """Inverse of `tf.signal.fft2d`.

    >>> tf.signal.ifft2d(tf.ones([2, 2], tf.complex64)).numpy()
    array([[1.+0.j, 0.+0.j],
           [0.+0.j, 0.+0.j]], dtype=complex64)
    """
    return spectral.ifft2d(_complex(input, 2, "IFFT2D"))


def fft3d(input, name=None):
    """Fourier transform of the last three axes of a complex tensor.

    >>> tf.signal.fft3d(tf.ones([1, 1, 2], tf.complex64)).numpy()
    array([[[2.+0.j, 0.+0.j]]], dtype=complex64)
    """
    return spectral.fft3d(_complex(input, 3, "FFT3D"))


def ifft3d(input, name=None):
    """Inverse of `tf.signal.fft3d`.

    >>> tf.signal.ifft3d(tf.ones([1, 1, 2], tf.complex64)).numpy()
    array([[[1.+0.j, 0.+0.j]]], dtype=complex64)
    """
    return spectral.ifft3d(_complex(input, 3, "IFFT3D"))


def _real(value):
    tensor = as_tensor(value) if hasattr(value, "dtype") else as_tensor(value, float32)
    if tensor._dtype not in (float32, float64):
        raise ValueError(f"RFFT requires tf.float32 or tf.float64 inputs, got: {tensor}")
    return tensor


def _spectrum(value):
    tensor = value if isinstance(value, Tensor) else _complex_from(value)
    if tensor._dtype not in (complex64, complex128):
        raise ValueError(f"IRFFT requires tf.complex64 or tf.complex128 inputs, got: {tensor}")
    return tensor


def _lengths(fft_length, rank, type_name):
    """`fft_length` as a tuple of `rank` positive ints."""
    if not (isinstance(fft_length, list | tuple) or getattr(as_tensor(fft_length), "dims", ())):
        raise TypeError(f"fft_length is a list of {rank} lengths; got {fft_length!r}.")
    lengths = int_tuple(fft_length)
    if len(lengths) != rank:
        raise InvalidArgumentError(None, None, f"fft_length must have shape [{rank}] [Op:{type_name}]")
    if any(length <= 0 for length in lengths):
        raise InvalidArgumentError(
            None, None, f"fft_length must be positive, got {list(lengths)} [Op:{type_name}]"
        )
    return lengths


def _rfft(op, rank, input_tensor, fft_length):
    tensor = _real(input_tensor)
    at_least_rank(tensor, rank)
    if fft_length is not None:
        tensor = resized(tensor, _lengths(fft_length, rank, op.type_name))
    return op(tensor)


def _irfft(op, rank, input_tensor, fft_length):
    tensor = _spectrum(input_tensor)
    at_least_rank(tensor, rank)
    if fft_length is None:
        return op(tensor, length=max(0, 2 * (tensor.dims[-1] - 1)))
    lengths = _lengths(fft_length, rank, op.type_name)
    return op(resized(tensor, (*lengths[:-1], lengths[-1] // 2 + 1)), length=lengths[-1])


def rfft(input_tensor, fft_length=None, name=None):
    """Fourier transform of the last axis of a float32 or float64 tensor: its first N // 2 + 1 elements.

    `fft_length`, a list of one length, cuts the input or fills it with zeros first. Raises ValueError for
    other dtypes and for scalars.

    >>> tf.signal.rfft([1.0, 0.0, 0.0, 0.0]).numpy()
    array([1.+0.j, 1.+0.j, 1.+0.j], dtype=complex64)
    """
    return _rfft(spectral.rfft, 1, input_tensor, fft_length)


def rfft2d(input_tensor, fft_length=None, name=None):
    """Fourier transform of the last two axes of a float32 or float64 tensor; see `tf.signal.rfft`.

    >>> tf.signal.rfft2d(tf.ones([2, 2])).numpy()
    array([[4.+0.j, 0.+0.j],
           [0.+0.j, 0.+0.j]], dtype=complex64)
    """
    return _rfft(spectral.rfft2d, 2, input_tensor, fft_length)


def rfft3d(input_tensor, fft_length=None, name=None):
    """Fourier transform of the last three axes of a float32 or float64 tensor; see `tf.signal.rfft`.

    >>> tf.signal.rfft3d(tf.ones([1, 1, 2])).numpy()
    array([[[2.+0.j, 0.+0.j]]], dtype=complex64)
    """
    return _rfft(spectral.rfft3d, 3, input_tensor, fft_length)


def irfft(input_tensor, fft_length=None, name=None):
    """Inverse of `tf.signal.rfft`: a real tensor with 2 (K - 1) elements in the last axis, or
    `fft_length[0]`.

    >>> tf.signal.irfft(tf.constant([1, 1, 1], tf.complex64)).numpy()
    array([1., 0., 0., 0.], dtype=float32)
    """
    return _irfft(spectral.irfft, 1, input_tensor, fft_length)


def irfft2d(input_tensor, fft_length=None, name=None):
    """Inverse of `tf.signal.rfft2d`; `fft_length` is a list of two lengths.

    >>> tf.signal.irfft2d(tf.signal.rfft2d([[1.0, 2.0], [3.0, 4.0]])).numpy()
    array([[1., 2.],
           [3., 4.]], dtype=float32)
    """
    return _irfft(spectral.irfft2d, 2, input_tensor, fft_length)


def irfft3d(input_tensor, fft_length=None, name=None):
    """Inverse of `tf.signal.rfft3d`; `fft_length` is a list of three lengths.

    >>> tf.signal.irfft3d(tf.signal.rfft3d([[[1.0, 2.0]]])).numpy()
    array([[[1., 2.]]], dtype=float32)
    """
    return _irfft(spectral.irfft3d, 3, input_tensor, fft_length)


def _axes_and_lengths(tensor, fft_length, axes, dims=None):
    """Non-negative axes (default: all) and the length along each (default: as it is)."""
    rank = len(tensor.dims)
    axes = range(rank) if axes is None else [canonical_axis(axis, rank) for axis in int_tuple(axes)]
    dims = dims or tensor.dims
    lengths = [dims[axis] for axis in axes] if fft_length is None else list(int_tuple(fft_length))
    if len(lengths) != len(axes):
        raise InvalidArgumentError(
            None, None, f"fft_length and axes must be as many; got {lengths} for axes {list(axes)}."
        )
    return list(axes), lengths


def _along(tensor, axis, length, transform):
    """`transform` of one axis, cut or filled to `length` first."""
    moved = move_axis(tensor, axis, len(tensor.dims) - 1)
    return move_axis(transform(resized(moved, (length,))), len(tensor.dims) - 1, axis)


def _scale(norm, lengths, inverse):
    """What a transform is multiplied by beyond its usual scale, which is 1/N for the inverse alone."""
    if norm not in (None, "backward", "forward", "ortho"):
        raise ValueError(f"norm must be None, 'backward', 'forward' or 'ortho'; got {norm!r}.")
    count = float(math.prod(lengths))
    power = {"forward": 1.0, "ortho": 0.5}.get(norm, 0.0)
    return count ** (power if inverse else -power)


def fftnd(input_tensor, fft_length=None, axes=None, norm=None, name=None):
    """Fourier transform of any axes of a complex tensor (default: of all).

    Args:
      fft_length: for each of the axes, a length to which it is cut or filled with zeros first.
      axes: the axes, negative ones counted from the end.
      norm: "backward" (default) leaves the result as it is, "ortho" divides it by the root of the number of
        elements, "forward" by that number.

    >>> tf.signal.fftnd(tf.ones([2, 2], tf.complex64), axes=[0]).numpy()
    array([[2.+0.j, 2.+0.j],
           [0.+0.j, 0.+0.j]], dtype=complex64)
    """
    return _complex_nd(spectral.fft, _complex(input_tensor, 0, "FFTND"), fft_length, axes, norm, False)


def ifftnd(input_tensor, fft_length=None, axes=None, norm=None, name=None):
    """Inverse of `tf.signal.fftnd` with the same arguments.

    >>> tf.signal.ifftnd(tf.ones([2, 2], tf.complex64), axes=[0]).numpy()
    array([[1.+0.j, 1.+0.j],
           [0.+0.j, 0.+0.j]], dtype=complex64)
    """
    return _complex_nd(spectral.ifft, _complex(input_tensor, 0, "IFFTND"), fft_length, axes, norm, True)


def _complex_nd(transform, tensor, fft_length, axes, norm, inverse):
    axes, lengths = _axes_and_lengths(tensor, fft_length, axes)
    scale = _scale(norm, lengths, inverse)
    for axis, length in zip(axes, lengths, strict=True):
        tensor = _along(tensor, axis, length, transform)
    return tensor if scale == 1.0 else tensor * scale


def rfftnd(input_tensor, fft_length=None, axes=None, norm=None, name=None):
    """Fourier transform of any axes of a real tensor; the last of the axes keeps its first half.

    Arguments as for `tf.signal.fftnd`.

    >>> tf.signal.rfftnd(tf.ones([2, 2]), axes=[1]).numpy()
    array([[2.+0.j, 0.+0.j],
           [2.+0.j, 0.+0.j]], dtype=complex64)
    """
    tensor = _real(input_tensor)
    axes, lengths = _axes_and_lengths(tensor, fft_length, axes)
    scale = _scale(norm, lengths, inverse=False)
    tensor = _along(tensor, axes[-1], lengths[-1], spectral.rfft)
    for axis, length in zip(axes[:-1], lengths[:-1], strict=True):
        tensor = _along(tensor, axis, length, spectral.fft)
    return tensor if scale == 1.0 else tensor * scale


def irfftnd(input_tensor, fft_length=None, axes=None, norm=None, name=None):
    """Inverse of `tf.signal.rfftnd` with the same arguments.

    >>> tf.signal.irfftnd(tf.signal.rfftnd([[1.0, 2.0], [3.0, 4.0]])).numpy()
    array([[1., 2.],
           [3., 4.]], dtype=float32)
    """
    tensor = _spectrum(input_tensor)
    last = canonical_axis(int_tuple(axes)[-1], len(tensor.dims)) if axes is not None else len(tensor.dims) - 1
    dims = [max(0, 2 * (size - 1)) if axis == last else size for axis, size in enumerate(tensor.dims)]
    axes, lengths = _axes_and_lengths(tensor, fft_length, axes, dims)
    scale = _scale(norm, lengths, inverse=True)
    for axis, length in zip(axes[:-1], lengths[:-1], strict=True):
        tensor = _along(tensor, axis, length, spectral.ifft)
    half = lengths[-1] // 2 + 1
    tensor = _along(tensor, axes[-1], half, lambda x: spectral.irfft(x, length=lengths[-1]))
    return tensor if scale == 1.0 else tensor * scale


def fftshift(x, axes=None, name=None):
    """`x` with the frequency zero in the middle of the given axes (default: of all).

    >>> tf.signal.fftshift([0, 1, 2, -2, -1]).numpy()
    array([-2, -1,  0,  1,  2], dtype=int32)
    """
    return _shifted(as_tensor(x), axes, 1)


def ifftshift(x, axes=None, name=None):
    """Inverse of `tf.signal.fftshift`.

    >>> tf.signal.ifftshift([-2, -1, 0, 1, 2]).numpy()
    array([ 0,  1,  2, -2, -1], dtype=int32)
    """
    return _shifted(as_tensor(x), axes, -1)


def _shifted(x, axes, direction):
    rank = len(x.dims)
    axes = (
        tuple(range(rank))
        if axes is None
        else tuple([canonical_axis(axis, rank) for axis in int_tuple(axes)])
    )
    return roll(x, shifts=tuple([direction * (x.dims[axis] // 2) for axis in axes]), axes=axes)
