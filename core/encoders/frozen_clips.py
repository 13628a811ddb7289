"""The frozen picture network over clips: four frames each, their mean vector, and what changes between them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from core.encoders import efficientnet, frozen_pictures
from core.encoders.frozen_pictures import EmbeddedPictures
from core.schema import Budget, Dataset, EncodingPlan, FrozenEncoder, ProgressCallback

FRAMES = 4
WIDTH = 3 * efficientnet.DIMENSIONS


def frame_places(frames: int) -> np.ndarray:
    """Which frames are embedded: evenly spaced from the first to the last.

    Args:
        frames: of the clip.

    Returns:
        int (4,).
    """
    return np.rint(np.linspace(0, frames - 1, FRAMES)).astype(int)


def chosen_frames(clips: np.ndarray) -> np.ndarray:
    """The embedded frames of all clips as one row of pictures.

    Args:
        clips: uint8 (n, t, h, w, c).

    Returns:
        uint8 (4 n, h, w, c).
    """
    chosen = clips[:, frame_places(clips.shape[1])]
    return np.ascontiguousarray(chosen.reshape(-1, *clips.shape[2:]))


def joined_frames(vectors: np.ndarray) -> np.ndarray:
    """What a clip's frames say together: the mean vector, the last less the first, and the mean absolute change.

    A mean alone sees what is in a clip and not how it moves.

    Args:
        vectors: float32 (4 n, d).

    Returns:
        float32 (n, 3 d).
    """
    parted = vectors.reshape(-1, FRAMES, vectors.shape[1])
    change = np.abs(np.diff(parted, axis=1)).mean(axis=1)
    return np.concatenate([parted.mean(axis=1), parted[:, -1] - parted[:, 0], change], axis=1)


@dataclass(frozen=True)
class EmbeddedClips:
    """What the network makes of the clips of a fit: vectors (n, 3 d) of train and valid, and the pictures' side."""

    vectors: tuple[np.ndarray, np.ndarray]
    pictures: EmbeddedPictures

    def embed(self, clips: np.ndarray) -> np.ndarray:
        """Vectors of clips at the side chosen in training.

        Args:
            clips: uint8 (n, t, h, w, c).

        Returns:
            float32 (n, 3 d).
        """
        return joined_frames(self.pictures.embed(chosen_frames(clips)))

    @property
    def answer_seconds(self) -> float:
        """Reference seconds of one answer."""
        return FRAMES * efficientnet.seconds_per_picture(self.pictures.side)


def plan_encoding(dataset: Dataset, seconds: float) -> EncodingPlan:
    """The side at which the frames of a whole data set are embedded, from its number of clips.

    Args:
        dataset: all clips. seconds: allowed, of a reference core.

    Returns:
        The plan.
    """
    count = FRAMES * len(dataset)
    side = efficientnet.planned_side(count, seconds)
    return EncodingPlan(side, efficientnet.seconds_per_picture(side) * count, f"{FRAMES} frames, {side} pixels a side")


def embed_inputs(clips: np.ndarray, budget: Budget, on_progress: ProgressCallback) -> np.ndarray:
    """Vectors of clips at the planned side; each frame's vector is kept like that of a picture.

    Args:
        clips: uint8 (n, t, h, w, c). budget: with ``encoding`` set. on_progress: called now and then.

    Returns:
        float32 (n, 3 d).
    """
    return joined_frames(frozen_pictures.embed_inputs(chosen_frames(clips), budget, on_progress))


ENCODER = FrozenEncoder("EfficientNet-Lite0 on frames", plan_encoding, embed_inputs)


def embed_datasets(train: Dataset, valid: Dataset, budget: Budget, on_progress: ProgressCallback) -> EmbeddedClips:
    """The clips of a fold embedded at the side planned for the whole data set.

    Args:
        train, valid: clips. budget: of the fit. on_progress: called now and then.

    Returns:
        Embeddings of both parts.
    """
    first, second = (replace(part, inputs=chosen_frames(part.inputs)) for part in (train, valid))
    found = frozen_pictures.embed_datasets(first, second, budget, on_progress)
    own, held = (joined_frames(vectors) for vectors in found.vectors)
    return EmbeddedClips((own, held), found)
