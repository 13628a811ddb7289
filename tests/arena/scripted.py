"""Contestants with known answers, so that verdicts can be computed by hand."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from core.schema import Attribution, Budget, Contestant, Dataset, Family, Progress, ProgressCallback, Task


@dataclass
class Scripted:
    """Answers the truth (column "truth") with a fixed confidence, or NaN, or raises."""

    confidence: float
    parameters: int = 3
    suffix: str = "json"

    def predict(self, inputs: Any) -> np.ndarray:
        truth = np.asarray(inputs["truth"], dtype=float)
        right = np.where(truth > 0.5, self.confidence, 1 - self.confidence)
        return np.column_stack([1 - right, right])

    def margin(self, inputs: Any) -> np.ndarray:
        share = self.predict(inputs)[:, 1].clip(1e-6, 1 - 1e-6)
        return np.log(share / (1 - share))

    def explain(self, inputs: Any, background: Any, outputs: np.ndarray | None = None) -> Attribution:
        names = tuple(inputs.columns)
        values = np.zeros((len(inputs), len(names)))
        base = np.full(len(inputs), self.margin(background).mean())
        values[:, names.index("truth")] = self.margin(inputs) - base
        return Attribution(names, values, base, "by hand", self.margin(inputs), outputs, 0.0, 1e-6)

    def saved(self) -> bytes:
        return b"{}"

    def describe(self) -> dict[str, Any]:
        return {"layers": 0, "notes": ["scripted"]}


def contestant(key: str, family: Family, confidence: float = 0.9, trouble: str = "") -> Contestant:
    """A contestant that answers with this confidence, or fails with this reason."""

    def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, tell: ProgressCallback) -> Scripted:
        tell(Progress("fit", 0, 1, loss=0.5, score=0.5, cpu_seconds=0.01))
        if trouble == "nan":
            return Scripted(float("nan"))
        if trouble:
            raise ValueError(trouble)
        return Scripted(confidence)

    return Contestant(key, key.title(), family, ("table",), ("classification",), "scripted", "none", fit)


def room(*contestants: Contestant) -> MappingProxyType[str, Contestant]:
    """A contestants' room holding only these."""
    return MappingProxyType({one.key: one for one in contestants})


def table(rows: int = 200, seed: int = 0) -> Dataset:
    """Two columns, one of them the truth with a little noise in its sign for every tenth row."""
    from core.schema import Column

    draw = np.random.default_rng(seed)
    truth = (draw.random(rows) < 0.5).astype(float)
    frame = pd.DataFrame(
        {"truth": np.where(draw.random(rows) < 0.1, 1 - truth, truth), "noise": draw.normal(size=rows)}
    )
    frame["y"] = np.where(truth > 0.5, "yes", "no")
    columns = tuple(Column(name, "numeric", 0, 2 if name == "truth" else rows) for name in ("truth", "noise"))
    return Dataset("scripted", "table", frame, columns=(*columns, Column("y", "categorical", 0, 2)))
