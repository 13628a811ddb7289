"""Alarms judged by stretches: caught, covered, late, false, and only when every window met a model new to it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core import registry
from core.evaluation import event_metrics
from core.schema import AnomalyScores, Budget, FittedContestant, MeasurementContext, Task
from core.storage.bundled_files import labelled_dataset

TRUTH = np.array([0, 1, 1, 1, 1, 0, 0, 1, 1, 0, 0, 0])


def test_stretches_are_judged_whole() -> None:
    alarms = np.array([0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 1, 0])
    found = event_metrics.event_scores(TRUTH, alarms, np.arange(12))
    assert found["events"] == 2 and found["caught"] == 0.5 and found["covered"] == pytest.approx(0.25)
    assert found["delay"] == 2 and found["false_stretches"] == 1
    assert found["range_recall"] == pytest.approx((0.5 + 0.25) / 2)
    assert found["range_precision"] == pytest.approx((2 / 3 + 0) / 2)
    assert 0 < found["range_f1"] < 0.5
    perfect = event_metrics.event_scores(TRUTH, TRUTH, np.arange(12))
    assert perfect["range_f1"] == perfect["caught"] == 1 and perfect["delay"] == perfect["false_stretches"] == 0


def test_a_stretch_ends_with_its_unit_and_time_decides_not_the_row() -> None:
    truth, alarms = np.array([0, 1, 1, 0]), np.array([0, 0, 1, 0])
    assert event_metrics.event_scores(truth, alarms, np.arange(4), np.array([0, 0, 1, 1]))["events"] == 2
    assert event_metrics.event_scores(truth, alarms, np.arange(4)[::-1])["delay"] == 0


def subject(unseen: list, kind: str = "anomaly", facts: dict[str, Any] | None = None) -> FittedContestant:
    facts = {"unit_starts": [0, 100], "items": 200} if facts is None else facts
    truth = np.zeros(200, dtype=np.int64)
    truth[40:50] = truth[98:104] = 1
    data = labelled_dataset(
        "series", "toy", np.zeros((200, 6, 1), np.float32), truth, ("usual", "odd"), "here", facts=facts
    )
    task = Task("label", kind, "anomaly")  # type: ignore[arg-type]
    who = registry.find("contestants", "series_iforest")
    context = MeasurementContext(prepared=data, test_scores=[AnomalyScores(*fold) for fold in unseen])
    return FittedContestant(who, None, data, data, data, task, Budget(), (), lambda news: None, context=context)  # type: ignore[arg-type]


def halves(late: int = 0) -> list:
    """Two folds, even and odd windows; oddness rises ``late`` windows after a stretch has begun."""
    score = np.linspace(0, 0.1, 200)
    score[40 + late : 50] = score[98 + late : 104] = 5
    return [(rows, score[rows]) for rows in (np.arange(0, 200, 2), np.arange(1, 200, 2))]


def test_every_round_of_folds_gives_one_value() -> None:
    keys = ("anomaly_events", "anomaly_delay", "anomaly_range_f1")
    caught, delay, both = (registry.find("measurements", key).measure(subject(halves() * 2)) for key in keys)
    assert caught.values == (100.0, 100.0) and caught.detail["events"] == 3, "a stretch ends where its unit ends"
    assert delay.values == (0.0, 0.0) and both.values[0] > 80
    late = registry.find("measurements", "anomaly_delay").measure(subject(halves(4)))
    assert late.values == (3 * 6.0,), "four windows late and two; the piece before the unit's end is missed"
    assert late.detail["caught"] == pytest.approx(2 / 3)


def test_what_cannot_be_judged_says_why() -> None:
    measure = registry.find("measurements", "anomaly_delay").measure
    for given, why in (
        (subject(halves(), kind="classification"), "anomalies"),
        (subject(halves(), facts={}), "order"),
        (subject(halves()[:1]), "full round"),
    ):
        with pytest.raises(ValueError, match=why):
            measure(given)
