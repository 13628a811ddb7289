"""Shapley values played until they settle: more permutations while work is left and the noise can be heard."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from core.explain.attribution import attribute, with_completeness
from core.explain.maskers import Masker
from core.explain.shapley import EXACT, Margin, ShapleyValues, permutation_shapley
from core.schema import Attribution
from core.workers.answer_work import measured_work

TARGET_ERROR = 0.02
MOST = 800
BLOCK = 8
FEWEST_BLOCKS = 4


def until_converged(
    margin: Margin,
    masker: Masker,
    outputs: np.ndarray | None,
    seconds: float,
    seed: int = 0,
    answer_seconds: float | None = None,
) -> tuple[Attribution, float]:
    """Antithetic permutations in blocks, until their own noise is below 2 % of the values or the seconds are spent.

    Args:
        margin: inputs -> (m,) or (m, k) explained outputs. players: the game over n rows.
        outputs: (n,) class explained per row, None when the margin is (m,).
        seconds: reference seconds of the work; at least one pair of permutations a stand-in is played.
        seed: of the permutations.
        answer_seconds: declared seconds of one answer, of a slow model; the number of permutations then follows from
            these alone and no clock is asked.

    Returns:
        The attribution, and its noise: mean |error| of sampling expected over mean |value|, 0 when exact.
    """
    biggest = max((len(masker.active_features(row)) for row in range(masker.rows)), default=0)
    started, least = time.perf_counter(), 2 * masker.n_background
    if answer_seconds is not None:
        size = least * max(1, int(seconds / (answer_seconds * max(biggest, 1) * max(masker.rows, 1) * least)))
        only = [permutation_shapley(margin, masker, outputs, min(size, MOST), seed=seed)]
        return _attribution(masker, outputs, only, min(size, MOST), started), sampling_error(only)
    if biggest <= EXACT and 2**biggest * masker.n_background <= MOST * max(biggest, 1):
        return attribute(margin, masker, outputs, 2 * MOST, seed), 0.0
    pilot, work = measured_work(lambda: permutation_shapley(margin, masker, outputs, least, seed=seed))
    each = work / least
    # A slow model is asked in small steps, so that few are enough; a quick one in blocks worth a batch.
    slow = each * BLOCK > seconds
    size, blocks = (least, [pilot]) if slow else (max(BLOCK, least), [])
    while not blocks or size * (len(blocks) + 1) <= MOST:
        if slow and each * size * (len(blocks) + 1) > seconds:
            break
        # Every block has a stream of its own, so that more seconds continue the same sequence.
        blocks.append(permutation_shapley(margin, masker, outputs, size, seed=hash((seed, len(blocks) + 1)) % 2**32))
        if not slow and each * size * (len(blocks) + 1) > seconds:
            break
        if len(blocks) >= FEWEST_BLOCKS and sampling_error(blocks) < TARGET_ERROR:
            break
    return _attribution(masker, outputs, blocks, size, started), sampling_error(blocks)


def _attribution(
    masker: Masker, outputs: np.ndarray | None, blocks: Sequence[ShapleyValues], size: int, started: float
) -> Attribution:
    """The mean of blocks of ``size`` permutations; started: ``time.perf_counter`` before the first."""
    found = Attribution(
        masker.names,
        np.mean([block.values for block in blocks], axis=0),
        blocks[0].base,
        f"Shapley, {size * len(blocks)} antithetic permutations",
        blocks[0].margin,
        None if outputs is None else np.asarray(outputs, dtype=int),
        seconds_per_row=(time.perf_counter() - started) / max(masker.rows, 1),
    )
    return with_completeness(found)


def sampling_error(blocks: Sequence[ShapleyValues]) -> float:
    """Expected mean |error| of sampled Shapley values over their mean |value|.

    Args:
        blocks: independent estimates of the same values. With four or more the spread between them tells, else the
            spread within.

    Returns:
        A share of the mean |value|; nan where a single pair of permutations cannot tell.
    """
    values = np.stack([block.values for block in blocks])
    size = float(np.abs(values.mean(axis=0)).sum())
    if size <= 0:
        return 0.0
    if len(blocks) >= FEWEST_BLOCKS:
        error = values.std(axis=0, ddof=1) / np.sqrt(len(blocks))
    else:
        error = np.sqrt(sum(block.standard_error**2 for block in blocks)) / len(blocks)
    if not np.isfinite(error).any():
        return float("nan")
    # The mean |error| of a normal estimate is .8 of its standard error.
    return float(0.8 * np.nansum(error)) / size
