"""Model router: predicts from cheap facts about a data set which family should be trained on it.

It predicts how many points of skill the deep side lies ahead by ridge regression over the data sets played, and
sends a data set to the deep side when that is above nothing. Judged leave-one-data-set-out.

Reference: Pfahringer, Bensusan & Giraud-Carrier 2000 (landmarking); Rice 1976 (algorithm selection).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.judging import votes
from core.schema import Contest, JsonObject, Run

MODALITIES = ("table", "image", "text", "sound", "series")
FACTS = (
    *(f"is {name}" for name in MODALITIES), "log10 rows", "log10 columns", "log2 classes", "share of numeric columns",
    "first-fold skill of the simplest classical contestant", "first-fold gain of the best classical contestant",
)  # fmt: skip
SIMPLEST = ("table_linear", "text_tfidf", "image_hog", "sound_svm", "sound_mfcc", "series_stats", "series_robust")
STRENGTH = 3.0


@dataclass(frozen=True)
class RouterCase:
    """One data set: its facts (d,) from the data and from fold 0, and mean skill of both sides on the other folds."""

    name: str
    facts: np.ndarray
    classical: float
    deep: float

    @property
    def gap(self) -> float:
        """The lead of the deep side.

        Returns:
            Points of skill.
        """
        return self.deep - self.classical

    def regret(self, deep: bool) -> float:
        """Skill lost by the choice of one side instead of the better one.

        Args:
            deep: True for the deep side, False for the classical one.

        Returns:
            Points of skill, 0 or more.
        """
        return max(self.deep, self.classical) - (self.deep if deep else self.classical)


@dataclass(frozen=True)
class RoutingResult:
    """Leave-one-out over data sets: per data set the router's choice, and three regrets in points of skill (n,)."""

    names: tuple[str, ...]
    deep: tuple[bool, ...]
    predicted: tuple[float, ...]
    router: np.ndarray
    classical: np.ndarray
    always_deep: np.ndarray

    def rows(self) -> list[JsonObject]:
        """One dictionary a data set, JSON-able.

        Returns:
            n of {"dataset", "sent_to", "predicted_gap", "regret_router", "regret_classical", "regret_deep"}, in points.
        """
        return [
            {
                "dataset": name,
                "sent_to": "deep" if deep else "classical",
                "predicted_gap": round(float(guess), 2),
                "regret_router": round(float(lost), 2),
                "regret_classical": round(float(other), 2),
                "regret_deep": round(float(third), 2),
            }
            for name, deep, guess, lost, other, third in zip(
                self.names, self.deep, self.predicted, self.router, self.classical, self.always_deep, strict=True
            )
        ]


def router_case(contest: Contest) -> RouterCase | None:
    """A contest as a case of the router.

    Fold 0 gives the facts only and the others the skills, so that no test row is used twice; with a single fold it
    has to serve for both.

    Args:
        contest: finished.

    Returns:
        The case; None without a modality it knows, or without both sides on the same folds.
    """
    modality = str(contest.dataset.get("modality", ""))
    runs = votes.representatives(contest)
    if modality not in MODALITIES or not {"classical", "deep"} <= set(runs):
        return None
    skills = {family: _skills(runs[family]) for family in ("classical", "deep")}
    shared = sorted(set(skills["classical"]) & set(skills["deep"]))
    if not shared:
        return None
    judged = [fold for fold in shared if fold != 0] or shared
    classical, deep = (float(np.mean([skills[family][fold] for fold in judged])) for family in ("classical", "deep"))
    return RouterCase(str(contest.dataset.get("name", "")), dataset_facts(contest, modality), classical, deep)


def dataset_facts(contest: Contest, modality: str) -> np.ndarray:
    """The facts of a data set from which the router predicts.

    Args:
        contest: finished. modality: key of its kind of data.

    Returns:
        float (d,) in the order of FACTS; unknown ones are 0.
    """
    data = contest.dataset
    rows = float(data.get("rows_used") or data.get("rows") or 1)
    columns = [column for column in data.get("columns") or () if isinstance(column, Mapping)]
    numeric = [column for column in columns if column.get("type") in ("numeric", "boolean")]
    wide = float(data.get("cols") or len(columns) or 1)
    classes = len(data.get("labels") or ()) or 1
    simple, gain = _landmarks(contest)
    return np.array(
        [
            *(float(modality == name) for name in MODALITIES),
            math.log10(max(rows, 1.0)), math.log10(max(wide, 1.0)), math.log2(classes),
            len(numeric) / len(columns) if columns else 0.0, simple / 100, gain / 100,
        ]
    )  # fmt: skip


def _landmarks(contest: Contest) -> tuple[float, float]:
    """First-fold skill of the simplest classical contestant, and what the best classical one adds."""
    found = {
        run.contestant: _skills(run)[0]
        for run in contest.runs
        if run.family == "classical" and run.error is None and 0 in _skills(run)
    }
    if not found:
        return 0.0, 0.0
    simple = next((found[key] for key in SIMPLEST if key in found), next(iter(found.values())))
    return simple, max(found.values()) - simple


def _skills(run: Run) -> dict[int, float]:
    known = {fit.fold: fit.skill for fit in run.fits if fit.error is None and fit.skill is not None}
    return {fold: float(skill) for fold, skill in known.items() if math.isfinite(skill)}


def predict_family(cases: Sequence[RouterCase], facts: np.ndarray) -> float:
    """Points of skill by which deep should lead on a new data set: ridge over standardised facts of these cases.

    Args:
        cases: at least two data sets already played. facts: float (d,) of the new one.

    Returns:
        Points of skill; above 0 the data set is sent to the deep side.

    Reference:
        Hoerl & Kennard 1970 (ridge regression).
    """
    table = np.stack([case.facts for case in cases])
    middle, spread = table.mean(axis=0), table.std(axis=0)
    used = spread > 1e-9
    if not used.any():
        return float(np.mean([case.gap for case in cases]))
    known = (table[:, used] - middle[used]) / spread[used]
    asked = np.clip((facts[used] - middle[used]) / spread[used], -3, 3)
    gaps = np.array([case.gap for case in cases])
    inner = known.T @ known + STRENGTH * np.eye(known.shape[1])
    weights = np.linalg.solve(inner, known.T @ (gaps - gaps.mean()))
    return float(gaps.mean() + asked @ weights)


def leave_one_out(cases: Sequence[RouterCase]) -> RoutingResult:
    """The router's choice for every data set, each predicted from all the others.

    Args:
        cases: n data sets.

    Returns:
        Choices and regrets of all n.

    Raises:
        ValueError: fewer than three data sets.

    Reference:
        Stone 1974, "Cross-validatory choice and assessment of statistical predictions".
    """
    if len(cases) < 3:
        raise ValueError("a router that leaves one data set out needs at least three")
    guesses = [predict_family([*cases[:place], *cases[place + 1 :]], case.facts) for place, case in enumerate(cases)]
    deep = tuple(guess > 0 for guess in guesses)
    return RoutingResult(
        tuple(case.name for case in cases), deep, tuple(guesses),
        np.array([case.regret(there) for case, there in zip(cases, deep, strict=True)]),
        np.array([case.regret(False) for case in cases]),
        np.array([case.regret(True) for case in cases]),
    )  # fmt: skip
