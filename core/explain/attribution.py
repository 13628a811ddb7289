"""Attribution of any model by playing the game itself: for hybrids, pictures, texts, sounds and series."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from core.explain import maskers as who
from core.explain.maskers import Players, incompleteness
from core.explain.shapley import EXACT, Margin, exact, sampled
from core.schema import Attribution


def attribute(
    margin: Margin,
    players: Players,
    outputs: np.ndarray | None = None,
    permutations: int = 100,
    seed: int = 0,
) -> Attribution:
    """Shapley values by antithetic permutations (exact when that is cheaper); base + sum equals the margin.

    Args:
        margin: inputs -> (m,) or (m, k) explained outputs.
        players: the game over n rows.
        outputs: (n,) class explained per row, None when the margin is (m,).
        permutations: at least this many per row; rounded up to use every stand-in equally often.
        seed: of the permutations.

    Returns:
        Attribution with values (n, players), on the scale of ``margin``.
    """
    started = time.perf_counter()
    biggest = max((len(players.active(row)) for row in range(players.rows)), default=0)
    walked = max(permutations, 2 * players.depth) * biggest
    if biggest <= EXACT and 2**biggest * players.depth <= walked:
        shares = exact(margin, players, outputs)
    else:
        shares = sampled(margin, players, outputs, permutations, seed)
    made = Attribution(
        players.names,
        shares.values,
        shares.base,
        shares.method,
        shares.margin,
        None if outputs is None else np.asarray(outputs, dtype=int),
        seconds_per_row=(time.perf_counter() - started) / max(players.rows, 1),
    )
    return finished(made)


def finished(attribution: Attribution) -> Attribution:
    """The same attribution with its completeness error filled in."""
    from dataclasses import replace

    return replace(attribution, completeness_error=incompleteness(attribution))


def explain_table(
    margin: Margin,
    inputs: Any,
    background: Any,
    outputs: np.ndarray | None = None,
    permutations: int = 100,
    seed: int = 0,
) -> Attribution:
    """Original columns as players against background rows; inputs (n, d) as the model takes them."""
    return attribute(margin, who.columns(inputs, background), outputs, permutations, seed)


def explain_images(
    margin: Margin,
    images: np.ndarray,
    background: np.ndarray | None,
    outputs: np.ndarray | None = None,
    grid: int = 5,
    permutations: int = 20,
) -> Attribution:
    """Patches of (n, h, w, c) pictures as players; an absent one shows the mean background picture (or a blur)."""
    return attribute(margin, who.patches(images, background, grid), outputs, permutations)


def explain_texts(
    margin: Margin,
    texts: Sequence[str],
    background: Any = None,
    outputs: np.ndarray | None = None,
    permutations: int = 20,
) -> Attribution:
    """Words as players; an absent word is deleted. The base is the answer to an empty text, so no background."""
    return attribute(margin, who.words(texts), outputs, permutations)


def explain_sounds(
    margin: Margin,
    sounds: np.ndarray,
    background: np.ndarray,
    rate: int,
    outputs: np.ndarray | None = None,
    permutations: int = 20,
) -> Attribution:
    """Time-frequency patches of (n, t) sounds as players; an absent one falls to the background's mean loudness."""
    return attribute(margin, who.sound_patches(sounds, background, rate), outputs, permutations)


def explain_series(
    margin: Margin,
    series: np.ndarray,
    background: np.ndarray,
    outputs: np.ndarray | None = None,
    parts: int = 8,
    permutations: int = 40,
) -> Attribution:
    """Time segments x channels of (n, t, c) series as players; an absent one shows a background row's values."""
    return attribute(margin, who.segments(series, background, parts), outputs, permutations)
