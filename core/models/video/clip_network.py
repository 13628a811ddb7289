"""A small network of convolutions over place and time, trained from scratch, and its augmentation.

Reference: Tran, Bourdev, Fergus, Torresani & Paluri 2015 (3-D convolutions).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.explain.clip_masker import clip_patch_masker
from core.features.torch_modules import clip
from core.models.composed_model import ComposedModel, network_arrays, network_size
from core.models.onnx import export_routes
from core.models.training import trainer
from core.models.training.fit_network import LabelledTensors, NetworkHyperparameters, NetworkPlan, fit_network
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Dataset, JsonObject, ProgressCallback

if TYPE_CHECKING:
    import torch
    from torch import nn

LARGEST_SIDE = 40
SHIFT, BRIGHTNESS = 0.08, 0.3


@dataclass(frozen=True)
class ClipNetwork:
    """A trained network with the scaling its clips need; shape (t, h, w, c)."""

    network: nn.Module
    output_spec: OutputSpec
    scaling: clip.ClipScaling
    shape: tuple[int, ...]
    facts: JsonObject

    def tensors(self, clips: np.ndarray) -> torch.Tensor:
        """What the network takes.

        Args:
            clips: uint8 (n, t, h, w, c).

        Returns:
            A float32 tensor (n, c, t, h', w').
        """
        return clip.to_tensor(clips, self.scaling)

    def raw(self, clips: np.ndarray) -> np.ndarray:
        """Raw outputs of the network.

        Args:
            clips: uint8 (n, t, h, w, c).

        Returns:
            float32 (n, width).
        """
        parts = [
            trainer.predict_raw(self.network, (self.tensors(clips[begin : begin + 64]),))
            for begin in range(0, len(clips), 64)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, self.output_spec.width))

    def model(self) -> ComposedModel:
        """The network as a contestant's model.

        Returns:
            The composed model.
        """
        return ComposedModel(
            raw_outputs=self.raw,
            output_spec=self.output_spec,
            masker=clip_patch_masker,
            arrays=lambda: network_arrays(self.network),
            parameters=network_size(self.network),
            facts=self.facts,
            network=self.network,
            tensors=lambda clips: (self.tensors(clips),),
            portable=lambda: export_routes.routes_of_network(
                lambda: clip.input_module(self.scaling), self.network, self.tensors,
                clip.coarse_module(self.shape), clip.COARSE,
            ),
        )  # fmt: skip


def build_clip_network(channels: int, width: int, base: int = 12) -> nn.Module:
    """Three layers of 3 x 3 x 3 convolutions, halved in place three times and in time once, mean and maximum over all.

    Args:
        channels: of the frames. width: outputs. base: maps of the first layer; the next have twice and four times.

    Returns:
        A torch Module, (n, channels, t, h, w) -> (n, width); ``.features`` gives the (n, 8 base) it ends on.
    """
    import torch
    from torch import nn

    def layer(into: int, out: int, stride: tuple[int, int, int]) -> nn.Sequential:
        convolution = nn.Conv3d(into, out, 3, stride, padding=1, bias=False)
        return nn.Sequential(convolution, nn.BatchNorm3d(out, momentum=0.2), nn.ReLU())

    class ClipConvolutions(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body = nn.Sequential(
                layer(channels, base, (1, 2, 2)), layer(base, 2 * base, (2, 2, 2)),
                layer(2 * base, 4 * base, (1, 2, 2)),
            )  # fmt: skip
            self.drop = nn.Dropout(0.1)
            self.last = nn.Linear(8 * base, width)

        def features(self, x: torch.Tensor) -> torch.Tensor:
            x = self.body(x)
            return torch.cat([x.mean(dim=(2, 3, 4)), x.amax(dim=(2, 3, 4))], dim=1)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.last(self.drop(self.features(x)))

    return ClipConvolutions()


def random_shift() -> Callable[..., Sequence[Any]]:
    """Augmentation of a batch: each clip is moved by a few pixels and lit a little differently, all frames alike.

    Nothing is mirrored or turned: which way a thing moves may be its class.
    """

    def augment(batch: Sequence[Any], generator: torch.Generator) -> Sequence[Any]:
        import torch

        clips, *rest = batch
        high, wide = clips.shape[3:]
        made = torch.empty_like(clips)
        for row in range(len(clips)):
            steps = (torch.rand(2, generator=generator) * 2 - 1) * SHIFT * torch.tensor([high, wide])
            down, right = (int(step) for step in steps.round())
            made[row] = torch.roll(clips[row], (down, right), (2, 3))
        lit = 1 + (torch.rand(len(clips), 1, 1, 1, 1, generator=generator) * 2 - 1) * BRIGHTNESS
        return [made * lit, *rest]

    return augment


def fit_clip_network(
    train: Dataset, valid: Dataset, output_spec: OutputSpec, budget: Budget, on_progress: ProgressCallback
) -> ClipNetwork:
    """A network of 3-D convolutions trained on clips.

    Args:
        train, valid: clips with targets. output_spec: width, loss and link. budget: of the fit.
        on_progress: called once an epoch.

    Returns:
        The fitted network.
    """
    clips = train.inputs
    shrink = max(1, -(-max(clips.shape[2:4]) // LARGEST_SIDE))
    scaling = clip.fit_scaling(clips, shrink)
    network, facts = fit_network(
        lambda: build_clip_network(clips.shape[4], output_spec.width),
        LabelledTensors((clip.to_tensor(clips, scaling),), train.target),
        LabelledTensors((clip.to_tensor(valid.inputs, scaling),), valid.target),
        output_spec,
        NetworkPlan(NetworkHyperparameters(learning_rate=5e-3, batch=32, epochs=60), budget, random_shift()),
        on_progress,
    )
    facts = {"kind": "convolutions over place and time", "frames": int(clips.shape[1]), "shrink": shrink, **facts}
    return ClipNetwork(network, output_spec, scaling, clips.shape[1:], facts)
