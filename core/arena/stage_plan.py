"""What measuring and explaining take after the fits, planned by declared work: together at most half of the fits'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.arena.contestant_state import ContestantState
from core.schema import StageWork

# Of the work of all fits, what measuring and explaining may take together.
AFTER_FITS_SHARE = 0.5
# Measuring one contestant on its clock, in reference seconds: one that answers at once, and one on a frozen encoder.
MEASURED_SECONDS, MEASURED_ENCODED_SECONDS = 1.0, 3.0
# Judging an explanation (referee, deletion, LIME, another background) beside making it: on a table, on other items.
JUDGED_TABLE_SECONDS, JUDGED_ITEM_SECONDS = 2.5, 9.0
# A contest explains at least so many rows of a table, or other items, however short its fits were.
LEAST_ROWS, LEAST_ITEMS = 8, 2
# Reference seconds of a fit above which no other seed is tried.
REFIT_SECONDS = 3.0


@dataclass(frozen=True)
class ExplainingCost:
    """Reference seconds of explaining with one contestant: each item, and the judging of all at its usual extent."""

    item: float
    judged: float


def fitting_work(states: Sequence[ContestantState]) -> float:
    """Reference seconds that all fits so far were charged.

    Args:
        states: of all contestants.
    """
    return sum(fit.work_seconds or 0.0 for state in states for fit in state.fits)


def measuring_work(states: Sequence[ContestantState]) -> float:
    """Declared reference seconds of the measurements that belong to every contest.

    Args:
        states: of all contestants.
    """
    encoded = sum(state.contestant.encoder is not None for state in states)
    return MEASURED_ENCODED_SECONDS * encoded + MEASURED_SECONDS * (len(states) - encoded)


def explaining_cost(state: ContestantState, item_seconds: float, structured: bool) -> ExplainingCost:
    """What explaining takes with one contestant.

    Args:
        state: fitted. item_seconds: reference seconds of explaining one item. structured: rows of a table.
    """
    judged = JUDGED_TABLE_SECONDS if structured else JUDGED_ITEM_SECONDS
    again = max((fit.work_seconds or 0.0 for fit in state.fits), default=0.0)
    # Frozen vectors are not fitted again under another seed, nor is anything that takes long.
    refitted = state.contestant.encoder is None and again <= REFIT_SECONDS
    return ExplainingCost(item_seconds, judged + (again if refitted else 0.0))


def plan_stages(
    fitting: float, measuring: float, costs: Sequence[ExplainingCost], usual: int, structured: bool, whole: bool = False
) -> StageWork:
    """How many items are explained, and the work of each stage; the same on every machine.

    Args:
        fitting, measuring: reference seconds. costs: of every contestant that is explained. usual: items that a
            contest explains where there is work for all. structured: rows of a table. whole: all of them, as asked for.
    """
    full = sum(usual * cost.item + cost.judged for cost in costs)
    allowed = max(AFTER_FITS_SHARE * fitting - measuring, 0.0)
    share = 1.0 if whole or full <= allowed else allowed / full
    least = min(usual, LEAST_ROWS if structured else LEAST_ITEMS)
    items = max(least, int(share * usual + 1e-9))
    explaining = sum(items * cost.item + share * cost.judged for cost in costs)
    return StageWork(fitting, measuring, explaining, full, items, usual, share)
