"""A fitted forecaster: quantiles that never cross, the one number that is explained, and the saved form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from core.forecasting import band_calibration, window_game
from core.panels import quantile_scores, seasonal_naive, windows
from core.panels.panel_layout import MEDIAN, PanelLayout
from core.schema import Attribution, Dataset, Facts, JsonObject, Progress, ProgressCallback
from core.storage import model_archive

LEAST_KNOWN = 3

Answer = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Forecaster:
    """A fitted forecaster.

    layout: of the windows it takes. answer: inputs (n, past + horizon, channels) -> quantiles (n, horizon, quantiles),
    in any order. parameters: numbers learnt. arrays, blobs: what it learnt, for the saved form. facts: its structure.
    stretch: of ``band_calibration``, None leaves the bands as they are answered.
    """

    layout: PanelLayout
    answer: Answer
    parameters: int
    arrays: Mapping[str, np.ndarray] = field(default_factory=dict)
    facts: Facts = field(default_factory=dict)
    blobs: Mapping[str, bytes] = field(default_factory=dict)
    stretch: np.ndarray | None = None
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
        return self.predict(inputs)[:, window_game.explained_step(self.layout), MEDIAN]

    def explain(self, inputs: np.ndarray, background: np.ndarray, outputs: np.ndarray | None = None) -> Attribution:
        """What stretches of the past, the calendar and each covariate add to ``margin``: Shapley values.

        Args:
            inputs: windows to explain. background: windows that stand for absent parts. outputs: not used.
        """
        return window_game.explain(self.margin, self.layout, inputs, background)

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
