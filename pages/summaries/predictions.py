"""What each side answered on an explained row: the predictions it made there as a stranger, in the first fold."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from core.schema import Contest, Run
from pages.ui.formatting import format_number, format_percent, truncated


def prediction(contest: Contest, run: Run, row: int) -> np.ndarray | None:
    """A contestant's answer on an explained row: class probabilities (k,) or one value (1,); None where none was kept.

    row: place among the explained rows, which are test rows of the first fold.
    """
    asked: Sequence[int] = contest.rows.row_numbers
    first = next((fit for fit in run.fits if fit.fold == 0), None)
    if first is None or first.predictions is None or first.rows is None or not 0 <= row < len(asked):
        return None
    known = [int(k) for k in first.rows]
    if int(asked[row]) not in known or len(first.predictions) != len(known):
        return None
    return np.atleast_1d(np.asarray(first.predictions[known.index(int(asked[row]))], dtype=float))


def describe_prediction(contest: Contest, run: Run, row: int) -> str:
    """The answer in words: the class with its probability, or the number; "" where none was kept."""
    found = prediction(contest, run, row)
    if found is None or not np.isfinite(found).all():
        return ""
    labels = contest.dataset.get("labels") or ()
    if len(found) > 1 and len(found) == len(labels):
        best = int(found.argmax())
        return f"{truncated(labels[best], 24)}, {format_percent(float(found[best]))}"
    if len(found) != 1:
        return ""
    return (
        f"an alarm of {format_number(float(found[0]))}"
        if contest.task.kind == "anomaly"
        else format_number(float(found[0]))
    )


def describe_recorded(contest: Contest, row: int) -> str:
    """What was recorded for an explained row, as a reader says it; "" where nothing was kept."""
    kept = list(contest.rows.labels)
    if row >= len(kept):
        return ""
    if contest.task.kind == "anomaly":
        return {"0": "normal", "1": "anomaly"}.get(str(kept[row]), str(kept[row]))
    return str(kept[row])


def is_correct(contest: Contest, run: Run, row: int) -> bool | None:
    """Whether the class it named is the recorded one; None for numbers and where nothing was kept."""
    found, recorded = prediction(contest, run, row), list(contest.rows.labels)
    labels = list(contest.dataset.get("labels") or ())
    if found is None or len(found) < 2 or len(found) != len(labels) or row >= len(recorded):
        return None
    return None if math.isnan(float(found.max())) else str(labels[int(found.argmax())]) == str(recorded[row])
