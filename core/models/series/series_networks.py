"""Networks for windows in use: a trained temporal network, a trained autoencoder, and the players of windows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from core.explain.maskers import Masker, segment_masker
from core.features.standardisation import Standardisation, fit_standardisation
from core.features.torch_modules import series
from core.models.composed_model import ComposedModel, network_arrays, network_size
from core.models.onnx import export_routes, portable_model
from core.models.series import temporal_network
from core.models.training import trainer
from core.models.training.fit_network import LabelledTensors, NetworkHyperparameters, NetworkPlan, fit_network
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Dataset, JsonObject, ProgressCallback

if TYPE_CHECKING:
    import torch
    from torch import nn

BACKGROUND = 8
MAX_SEGMENTS = 8
MAX_FEATURES = 32


def default_masker(inputs: np.ndarray, background: np.ndarray) -> Masker:
    """A masker of at most 32 features: up to eight time segments a channel, against at most eight background windows.

    Args:
        inputs: windows (n, t, c). background: windows (b, t, c).

    Returns:
        The masker.
    """
    channels = np.asarray(inputs).shape[2]
    parts = max(2, min(MAX_SEGMENTS, MAX_FEATURES // channels))
    # Background rows come in the order of the file, often by unit or class: every so many-th stands for all.
    picked = np.unique(np.linspace(0, len(background) - 1, BACKGROUND).astype(int))
    return segment_masker(inputs, np.asarray(background)[picked], parts)


@dataclass(frozen=True)
class ChannelScaler:
    """Level and spread of each channel (c,), from training windows."""

    channels: Standardisation

    def __call__(self, series: np.ndarray) -> np.ndarray:
        """Standardised float32 (n, t, c), pulled in to ten spreads."""
        return self.channels(series).astype(np.float32)

    def tensor(self, series: np.ndarray) -> torch.Tensor:
        """Standardised windows.

        Args:
            series: float (n, t, c).

        Returns:
            A float32 tensor (n, c, t).
        """
        import torch

        return torch.from_numpy(np.ascontiguousarray(self(series).transpose(0, 2, 1)))

    def module(self) -> torch.nn.Module:
        """What ``tensor`` computes, as a torch Module.

        Returns:
            A Module, (n, t, c) -> (n, c, t).
        """
        return series.input_module(self.channels.middle, self.channels.scale)

    def arrays(self) -> dict[str, np.ndarray]:
        """The fitted arrays by name, as they are stored with a model.

        Returns:
            name -> float (c,).
        """
        return {"middle": self.channels.middle, "spread": self.channels.scale}


def fit_scaler(series: np.ndarray) -> ChannelScaler:
    """A scaler fitted on training windows.

    Args:
        series: float (n, t, c).

    Returns:
        The scaler.
    """
    return ChannelScaler(fit_standardisation(series, limit=10.0, min_spread=1e-9, axis=(0, 1), dtype=np.float64))


@dataclass(frozen=True)
class SeriesNetwork:
    """A trained temporal network with its scaler."""

    network: Any
    output_spec: OutputSpec
    scale: ChannelScaler
    facts: JsonObject

    def raw(self, series: np.ndarray) -> np.ndarray:
        """Raw outputs of the network.

        Args:
            series: float (n, t, c).

        Returns:
            float32 (n, width).
        """
        return trainer.predict_raw(self.network, (self.scale.tensor(series),), 512)

    def features(self, series: np.ndarray) -> np.ndarray:
        """The activations before the last layer.

        Args:
            series: float (n, t, c).

        Returns:
            float32 (n, d).
        """
        import torch

        rows = self.scale.tensor(series)
        with torch.no_grad():
            return np.concatenate([self.network.features(rows[i : i + 512]).numpy() for i in range(0, len(rows), 512)])

    def feature_module(self) -> nn.Module:
        """Windows -> what the network ends on before its last layer, as a torch Module."""
        return portable_model.chain_modules(self.scale.module(), portable_model.feature_layer(self.network))

    def model(self) -> ComposedModel:
        """The network as a contestant's model.

        Returns:
            The composed model.
        """
        return ComposedModel(
            raw_outputs=self.raw,
            output_spec=self.output_spec,
            masker=default_masker,
            arrays=lambda: {**network_arrays(self.network), **self.scale.arrays()},
            parameters=network_size(self.network),
            facts=self.facts,
            network=self.network,
            tensors=lambda series: (self.scale.tensor(series),),
            portable=lambda: export_routes.routes_of_network(self.scale.module, self.network, self.scale.tensor),
        )


def fit_series_network(
    train: Dataset, valid: Dataset, output_spec: OutputSpec, budget: Budget, on_progress: ProgressCallback
) -> SeriesNetwork:
    """A temporal convolutional network trained on windows.

    Args:
        train, valid: windows with targets. output_spec: width, loss and link. budget: of the fit.
        on_progress: called once an epoch.

    Returns:
        The fitted network.

    Reference: Bai, Kolter & Koltun 2018.
    """
    scale = fit_scaler(train.inputs)
    own, held = (scale.tensor(part.inputs) for part in (train, valid))
    channels, length = own.shape[1:]
    network, facts = fit_network(
        lambda: temporal_network.build_temporal(channels, output_spec.width, length),
        LabelledTensors((own,), train.target),
        LabelledTensors((held,), valid.target),
        output_spec,
        NetworkPlan(
            NetworkHyperparameters(learning_rate=4e-3, batch=64, epochs=30), budget, temporal_network.augment_windows
        ),
        on_progress,
    )
    facts = {"kind": "temporal convolution network", "channels": int(channels), "window": int(length), **facts}
    return SeriesNetwork(network, output_spec, scale, facts)


@dataclass(frozen=True)
class SeriesAutoencoder:
    """A trained autoencoder with its scaler; what it cannot rebuild is odd."""

    network: Any
    scale: ChannelScaler
    facts: JsonObject

    def errors(self, series: np.ndarray) -> np.ndarray:
        """Reconstruction error of each channel.

        Args:
            series: float (n, t, c).

        Returns:
            Mean squared errors (n, c), in standardised units.
        """
        given = self.scale.tensor(series)
        rebuilt = trainer.predict_raw(self.network, (given,), 1_024)
        return ((rebuilt - given.numpy()) ** 2).mean(axis=2)

    def codes(self, series: np.ndarray) -> np.ndarray:
        """The bottleneck activations of windows.

        Args:
            series: float (n, t, c).

        Returns:
            float32 (n, codes).
        """
        import torch

        with torch.no_grad():
            return self.network.squeeze(self.scale.tensor(series)).numpy()


def fit_autoencoder(train: Dataset, valid: Dataset, budget: Budget, on_progress: ProgressCallback) -> SeriesAutoencoder:
    """An autoencoder trained without labels; early stopping watches the error of the inner validation rows.

    Args:
        train, valid: windows. budget: of the fit. on_progress: called with losses only, since an error is no skill.

    Returns:
        The fitted autoencoder.
    """
    import torch
    from torch.nn import functional

    from core.workers import devices

    device, note = devices.configure_torch(budget.device, budget.threads, budget.seed)
    scale = fit_scaler(train.inputs)
    own, held = (scale.tensor(part.inputs) for part in (train, valid))
    channels, length = own.shape[1:]
    network = temporal_network.build_autoencoder(channels, length, max(2, min(16, channels * length // 8)))
    size = max(8, min(128, len(own) // 8))
    config = trainer.TrainerConfig(
        epochs=60,
        learning_rate=2e-3,
        weight_decay=1e-3,
        steps=-(-len(own) // size),
        patience=8,
        seconds=budget.seconds,
        device=device,
    )

    def score(current: nn.Module) -> float:
        with torch.no_grad():
            place = next(current.parameters()).device
            given = (held if len(held) else own).to(place)
            return -float(functional.huber_loss(current(given), given))

    batches = trainer.minibatches((own, own), size, budget.seed)
    quiet: ProgressCallback = lambda news: on_progress(replace(news, score=None))  # noqa: E731
    done = trainer.fit_weights(network, batches, functional.huber_loss, score, config, quiet)
    facts = {
        "kind": "autoencoder",
        "epochs": done.epochs,
        "best_epoch": done.best_epoch,
        "stopped": done.stopped,
        "device": done.device,
        "notes": [text for text in (note, *done.notes) if text],
    }
    return SeriesAutoencoder(network, scale, facts)
