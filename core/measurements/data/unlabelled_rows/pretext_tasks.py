"""Pretext tasks on rows without labels: masked columns, masked words, and turned pictures, each with its network.

Reference: Yoon et al. 2020 (VIME: masked and swapped columns); Gidaris, Singh & Komodakis 2018 (rotations); Vincent et
al. 2008 (denoising autoencoders).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.features import table_encoders
from core.schema import Dataset, Inputs

if TYPE_CHECKING:
    import torch

WORDS = 1_000
BREADTH = 128
SIDE = 32
SWAPPED = 0.3
TURNS = 4


@dataclass(frozen=True)
class PretextTask:
    """What a network can learn from rows alone.

    Attributes:
        words: what is learnt, in words. encode: inputs of n rows -> float32 tensor. body: () -> a fresh network from
        that tensor to (n, ``width``) features. width: of the features. outputs: numbers that the pretext answers.
        question: (batch, generator) -> the changed batch and what it was changed from. loss: (answers, that) -> scalar.
        epochs: over the unlabelled rows. rate: top learning rate.
    """

    words: str
    encode: Callable[[Inputs], torch.Tensor]
    body: Callable[[], torch.nn.Module]
    width: int
    outputs: int
    question: Callable[[torch.Tensor, torch.Generator], tuple[torch.Tensor, torch.Tensor]]
    loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
    epochs: int
    rate: float


def pretext_of(rows: Dataset) -> PretextTask:
    """The pretext task for such data; everything that it fits, it fits on these rows without their labels.

    Args:
        rows: tables, pictures or texts.

    Raises:
        ValueError: another kind of data.
    """
    if rows.modality == "image":
        return _turned_pictures(rows)
    if rows.modality == "text":
        return _masked_words(rows)
    if hasattr(rows.inputs, "columns"):
        return _masked_columns(rows)
    raise ValueError("this is measured on tables, small pictures and texts")


def _masked_columns(rows: Dataset) -> PretextTask:
    import torch

    encoder = table_encoders.fit_dense(rows.inputs)
    owners = torch.as_tensor(encoder.source_columns)
    columns = int(owners.max()) + 1

    def question(batch: torch.Tensor, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
        swapped = torch.rand((len(batch), columns), generator=generator) < SWAPPED
        others = batch[torch.randperm(len(batch), generator=generator)]
        return torch.where(swapped[:, owners], others, batch), torch.cat([batch, swapped.float()], dim=1)

    def loss(answers: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
        from torch.nn import functional

        values = functional.mse_loss(answers[:, :-columns], truth[:, :-columns])
        return values + functional.binary_cross_entropy_with_logits(answers[:, -columns:], truth[:, -columns:])

    return PretextTask(
        "which columns were swapped with those of other rows, and what stood there",
        lambda inputs: torch.from_numpy(encoder.transform(inputs)),
        lambda: _perceptron(len(owners)), BREADTH, len(owners) + columns, question, loss, 40, 2e-3,
    )  # fmt: skip


def _masked_words(rows: Dataset) -> PretextTask:
    import torch
    from sklearn.feature_extraction.text import CountVectorizer

    counter = CountVectorizer(max_features=WORDS, binary=True).fit(rows.inputs)
    width = len(counter.vocabulary_)

    def question(batch: torch.Tensor, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
        return batch * (torch.rand(batch.shape, generator=generator) >= SWAPPED), batch

    def loss(answers: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
        from torch.nn import functional

        return functional.binary_cross_entropy_with_logits(answers, truth)

    return PretextTask(
        f"which of the {width:,} most frequent words were hidden in a text",
        lambda inputs: torch.from_numpy(counter.transform(inputs).toarray().astype(np.float32)),
        lambda: _perceptron(width), BREADTH, width, question, loss, 40, 2e-3,
    )  # fmt: skip


def _turned_pictures(rows: Dataset) -> PretextTask:
    import torch

    from core.models.image import image_network, residual_network

    pictures = rows.inputs
    side, channels = min(pictures.shape[1:3]), pictures.shape[3]
    shrink = max(1, -(-side // SIDE))
    centre = tuple(float(value) for value in pictures.mean(axis=(0, 1, 2)) / 255.0)
    spread = max(float(pictures.std()) / 255.0, 0.05)

    def encode(inputs: Inputs) -> torch.Tensor:
        top, left = ((length - side) // 2 for length in inputs.shape[1:3])
        square = np.ascontiguousarray(inputs[:, top : top + side, left : left + side])
        return residual_network.to_tensor(image_network.downscale(square, shrink), centre, spread)

    def question(batch: torch.Tensor, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
        turns = torch.randint(TURNS, (len(batch),), generator=generator)
        turned = torch.stack([torch.rot90(one, int(turn), (1, 2)) for one, turn in zip(batch, turns, strict=True)])
        return turned, turns

    def loss(answers: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.cross_entropy(answers, truth)

    def body() -> torch.nn.Module:
        network = residual_network.build_residual(channels, 1, side // shrink, base=8)
        network.last = torch.nn.Identity()
        return network

    width = 16 * 8
    return PretextTask(
        "by how many quarter turns a picture was turned", encode, body, width, TURNS, question, loss, 10, 4e-3
    )


def _perceptron(width: int) -> torch.nn.Module:
    from torch import nn

    return nn.Sequential(nn.Linear(width, BREADTH), nn.ReLU(), nn.Linear(BREADTH, BREADTH), nn.ReLU())
