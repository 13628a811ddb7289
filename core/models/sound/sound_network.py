"""A sound network in use: convolutions on the log-mel picture, trained under a budget; and the players of sounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.explain.maskers import Masker, sound_patch_masker
from core.features import audio_features
from core.features.torch_modules import audio
from core.models.composed_model import ComposedModel, network_arrays, network_size
from core.models.image import residual_network
from core.models.onnx import export_routes, portable_model
from core.models.training import trainer
from core.models.training.fit_network import LabelledTensors, NetworkHyperparameters, NetworkPlan, fit_network
from core.models.training.output_spec import OutputSpec
from core.readers import audio_decoder
from core.schema import Budget, Dataset, JsonObject, ProgressCallback

if TYPE_CHECKING:
    import torch
    from torch import nn


def sample_rate(dataset: Dataset) -> int:
    """The sampling rate of a data set of sounds.

    Args:
        dataset: sounds.

    Returns:
        Samples a second.
    """
    return int(dataset.facts.get("rate", audio_decoder.RATE))


def default_masker(rate: int) -> Callable[[Any, Any], Masker]:
    """A masker of time-frequency patches; an absent patch falls to the background's mean loudness.

    Args:
        rate: samples a second.

    Returns:
        (inputs, background) -> masker.
    """
    return lambda inputs, background: sound_patch_masker(inputs, background, rate, 5, 5)


@dataclass(frozen=True)
class SoundNetwork:
    """A trained network with the scaling of its log-mel pictures."""

    network: nn.Module
    output_spec: OutputSpec
    rate: int
    length: int
    middle: np.ndarray
    spread: np.ndarray
    facts: JsonObject

    def tensor(self, found: np.ndarray) -> torch.Tensor:
        """Standardised log-mel spectrograms.

        Args:
            found: sounds float32 (n, t).

        Returns:
            A tensor (n, 1, mels, frames).
        """
        return log_mel_tensor(found, self.rate, self.middle, self.spread)

    def raw(self, found: np.ndarray) -> np.ndarray:
        """Raw outputs of the network.

        Args:
            found: sounds float32 (n, t).

        Returns:
            float32 (n, width).
        """
        return trainer.predict_raw(self.network, (self.tensor(found),), 256)

    def features(self, found: np.ndarray) -> np.ndarray:
        """The activations before the last layer.

        Args:
            found: sounds float32 (n, t).

        Returns:
            float32 (n, d).
        """
        return residual_network.extract_features(self.network, self.tensor(found), 256)

    def input_module(self) -> nn.Module:
        """Samples -> what the network takes, as a torch Module."""
        return audio.input_module(self.length, self.rate, self.middle, self.spread)

    def student_module(self) -> tuple[Any, str]:
        """Samples -> what a small student stands on, as a torch Module, and what it is in words."""
        return audio.coarse_module(self.length, self.rate), audio.COARSE

    def feature_module(self) -> nn.Module:
        """Samples -> what the network ends on before its last layer, as a torch Module."""
        return portable_model.chain_modules(self.input_module(), portable_model.feature_layer(self.network))

    def model(self) -> ComposedModel:
        """The network as a contestant's model.

        Returns:
            The composed model.
        """
        return ComposedModel(
            raw_outputs=self.raw,
            output_spec=self.output_spec,
            masker=default_masker(self.rate),
            arrays=lambda: {**network_arrays(self.network), "middle": self.middle, "spread": self.spread},
            parameters=network_size(self.network),
            facts=self.facts,
            network=self.network,
            tensors=lambda found: (self.tensor(found),),
            portable=lambda: export_routes.routes_of_network(
                self.input_module, self.network, self.tensor, *self.student_module()
            ),
        )


def log_mel_tensor(found: np.ndarray, rate: int, middle: np.ndarray, spread: np.ndarray) -> torch.Tensor:
    """Log-mel spectrograms of sounds, standardised band by band.

    Args:
        found: sounds float32 (n, t). rate: samples a second. middle, spread: float (mels,), of the training rows.

    Returns:
        A tensor (n, 1, mels, frames).
    """
    import torch

    scaled = (audio_features.log_mel(found, rate) - middle[None, :, None]) / spread[None, :, None]
    return torch.from_numpy(scaled.astype(np.float32))[:, None].contiguous(memory_format=torch.channels_last)


def spec_augment(batch: Sequence[Any], generator: torch.Generator) -> Sequence[Any]:
    """Augmented spectrograms: shifted in time, one band and one moment masked, scaled in loudness.

    Args:
        batch: tensors, inputs first. generator: torch's random numbers.

    Returns:
        The batch with new inputs.

    Reference: Park et al. 2019.
    """
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


def fit_sound_network(
    train: Dataset, valid: Dataset, output_spec: OutputSpec, budget: Budget, on_progress: ProgressCallback
) -> SoundNetwork:
    """A residual network trained on log-mel spectrograms.

    Args:
        train, valid: sounds with targets. output_spec: width, loss and link. budget: of the fit.
        on_progress: called once an epoch.

    Returns:
        The fitted network.
    """
    rate = sample_rate(train)
    mel = audio_features.log_mel(train.inputs, rate)
    middle, spread = mel.mean(axis=(0, 2)), np.maximum(mel.std(axis=(0, 2)), 1e-3)
    own, held = (log_mel_tensor(part.inputs, rate, middle, spread) for part in (train, valid))
    side = min(own.shape[2:])
    network, facts = fit_network(
        lambda: residual_network.build_residual(1, output_spec.width, side),
        LabelledTensors((own,), train.target),
        LabelledTensors((held,), valid.target),
        output_spec,
        NetworkPlan(
            NetworkHyperparameters(learning_rate=5e-3, batch=32, epochs=40, smoothing=0.1), budget, spec_augment
        ),
        on_progress,
    )
    facts = {"kind": "residual network on log-mel", "bands": int(own.shape[2]), "frames": int(own.shape[3]), **facts}
    return SoundNetwork(network, output_spec, rate, train.inputs.shape[1], middle, spread, facts)
