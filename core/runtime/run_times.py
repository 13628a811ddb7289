"""How long contests took on this machine, from which the time of the next one is estimated before it starts."""

from __future__ import annotations

import contextlib
import json
import math
from pathlib import Path
from statistics import median
from typing import NamedTuple

from core.schema import Contest
from core.storage import paths

# The latest contests of one kind of data that are remembered.
REMEMBERED = 5


class RunTime(NamedTuple):
    """One contest: the budget it was given, the seconds its fits took, and all its seconds."""

    budget: float
    fit: float
    total: float


def remember(contest: Contest) -> None:
    """Adds the times of a whole contest to those of its kind of data; a full disk loses them and nothing else.

    Args:
        contest: finished; a use case, and one that ended early, says nothing about others.
    """
    spent = contest.seconds
    fit, total = spent.get("fit") or 0.0, spent.get("total") or 0.0
    plan = contest.requested or contest.plan
    if contest.scenario is not None or contest.error or not 0 < fit <= total or plan.fits is not None:
        return
    told = {kind: list(times) for kind, times in _read().items()}
    kind = str(contest.dataset.get("modality"))
    told[kind] = [*told.get(kind, []), RunTime(plan.budget_seconds, fit, total)][-REMEMBERED:]
    with contextlib.suppress(OSError):
        paths.write_atomically(_path(), json.dumps(told), durable=False)


def expected_seconds(modality: str, budget: float) -> float | None:
    """Seconds that a contest of this kind of data will take here, all of it; None before the first one.

    What follows the fits is taken as it was; the fits themselves grow with the budget. Medians over the latest few.

    Args:
        modality: key of the kind of data. budget: seconds of training asked for.
    """
    times = _read().get(modality)
    if not times:
        return None
    return budget * median(one.fit / one.budget for one in times) + median(one.total - one.fit for one in times)


def _path() -> Path:
    return paths.home_folder() / "run_times.json"


def _read() -> dict[str, list[RunTime]]:
    """The times by kind of data; what is damaged is passed over."""
    try:
        told = json.loads(_path().read_text(encoding="utf-8"))
        found = {str(kind): [RunTime(*map(float, one)) for one in times] for kind, times in told.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
    return {
        kind: kept
        for kind, times in found.items()
        if (kept := [one for one in times if one.budget > 0 and all(map(math.isfinite, one))])
    }
