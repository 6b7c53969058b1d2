"""WAV files of 16-bit samples. Source: "Multimedia Programming Interface and Data Specifications 1.0", IBM and
Microsoft, 1991.
"""

import numpy

from tapeflow.core.errors import InvalidArgumentError

_HALF = 1 << 15


def wave_bytes(samples, rate):
    """The bytes of a WAV file of samples [frames, channels] between -1 and 1; others are clipped."""
    channels = samples.shape[1]
    if not 0 < channels < 1 << 16:
        raise _invalid(f"num_channels must be in (0, 2^16), got: {channels}")
    if not 0 < rate < 1 << 32:
        raise _invalid(f"sample_rate must be in (0, 2^32), got: {rate}")
    scaled = numpy.clip(samples.astype(numpy.float32) * numpy.float32(_HALF - 1), -_HALF, _HALF - 1)
    scaled = numpy.where(samples <= -1, -_HALF, scaled)
    data = _rounded(scaled).astype("<i2").tobytes()
    width = 2 * channels
    parts = [
        b"RIFF",
        (36 + len(data)).to_bytes(4, "little"),
        b"WAVEfmt \x10\0\0\0\x01\0",
        channels.to_bytes(2, "little"),
        rate.to_bytes(4, "little"),
        (rate * width & 0xFFFFFFFF).to_bytes(4, "little"),
        (width & 0xFFFF).to_bytes(2, "little"),
        b"\x10\0data",
        len(data).to_bytes(4, "little"),
        data,
    ]
    return b"".join(parts)


def _rounded(values):
    return numpy.where(values < 0, numpy.ceil(values - 0.5), numpy.floor(values + 0.5))


def wave_samples(data):
    """(samples float32 [frames, channels], rate) of a WAV file. InvalidArgumentError for other bytes."""
    if len(data) < 12:
        raise _invalid("Data too short when trying to read string")
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise _invalid(f"Header mismatch: Expected RIFF and WAVE but found {data[:4]!r} and {data[8:12]!r}")
    place, channels, rate, samples = 12, None, None, None
    while place < len(data):
        name, size, body = data[place : place + 4], data[place + 4 : place + 8], place + 8
        size = int.from_bytes(size, "little")
        if body + size > len(data):
            raise _invalid("Data too short when trying to read string")
        if name == b"fmt ":
            channels, rate = _format(data[body : body + size])
        elif name == b"data" and samples is None:
            if channels is None:
                raise _invalid("The samples of a WAV file come before its format")
            width = 2 * channels
            count = size // width
            samples = numpy.frombuffer(data, "<i2", count * channels, body).reshape(count, channels)
        place = body + size
    if samples is None:
        raise _invalid("No data chunk found in WAV")
    return samples.astype(numpy.float32) / numpy.float32(_HALF), rate


def _format(chunk):
    if len(chunk) < 16:
        raise _invalid("Bad format chunk size for WAV: Expected 16, 18, or 40, but got " + str(len(chunk)))
    numbers = [
        int.from_bytes(chunk[at : at + size], "little") for at, size in ((0, 2), (2, 2), (4, 4), (14, 2))
    ]
    kind, channels, rate, bits = numbers
    if kind not in (1, 0xFFFE):
        raise _invalid(f"Bad audio format for WAV: Expected 1 (PCM), but got {kind}")
    if channels < 1:
        raise _invalid(f"Bad number of channels for WAV: Expected at least 1, but got {channels}")
    if bits != 16:
        raise _invalid(f"Can only read 16-bit WAV files, but received {bits}")
    return channels, rate


def _invalid(message):
    return InvalidArgumentError(None, None, message)
