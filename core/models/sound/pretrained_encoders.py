"""Two pretrained sound encoders, vendored: SoundNet (sounds of the world) and a speech embedding; sounds -> vectors.

Reference: Aytar, Vondrick & Torralba 2016 (SoundNet); Lin et al. 2020 (speech embedding).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from core.readers import audio_decoder
from core.storage.bundled_files import network_path

SOUNDNET_RATE = 22_050
SHORTEST_SECONDS = 1.0
LEAD_SECONDS = 0.4
BATCH = 32
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
def _session(name: str, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(network_path(name)), options, providers=["CPUExecutionProvider"])


def embed_sounds(found: np.ndarray, rate: int, threads: int = 1) -> np.ndarray:
    """Both encoders' vectors side by side.

    Args:
        found: sounds float32 (n, t). rate: samples a second. threads: of the runtime.

    Returns:
        float32 (n, 768 + 192): means and maxima over time of SoundNet's conv4 and conv5, and of the speech embedding.
    """
    blocks = [found[begin : begin + BATCH] for begin in range(0, max(len(found), 1), BATCH)]
    return np.concatenate(
        [
            np.concatenate([_soundnet_embedding(block, rate), _speech_embedding(block, rate, threads)], axis=1)
            for block in blocks
        ]
    )


def _soundnet_embedding(block: np.ndarray, rate: int) -> np.ndarray:
    import torch
    from torch.nn import functional

    wave = audio_decoder.resample(block, rate, SOUNDNET_RATE)
    short = int(SHORTEST_SECONDS * SOUNDNET_RATE) - wave.shape[1]
    wave = np.pad(wave, ((0, 0), (0, max(short, 0)))) * 256.0
    kept = []
    with torch.no_grad():
        x = torch.from_numpy(np.ascontiguousarray(wave, dtype=np.float32))[:, None]
        for (weights, bias), (stride, padding, pool) in zip(_soundnet(), LAYERS, strict=True):
            x = functional.relu(functional.conv1d(x, weights, bias, stride=stride, padding=padding))
            x = functional.max_pool1d(x, pool) if pool > 1 else x
            kept.append(x)
        rows = [torch.cat([x.mean(dim=2), x.amax(dim=2)], dim=1) for x in kept[3:]]
        return torch.cat(rows, dim=1).numpy()


def _speech_embedding(block: np.ndarray, rate: int, threads: int) -> np.ndarray:
    wave = audio_decoder.resample(block, rate, audio_decoder.RATE)
    lead = int(LEAD_SECONDS * audio_decoder.RATE)
    short = int((LEAD_SECONDS + SHORTEST_SECONDS) * audio_decoder.RATE) - wave.shape[1] - lead
    wave = np.pad(wave, ((0, 0), (lead, max(short, 0)))) * 32_767.0
    front, body = (_session(name, threads) for name in ("speech_melspectrogram.onnx", "speech_embedding.onnx"))
    rows = []
    for samples in wave:
        mel = front.run(None, {front.get_inputs()[0].name: samples[None].astype(np.float32)})[0]
        mel = mel.reshape(-1, 32) / 10.0 + 2.0
        starts = range(0, max(len(mel) - FRAMES, 0) + 1, STEP)
        windows = np.stack([mel[start : start + FRAMES] for start in starts])[..., None]
        held = body.run(None, {body.get_inputs()[0].name: windows.astype(np.float32)})[0].reshape(len(windows), -1)
        rows.append(np.concatenate([held.mean(axis=0), held.max(axis=0)]))
    return np.stack(rows).astype(np.float32)


def model_arrays() -> dict[str, np.ndarray]:
    """The vendored model files as bytes, for the size of what would be shipped.

    Returns:
        name -> uint8 array.
    """
    names = ("soundnet_conv5.npz", "speech_melspectrogram.onnx", "speech_embedding.onnx")
    return {name: np.frombuffer(network_path(name).read_bytes(), dtype=np.uint8) for name in names}
