"""The face every head shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core.schema import Facts


@dataclass(frozen=True)
class Head:
    """A fitted head. raw: features (n, d) -> raw outputs (n, width); arrays: what is shipped; facts: JSON-able;
    portable: what an export needs beyond the arrays (a kernel's width, a booster)."""

    raw: Callable[[Any], np.ndarray]
    arrays: Mapping[str, np.ndarray]
    parameters: int
    facts: Facts = field(default_factory=dict)
    portable: Facts = field(default_factory=dict)
