"""Features of sounds: log-mel spectrograms and MFCC statistics.

Reference: Davis & Mermelstein 1980 (MFCC).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from core.readers.audio_decoder import RATE
from core.workers import work_clock

WINDOW = 512
MELS = 40
CEPSTRA = 20
FRAMES = 128
CHUNK = 64


def fit_length(samples: np.ndarray, length: int) -> np.ndarray:
    """A sound padded with silence, or cut to its loudest part of ``length`` samples.

    Args:
        samples: float32 (t,), mono. length: samples wanted.

    Returns:
        float32 (length,).
    """
    if len(samples) <= length:
        return np.pad(samples, (0, length - len(samples)))
    step = max(1, length // 8)
    power = np.r_[0.0, np.cumsum(samples.astype(np.float64) ** 2)]
    starts = np.arange(0, len(samples) - length + 1, step)
    best = int(starts[np.argmax(power[starts + length] - power[starts])])
    return samples[best : best + length]


@lru_cache(maxsize=4)
def mel_bank(rate: int) -> np.ndarray:
    """Triangular filters, equally wide on the mel scale from 40 Hz to half the sampling rate.

    Args:
        rate: samples a second.

    Returns:
        float (WINDOW / 2 + 1, MELS): weight of each frequency bin in each band.
    """
    mel = lambda hertz: 2595 * np.log10(1 + hertz / 700)  # noqa: E731
    edges = 700 * (10 ** (np.linspace(mel(40.0), mel(rate / 2), MELS + 2) / 2595) - 1)
    pitch = np.fft.rfftfreq(WINDOW, 1 / rate)[:, None]
    low, middle, high = edges[:-2], edges[1:-1], edges[2:]
    return np.maximum(0, np.minimum((pitch - low) / (middle - low), (high - pitch) / (high - middle))).astype(
        np.float32
    )


def log_mel(sounds: np.ndarray, rate: int = RATE) -> np.ndarray:
    """Log-mel spectrograms of sounds, in decibels / 10.

    Args:
        sounds: float32 (n, t), mono. rate: samples a second.

    Returns:
        float32 (n, MELS, frames), with at most FRAMES frames.
    """
    work_clock.charge("sound_sample", 0.5 * sounds.size)
    return np.concatenate(
        [_log_mel(sounds[begin : begin + CHUNK], rate) for begin in range(0, max(len(sounds), 1), CHUNK)]
    )


def _log_mel(sounds: np.ndarray, rate: int) -> np.ndarray:
    padded = np.pad(np.nan_to_num(sounds), ((0, 0), (WINDOW // 2, WINDOW // 2)))
    hop = max(rate // 100, -(-sounds.shape[1] // FRAMES))
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW, axis=1)[:, ::hop]
    loud = np.abs(np.fft.rfft(frames * np.hanning(WINDOW).astype(np.float32), axis=2)).astype(np.float32) ** 2
    return np.log10(loud @ mel_bank(rate) + 1e-6).transpose(0, 2, 1)


def sound_features(sounds: np.ndarray, rate: int = RATE) -> np.ndarray:
    """Figures for classical learners: MFCC and loudness over time, spectral shape, attack and decay.

    Args:
        sounds: float32 (n, t). rate: samples a second.

    Returns:
        float32 (n, d).
    """
    from scipy.fft import dct

    work_clock.charge("sound_sample", 0.5 * sounds.size)
    mel = log_mel(sounds, rate)  # (n, mels, frames)
    cepstra = dct(mel, axis=1, norm="ortho")[:, :CEPSTRA]
    change = np.diff(cepstra, axis=2, append=cepstra[:, :, -1:])
    power = 10.0**mel
    whole = power.sum(axis=1) + 1e-9  # (n, frames)
    band = np.arange(MELS)[None, :, None]
    centre = (power * band).sum(axis=1) / whole
    width = np.sqrt((power * (band - centre[:, None]) ** 2).sum(axis=1) / whole)
    flat = np.exp(np.log(power + 1e-9).mean(axis=1)) / (whole / MELS)
    loud = np.log10(whole)
    crossings = (np.diff(np.signbit(sounds), axis=1)).mean(axis=1, keepdims=True)
    rows = [_figures(cepstra), _figures(change)[:, : 2 * CEPSTRA]]
    rows += [_figures(row[:, None]) for row in (centre, width, flat, loud)]
    rows += [crossings, loud.argmax(axis=1)[:, None] / loud.shape[1], _decay(whole), _louder(mel)]
    return np.concatenate(rows, axis=1).astype(np.float32)


def _figures(rows: np.ndarray) -> np.ndarray:
    """Mean, spread, lowest and highest over the last axis: (n, d, t) -> (n, 4 d)."""
    return np.concatenate([rows.mean(axis=2), rows.std(axis=2), rows.min(axis=2), rows.max(axis=2)], axis=1)


def _decay(whole: np.ndarray) -> np.ndarray:
    """Share of the power that has passed at a quarter, half and three quarters of the time (n, 3)."""
    passed = np.cumsum(whole, axis=1) / whole.sum(axis=1, keepdims=True)
    return passed[:, [whole.shape[1] * part // 4 for part in (1, 2, 3)]]


def _louder(mel: np.ndarray) -> np.ndarray:
    """Mean loudness of eight bands in four quarters of the time (n, 32)."""
    parts = [block.mean(axis=2) for block in np.array_split(mel, 4, axis=2)]
    bands = [
        np.stack([part[:, group].mean(axis=1) for group in np.array_split(np.arange(MELS), 8)], 1) for part in parts
    ]
    return np.concatenate(bands, axis=1)
