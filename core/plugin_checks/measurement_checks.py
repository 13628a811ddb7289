"""Checks that a measurement keeps the duties of ``Measurement``."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace

from core import registry
from core.plugin_checks.requirements import (
    check_cancels,
    check_words,
    find_sample,
    require,
    require_json,
    small_budget,
    split_sample,
)
from core.schema import FAMILIES, Fit, FittedContestant, LoadError, Measurement, MeasurementResult, Progress

GROUPS = ("", "data", "why", "trust", "ship")


def check_measurement(measurement: Measurement, subject: FittedContestant | None = None) -> None:
    """Measures a small fitted contestant and checks the duties of ``Measurement``.

    Args:
        subject: what is measured; None fits a quick contestant that the measurement is declared for.

    Raises:
        AssertionError: a duty is not kept; says which.
    """
    one = measurement
    check_words(one.key, one.title, one.about)
    require(bool(one.unit), "unit says what the values count")
    require(one.better in ("higher", "lower", None), "better is 'higher', 'lower' or None")
    require(set(one.families) <= set(FAMILIES), f"families are some of {', '.join(FAMILIES)}")
    require(one.group in GROUPS, f"group is one of {GROUPS}")
    require(not one.group or bool(one.question and one.answers), "a measurement in a group has question and answers")
    require(one.question == one.question.strip(), "question is a title or a question without blanks around it")
    cost = one.cost
    require(min(cost.fits, cost.fit_rows, cost.fit_seconds, cost.seconds) >= 0, "cost has no negative number")
    subject = subject or fit_subject(one.modalities[:1] or ("table",), one.families, one.kinds or ("classification",))
    news: list[Progress] = []
    reading = _measured(one, replace(subject, on_progress=news.append))
    if reading is not None:
        _check_reading(reading)
    if news:
        check_cancels(lambda callback: one.measure(replace(subject, on_progress=callback)), "measure")


def fit_subject(
    modalities: Iterable[str], families: Iterable[str] = FAMILIES, kinds: Iterable[str] = ("classification",)
) -> FittedContestant:
    """A quick contestant of these modalities, families and kinds of task, fitted on a part of an embedded sample."""
    wanted, order = (set(modalities), ("classical", "chance", "deep", "hybrid"))
    there = [one for one in registry.discover("contestants").values() if one.family in set(families)]
    fitting = [one for one in there if wanted & {*one.modalities, "*"} and set(one.kinds) & set(kinds)]
    contestant = min(fitting, key=lambda one: (not one.default, order.index(one.family), one.key))
    key = next(iter(wanted & set(contestant.modalities)), next(iter(wanted)))
    parts, task = split_sample(*find_sample(registry.modality(key), tuple(set(contestant.kinds) & set(kinds))))
    began = time.perf_counter()
    model = contestant.fit(*parts[:2], task, small_budget(), lambda news: None)
    fit = Fit(0, "check", fit_seconds=time.perf_counter() - began)
    return FittedContestant(contestant, model, *parts, task, small_budget(), (fit,), lambda news: None)


def _measured(measurement: Measurement, subject: FittedContestant) -> MeasurementResult | None:
    """The reading, or None where there is a reason in words for none."""
    try:
        return measurement.measure(subject)
    except (ValueError, RuntimeError, LoadError) as reason:
        require(" " in str(reason), "an exception of measure is a reason in words")
        return None


def _check_reading(reading: MeasurementResult) -> None:
    require(isinstance(reading, MeasurementResult), "measure returns a MeasurementResult")
    require(isinstance(reading.values, tuple), "values is a tuple of numbers, one a repetition")
    require(all(isinstance(one, int | float) for one in reading.values), "values are plain numbers")
    require(bool(reading.values) or "reason" in reading.detail, "a reading without values has a reason")
    from core.storage import json_codec

    require_json(json_codec.to_plain(dict(reading.detail)), "detail is a mapping")
