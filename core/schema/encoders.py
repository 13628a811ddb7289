"""What a contestant on a frozen, pretrained network declares about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.schema.data import Budget, Dataset, ProgressCallback


@dataclass(frozen=True)
class EncodingPlan:
    """How a frozen encoder takes the items of a data set, fixed before the first fit by their number and the budget.

    setting: side in pixels or length in word pieces, 0 where there is none. seconds: declared, of a reference core, for
    the whole data set. words: the setting in words, such as "128 pixels a side".
    """

    setting: int
    seconds: float
    words: str = ""


@dataclass(frozen=True)
class FrozenEncoder:
    """A pretrained network whose vectors a contestant stands on; every item of a data set is embedded once.

    Attributes:
        title: its name. plan: (whole prepared data set, declared seconds allowed) -> plan; never from a clock.
        embed: (inputs, budget with ``encoding`` set, progress callback) -> vectors float32 (n, d); keeps them where
            folds and other contestants find them.
    """

    title: str
    plan: Callable[[Dataset, float], EncodingPlan]
    embed: Callable[[Any, Budget, ProgressCallback], np.ndarray]
