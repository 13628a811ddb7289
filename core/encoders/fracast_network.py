"""Fracast-0, a small pretrained network for series, from an installed package: a module that foretells nine quantiles.

Its weights lie in the package (Apache-2.0); nothing is downloaded. Models that stand on it name it by hash.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import torch

TITLE = "Fracast-0"
FILES = ("config.json", "model.safetensors")


class ForetellingNetwork(Protocol):
    """A torch Module that foretells series."""

    def foretell(self, past: np.ndarray, horizon: int) -> np.ndarray:
        """Quantiles .1 to .9 of the next values: float (n, horizon, 9).

        Args:
            past: float (n, length), without gaps. horizon: steps ahead.
        """

    def state_dict(self) -> Mapping[str, torch.Tensor]:
        """Its weights by name."""

    def parameters(self) -> Iterator[torch.nn.Parameter]:
        """Its weights."""


def weights_folder() -> Path:
    """Where the package keeps its weights.

    Raises:
        ImportError: it is not installed.
    """
    import fracast

    return Path(fracast.__file__).parent / "weights"


def weight_files() -> dict[str, bytes]:
    """The files by which the network is recognised.

    Raises:
        ImportError: the package is not installed.
    """
    return {name: (weights_folder() / name).read_bytes() for name in FILES}


@lru_cache(maxsize=1)
def load_network() -> ForetellingNetwork:
    """The pretrained network in evaluation mode.

    Returns:
        A torch Module; its ``foretell`` takes windows and a horizon.

    Raises:
        ImportError: the package, or safetensors, is not installed.
    """
    import torch
    from fracast.inference import FracastModel, load_fracast

    core, head = load_fracast(weights_folder(), weights="fp32")
    config = json.loads((weights_folder() / "config.json").read_text(encoding="utf-8"))
    ready = FracastModel(core, head, config)

    class FracastNetwork(torch.nn.Module):
        """Both parts of the network with the package's own scaling of windows around them."""

        def __init__(self) -> None:
            super().__init__()
            self.core, self.head = core, head

        def foretell(self, past: np.ndarray, horizon: int) -> np.ndarray:
            """Quantiles .1 to .9 of the next values: float (n, horizon, 9).

            Args:
                past: float (n, length), without gaps. horizon: steps ahead.
            """
            return np.asarray(ready.forecast_batch(past.astype(np.float32), horizon=horizon), dtype=float)

    made = FracastNetwork()
    made.eval()
    return made
