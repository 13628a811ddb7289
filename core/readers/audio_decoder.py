"""Decodes WAV, FLAC and OGG files of untrusted uploads to mono samples at 16 kHz."""

from __future__ import annotations

import io
import struct

import numpy as np

from core import limits

RATE = 16_000
SILENCE = 1e-4
SUFFIXES = (".wav", ".wave", ".flac", ".ogg", ".oga")


class UndecodableAudio(Exception):
    """One member cannot be used; the text says why, and the reader counts it and goes on."""


def audio_format(data: bytes) -> str | None:
    """The sound format by its first bytes: WAV, FLAC or OGG, else None."""
    if data[:4] in (b"RIFF", b"RIFX", b"RF64") and data[8:12] == b"WAVE":
        return "WAV"
    return {b"fLaC": "FLAC", b"OggS": "OGG"}.get(data[:4])


def describe_unknown(data: bytes) -> str:
    """What bytes that are no readable sound seem to be."""
    if not data:
        return "an empty file"
    if data[:3] == b"ID3" or (data[0] == 0xFF and len(data) > 1 and data[1] & 0xE0 == 0xE0):
        return "an MP3 (save it as wav or flac)"
    if data[:4] == b"FORM":
        return "an AIFF (save it as wav or flac)"
    if data[4:8] == b"ftyp":
        return "an M4A or video (save it as wav or flac)"
    return "text" if data[:256].isascii() and b"\x00" not in data[:256] else "an unknown format"


def decode(data: bytes) -> np.ndarray:
    """Samples of one sound, mono, 16 kHz, at most SOUND_SECONDS long, peak at most 1: float32 (t,).

    Raises:
        UndecodableAudio: with the reason.
    """
    found = audio_format(data)
    if found is None:
        raise UndecodableAudio(f"not a wav, flac or ogg but {describe_unknown(data)}")
    if found == "WAV":
        _check_header(data)
    import soundfile

    try:
        with soundfile.SoundFile(io.BytesIO(data)) as opened:
            _check(opened.channels, opened.samplerate)
            frames = min(opened.frames, limits.SOUND_SECONDS * opened.samplerate)
            samples = opened.read(frames, dtype="float32", always_2d=True)
            rate = opened.samplerate
    except UndecodableAudio:
        raise
    except Exception as error:
        raise UndecodableAudio("damaged or cut short") from error
    return _level(samples, rate)


def _check_header(data: bytes) -> None:
    """Reads the fmt chunk ourselves, so that absurd rates and channels never reach the decoder."""
    order = ">" if data[:4] == b"RIFX" else "<"
    place = 12
    while place + 8 <= len(data):
        name, size = data[place : place + 4], struct.unpack(order + "I", data[place + 4 : place + 8])[0]
        if name == b"fmt ":
            if place + 24 > len(data):
                raise UndecodableAudio("damaged or cut short")
            _, channels, rate = struct.unpack(order + "HHI", data[place + 8 : place + 16])
            _check(channels, rate)
            return
        place += 8 + size + size % 2
    raise UndecodableAudio("a wav without a format")


def _check(channels: int, rate: int) -> None:
    low, high = limits.SOUND_RATES
    if not low <= rate <= high:
        raise UndecodableAudio(f"a rate of {rate:,} Hz; {low:,} to {high:,} are read")
    if not 1 <= channels <= limits.SOUND_CHANNELS:
        raise UndecodableAudio(f"{channels:,} channels; 1 to {limits.SOUND_CHANNELS} are read")


def _level(samples: np.ndarray, rate: int) -> np.ndarray:
    bad = ~np.isfinite(samples)
    if bad.mean() > 0.01 if samples.size else False:
        raise UndecodableAudio("samples that are not numbers")
    mono = np.where(bad, 0.0, np.clip(samples, -1e6, 1e6)).mean(axis=1, dtype=np.float64)
    if len(mono) < 0.01 * rate:
        raise UndecodableAudio("no samples" if not len(mono) else "shorter than a hundredth of a second")
    mono = mono - mono.mean()
    peak = float(np.abs(mono).max())
    if peak < SILENCE:
        raise UndecodableAudio("silent")
    return resample((mono / max(peak, 1.0)).astype(np.float32), rate, RATE)


def resample(samples: np.ndarray, rate: int, new_rate: int) -> np.ndarray:
    """Samples (..., t) brought from one rate to another with an anti-aliasing filter."""
    if rate == new_rate:
        return samples
    from fractions import Fraction

    from scipy.signal import resample_poly

    share = Fraction(new_rate, rate).limit_denominator(1_000)
    return resample_poly(samples, share.numerator, share.denominator, axis=-1).astype(np.float32)
