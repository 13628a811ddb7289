"""A sound network in use: convolutions on the log-mel picture, trained under a budget; and the players of sounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.explain.maskers import Players, sound_patches
from core.features import audio_features as sounds
from core.features.torch_modules import audio as waves
from core.models.composed_model import ComposedModel, network_arrays, network_size
from core.models.image import residual_network as nets_image
from core.models.onnx import export_routes as ways
from core.models.onnx import portable_model as parts
from core.models.training import trainer as training
from core.models.training.fit_network import NetworkHyperparameters, fit_network
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Dataset, ProgressCallback


def rate_of(dataset: Dataset) -> int:
    """Samples a second of a data set of sounds."""
    return int(dataset.facts.get("rate", sounds.RATE))


def players(rate: int) -> Callable[[Any, Any], Players]:
    """Time-frequency patches as players; an absent one falls to the background's mean loudness."""
    return lambda inputs, background: sound_patches(inputs, background, rate, 5, 5)


@dataclass(frozen=True)
class FittedSound:
    """A trained network with the scaling of its log-mel pictures."""

    network: Any
    output_spec: OutputSpec
    rate: int
    length: int
    middle: np.ndarray
    spread: np.ndarray
    facts: dict[str, Any]

    def tensor(self, found: np.ndarray) -> Any:
        """Sounds (n, t) -> standardised log-mel tensor (n, 1, mels, frames)."""
        return pictures(found, self.rate, self.middle, self.spread)

    def raw(self, found: np.ndarray) -> np.ndarray:
        """Raw outputs (n, width)."""
        return training.predict_raw(self.network, (self.tensor(found),), 256)

    def features(self, found: np.ndarray) -> np.ndarray:
        """What the network ends on before its last layer: float32 (n, d)."""
        return nets_image.features(self.network, self.tensor(found), 256)

    def way_in(self) -> Any:
        """Samples -> what the network takes, as a torch Module."""
        return waves.tensor(self.length, self.rate, self.middle, self.spread)

    def coarse(self) -> tuple[Any, str]:
        """Samples -> what a small student stands on, as a torch Module, and what it is in words."""
        return waves.coarse(self.length, self.rate), waves.COARSE

    def front(self) -> Any:
        """Samples -> what the network ends on before its last layer, as a torch Module."""
        return parts.chain(self.way_in(), parts.last_layer_of(self.network))

    def model(self) -> ComposedModel:
        """The network as a contestant's model."""
        return ComposedModel(
            raw=self.raw,
            output_spec=self.output_spec,
            players=players(self.rate),
            arrays=lambda: {**network_arrays(self.network), "middle": self.middle, "spread": self.spread},
            parameters=network_size(self.network),
            facts=self.facts,
            network=self.network,
            tensors=lambda found: (self.tensor(found),),
            portable=lambda: ways.network(self.way_in, self.network, self.tensor, self.coarse()),
        )


def pictures(found: np.ndarray, rate: int, middle: np.ndarray, spread: np.ndarray) -> Any:
    """Log-mel pictures of sounds (n, t), standardised a band: tensor (n, 1, mels, frames)."""
    import torch

    scaled = (sounds.log_mel(found, rate) - middle[None, :, None]) / spread[None, :, None]
    return torch.from_numpy(scaled.astype(np.float32))[:, None].contiguous(memory_format=torch.channels_last)


def masked(batch: Sequence[Any], generator: Any) -> Sequence[Any]:
    """Augmentation of a batch: shifts in time, a band and a moment blotted out, louder or softer (Park et al. 2019)."""
    import torch

    given, *rest = batch
    made = torch.empty_like(given)
    high, wide = given.shape[2:]
    draw = lambda most: int(torch.randint(0, max(1, most), (1,), generator=generator))  # noqa: E731
    for row in range(len(given)):
        made[row] = torch.roll(given[row], draw(wide // 6) - wide // 12, dims=2)
        band, moment = draw(high // 6) + 1, draw(wide // 6) + 1
        low, early = draw(high - band), draw(wide - moment)
        made[row, :, low : low + band] = 0.0
        made[row, :, :, early : early + moment] = 0.0
    louder = (torch.rand(len(given), generator=generator) - 0.5).reshape(-1, 1, 1, 1) * 0.6
    return [made + louder, *rest]


def sound_network(
    train: Dataset, valid: Dataset, output_spec: OutputSpec, budget: Budget, on_progress: ProgressCallback
) -> FittedSound:
    """Trains the residual network on log-mel pictures."""
    rate = rate_of(train)
    mel = sounds.log_mel(train.inputs, rate)
    middle, spread = mel.mean(axis=(0, 2)), np.maximum(mel.std(axis=(0, 2)), 1e-3)
    own, held = (pictures(part.inputs, rate, middle, spread) for part in (train, valid))
    side = min(own.shape[2:])
    network, facts = fit_network(
        lambda: nets_image.residual(1, output_spec.width, side),
        ((own,), train.target),
        ((held,), valid.target),
        output_spec,
        (NetworkHyperparameters(learning_rate=5e-3, batch=32, epochs=40, smoothing=0.1), budget, masked),
        on_progress,
    )
    facts = {"kind": "residual network on log-mel", "bands": int(own.shape[2]), "frames": int(own.shape[3]), **facts}
    return FittedSound(network, output_spec, rate, train.inputs.shape[1], middle, spread, facts)
