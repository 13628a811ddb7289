"""Forecasts of a contest as figures: the past, what came, the bands of each family, and losses by step ahead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.schema import Contest, Facts, Run

FAMILIES = ("classical", "deep", "hybrid")


@dataclass(frozen=True)
class BandPoint:
    """One step of one model's forecast: its time, the 80 % band and the median; ahead: it lies beyond the data."""

    family: str
    title: str
    step: int
    low: float
    middle: float
    high: float
    ahead: bool = False


@dataclass(frozen=True)
class SeriesPicture:
    """One series: its name, the times of its steps, its recorded values by step, and the forecasts over them."""

    name: str
    times: tuple[str, ...]
    history: tuple[tuple[int, float], ...]
    bands: tuple[BandPoint, ...]


@dataclass(frozen=True)
class StepLoss:
    """A model's loss at one step ahead, as a share of the seasonal naive's at the same step."""

    family: str
    title: str
    step: int
    share: float


def drawn_runs(contest: Contest) -> list[Run]:
    """The best contestant of each family by mean skill, and chance left out.

    Args:
        contest: on forecasts.
    """
    best: dict[str, tuple[float, Run]] = {}
    for run in contest.runs:
        skills = [fit.skill for fit in run.fits if fit.skill is not None and not fit.error]
        if run.family in FAMILIES and skills:
            mean = float(np.mean(skills))
            if run.family not in best or mean > best[run.family][0]:
                best[run.family] = (mean, run)
    return [best[family][1] for family in FAMILIES if family in best]


def series_pictures(contest: Contest, origin: int | None) -> list[SeriesPicture]:
    """The shown series with the forecasts of one origin.

    Args:
        contest: on forecasts. origin: number of a kept origin, the latest first; None for what lies beyond the data.

    Returns:
        Nothing where the contest kept no forecasts.
    """
    facts = contest.forecast
    if not facts:
        return []
    made = []
    for place, series in enumerate(facts["series"]):
        bands = [point for run in drawn_runs(contest) for point in _bands(run, facts, place, origin)]
        history = [(step, float(value)) for step, value in enumerate(series["history"]) if value is not None]
        made.append(SeriesPicture(str(series["name"]), tuple(facts["times"]), tuple(history), tuple(bands)))
    return made


def _bands(run: Run, facts: Facts, place: int, origin: int | None) -> list[BandPoint]:
    if origin is None:
        told = (facts.get("next") or {}).get(run.contestant)
        number = list(facts["names"]).index(facts["series"][place]["name"]) if told is not None else -1
        quantiles: Any = None if told is None or number >= len(told) else told[number]
        first = len(facts["times"]) - int(facts["horizon"])
    else:
        kept = [fit for fit in run.fits if fit.fold == origin and fit.predictions is not None]
        quantiles = None if not kept or place >= len(kept[0].predictions) else kept[0].predictions[place]
        first = int(facts["origins"][origin])
    if quantiles is None:
        return []
    return [
        BandPoint(run.family, run.title, first + step, float(five[1]), float(five[2]), float(five[3]), origin is None)
        for step, five in enumerate(quantiles)
    ]


def live_picture(
    window: Mapping[str, Any], bands: Mapping[tuple[str, str], Sequence[Sequence[float]]]
) -> SeriesPicture:  # fmt: skip
    """A window that was asked about with the bands of some models.

    Args:
        window: its times and past, as a live answer tells them. bands: (family, title) -> five quantiles a step.
    """
    past = window["past"]
    history = [(step, float(value)) for step, value in enumerate(past) if value is not None]
    points = [
        BandPoint(family, title, len(past) + step, float(five[1]), float(five[2]), float(five[3]))
        for (family, title), steps in bands.items()
        for step, five in enumerate(steps)
    ]
    return SeriesPicture("", tuple(window["times"]), tuple(history), tuple(points))


def step_losses(contest: Contest) -> list[StepLoss]:
    """The loss at each step ahead, over all series and origins, as a share of the seasonal naive's.

    Args:
        contest: on forecasts.
    """
    found = []
    for run in drawn_runs(contest):
        kept = [np.asarray(fit.step_losses, dtype=float) for fit in run.fits if fit.step_losses and not fit.error]
        if not kept:
            continue
        total = np.sum(kept, axis=0)
        found += [
            StepLoss(run.family, run.title, step + 1, float(own / naive))
            for step, (own, naive) in enumerate(total) if naive > 0
        ]  # fmt: skip
    return found


def band_figures(contest: Contest) -> list[Mapping[str, object]]:
    """How well the bands hold, a row a contestant: coverage, width, bias and MASE as means over the origins.

    Args:
        contest: on forecasts.
    """
    rows: list[Mapping[str, object]] = []
    for run in contest.runs:
        scores = [fit.scores for fit in run.fits if fit.scores and not fit.error]
        if scores:
            rows.append({"title": run.title, **{name: _mean(scores, name) for name in sorted(scores[0])}})
    return rows


def _mean(scores: Sequence[Mapping[str, float]], name: str) -> float | None:
    there = [one[name] for one in scores if one.get(name) is not None and np.isfinite(one[name])]
    return float(np.mean(there)) if there else None
