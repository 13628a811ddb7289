"""Two pretrained sound encoders, vendored: SoundNet (sounds of the world) and a speech embedding; sounds -> vectors.

Reference: Aytar, Vondrick & Torralba 2016 (SoundNet); Lin et al. 2020 (speech embedding).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from core.readers import audio_decoder
from core.storage.bundled_files import network_path

if TYPE_CHECKING:
    import onnxruntime

SOUNDNET_RATE = 22_050
SHORTEST_SECONDS = 1.0
LEAD_SECONDS = 0.4
# Ends of a recording that stay this far below its loudest moment are silence, in shares of its loudness.
SILENCE = 0.02
SILENCE_SECONDS = 0.02
DIMENSIONS = 3 * (128 + 256) + 3 * 96
# (stride, padding, pooling after) of conv1 to conv5.
LAYERS = ((2, 32, 8), (2, 16, 8), (2, 8, 1), (2, 4, 1), (2, 2, 1))
FRAMES, STEP = 76, 8
PARAMETERS = 247_000 + 330_000


@lru_cache(maxsize=1)
def _soundnet() -> tuple[Any, ...]:
    import torch

    with np.load(network_path("soundnet_conv5.npz"), allow_pickle=False) as stored:
        return tuple(
            (
                torch.from_numpy(stored[f"conv{i}_w"].astype(np.float32)),
                torch.from_numpy(stored[f"conv{i}_b"].astype(np.float32)),
            )
            for i in range(1, 6)
        )


@lru_cache(maxsize=4)
def _session(name: str, threads: int) -> onnxruntime.InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(network_path(name)), options, providers=["CPUExecutionProvider"])


def embed_sounds(found: np.ndarray, rate: int, threads: int = 1) -> np.ndarray:
    """Both encoders' vectors side by side, one sound a call, so that no sound's vector depends on its neighbours.

    Args:
        found: sounds float32 (n, t). rate: samples a second. threads: of the runtime.

    Returns:
        float32 (n, DIMENSIONS): means, maxima and spreads over time of SoundNet's conv4 and conv5, and of the speech
        embedding.
    """
    rows = []
    for sound in found:
        heard = trim_silence(sound, rate)
        rows.append(np.concatenate([_soundnet_embedding(heard, rate), _speech_embedding(heard, rate, threads)]))
    return np.stack(rows) if rows else np.zeros((0, DIMENSIONS), dtype=np.float32)


def trim_silence(sound: np.ndarray, rate: int) -> np.ndarray:
    """A sound without the silence before and after it; a silent one stays as it is.

    Args:
        sound: float32 (t,). rate: samples a second.

    Returns:
        float32 (t',), a view.
    """
    step = max(1, int(SILENCE_SECONDS * rate))
    frames = np.abs(sound[: len(sound) // step * step]).reshape(-1, step).max(axis=1)
    loud = np.flatnonzero(frames > SILENCE * frames.max(initial=0.0))
    return sound[loud[0] * step : (loud[-1] + 1) * step] if len(loud) else sound


def _pooled(frames: np.ndarray) -> np.ndarray:
    """Mean, maximum and spread over time: (frames, d) -> (3 d,)."""
    return np.concatenate([frames.mean(axis=0), frames.max(axis=0), frames.std(axis=0)]).astype(np.float32)


def _soundnet_embedding(sound: np.ndarray, rate: int) -> np.ndarray:
    import torch
    from torch.nn import functional

    wave = audio_decoder.resample(sound, rate, SOUNDNET_RATE)
    short = int(SHORTEST_SECONDS * SOUNDNET_RATE) - len(wave)
    wave = np.pad(wave, (0, max(short, 0))) * 256.0
    kept = []
    with torch.no_grad():
        x = torch.from_numpy(np.ascontiguousarray(wave, dtype=np.float32))[None, None]
        for (weights, bias), (stride, padding, pool) in zip(_soundnet(), LAYERS, strict=True):
            x = functional.relu(functional.conv1d(x, weights, bias, stride=stride, padding=padding))
            x = functional.max_pool1d(x, pool) if pool > 1 else x
            kept.append(x)
    return np.concatenate([_pooled(x[0].T.numpy()) for x in kept[3:]])


def _speech_embedding(sound: np.ndarray, rate: int, threads: int) -> np.ndarray:
    wave = audio_decoder.resample(sound, rate, audio_decoder.RATE)
    lead = int(LEAD_SECONDS * audio_decoder.RATE)
    short = int(SHORTEST_SECONDS * audio_decoder.RATE) - len(wave)
    wave = np.pad(wave, (lead, max(short, 0))) * 32_767.0
    front, body = (_session(name, threads) for name in ("speech_melspectrogram.onnx", "speech_embedding.onnx"))
    mel = front.run(None, {front.get_inputs()[0].name: wave[None].astype(np.float32)})[0]
    mel = mel.reshape(-1, 32) / 10.0 + 2.0
    starts = range(0, max(len(mel) - FRAMES, 0) + 1, STEP)
    windows = np.stack([mel[start : start + FRAMES] for start in starts])[..., None]
    held = body.run(None, {body.get_inputs()[0].name: windows.astype(np.float32)})[0]
    return _pooled(held.reshape(len(windows), -1))


def model_arrays() -> dict[str, np.ndarray]:
    """The vendored model files as bytes, for the size of what would be shipped.

    Returns:
        name -> uint8 array.
    """
    names = ("soundnet_conv5.npz", "speech_melspectrogram.onnx", "speech_embedding.onnx")
    return {name: np.frombuffer(network_path(name).read_bytes(), dtype=np.uint8) for name in names}
