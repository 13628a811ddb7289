"""LIME: a linear model around one answer, in the game of the Shapley values, and as its library does it by default.

Reference: Ribeiro, Singh & Guestrin 2016 (LIME).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from core.explain import default_lime
from core.explain.agreement import importance, relative_error
from core.explain.faithfulness import ReferenceShares, masker_of_rows
from core.explain.linear_surrogate import LinearSurrogate, weighted_ridge
from core.explain.maskers import Masker
from core.explain.shapley import Margin, evaluate
from core.schema import Inputs, JsonObject
from core.workers.answer_work import answers_seconds, measured_work

ROWS = 5
COALITIONS, COPIES = 500, 2
PILOT = 32
# Fewer coalitions than this many a player leave the linear model to its penalty.
FEWEST_A_PLAYER = 3
# Width of the kernel over the distance 1 - sqrt(share of the players present), and the penalty of the linear model.
WIDTH = 0.375
RIDGE = 1e-3
SEEDS = (0, 1)


def lime_in_game(
    margin: Margin, masker: Masker, outputs: np.ndarray | None, coalitions: int = COALITIONS, seed: int = 0
) -> LinearSurrogate:
    """The weights of a linear model that imitates the answers to random coalitions, the fuller ones counting more.

    Every player is present with a chance of one half. A coalition's answer is the mean over a few background rows.
    Weights are exp(-(distance / width)^2) with the distance 1 - sqrt(share present) of the cosine to the full row.

    Args:
        margin: inputs -> explained output. masker: the game over k rows. outputs: (k,) class explained, or None.
        coalitions: drawn for each row. seed: of the draws.

    Reference: Ribeiro, Singh & Guestrin 2016.
    """
    values, r2 = np.zeros((masker.rows, len(masker.names))), np.zeros(masker.rows)
    copies = min(COPIES, masker.n_background)
    for row in range(masker.rows):
        active = masker.active_features(row)
        rng = np.random.default_rng((seed, row))
        drawn = rng.random((coalitions, len(active))) < 0.5
        drawn[0] = True
        present = np.zeros((coalitions, len(masker.names)), dtype=bool)
        present[:, active] = drawn
        stand_ins = rng.integers(0, masker.n_background, coalitions * copies)
        asked = np.full(coalitions * copies, row), np.repeat(present, copies, axis=0), stand_ins
        answers = evaluate(margin, masker, asked, outputs).reshape(coalitions, copies).mean(axis=1)
        distance = 1.0 - np.sqrt(drawn.mean(axis=1))
        values[row, active], r2[row] = weighted_ridge(
            drawn.astype(float), answers, np.exp(-((distance / WIDTH) ** 2)), RIDGE
        )
    return LinearSurrogate(values, r2)


class LimeQuestion(NamedTuple):
    """What LIME is asked: who answers in which game of n rows, the class of each row, and the rows with the stand-ins
    as the model takes them."""

    margin: Margin
    masker: Masker
    outputs: np.ndarray | None
    rows: Inputs
    background: Inputs


def lime_report(asked: LimeQuestion, truth: ReferenceShares, seconds: float) -> JsonObject:
    """LIME beside the Shapley values of the same rows, as JSON-able lists.

    Args:
        asked: the game and its rows. truth: Shapley values of some of them. seconds: of work that may be spent on it.

    Returns:
        rows (k,), game and library, each {method, values (k, players), global, error against the Shapley values,
        seed_error: how far a second seed is from the first, r2: median of the linear models, seconds_per_row}; or
        {reason} instead. library is None for whatever is no table.
    """
    chosen = truth.rows[:ROWS]
    exact = np.concatenate([share.values for share in truth.shares[:ROWS]])
    game = masker_of_rows(asked.masker, chosen)
    outputs = None if asked.outputs is None else np.asarray(asked.outputs)[chosen]
    coalitions = _affordable(asked.margin, game, outputs, seconds)
    told: JsonObject = {"rows": chosen.tolist(), "parts": list(game.names), "library": None}
    most = max(len(game.active_features(row)) for row in range(game.rows))
    if coalitions < FEWEST_A_PLAYER * most:
        needed = FEWEST_A_PLAYER * most
        reason = f"this model is too slow: {coalitions} of at least {needed} coalitions fit into the work allowed"
        return {**told, "game": {"reason": reason}}
    told["game"] = {
        "method": f"LIME in the same game, {coalitions} coalitions",
        **_judged(lambda seed: lime_in_game(asked.margin, game, outputs, coalitions, seed), exact),
    }
    import pandas as pd

    if isinstance(asked.rows, pd.DataFrame) and game.names == tuple(map(str, asked.rows.columns)):
        frame, draws = asked.rows.iloc[chosen], COPIES * coalitions

        def usual(seed: int) -> LinearSurrogate:
            return default_lime.default_lime(asked.margin, frame, asked.background, outputs, draws, seed)

        told["library"] = {
            "method": f"LIME with the usual defaults, {draws} draws",
            **_judged(usual, exact),
        }
    return told


def _affordable(margin: Margin, game: Masker, outputs: np.ndarray | None, seconds: float) -> int:
    """Coalitions a row for the work: every one is answered over a few stand-ins, and the library draws as
    many rows again; each with two seeds."""
    # Asked in a batch, as later: a network's answer to a single row is mostly the price of the call.
    present = np.ones((PILOT, len(game.names)), dtype=bool)
    pilot = np.zeros(PILOT, dtype=int), present, np.arange(PILOT) % game.n_background
    _, work = measured_work(lambda: evaluate(margin, game, pilot, outputs))
    each = answers_seconds(work, PILOT) / PILOT
    copies = min(COPIES, game.n_background)
    return int(min(COALITIONS, seconds / (each * game.rows * len(SEEDS) * 2 * copies)))


def _judged(draw: Callable[[int], LinearSurrogate], exact: np.ndarray) -> JsonObject:
    started = time.perf_counter()
    first = draw(SEEDS[0])
    spent = (time.perf_counter() - started) / max(len(exact), 1)
    second = draw(SEEDS[1])
    return {
        "values": first.values.tolist(),
        "global": importance(first.values).tolist(),
        "error": relative_error(first.values, exact),
        "seed_error": relative_error(second.values, first.values),
        "r2": float(np.median(first.r2)),
        "seconds_per_row": spent,
    }
