"""Fits for the studies of use cases: a contest's contestants on one fold, and their accuracy under rising damage."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core import registry
from core.evaluation.refitting import Fold
from core.evaluation.uncertainty import share_interval
from core.judging import use_case_rules
from core.schema import (
    Budget,
    Cancelled,
    Contest,
    Dataset,
    Facts,
    Family,
    JsonObject,
    Model,
    Progress,
    ProgressCallback,
    Task,
)
from core.workers import work_clock
from core.workers.answer_work import answers_seconds, measured_work


@dataclass(frozen=True)
class StudyModel:
    """One contestant fitted for a study."""

    key: str
    title: str
    family: Family
    model: Model


@dataclass(frozen=True)
class StudyModels:
    """The contestants that could be fitted, and in words why the others are missing."""

    models: tuple[StudyModel, ...]
    missing: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """A sentence about the contestants that are missing.

        Returns:
            The sentence with a leading space; "" where none is missing.
        """
        return f" Left out: {'; '.join(self.missing)}." if self.missing else ""


def fit_study_models(
    contest: Contest, cut: Fold, task: Task, seconds: float, on_progress: ProgressCallback
) -> StudyModels:
    """Every contestant that finished in the contest, fitted on the training rows of a fold within equal shares of time.

    A contestant that fails here is left out with its reason.

    Args:
        contest: finished. cut: the rows and the seed. task: of the study.
        seconds: of all fits together. on_progress: receives the news of every fit.

    Raises:
        Cancelled: the user has asked the run to stop.
    """
    players = [run for run in contest.runs if run.family != "chance" and run.error is None]
    fitted, missing = [], []
    for step, run in enumerate(players):
        news = Progress("measure", step, len(players), contestant=run.contestant, message="fitting for the study")
        on_progress(news)
        budget = Budget(seconds=seconds / max(1, len(players)), seed=cut.seed, device=contest.plan.device)
        if budget.device == "auto":
            budget = replace(budget, device="cpu")
        try:
            contestant = registry.find("contestants", run.contestant)
            with work_clock.metered(budget.seconds, budget.device, budget.threads):
                model = contestant.fit(cut.train, cut.valid, task, budget, lambda _, news=news: on_progress(news))
        except Cancelled:
            raise
        except Exception as error:
            missing.append(f"{run.title} ({error_reason(error)})")
            continue
        fitted.append(StudyModel(run.contestant, run.title, run.family, model))
    return StudyModels(tuple(fitted), tuple(missing))


def error_reason(error: BaseException) -> str:
    """An exception as one line of at most 200 letters.

    Args:
        error: any exception; one without a message gives its type's name.
    """
    words = " ".join(str(error).split()) or type(error).__name__
    return words[:200]


def accuracy_point(x: float, hits: int, rows: int, who: StudyModel) -> JsonObject:
    """One point of an accuracy line, with an interval, in the contestant's name and family.

    Args:
        x: position on the x axis. hits: right predictions of ``rows``. who: the contestant.

    Returns:
        {"x", "y", "low", "high", "series", "family"}, in per cent; NaN without rows.

    Reference:
        Wilson 1927, JASA 22.
    """
    share, low, high = (math.nan,) * 3
    if rows:
        share, low, high = 100 * hits / rows, *(100 * end for end in share_interval(hits, rows))
    return {
        "x": float(x), "y": round(share, 2), "low": round(low, 2), "high": round(high, 2), "series": who.title,
        "family": who.family,
    }  # fmt: skip


def accuracy_lines(
    study_models: StudyModels,
    test: Dataset,
    levels: Sequence[float],
    damage: Callable[[Any, float], Any],
    on_progress: ProgressCallback,
    seconds: float = math.inf,
) -> list[JsonObject]:
    """Accuracy of every contestant on the same test rows under rising damage.

    Args:
        study_models: the fitted contestants. test: n rows with class codes.
        levels: the x axis. damage: (inputs, level) -> damaged inputs, the same for everybody.
        on_progress: asked before each level. seconds: levels reached after so many reference
            seconds of answers are left out for all.

    Returns:
        Points of ``accuracy_point``, in per cent.

    Raises:
        Cancelled: the user has asked the run to stop.
    """
    rows: list[JsonObject] = []
    truth, spent = np.asarray(test.target), 0.0
    for step, level in enumerate(levels):
        if spent > seconds:
            break
        on_progress(Progress("measure", step, len(levels), message="asking under damage"))
        asked = damage(test.inputs, level)
        for who in study_models.models:
            answers, work = measured_work(lambda who=who, asked=asked: np.asarray(who.model.predict(asked)))  # type: ignore[misc]
            spent += answers_seconds(work, len(truth))
            right = int((answers.argmax(axis=1) == truth).sum())
            rows.append(accuracy_point(level, right, len(truth), who))
    return rows


def subsample(dataset: Dataset, rows: int, seed: int = 0) -> Dataset:
    """At most so many rows, drawn at random.

    Args:
        dataset: any. rows: the most rows. seed: of the draw.
    """
    if len(dataset) <= rows:
        return dataset
    return dataset.take(np.sort(np.random.default_rng(seed).permutation(len(dataset))[:rows]))


def holdout(dataset: Dataset, test: np.ndarray, seed: int, share: float = 0.2) -> Fold:
    """A fold with the given rows as test and a random share of the others for early stopping.

    Args:
        dataset: n rows. test: bool (n,), True for the test rows. seed: of the draw.
        share: of the other rows that go to ``valid``.
    """
    rest = np.random.default_rng((seed, 1)).permutation(np.flatnonzero(~test))
    inner = max(1, round(share * len(rest)))
    parts = (np.sort(rest[inner:]), np.sort(rest[:inner]), np.flatnonzero(test))
    train, valid, held = (dataset.take(rows) for rows in parts)
    return Fold(train, valid, held, seed)


def line_section(title: str, about: str, rows: Sequence[Facts], x_title: str, y_title: str) -> JsonObject:
    """A section of lines for pages, or one of text where nothing could be drawn.

    Args:
        title, about: heading and caption. rows: points of ``accuracy_point``. x_title, y_title: of the axes.
    """
    if not rows:
        told = [{"title": title, "family": "chance", "text": "Nobody could be fitted for this." + about}]
        return use_case_rules.study_section(title, "text", about, rows=told)
    return use_case_rules.study_section(title, "line", about, rows=list(rows), x_title=x_title, y_title=y_title)
