"""How much of a contest's items was explained, and what explaining the rest takes on this machine."""

from __future__ import annotations

from core.schema import Contest


def remaining_items(contest: Contest) -> tuple[int, int] | None:
    """(explained items, all that a contest explains where their work is paid for); None where none are left out.

    Args:
        contest: finished.
    """
    work = contest.stage_work
    return None if work is None or work.items >= work.of else (work.items, work.of)


def seconds_for_all(contest: Contest) -> float:
    """Estimated seconds of explaining all items here: those that the planned work took, in proportion to its work.

    Args:
        contest: finished, with ``stage_work``.
    """
    work, spent = contest.stage_work, contest.seconds.get("explain") or 0.0
    if work is None:
        return 0.0
    planned = max(work.explaining, 1e-9)
    return max(spent, 1.0) * work.explaining_all / planned
