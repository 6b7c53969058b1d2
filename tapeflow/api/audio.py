"""tf.audio: WAV files of 16 bits."""

from collections import namedtuple

from tapeflow.api.strings import as_strings
from tapeflow.core.dtypes import float32, int32
from tapeflow.core.operands import as_tensor
from tapeflow.ops import media

__all__ = ["decode_wav", "encode_wav"]

DecodeWav = namedtuple("DecodeWav", "audio sample_rate")


def decode_wav(contents, desired_channels=-1, desired_samples=-1, name=None):
    """(audio, sample_rate) of a WAV file of 16 bits: float32 [samples, channels] from -1 to 1, and an int32.

    With `desired_samples` the sound is cut or filled up with zeros; missing channels repeat the last.
    Raises InvalidArgumentError for damaged bytes and other kinds of samples.

    >>> audio, rate = tf.audio.decode_wav(tf.audio.encode_wav([[0.0], [0.5]], 8000))
    >>> audio.numpy().tolist(), rate.numpy()
    ([[0.0], [0.5]], np.int32(8000))
    """
    x = as_strings(contents, "DecodeWav")
    return DecodeWav(*media.decode_wav(x, channels=int(desired_channels), samples=int(desired_samples)))


def encode_wav(audio, sample_rate, name=None):
    """The bytes of a WAV file of 16 bits: `audio` is float32 [samples, channels], clipped to -1 to 1.

    Raises InvalidArgumentError for other shapes and for a rate that is not positive.
    """
    return media.encode_wav(as_tensor(audio, float32), as_tensor(sample_rate, int32))
