"""An explanation put to the test: against the model's own Shapley values, and by deleting what it names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from core.explain.agreement import relative_error
from core.explain.maskers import Masker
from core.explain.shapley import Margin, ShapleyValues, evaluate, permutation_shapley, reference_values
from core.schema import JsonObject
from core.workers.answer_work import measured_work

ROWS = 30
FEWEST_ROWS = 5
LEAST, MOST = 200, 2_000
# Where one answer is slow the referee listens to two rows and says how loud its own noise is.
SLOW_ANSWER_SECONDS = 2e-4
SLOW_ROWS, SLOW_LEAST, SLOW_PATIENCE = 2, 60, 4
# Where a model declares what an answer costs, as frozen encoders do, at least so many permutations are played.
DECLARED_LEAST = 8


class ReferenceShares(NamedTuple):
    """The model's own Shapley values of some rows: row numbers (m,), and one entry for each."""

    rows: np.ndarray
    shares: Sequence[ShapleyValues]


def masker_of_rows(masker: Masker, rows: np.ndarray) -> Masker:
    """The masker restricted to some of its rows.

    Args:
        masker: of n rows. rows: row numbers (k,).

    Returns:
        A masker of k rows.
    """
    rows = np.asarray(rows, dtype=int)

    def build(asked: np.ndarray, mask: np.ndarray, background_index: np.ndarray) -> object:
        return masker.mask(rows[asked], mask, background_index)

    return replace(
        masker, rows=len(rows), mask=build, active_features=lambda row: masker.active_features(int(rows[row]))
    )


def reference_of_rows(
    margin: Margin, masker: Masker, outputs: np.ndarray | None, seconds: float, answer_seconds: float | None = None
) -> ReferenceShares:
    """The model's own Shapley values of some rows, as many as the seconds allow.

    Exact up to 10 players; above, 200 to 2,000 antithetic permutations: on 19 columns and 50 background rows 400 leave
    .3-2 % of noise; "the top 9 and rest" is off by 1 % for treating the rest as one and costs seven times as much.

    Args:
        margin: the model's explained output. players: the game over n rows. outputs: (n,) class per row.
        seconds: reference seconds that may be spent, roughly. Rows with the fewest players come first; at least 5 are
            judged, or 2 by at least 60 permutations in four times the seconds where one answer takes more than .2 ms.
        answer_seconds: declared seconds of one answer; one or two rows are then judged by as many permutations as
            follow from it, without a clock.

    Returns:
        Row numbers, and the values of each.
    """
    active = np.array([len(masker.active_features(row)) for row in range(masker.rows)])
    order = np.argsort(active, kind="stable")[:ROWS]
    if answer_seconds is not None:
        each = DECLARED_LEAST * answer_seconds * np.maximum(active[order], 1)
        chosen = order[: int(np.clip((np.cumsum(each) <= SLOW_PATIENCE * seconds).sum(), 1, SLOW_ROWS))]
        steps = answer_seconds * max(int(active[chosen].sum()), 1)
        permutations = int(np.clip(2 * seconds / steps, DECLARED_LEAST, MOST))
        games = [masker_of_row(masker, outputs, row) for row in chosen.tolist()]
        shares = [permutation_shapley(margin, *game, permutations=permutations) for game in games]
        return ReferenceShares(chosen, shares)
    first = masker_of_row(masker, outputs, int(order[0]))
    pilot, work = measured_work(lambda: permutation_shapley(margin, *first, permutations=2))
    each = max(work / max(pilot.calls, 1), 1e-9)
    few, least = FEWEST_ROWS, LEAST
    if each > SLOW_ANSWER_SECONDS:
        few, least, seconds = SLOW_ROWS, SLOW_LEAST, seconds * SLOW_PATIENCE
    walks = each * np.cumsum(np.maximum(active[order], 1))
    count = int(np.clip((walks * 2 * least <= seconds).sum(), min(few, len(order)), len(order)))
    permutations = int(np.clip(seconds / walks[count - 1], least, MOST))
    shares = [
        reference_values(margin, *masker_of_row(masker, outputs, row), permutations=permutations)
        for row in order[:count].tolist()
    ]
    return ReferenceShares(order[:count], shares)


def error_against_reference(rows: np.ndarray, shares: Sequence[ShapleyValues], values: np.ndarray) -> JsonObject:
    """How far an attribution (n, players) is from the Shapley values of these rows.

    Returns:
        error: relative L1 error, which includes the referee's noise; noise: what that alone would make (0: exact);
        rows, calls, seconds, method.
    """
    truth = np.concatenate([share.values for share in shares])
    spread = np.concatenate([share.standard_error for share in shares])
    size = float(np.abs(truth).sum())
    return {
        "error": relative_error(values[rows], truth),
        # The mean |error| of a normal estimate is .8 of its standard error.
        "noise": float(0.8 * np.nansum(spread) / size) if size > 0 else None,
        "rows": len(truth),
        "calls": int(sum(share.calls for share in shares)),
        "seconds": float(sum(share.seconds for share in shares)),
        "method": shares[-1].method,
    }


def deletion_insertion_test(
    margin: Margin,
    masker: Masker,
    values: np.ndarray,
    references: ReferenceShares,
    outputs: np.ndarray | None = None,
    most: int = 10,
) -> JsonObject:
    """Deletion and insertion: does taking away what the explanation names lower the answer, as Shapley's order does?

    The area under the curve of answers is put on a scale where a random order is 0 and the order by the model's own
    Shapley values is 1. A sanity gate, not a score: several orders do better than Shapley's.
    Samek et al. (2017); Petsiuk, Das & Saenko (2018).

    Args:
        margin, players, outputs: the game. values: (n, players) to be judged. references: of ``reference_of_rows``.
        most: at most so many rows are asked.
    """
    total = np.zeros((2, 2))
    chance, asked = 0.0, 0
    for row, share in zip(references.rows[:most].tolist(), references.shares, strict=False):
        active = masker.active_features(row)
        if len(active) < 2:
            continue
        game, wanted = masker_of_row(masker, outputs, row)
        orders = np.stack([np.argsort(-one, kind="stable") for one in (values[row, active], share.values[0, active])])
        total += _areas(margin, game, wanted, active[orders])
        chance += float(share.mean_random_output[0])
        asked += 1
    reach = total[1] - chance
    score = np.divide(total[0] - chance, reach, out=np.full(2, np.nan), where=np.abs(reach) > 1e-9)
    told = [None if np.isnan(value) else float(value) for value in score]
    return {"deletion": told[0], "insertion": told[1], "rows": asked}


def masker_of_row(masker: Masker, outputs: np.ndarray | None, row: int) -> tuple[Masker, np.ndarray | None]:
    """The masker of a single row, and that row's class.

    Args:
        masker: of n rows. outputs: (n,) class explained in each row, or None. row: its number.

    Returns:
        A masker of one row, and (1,) or None.
    """
    return masker_of_rows(masker, np.array([row])), None if outputs is None else np.asarray(outputs)[[row]]


def _areas(margin: Margin, game: Masker, outputs: np.ndarray | None, orders: np.ndarray) -> np.ndarray:
    """Mean answer (orders, 2) while players leave in this order, and while they enter in it, ends left out."""
    count, size = orders.shape
    rank = np.full((count, len(game.names)), size)
    rank[np.arange(count)[:, None], orders] = np.arange(size)
    steps = np.arange(1, size)
    kept = np.stack([rank[:, None, :] >= steps[:, None], rank[:, None, :] < steps[:, None]], axis=1)
    flat = kept.reshape(-1, len(game.names))
    asked = (
        np.zeros(len(flat) * game.n_background, dtype=int),
        np.repeat(flat, game.n_background, axis=0),
        np.tile(np.arange(game.n_background), len(flat)),
    )
    worth = evaluate(margin, game, asked, outputs).reshape(count, 2, len(steps), game.n_background)
    return worth.mean(axis=(2, 3))
