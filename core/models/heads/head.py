"""The face every head shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Facts, ProgressCallback

if TYPE_CHECKING:
    from scipy.sparse import csr_array


class LabelledRows(NamedTuple):
    """What a head learns from or is judged on: features (n, d), dense or sparse, and the target (n,)."""

    rows: np.ndarray | csr_array
    target: np.ndarray


class HeadFit(NamedTuple):
    """How a head is fitted: the target, the budget, and the callback of its progress."""

    output_spec: OutputSpec
    budget: Budget
    on_progress: ProgressCallback


@dataclass(frozen=True)
class Head:
    """A fitted head. raw: features (n, d) -> raw outputs (n, width); arrays: what is shipped; facts: JSON-able;
    portable: what an export needs beyond the arrays (a kernel's width, a booster)."""

    raw: Callable[[Any], np.ndarray]
    arrays: Mapping[str, np.ndarray]
    parameters: int
    facts: Facts = field(default_factory=dict)
    portable: Facts = field(default_factory=dict)
