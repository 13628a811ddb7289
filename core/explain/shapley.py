"""The referee: Shapley values of any model's margin, exact for few players and by antithetic permutations for many."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import factorial
from typing import Any, NamedTuple

import numpy as np

from core.explain.maskers import Masker, select_output
from core.workers import work_clock

EXACT = 10

Margin = Callable[[Any], np.ndarray]


@dataclass(frozen=True)
class ShapleyValues:
    """What a game paid out: values (n, players), base (n,), margin (n,), standard error (n, players) of sampling
    permutations (0 when exact), how many inputs the model was asked about, seconds, chance (n,): the mean answer
    while players enter in random order, both ends left out, and the grouping if any: ``groups[i]`` lists the players
    that played as one."""

    names: tuple[str, ...]
    values: np.ndarray
    base: np.ndarray
    margin: np.ndarray
    standard_error: np.ndarray
    calls: int
    seconds: float
    method: str
    mean_random_output: np.ndarray
    groups: tuple[tuple[int, ...], ...] = ()


def evaluate(
    margin: Margin,
    masker: Masker,
    asked: tuple[np.ndarray, np.ndarray, np.ndarray],
    outputs: np.ndarray | None = None,
) -> np.ndarray:
    """The model's answers (m,) to m coalitions, asked in large batches.

    Args:
        margin: inputs -> (m,) or (m, k).
        masker: the game.
        asked: rows (m,), present (m, players) bool, copies (m,): which row, who is there, which stand-in.
        outputs: (n,) class explained per row, None for one output.
    """
    rows, present, copies = asked
    work_clock.charge("answer", len(rows))
    answers = np.empty(len(rows))
    for start in range(0, len(rows), masker.batch):
        part = slice(start, start + masker.batch)
        wanted = None if outputs is None else np.asarray(outputs)[rows[part]]
        answers[part] = select_output(margin(masker.mask(rows[part], present[part], copies[part])), wanted)
    return answers


def reference_values(
    margin: Margin,
    masker: Masker,
    outputs: np.ndarray | None = None,
    ranking: np.ndarray | None = None,
    permutations: int = 200,
    seed: int = 0,
) -> ShapleyValues:
    """Interventional Shapley values, exact up to 10 players; above, the top 9 and "rest", or permutations.

    Args:
        margin: the model's explained output.
        masker: the game; its stand-ins are the background.
        outputs: (n,) class explained per row.
        ranking: (players,) importance that picks the top 9; None samples permutations instead.
        permutations: how many when sampling (at least 200 for a verdict).
        seed: of the permutations.

    Shapley (1953); Castro, Gomez & Tejada (2009) for sampling.
    """
    count = len(masker.names)
    if all(len(masker.active_features(row)) <= EXACT for row in range(masker.rows)):
        return exact_shapley(margin, masker, outputs)
    if ranking is None or any(len(masker.active_features(row)) != count for row in range(masker.rows)):
        return permutation_shapley(margin, masker, outputs, permutations, seed)
    order = np.argsort(-np.asarray(ranking, dtype=float), kind="stable")
    groups = (*((int(i),) for i in order[: EXACT - 1]), tuple(sorted(int(i) for i in order[EXACT - 1 :])))
    return exact_shapley(margin, grouped_masker(masker, groups), outputs, groups)


def exact_shapley(
    margin: Margin,
    masker: Masker,
    outputs: np.ndarray | None = None,
    groups: tuple[tuple[int, ...], ...] = (),
) -> ShapleyValues:
    """Shapley values from every coalition against every background row: no sampling error.

    The cost is n * 2^m * background evaluations.

    Args:
        margin: inputs -> explained output. masker: of n rows and m features. outputs: (n,) class explained, or None.
        groups: features that enter together.

    Returns:
        ``ShapleyValues`` of shape (n, m).

    Reference: Shapley 1953; Lundberg & Lee 2017.
    """
    started = time.perf_counter()
    n, count = masker.rows, len(masker.names)
    values, base, top, chance = np.zeros((n, count)), np.zeros(n), np.zeros(n), np.zeros(n)
    calls = 0
    for row in range(n):
        active = masker.active_features(row)
        if len(active) > 16:
            raise ValueError(f"{len(active)} players are too many for all coalitions")
        table = coalitions(len(active))
        present = np.zeros((len(table), count), dtype=bool)
        present[:, active] = table
        asked = (
            np.full(len(table) * masker.n_background, row),
            np.repeat(present, masker.n_background, axis=0),
            np.tile(np.arange(masker.n_background), len(table)),
        )
        worth = evaluate(margin, masker, asked, outputs).reshape(len(table), masker.n_background).mean(axis=1)
        values[row, active] = shapley_weights(len(active)) @ worth
        base[row], top[row], chance[row] = worth[0], worth[-1], _mean_over_sizes(table.sum(axis=1), worth)
        calls += len(asked[0])
    seconds = time.perf_counter() - started
    method = "exact Shapley" if not groups else f"exact Shapley, top {len(groups) - 1} and rest"
    return ShapleyValues(masker.names, values, base, top, np.zeros((n, count)), calls, seconds, method, chance, groups)


def permutation_shapley(
    margin: Margin,
    masker: Masker,
    outputs: np.ndarray | None = None,
    permutations: int = 200,
    seed: int = 0,
) -> ShapleyValues:
    """Shapley values from antithetic permutations, each pair against one background row, every row equally often.

    Because the background is used equally, base + sum equals the margin to rounding, however few permutations.

    Args:
        margin: inputs -> explained output. masker: of n rows and m features. outputs: (n,) class explained, or None.
        permutations: antithetic pairs. seed: of their order.

    Returns:
        ``ShapleyValues`` of shape (n, m) with a standard error.

    Reference: Mitchell, Cooper, Frank & Holmes 2022, "Sampling permutations for Shapley value estimation".
    """
    started = time.perf_counter()
    n, count, depth = masker.rows, len(masker.names), masker.n_background
    values, error = np.zeros((n, count)), np.zeros((n, count))
    rounds = max(1, -(-permutations // (2 * depth)))
    pairs = rounds * depth
    copies = np.tile(np.arange(depth), rounds)
    rng = np.random.default_rng(seed)
    ends, chance = np.zeros((n, 2)), np.zeros(n)
    calls = 0
    for row in range(n):
        active = masker.active_features(row)
        size = len(active)
        orders = np.argsort(rng.random((pairs, size)), axis=1)
        orders = np.concatenate([orders, orders[:, ::-1]])  # (2 pairs, size)
        who = np.tile(copies, 2)
        rank = np.argsort(orders, axis=1)
        steps = np.arange(size + 1)
        inside = rank[:, None, :] < steps[None, :, None]  # (2 pairs, size + 1, size)
        walks, calls = _walk(margin, masker, _WalkPlan(row, active, inside, who), outputs, calls)
        gains = np.diff(walks, axis=1)  # (2 pairs, size) in order of entering
        paid = np.take_along_axis(gains, rank, axis=1)
        paired = (paid[:pairs] + paid[pairs:]) / 2
        values[row, active] = paired.mean(axis=0)
        error[row, active] = _standard_error(paired.reshape(rounds, depth, size))
        ends[row] = walks[:depth, 0].mean(), walks[:depth, -1].mean()
        chance[row] = walks[:, 1:-1].mean() if size > 1 else np.nan
    seconds = time.perf_counter() - started
    method = f"Shapley, {2 * pairs} antithetic permutations"
    return ShapleyValues(masker.names, values, ends[:, 0], ends[:, 1], error, calls, seconds, method, chance)


def coalitions(count: int) -> np.ndarray:
    """All coalitions of some features; the row number read as bits, the empty one first.

    Args:
        count: features.

    Returns:
        bool (2^count, count).
    """
    return (np.arange(2**count)[:, None] >> np.arange(count)) & 1 == 1


def shapley_weights(count: int) -> np.ndarray:
    """The matrix that turns the worth of every coalition into Shapley values.

    Args:
        count: features.

    Returns:
        float (count, 2^count).
    """
    if count == 0:
        return np.zeros((0, 1))
    table = coalitions(count)
    sizes = table.sum(axis=1)
    share = np.array([factorial(s) * factorial(count - s - 1) / factorial(count) for s in range(count)] + [0.0])
    joined, left = share[np.maximum(sizes - 1, 0)], share[sizes]
    return np.where(table.T, joined, -left)


def grouped_masker(masker: Masker, groups: Sequence[Sequence[int]]) -> Masker:
    """A masker in which some features enter only together.

    Args:
        masker: of m features. groups: feature numbers of each group.

    Returns:
        A masker of as many features as groups.
    """
    member = np.zeros((len(groups), len(masker.names)), dtype=bool)
    for i, group in enumerate(groups):
        member[i, list(group)] = True
    names = tuple(masker.names[group[0]] if len(group) == 1 else "rest" for group in groups)

    def build(rows: np.ndarray, mask: np.ndarray, background_index: np.ndarray) -> object:
        return masker.mask(rows, mask @ member, background_index)

    return Masker(names, masker.rows, masker.n_background, build, lambda row: np.arange(len(groups)), masker.batch)


def sum_groups(values: np.ndarray, groups: Sequence[Sequence[int]]) -> np.ndarray:
    """Attributions summed to the groups of features that entered as one.

    Args:
        values: float (n, m). groups: feature numbers of each group; none leaves the values as they are.

    Returns:
        float (n, groups).
    """
    return np.stack([values[:, list(group)].sum(axis=1) for group in groups], axis=1) if groups else values


class _WalkPlan(NamedTuple):
    """Permutations of one row: its active players, who has entered (runs, steps, players), each run's stand-in."""

    row: int
    active: np.ndarray
    inside: np.ndarray
    who: np.ndarray


def _walk(
    margin: Margin,
    masker: Masker,
    plan: _WalkPlan,
    outputs: np.ndarray | None,
    calls: int,
) -> tuple[np.ndarray, int]:
    row, active, inside, who = plan
    runs, steps = inside.shape[:2]
    present = np.zeros((runs, steps, len(masker.names)), dtype=bool)
    present[:, :, active] = inside
    # The two ends are the same for every permutation with the same stand-in: asked once per stand-in only.
    walks = np.empty((runs, steps))
    depth = masker.n_background
    middle = present[:, 1:-1].reshape(-1, len(masker.names))
    ends = np.repeat(present[0, [0, -1]], depth, axis=0)
    everyone = np.concatenate([middle, ends])
    copies = np.concatenate([np.repeat(who, max(steps - 2, 0)), np.tile(np.arange(depth), 2)])
    answers = evaluate(margin, masker, (np.full(len(everyone), row), everyone, copies), outputs)
    walks[:, 1:-1] = answers[: len(middle)].reshape(runs, max(steps - 2, 0))
    walks[:, 0] = answers[len(middle) : len(middle) + depth][who]
    walks[:, -1] = answers[len(middle) + depth :][who]
    return walks, calls + len(everyone)


def _mean_over_sizes(sizes: np.ndarray, worth: np.ndarray) -> float:
    means = [worth[sizes == size].mean() for size in range(1, int(sizes.max()))]
    return float(np.mean(means)) if means else float("nan")


def _standard_error(paired: np.ndarray) -> np.ndarray:
    """Standard error of the mean over (rounds, depth, size), the stand-ins being strata when there are rounds."""
    rounds, depth, size = paired.shape
    if rounds > 1:
        return np.sqrt(paired.var(axis=0, ddof=1).sum(axis=0) / rounds) / depth
    if depth > 1:
        return paired[0].std(axis=0, ddof=1) / np.sqrt(depth)
    return np.full(size, np.nan)
