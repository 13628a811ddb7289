"""An explanation put to the test: against the exact game, by deleting what it names, and with other background."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np

from core.tools.explain.agreement import relative_error
from core.tools.explain.players import Players
from core.tools.explain.shapley import EXACT, Margin, Shares, evaluate, referee, regrouped, sampled

ROWS = 30
FEWEST_ROWS = 5
PERMUTATIONS = 400
RANDOM_ORDERS = 8


def only(players: Players, rows: np.ndarray) -> Players:
    """The same game over some of its rows."""
    rows = np.asarray(rows, dtype=int)

    def build(asked: np.ndarray, present: np.ndarray, copies: np.ndarray) -> Any:
        return players.build(rows[asked], present, copies)

    return replace(players, rows=len(rows), build=build, active=lambda row: players.active(int(rows[row])))


def against_referee(
    margin: Margin, players: Players, values: np.ndarray, outputs: np.ndarray | None, seconds: float
) -> dict[str, Any]:
    """How far an attribution is from the model's own Shapley values, on as many rows as the seconds allow.

    Args:
        margin: the model's explained output.
        players: the game over the n explained rows.
        values: (n, players) attribution to be judged.
        outputs: (n,) class explained per row.
        seconds: what the referee may spend; at least 5 rows are always judged (2 when one row costs a second).

    Returns:
        error: relative L1 error; noise: the referee's own standard error on the same scale (0: exact); rows, calls,
        seconds, method; values: (rows, players) of the permutation referee or None; names.
    """
    first = _part(players, outputs, 0)
    started = time.perf_counter()
    pilot = sampled(margin, *first, permutations=PERMUTATIONS)
    each = pilot.seconds / max(pilot.calls, 1)
    affordable = each * 2**EXACT * players.depth * FEWEST_ROWS <= seconds
    ranking = np.abs(values).mean(axis=0) if affordable else None
    few = 2 if pilot.seconds > 1 else FEWEST_ROWS
    shares: list[Shares] = []
    for row in range(min(players.rows, ROWS)):
        if row >= few and time.perf_counter() - started > seconds:
            break
        game = _part(players, outputs, row)
        shares.append(referee(margin, *game, ranking=ranking, permutations=PERMUTATIONS))
    groups = shares[0].groups
    truth = np.concatenate([share.values for share in shares])
    noise = np.concatenate([share.standard_error for share in shares])
    size = float(np.abs(truth).sum())
    return {
        "error": relative_error(regrouped(values[: len(truth)], groups), truth),
        # Mean |error| of a normal estimate is .8 of its standard error.
        "noise": float(0.8 * np.nansum(noise) / size) if size > 0 else None,
        "rows": len(truth),
        "calls": int(sum(share.calls for share in shares)),
        "seconds": time.perf_counter() - started,
        "method": shares[0].method,
    }


def gate(
    margin: Margin, players: Players, values: np.ndarray, outputs: np.ndarray | None = None, rows: int = 8
) -> dict[str, Any]:
    """Deletion and insertion: does taking away what the explanation names lower the answer, as Shapley's order does?

    The area under the curve of answers is put on a scale where a random order is 0 and the order by the model's own
    Shapley values is 1. A sanity gate, not a score: several orders do better than Shapley's.
    Samek et al. (2017); Petsiuk, Das & Saenko (2018).

    Args:
        margin, players, outputs: the game. values: (n, players) to be judged. rows: at most so many are asked.
    """
    rng = np.random.default_rng(0)
    areas = []
    for row in range(min(players.rows, rows)):
        game, wanted = _part(players, outputs, row)
        active = players.active(row)
        if len(active) < 2:
            continue
        exact = sampled(margin, game, wanted, permutations=100).values[0, active]
        orders = [np.argsort(-values[row, active], kind="stable"), np.argsort(-exact, kind="stable")]
        for _ in range(RANDOM_ORDERS):
            shuffled = rng.permutation(len(active))
            orders += [shuffled, shuffled[::-1]]
        areas.append(_areas(margin, game, wanted, active[np.array(orders)]))
    if not areas:
        return {"deletion": None, "insertion": None, "rows": 0}
    total = np.sum(areas, axis=0)  # (orders, 2): left standing after deletion, risen after insertion
    chance, native, exact_area = total[2:].mean(axis=0), total[0], total[1]
    reach = exact_area - chance
    score = np.divide(native - chance, reach, out=np.full(2, np.nan), where=np.abs(reach) > 1e-12)
    told = [None if np.isnan(value) else float(value) for value in score]
    return {"deletion": told[0], "insertion": told[1], "rows": len(areas)}


def _areas(margin: Margin, game: Players, outputs: np.ndarray | None, orders: np.ndarray) -> np.ndarray:
    count, size = orders.shape
    rank = np.full((count, len(game.names)), size)
    rank[np.arange(count)[:, None], orders] = np.arange(size)
    steps = np.arange(1, size)
    kept = np.stack([rank[:, None, :] >= steps[:, None], rank[:, None, :] < steps[:, None]], axis=1)
    flat = kept.reshape(-1, len(game.names))
    asked = (
        np.zeros(len(flat) * game.depth, dtype=int),
        np.repeat(flat, game.depth, axis=0),
        np.tile(np.arange(game.depth), len(flat)),
    )
    worth = evaluate(margin, game, asked, outputs).reshape(count, 2, len(steps), game.depth)
    return worth.mean(axis=(2, 3))


def _part(players: Players, outputs: np.ndarray | None, row: int) -> tuple[Players, np.ndarray | None]:
    return only(players, np.array([row])), None if outputs is None else np.asarray(outputs)[[row]]
