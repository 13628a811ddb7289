"""What the atlas expects on a new data set before anything is trained: gaps, odds of each family, nearest data sets.

Ridge regression over cheap facts of the data, with an intercept for each kind of data; intervals from the residuals of
data sets that were left out (split-free conformal prediction). It speaks only where, on data sets left out one at a
time, it loses less skill than every fixed choice, beyond chance; else it knows no better than the default.

Reference: Rice 1976 (algorithm selection); Hoerl & Kennard 1970; Barber et al. 2021 (jackknife+).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from core.atlas.prior_facts import MODALITIES, PriorCase
from core.evaluation import uncertainty
from core.schema import Family

COVERAGE, OFF = 0.9, 0.03
# Fewer data sets carry no expectation. Strength of the ridge: of the kind of data, and of every other fact.
FEWEST, KIND_STRENGTH, STRENGTH = 20, 1.0, 3.0
NEAREST = 3
FAMILIES: tuple[Family, ...] = ("classical", "deep", "hybrid")
DEFAULTS = ("classical", "deep", "usual")


@dataclass(frozen=True)
class ExpectedGap:
    """Points of skill that are expected, and the interval that holds 90 % of data sets."""

    middle: float
    low: float
    high: float

    def holds(self, gap: float) -> bool:
        """Whether a measured gap lies within the interval."""
        return self.low <= gap <= self.high


@dataclass(frozen=True)
class NearCase:
    """A data set of the atlas that is like the new one, and by how much deep was ahead on it."""

    title: str
    gap: float


@dataclass(frozen=True)
class DataExpectation:
    """What is expected on one data set.

    deep: deep minus classical; hybrid: the hybrid minus the better of both, None where too few have one. odds: family
    -> how probably it is the best. minutes: declared training of a contest on the nearest, estimated.
    """

    deep: ExpectedGap
    hybrid: ExpectedGap | None
    odds: Mapping[Family, float]
    minutes: float
    nearest: tuple[NearCase, ...]


@dataclass(frozen=True)
class PriorQuality:
    """How well the expectation does on data sets left out one at a time.

    Attributes:
        datasets: how many. coverage: share of gaps within their interval. regret: points of skill lost on average by
            the family with the best odds. defaults: the same of always classical, always deep, and the family that was
            best on average elsewhere ("usual"). gains: default -> regret saved with its 90 % interval.
        work: share of the training of all families that the chosen one took.
    """

    datasets: int
    coverage: float = math.nan
    regret: float = math.nan
    defaults: Mapping[str, float] = field(default_factory=dict)
    gains: Mapping[str, ExpectedGap] = field(default_factory=dict)
    work: float = math.nan

    @property
    def shortfall(self) -> str:
        """Why nothing is expected, in words; "" where the expectation is better than every default."""
        if self.datasets < FEWEST:
            return f"{self.datasets} shipped data sets; it takes {FEWEST}"
        if abs(self.coverage - COVERAGE) > OFF + 1 / self.datasets:
            return f"its intervals held on {self.coverage:.0%} of {self.datasets} data sets, not on {COVERAGE:.0%}"
        if worse := [name for name in DEFAULTS if not self.gains[name].low > 0]:
            names = {"classical": "always classical", "deep": "always deep", "usual": "the family best elsewhere"}
            return f"on {self.datasets} data sets it lost no less skill than {names[worse[0]]}"
        return ""


@dataclass(frozen=True)
class GapModel:
    """A ridge regression of gaps. weights: float (1 + d,), the intercept first. rest: float (n,), the distance of every
    case from what the others foretell. reach: half the width of the interval of a new data set."""

    weights: np.ndarray
    rest: np.ndarray
    reach: float

    def gap(self, row: np.ndarray) -> ExpectedGap:
        """The expected gap of a data set with these standardised facts."""
        middle = float(self.weights[0] + row @ self.weights[1:])
        return ExpectedGap(middle, middle - self.reach, middle + self.reach)


class DataPrior:
    """Fitted on the data sets of an atlas. Cases are one a data set."""

    def __init__(self, cases: Sequence[PriorCase]) -> None:
        self.cases = tuple(cases)
        self._middle, self._spread = _moments([one.facts for one in self.cases])
        self._rows = np.stack([self._row(one) for one in self.cases])
        self._deep = fit_gaps(self._rows, np.array([one.gap for one in self.cases]))
        mixed = [place for place, one in enumerate(self.cases) if one.hybrid_gap is not None]
        gaps = np.array([self.cases[place].hybrid_gap for place in mixed], dtype=float)
        self._hybrid = fit_gaps(self._rows[mixed], gaps) if len(mixed) >= FEWEST else None

    def expect(self, case: PriorCase) -> DataExpectation:
        """The expectation on a data set that is none of the cases.

        Args:
            case: of it; its scores are not looked at.
        """
        asked = self._row(case)
        deep = self._deep.gap(asked)
        hybrid = self._hybrid.gap(asked) if self._hybrid else None
        near = [self.cases[place] for place in np.argsort(np.linalg.norm(self._rows - asked, axis=1))[:NEAREST]]
        mixed = hybrid.middle + self._hybrid.rest if self._hybrid and hybrid else None
        return DataExpectation(
            deep, hybrid, _odds(deep.middle + self._deep.rest, mixed),
            float(np.median([sum(one.work.values()) for one in near])) / 60,
            tuple(NearCase(one.title, one.gap) for one in near),
        )  # fmt: skip

    def _row(self, case: PriorCase) -> np.ndarray:
        """Indicators of the kinds of data and standardised facts, float (kinds + facts,)."""
        kinds = [2.0 * (case.modality == name) for name in MODALITIES]
        facts = np.clip((np.asarray(case.facts) - self._middle) / self._spread, -3, 3)
        return np.concatenate([kinds, facts])


def fit_gaps(rows: np.ndarray, gaps: np.ndarray) -> GapModel:
    """The regression with residuals of cases left out one at a time, in closed form.

    Args:
        rows: float (n, d), the kinds of data first. gaps: float (n,), points of skill.
    """
    design = np.column_stack([np.ones(len(rows)), rows])
    strength = np.full(design.shape[1], STRENGTH)
    strength[: 1 + len(MODALITIES)] = KIND_STRENGTH
    strength[0] = 1e-9
    inverse = np.linalg.inv(design.T @ design + np.diag(strength))
    weights = inverse @ design.T @ gaps
    leverage = ((design @ inverse) * design).sum(axis=1)
    rest = (gaps - design @ weights) / np.maximum(1.0 - leverage, 1e-6)
    return GapModel(weights, rest, conformal_reach(np.abs(rest)))


def conformal_reach(rest: np.ndarray) -> float:
    """Half the width of an interval that holds 90 % of new data sets; infinity for fewer than nine.

    Args:
        rest: float (n,), distances of data sets from what the others foretold.
    """
    place = math.ceil((len(rest) + 1) * COVERAGE)
    return float(np.sort(rest)[place - 1]) if place <= len(rest) else math.inf


def _moments(facts: Sequence[Sequence[float]]) -> tuple[np.ndarray, np.ndarray]:
    table = np.asarray(facts, dtype=float)
    spread = table.std(axis=0)
    return table.mean(axis=0), np.where(spread > 1e-9, spread, 1.0)


def _odds(deep: np.ndarray, hybrid: np.ndarray | None) -> dict[Family, float]:
    """How often each family is the best over all pairs of possible gaps, each with one case more than was seen."""
    ahead = float(np.mean(deep > 0))
    mixed = 0.0 if hybrid is None else float(np.mean(hybrid > 0))
    shares = {"classical": (1 - mixed) * (1 - ahead), "deep": (1 - mixed) * ahead, "hybrid": mixed}
    count = len(deep)
    named = [name for name in FAMILIES if name != "hybrid" or hybrid is not None]
    return {name: (count * shares[name] + 1) / (count + len(named)) for name in named}


def cases_without(cases: Sequence[PriorCase], case: PriorCase) -> list[PriorCase]:
    """The cases that are not this data set: neither its digest, nor its key, nor its name.

    Args:
        cases: of the atlas. case: the data set that is asked about.
    """
    mine = _names(case)
    return [one for one in cases if not (case.digest and one.digest == case.digest) and not mine & _names(one)]


def _names(case: PriorCase) -> set[str]:
    """The names of a data set without signs, and without the ending of a file."""
    said = {name.casefold() for name in (case.source, case.title)}
    said |= {name.rpartition(".")[0] for name in said}
    return {"".join(mark for mark in name if mark.isalnum()) for name in said} - {""}


def measure_quality(cases: Sequence[PriorCase]) -> PriorQuality:
    """Coverage and regret over data sets left out one at a time.

    Args:
        cases: one a data set.

    Reference:
        Stone 1974 (leave-one-out); Vovk, Gammerman & Shafer 2005 (coverage of conformal prediction).
    """
    if len(cases) < FEWEST:
        return PriorQuality(len(cases))
    held, work = [], []
    regrets: dict[str, list[float]] = {name: [] for name in ("prior", *DEFAULTS)}
    for case in cases:
        others = cases_without(cases, case)
        found = DataPrior(others).expect(case)
        held.append(found.deep.holds(case.gap))
        usual = max(FAMILIES, key=lambda name: _mean_skill(others, name))
        chosen: dict[str, Family] = {
            "prior": max(found.odds, key=lambda name: found.odds[name]), "classical": "classical", "deep": "deep",
            "usual": usual,
        }  # fmt: skip
        for name, family in chosen.items():
            regrets[name].append(case.regret(family))
        whole = sum(case.work.values())
        work.append(case.work.get(chosen["prior"], whole) / whole if whole else 1.0)
    lost = {name: np.asarray(values) for name, values in regrets.items()}
    gains = {}
    for name in DEFAULTS:
        saved = uncertainty.corrected_t(lost[name] - lost["prior"], 0.0, 0.0)
        gains[name] = ExpectedGap(saved.gap, saved.low, saved.high)
    return PriorQuality(
        len(cases), float(np.mean(held)), float(lost["prior"].mean()),
        {name: float(lost[name].mean()) for name in DEFAULTS}, gains, float(np.mean(work)),
    )  # fmt: skip


def _mean_skill(cases: Sequence[PriorCase], family: Family) -> float:
    known = [one.skills[family] - max(one.skills.values()) for one in cases if family in one.skills]
    return float(np.mean(known)) if known else -math.inf
