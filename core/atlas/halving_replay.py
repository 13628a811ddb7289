"""What a quick answer would have lost and saved on an entry of the atlas, from its stored folds: nothing is fitted."""

from __future__ import annotations

from dataclasses import dataclass

from core.arena import halving
from core.arena.halving import FoldStanding
from core.arena.planning import BESIDE_SECONDS
from core.atlas.entries import AtlasEntry, ContestantRecord


@dataclass(frozen=True)
class QuickReplay:
    """chosen: key of the contestant that a quick answer names. regret: points of mean skill over all folds by which the
    best one is ahead of it. work: share of the declared work of the whole contest that it took."""

    entry: str
    chosen: str
    regret: float
    work: float


def replay_halving(entry: AtlasEntry) -> QuickReplay | None:
    """The quick answer on an entry; None where fewer than two contestants have every fold and its work, or where there
    are too few folds.

    Args:
        entry: of the atlas, played in full.
    """
    players = {
        one.key: one for one in entry.contestants
        if one.family != "chance" and len(one.skill) == entry.fits == len(one.work_seconds)
    }  # fmt: skip
    folds = min(entry.folds, entry.fits)
    if len(players) < 2 or folds < halving.LEAST_FOLDS:
        return None
    first, whole = (sum(sum(_work(one, count)) for one in players.values()) for count in (1, entry.fits))
    spent, playing, played = first, list(players), 1
    for fold in range(1, folds):
        there = [FoldStanding(key, players[key].skill[:fold], _work(players[key], fold)) for key in playing]
        left = halving.WORK_SHARE * folds * first - spent
        found = halving.next_round(there, len(players), left, folds - fold)
        if not found.playing:
            playing = [key for key in playing if key not in found.dropped]
            break
        playing, played = list(found.playing), fold + 1
        spent += sum(_work(players[key], fold + 1)[fold] for key in playing)
    chosen = max(playing, key=lambda key: _mean(players[key], played))
    best = max(_mean(one, entry.fits) for one in players.values())
    return QuickReplay(entry.name, chosen, best - _mean(players[chosen], entry.fits), spent / whole)


def _work(one: ContestantRecord, folds: int) -> tuple[float, ...]:
    return tuple(seconds + BESIDE_SECONDS for seconds in one.work_seconds[:folds])


def _mean(one: ContestantRecord, folds: int) -> float:
    return sum(one.skill[:folds]) / folds
