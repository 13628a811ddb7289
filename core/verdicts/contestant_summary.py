"""Summaries for a recommendation: each contestant's skill per fold, cost, latency, explanations and evidence."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.schema import Contest, Facts, Run
from core.verdicts import fold_scores

MILLIONS = 1.0


@dataclass(frozen=True)
class ContestantSummary:
    """One contestant: ``skills`` a fold (J,) in points; cost in USD (train once and a million answers); latency in ms
    (promised p95 where there is one); ``interpretability`` and ``evidence`` from 0 to 1; None: not measured."""

    key: str
    title: str
    family: str
    skills: np.ndarray
    cost: float | None
    latency: float | None
    interpretability: float
    evidence: float
    train_cost: float | None = None
    size: float | None = None
    passed: Mapping[str, bool] | None = None

    @property
    def skill(self) -> float:
        """Mean skill over the folds.

        Returns:
            Points of skill.
        """
        return float(self.skills.mean())

    @property
    def features(self) -> dict[str, float]:
        """What each exchange rate multiplies; higher is better.

        Returns:
            cost and latency as -log10 of USD and ms (0 where not measured), interpretability and
            regulation from 0 to 1.
        """
        return {
            "cost": -math.log10(max(self.cost, 1e-12)) if self.cost is not None else 0.0,
            "latency": -math.log10(max(self.latency, 1e-9)) if self.latency is not None else 0.0,
            "interpretability": self.interpretability,
            "regulation": self.evidence,
        }


def summarize_run(run: Run, folds: list[int]) -> ContestantSummary:
    """The summary of a run that finished every fold.

    Args:
        run: a run of a contest. folds: those to take the skills from, in order.
    """
    by_fold = {fit.fold: fold_scores.fold_value(fit, "skill") for fit in run.fits}
    skills = np.array([by_fold[fold] for fold in folds], dtype=float)
    train, million = median_value(run, "train_cost"), median_value(run, "million_cost")
    cost = train + MILLIONS * million if train is not None and million is not None else None
    bound, p95, p50 = (median_value(run, key) for key in ("latency_p95_bound", "latency_p95", "latency_p50"))
    latency = next((value for value in (bound, p95, p50) if value is not None), None)
    return ContestantSummary(
        run.contestant, run.title, run.family, skills, cost, latency, _interpretability(run), _evidence(run),
        train_cost=train, size=median_value(run, "size"), passed=_audit_items(run),
    )  # fmt: skip


def median_value(run: Run, key: str) -> float | None:
    """Median of one measurement's values.

    Args:
        run: a run of a contest. key: of the measurement.

    Returns:
        The median in the measurement's unit; None when it was not measured.
    """
    found = run.readings.get(key)
    values = [value for value in found.values if value is not None and math.isfinite(value)] if found else []
    return float(np.median(values)) if values else None


def _interpretability(run: Run) -> float:
    """Mean of four shares, each 0 when not measured: complete explanations (error 0 to .1), faithful ones (method
    error 0 to 1), stable ones, and how much of the model a small tree restates."""
    said: Facts = run.explanation or {}
    completeness, method = _finite(said.get("completeness_error")), _finite(said.get("method_error"))
    parts = [
        0.0 if completeness is None else 1.0 - min(1.0, completeness / 0.1),
        0.0 if method is None else 1.0 - min(1.0, method),
        min(1.0, max(0.0, _finite((said.get("stability") or {}).get("spearman")) or 0.0)),
        min(1.0, max(0.0, median_value(run, "surrogate") or 0.0)),
    ]
    return sum(parts) / len(parts)


def _finite(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


def _audit_items(run: Run) -> dict[str, bool] | None:
    found = run.readings.get("regulatory")
    items = found.detail.get("items") if found else None
    if items is None:
        return None
    return {str(item["key"]): bool(item.get("passed")) for item in items if item.get("passed") is not None}


def _evidence(run: Run) -> float:
    """Share of the auditor's measured items that passed; 0 when none was measured."""
    passed = _audit_items(run)
    return sum(passed.values()) / len(passed) if passed else 0.0


def summarize_contestants(contest: Contest) -> tuple[list[ContestantSummary], dict[str, str]]:
    """Summaries of the contestants that may be recommended, and the reasons of those that may not; never the dummy.

    Args:
        contest: finished or not.

    Returns:
        Summaries in listed order, with skills on the folds that all of them finished; contestant key -> reason.
    """
    finished, out = [], {}
    for run in contest.runs:
        if run.family == "chance":
            continue
        reason = fold_scores.failure_reason(run)
        if reason is None and run.dropped is not None:
            out[run.contestant] = f"was dropped early: {run.dropped.reason}"
        elif reason is None:
            finished.append(run)
        else:
            out[run.contestant] = f"did not finish: {reason}"
    folds = set.intersection(*({fit.fold for fit in run.fits} for run in finished)) if finished else set()
    if finished and not folds:
        return [], out | {run.contestant: "shares no fold with the others" for run in finished}
    return [summarize_run(run, sorted(folds)) for run in finished], out
