"""A fitted forecaster: quantiles that never cross, the one number that is explained, and the saved form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

import numpy as np

from core.explain.maskers import Masker
from core.forecasting import band_calibration, covariate_effects, window_game
from core.panels import quantile_scores, seasonal_naive, windows
from core.panels.panel_layout import MEDIAN, PanelLayout
from core.schema import Attribution, Dataset, Facts, JsonObject, Progress, ProgressCallback
from core.storage import model_archive

LEAST_KNOWN = 3

Answer = Callable[[np.ndarray], np.ndarray]


class Explainer(Protocol):
    """A way of its own to share out the median at one step among the parts of windows."""

    def explain(
        self, margin: Answer, inputs: np.ndarray, background: np.ndarray, step: int
    ) -> Attribution:  # fmt: skip
        """What each part of ``window_game.players`` adds to ``margin``.

        Args:
            margin: windows -> the median at that step (n,). inputs: to explain. background: windows that stand for
                absent parts. step: of the horizon, from 0.
        """


@dataclass(frozen=True)
class Forecaster:
    """A fitted forecaster.

    layout: of the windows it takes. answer: inputs (n, past + horizon, channels) -> quantiles (n, horizon, quantiles),
    in any order. parameters: numbers learnt. arrays, blobs: what it learnt, for the saved form. facts: its structure.
    stretch: of ``band_calibration``, None leaves the bands as they are answered. explainer: of trees and of networks;
    None: the game itself is played.
    """

    layout: PanelLayout
    answer: Answer
    parameters: int
    arrays: Mapping[str, np.ndarray] = field(default_factory=dict)
    facts: Facts = field(default_factory=dict)
    blobs: Mapping[str, bytes] = field(default_factory=dict)
    stretch: np.ndarray | None = None
    explainer: Explainer | None = None
    suffix = "npz"

    def predict(self, inputs: np.ndarray) -> np.ndarray:
        """Quantiles of the next values, rising, and not below 0 where no value of the window's past is.

        Args:
            inputs: n windows.

        Returns:
            float (n, horizon, quantiles) at the levels of ``core.panels.panel_layout.QUANTILES``.
        """
        inputs = np.asarray(inputs)
        past = windows.past_values(inputs, self.layout)
        told = np.sort(np.asarray(self.answer(inputs), dtype=float), axis=2)
        return seasonal_naive.with_floor(band_calibration.stretched(told, self.stretch), past)

    def margin(self, inputs: np.ndarray) -> np.ndarray:
        """The median at the middle step of the horizon, the number that is explained.

        Args:
            inputs: n windows.

        Returns:
            float (n,) in the unit of the values.
        """
        return self.median_at(inputs, window_game.explained_step(self.layout))

    def median_at(self, inputs: np.ndarray, step: int) -> np.ndarray:
        """The median at one step of the horizon.

        Args:
            inputs: n windows. step: from 0.

        Returns:
            float (n,) in the unit of the values.
        """
        return self.predict(inputs)[:, step, MEDIAN]

    def masker(self, inputs: np.ndarray, background: np.ndarray) -> Masker:
        """The game in which windows are explained at the middle step.

        Args:
            inputs: to explain. background: windows that stand for absent parts.
        """
        return window_game.window_masker(self.layout, inputs, background)

    def explain(self, inputs: np.ndarray, background: np.ndarray, outputs: np.ndarray | None = None) -> Attribution:
        """What lags, stretches of the past, the calendar and each covariate add to the median at one step.

        Args:
            inputs: windows to explain. background: windows that stand for absent parts. outputs: the step of the
                horizon, from 0, the same for all rows; None for the middle one.
        """
        step = window_game.explained_step(self.layout) if outputs is None else int(np.asarray(outputs)[0])
        margin = partial(self.median_at, step=step)
        if self.explainer is not None:
            return self.explainer.explain(margin, inputs, background, step)
        return window_game.explain(margin, window_game.window_masker(self.layout, inputs, background, step))

    def covariate_effects(self, inputs: np.ndarray, background: np.ndarray) -> list[JsonObject]:
        """What each covariate does to the median over the horizon, from a low to a high value of it.

        Args:
            inputs: windows to explain. background: windows whose values say what is low and what is high.
        """
        found = covariate_effects.covariate_effects(self.predict, self.layout, inputs, background)
        return [one.to_json() for one in found]

    def saved(self) -> bytes:
        """What was learnt as one npz without pickles.

        Returns:
            The bytes of the file.
        """
        arrays = dict(self.arrays) if self.stretch is None else {**self.arrays, "band stretch": self.stretch}
        return model_archive.pack(self.describe(), arrays, self.blobs)

    def describe(self) -> JsonObject:
        """Structure in numbers and words.

        Returns:
            Fact -> value.
        """
        return {"device": "cpu", "parameters": self.parameters, "horizon": self.layout.horizon, **self.facts}


def layout_of(dataset: Dataset) -> PanelLayout:
    """How the windows of a data set lie.

    Args:
        dataset: prepared.
    """
    return PanelLayout.from_facts(dataset.facts)


def target_of(dataset: Dataset) -> np.ndarray:
    """The values to foretell.

    Args:
        dataset: prepared windows.

    Returns:
        float (n, horizon), NaN where nothing was recorded.
    """
    return np.asarray(dataset.target, dtype=float)


def knows_enough(past: np.ndarray) -> np.ndarray:
    """Which windows know enough of their past to be learnt from.

    Args:
        past: float (n, length), NaN where unknown.

    Returns:
        bool (n,).
    """
    return np.asarray(np.isfinite(past).sum(axis=1) >= LEAST_KNOWN)


@dataclass(frozen=True)
class Judged:
    """What inner validation windows say of answers: points of skill against the seasonal naive, and how much wider or
    narrower the bands must be (``band_calibration``)."""

    skill: float
    stretch: np.ndarray | None


def judge(answer: Answer, valid: Dataset) -> Judged:
    """Judges answers on inner validation windows, which end before the origin.

    Args:
        answer: inputs -> quantiles in any order, fitted without these windows. valid: the windows.
    """
    asked = quantile_scores.TestWindows.of(valid)
    quantiles = seasonal_naive.with_floor(np.sort(answer(valid.inputs), axis=2), asked.past)
    naive = float(quantile_scores.naive_losses(asked).sum())
    loss = float(quantile_scores.quantile_losses(asked.truth, quantiles).sum())
    skill = 100.0 * (1.0 - loss / naive) if naive > 0 else 0.0
    return Judged(skill, band_calibration.fit_stretch(asked.truth, quantiles))


def validation_skill(answer: Answer, valid: Dataset) -> float:
    """Points of skill against the seasonal naive on inner validation windows.

    Args:
        answer: inputs -> quantiles in any order. valid: the windows.
    """
    return judge(answer, valid).skill


def drawn(count: int, most: int, seed: int) -> np.ndarray:
    """Numbers of at most so many of ``count`` rows, drawn without order of time, rising.

    Args:
        count: of rows. most: wanted at most. seed: of the draw.
    """
    if count <= most:
        return np.arange(count)
    return np.sort(np.random.default_rng((seed, 41)).permutation(count)[:most])


def report(on_progress: ProgressCallback, score: float | None = None) -> None:
    """Tells that a fit in one step is done.

    Args:
        on_progress: of the fit. score: on the inner validation windows, or None.

    Raises:
        Cancelled: the user has asked the run to stop.
    """
    on_progress(Progress("fit", 1, 1, score=score, cpu_seconds=0.0))
