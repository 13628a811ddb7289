"""Alarms judged as events in time: how many are caught, how late, and how often an alarm is false.

Reference: Tatbul et al. 2018 (range-based precision and recall).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.schema import AnomalyScores, FittedContestant, JsonObject, MeasurementResult

FALSE_ALARMS = 0.01


def event_scores(
    truth: np.ndarray, alarms: np.ndarray, order: np.ndarray, units: np.ndarray | None = None
) -> JsonObject:
    """Alarms judged by events: unbroken stretches of anomalous rows of one unit.

    Args:
        truth, alarms: 0/1 (n,). order: (n,) time of each row. units: (n,) codes, or None for one unit.

    Returns:
        events; caught: share with at least one alarm; covered: mean share of an event's rows with an alarm;
        delay: mean rows from an event's start to its first alarm (caught ones); false_stretches: stretches of alarms
        that touch no event; range_recall: half caught, half covered; range_precision: mean share of a stretch of
        alarms that lies in an event; range_f1: their harmonic mean. Shares are nan without events.
    """
    units = np.zeros(len(truth), dtype=int) if units is None else units
    walk = np.lexsort((order, units))
    truth, alarms, units = np.asarray(truth)[walk] > 0, np.asarray(alarms)[walk] > 0, units[walk]
    found = _intervals(truth, units)
    caught = [(alarms[start:stop].mean(), int(alarms[start:stop].argmax())) for start, stop in found]
    hits = [(share, late) for share, late in caught if share > 0]
    rung = [float(truth[start:stop].mean()) for start, stop in _intervals(alarms, units)]
    false = sum(share == 0 for share in rung)
    recall = float(np.mean([(share > 0) / 2 + share / 2 for share, _ in caught])) if found else float("nan")
    precision = float(np.mean(rung)) if rung else 0.0
    both = recall + precision
    return {
        "range_recall": recall,
        "range_precision": precision,
        "range_f1": 2 * recall * precision / both if both > 0 else (0.0 if both == 0 else float("nan")),
        "events": len(found),
        "caught": len(hits) / len(found) if found else float("nan"),
        "covered": float(np.mean([share for share, _ in caught])) if found else float("nan"),
        "delay": float(np.mean([late for _, late in hits])) if hits else float("nan"),
        "false_stretches": int(false),
    }


def measure_events(subject: FittedContestant, figure: str) -> MeasurementResult:
    """One figure of ``event_scores``, one value for every full round of folds, each window judged by a model that has
    not seen it; the detail has all figures of the last round.

    Each fold's alarm rings on 1 % of its own normal windows: the same rate of false alarms for every contestant. A
    figure in rows is turned into readings by the length of a window.

    Raises:
        ValueError: it is no anomaly detection, windows have no order in time, or no round of folds is complete.
    """
    if subject.task.kind != "anomaly":
        raise ValueError("this is measured where anomalies are detected")
    dataset, unseen = subject.context.prepared, subject.context.test_scores
    if dataset is None or "unit_starts" not in dataset.facts:
        raise ValueError("these windows have no known order in time")
    truth, rounds = np.asarray(dataset.target), []
    for alarms in _rounds(truth, unseen):
        starts = np.asarray(dataset.facts["unit_starts"], dtype=int)
        whole = len(truth) == dataset.facts.get("items", len(truth))
        # Where only some windows are used the ends of units are not known any more; neighbours in time remain.
        units = np.searchsorted(starts, np.arange(len(truth)), side="right") if whole else None
        rounds.append(event_scores(truth, alarms, np.arange(len(truth)), units))
    if not rounds:
        raise ValueError("this takes a full round of folds, so that every window is judged by a model new to it")
    scale = dataset.inputs.shape[1] if figure == "delay" else 100.0
    values = tuple(float(scale * one[figure]) for one in rounds if np.isfinite(one[figure]))
    return MeasurementResult(
        values, {**rounds[-1], "false_alarms": FALSE_ALARMS, "window": int(dataset.inputs.shape[1])}
    )


def _rounds(truth: np.ndarray, unseen: Sequence[AnomalyScores]) -> list[np.ndarray]:
    """Alarms 0/1 (n,) of each full round of folds, in the order of playing."""
    made: list[np.ndarray] = []
    alarms = np.full(len(truth), -1)
    for fold in unseen:
        rows, scores = fold.rows, fold.scores
        if (alarms[rows] >= 0).any():  # a fold is missing: what began is no full round
            alarms[:] = -1
        normal = scores[truth[rows] == 0]
        bar = np.quantile(normal, 1 - FALSE_ALARMS, method="higher") if len(normal) else -np.inf
        alarms[rows] = scores > bar
        if (alarms >= 0).all():
            made.append(alarms.copy())
            alarms[:] = -1
    return made


def _intervals(marks: np.ndarray, units: np.ndarray) -> list[tuple[int, int]]:
    joined = np.where(marks, units + 1, 0)
    edges = np.flatnonzero(np.diff(np.r_[0, joined, 0]))
    starts = [int(edge) for edge in edges if edge < len(joined) and joined[edge]]
    stops = [next((int(e) for e in edges if e > start), len(joined)) for start in starts]
    return list(zip(starts, stops, strict=True))
