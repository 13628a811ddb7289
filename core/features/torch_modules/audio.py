"""Sound features as torch modules: log-mel pictures and MFCC figures from samples (n, t).

The same arithmetic as ``core.features.audio_features``, as sums and products that an ONNX graph can hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.features import audio_features

if TYPE_CHECKING:
    from types import ModuleType

    import torch

STRETCHES = 8
COARSE = f"loudness of bands in {STRETCHES} stretches"


def log_mel_module(length: int, rate: int) -> torch.nn.Module:
    """``audio_features.log_mel`` as a torch Module.

    Args:
        length: samples a sound. rate: samples a second.

    Returns:
        A Module, float (n, length) -> (n, mels, frames).
    """
    import torch

    window, half = audio_features.WINDOW, audio_features.WINDOW // 2
    hop = max(rate // 100, -(-length // audio_features.FRAMES))
    frames = (length + 2 * half - window) // hop + 1
    taken = np.arange(frames)[:, None] * hop + np.arange(window)

    class LogMel(torch.nn.Module):
        taken: torch.Tensor
        window: torch.Tensor
        bank: torch.Tensor

        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("taken", torch.as_tensor(taken))
            self.register_buffer("window", torch.as_tensor(np.hanning(window).astype(np.float32)))
            self.register_buffer("bank", torch.as_tensor(audio_features.mel_bank(rate)))

        def forward(self, samples: torch.Tensor) -> torch.Tensor:
            padded = torch.nn.functional.pad(samples, (half, half))
            parts = padded[:, self.taken] * self.window
            spectrum = torch.view_as_real(torch.fft.rfft(parts, dim=2))
            loud = (spectrum * spectrum).sum(dim=3)
            return torch.log10(torch.matmul(loud, self.bank) + 1e-6).transpose(1, 2)

    return LogMel().eval()


def coarse_module(length: int, rate: int) -> torch.nn.Module:
    """Loudness of each mel band in eight parts of the sound, as a torch Module: the features of a distilled student.

    Args:
        length: samples a sound. rate: samples a second.

    Returns:
        A Module, float (n, length) -> (n, 8 * mels).
    """
    import torch

    class CoarseMel(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.mel = log_mel_module(length, rate)

        def forward(self, samples: torch.Tensor) -> torch.Tensor:
            mel = self.mel(samples)
            times = np.array_split(np.arange(mel.shape[2]), STRETCHES)
            return torch.cat([mel[:, :, int(one[0]) : int(one[-1]) + 1].mean(dim=2) for one in times], dim=1)

    return CoarseMel().eval()


def feature_module(length: int, rate: int) -> torch.nn.Module:
    """Everything ``audio_features.sound_features`` computes, in its order, as a torch Module.

    Args:
        length: samples a sound. rate: samples a second.

    Returns:
        A Module, float (n, length) -> (n, d).
    """
    import torch
    from scipy.fft import dct

    turned = np.ascontiguousarray(
        dct(np.eye(audio_features.MELS), axis=0, norm="ortho")[: audio_features.CEPSTRA].astype(np.float32)
    )

    class AudioFeatures(torch.nn.Module):
        turned: torch.Tensor
        band: torch.Tensor

        def __init__(self) -> None:
            super().__init__()
            self.mel = log_mel_module(length, rate)
            self.register_buffer("turned", torch.as_tensor(turned.T.copy()))
            self.register_buffer("band", torch.arange(audio_features.MELS, dtype=torch.float32).reshape(1, -1, 1))

        def forward(self, samples: torch.Tensor) -> torch.Tensor:
            mel = self.mel(samples)
            cepstra = torch.matmul(mel.transpose(1, 2), self.turned).transpose(1, 2)
            change = torch.cat([cepstra[:, :, 1:] - cepstra[:, :, :-1], 0 * cepstra[:, :, -1:]], dim=2)
            power = torch.pow(10.0, mel)
            whole = power.sum(dim=1) + 1e-9
            centre = (power * self.band).sum(dim=1) / whole
            width = torch.sqrt((power * (self.band - centre[:, None]) ** 2).sum(dim=1) / whole)
            flat = torch.exp(torch.log(power + 1e-9).mean(dim=1)) / (whole / audio_features.MELS)
            loud = torch.log10(whole)
            below = (samples < 0).float()
            crossings = torch.abs(below[:, 1:] - below[:, :-1]).mean(dim=1, keepdim=True)
            rows = [_figures(torch, cepstra), _figures(torch, change)[:, : 2 * audio_features.CEPSTRA]]
            rows += [_figures(torch, row[:, None]) for row in (centre, width, flat, loud)]
            last = loud.argmax(dim=1, keepdim=True).float() / loud.shape[1]
            return torch.cat([*rows, crossings, last, _decay(torch, whole), _louder(torch, mel)], dim=1)

    return AudioFeatures().eval()


def _figures(torch: ModuleType, rows: torch.Tensor) -> torch.Tensor:
    """Mean, spread, lowest and highest over the last axis: (n, d, t) -> (n, 4 d)."""
    mean = rows.mean(dim=2)
    spread = torch.sqrt(((rows - mean[:, :, None]) ** 2).mean(dim=2))
    return torch.cat([mean, spread, rows.amin(dim=2), rows.amax(dim=2)], dim=1)


def _decay(torch: ModuleType, whole: torch.Tensor) -> torch.Tensor:
    passed = torch.cumsum(whole, dim=1) / whole.sum(dim=1, keepdim=True)
    frames = whole.shape[1]
    return torch.stack([passed[:, frames * part // 4] for part in (1, 2, 3)], dim=1)


def _louder(torch: ModuleType, mel: torch.Tensor) -> torch.Tensor:
    groups = np.array_split(np.arange(audio_features.MELS), 8)
    times = np.array_split(np.arange(mel.shape[2]), 4)
    found = [
        mel[:, int(band[0]) : int(band[-1]) + 1, int(moment[0]) : int(moment[-1]) + 1].mean(dim=2).mean(dim=1)
        for moment in times
        for band in groups
    ]
    return torch.stack(found, dim=1)


def input_module(length: int, rate: int, middle: np.ndarray, spread: np.ndarray) -> torch.nn.Module:
    """The standardised log-mel spectrogram that a sound network takes, as a torch Module.

    Args:
        length: samples a sound. rate: samples a second.
        middle, spread: mean and standard deviation of the training rows.

    Returns:
        A Module, float (n, length) -> (n, 1, mels, frames).
    """
    import torch

    class LogMelInput(torch.nn.Module):
        middle: torch.Tensor
        spread: torch.Tensor

        def __init__(self) -> None:
            super().__init__()
            self.mel = log_mel_module(length, rate)
            self.register_buffer("middle", torch.as_tensor(middle, dtype=torch.float32).reshape(1, -1, 1))
            self.register_buffer("spread", torch.as_tensor(spread, dtype=torch.float32).reshape(1, -1, 1))

        def forward(self, samples: torch.Tensor) -> torch.Tensor:
            return ((self.mel(samples) - self.middle) / self.spread)[:, None]

    return LogMelInput().eval()
