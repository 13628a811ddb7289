"""Networks that differ in design alone: a residual network, vision transformers, and a mixture of experts.

Reference: Dosovitskiy et al. 2021 (vision transformer); Xiao et al. 2021 (convolutional stem); Fedus, Zoph & Shazeer
2022 (one expert a token, with a term that balances them).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.models.image import residual_network

if TYPE_CHECKING:
    import torch
    from torch import nn

WIDTH, HEADS, HIDDEN = 64, 4, 128
TOKENS_A_SIDE = 7
EXPERTS, BALANCE = 4, 0.01


@dataclass(frozen=True)
class PictureDesign:
    """One design. blocks: of a transformer, 0 for the residual network. stem: convolutions before the transformer.
    experts: that share the patches out, 1 for a dense layer."""

    key: str
    title: str
    rate: float
    blocks: int = 0
    stem: bool = False
    experts: int = 1

    def build(self, channels: int, classes: int, side: int) -> nn.Module:
        """A fresh network (n, channels, h, w) -> (n, classes).

        Args:
            channels: of the pictures. classes: outputs. side: shorter side of the pictures.
        """
        if not self.blocks:
            return residual_network.build_residual(channels, classes, side)
        return build_transformer(self, channels, classes, side)


DESIGNS = (
    PictureDesign("residual", "Residual network", 8e-3),
    PictureDesign("transformer", "Vision transformer", 2e-3, blocks=3),
    PictureDesign("stem", "Transformer behind convolutions", 2e-3, blocks=3, stem=True),
    PictureDesign("shallow", "The same with one block", 2e-3, blocks=1, stem=True),
    PictureDesign("experts", "The same with four experts", 2e-3, blocks=3, stem=True, experts=EXPERTS),
)


def build_transformer(design: PictureDesign, channels: int, classes: int, side: int) -> nn.Module:
    """A vision transformer of about seven by seven patches whose mean is classified.

    Args:
        design: with blocks. channels, classes, side: as in ``PictureDesign.build``.
    """
    import torch
    from torch import nn

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.before, self.between = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
            self.attention = nn.MultiheadAttention(WIDTH, HEADS, batch_first=True)
            self.wide = build_dense() if design.experts == 1 else build_experts(design.experts)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            calm = self.before(x)
            x = x + self.attention(calm, calm, calm, need_weights=False)[0]
            return x + self.wide(self.between(x))

    class Transformer(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            patch = max(1, side // TOKENS_A_SIDE)
            self.patches = build_stem(channels, patch) if design.stem else nn.Conv2d(channels, WIDTH, patch, patch)
            with torch.no_grad():
                count = self.patches(torch.zeros(1, channels, side, side)).flatten(2).shape[2]
            self.places = nn.Parameter(torch.randn(1, count, WIDTH) * 0.02)
            self.blocks = nn.Sequential(*(Block() for _ in range(design.blocks)))
            self.norm, self.last = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, classes)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            tokens = self.patches(x).flatten(2).transpose(1, 2) + self.places
            return self.last(self.norm(self.blocks(tokens)).mean(dim=1))

    return Transformer()


def build_stem(channels: int, patch: int) -> nn.Module:
    """Two convolutions whose strides together are those of a patch, (n, channels, h, w) -> (n, WIDTH, h', w').

    Args:
        channels: of the pictures. patch: side of a patch in pixels.
    """
    from torch import nn

    first = 2 if patch >= 2 else 1
    return nn.Sequential(
        nn.Conv2d(channels, 24, 3, first, 1, bias=False), nn.BatchNorm2d(24), nn.ReLU(),
        nn.Conv2d(24, WIDTH, 3, max(1, patch // first), 1),
    )  # fmt: skip


def build_dense() -> nn.Module:
    """Two layers with a wider one between them, (..., WIDTH) -> (..., WIDTH)."""
    from torch import nn

    return nn.Sequential(nn.Linear(WIDTH, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, WIDTH))


def build_experts(count: int) -> nn.Module:
    """Dense layers of which a gate picks one for each token; a balance term keeps the gate from using one alone.

    Args:
        count: of the dense layers.

    Returns:
        A torch Module (..., WIDTH) -> (..., WIDTH); ``shares`` (count,) says how many tokens each had last.
    """
    import torch
    from torch import nn

    class Balanced(torch.autograd.Function):
        """The first input unchanged; backwards the second, a loss, gets its weight."""

        @staticmethod
        def forward(context: object, tokens: torch.Tensor, uneven: torch.Tensor) -> torch.Tensor:
            return tokens.view_as(tokens)

        @staticmethod
        def backward(context: object, passed: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            return passed, passed.new_full((), BALANCE)

    class Experts(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.gate = nn.Linear(WIDTH, count)
            self.experts = nn.ModuleList(build_dense() for _ in range(count))
            self.shares = torch.zeros(count)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            tokens = x.reshape(-1, WIDTH)
            chances = self.gate(tokens).softmax(dim=-1)
            weight, picked = chances.max(dim=-1)
            self.shares = torch.bincount(picked, minlength=count) / len(picked)
            out = torch.zeros_like(tokens)
            for number, expert in enumerate(self.experts):
                rows = (picked == number).nonzero()[:, 0]
                if len(rows):
                    out = out.index_add(0, rows, expert(tokens[rows]) * weight[rows, None])
            uneven = count * (self.shares * chances.mean(dim=0)).sum()
            return Balanced.apply(out, uneven).view(x.shape)

    return Experts()
