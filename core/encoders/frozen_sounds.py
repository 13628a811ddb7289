"""The frozen sound encoders in use: vectors of sounds, computed once a data set, scaled for a linear model."""

from __future__ import annotations

from importlib import metadata

import numpy as np

from core.encoders import efficientnet, pretrained_encoders
from core.readers import audio_decoder
from core.schema import Budget, Dataset, EncodingPlan, FrozenEncoder, Progress, ProgressCallback, Task
from core.storage.vector_cache import cached_vectors
from core.workers import reference_costs, work_clock


def unsupported_reason(dataset: Dataset, task: Task) -> str | None:
    """Why the encoders cannot be used here: they need the runtime of their vendored parts.

    Args:
        dataset, task: of the contest.

    Returns:
        A sentence, or None if they can.
    """
    return efficientnet.missing_packages("onnxruntime")


def plan_encoding(dataset: Dataset, seconds: float) -> EncodingPlan:
    """How a data set of sounds is embedded: whole, since the encoders know no coarser way.

    Args:
        dataset: all sounds. seconds: allowed; not used.

    Returns:
        The plan; its setting is the sampling rate.
    """
    rate = int(dataset.facts.get("rate", audio_decoder.RATE))
    declared = seconds_per_sound(dataset.inputs, rate) * len(dataset)
    return EncodingPlan(rate, declared, "silence at both ends cut off")


def seconds_per_sound(sounds: np.ndarray, rate: int) -> float:
    """Reference seconds of embedding one of these sounds.

    Args:
        sounds: float32 (n, t). rate: samples a second.

    Returns:
        Seconds of one core.
    """
    second = reference_costs.cost("sound_embedding_second")
    return reference_costs.cost("sound_embedding") + second * sounds.shape[1] / rate


def embed_inputs(
    sounds: np.ndarray, budget: Budget, on_progress: ProgressCallback = lambda progress: None
) -> np.ndarray:
    """Vectors of sounds, each number as the signed logarithm of one plus its size.

    Args:
        sounds: float32 (n, t). budget: ``encoding`` is the sampling rate. on_progress: called now and then.

    Returns:
        float32 (n, d).
    """
    rate, threads = int(budget.encoding or audio_decoder.RATE), budget.threads
    work_clock.charge_shared(seconds_per_sound(sounds, rate) * len(sounds))
    found = cached_vectors(
        f"SoundNet and speech embedding, version 2, onnxruntime {metadata.version('onnxruntime')}, "
        f"torch {metadata.version('torch')}, {rate} Hz, {threads} threads",
        sounds,
        pretrained_encoders.DIMENSIONS,
        lambda block: pretrained_encoders.embed_sounds(block, rate, threads),
        lambda done, of: on_progress(Progress("fit", done, of, message="embedding sounds")),
    )
    return np.sign(found) * np.log1p(np.abs(found))


ENCODER = FrozenEncoder("SoundNet and a speech embedding", plan_encoding, embed_inputs)
