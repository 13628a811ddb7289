"""Questions about a forecast: the latest values of a window dragged elsewhere, and covariates known ahead switched."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.panels import time_step, windows
from core.panels.panel_layout import PanelLayout, middle_step
from core.perturbation.live_questions import item_question
from core.schema import Dataset, Facts, JsonObject, LoadError
from core.wording import quote_names

# Past steps that are shown beside an answer: so many horizons, and so many steps at least.
SHOWN_HORIZONS, SHOWN_STEPS = 6, 40


def forecast_question(test: Dataset, question: Facts) -> Dataset:
    """The test window ``row`` with the latest values ``last`` (the newest last; null leaves a gap) and the future of
    covariates known ahead, ``covariates`` {name: a value for each step ahead, null for unknown}.

    Args:
        test: windows. question: as above.

    Raises:
        LoadError: no such window, too many or unusable numbers, or a covariate that is not known of the future.
    """
    asked = item_question(test, question)
    layout = PanelLayout.from_facts(test.facts)
    inputs = np.array(asked.inputs)
    latest = _numbers(question.get("last") or (), "last", layout.context)
    if latest:
        inputs[0, layout.context - len(latest) : layout.context, windows.VALUE] = latest
    given = question.get("covariates") or {}
    if not isinstance(given, dict):
        raise LoadError("Covariates are given as names with a value for each step ahead.")
    able = known_covariates(layout)
    for name, values in given.items():
        if name not in able:
            known = f"Known of the future: {quote_names(able)}." if able else "No covariate was declared known ahead."
            raise LoadError(
                f"{str(name)[:40]!r} is not known of the future, so it cannot be switched there.", "", known
            )
        ahead = _numbers(values, str(name)[:40], layout.horizon)
        inputs[0, layout.context : layout.context + len(ahead), layout.channels.index(name)] = ahead
    return replace(asked, inputs=inputs)


def known_covariates(layout: PanelLayout) -> list[str]:
    """Names of the covariates whose future the models are told, the calendar left out.

    Args:
        layout: of the windows.
    """
    return [name for name in layout.known if name in layout.channels[1:] and name not in time_step.PERIODS]


def chosen_step(test: Dataset, question: Facts) -> int:
    """The step of the horizon, from 0, whose median is explained.

    Args:
        test: windows. question: its ``step``; the middle one where it says nothing.

    Raises:
        LoadError: there is no such step.
    """
    horizon = PanelLayout.from_facts(test.facts).horizon
    step = question.get("step", middle_step(horizon))
    if isinstance(step, bool) or not isinstance(step, int) or not 0 <= step < horizon:
        raise LoadError(f"There is no step {str(step)[:20]} ahead; steps are 0 to {horizon - 1}.")
    return step


def describe_window(asked: Dataset) -> JsonObject:
    """A window as a page draws it: times, the past, what came where it is recorded, and covariates known ahead.

    Args:
        asked: one window.
    """
    layout = PanelLayout.from_facts(asked.facts)
    count = min(layout.context, max(SHOWN_HORIZONS * layout.horizon, SHOWN_STEPS))
    end = int(np.asarray(asked.order)[0]) if asked.order is not None else layout.length
    window = np.asarray(asked.inputs[0], dtype=float)
    past = windows.past_values(asked.inputs, layout)[0, -count:]
    numbers = np.arange(end - count, end + layout.horizon)
    covariates = {
        name: {
            "ahead": _plain(window[layout.context :, place]),
            "past": _plain(window[: layout.context, place][-count:]),
        }
        for name in known_covariates(layout)
        for place in [layout.channels.index(name)]
    }
    came = None if asked.target is None else _plain(np.asarray(asked.target, dtype=float)[0])
    return {
        "times": time_step.times_after(layout.start, layout.step, numbers), "past": _plain(past), "came": came,
        "horizon": layout.horizon, "step": layout.step.words, "covariates": covariates,
    }  # fmt: skip


def _plain(values: np.ndarray) -> list[float | None]:
    return [float(f"{one:.6g}") if math.isfinite(one) else None for one in values]


def _numbers(values: object, name: str, most: int) -> list[float]:
    """Finite numbers, NaN for null."""
    if not isinstance(values, Sequence) or isinstance(values, str) or len(values) > most:
        raise LoadError(f"{name!r} takes a list of at most {most} numbers.")
    found = []
    for one in values:
        if one is None:
            found.append(math.nan)
        elif isinstance(one, bool) or not isinstance(one, int | float) or not math.isfinite(one) or abs(one) > 1e30:
            raise LoadError(f"{str(one)[:40]!r} in {name!r} is not a number.")
        else:
            found.append(float(one))
    return found
