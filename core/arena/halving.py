"""A quick answer by successive halving over folds: who plays on after each fold, planned by declared work.

Everyone is fitted on the first fold on all its rows, and after every fold the better half stays, at least two. Folds
are halved and not rows: who leads on an eighth of the rows need not lead on all of them, and a fold that is played is
one of the full contest, to the last digit.

Reference: Karnin, Koren & Somekh 2013 (sequential halving); Jamieson & Talwalkar 2016 (successive halving).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.arena import planning
from core.schema import EarlyDrop, Fit, LoadError, Plan, Progress, ProgressCallback, Split

if TYPE_CHECKING:
    from core.arena.contestant_state import ContestantState
    from core.arena.session import ContestSession, SavePartial

# Of the work of one round of folds for everyone, what a quick answer may take; those who stay to the end; and the
# fewest folds of a round: on two of them the first fold alone would be half of the work.
WORK_SHARE, FINALISTS, LEAST_FOLDS = 0.5, 2, 3


@dataclass(frozen=True)
class FoldStanding:
    """A contestant that still plays: skill in points and declared seconds of work, a value a fold so far."""

    key: str
    skills: tuple[float, ...]
    work: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Mean skill over the folds so far."""
        return sum(self.skills) / len(self.skills)

    @property
    def next_work(self) -> float:
        """What its next fold is expected to take: as much as the dearest so far."""
        return max(self.work)


@dataclass(frozen=True)
class HalvingRound:
    """Who plays the next fold, the best first, and who is dropped before it. Nobody plays on where the work that is
    left does not pay for a fold of those who remain: they end with the folds they have."""

    playing: tuple[str, ...]
    dropped: dict[str, EarlyDrop]


def next_round(standings: Sequence[FoldStanding], began: int, work_left: float, folds_left: int) -> HalvingRound:
    """Who plays the next fold.

    Args:
        standings: of all who still play, each with the same folds. began: how many there were on the first fold.
        work_left: declared seconds that may still be spent. folds_left: of the round, the next one included.
    """
    if not standings:
        return HalvingRound((), {})
    ranked = sorted(standings, key=lambda one: (-one.mean, one.next_work))
    played = len(ranked[0].skills)
    kept = max(FINALISTS, math.ceil(began / 2**played))
    stay, dropped = ranked[:kept], {}
    for place, one in enumerate(ranked[kept:], start=kept + 1):
        dropped[one.key] = EarlyDrop(played, _behind(one, place, ranked, kept))
    while len(stay) > FINALISTS and _path_work(stay, folds_left) > work_left:
        one = stay.pop()
        said = "half of the work of the full contest does not pay for all who are left, and it is the last of them"
        dropped[one.key] = EarlyDrop(played, f"{_rank(one, len(stay) + 1, ranked)}: {said}")
    if sum(one.next_work for one in stay) > work_left:
        return HalvingRound((), dropped)
    return HalvingRound(tuple(one.key for one in stay), dropped)


def _path_work(stay: Sequence[FoldStanding], folds_left: int) -> float:
    """Work of the next fold for all of these and of the folds behind it for the finalists, as they stand now."""
    finalists = sum(one.next_work for one in stay[:FINALISTS])
    return sum(one.next_work for one in stay) + (folds_left - 1) * finalists


def _rank(one: FoldStanding, place: int, ranked: Sequence[FoldStanding]) -> str:
    after = f"{len(one.skills)} fold{'s' if len(one.skills) > 1 else ''}"
    return f"place {place} of {len(ranked)} after {after} with {one.mean:.1f} points of skill"


def _behind(one: FoldStanding, place: int, ranked: Sequence[FoldStanding], kept: int) -> str:
    behind = ranked[kept - 1].mean - one.mean
    return f"{_rank(one, place, ranked)}, {behind:.1f} behind the last of the {kept} who play on"


def check_halving(plan: Plan, splits: Sequence[Split], folds: int) -> None:
    """Makes sure that a plan can be played so.

    Args:
        plan: as asked for. splits: of the contest. folds: of one round.

    Raises:
        LoadError: it asks for a quick answer, and these data give too few folds to drop anybody between them.
    """
    if plan.strategy == "halving" and min(folds, len(splits)) < LEAST_FOLDS:
        raise LoadError(
            f"A quick answer drops contestants between folds and takes {LEAST_FOLDS}; these data give "
            f"{min(folds, len(splits))}.", "--strategy", "Play the full contest.",
        )  # fmt: skip


def fit_halving(session: ContestSession, on_progress: ProgressCallback, save_partial: SavePartial) -> None:
    """Fits everyone that stays on further folds of the first round, behind the first fold that all have.

    Args:
        session: whose contestants all have fold 0.
    """
    folds = session.planned_folds
    allowed = WORK_SHARE * folds * planning.fold_seconds([fit for state in session.contestants for fit in state.fits])
    began = len(_playing(session))
    for fold in range(1, folds):
        spent = planning.fold_seconds([fit for state in session.contestants for fit in state.fits])
        # Whoever guesses stays in every fold and costs next to nothing.
        idle = sum(_work(state.fits[0]) for state in session.contestants if state.contestant.family == "chance")
        for state in session.contestants:
            state.error = state.failure()  # who failed on a fold takes no further work
        playing = _playing(session)
        found = next_round([_standing(state) for state in playing], began, allowed - spent - idle, folds - fold)
        for state in playing:
            if state.contestant.key in found.dropped:
                _drop(state, found.dropped[state.contestant.key], on_progress)
        if not found.playing:
            break
        session.fit_missing_folds(on_progress, save_partial, fold + 1)
        save_partial(session.to_contest({}))


def _playing(session: ContestSession) -> list[ContestantState]:
    """Those who have a skill on every fold so far, without those who guess."""
    return [
        state for state in session.contestants
        if state.contestant.family != "chance" and state.dropped is None and state.failure() is None
        and all(fit.skill is not None and math.isfinite(fit.skill) for fit in state.fits)
    ]  # fmt: skip


def _standing(state: ContestantState) -> FoldStanding:
    return FoldStanding(
        state.contestant.key, tuple(float(fit.skill or 0.0) for fit in state.fits), tuple(map(_work, state.fits))
    )


def _work(fit: Fit) -> float:
    return planning.fold_seconds([fit])


def _drop(state: ContestantState, drop: EarlyDrop, on_progress: ProgressCallback) -> None:
    state.dropped = drop
    on_progress(Progress("drop", contestant=state.contestant.key, message=drop.reason))
    if state.worker is not None:
        state.worker.close()
        state.worker = None
