"""Attribution of any model by playing the game itself: for hybrids, pictures, texts, sounds and series."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from core.explain import maskers
from core.explain.maskers import Masker, incompleteness
from core.explain.shapley import EXACT, Margin, exact_shapley, permutation_shapley
from core.schema import Attribution, Inputs


def attribute(
    margin: Margin,
    masker: Masker,
    outputs: np.ndarray | None = None,
    permutations: int = 100,
    seed: int = 0,
) -> Attribution:
    """Shapley values by antithetic permutations (exact when that is cheaper); base + sum equals the margin.

    Args:
        margin: inputs -> (m,) or (m, k) explained outputs.
        masker: the game over n rows.
        outputs: (n,) class explained per row, None when the margin is (m,).
        permutations: at least this many per row; rounded up to use every stand-in equally often.
        seed: of the permutations.

    Returns:
        Attribution with values (n, players), on the scale of ``margin``.
    """
    started = time.perf_counter()
    biggest = max((len(masker.active_features(row)) for row in range(masker.rows)), default=0)
    walked = max(permutations, 2 * masker.n_background) * biggest
    if biggest <= EXACT and 2**biggest * masker.n_background <= walked:
        shares = exact_shapley(margin, masker, outputs)
    else:
        shares = permutation_shapley(margin, masker, outputs, permutations, seed)
    made = Attribution(
        masker.names,
        shares.values,
        shares.base,
        shares.method,
        shares.margin,
        None if outputs is None else np.asarray(outputs, dtype=int),
        seconds_per_row=(time.perf_counter() - started) / max(masker.rows, 1),
    )
    return with_completeness(made)


def with_completeness(attribution: Attribution) -> Attribution:
    """The same attribution with its completeness error filled in.

    Args:
        attribution: with its ``margin``.

    Returns:
        A copy.
    """
    from dataclasses import replace

    return replace(attribution, completeness_error=incompleteness(attribution))


def explain_table(
    margin: Margin,
    inputs: Inputs,
    background: Inputs,
    outputs: np.ndarray | None = None,
    permutations: int = 100,
    seed: int = 0,
) -> Attribution:
    """Shapley values of a table's columns against background rows.

    Args:
        margin: rows -> explained output. inputs: n rows as the model takes them. background: training rows.
        outputs: (n,) class explained in each row, or None. permutations: antithetic pairs at most. seed: their order.

    Returns:
        An ``Attribution`` over the original columns.
    """
    return attribute(margin, maskers.column_masker(inputs, background), outputs, permutations, seed)


def explain_images(
    margin: Margin,
    images: np.ndarray,
    background: np.ndarray | None,
    outputs: np.ndarray | None = None,
    grid: int = 5,
    permutations: int = 20,
) -> Attribution:
    """Shapley values of image patches; an absent patch shows the mean background image, or a blur without one.

    Args:
        margin: images -> explained output. images: uint8 (n, h, w, c). background: the same shape but for n, or None.
        outputs: (n,) class explained in each row, or None. grid: patches a side.
        permutations: antithetic pairs at most.

    Returns:
        An ``Attribution`` over grid * grid patches.
    """
    return attribute(margin, maskers.patch_masker(images, background, grid), outputs, permutations)


def explain_texts(
    margin: Margin,
    texts: Sequence[str],
    background: object = None,
    outputs: np.ndarray | None = None,
    permutations: int = 20,
) -> Attribution:
    """Shapley values of words; an absent word is deleted, and the base is the output for an empty text.

    Args:
        margin: texts -> explained output. texts: n texts. background: not used.
        outputs: (n,) class explained in each row, or None. permutations: antithetic pairs at most.

    Returns:
        An ``Attribution`` over the words of each text.
    """
    return attribute(margin, maskers.word_masker(texts), outputs, permutations)


def explain_sounds(
    margin: Margin,
    sounds: np.ndarray,
    background: np.ndarray,
    rate: int,
    outputs: np.ndarray | None = None,
    permutations: int = 20,
) -> Attribution:
    """Shapley values of time-frequency patches; an absent patch falls to the background's mean loudness.

    Args:
        margin: sounds -> explained output. sounds: float32 (n, t). background: float32 (b, t). rate: samples a second.
        outputs: (n,) class explained in each row, or None. permutations: antithetic pairs at most.

    Returns:
        An ``Attribution`` over the patches.
    """
    return attribute(margin, maskers.sound_patch_masker(sounds, background, rate), outputs, permutations)


def explain_series(
    margin: Margin,
    series: np.ndarray,
    background: np.ndarray,
    outputs: np.ndarray | None = None,
    parts: int = 8,
    permutations: int = 40,
) -> Attribution:
    """Shapley values of time segments by channel; an absent segment shows a background row's values.

    Args:
        margin: windows -> explained output. series: float32 (n, t, c). background: float32 (b, t, c).
        outputs: (n,) class explained in each row, or None. parts: segments of the time axis.
        permutations: antithetic pairs at most.

    Returns:
        An ``Attribution`` over parts * c segments.
    """
    return attribute(margin, maskers.segment_masker(series, background, parts), outputs, permutations)
