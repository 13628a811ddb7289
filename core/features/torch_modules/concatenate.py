"""Feature modules that see the same rows, concatenated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from torch import nn


def concatenate(modules: Sequence[nn.Module]) -> torch.nn.Module:
    """Modules that see the same rows, their outputs side by side.

    Args:
        modules: torch Modules, each rows -> (n, d_k).

    Returns:
        A Module, rows -> (n, d_1 + d_2 + ...).
    """
    import torch

    class Joined(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.parts = torch.nn.ModuleList(modules)

        def forward(self, rows: torch.Tensor) -> torch.Tensor:
            return torch.cat([part(rows) for part in self.parts], dim=1)

    return Joined().eval()
