"""A picture network in use: trained under a budget, turned into a model, or read out as features for a hybrid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.explain.maskers import patch_masker
from core.features.torch_modules import image
from core.models.composed_model import ComposedModel, network_arrays, network_size
from core.models.image import residual_network
from core.models.onnx import export_routes, portable_model
from core.models.training import trainer
from core.models.training.fit_network import LabelledTensors, NetworkHyperparameters, NetworkPlan, fit_network
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Dataset, JsonObject, ProgressCallback

if TYPE_CHECKING:
    import torch
    from torch import nn

LARGEST_SIDE = 64


@dataclass(frozen=True)
class ImageNetwork:
    """A trained network with the scaling its pictures need."""

    network: Any
    output_spec: OutputSpec
    centre: tuple[float, ...]
    spread: float
    shrink: int
    shape: tuple[int, ...]
    facts: JsonObject

    def tensors(self, pictures: np.ndarray) -> torch.Tensor:
        """What the network takes.

        Args:
            pictures: uint8 (n, h, w, c).

        Returns:
            A float32 tensor (n, c, h', w').
        """
        return residual_network.to_tensor(downscale(pictures, self.shrink), self.centre, self.spread)

    def raw(self, pictures: np.ndarray) -> np.ndarray:
        """Raw outputs of the network.

        Args:
            pictures: uint8 (n, h, w, c).

        Returns:
            float32 (n, width).
        """
        parts = [
            trainer.predict_raw(self.network, (self.tensors(pictures[begin : begin + 512]),))
            for begin in range(0, len(pictures), 512)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, self.output_spec.width))

    def features(self, pictures: np.ndarray) -> np.ndarray:
        """The activations before the last layer.

        Args:
            pictures: uint8 (n, h, w, c).

        Returns:
            float32 (n, d).
        """
        parts = [
            residual_network.extract_features(self.network, self.tensors(pictures[begin : begin + 512]))
            for begin in range(0, max(len(pictures), 1), 512)
        ]
        return np.concatenate(parts)

    def input_module(self) -> nn.Module:
        """Pixels -> what the network takes, as a torch Module."""
        return image.input_module(self.centre, self.spread, self.shrink)

    def student_module(self) -> tuple[Any, str]:
        """Pixels -> what a small student stands on, as a torch Module, and what it is in words."""
        return image.coarse_module(self.shape), image.COARSE

    def feature_module(self) -> nn.Module:
        """Pixels -> what the network ends on before its last layer, as a torch Module."""
        return portable_model.chain_modules(self.input_module(), portable_model.feature_layer(self.network))

    def model(self) -> ComposedModel:
        """The network as a contestant's model.

        Returns:
            The composed model.
        """
        return ComposedModel(
            raw_outputs=self.raw,
            output_spec=self.output_spec,
            masker=lambda inputs, background: patch_masker(inputs, background, 5),
            arrays=lambda: network_arrays(self.network),
            parameters=network_size(self.network),
            facts=self.facts,
            network=self.network,
            tensors=lambda pictures: (self.tensors(pictures),),
            portable=lambda: export_routes.routes_of_network(
                self.input_module, self.network, self.tensors, image.coarse_module(self.shape), image.COARSE
            ),
            maps=self.maps,
        )

    def maps(self, pictures: np.ndarray, background: np.ndarray, outputs: np.ndarray | None) -> JsonObject:
        """Captum's saliency maps of the margin.

        Args:
            pictures: uint8 (n, h, w, c). background: training images. outputs: (n,) class explained, or None.

        Returns:
            Maps by method, as ``explain.saliency_maps`` gives them.
        """
        from core.explain import saliency_maps

        parts = (self.network, list(self.network.stages), self.tensors)
        scale = self.output_spec.scale if self.output_spec.form == "regression" else 1.0
        return saliency_maps.saliency_maps(parts, pictures, background, outputs, scale)


def downscale(pictures: np.ndarray, shrink: int) -> np.ndarray:
    """Images averaged over squares of pixels; the rest of a side is cut off.

    Args:
        pictures: (n, h, w, c). shrink: side of the squares.

    Returns:
        (n, h // shrink, w // shrink, c).
    """
    if shrink == 1:
        return pictures
    count, high, wide, channels = pictures.shape
    high, wide = high // shrink, wide // shrink
    cut = pictures[:, : high * shrink, : wide * shrink].reshape(count, high, shrink, wide, shrink, channels)
    return np.rint(cut.mean(axis=(2, 4), dtype=np.float32)).astype(np.uint8)


def fit_image_network(
    train: Dataset, valid: Dataset, output_spec: OutputSpec, budget: Budget, on_progress: ProgressCallback
) -> ImageNetwork:
    """A residual network trained on images; colour photos are mirrored in augmentation, grey signs and writing are not.

    Args:
        train, valid: images with targets. output_spec: width, loss and link. budget: of the fit.
        on_progress: called once an epoch.

    Returns:
        The fitted network.

    Reference: He et al. 2016.
    """
    pictures = train.inputs
    shrink = max(1, -(-max(pictures.shape[1:3]) // LARGEST_SIDE))
    scaled = downscale(pictures, shrink)
    channels = pictures.shape[3]
    centre = tuple(float(value) for value in scaled.mean(axis=(0, 1, 2)) / 255.0)
    spread = max(float(scaled.std()) / 255.0, 0.05)
    side = min(scaled.shape[1:3])
    network, facts = fit_network(
        lambda: residual_network.build_residual(channels, output_spec.width, side),
        LabelledTensors((residual_network.to_tensor(scaled, centre, spread),), train.target),
        LabelledTensors((residual_network.to_tensor(downscale(valid.inputs, shrink), centre, spread),), valid.target),
        output_spec,
        NetworkPlan(
            NetworkHyperparameters(learning_rate=8e-3), budget, residual_network.random_affine(mirror=channels == 3)
        ),
        on_progress,
    )
    facts = {"kind": "residual convolutional network", "side": int(side), "channels": channels, **facts}
    return ImageNetwork(network, output_spec, centre, spread, shrink, pictures.shape[1:], facts)
