"""Small networks for windows of sensor readings: a temporal convolution network and a convolutional autoencoder.

Reference: Bai, Kolter & Koltun 2018 (TCN); Hinton & Salakhutdinov 2006 (autoencoder).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
    from torch import nn


def build_temporal(channels: int, width: int, length: int, base: int = 40) -> torch.nn.Module:
    """A temporal network: four residual blocks of dilated convolutions, halved twice, mean and maximum over time.

    Args:
        channels: of the series. width: outputs. length: readings in a window. base: channels inside.

    Returns:
        A torch Module, (n, channels, length) -> (n, width); ``.features`` gives the (n, 4 base) it ends on.
    """
    import torch
    from torch import nn

    def layer(into: int, out: int, gap: int = 1) -> nn.Sequential:
        return nn.Sequential(
            nn.Conv1d(into, out, 5, padding=2 * gap, dilation=gap, bias=False),
            nn.BatchNorm1d(out, momentum=0.2),
            nn.ReLU(),
        )

    class Dilated(nn.Module):
        def __init__(self, size: int, gap: int) -> None:
            super().__init__()
            self.one, self.two = layer(size, size, gap), layer(size, size, gap)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x + self.two(self.one(x))

    class Temporal(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            halve = [nn.MaxPool1d(2)] if length >= 16 else []
            again = [nn.MaxPool1d(2)] if length >= 32 else []
            self.body = nn.Sequential(
                layer(channels, base), *halve, Dilated(base, 1), layer(base, 2 * base), *again, Dilated(2 * base, 2)
            )
            self.drop = nn.Dropout(0.2)
            self.last = nn.Linear(4 * base, width)

        def features(self, x: torch.Tensor) -> torch.Tensor:
            x = self.body(x)
            return torch.cat([x.mean(dim=2), x.amax(dim=2)], dim=1)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.last(self.drop(self.features(x)))

    return Temporal()


def build_autoencoder(channels: int, length: int, codes: int) -> torch.nn.Module:
    """A network that reconstructs windows from a few numbers; ``.squeeze`` gives those, (n, codes).

    Two dense layers each way: windows are short, and a reconstruction is compared reading by reading.

    Args:
        channels, length: of a window. codes: size of the bottleneck.

    Returns:
        A torch Module, (n, channels, length) -> the same shape.
    """
    from torch import nn

    size = channels * length
    hidden = int(min(128, max(16, size // 2)))

    class Autoencoder(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.squeeze = nn.Sequential(nn.Flatten(), nn.Linear(size, hidden), nn.ReLU(), nn.Linear(hidden, codes))
            self.rebuild = nn.Sequential(nn.Linear(codes, hidden), nn.ReLU(), nn.Linear(hidden, size))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.rebuild(self.squeeze(x)).reshape(x.shape)

    return Autoencoder()


def augment_windows(batch: Sequence[Any], generator: torch.Generator) -> Sequence[Any]:
    """Augmented windows: channels scaled, a little noise, shifted in time.

    Args:
        batch: tensors, inputs first. generator: torch's random numbers.

    Returns:
        The batch with new inputs.

    Reference: Um et al. 2017.
    """
    import torch

    given, *rest = batch
    louder = 1 + 0.1 * torch.randn((*given.shape[:2], 1), generator=generator)
    noise = 0.03 * torch.randn(given.shape, generator=generator)
    most = max(1, given.shape[2] // 8)
    shift = int(torch.randint(-most, most + 1, (1,), generator=generator))
    return [torch.roll(given, shift, dims=2) * louder + noise, *rest]
