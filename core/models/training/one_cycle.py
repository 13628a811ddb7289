"""The one-cycle schedule of a learning rate."""

from __future__ import annotations

import math


def rate_factor(progress: float, warm: float = 0.25) -> float:
    """The share of the top learning rate: a cosine rise from 1/25, then a cosine fall to 0.

    Args:
        progress: of the training, 0 to 1. warm: share of the rise.

    Returns:
        0 to 1.

    Reference: Smith & Topin 2018.
    """
    if progress < warm:
        return 0.04 + 0.96 * 0.5 * (1 - math.cos(math.pi * progress / warm))
    return max(0.5 * (1 + math.cos(math.pi * min(1.0, (progress - warm) / (1 - warm)))), 1e-4)
